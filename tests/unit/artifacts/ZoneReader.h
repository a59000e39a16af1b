// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace relaywright::test {

/// One record as a name server would read it.
struct ZoneEntry {
    QString name;
    int ttl = 0;
    QString type;
    QByteArrayList strings; ///< of TXT: each string's octets
    QString target;         ///< of other types
    [[nodiscard]] QString text() const { return QString::fromUtf8(strings.join()); }
    bool operator==(const ZoneEntry &) const = default;
};

/// Reads the master file syntax that Relaywright writes (RFC 1035 §5.1): one record a line, absolute names, TXT strings
/// in quotes between parentheses, comments after a semicolon. Anything else is nullopt.
class ZoneReader {
public:
    static std::optional<std::vector<ZoneEntry>> read(const QString &text)
    {
        std::vector<ZoneEntry> entries;
        const QStringList lines = text.split(u'\n');
        for (const QString &line : lines) {
            if (line.isEmpty() || line.startsWith(u';'))
                continue;
            ZoneReader reader(line);
            const auto entry = reader.entry();
            if (!entry)
                return std::nullopt;
            entries.push_back(*entry);
        }
        return entries;
    }

private:
    explicit ZoneReader(const QString &line) : m_octets(line.toUtf8()) {}

    std::optional<ZoneEntry> entry()
    {
        ZoneEntry entry;
        entry.name = QString::fromLatin1(word());
        entry.ttl = word().toInt();
        const bool internet = word() == "IN";
        entry.type = QString::fromLatin1(word());
        if (!internet || entry.ttl <= 0 || !entry.name.endsWith(u'.'))
            return std::nullopt;
        entry.name.chop(1);
        if (entry.type != QLatin1String("TXT")) {
            entry.target = QString::fromLatin1(word());
            return m_at == m_octets.size() ? std::optional(entry) : std::nullopt;
        }
        if (word() != "(")
            return std::nullopt;
        while (m_at < m_octets.size() && m_octets[m_at] == '"') {
            const auto string = quoted();
            if (!string)
                return std::nullopt;
            entry.strings += *string;
        }
        return word() == ")" && m_at == m_octets.size() ? std::optional(entry) : std::nullopt;
    }

    QByteArray word()
    {
        QByteArray word;
        while (m_at < m_octets.size() && m_octets[m_at] != ' ')
            word += m_octets[m_at++];
        while (m_at < m_octets.size() && m_octets[m_at] == ' ')
            ++m_at;
        return word;
    }

    std::optional<QByteArray> quoted()
    {
        QByteArray string;
        for (++m_at; m_at < m_octets.size() && m_octets[m_at] != '"'; ++m_at) {
            if (m_octets[m_at] != '\\') {
                string += m_octets[m_at];
                continue;
            }
            bool number = false;
            const int code = m_octets.mid(m_at + 1, 3).toInt(&number);
            if (number) {
                string += static_cast<char>(code);
                m_at += 3;
            } else if (++m_at < m_octets.size()) {
                string += m_octets[m_at];
            }
        }
        if (m_at >= m_octets.size() || string.size() > 255)
            return std::nullopt;
        ++m_at;
        while (m_at < m_octets.size() && m_octets[m_at] == ' ')
            ++m_at;
        return string;
    }

    QByteArray m_octets;
    qsizetype m_at = 0;
};

} // namespace relaywright::test
