// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"
#include "core/site/SiteDocument.h"
#include "tests/unit/plan/PlanSamples.h"

#include <QTest>

#include <array>
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

constexpr YesNo kYesNo[] = {YesNo::Unknown, YesNo::Yes, YesNo::No};
constexpr TlsAbility kTls[] = {TlsAbility::Unknown, TlsAbility::None, TlsAbility::Tls10, TlsAbility::Tls12};
constexpr SignInAbility kSignIn[] = {SignInAbility::Unknown, SignInAbility::None,  SignInAbility::Basic,
                                     SignInAbility::Ntlm,    SignInAbility::OAuth, SignInAbility::ClientCertificate};
constexpr Reach kReach[] = {Reach::Unknown, Reach::Internal, Reach::External, Reach::Both};
constexpr Hosting kHosting[] = {Hosting::Unknown, Hosting::OwnLan, Hosting::ThirdParty, Hosting::Azure};

/// The axes of the space and how many answers each has; a point is one index per axis.
enum Axis { Tls, StartTls, SignIn, WritesTo, Runs, Port25, Port587, Static, Shared, Rejects, AxisCount };
constexpr std::array<int, AxisCount> kAnswers{4, 3, 6, 4, 4, 3, 3, 3, 3, 3}; // 279,936 combinations
using Point = std::array<int, AxisCount>;

Facts factsAt(const Point &at)
{
    static const Facts base = [] { // copied, because to parse its names again takes longer than to judge it
        Facts office{samples::office()};
        office.site.senders = {scanner()};
        office.sender().kind = SenderKind::Erp; // not a box: where it stands has to be said
        office.sender().network = office.network().id;
        return office;
    }();
    Facts facts = base;
    facts.sender().tls = kTls[at[Tls]];
    facts.sender().startTls = kYesNo[at[StartTls]];
    facts.sender().signIn = kSignIn[at[SignIn]];
    facts.sender().reach = kReach[at[WritesTo]];
    facts.sender().hosting = kHosting[at[Runs]];
    facts.network().port25Open = kYesNo[at[Port25]];
    facts.network().port587Open = kYesNo[at[Port587]];
    facts.network().staticEgress = kYesNo[at[Static]];
    facts.network().sharedEgress = kYesNo[at[Shared]];
    facts.organisation().rejectDirectSend = kYesNo[at[Rejects]];
    return facts;
}

std::size_t indexOf(const Point &at)
{
    std::size_t index = 0;
    for (std::size_t axis = 0; axis < AxisCount; ++axis)
        index = index * static_cast<std::size_t>(kAnswers[axis]) + static_cast<std::size_t>(at[axis]);
    return index;
}

/// Every `step`th point; returns how many there were.
int forEveryPoint(const std::function<void(const Point &)> &each, int step = 1)
{
    Point at{};
    int count = 0;
    for (bool more = true; more;) {
        if (count++ % step == 0)
            each(at);
        more = false;
        for (std::size_t axis = AxisCount; axis-- > 0 && !more;) {
            more = ++at[axis] < kAnswers[axis];
            if (!more)
                at[axis] = 0;
        }
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

Subject subject(const Facts &facts, const Figures &figures)
{
    return subjectOf(facts.site, facts.sender(), figures, kBeforeSwitchOff);
}

/// The usable methods as bits.
unsigned usableAt(const Subject &one)
{
    unsigned usable = 0;
    for (const Method method : kAllMethods) {
        const auto upstream =
            method == Method::LocalRelay ? std::optional(upstreamFor(one)) : std::optional<UpstreamWay>();
        const Fit fit = weigh(tablesOf(method, upstream), one).fit;
        if (fit == Fit::Fits || fit == Fit::FitsAfterChanges)
            usable |= 1u << static_cast<unsigned>(method);
    }
    return usable;
}

} // namespace

class tst_FactSpace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void aMethodThatBreaksAHardConstraintIsNeverUsable();
    void unknownNeverCountsAsAGoodAnswer();
    void moreAbilityLosesNoMethod();
    void aGoodAnswerLosesNoMethod();
    void thereIsAlwaysAMethodOrAReasonForNone();
    void theChoiceWithoutWordsIsTheChoiceWithWords();
    void anAnswerChangesWhatItsEffectSays();

private:
    /// What is usable at `worse` is usable at `better`, wherever else the point lies; `except` are bits not looked at.
    void compare(Axis axis, int worse, int better, const char *what, unsigned except = 0);

    std::vector<unsigned> m_usable;
};

