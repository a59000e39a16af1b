// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfEvaluation.h"

#include "core/mailauth/SpfRun.h"

namespace relaywright {

QString toString(SpfResult result)
{
    switch (result) {
    case SpfResult::Pass: return QStringLiteral("pass");
    case SpfResult::Fail: return QStringLiteral("fail");
    case SpfResult::SoftFail: return QStringLiteral("softfail");
    case SpfResult::Neutral: return QStringLiteral("neutral");
    case SpfResult::None: return QStringLiteral("none");
    case SpfResult::TempError: return QStringLiteral("temperror");
    case SpfResult::PermError: return QStringLiteral("permerror");
    }
    Q_UNREACHABLE();
}

SpfKnown withRecord(const QString &domain, const QString &record, SpfKnown below)
{
    return [domain, record = record.toLatin1(),
            below = std::move(below)](const SpfQuery &query) -> std::optional<SpfAnswer> {
        if (query.type == SpfQueryType::Txt && query.name.compare(domain, Qt::CaseInsensitive) == 0)
            return SpfAnswer{.status = SpfAnswer::Status::Found, .texts = {record}, .addresses = {}, .names = {}};
        return below ? below(query) : std::nullopt;
    };
}

struct SpfEvaluation::State {
    SpfRequest request;
    SpfKnown known;
    std::vector<SpfAnswer> answers;
    std::shared_ptr<SpfRecordCache> records;
    std::optional<SpfQuery> pending;
    std::optional<SpfVerdict> verdict;

    void advance()
    {
        SpfRun run(request, known, answers, *records);
        SpfVerdict result = run.run();
        pending = run.pending();
        if (!pending)
            verdict = std::move(result);
    }
};

SpfEvaluation::SpfEvaluation(const SpfRequest &request, SpfKnown known, std::shared_ptr<SpfRecordCache> records)
    : m_state(std::make_unique<State>(State{
        .request = request,
        .known = std::move(known),
        .records = records ? std::move(records) : std::make_shared<SpfRecordCache>(),
    }))
{
    m_state->advance();
}

SpfEvaluation::~SpfEvaluation() = default;
SpfEvaluation::SpfEvaluation(SpfEvaluation &&) noexcept = default;
SpfEvaluation &SpfEvaluation::operator=(SpfEvaluation &&) noexcept = default;

std::optional<SpfQuery> SpfEvaluation::pending() const
{
    return m_state->pending;
}

void SpfEvaluation::feed(const SpfAnswer &answer)
{
    if (!m_state->pending)
        return;
    m_state->answers.push_back(answer);
    m_state->advance();
}

const std::optional<SpfVerdict> &SpfEvaluation::verdict() const
{
    return m_state->verdict;
}

} // namespace relaywright
