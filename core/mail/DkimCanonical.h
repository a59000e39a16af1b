// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/DkimKeyPair.h"

#include <QByteArray>
#include <QByteArrayView>

namespace relaywright {

/// The hash of a message's body in its relaxed form (RFC 6376 §3.4.4), piece by piece, so that no body need be in memory.
/// CR, LF and CRLF each end a line, as they do on the wire that DotStuffer makes.
class DkimBodyHash {
public:
    void add(QByteArrayView octets);
    /// SHA-256, 32 octets; once.
    [[nodiscard]] QByteArray finish();

private:
    void endLine();
    void addText(QByteArrayView text);
    void flush();

    Sha256 m_sha;
    QByteArray m_canonical;  ///< not hashed yet
    qint64 m_emptyLines = 0; ///< not written yet: those at the end do not count
    bool m_lineHasText = false;
    bool m_pendingBlank = false;
    bool m_afterCr = false;
};

/// A message as it will be on the wire, read piece by piece: its header with CRLF line ends, and the hash of its body.
class DkimReader {
public:
    void add(QByteArrayView octets);
    /// No more comes.
    void finish();
    /// Up to the empty line, without it. Of a header over MessageHeader::kMaxHeaderOctets only the start, which is longer
    /// still, so that nobody signs it.
    [[nodiscard]] const QByteArray &header() const { return m_header; }
    /// After `finish`.
    [[nodiscard]] const QByteArray &bodyHash() const { return m_bodyHash; }

private:
    [[nodiscard]] qsizetype addToHeader(QByteArrayView octets);

    DkimBodyHash m_body;
    QByteArray m_header;
    QByteArray m_bodyHash;
    qsizetype m_lineStart = 0; ///< in m_header
    bool m_afterCr = false;
    bool m_inBody = false;
};

/// `name:value` in the relaxed form (§3.4.2), without the line end. `value` may be folded.
[[nodiscard]] QByteArray relaxedHeaderField(QByteArrayView name, QByteArrayView value);

} // namespace relaywright
