// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/PredictionCheck.h"

#include "core/verify/Checks.h"
#include "core/verify/SpfCheck.h"

#include <QTimer>

#include <algorithm>
#include <map>
#include <tuple>

namespace relaywright {

namespace {

using Leaves = PathExpectation::Leaves;

const QString kWhy =
    QStringLiteral("This is what a receiver computes for a message of this sender before anybody reads "
                   "it: whether it is delivered, goes to junk or is refused.");

const std::pair<IpAddress, SpfVerdict> &worstOf(const AddressVerdicts &verdicts)
{
    return *std::ranges::max_element(verdicts, {}, [](const auto &each) { return badness(each.second.result); });
}

/// Only what passes through Exchange Online gets its signature.
bool isSigned(const PathExpectation &path, const PathLook &look)
{
    return path.leaves == Leaves::ThroughExchangeOnline && look.signs.value_or(false);
}

DmarcOutcome outcomeFor(const PathExpectation &path, const PathLook &look, SpfResult spf)
{
    return evaluateDmarc({.fromDomain = path.fromDomain,
                          .envelopeDomain = path.envelopeDomain,
                          .spf = spf,
                          .signingDomain = isSigned(path, look) ? path.fromDomain : QString()},
                         look.dmarc.record, look.dmarc.recordDomain);
}

QString dkimWords(const PathExpectation &path, const PathLook &look)
{
    if (path.leaves != Leaves::ThroughExchangeOnline)
        return QStringLiteral("DKIM: no signature, unless the sender signs itself.");
    if (!look.signs)
        return QStringLiteral("DKIM: could not be told.");
    return *look.signs
               ? QStringLiteral("DKIM: Exchange Online can sign for %1, once DKIM is enabled for it.")
                     .arg(path.fromDomain)
               : QStringLiteral("DKIM: Exchange Online signs for the onmicrosoft.com domain only, because %1 has no "
                                "DKIM records of it.")
                     .arg(path.fromDomain);
}

QString spfWords(const PathExpectation &path, const AddressVerdicts &verdicts)
{
    const auto &[address, verdict] = worstOf(verdicts);
    const QString who = path.leaves == Leaves::ThroughExchangeOnline
                            ? QStringLiteral("Exchange Online (%1, for example)").arg(address.toString())
                            : address.toString();
    return QStringLiteral("SPF: %1 for %2 from %3.").arg(toString(verdict.result), path.envelopeDomain, who);
}

QString dmarcWords(const DmarcOutcome &outcome)
{
    const QString words = QStringLiteral("DMARC: %1.").arg(toString(outcome.result).replace(u'-', u' '));
    return outcome.why.isEmpty() ? words : words + u' ' + outcome.why;
}

/// Authentication without a policy: SPF or a signature that passes is all there is.
Verdict verdictWithoutPolicy(SpfResult spf, bool isSigned)
{
    if (isSigned || spf == SpfResult::Pass)
        return Verdict::Good;
    if (spf == SpfResult::TempError)
        return Verdict::CouldNotTell;
    return spf == SpfResult::Fail || spf == SpfResult::PermError ? Verdict::Wrong : Verdict::Attention;
}

Verdict verdictOf(const PathExpectation &path, const PathLook &look, SpfResult spf)
{
    const DmarcOutcome outcome = outcomeFor(path, look, spf);
    const bool dkimUnclear = path.leaves == Leaves::ThroughExchangeOnline && !look.signs;
    switch (outcome.result) {
    case DmarcOutcome::Result::Pass: return Verdict::Good;
    case DmarcOutcome::Result::CouldNotTell: return Verdict::CouldNotTell;
    case DmarcOutcome::Result::NoPolicy:
        return dkimUnclear && spf != SpfResult::Pass ? Verdict::CouldNotTell
                                                     : verdictWithoutPolicy(spf, isSigned(path, look));
    case DmarcOutcome::Result::Fail:
        if (dkimUnclear)
            return Verdict::CouldNotTell;
        return outcome.disposition == DmarcPolicy::None ? Verdict::Attention : Verdict::Wrong;
    }
    Q_UNREACHABLE();
}

/// The proposed record is better for this mail than what is published.
bool helps(const PathLook &look)
{
    return look.spfAfter && !look.spfAfter->empty()
           && badness(worstOf(*look.spfAfter).second.result) < badness(worstOf(look.spf).second.result);
}

QString spfStep(const PathExpectation &path, const PathLook &look)
{
    const auto &[address, verdict] = worstOf(look.spf);
    switch (verdict.result) {
    case SpfResult::Pass:
    case SpfResult::TempError: return {};
    case SpfResult::PermError:
    case SpfResult::None:
        return QStringLiteral("Mend the SPF record of %1: %2").arg(path.envelopeDomain, verdict.reason);
    case SpfResult::Fail:
    case SpfResult::SoftFail:
    case SpfResult::Neutral: break;
    }
    return QStringLiteral("Let the SPF record of %1 name %2.").arg(path.envelopeDomain, address.toString());
}

QString todoFor(const PathExpectation &path, const PathLook &look)
{
    QStringList steps;
    if (helps(look))
        steps += QStringLiteral("Publish the proposed SPF record of %1.").arg(path.envelopeDomain);
    else if (const QString step = spfStep(path, look); !step.isEmpty())
        steps += step;
    if (path.leaves == Leaves::ThroughExchangeOnline && look.signs == false)
        steps += QStringLiteral("Publish the DKIM records of %1 and enable DKIM for it.").arg(path.fromDomain);
    if (steps.isEmpty() && path.fromDomain != path.envelopeDomain)
        steps += QStringLiteral("Let MAIL FROM and From: be of one domain, or have the mail signed for %1.")
                     .arg(path.fromDomain);
    return steps.isEmpty() ? QStringLiteral("Run the check again later.") : steps.join(u' ');
}

void tellAfter(Finding &finding, const PathExpectation &path, const PathLook &look)
{
    if (!helps(look))
        return;
    const SpfResult after = worstOf(*look.spfAfter).second.result;
    finding.seen += QStringLiteral("\nWith the proposed record: SPF %1, DMARC %2.")
                        .arg(toString(after), toString(outcomeFor(path, look, after).result));
    finding.proposal = look.proposal;
    finding.mends = QStringLiteral("spf-record");
}

/// What holds only if something holds that the DNS does not tell.
void temper(Finding &finding, const PathExpectation &path, SpfResult spf)
{
    if (spf != SpfResult::Pass || path.fromDomain != path.envelopeDomain) {
        if (path.leaves == Leaves::ThroughExchangeOnline && !isAligned(path.fromDomain, path.envelopeDomain, true))
            judge(finding, Verdict::Attention,
                  QStringLiteral(
                      "All rests on the DKIM signature. See with Get-DkimSigningConfig that DKIM is enabled for "
                      "%1, or let MAIL FROM be of that domain too.")
                      .arg(path.fromDomain));
        else if (path.leaves == Leaves::ThroughExchangeOnline)
            judge(finding, Verdict::Attention,
                  QStringLiteral(
                      "All rests on the DKIM signature. See with Get-DkimSigningConfig that DKIM is enabled for "
                      "%1, and mend the SPF record of %2.")
                      .arg(path.fromDomain, path.envelopeDomain));
    }
    if (path.isSample)
        judge(finding, Verdict::Attention,
              QStringLiteral(
                  "The network is large, so only some of its addresses were checked. Enter the exact addresses "
                  "that mail leaves from."));
}

void judgeElsewhere(Finding &finding, const PathExpectation &path)
{
    finding.seen =
        QStringLiteral("The mail leaves through %1, whose addresses and signatures this check does not know.")
            .arg(path.wayName);
    judge(finding, Verdict::CouldNotTell,
          QStringLiteral("Send a test message to a mailbox outside and read its Authentication-Results header."));
}

/// What is missing before anything can be computed; a sentence of what to enter.
QString missing(const PathExpectation &path, const PathLook &look)
{
    if (path.fromDomain.isEmpty() || path.envelopeDomain.isEmpty())
        return QStringLiteral("Enter the address it sends as.");
    if (path.leaves == Leaves::FromSite && path.egress.empty())
        return QStringLiteral("Enter the public addresses that its mail leaves from.");
    if (path.leaves == Leaves::ThroughExchangeOnline && path.spfInclude.isEmpty())
        return QStringLiteral("Enter which Microsoft cloud the organisation is in.");
    return look.spf.empty() ? QStringLiteral("Run the check again later.") : QString();
}

} // namespace

Finding judgePath(const PathExpectation &path, const PathLook &look)
{
    Finding finding;
    finding.why = kWhy;
    finding.evidence = look.dmarc.evidence;
    if (path.leaves == Leaves::Elsewhere) {
        judgeElsewhere(finding, path);
        return finding;
    }
    if (const QString todo = missing(path, look); !todo.isEmpty()) {
        finding.seen = look.unanswered.isEmpty() ? QStringLiteral("Not enough is known of the way this mail takes.")
                                                 : look.unanswered;
        judge(finding, Verdict::CouldNotTell, todo);
        return finding;
    }
    const SpfResult spf = worstOf(look.spf).second.result;
    const QString dmarc = look.dmarc.unanswered.isEmpty()
                              ? dmarcWords(outcomeFor(path, look, spf))
                              : QStringLiteral("DMARC: could not be told. ") + look.dmarc.unanswered;
    finding.seen = QStringList{spfWords(path, look.spf), dkimWords(path, look), dmarc}.join(u'\n');
    finding.verdict = look.dmarc.unanswered.isEmpty() ? verdictOf(path, look, spf) : Verdict::CouldNotTell;
    if (finding.verdict == Verdict::Good)
        temper(finding, path, spf);
    if (finding.verdict != Verdict::Good || spf != SpfResult::Pass)
        tellAfter(finding, path, look);
    if (finding.verdict != Verdict::Good && finding.todo.isEmpty())
        finding.todo = todoFor(path, look);
    return finding;
}

namespace {

/// Gathers what one path needs: everything at the same time, SPF in its steps. A child of the scope.
class PathJob : public QObject {
public:
    PathJob(PathExpectation path, DomainExpectation from, DomainExpectation envelope, const CheckRun &run,
            Report report)
        : QObject(run.scope), m_path(std::move(path)), m_from(std::move(from)),
          m_envelope(std::move(envelope)), m_run{run.dns, this, run.settings}, m_report(std::move(report))
    {
    }

