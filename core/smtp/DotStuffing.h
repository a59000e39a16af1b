// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace relaywright {

/// Makes a message ready for DATA piece by piece (RFC 5321 §4.5.2): doubles a dot that starts a line and turns every
/// bare CR and bare LF into CRLF, so that nothing on the wire can be read as an end of data but the one that
/// `finish` writes. The only place in the project that does this.
class DotStuffer {
public:
    void append(QByteArrayView message, QByteArray &out);
    /// Ends the last line if needed and writes the final dot.
    void finish(QByteArray &out);

private:
    bool m_atLineStart = true;
    bool m_pendingCr = false;
};

} // namespace relaywright
