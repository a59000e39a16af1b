// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"
#include "core/site/SiteDocument.h"
#include "tests/unit/plan/PlanSamples.h"

#include <QTest>

#include <functional>
#include <set>

// Every combination of the facts that decide, not a sample of them. The hard constraints are written here once more, from
// the documents and not from the tables, so that a rule that is missing or wrong shows.

using namespace relaywright;
using namespace relaywright::samples;

namespace {

/// One point of the space: a site with one sender.
struct Facts {
    Site site;
    Sender &sender() { return site.senders[0]; }
    const Sender &sender() const { return site.senders[0]; }
    Network &network() { return site.networks[0]; }
    const Network &network() const { return site.networks[0]; }
    Organisation &organisation() { return site.organisation; }
    const Organisation &organisation() const { return site.organisation; }
};

using Each = std::function<void(const Facts &)>;

constexpr YesNo kYesNo[] = {YesNo::Unknown, YesNo::Yes, YesNo::No};
constexpr TlsAbility kTls[] = {TlsAbility::Unknown, TlsAbility::None, TlsAbility::Tls10, TlsAbility::Tls12};
constexpr SignInAbility kSignIn[] = {SignInAbility::Unknown, SignInAbility::None,  SignInAbility::Basic,
                                     SignInAbility::Ntlm,    SignInAbility::OAuth, SignInAbility::ClientCertificate};
constexpr Reach kReach[] = {Reach::Unknown, Reach::Internal, Reach::External, Reach::Both};
constexpr Hosting kHosting[] = {Hosting::Unknown, Hosting::OwnLan, Hosting::ThirdParty, Hosting::Azure};

/// 4 * 3 * 6 * 4 * 4 * 3^5 = 279,936 combinations.
int forEveryCombination(const Each &each)
{
    Facts facts{office()};
    facts.site.senders = {scanner()};
    facts.sender().kind = SenderKind::Erp; // not a box: where it stands has to be said
    facts.sender().network = facts.network().id;
    int count = 0;
    for (const TlsAbility tls : kTls)
    for (const YesNo startTls : kYesNo)
    for (const SignInAbility signIn : kSignIn)
    for (const Reach reach : kReach)
    for (const Hosting hosting : kHosting)
    for (const YesNo port25 : kYesNo)
    for (const YesNo port587 : kYesNo)
    for (const YesNo fixedAddress : kYesNo)
    for (const YesNo shared : kYesNo)
    for (const YesNo rejects : kYesNo) {
        facts.sender().tls = tls;
        facts.sender().startTls = startTls;
        facts.sender().signIn = signIn;
        facts.sender().reach = reach;
        facts.sender().hosting = hosting;
        facts.network().port25Open = port25;
        facts.network().port587Open = port587;
        facts.network().staticEgress = fixedAddress;
        facts.network().sharedEgress = shared;
        facts.organisation().rejectDirectSend = rejects;
        each(facts);
        ++count;
    }
    return count;
}

/// What the documents say must be known to hold before a method may be used at all; empty when it holds.
const char *brokenConstraint(Method method, const Facts &facts)
{
    const Sender &sender = facts.sender();
    const Network &network = facts.network();
    const bool tls12 = sender.tls == TlsAbility::Tls12 || sender.tls == TlsAbility::Tls13;
    const bool certificate = sender.signIn == SignInAbility::ClientCertificate && sender.tls != TlsAbility::None
                             && sender.tls != TlsAbility::Unknown;
    switch (method) {
    case Method::ClientSubmission:
        if (!tls12)
            return "TLS 1.2";
        if (sender.startTls == YesNo::No)
            return "STARTTLS";
        return sender.signIn == SignInAbility::Basic || sender.signIn == SignInAbility::OAuth ? "" : "sign-in";
    case Method::DirectSend:
        if (sender.reach != Reach::Internal)
            return "internal recipients only";
        if (facts.organisation().rejectDirectSend != YesNo::No)
            return "RejectDirectSend off";
        return network.port25Open == YesNo::Yes ? "" : "port 25";
    case Method::ConnectorRelay:
        if (network.port25Open != YesNo::Yes)
            return "port 25";
        if (certificate)
            return "";
        if (network.staticEgress != YesNo::Yes)
            return "static address";
        if (network.sharedEgress != YesNo::No)
            return "own address";
        return sender.hosting == Hosting::OwnLan || sender.hosting == Hosting::Azure ? "" : "own hosting";
    case Method::LocalRelay:
        return sender.hosting == Hosting::OwnLan || sender.hosting == Hosting::Azure ? "" : "reaches the relay";
    case Method::HighVolumeEmail:
        if (sender.reach != Reach::Internal)
            return "internal recipients only";
        if (facts.organisation().hveBilling != YesNo::Yes)
            return "billing policy";
        return tls12 && (sender.signIn == SignInAbility::Basic || sender.signIn == SignInAbility::OAuth) ? "" : "sign-in";
    case Method::AzureCommunicationServices:
        return facts.organisation().azureSubscription == YesNo::Yes && tls12 ? "" : "subscription and TLS 1.2";
    case Method::OnPremExchange:
        if (facts.organisation().onPremisesExchange != YesNo::Yes)
            return "a server";
        return sender.hosting == Hosting::OwnLan ? "" : "reaches the server";
    }
    Q_UNREACHABLE();
}

/// The same for the way by which a local relay hands mail on.
const char *brokenConstraint(UpstreamWay way, const Facts &facts)
{
    const Network &network = facts.network();
    switch (way) {
    case UpstreamWay::Connector:
        if (network.port25Open != YesNo::Yes)
            return "port 25";
        if (network.staticEgress != YesNo::Yes || network.sharedEgress != YesNo::No)
            return "own static address";
        return facts.sender().hosting == Hosting::OwnLan ? "" : "own address";
    case UpstreamWay::HighVolumeEmail:
        return facts.sender().reach == Reach::Internal && facts.organisation().hveBilling == YesNo::Yes ? "" : "internal";
    case UpstreamWay::AzureCommunicationServices:
        return facts.organisation().azureSubscription == YesNo::Yes ? "" : "subscription";
    case UpstreamWay::SubmissionByOAuth:
    case UpstreamWay::SubmissionByPassword:
    case UpstreamWay::Graph: return ""; // ports can be opened, mailboxes made
    }
    Q_UNREACHABLE();
}

QByteArray wordsOf(const Facts &facts)
{
    return toJson(facts.site).simplified();
}

Subject subject(const Facts &facts, const Figures &figures, QDate today = kBeforeSwitchOff)
{
    return subjectOf(facts.site, facts.sender(), figures, today);
}

} // namespace