    void start()
    {
        m_open = 3;
        lookAtDmarc(m_path.fromDomain, m_run, [this](const DmarcLook &look) {
            m_look.dmarc = look;
            part();
        });
        lookAtSelectors(m_from, m_run, [this](const std::vector<DkimLook> &looks) {
            m_look.signs = canSign(m_from, looks);
            part();
        });
        findAddresses();
    }

private:
    void findAddresses()
    {
        if (m_path.leaves == Leaves::FromSite)
            return findProposal(m_path.egress);
        surveySpf(m_path.spfInclude, std::nullopt, m_run.dns, this, [this](const SpfNode &tree) {
            if (tree.networks.empty())
                m_look.unanswered = QStringLiteral("The addresses of Exchange Online (%1) could not be looked up.")
                                        .arg(m_path.spfInclude);
            findProposal(tree.networks.empty() ? std::vector<IpAddress>()
                                               : std::vector<IpAddress>{tree.networks.front().address()});
        });
    }

    void findProposal(const std::vector<IpAddress> &addresses)
    {
        if (addresses.empty())
            return part();
        lookAtSpf(m_envelope, m_run, [this, addresses](const SpfLook &look) {
            m_look.proposal = look.proposal;
            if (failed(look.answer)) { // to ask again would only cost the same time again
                m_look.unanswered = look.answer.detail;
                return part();
            }
            evaluate(addresses, {}, m_look.spf, [this, addresses] { evaluateAfter(addresses); });
        });
    }

