// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/SeriesDraft.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct SeriesText {
    Q_DECLARE_TR_FUNCTIONS(SeriesDraft)
};

} // namespace

Result<TestRequest> seriesTest(const SeriesDraft &draft, const Site &site, const Plan &plan, std::size_t place)
{
    const Sender &sender = site.senders[place];
    const Option *chosen = place < plan.senders.size() ? plan.senders[place].chosen() : nullptr;
    if (!chosen)
        return failure(ErrorKind::InvalidInput, SeriesText::tr("The plan has no method for it yet. Answer its open "
                                                               "questions on the Plan page."));
    const auto to = EmailAddress::parse(draft.to.trimmed());
    const std::optional<EmailAddress> recipient = to ? std::optional(*to) : sender.from;
    if (!recipient)
        return failure(ErrorKind::InvalidInput,
                       SeriesText::tr("Its address is not known. Give it one on the Senders page."));
    return testOf(site, sender, *chosen, *recipient, draft.manner);
}

std::vector<TestJob> seriesJobs(const SeriesDraft &draft, const Site &site, const Plan &plan,
                                const QSet<QString> &wanted)
{
    std::vector<TestJob> round;
    for (std::size_t i = 0; i < site.senders.size(); ++i) {
        const Sender &sender = site.senders[i];
        if (!wanted.contains(sender.id))
            continue;
        auto request = seriesTest(draft, site, plan, i);
        if (!request)
            continue; // its row says why
        request->message.subject = SeriesText::tr("Test of %1 by Relaywright").arg(sender.name);
        request->message.text = SeriesText::tr("This message shows that mail from this device or application arrives.");
        round.push_back({.senderId = sender.id, .name = sender.name, .request = std::move(*request)});
    }
    std::vector<TestJob> jobs;
    jobs.reserve(round.size() * static_cast<std::size_t>(draft.each));
    for (int i = 0; i < draft.each; ++i)
        jobs.insert(jobs.end(), round.begin(), round.end());
    return jobs;
}

Result<QString> announceSeries(const SeriesDraft &draft, const std::vector<Endpoint> &servers,
                               const Knowledge &knowledge)
{
    if (servers.empty())
        return failure(ErrorKind::InvalidInput, SeriesText::tr("Nothing can be tested yet."));
    const Endpoint *strictest = nullptr;
    SeriesBounds bounds;
    QSet<QString> seen;
    for (const Endpoint &server : servers) {
        const qsizetype before = seen.size();
        seen.insert(server.toString());
        if (seen.size() == before)
            continue;
        const SeriesBounds own = boundsFor(server, false, knowledge);
        if (!strictest || own.perMinute < bounds.perMinute) {
            strictest = &server;
            bounds = own;
        }
    }
    auto sentence = announce({.senders = static_cast<int>(servers.size()), .each = draft.each}, draft.perMinute,
                             *strictest, bounds);
    if (sentence && seen.size() > 1)
        *sentence +=
            u' '
            + SeriesText::tr("They go to %n server(s), one after another.", nullptr, static_cast<int>(seen.size()));
    return sentence;
}

} // namespace relaywright
