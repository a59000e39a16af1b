// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

// Parts of DNS packets (RFC 1035 §4.1) for the name server of the tests. Nothing here is shared with core/dns, so that a
// mistake there does not hide itself.
namespace relaywright::test {

constexpr quint16 kTypeA = 1, kTypeNs = 2, kTypeCname = 5, kTypeSoa = 6, kTypePtr = 12, kTypeMx = 15, kTypeTxt = 16,
                  kTypeAaaa = 28, kTypeTlsa = 52;
constexpr quint16 kAuthoritative = 0x0400, kTruncated = 0x0200, kRecursionDesired = 0x0100, kRecursionOffered = 0x0080,
                  kAuthentic = 0x0020;

[[nodiscard]] QByteArray number16(quint16 value);
[[nodiscard]] QByteArray number32(quint32 value);
[[nodiscard]] QByteArray wireName(const QString &name);
[[nodiscard]] QString typeName(quint16 type); ///< `TXT`; the number of a type that the server does not know

struct DnsQuestion {
    quint16 id = 0;
    quint16 flags = 0;
    QString name;
    quint16 type = 0;
    QByteArray wire; // the question section
    bool edns = false;
};
[[nodiscard]] std::optional<DnsQuestion> readQuestion(const QByteArray &packet);
/// Which of RD, AD and EDNS a question has.
[[nodiscard]] QString flagWords(const DnsQuestion &question);

} // namespace relaywright::test
