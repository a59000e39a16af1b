// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/InventoryFacts.h"
#include "ui/drafts/DraftValues.h"
#include "ui/drafts/SiteDrafts.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct SenderText { Q_DECLARE_TR_FUNCTIONS(SiteDrafts) };

constexpr int kMostMessages = 1'000'000'000; // as in a site document
constexpr int kMostPort = 65'535;

bool isSize(const QString &text)
{
    Sender sender;
    return setFact(sender, SenderFact::LargestMessage, text).has_value();
}

} // namespace

SenderDraft draftOf(const Sender &sender)
{
    return {.id = sender.id,
            .name = sender.name,
            .kind = sender.kind,
            .vendor = sender.vendor,
            .network = sender.network,
            .hosting = sender.hosting,
            .from = textOf(sender.from),
            .envelopeFrom = textOf(sender.envelopeFrom),
            .alsoFrom = joined(sender.alsoFrom),
            .signInAs = textOf(sender.signInAs),
            .repliesTo = textOf(sender.repliesTo),
            .lanAddress = textOf(sender.lanAddress),
            .onlyPort = sender.onlyPort ? QString::number(*sender.onlyPort) : QString(),
            .reach = sender.reach,
            .tls = sender.tls,
            .startTls = sender.startTls,
            .signIn = sender.signIn,
            .messagesPerMinute = countText(sender.messagesPerMinute),
            .recipientsPerDay = countText(sender.recipientsPerDay),
            .recipientsPerMessage = countText(sender.recipientsPerMessage),
            .largestMessage = factText(sender, SenderFact::LargestMessage),
            .habits = sender.habits};
}

Problems check(const SenderDraft &draft)
{
    Problems problems;
    const QString unshowable = SenderText::tr("This text holds a character that cannot be shown. Type it again.");
    if (draft.name.trimmed().isEmpty())
        addProblem(problems, "name",
                   SenderText::tr("Give it a name that people recognise, such as “Scanner, ground floor”."));
    else if (hasControlCharacters(draft.name))
        addProblem(problems, "name", unshowable);
    if (hasControlCharacters(draft.vendor))
        addProblem(problems, "vendor", unshowable);
    checkOne(problems, "from", draft.from, &EmailAddress::parse);
    checkOne(problems, "envelopeFrom", draft.envelopeFrom, &EmailAddress::parse);
    checkList(problems, "alsoFrom", draft.alsoFrom, &EmailAddress::parse);
    checkOne(problems, "signInAs", draft.signInAs, &EmailAddress::parse);
    checkOne(problems, "repliesTo", draft.repliesTo, &EmailAddress::parse);
    checkOne(problems, "lanAddress", draft.lanAddress, &IpAddress::parse);
    checkCount(problems, "onlyPort", draft.onlyPort, kMostPort);
    checkCount(problems, "messagesPerMinute", draft.messagesPerMinute, kMostMessages);
    checkCount(problems, "recipientsPerDay", draft.recipientsPerDay, kMostMessages);
    checkCount(problems, "recipientsPerMessage", draft.recipientsPerMessage, kMostMessages);
    if (!isSize(draft.largestMessage))
        addProblem(problems, "largestMessage",
                   SenderText::tr("Type a size such as 25 MB, or leave it empty if you don’t know."));
    return problems;
}

Sender applyTo(Sender base, const SenderDraft &draft)
{
    const Problems problems = check(draft);
    if (problemOf(problems, QStringLiteral("name")).isEmpty())
        base.name = draft.name.trimmed();
    if (problemOf(problems, QStringLiteral("vendor")).isEmpty())
        base.vendor = draft.vendor.trimmed();
    base.kind = draft.kind;
    base.network = draft.network;
    base.hosting = draft.hosting;
    keepOne(base.from, draft.from, &EmailAddress::parse);
    keepOne(base.envelopeFrom, draft.envelopeFrom, &EmailAddress::parse);
    keepList(base.alsoFrom, draft.alsoFrom, &EmailAddress::parse);
    keepOne(base.signInAs, draft.signInAs, &EmailAddress::parse);
    keepOne(base.repliesTo, draft.repliesTo, &EmailAddress::parse);
    keepOne(base.lanAddress, draft.lanAddress, &IpAddress::parse);
    std::optional<int> port = base.onlyPort ? std::optional<int>(*base.onlyPort) : std::nullopt;
    keepCount(port, draft.onlyPort, kMostPort);
    base.onlyPort = port ? std::optional(static_cast<std::uint16_t>(*port)) : std::nullopt;
    base.reach = draft.reach;
    base.tls = draft.tls;
    base.startTls = draft.startTls;
    base.signIn = draft.signIn;
    keepCount(base.messagesPerMinute, draft.messagesPerMinute, kMostMessages);
    keepCount(base.recipientsPerDay, draft.recipientsPerDay, kMostMessages);
    keepCount(base.recipientsPerMessage, draft.recipientsPerMessage, kMostMessages);
    (void)setFact(base, SenderFact::LargestMessage, draft.largestMessage); // leaves what is there when it is wrong
    base.habits = draft.habits;
    return base;
}

} // namespace relaywright
