// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendLimits.h"

namespace relaywright::cli {

void findLimits(const std::vector<SendJob> &jobs, const SeriesSize &size, int perMinute, Context &context,
                std::function<void(const SeriesLimits &)> done)
{
    std::vector<ConnectionSettings> targets;
    for (const SendJob &job : jobs) {
        if (!job.obstacle) // with one it goes nowhere
            targets.push_back(job.request.connection);
    }
    auto search = std::make_unique<SeriesLimitsSearch>(targets, std::vector<Endpoint>(), context.knowledge, &context);
    if (search->isWithin(size, perMinute))
        return done(search->limits());
    SeriesLimitsSearch *asking = search.release(); // owned by the context
    QObject::connect(asking, &SeriesLimitsSearch::finished, asking,
                     [asking, done = std::move(done)](const SeriesLimits &limits) {
                         asking->deleteLater(); // we are inside its signal
                         done(limits);
                     });
    asking->start();
}

} // namespace relaywright::cli
