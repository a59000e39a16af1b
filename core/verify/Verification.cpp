// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Verification.h"

#include "core/verify/Targets.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kReachLimit{10};

/// Any address: with countAll the whole record is walked, whoever sends.
SpfRequest countingRequest(const QString &domain)
{
    SpfRequest request{
        .ip = IpAddress::fromV4(0xc0000201), .helo = domain, .mailFrom = QLatin1String("postmaster@") + domain};
    request.countAll = true;
    return request;
}

} // namespace

class Verification::Private {
public:
    Private(Verification *owner, const Site &site, const Plan &plan, const Knowledge &knowledge, DnsClient &client)
        : q(owner), targets(targetsOf(site, plan, knowledge)), dns(client)
    {
    }

    void start()
    {
        if (scope)
            return;
        scope = std::make_unique<QObject>();
        ++run;
        done = 0;
        total = static_cast<int>(2 * targets.domains.size() + targets.senders.size() + targets.endpoints.size())
                + (targets.mxPort ? 1 : 0);
        if (total == 0) {
            QTimer::singleShot(0, scope.get(), [this] { finish(); });
            return;
        }
        for (const DomainExpectation &domain : targets.domains) {
            lookAtMx(domain);
            lookAtSpf(domain);
        }
        for (const SenderExpectation &sender : targets.senders)
            lookAtSender(sender);
        for (const ReachTarget &target : targets.endpoints)
            connectTo(target);
        if (targets.mxPort)
            findMxHost(*targets.mxPort);
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

private:
    void report(const Finding &finding)
    {
        const QPointer<Verification> alive(q);
        const int thisRun = run;
        ++done;
        Q_EMIT q->found(finding);
        if (!alive || run != thisRun) // destroyed or cancelled by the slot
            return;
        Q_EMIT q->progressed(done, total);
        if (alive && run == thisRun && done == total)
            finish();
    }

    void lookAtMx(DomainExpectation domain)
    {
        domain.id.prepend(QLatin1String("mx"));
        dns.ask(domain.domain, DnsType::Mx, scope.get(),
                [this, domain](const DnsAnswer &answer) { report(judgeMx(domain, answer)); });
    }

    void lookAtSpf(DomainExpectation domain)
    {
        domain.id.prepend(QLatin1String("spf"));
        dns.ask(domain.domain, DnsType::Txt, scope.get(), [this, domain](const DnsAnswer &answer) {
            if (std::ranges::count_if(answer.texts, [](const QByteArray &text) { return isSpfRecord(text); }) != 1)
                return report(judgeSpf(domain, answer, std::nullopt));
            checkSpf(countingRequest(domain.domain), dns, scope.get(),
                     [this, domain, answer](const SpfVerdict &counted) { report(judgeSpf(domain, answer, counted)); });
        });
    }

    void lookAtSender(const SenderExpectation &sender)
    {
        using Verdicts = std::vector<std::pair<IpAddress, SpfVerdict>>;
        if (sender.domain.isEmpty() || sender.egress.empty()) {
            QTimer::singleShot(0, scope.get(), [this, sender] { report(judgeSender(sender, {})); });
            return;
        }
        const auto verdicts = std::make_shared<Verdicts>();
        for (const IpAddress &address : sender.egress) {
            const SpfRequest request{
                .ip = address, .helo = sender.domain, .mailFrom = QLatin1String("postmaster@") + sender.domain};
            checkSpf(request, dns, scope.get(), [this, sender, address, verdicts](const SpfVerdict &verdict) {
                verdicts->emplace_back(address, verdict);
                if (verdicts->size() < sender.egress.size())
                    return;
                std::ranges::stable_sort(*verdicts, {}, &Verdicts::value_type::first);
                report(judgeSender(sender, *verdicts));
            });
        }
    }

    void connectTo(const ReachTarget &target)
    {
        auto *const check = new ReachCheck(
            target, dns, kReachLimit,
            [this, target](const ReachOutcome &outcome) { report(judgeReach(target, outcome)); }, scope.get());
        check->start();
    }

    /// The site does not name its MX host: take the tenant's from the DNS, never a guess.
    void findMxHost(std::uint16_t port)
    {
        const QString domain = targets.domains.empty() ? QString() : targets.domains.front().domain;
        if (domain.isEmpty()) {
            QTimer::singleShot(0, scope.get(), [this, port] { report(mxHostUnknown(port, {})); });
            return;
        }
        dns.ask(domain, DnsType::Mx, scope.get(), [this, domain, port](const DnsAnswer &answer) {
            for (const DnsMx &mx : answer.exchanges) {
                const auto host = Host::parse(mx.exchange);
                if (host && isMicrosoftHost(mx.exchange, targets.domains.front().microsoftSuffixes))
                    return connectTo({{*host, port}, true});
            }
            report(mxHostUnknown(port, domain));
        });
    }

    Verification *q;
    Targets targets;
    DnsClient &dns;
    std::unique_ptr<QObject> scope; ///< while it runs; context of every question, parent of every connection
    int run = 0;                    ///< changes when a run begins or ends
    int done = 0;
    int total = 0;
};

Verification::Verification(const Site &site, const Plan &plan, const Knowledge &knowledge, DnsClient &dns,
                           QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, site, plan, knowledge, dns))
{
}

Verification::~Verification() = default;

void Verification::start()
{
    d->start();
}

void Verification::cancel()
{
    d->finish();
}

} // namespace relaywright