    void evaluateAfter(const std::vector<IpAddress> &addresses)
    {
        if (m_look.proposal.isEmpty())
            return part();
        m_look.spfAfter.emplace();
        evaluate(addresses, withRecord(m_path.envelopeDomain, m_look.proposal), *m_look.spfAfter, [this] { part(); });
    }

    void evaluate(const std::vector<IpAddress> &addresses, const SpfKnown &known, AddressVerdicts &into,
                  const std::function<void()> &done)
    {
        const auto missing = std::make_shared<size_t>(addresses.size());
        for (const IpAddress &address : addresses) {
            const SpfRequest request{.ip = address,
                                     .helo = m_path.envelopeDomain,
                                     .mailFrom = QLatin1String("postmaster@") + m_path.envelopeDomain};
            checkSpf(request, known, m_run.dns, this, [address, &into, missing, done](const SpfVerdict &verdict) {
                into.emplace_back(address, verdict);
                if (--*missing == 0) {
                    std::ranges::stable_sort(into, {}, &AddressVerdicts::value_type::first);
                    done();
                }
            });
        }
    }

    void part()
    {
        if (--m_open > 0)
            return;
        deleteLater();
        const Finding finding = judgePath(m_path, m_look);
        std::exchange(m_report, nullptr)(finding); // last: it may end the run, and us with it
    }

