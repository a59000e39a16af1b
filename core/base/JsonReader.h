// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QDate>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <functional>
#include <optional>
#include <set>

namespace relaywright {

/// Reads a JSON object strictly: a missing member, a wrong type, an impossible value and an unknown member are
/// errors that name the JSON path (`$.senders[2].tls`). The first error wins; after it every getter returns a
/// default, so that a reader is written as one straight list and asks `error()` once, at its end.
///
///     JsonReader root(document.object(), errors);
///     site.name = root.string(u"name");
///     root.array(u"senders", [&](JsonReader &item) { ... });
///     root.finish();                      // unknown members
class JsonReader {
public:
    /// `error` is shared by all readers of one document and outlives them.
    JsonReader(const QJsonObject &object, std::optional<Error> &error, QString path = QStringLiteral("$"));

    [[nodiscard]] bool has(QStringView key) const;
    [[nodiscard]] QString string(QStringView key);
    [[nodiscard]] QString string(QStringView key, const QString &fallback);
    [[nodiscard]] bool boolean(QStringView key, bool fallback);
    /// Error when not a whole number from `min` to `max`.
    [[nodiscard]] qint64 integer(QStringView key, qint64 fallback, qint64 min, qint64 max);
    [[nodiscard]] QStringList strings(QStringView key);
    /// Calls `read` with the member object when it is there.
    void object(QStringView key, const std::function<void(JsonReader &)> &read);
    /// Calls `read` once for each object of the member array, when it is there.
    void array(QStringView key, const std::function<void(JsonReader &)> &read);
    /// A string member through a `parse` function: `root.parsed<Domain>(u"domain", &Domain::parse)`.
    template <class T, class Parse>
    [[nodiscard]] std::optional<T> parsed(QStringView key, Parse parse)
    {
        if (!has(key))
            return std::nullopt;
        const QString text = string(key);
        if (failed())
            return std::nullopt;
        Result<T> value = parse(text);
        if (!value) {
            fail(key, value.error().detail);
            return std::nullopt;
        }
        return *value;
    }
    /// The same for an array of strings.
    template <class T, class Parse>
    [[nodiscard]] std::vector<T> parsedList(QStringView key, Parse parse)
    {
        std::vector<T> values;
        const QStringList texts = strings(key);
        for (qsizetype i = 0; i < texts.size() && !failed(); ++i) {
            Result<T> value = parse(texts[i]);
            if (value)
                values.push_back(*value);
            else
                fail(QStringLiteral("%1[%2]").arg(key).arg(i), value.error().detail);
        }
        return values;
    }
    /// One of a fixed set of words.
    template <class E>
    [[nodiscard]] E word(QStringView key, E fallback, std::initializer_list<std::pair<const char *, E>> words)
    {
        if (!has(key))
            return fallback;
        const QString text = string(key);
        QStringList known;
        for (const auto &[name, value] : words) {
            if (text == QLatin1String(name))
                return value;
            known += QLatin1String(name);
        }
        fail(key, QStringLiteral("must be one of: %1.").arg(known.join(QLatin1String(", "))));
        return fallback;
    }

    /// Records an error at a member of this object, unless there is one already.
    void fail(QStringView key, const QString &sentence);
    [[nodiscard]] bool failed() const { return m_error.has_value(); }
    /// Every member that no getter asked for is an error.
    void finish();

private:
    [[nodiscard]] QJsonValue take(QStringView key);

    QJsonObject m_object;
    std::optional<Error> &m_error;
    QString m_path;
    std::set<QString> m_asked;
};

/// Parses a document that must be an object. Error: InvalidInput with line and column.
[[nodiscard]] Result<QJsonObject> parseJsonObject(const QByteArray &text);

/// A day as documents have it (ISO 8601): `2027-11-23`. Error: InvalidInput, to be set behind a name.
[[nodiscard]] Result<QDate> parseDay(const QString &text);

} // namespace relaywright
