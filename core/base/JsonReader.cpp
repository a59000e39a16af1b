// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"

#include "core/base/Text.h"

#include <QJsonDocument>

namespace relaywright {

JsonReader::JsonReader(const QJsonObject &object, std::optional<Error> &error, QString path)
    : m_object(object), m_error(error), m_path(std::move(path))
{
}

bool JsonReader::has(QStringView key) const
{
    return m_object.contains(key);
}

QJsonValue JsonReader::take(QStringView key)
{
    m_asked.insert(key.toString());
    return m_object.value(key);
}

QString JsonReader::string(QStringView key)
{
    const QJsonValue value = take(key);
    if (!value.isString())
        fail(key, value.isUndefined() ? QStringLiteral("is missing.") : QStringLiteral("must be a text."));
    return value.toString();
}

QString JsonReader::string(QStringView key, const QString &fallback)
{
    if (!has(key))
        return fallback;
    return string(key);
}

bool JsonReader::boolean(QStringView key, bool fallback)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return fallback;
    if (!value.isBool())
        fail(key, QStringLiteral("must be true or false."));
    return value.toBool(fallback);
}

qint64 JsonReader::integer(QStringView key, qint64 fallback, qint64 min, qint64 max)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return fallback;
    // toInteger is exact to the last digit, unlike a double; it gives its argument back for what is no whole number.
    const qint64 number = value.toInteger(0);
    if (value.toInteger(1) != number || number < min || number > max) {
        fail(key, QStringLiteral("must be a whole number from %1 to %2.").arg(min).arg(max));
        return fallback;
    }
    return number;
}

QStringList JsonReader::strings(QStringView key)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return {};
    if (!value.isArray()) {
        fail(key, QStringLiteral("must be a list of texts."));
        return {};
    }
    QStringList texts;
    const QJsonArray items = value.toArray();
    for (qsizetype i = 0; i < items.size(); ++i) {
        if (!items[i].isString())
            fail(QStringLiteral("%1[%2]").arg(key).arg(i), QStringLiteral("must be a text."));
        texts += items[i].toString();
    }
    return texts;
}

void JsonReader::object(QStringView key, const std::function<void(JsonReader &)> &read)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return;
    if (!value.isObject())
        return fail(key, QStringLiteral("must be an object."));
    JsonReader reader(value.toObject(), m_error, QStringLiteral("%1.%2").arg(m_path, key));
    read(reader);
    reader.finish();
}

void JsonReader::array(QStringView key, const std::function<void(JsonReader &)> &read)
{
    const QJsonValue value = take(key);
    if (value.isUndefined())
        return;
    if (!value.isArray())
        return fail(key, QStringLiteral("must be a list."));
    const QJsonArray items = value.toArray();
    for (qsizetype i = 0; i < items.size() && !failed(); ++i) {
        const QString path = QStringLiteral("%1.%2[%3]").arg(m_path, key).arg(i);
        if (!items[i].isObject())
            return fail(QStringLiteral("%1[%2]").arg(key).arg(i), QStringLiteral("must be an object."));
        JsonReader reader(items[i].toObject(), m_error, path);
        read(reader);
        reader.finish();
    }
}

void JsonReader::fail(QStringView key, const QString &sentence)
{
    if (!m_error)
        m_error = Error{ErrorKind::InvalidInput, QStringLiteral("%1.%2: %3").arg(m_path, quotable(key.toString()), sentence)};
}

void JsonReader::finish()
{
    for (auto it = m_object.begin(); it != m_object.end(); ++it) {
        if (!m_asked.contains(it.key()))
            fail(it.key(), QStringLiteral("is not known here. Check its spelling, or remove it."));
    }
}

Result<QJsonObject> parseJsonObject(const QByteArray &text)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError) {
        const QByteArray before = text.left(problem.offset);
        const qsizetype line = before.count('\n') + 1;
        const qsizetype column = problem.offset - before.lastIndexOf('\n');
        return failure(ErrorKind::InvalidInput, QStringLiteral("This is not valid JSON at line %1, column %2: %3.")
                                                    .arg(line).arg(column).arg(problem.errorString()));
    }
    if (!document.isObject())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The document must be one JSON object."));
    return document.object();
}

Result<QDate> parseDay(const QString &text)
{
    const QDate day = QDate::fromString(text, Qt::ISODate);
    if (!day.isValid())
        return failure(ErrorKind::InvalidInput, QStringLiteral("must be a day such as 2027-11-23."));
    return day;
}

} // namespace relaywright
