// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Renderers.h"

// Internal to core/artifacts: what every PowerShell script has in common.
//
// One pattern for all of them:
// - The head says in comments what the script changes and for whom, how to apply it, how to verify it and how to roll it
//   back, and what is good to know.
// - `[CmdletBinding(SupportsShouldProcess)]`, and every single change stands behind `$PSCmdlet.ShouldProcess(target,
//   action)`. So -WhatIf and -Confirm are honoured by the script itself. Handing -WhatIf on to the cmdlets would not do:
//   cmdlets of a module do not inherit the preference of a script, and not all of them know the switch.
// - It looks first and changes only what is not yet as it should be; run twice, the second run changes nothing.
// - It stops in a session of another organisation, and at the first error.
// - The last lines read back what is now there, and work under -WhatIf too.
// The user's texts are values of variables at the top; the lines that run are written out in our sources.
namespace relaywright {

/// Where a script runs, which decides how it begins.
enum class PsSession {
    ExchangeOnline, ///< signs in to the site's cloud
    Entra,          ///< signs in to Microsoft Graph of that cloud, with the right to register applications
    ExchangeServer, ///< Exchange Management Shell of a server of the site's own
    Windows,        ///< elevated Windows PowerShell on one computer
};

/// What a script is about; the head and the artifact are made from it.
struct ScriptPage {
    QString kind;
    QString stem;              ///< of the file name
    QString title;
    QString purpose;           ///< whole sentences: what it changes and for whom
    PlannedSenders senders;    ///< for whom; empty: the whole site
    PsSession session = PsSession::ExchangeOnline;
    bool changes = true;       ///< false: it only reads
    QStringList before;        ///< what must be there first, and what to call it with
    QStringList notIncluded;   ///< each a sentence: what the plan asks for and the script cannot do
    QStringList verify;
    PsScript rollBack;         ///< comments and commands to type
    QStringList know;
    std::vector<PsParameter> parameters;
};

/// The artifact: head, sign-in, guard against the wrong organisation, then `body`.
[[nodiscard]] Artifact makeScript(RenderContext &context, const ScriptPage &page, const PsScript &body);

/// Adds `commands` to `rollBack`; when there are more than a dozen the rest is told by a sentence.
void addRollBack(PsScript &rollBack, const std::vector<PsCommand> &commands);

/// Exchange Online knows a peer by IPv4 only, single or in blocks of /24 to /32.
struct PublicAddresses {
    QStringList taken;   ///< each once, in order
    QStringList refused; ///< each a sentence that says why
};
[[nodiscard]] PublicAddresses publicAddressesOf(const PlannedSenders &senders, const Knowledge &knowledge);

/// The blocks of the network's local addresses as text; none where they, or the network, are not known.
[[nodiscard]] QStringList localBlocksOf(const Network *network);

/// A mailbox that signs in, with the senders that do so.
struct SignInMailbox {
    QString address;
    PlannedSenders senders;
};
/// Each mailbox once, however its address is spelled; senders without a known mailbox are left out.
[[nodiscard]] std::vector<SignInMailbox> mailboxesOf(const PlannedSenders &senders);

/// True when the address is in an accepted domain, or when the site does not know its accepted domains.
[[nodiscard]] bool mayBeAccepted(const EmailAddress &address, const Organisation &organisation);

/// The senders of `senders` for which `test` holds.
template <class Test>
[[nodiscard]] PlannedSenders sendersWhere(const PlannedSenders &senders, Test test)
{
    PlannedSenders found;
    for (const PlannedSender &planned : senders) {
        if (test(planned))
            found.push_back(planned);
    }
    return found;
}

/// At most `most` characters, without a space or half a character at the end.
[[nodiscard]] QString shortened(const QString &text, qsizetype most);

} // namespace relaywright
