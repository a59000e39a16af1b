// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"

#include <algorithm>

namespace relaywright {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

/// One physical line from `at`, its end included; nothing when the bound of the header cuts it.
std::optional<QByteArrayView> lineAt(QByteArrayView header, qsizetype at, bool isWhole)
{
    const qsizetype end = header.indexOf('\n', at);
    if (end >= 0)
        return header.sliced(at, end + 1 - at);
    return isWhole && at < header.size() ? std::optional(header.sliced(at)) : std::nullopt;
}

/// The name before the colon (RFC 5322 §3.6.8; a blank before the colon as in §4.5.8); nothing when this is no field.
std::optional<QByteArrayView> fieldName(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0)
        return std::nullopt;
    QByteArrayView name = line.first(colon);
    while (!name.isEmpty() && isBlank(name.back()))
        name.chop(1);
    const bool good = std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
    return good && !name.isEmpty() ? std::optional(name) : std::nullopt;
}

/// `text` when it holds only letters, digits and `more`, is not empty and not long; else `otherwise`.
QByteArray safeWord(const QByteArray &text, const char *more, const QByteArray &otherwise)
{
    const QByteArrayView allowed(more);
    const bool safe = std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || allowed.contains(c);
    });
    return safe && !text.isEmpty() && text.size() <= 255 ? text : otherwise;
}

/// `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
QByteArray addressLiteral(const QByteArray &peer)
{
    const QByteArray address = safeWord(peer, ".:", QByteArrayLiteral("unknown"));
    return address.contains(':') ? "[IPv6:" + address + ']' : '[' + address + ']';
}

} // namespace

QByteArrayView withoutLineEnd(QByteArrayView line)
{
    if (line.endsWith('\n'))
        line.chop(1);
    if (line.endsWith('\r'))
        line.chop(1);
    return line;
}

MessageHeader MessageHeader::read(QByteArrayView message)
{
    MessageHeader header;
    const bool isWhole = message.size() <= kMaxHeaderOctets;
    const QByteArrayView bounded = message.first(std::min(message.size(), kMaxHeaderOctets));
    for (qsizetype at = 0; at < bounded.size();) {
        const auto line = lineAt(bounded, at, isWhole);
        if (!line)
            break;
        const QByteArrayView text = withoutLineEnd(*line);
        if (text.isEmpty())
            break;
        if (isBlank(text.front()) && !header.m_fields.empty()) {
            header.m_fields.back().value += text;
            header.m_fields.back().size += line->size();
        } else if (const auto name = fieldName(text)) {
            const QByteArrayView value = text.sliced(text.indexOf(':') + 1);
            header.m_fields.push_back({name->toByteArray(), value.toByteArray(), at, line->size()});
        } else {
            break;
        }
        at += line->size();
        header.m_size = at;
    }
    for (HeaderField &field : header.m_fields)
        field.value = field.value.trimmed();
    return header;
}

std::optional<QByteArray> MessageHeader::value(QByteArrayView name) const
{
    const auto field = std::ranges::find_if(
        m_fields, [&](const HeaderField &candidate) { return name.compare(candidate.name, Qt::CaseInsensitive) == 0; });
    return field == m_fields.end() ? std::nullopt : std::optional(field->value);
}

int MessageHeader::count(QByteArrayView name) const
{
    return static_cast<int>(std::ranges::count_if(m_fields, [&](const HeaderField &candidate) {
        return name.compare(candidate.name, Qt::CaseInsensitive) == 0;
    }));
}

QByteArray receivedField(const TraceInfo &trace)
{
    const QByteArray peer = addressLiteral(trace.peerAddress);
    const QByteArray helo = safeWord(trace.heloName, ".-_:[]", peer);
    const QByteArray server = safeWord(trace.serverName, ".-_:[]", QByteArrayLiteral("localhost"));
    const QByteArray protocol = safeWord(trace.protocol, "", QByteArrayLiteral("SMTP"));
    const QByteArray id = safeWord(trace.id, "-._", QByteArray());
    QByteArray date = trace.date;
    std::ranges::replace_if(
        date, [](char c) { return c < 0x20 || c >= 0x7f; }, ' ');
    return "Received: from " + helo + " (" + peer + ")\r\n\tby " + server + " with " + protocol
           + (id.isEmpty() ? QByteArray() : " id " + id) + ";\r\n\t" + date + "\r\n";
}

} // namespace relaywright
