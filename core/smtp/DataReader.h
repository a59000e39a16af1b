// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace relaywright {

/// Reads what follows DATA and takes the dots off again (RFC 5321 §4.5.2). Only CRLF.CRLF ends a message, and only a
/// dot behind CRLF (or at the very beginning) is transparency: every other CR, LF and dot is content. The only place
/// in the project that decides where a message ends.
class DataReader {
public:
    /// What LF.LF is: content, or the end that a device with bare line feeds means (opt-in per listener).
    enum class BareLf { Content, EndsData };
    explicit DataReader(BareLf bareLf = BareLf::Content) : m_bareLf(bareLf) {}

    enum class State {
        NeedsMore,  ///< what is left of the input may be the beginning of an end of data: give it again with more
        Full,       ///< `limit` reached
        Ended,      ///< behind CRLF.CRLF
        EndedBare,  ///< behind LF.LF
    };
    struct Step {
        qsizetype consumed = 0;
        State state = State::NeedsMore;
    };
    /// Appends content to `out` until `out` holds `limit` octets or the input or the message ends.
    [[nodiscard]] Step read(QByteArrayView in, QByteArray &out, qsizetype limit);

private:
    BareLf m_bareLf;
    bool m_atLineStart = true;
    char m_previous = '\0'; ///< the octet before the input
};

} // namespace relaywright
