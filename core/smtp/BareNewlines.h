// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace relaywright {

/// What a bare LF or CR in a message means (RFC 5321 §2.3.8 forbids both). `Content`: octets like others. `Refuse`:
/// 550 5.5.2 and the connection closes. `EndsData`: LF.LF ends the data of a broken device; it is answered, and the
/// connection closes, so that nothing can be smuggled behind it. Words: content refuse ends-data.
enum class BareNewlines { Content, Refuse, EndsData };

/// Notices CR without LF and LF without CR in text that comes in pieces of any size.
class BareNewlineWatch {
public:
    void read(QByteArrayView piece);
    /// A CR that ended the last piece counts only when more follows.
    [[nodiscard]] bool sawCr() const { return m_cr; }
    [[nodiscard]] bool sawLf() const { return m_lf; }
    [[nodiscard]] bool sawAny() const { return m_cr || m_lf; }
    [[nodiscard]] bool sawCrLf() const { return m_crLf; }

private:
    bool m_cr = false;
    bool m_lf = false;
    bool m_crLf = false;
    bool m_pendingCr = false; ///< the last octet of the piece before
};

} // namespace relaywright
