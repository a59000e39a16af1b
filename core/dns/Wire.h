// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>

namespace relaywright {

/// Reads numbers, octets and names of a DNS packet forward (RFC 1035 §4.1); after the first fault every read gives zero
/// or nothing and `ok` stays false.
class WireReader {
public:
    WireReader(QByteArrayView packet, qsizetype position) : m_packet(packet), m_position(position) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] qsizetype position() const { return m_position; }
    void skip(qsizetype octets);
    quint8 octet();
    quint16 number16();
    quint32 number32();
    QByteArray octets(qsizetype count);
    /// In lower case without trailing dot; a dot, backslash or octet outside printable ASCII within a label is escaped
    /// (§5.1). Pointers must lead backwards each time (§4.1.4), so that reading ends.
    QString name();

private:
    QByteArrayView m_packet;
    qsizetype m_position;
    bool m_ok = true;
};

/// The labels of `name` as they are sent; nothing when the DNS can have no such name (§2.3.4).
[[nodiscard]] std::optional<QByteArray> wireName(const QString &name);

} // namespace relaywright
