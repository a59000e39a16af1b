// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/DkimCheck.h"
#include "core/verify/DmarcCheck.h"
#include "core/verify/SpfCheck.h"
#include "core/verify/Targets.h"
#include "core/verify/Verification.h"

#include <functional>
#include <vector>

// Internal to core/verify: what a run consists of. Each check asks what it needs and gives one finding; all of them run
// at the same time. What several need (a policy, an evaluation) is asked again: the resolver shares equal questions.
namespace relaywright {

/// What a check may use while it runs. Everything it starts hangs on `scope`: when that is gone, nothing is heard.
struct CheckRun {
    DnsClient &dns;
    QObject *scope;
    const VerificationSettings &settings;
};

using Report = std::function<void(Finding)>;

struct PlannedCheck {
    std::vector<Check> checks; ///< lines that share one look and its finding: senders that are judged alike
    /// Gives the finding once, through the event loop. `id`, `topic` and `title` of it are filled in by the run.
    std::function<void(const CheckRun &, const Report &)> look;
};
using PlannedChecks = std::vector<PlannedCheck>;

// One per topic, in the order of the page.
void addMxChecks(const Targets &targets, PlannedChecks &checks);
void addSpfChecks(const Targets &targets, PlannedChecks &checks);
void addDkimChecks(const Targets &targets, const VerificationSettings &settings, PlannedChecks &checks);
void addDmarcChecks(const Targets &targets, PlannedChecks &checks);
void addPredictionChecks(const Targets &targets, PlannedChecks &checks);
void addTransportChecks(const Targets &targets, PlannedChecks &checks);
void addAddressChecks(const Targets &targets, const VerificationSettings &settings, PlannedChecks &checks);
void addReachChecks(const Targets &targets, PlannedChecks &checks);

// Looks that more than one topic needs.
void lookAtSpf(const DomainExpectation &expected, const CheckRun &run, std::function<void(const SpfLook &)> done);
/// The selectors of Exchange Online.
void lookAtSelectors(const DomainExpectation &domain, const CheckRun &run,
                     std::function<void(const std::vector<DkimLook> &)> done);
void lookAtDmarc(const QString &domain, const CheckRun &run, std::function<void(const DmarcLook &)> done);

struct Question {
    QString name;
    DnsType type = DnsType::A;
};
/// Asks all at the same time; the answers in the order of the questions, through the event loop.
void askAll(const CheckRun &run, const std::vector<Question> &questions,
            std::function<void(const std::vector<DnsAnswer> &)> done);

/// What was asked and answered, for people.
[[nodiscard]] Evidence evidenceOf(const QString &name, DnsType type, const DnsAnswer &answer);
/// An answer in words: its records one a line, "no such record", or why it failed.
[[nodiscard]] QString answerWords(DnsType type, const DnsAnswer &answer);

[[nodiscard]] inline bool failed(const DnsAnswer &answer)
{
    return answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut;
}

/// Sets what a failed look gives: could not tell, and the sentence that says what to do.
void couldNotTell(Finding &finding, const QString &seen);
void judge(Finding &finding, Verdict verdict, const QString &todo);
/// "Mend the record at character 12: ..."; without the place where a fault has none.
[[nodiscard]] QString mendWords(const QString &what, const RecordFault &fault,
                                const QString &unit = QStringLiteral("character"));

} // namespace relaywright