void tst_FactSpace::initTestCase()
{
    // With all that must be paid for, so that every method can be usable.
    const Figures figures(Knowledge::builtIn());
    const int count = forEveryPoint([&](const Point &at) {
        Facts facts = factsAt(at);
        facts.organisation().hveBilling = YesNo::Yes;
        facts.organisation().azureSubscription = YesNo::Yes;
        facts.organisation().onPremisesExchange = YesNo::Yes;
        m_usable.push_back(usableAt(subject(facts, figures)));
    });
    QVERIFY(count >= 200'000);
    QCOMPARE_EQ(m_usable.size(), static_cast<std::size_t>(count));
}

void tst_FactSpace::aMethodThatBreaksAHardConstraintIsNeverUsable()
{
    std::set<Method> seen;
    forEveryPoint([&](const Point &at) {
        const unsigned usable = m_usable[indexOf(at)];
        if (usable == 0)
            return;
        Facts facts = factsAt(at);
        facts.organisation().hveBilling = YesNo::Yes;
        facts.organisation().azureSubscription = YesNo::Yes;
        facts.organisation().onPremisesExchange = YesNo::Yes;
        for (const Method method : kAllMethods) {
            if ((usable & (1u << static_cast<unsigned>(method))) == 0)
                continue;
            seen.insert(method);
            const char *broken = brokenConstraint(method, facts);
            if (*broken != '\0') // its words are made in any case, and take longer than the judgement
                QFAIL(toString(method).toUtf8() + " without " + broken + ": " + wordsOf(facts));
        }
    });
    QCOMPARE_EQ(seen.size(), std::size(kAllMethods));
    // The same for the ways out of a local relay, and for an organisation that pays for nothing.
    const Figures figures(Knowledge::builtIn());
    forEveryPoint(
        [&](const Point &at) {
            const Facts facts = factsAt(at);
            const auto choice = choose(subject(facts, figures));
            if (!choice)
                return;
            if (*brokenConstraint(choice->method, facts) != '\0')
                QFAIL(wordsOf(facts));
            if (choice->upstream && *brokenConstraint(*choice->upstream, facts) != '\0')
                QFAIL(wordsOf(facts));
        },
        7);
}

void tst_FactSpace::compare(Axis axis, int worse, int better, const char *what, unsigned except)
{
    forEveryPoint([&](const Point &at) {
        if (at[axis] != worse)
            return;
        Point then = at;
        then[axis] = better;
        const unsigned lost = m_usable[indexOf(at)] & ~m_usable[indexOf(then)] & ~except;
        if (lost != 0)
            QFAIL(QByteArray(what) + " loses " + QByteArray::number(lost) + ": " + wordsOf(factsAt(at)));
    });
}

void tst_FactSpace::unknownNeverCountsAsAGoodAnswer()
{
    constexpr int kUnknown = 0;
    constexpr int kYes = 1;
    constexpr int kNo = 2;
    compare(Tls, kUnknown, 1, "no TLS after unknown TLS");
    compare(SignIn, kUnknown, 1, "no sign-in after unknown sign-in");
    compare(WritesTo, kUnknown, 3, "everybody after nobody knows whom");
    compare(Port25, kUnknown, kNo, "closed port 25");
    compare(Port587, kUnknown, kNo, "closed port 587");
    compare(Static, kUnknown, kNo, "a changing address");
    compare(Shared, kUnknown, kYes, "a shared address");
    compare(Rejects, kUnknown, kYes, "rejected direct send");
    compare(Runs, kUnknown, 2, "a third party's house");
    // STARTTLS is only to be checked: nearly every device with TLS has it.
    const unsigned toCheck = 1u << static_cast<unsigned>(Method::ClientSubmission)
                             | 1u << static_cast<unsigned>(Method::HighVolumeEmail)
                             | 1u << static_cast<unsigned>(Method::AzureCommunicationServices);
    compare(StartTls, kUnknown, kNo, "no STARTTLS", toCheck);
}

void tst_FactSpace::moreAbilityLosesNoMethod()
{
    compare(Tls, 1, 2, "TLS 1.0 after none");
    compare(Tls, 2, 3, "TLS 1.2 after 1.0");
    compare(StartTls, 2, 1, "STARTTLS");
    for (const int ability : {2, 3, 4, 5})
        compare(SignIn, 1, ability, "a sign-in after none");
    compare(SignIn, 2, 4, "OAuth after a password");
}

void tst_FactSpace::aGoodAnswerLosesNoMethod()
{
    for (const Axis axis : {Port25, Port587, Static}) {
        compare(axis, 0, 1, "yes");
        compare(axis, 2, 1, "yes after no");
    }
    for (const Axis axis : {Shared, Rejects}) {
        compare(axis, 0, 2, "no");
        compare(axis, 1, 2, "no after yes");
    }
    compare(Runs, 0, 1, "the local network");
}

void tst_FactSpace::thereIsAlwaysAMethodOrAReasonForNone()
{
    int without = 0;
    forEveryPoint(
        [&](const Point &at) {
            const Facts facts = factsAt(at);
            const SenderPlan plan = advise(facts.site, Knowledge::builtIn(), kBeforeSwitchOff).senders[0];
            QCOMPARE_EQ(plan.chosen() == nullptr, !plan.noneBecause.isEmpty());
            if (plan.chosen())
                return;
            ++without;
            for (const Option &option : plan.options)
                QVERIFY2(plan.noneBecause.contains(displayName(option.method)), qPrintable(plan.noneBecause));
        },
        97); // words take longer than a choice
    QVERIFY(without > 0);
}

void tst_FactSpace::theChoiceWithoutWordsIsTheChoiceWithWords()
{
    const Figures figures(Knowledge::builtIn());
    forEveryPoint(
        [&](const Point &at) {
            const Facts facts = factsAt(at);
            const auto choice = choose(subject(facts, figures));
            const SenderPlan plan = advise(facts.site, Knowledge::builtIn(), kBeforeSwitchOff).senders[0];
            QCOMPARE_EQ(choice.has_value(), plan.chosen() != nullptr);
            if (!choice)
                return;
            QCOMPARE_EQ(toString(choice->method), toString(plan.chosen()->method));
            QCOMPARE_EQ(choice->upstream.has_value(), plan.chosen()->upstream.has_value());
        },
        211);
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
    std::set<QByteArray> seen;
    const auto look = [&](const Point &at) {
        const Facts facts = factsAt(at);
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
    };
    forEveryPoint(look, 173);
    QCOMPARE_EQ(seen.size(), std::size(given));
}

QTEST_GUILESS_MAIN(tst_FactSpace)
#include "tst_FactSpace.moc"
