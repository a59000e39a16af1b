// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/SeriesDraft.h"

#include <QCoreApplication>

#include <algorithm>

namespace relaywright {

namespace {

struct SeriesText {
    Q_DECLARE_TR_FUNCTIONS(SeriesDraft)
};

} // namespace

Result<std::optional<Endpoint>> seriesServer(const SeriesDraft &draft)
{
    if (!draft.toOneServer)
        return std::nullopt;
    if (draft.server.trimmed().isEmpty())
        return failure(ErrorKind::InvalidInput,
                       SeriesText::tr("Type the server that all tests go to, such as mail.contoso.com:587."));
    const auto server = Endpoint::parse(draft.server.trimmed());
    if (!server)
        return tl::unexpected(server.error());
    return *server;
}

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
    const auto server = seriesServer(draft);
    if (!server)
        return tl::unexpected(server.error());
    auto request = testOf(site, sender, *chosen, *recipient, draft.manner, *server);
    if (request && *server) {
        request->caFile = draft.caFile;
        request->connection.tls.caCertificatesPem = draft.authorityPem;
    }
    return request;
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
                               const std::vector<Endpoint> &practice, const Knowledge &knowledge)
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
        const bool isPractice = std::ranges::find(practice, server) != practice.end();
        const SeriesBounds own = boundsFor(server, isPractice, knowledge);
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
