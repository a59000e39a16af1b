// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Verification.h"

#include <QTimer>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kTotalLimit{20};

DnsType toDnsType(SpfQueryType type)
{
    switch (type) {
    case SpfQueryType::Txt: return DnsType::Txt;
    case SpfQueryType::A: return DnsType::A;
    case SpfQueryType::Aaaa: return DnsType::Aaaa;
    case SpfQueryType::Mx: return DnsType::Mx;
    case SpfQueryType::Ptr: return DnsType::Ptr;
    }
    Q_UNREACHABLE();
}

SpfAnswer toSpfAnswer(const DnsAnswer &answer)
{
    SpfAnswer spf;
    switch (answer.status) {
    case DnsAnswer::Status::Found: spf.status = SpfAnswer::Status::Found; break;
    case DnsAnswer::Status::NoData:
    case DnsAnswer::Status::NoName: spf.status = SpfAnswer::Status::Void; break;
    case DnsAnswer::Status::Failed:
    case DnsAnswer::Status::TimedOut: spf.status = SpfAnswer::Status::Failed; break;
    }
    spf.texts = answer.texts;
    spf.addresses = answer.addresses;
    spf.names = answer.names;
    for (const DnsMx &mx : answer.exchanges)
        spf.names += mx.exchange;
    return spf;
}

/// Lives as a child of the context, so that it goes with it.
class SpfJob : public QObject {
public:
    SpfJob(const SpfRequest &request, DnsClient &dns, QObject *context, std::function<void(const SpfVerdict &)> done)
        : QObject(context), m_evaluation(request), m_dns(dns), m_done(std::move(done))
    {
        m_limit.setSingleShot(true);
        connect(&m_limit, &QTimer::timeout, this, [this] { endLate(); });
        m_limit.start(kTotalLimit);
        // An invalid domain has its verdict without a question; it still comes through the event loop.
        QTimer::singleShot(0, this, [this] { advance(); });
    }

private:
    void advance()
    {
        if (const auto query = m_evaluation.pending()) {
            m_dns.ask(query->name, toDnsType(query->type), this, [this](const DnsAnswer &answer) {
                m_evaluation.feed(toSpfAnswer(answer));
                advance();
            });
            return;
        }
        end(*m_evaluation.verdict());
    }

    void endLate()
    {
        SpfVerdict verdict;
        verdict.result = SpfResult::TempError;
        verdict.reason =
            QStringLiteral("The SPF check took longer than %1 seconds. Try again later.").arg(kTotalLimit.count());
        end(verdict);
    }

    void end(const SpfVerdict &verdict)
    {
        if (!m_done)
            return;
        m_limit.stop();
        deleteLater();
        const auto done = std::exchange(m_done, nullptr);
        done(verdict); // last: it may destroy the context, and us with it
    }

    SpfEvaluation m_evaluation;
    DnsClient &m_dns;
    std::function<void(const SpfVerdict &)> m_done;
    QTimer m_limit;
};

} // namespace

void checkSpf(const SpfRequest &request, DnsClient &dns, QObject *context, std::function<void(const SpfVerdict &)> done)
{
    Q_ASSERT(context);
    new SpfJob(request, dns, context, std::move(done));
}

} // namespace relaywright
