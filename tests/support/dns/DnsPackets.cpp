// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dns/DnsPackets.h"

#include <QHash>
#include <QStringList>
#include <QtEndian>

namespace relaywright::test {

QByteArray number16(quint16 value)
{
    QByteArray octets(2, '\0');
    qToBigEndian(value, octets.data());
    return octets;
}

QByteArray number32(quint32 value)
{
    QByteArray octets(4, '\0');
    qToBigEndian(value, octets.data());
    return octets;
}

QByteArray wireName(const QString &name)
{
    QByteArray wire;
    for (const QByteArray &label : name.toUtf8().split('.')) {
        if (!label.isEmpty())
            wire += static_cast<char>(label.size()) + label;
    }
    return wire + '\0';
}

QString typeName(quint16 type)
{
    static const QHash<quint16, QString> names{
        {kTypeA, QStringLiteral("A")},       {kTypeNs, QStringLiteral("NS")},   {kTypeCname, QStringLiteral("CNAME")},
        {kTypePtr, QStringLiteral("PTR")},   {kTypeMx, QStringLiteral("MX")},   {kTypeTxt, QStringLiteral("TXT")},
        {kTypeAaaa, QStringLiteral("AAAA")}, {kTypeSoa, QStringLiteral("SOA")}, {kTypeTlsa, QStringLiteral("TLSA")}};
    return names.value(type, QString::number(type));
}

std::optional<DnsQuestion> readQuestion(const QByteArray &packet)
{
    if (packet.size() < 17)
        return std::nullopt;
    DnsQuestion question;
    question.id = qFromBigEndian<quint16>(packet.constData());
    question.flags = qFromBigEndian<quint16>(packet.constData() + 2);
    question.edns = qFromBigEndian<quint16>(packet.constData() + 10) > 0;
    QByteArrayList labels;
    qsizetype at = 12;
    while (at < packet.size() && packet[at] != 0) {
        const auto length = static_cast<quint8>(packet[at]);
        labels += packet.mid(at + 1, length);
        at += length + 1;
    }
    if (at + 5 > packet.size())
        return std::nullopt;
    question.name = QString::fromUtf8(labels.join('.')).toLower();
    question.type = qFromBigEndian<quint16>(packet.constData() + at + 1);
    question.wire = packet.mid(12, at + 5 - 12);
    return question;
}

QString flagWords(const DnsQuestion &question)
{
    QStringList words;
    if (question.flags & kRecursionDesired)
        words += QStringLiteral("RD");
    if (question.flags & kAuthentic)
        words += QStringLiteral("AD");
    if (question.edns)
        words += QStringLiteral("EDNS");
    return words.join(u' ');
}

} // namespace relaywright::test
