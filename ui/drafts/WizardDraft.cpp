// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/WizardDraft.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct WizardText { Q_DECLARE_TR_FUNCTIONS(WizardDraft) };

const Sender *findSender(const Site &site, const QString &id)
{
    const auto found = std::find_if(site.senders.begin(), site.senders.end(),
                                    [&id](const Sender &sender) { return sender.id == id; });
    return found == site.senders.end() ? nullptr : &*found;
}

} // namespace

WizardDraft draftOf(const Site &site)
{
    WizardDraft draft;
    draft.organisation = draftOf(site.organisation);
    if (!site.networks.empty())
        draft.network = draftOf(site.networks.front());
    for (const Sender &sender : site.senders)
        draft.senders.push_back(draftOf(sender));
    return draft;
}

Problems checkSenders(const WizardDraft &draft, std::size_t *firstWrong)
{
    if (draft.senders.empty())
        return {{QStringLiteral("senders"), WizardText::tr("Add at least one device or application that must send.")}};
    for (std::size_t i = 0; i < draft.senders.size(); ++i) {
        Problems problems = check(draft.senders[i]);
        if (!problems.empty()) {
            if (firstWrong)
                *firstWrong = i;
            return problems;
        }
    }
    return {};
}

bool isComplete(const WizardDraft &draft)
{
    return check(draft.organisation).empty() && check(draft.network).empty() && checkSenders(draft).empty();
}

Site toSite(const WizardDraft &draft, const Site &base)
{
    Site site = base;
    site.organisation = applyTo(base.organisation, draft.organisation);
    if (site.networks.empty())
        site.networks.push_back({.id = QStringLiteral("main")});
    site.networks.front() = applyTo(site.networks.front(), draft.network);
    site.senders.clear();
    for (const SenderDraft &senderDraft : draft.senders) {
        if (senderDraft.name.trimmed().isEmpty())
            continue;
        const Sender *known = findSender(base, senderDraft.id);
        Sender sender = applyTo(known ? *known : Sender(), senderDraft);
        if (!known)
            sender.id = makeSenderId(site, sender.name);
        site.senders.push_back(std::move(sender));
    }
    return site;
}

} // namespace relaywright