    PathExpectation m_path;
    DomainExpectation m_from, m_envelope;
    CheckRun m_run;
    Report m_report;
    PathLook m_look;
    int m_open = 0;
};

void lookAtPath(const PathExpectation &path, const DomainExpectation &from, const DomainExpectation &envelope,
                const CheckRun &run, const Report &report)
{
    const bool needsDns = path.leaves != Leaves::Elsewhere && !path.fromDomain.isEmpty()
                          && !path.envelopeDomain.isEmpty()
                          && (path.leaves == Leaves::FromSite ? !path.egress.empty() : !path.spfInclude.isEmpty());
    if (!needsDns) {
        QTimer::singleShot(0, run.scope, [path, report] { report(judgePath(path, {})); });
        return;
    }
    (new PathJob(path, from, envelope, run, report))->start(); // goes with the scope
}

DomainExpectation expectationOf(const Targets &targets, const QString &domain)
{
    const auto found = std::ranges::find(targets.domains, domain, &DomainExpectation::domain);
    return found == targets.domains.end() ? DomainExpectation() : *found;
}

} // namespace

void addPredictionChecks(const Targets &targets, PlannedChecks &checks)
{
    std::map<std::tuple<Leaves, QString, QString, QString, std::vector<IpAddress>, bool>, size_t> places;
    for (const PathExpectation &path : targets.paths) {
        const auto [place, isNew] =
            places.try_emplace({path.leaves, path.leaves == Leaves::Elsewhere ? path.wayName : QString(),
                                path.fromDomain, path.envelopeDomain, path.egress, path.isSample},
                               checks.size());
        if (isNew)
            checks.push_back(
                {{},
                 [path, from = expectationOf(targets, path.fromDomain),
                  envelope = expectationOf(targets, path.envelopeDomain)](const CheckRun &run, const Report &report) {
                     lookAtPath(path, from, envelope, run, report);
                 }});
        checks[place->second].checks.push_back({QLatin1String("prediction.") + path.senderId, Topic::Prediction,
                                                QStringLiteral("Mail of %1 (%2)").arg(path.senderName, path.wayName)});
    }
}

} // namespace relaywright
