// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendLimits.h"

#include "core/verify/PracticeLook.h"

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

/// One connection for each server that `jobs` go to.
std::vector<ConnectionSettings> targetsOf(const std::vector<SendJob> &jobs)
{
    std::vector<ConnectionSettings> targets;
    for (const SendJob &job : jobs) {
        const ConnectionSettings &connection = job.request.connection;
        const bool known = std::ranges::any_of(
            targets, [&](const ConnectionSettings &target) { return target.server == connection.server; });
        if (!job.obstacle && !known) // with an obstacle it goes nowhere
            targets.push_back(connection);
    }
    return targets;
}

/// Asks one server after another; belongs to the context.
class LimitsSearch : public QObject {
public:
    LimitsSearch(std::vector<ConnectionSettings> targets, Context &context,
                 std::function<void(const SeriesLimits &)> done)
        : QObject(&context), m_context(context), m_targets(std::move(targets)), m_done(std::move(done))
    {
    }

    [[nodiscard]] SeriesLimits limits() const
    {
        SeriesLimits strictest{
            .server = m_targets.front().server, .bounds = boundsOf(m_targets.front()), .practice = {}};
        for (const ConnectionSettings &target : m_targets) {
            if (const SeriesBounds bounds = boundsOf(target); bounds.perMinute < strictest.bounds.perMinute)
                strictest = {.server = target.server, .bounds = bounds, .practice = {}};
        }
        strictest.practice = m_practice;
        return strictest;
    }

    void askNext()
    {
        while (m_next < m_targets.size() && boundsOf(m_targets[m_next]).isLocal)
            ++m_next;
        if (m_next == m_targets.size()) {
            m_done(limits());
            return deleteLater();
        }
        const ConnectionSettings &target = m_targets[m_next++];
        m_look = std::make_unique<PracticeLook>(target);
        connect(m_look.get(), &PracticeLook::finished, this, [this, server = target.server](bool isPractice) {
            m_look.release()->deleteLater(); // we are inside its signal
            if (isPractice)
                m_practice.push_back(server);
            askNext();
        });
        m_look->start();
    }

private:
    [[nodiscard]] SeriesBounds boundsOf(const ConnectionSettings &target) const
    {
        const bool practice = std::ranges::find(m_practice, target.server) != m_practice.end();
        return boundsFor(target.server, practice, m_context.knowledge);
    }

    Context &m_context;
    std::vector<ConnectionSettings> m_targets;
    std::function<void(const SeriesLimits &)> m_done;
    std::size_t m_next = 0;
    std::vector<Endpoint> m_practice;
    std::unique_ptr<PracticeLook> m_look;
};

} // namespace

void findLimits(const std::vector<SendJob> &jobs, const SeriesSize &size, int perMinute, Context &context,
                std::function<void(const SeriesLimits &)> done)
{
    auto search = std::make_unique<LimitsSearch>(targetsOf(jobs), context, done);
    const SeriesLimits limits = search->limits();
    const bool asksForMore =
        perMinute > limits.bounds.perMinute || (size.each > 1 && size.senders * size.each > limits.bounds.most);
    if (!asksForMore)
        return done(limits);
    search.release()->askNext(); // owned by the context
}

} // namespace relaywright::cli
