// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Verification.h"

#include "core/mailauth/SpfSurvey.h"

#include <QTimer>

#include <algorithm>

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
    spf.textStrings = answer.textStrings;
    spf.addresses = answer.addresses;
    spf.names = answer.names;
    for (const DnsMx &mx : answer.exchanges)
        spf.names += mx.exchange;
    return spf;
}

/// What is given, else what the cache has at this moment.
SpfKnown withCache(const SpfKnown &given, DnsClient &dns)
{
    return [given, &dns](const SpfQuery &query) -> std::optional<SpfAnswer> {
        if (given) {
            if (auto answer = given(query))
                return answer;
        }
        const auto cached = dns.known(query.name, toDnsType(query.type));
        return cached ? std::optional(toSpfAnswer(*cached)) : std::nullopt;
    };
}

/// Lives as a child of the context, so that it goes with it; calls `done` once.
template <class Outcome>
class SpfJob : public QObject {
protected:
    using Done = std::function<void(const Outcome &)>;

    SpfJob(DnsClient &client, QObject *context, Done done) : QObject(context), dns(client), m_done(std::move(done))
    {
        m_limit.setSingleShot(true);
        connect(&m_limit, &QTimer::timeout, this, [this] { endLate(); });
        m_limit.start(kTotalLimit);
        // What is known already has its outcome without a question; it still comes through the event loop.
        QTimer::singleShot(0, this, [this] { advance(); });
    }

    virtual void advance() = 0;
    virtual void endLate() = 0;

    void end(const Outcome &outcome)
    {
        if (!m_done)
            return;
        m_limit.stop();
        deleteLater();
        const auto done = std::exchange(m_done, nullptr);
        done(outcome); // last: it may destroy the context, and us with it
    }

    void ask(const SpfQuery &query, const std::function<void(const SpfAnswer &)> &take)
    {
        dns.ask(query.name, toDnsType(query.type), this, [this, take](const DnsAnswer &answer) {
            if (m_done)
                take(toSpfAnswer(answer));
        });
    }

    DnsClient &dns;

private:
    Done m_done;
    QTimer m_limit;
};

class CheckJob final : public SpfJob<SpfVerdict> {
public:
    CheckJob(const SpfRequest &request, const SpfKnown &given, std::shared_ptr<SpfRecordCache> records,
             DnsClient &client, QObject *context, Done done)
        : SpfJob(client, context, std::move(done)), m_evaluation(request, withCache(given, client), std::move(records))
    {
    }

private:
    void advance() override
    {
        const auto query = m_evaluation.pending();
        if (!query)
            return end(*m_evaluation.verdict());
        ask(*query, [this](const SpfAnswer &answer) {
            m_evaluation.feed(answer);
            advance();
        });
    }

    void endLate() override
    {
        SpfVerdict verdict;
        verdict.result = SpfResult::TempError;
        verdict.reason =
            QStringLiteral("The SPF check took longer than %1 seconds. Try again later.").arg(kTotalLimit.count());
        end(verdict);
    }

    SpfEvaluation m_evaluation;
};

class SurveyJob final : public SpfJob<SpfNode> {
public:
    SurveyJob(const QString &domain, const std::optional<QString> &record, DnsClient &client, QObject *context,
              Done done)
        : SpfJob(client, context, std::move(done)), m_survey(domain, record)
    {
    }

private:
    void advance() override
    {
        if (m_survey.result())
            return end(*m_survey.result());
        for (const SpfQuery &query : m_survey.pending()) {
            m_open.push_back(query);
            ask(query, [this, query](const SpfAnswer &answer) {
                std::erase(m_open, query);
                m_survey.feed(query, answer);
                advance();
            });
        }
    }

    /// What is there is kept, and what is still open has failed.
    void endLate() override
    {
        const SpfAnswer none{.status = SpfAnswer::Status::Failed, .texts = {}, .addresses = {}, .names = {}};
        while (!m_survey.result()) {
            std::vector<SpfQuery> open = std::exchange(m_open, {});
            std::ranges::move(m_survey.pending(), std::back_inserter(open));
            if (open.empty())
                break;
            for (const SpfQuery &query : open)
                m_survey.feed(query, none);
        }
        if (m_survey.result())
            end(*m_survey.result());
    }

    SpfSurvey m_survey;
    std::vector<SpfQuery> m_open;
};

} // namespace

void checkSpf(const SpfRequest &request, DnsClient &dns, QObject *context, std::function<void(const SpfVerdict &)> done)
{
    checkSpf(request, {}, dns, context, std::move(done));
}

void checkSpf(const SpfRequest &request, const SpfKnown &known, DnsClient &dns, QObject *context,
              std::function<void(const SpfVerdict &)> done, std::shared_ptr<SpfRecordCache> records)
{
    Q_ASSERT(context);
    new CheckJob(request, known, std::move(records), dns, context, std::move(done));
}

void surveySpf(const QString &domain, const std::optional<QString> &record, DnsClient &dns, QObject *context,
               std::function<void(const SpfNode &)> done)
{
    Q_ASSERT(context);
    new SurveyJob(domain, record, dns, context, std::move(done));
}

} // namespace relaywright
