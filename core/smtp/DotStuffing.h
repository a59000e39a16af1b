// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace relaywright {

/// In which form a message goes on the wire.
enum class WireForm {
    Data,     ///< for DATA: every line ends with CRLF, a dot that starts a line is doubled, the final dot ends it
    DataAsIs, ///< for DATA, but bare CR and LF stay, as a faulty device sends them; dots are doubled behind a LF too
    Chunk,    ///< for BDAT: every line ends with CRLF; octets are counted, so no dots (RFC 3030 §2)
    ChunkAsIs ///< for BDAT: the octets as they are
};

/// Makes a message ready for the wire piece by piece (RFC 5321 §4.5.2). In the form Data nothing on the wire can be read
/// as an end of data but what `finish` writes, because every bare CR and bare LF becomes CRLF. The only place in the
/// project that does this.
class DotStuffer {
public:
    explicit DotStuffer(WireForm form = WireForm::Data) : m_form(form) {}
    void append(QByteArrayView message, QByteArray &out);
    /// Ends the last line if needed and writes what ends the message. The next message may follow.
    void finish(QByteArray &out);

private:
    void appendLines(QByteArrayView message, QByteArray &out);
    void appendAsIs(QByteArrayView message, QByteArray &out);
    [[nodiscard]] bool stuffs() const { return m_form == WireForm::Data || m_form == WireForm::DataAsIs; }
    WireForm m_form;
    bool m_atLineStart = true; ///< behind a CRLF (DataAsIs: or a LF), or nothing came yet
    bool m_pendingCr = false;
    bool m_lineEnded = true; ///< the last octets were CRLF, or nothing came yet
};

} // namespace relaywright
