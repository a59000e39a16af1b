// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfEvaluation.h"
#include "core/mailauth/SpfMacro.h"
#include "core/mailauth/SpfRecordCache.h"

#include <QHash>

#include <optional>
#include <vector>

namespace relaywright {

/// One pass over check_host() with the answers known so far. It is deterministic, so the n-th question of every pass
/// is the same one and gets the n-th answer. A question beyond them is answered by `known`, and its answer is kept: a
/// cache may forget it before the next pass. The first question without an answer becomes `pending`; from then on every
/// question fails at once, the pass runs out quickly, and its verdict is thrown away.
class SpfRun {
public:
    SpfRun(const SpfRequest &request, const SpfKnown &known, std::vector<SpfAnswer> &answers, SpfRecordCache &records);
    [[nodiscard]] SpfVerdict run();
    [[nodiscard]] const std::optional<SpfQuery> &pending() const { return m_pending; }

private:
    using Record = std::shared_ptr<const SpfParsedRecord>;
    enum class Match { No, Yes, TempError, PermError };
    /// What check_host() gives for one domain (§4); `explanation` is the exp of the record that failed.
    struct Outcome {
        SpfResult result = SpfResult::None;
        QString matched, reason, explanation, explanationDomain;
    };

    [[nodiscard]] SpfAnswer ask(const QString &name, SpfQueryType type);
    [[nodiscard]] bool spendLookup(QString &note);
    [[nodiscard]] bool spendVoid(const SpfAnswer &answer, QString &note);

    [[nodiscard]] Outcome checkHost(const QString &domain, int depth);
    [[nodiscard]] std::optional<Outcome> fetchRecord(const QString &domain, Record &record);
    [[nodiscard]] std::optional<Outcome> evaluateMechanisms(const SpfParsedRecord &parsed, const QString &domain,
                                                            int depth);
    [[nodiscard]] Outcome followRedirect(const SpfRecord &record, const QString &domain, int depth);

    [[nodiscard]] Match evaluate(const SpfMechanism &mechanism, const QString &domain, int depth, QString &note);
    [[nodiscard]] Match evaluateInclude(const QString &target, int depth, QString &note);
    [[nodiscard]] Match evaluateA(const SpfMechanism &mechanism, const QString &target, QString &note);
    [[nodiscard]] Match evaluateMx(const SpfMechanism &mechanism, const QString &target, QString &note);
    [[nodiscard]] Match evaluatePtr(const QString &target, QString &note);
    [[nodiscard]] Match evaluateExists(const QString &target, QString &note);

    [[nodiscard]] bool covers(const SpfMechanism &mechanism, const SpfAnswer &answer) const;
    [[nodiscard]] SpfAnswer reverseNames();
    [[nodiscard]] bool belongsToClient(const QString &name);
    [[nodiscard]] QString validatedName(const QString &domain);
    [[nodiscard]] QString expandName(const QString &spec, const QString &domain);
    [[nodiscard]] SpfMacroValues valuesFor(const QString &domain);
    [[nodiscard]] QString explain(const Outcome &outcome);
    [[nodiscard]] SpfQueryType addressType() const;

    const SpfRequest &m_request;
    const SpfKnown &m_known;
    std::vector<SpfAnswer> &m_answers;
    SpfRecordCache &m_records;
    QString m_localPart;
    QString m_senderDomain;
    size_t m_next = 0;
    std::optional<SpfQuery> m_pending;
    int m_lookups = 0;
    int m_voidLookups = 0;
    std::optional<SpfAnswer> m_reverseNames; // asked once, however many %{p} and ptr there are
    QHash<QString, bool> m_validated;
    std::vector<SpfTraceStep> m_trace;
};

} // namespace relaywright
