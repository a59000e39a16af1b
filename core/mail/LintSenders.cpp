// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a message says that it is from, against whom the conversation says.
#include "core/mail/Lint.h"

#include <algorithm>

namespace relaywright {

const EmailAddress *firstFrom(const LintedSenders &senders)
{
    const auto mailbox = std::ranges::find_if(
        senders.from, [](const HeaderMailbox &candidate) { return candidate.address.has_value(); });
    return mailbox == senders.from.end() ? nullptr : &*mailbox->address;
}

std::vector<LintRemark> compareSenders(const LintedSenders &senders, const LintEnvelope &envelope)
{
    const EmailAddress *from = firstFrom(senders);
    if (!envelope.known || !envelope.mailFrom || !from || *envelope.mailFrom == *from)
        return {};
    return {{.level = LintRemark::Level::Attention,
             .id = QStringLiteral("from.other-than-envelope"),
             .seen = from->toString(),
             .sentence = QStringLiteral("From is %1 and the envelope sender is %2. Exchange Online asks whether the "
                                        "account may send as either of them, and bounces go to the second.")
                             .arg(from->toString(), envelope.mailFrom->toString()),
             .remedy = QStringLiteral("Use the same address in both, or give the account Send As on both.")}};
}

} // namespace relaywright
