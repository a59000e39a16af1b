// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Verification.h"

#include "core/verify/Checks.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr size_t kAtOnce = 200; // looks; each asks some ten questions, and the resolver lets 4,096 wait

PlannedChecks plannedFor(const Targets &targets, const VerificationSettings &settings)
{
    PlannedChecks checks;
    addMxChecks(targets, checks);
    addSpfChecks(targets, checks);
    addDkimChecks(targets, settings, checks);
    addDmarcChecks(targets, checks);
    addPredictionChecks(targets, checks);
    addTransportChecks(targets, checks);
    addAddressChecks(targets, settings, checks);
    if (settings.reach)
        addReachChecks(targets, checks);
    if (settings.only.isEmpty())
        return checks;
    for (PlannedCheck &each : checks)
        std::erase_if(each.checks, [&](const Check &check) { return !settings.only.contains(check.id); });
    std::erase_if(checks, [](const PlannedCheck &each) { return each.checks.empty(); });
    return checks;
}

} // namespace

class Verification::Private {
public:
    Private(Verification *owner, const Targets &targets, DnsClient &client, VerificationSettings given)
        : q(owner), dns(client), settings(std::move(given)), planned(plannedFor(targets, settings))
    {
        for (const PlannedCheck &each : planned)
            checks.insert(checks.end(), each.checks.begin(), each.checks.end());
    }

    void start()
    {
        if (scope)
            return;
        scope = std::make_unique<QObject>();
        ++run;
        done = 0;
        if (planned.empty()) {
            QTimer::singleShot(0, scope.get(), [this] { finish(); });
            return;
        }
        next = 0;
        while (next < std::min(kAtOnce, planned.size()))
            startNext();
    }

    /// Everything that runs hangs on the scope: nothing of it is heard again. It goes at once, not later, so that no
    /// answer that is queued already finds a context; those who call us from within it touch nothing afterwards.
    void finish()
    {
        if (!scope)
            return;
        ++run;
        scope.reset();
        Q_EMIT q->finished();
    }

    Verification *q;
    DnsClient &dns;
    VerificationSettings settings;
    PlannedChecks planned;
    std::vector<Check> checks;

private:
    void startNext()
    {
        const PlannedCheck &each = planned[next++];
        each.look({dns, scope.get(), settings}, [this, &each](const Finding &finding) {
            const QPointer<Verification> alive(q);
            const int thisRun = run;
            reportAll(each.checks, finding);
            if (alive && run == thisRun && next < planned.size())
                startNext();
        });
    }

    void reportAll(const std::vector<Check> &lines, const Finding &finding)
    {
        const QPointer<Verification> alive(q);
        const int thisRun = run;
        for (const Check &line : lines) {
            report(line, finding);
            if (!alive || run != thisRun)
                return;
        }
    }

    void report(const Check &check, Finding finding)
    {
        finding.id = check.id;
        finding.topic = check.topic;
        finding.title = check.title;
        const QPointer<Verification> alive(q);
        const int thisRun = run;
        ++done;
        Q_EMIT q->found(finding);
        if (!alive || run != thisRun) // destroyed or cancelled by the slot
            return;
        const int total = static_cast<int>(checks.size());
        Q_EMIT q->progressed(done, total);
        if (alive && run == thisRun && done == total)
            finish();
    }

    std::unique_ptr<QObject> scope; ///< while it runs; context of every question, parent of every connection
    int run = 0;                    ///< changes when a run begins or ends
    int done = 0;
    size_t next = 0; ///< look to start
};

Verification::Verification(const Site &site, const Plan &plan, const Knowledge &knowledge, DnsClient &dns,
                           const VerificationSettings &settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, targetsOf(site, plan, knowledge), dns, settings))
{
}

Verification::~Verification() = default;

const std::vector<Check> &Verification::checks() const
{
    return d->checks;
}

void Verification::start()
{
    d->start();
}

void Verification::cancel()
{
    d->finish();
}

} // namespace relaywright
