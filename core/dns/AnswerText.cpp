// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AnswerText.h"

#include "core/base/Text.h"

namespace relaywright {

namespace {

constexpr qsizetype kMaxRecordChars = 4000;

QString textOf(const DnsMx &mx)
{
    return QStringLiteral("%1 %2").arg(mx.preference).arg(mx.exchange.isEmpty() ? QStringLiteral(".") : mx.exchange);
}

QString textOf(const DnsTlsa &tlsa)
{
    return QStringLiteral("%1 %2 %3 %4")
        .arg(tlsa.usage)
        .arg(tlsa.selector)
        .arg(tlsa.matching)
        .arg(QString::fromLatin1(tlsa.data.toHex().left(kMaxRecordChars)));
}

} // namespace

QStringList recordTexts(DnsType type, const DnsAnswer &answer)
{
    QStringList records;
    switch (type) {
    case DnsType::A:
    case DnsType::Aaaa:
        for (const IpAddress &address : answer.addresses)
            records += address.toString();
        break;
    case DnsType::Mx:
        for (const DnsMx &mx : answer.exchanges)
            records += textOf(mx);
        break;
    case DnsType::Txt:
        for (const QByteArray &text : answer.texts)
            records += printable(text, kMaxRecordChars);
        break;
    case DnsType::Tlsa:
        for (const DnsTlsa &tlsa : answer.associations)
            records += textOf(tlsa);
        break;
    case DnsType::Soa:
        if (answer.soa)
            records += QStringLiteral("%1 %2").arg(answer.soa->primary).arg(answer.soa->serial);
        break;
    case DnsType::Ptr:
    case DnsType::Cname:
    case DnsType::Ns: records = answer.names; break;
    }
    return records;
}

} // namespace relaywright
