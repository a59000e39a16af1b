// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Wire.h"

#include <QStringList>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNameOctets = 255;
constexpr qsizetype kMaxLabelOctets = 63;

/// A label for people.
QString labelText(const QByteArray &label)
{
    QString text;
    for (const char c : label) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '.' || c == '\\')
            text += u'\\';
        if (octet <= 0x20 || octet > 0x7e)
            text += QStringLiteral("\\%1").arg(octet, 3, 10, QLatin1Char('0'));
        else
            text += QLatin1Char(c);
    }
    return text.toLower();
}

} // namespace

void WireReader::skip(qsizetype octets)
{
    m_ok = m_ok && octets <= m_packet.size() - m_position;
    m_position += m_ok ? octets : 0;
}

quint8 WireReader::octet()
{
    if (!m_ok || m_position >= m_packet.size()) {
        m_ok = false;
        return 0;
    }
    return static_cast<quint8>(m_packet[m_position++]);
}

quint16 WireReader::number16()
{
    const int high = octet() << 8;
    return static_cast<quint16>(high | octet());
}

quint32 WireReader::number32()
{
    const quint32 high = quint32(number16()) << 16;
    return high | number16();
}

QByteArray WireReader::octets(qsizetype count)
{
    const qsizetype start = m_position;
    skip(count);
    return m_ok ? m_packet.sliced(start, count).toByteArray() : QByteArray();
}

QString WireReader::name()
{
    QStringList labels;
    qsizetype total = 1;
    qsizetype limit = m_position; // a pointer must lead before this
    std::optional<qsizetype> resume;
    for (;;) {
        const quint8 length = octet();
        if (!m_ok || length == 0)
            break;
        if (length >= 0xc0) {
            const qsizetype target = (length & 0x3f) << 8 | octet();
            if (!resume)
                resume = m_position;
            m_ok = m_ok && target < limit;
            m_position = limit = target;
            continue;
        }
        total += length + 1;
        m_ok = m_ok && length <= kMaxLabelOctets && total <= kMaxNameOctets;
        labels += labelText(octets(length));
    }
    if (resume)
        m_position = *resume;
    return m_ok ? labels.join(u'.') : QString();
}

std::optional<QByteArray> wireName(const QString &name)
{
    QByteArray wire;
    for (const QByteArray &label : name.toUtf8().split('.')) {
        if (label.isEmpty() || label.size() > kMaxLabelOctets || label.contains('\0'))
            return std::nullopt;
        wire += static_cast<char>(label.size()) + label;
    }
    wire += '\0';
    return wire.size() <= kMaxNameOctets ? std::optional(wire) : std::nullopt;
}

} // namespace relaywright