class tst_FactSpace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMethodThatBreaksAHardConstraintIsNeverUsable();
    void thereIsAlwaysAMethodOrAReasonForNone();
    void theChoiceWithoutWordsIsTheChoiceWithWords();
    void anAnswerChangesWhatItsEffectSays();
};

void tst_FactSpace::aMethodThatBreaksAHardConstraintIsNeverUsable()
{
    const Figures figures(Knowledge::builtIn());
    int at = 0;
    const int count = forEveryCombination([&](const Facts &known) {
        // Every third time with what must be paid for, so that the other methods are chosen too.
        Facts facts = known;
        const YesNo paid = ++at % 3 == 0 ? YesNo::Yes : YesNo::No;
        facts.organisation().hveBilling = paid;
        facts.organisation().azureSubscription = paid;
        facts.organisation().onPremisesExchange = paid;
        const Subject one = subject(facts, figures);
        for (const Method method : kAllMethods) {
            const auto upstream =
                method == Method::LocalRelay ? std::optional(upstreamFor(one)) : std::optional<UpstreamWay>();
            const Fit fit = weigh(tablesOf(method, upstream), one).fit;
            if (fit != Fit::Fits && fit != Fit::FitsAfterChanges)
                continue;
            const char *broken = brokenConstraint(method, facts);
            QVERIFY2(*broken == '\0', toString(method).toUtf8() + " without " + broken + ": " + wordsOf(facts));
            if (upstream)
                QVERIFY2(*brokenConstraint(*upstream, facts) == '\0', wordsOf(facts));
        }
    });
    QVERIFY(count >= 200'000);
}

void tst_FactSpace::thereIsAlwaysAMethodOrAReasonForNone()
{
    int without = 0;
    int at = 0;
    forEveryCombination([&](const Facts &facts) {
        if (++at % 97 != 0)
            return; // words take longer than a choice
        const SenderPlan plan = advise(facts.site, Knowledge::builtIn(), kBeforeSwitchOff).senders[0];
        QCOMPARE_EQ(plan.chosen() == nullptr, !plan.noneBecause.isEmpty());
        if (plan.chosen())
            return;
        ++without;
        for (const Option &option : plan.options)
            QVERIFY2(plan.noneBecause.contains(displayName(option.method)), qPrintable(plan.noneBecause));
    });
    QVERIFY(without > 0);
}

void tst_FactSpace::theChoiceWithoutWordsIsTheChoiceWithWords()
{
    const Figures figures(Knowledge::builtIn());
    int at = 0;
    forEveryCombination([&](const Facts &facts) {
        if (++at % 211 != 0)
            return;
        const auto choice = choose(subject(facts, figures));
        const SenderPlan plan = advise(facts.site, Knowledge::builtIn(), kBeforeSwitchOff).senders[0];
        QCOMPARE_EQ(choice.has_value(), plan.chosen() != nullptr);
        if (!choice)
            return;
        QCOMPARE_EQ(toString(choice->method), toString(plan.chosen()->method));
        QCOMPARE_EQ(choice->upstream.has_value(), plan.chosen()->upstream.has_value());
    });
}

/// "If the answer is X, Y is chosen": the answer is given, and Y is what the new plan chooses.
void tst_FactSpace::anAnswerChangesWhatItsEffectSays()
{
    struct Given {
        const char *path;
        const char *answer;
        void (*give)(Facts &);
    };
    const Given given[] = {
        {"networks[office].port25Open", "yes", [](Facts &f) { f.network().port25Open = YesNo::Yes; }},
        {"networks[office].staticEgress", "yes", [](Facts &f) { f.network().staticEgress = YesNo::Yes; }},
        {"organisation.rejectDirectSend", "no", [](Facts &f) { f.organisation().rejectDirectSend = YesNo::No; }},
        {"senders[scanner].signIn", "oauth", [](Facts &f) { f.sender().signIn = SignInAbility::OAuth; }},
        {"senders[scanner].tls", "tls1.2", [](Facts &f) { f.sender().tls = TlsAbility::Tls12; }},
        {"senders[scanner].reach", "internal", [](Facts &f) { f.sender().reach = Reach::Internal; }},
    };
    int at = 0;
    std::set<QByteArray> seen;
    forEveryCombination([&](const Facts &facts) {
        if (++at % 173 != 0)
            return;
        const Plan plan = advise(facts.site, Knowledge::builtIn(), kBeforeSwitchOff);
        for (const OpenQuestion &question : plan.questions) {
            for (const AnswerEffect &effect : question.effects) {
                for (const Given &one : given) {
                    if (question.path != QLatin1String(one.path) || effect.answer != QLatin1String(one.answer))
                        continue;
                    Facts then = facts;
                    one.give(then);
                    const SenderPlan after = advise(then.site, Knowledge::builtIn(), kBeforeSwitchOff).senders[0];
                    const Option *chosen = after.chosen();
                    QCOMPARE_EQ(chosen ? toString(chosen->method) : QString(), effect.way.section(u'/', 0, 0));
                    seen.insert(QByteArray(one.path) + one.answer);
                }
            }
        }
    });
    QCOMPARE_EQ(seen.size(), std::size(given));
}

QTEST_GUILESS_MAIN(tst_FactSpace)
#include "tst_FactSpace.moc"
