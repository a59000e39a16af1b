// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

#include <algorithm>
#include <map>

// What holds for several senders together, and for every site.

namespace relaywright {

namespace {

/// What the senders that submit through one mailbox ask of it together.
struct Load {
    int senders = 0;
    qint64 messagesPerMinute = 0;
    qint64 recipientsPerDay = 0;
};

bool usesMailbox(const Option &option)
{
    return option.method == Method::ClientSubmission || (option.upstream && option.upstream->method == Method::ClientSubmission);
}

std::map<QString, Load> loadByMailbox(const Site &site, const Plan &plan)
{
    std::map<QString, Load> loads;
    for (std::size_t i = 0; i < site.senders.size(); ++i) {
        const Sender &sender = site.senders[i];
        const Option *chosen = plan.senders[i].chosen();
        if (!chosen || !usesMailbox(*chosen) || !sender.signInAs)
            continue;
        Load &load = loads[sender.signInAs->toString().toLower()];
        // Behind a relay the senders share the relay's connections, not the mailbox's.
        load.senders += chosen->method == Method::ClientSubmission ? 1 : 0;
        load.messagesPerMinute += sender.messagesPerMinute.value_or(0);
        load.recipientsPerDay += sender.recipientsPerDay.value_or(0);
    }
    return loads;
}

Reason note(Reason::Weight weight, const char *rule, const char *factId, QString sentence)
{
    Reason reason;
    reason.weight = weight;
    reason.rule = QLatin1String(rule);
    reason.factId = QLatin1String(factId);
    reason.sentence = std::move(sentence);
    return reason;
}

void addMailboxNotes(std::vector<Reason> &notes, const QString &mailbox, const Load &load, const Knowledge &knowledge)
{
    const qint64 devices = knowledge.number(QStringLiteral("service-account.devices"));
    const qint64 perMinute = knowledge.number(QStringLiteral("client-submission.messages-per-minute"));
    const qint64 perDay = knowledge.number(QStringLiteral("client-submission.recipients-per-day"));
    if (load.senders > devices)
        notes.push_back(
            note(Reason::Weight::Change, "site.devices-per-account", "service-account.devices",
                 QStringLiteral("Give some senders another mailbox: %1 share %2, and %3 is the most for one mailbox.")
                     .arg(countWords(load.senders), mailbox, countWords(devices))));
    if (load.recipientsPerDay > perDay)
        notes.push_back(
            note(Reason::Weight::Change, "site.recipients-per-day", "client-submission.recipients-per-day",
                 QStringLiteral(
                     "The senders that share %1 write to %2 recipients a day together; a mailbox may write to %3.")
                     .arg(mailbox, countWords(load.recipientsPerDay), countWords(perDay))));
    if (load.messagesPerMinute > perMinute)
        notes.push_back(note(
            Reason::Weight::Warning, "site.messages-per-minute", "client-submission.messages-per-minute",
            QStringLiteral(
                "The senders that share %1 may reach %2 messages a minute together; beyond %3 they are slowed down.")
                .arg(mailbox, countWords(load.messagesPerMinute), countWords(perMinute))));
}

void addDeadlineNote(std::vector<Reason> &notes, const Plan &plan, const Knowledge &knowledge)
{
    const QDate ends = knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"));
    const auto affected = std::ranges::count_if(plan.senders, [&](const SenderPlan &sender) {
        const Option *chosen = sender.chosen();
        return chosen && chosen->worksUntil == ends;
    });
    if (affected == 0)
        return;
    const QString whose = affected == 1 ? QStringLiteral("One sender depends")
                                        : QStringLiteral("%1 senders depend").arg(countWords(affected));
    notes.push_back(note(Reason::Weight::Warning, "site.basic-off-by-default", "smtp-auth.basic.off-by-default",
                         QStringLiteral("%1 on sign-in with a password, which is switched off by default on %2.")
                             .arg(whose, dateWords(ends))));
}

} // namespace

std::vector<Reason> siteNotes(const Site &site, const Plan &plan, const Knowledge &knowledge)
{
    std::vector<Reason> notes;
    if (site.senders.empty())
        return notes;
    addDeadlineNote(notes, plan, knowledge);
    for (const auto &[mailbox, load] : loadByMailbox(site, plan))
        addMailboxNotes(notes, mailbox, load, knowledge);
    for (const char *id :
         {"application-mail.own-domain", "application-mail.valid-sender", "application-mail.authentication"})
        notes.push_back(note(Reason::Weight::Warning, id, id, knowledge.fact(QLatin1String(id)).statement));
    return notes;
}

} // namespace relaywright
