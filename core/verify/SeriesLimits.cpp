// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SeriesLimits.h"

#include "core/verify/PracticeLook.h"

#include <algorithm>

namespace relaywright {

class SeriesLimitsSearch::Private {
public:
    Private(std::vector<Endpoint> known, const Knowledge &facts, SeriesLimitsSearch *search)
        : practice(std::move(known)), knowledge(facts), q(search)
    {
    }

    [[nodiscard]] SeriesBounds boundsOf(const Endpoint &server) const
    {
        const bool isPractice = std::ranges::find(practice, server) != practice.end();
        return boundsFor(server, isPractice, knowledge);
    }

    void askNext()
    {
        while (next < targets.size() && boundsOf(targets[next].server).isLocal)
            ++next;
        if (next == targets.size()) {
            Q_EMIT q->finished(q->limits());
            return;
        }
        const ConnectionSettings &target = targets[next++];
        look = std::make_unique<PracticeLook>(target);
        QObject::connect(look.get(), &PracticeLook::finished, q, [this, server = target.server](bool isPractice) {
            look.release()->deleteLater(); // we are inside its signal
            if (isPractice)
                practice.push_back(server);
            askNext();
        });
        look->start();
    }

    std::vector<ConnectionSettings> targets; ///< one for each server
    std::vector<Endpoint> practice;
    const Knowledge &knowledge;
    SeriesLimitsSearch *q;
    std::size_t next = 0;
    std::unique_ptr<PracticeLook> look;
};

SeriesLimitsSearch::SeriesLimitsSearch(const std::vector<ConnectionSettings> &targets, std::vector<Endpoint> practice,
                                       const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(practice), knowledge, this))
{
    for (const ConnectionSettings &target : targets) {
        const bool known = std::ranges::any_of(
            d->targets, [&](const ConnectionSettings &other) { return other.server == target.server; });
        if (!known)
            d->targets.push_back(target);
    }
}

SeriesLimitsSearch::~SeriesLimitsSearch() = default;

SeriesLimits SeriesLimitsSearch::limits() const
{
    const Endpoint &first = d->targets.front().server;
    SeriesLimits strictest{.server = first, .bounds = d->boundsOf(first), .practice = d->practice};
    for (const ConnectionSettings &target : d->targets) {
        const SeriesBounds bounds = d->boundsOf(target.server);
        if (bounds.perMinute < strictest.bounds.perMinute) {
            strictest.server = target.server;
            strictest.bounds = bounds;
        }
    }
    return strictest;
}

bool SeriesLimitsSearch::isWithin(const SeriesSize &size, int perMinute) const
{
    const SeriesBounds bounds = limits().bounds;
    const qint64 all = static_cast<qint64>(size.senders) * size.each;
    return perMinute <= bounds.perMinute && (size.each <= 1 || all <= bounds.most);
}

void SeriesLimitsSearch::start()
{
    d->askNext();
}

} // namespace relaywright
