// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/MessageRepairer.h"
#include "core/smtp/BareNewlines.h"
#include "core/smtp/DotStuffing.h"

#include <optional>

namespace relaywright {

/// What a device's row allows to be mended in its messages, done while they come in: so the spool holds what will go out,
/// its size is known before it is sent, a second attempt sends the same octets, and the journal says at once what was
/// changed. Bare line ends come first; no end of data can come of them, what goes on the wire is stuffed afterwards.
class IncomingRepair {
public:
    IncomingRepair(const Repairs &repairs, MessageRepairer::Fields fields);
    /// `octets` as they came; answers what of the message is ready.
    [[nodiscard]] QByteArray append(QByteArrayView octets);
    [[nodiscard]] QByteArray finish();
    /// In the order of `allRepairs`; whole after `finish`.
    [[nodiscard]] std::vector<Repair> made() const;

private:
    std::optional<DotStuffer> m_newlines; ///< in the form that only mends line ends
    BareNewlineWatch m_watch;
    MessageRepairer m_repairer;
};

} // namespace relaywright
