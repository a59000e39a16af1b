// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"
#include "core/site/SiteDocument.h"
#include "tests/unit/plan/PlanSamples.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

#include <functional>
#include <map>
#include <set>

using namespace relaywright;
using namespace relaywright::samples;

namespace {

constexpr int kSites = 100;

YesNo anyAnswer(QRandomGenerator &random)
{
    return static_cast<YesNo>(random.bounded(3));
}

/// Any site that a person could answer together, one sender in one network.
Site anySite(QRandomGenerator &random)
{
    Site site = office();
    Organisation &organisation = site.organisation;
    for (YesNo *answer :
         {&organisation.securityDefaults, &organisation.smtpAuthDisabled, &organisation.rejectDirectSend,
          &organisation.onPremisesExchange, &organisation.hveBilling, &organisation.azureSubscription})
        *answer = anyAnswer(random);
    if (random.bounded(4) == 0)
        organisation.mxHost = std::nullopt;
    if (random.bounded(4) == 0)
        organisation.acceptedDomains.clear();
    if (random.bounded(4) == 0)
        organisation.cloud = random.bounded(2) ? std::optional(static_cast<Cloud>(random.bounded(4))) : std::nullopt;
    Network &network = site.networks[0];
    for (YesNo *answer : {&network.staticEgress, &network.sharedEgress, &network.port25Open, &network.port587Open})
        *answer = anyAnswer(random);
    if (random.bounded(4) == 0)
        network.egress.clear();
    Sender sender = scanner();
    sender.kind = static_cast<SenderKind>(random.bounded(13));
    sender.hosting = static_cast<Hosting>(random.bounded(4));
    sender.reach = static_cast<Reach>(random.bounded(4));
    sender.tls = static_cast<TlsAbility>(random.bounded(7));
    sender.startTls = anyAnswer(random);
    sender.signIn = static_cast<SignInAbility>(random.bounded(6));
    if (random.bounded(3) == 0)
        sender.signInAs = std::nullopt;
    if (random.bounded(3) == 0)
        sender.from = std::nullopt;
    if (random.bounded(3) == 0)
        sender.recipientsPerMessage = random.bounded(1200);
    if (random.bounded(3) == 0)
        sender.recipientsPerDay = random.bounded(20'000);
    site.senders = {sender};
    return site;
}

QDate anyDay(QRandomGenerator &random)
{
    return kBeforeSwitchOff.addDays(random.bounded(1000));
}

QByteArray describeSite(const Site &site)
{
    return QJsonDocument::fromJson(toJson(site)).toJson(QJsonDocument::Compact) + '\n';
}

std::set<QString> usableMethods(const Site &site, QDate today)
{
    std::set<QString> usable;
    const SenderPlan plan = advise(site, Knowledge::builtIn(), today).senders.at(0);
    for (const Option &option : plan.options) {
        if (option.isUsable())
            usable.insert(toString(option.method));
    }
    return usable;
}

QByteArray missing(const std::set<QString> &before, const std::set<QString> &after)
{
    QByteArray lost = "lost:";
    for (const QString &method : before)
        lost += after.contains(method) ? QByteArray() : ' ' + method.toUtf8();
    return lost;
}

struct Answer {
    const char *name;
    std::function<YesNo &(Site &)> of;
    YesNo good; ///< the answer that opens doors
};

const std::vector<Answer> kAnswers = {
    {"securityDefaults", [](Site &s) -> YesNo & { return s.organisation.securityDefaults; }, YesNo::No},
    {"smtpAuthDisabled", [](Site &s) -> YesNo & { return s.organisation.smtpAuthDisabled; }, YesNo::No},
    {"rejectDirectSend", [](Site &s) -> YesNo & { return s.organisation.rejectDirectSend; }, YesNo::No},
    {"onPremisesExchange", [](Site &s) -> YesNo & { return s.organisation.onPremisesExchange; }, YesNo::Yes},
    {"hveBilling", [](Site &s) -> YesNo & { return s.organisation.hveBilling; }, YesNo::Yes},
    {"azureSubscription", [](Site &s) -> YesNo & { return s.organisation.azureSubscription; }, YesNo::Yes},
    {"staticEgress", [](Site &s) -> YesNo & { return s.networks[0].staticEgress; }, YesNo::Yes},
    {"sharedEgress", [](Site &s) -> YesNo & { return s.networks[0].sharedEgress; }, YesNo::No},
    {"port25Open", [](Site &s) -> YesNo & { return s.networks[0].port25Open; }, YesNo::Yes},
    {"port587Open", [](Site &s) -> YesNo & { return s.networks[0].port587Open; }, YesNo::Yes},
    {"startTls", [](Site &s) -> YesNo & { return s.senders[0].startTls; }, YesNo::Yes},
};

std::vector<std::pair<Method, std::span<const Rule>>> allTables()
{
    std::vector<std::pair<Method, std::span<const Rule>>> tables;
    for (const Method method : kAllMethods)
        tables.emplace_back(method, rulesOf(method));
    for (const UpstreamWay way : kAllUpstreams) {
        for (const std::span<const Rule> &table : rulesOf(way))
            tables.emplace_back(Method::LocalRelay, table);
    }
    return tables;
}

YesNo opposite(YesNo answer)
{
    return answer == YesNo::Yes ? YesNo::No : YesNo::Yes;
}

} // namespace

class tst_AdviseProperties : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOrderOfSendersDoesNotMatter();
    void theSameSiteGivesTheSamePlan();
    void unknownNeverCountsAsAGoodAnswer();
    void anUnknownAbilityNeverMakesAMethodFit();
    void moreAbilityLosesNoUsableMethod();
    void aGoodAnswerLosesNoUsableMethod();
    void everyVerdictFollowsFromItsReasons();
    void theChoiceIsFirstAndUsable();
    void everyRuleSpeaksInSentencesAndRestsOnAFact();
    void everyRuleIsReachedByASite();
    void aThousandSendersArePlannedAtOnce();
};

void tst_AdviseProperties::theOrderOfSendersDoesNotMatter()
{
    QRandomGenerator random(1);
    for (int round = 0; round < 100; ++round) {
        Site site = anySite(random);
        for (int i = 0; i < 6; ++i) {
            Sender sender = anySite(random).senders[0];
            sender.id = QStringLiteral("sender-%1").arg(i);
            site.senders.push_back(sender);
        }
        Site turned = site;
        std::shuffle(turned.senders.begin(), turned.senders.end(), random);
        const Plan plan = advise(site, Knowledge::builtIn(), kBeforeSwitchOff);
        const Plan turnedPlan = advise(turned, Knowledge::builtIn(), kBeforeSwitchOff);
        for (std::size_t i = 0; i < turned.senders.size(); ++i) {
            QCOMPARE_EQ(turnedPlan.senders[i].senderId, turned.senders[i].id);
            const auto same = std::ranges::find(plan.senders, turned.senders[i].id, &SenderPlan::senderId);
            QVERIFY(same != plan.senders.end() && *same == turnedPlan.senders[i]);
        }
        std::map<QString, QString> asked;
        std::map<QString, QString> askedTurned;
        for (const OpenQuestion &question : plan.questions)
            asked[question.path] = question.sentence;
        for (const OpenQuestion &question : turnedPlan.questions)
            askedTurned[question.path] = question.sentence;
        QVERIFY2(asked == askedTurned, describeSite(site));
        QVERIFY(plan.siteNotes == turnedPlan.siteNotes);
    }
}

void tst_AdviseProperties::theSameSiteGivesTheSamePlan()
{
    QRandomGenerator random(2);
    for (int i = 0; i < 100; ++i) {
        const Site site = anySite(random);
        QVERIFY(advise(site, Knowledge::builtIn(), kAfterSwitchOff)
                == advise(site, Knowledge::builtIn(), kAfterSwitchOff));
    }
}

void tst_AdviseProperties::unknownNeverCountsAsAGoodAnswer()
{
    QRandomGenerator random(3);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        const QDate today = anyDay(random);
        for (const Answer &answer : kAnswers) {
            Site unknown = site;
            answer.of(unknown) = YesNo::Unknown;
            Site bad = site;
            answer.of(bad) = opposite(answer.good);
            const Plan unknownPlan = advise(unknown, Knowledge::builtIn(), today);
            const Plan badPlan = advise(bad, Knowledge::builtIn(), today);
            for (const Option &option : unknownPlan.senders[0].options) {
                const Option &worst = optionOf(badPlan.senders[0], option.method);
                // What a bad answer rules out is not usable while the answer is missing; what a bad answer makes a change
                // needed for does not fit as it is.
                const bool ruledOut = worst.fit == Fit::DoesNotFit && option.isUsable();
                // STARTTLS is the one answer that is only to be checked: nearly every device with TLS has it.
                const bool toCheck =
                    QLatin1String(answer.name) == QLatin1String("startTls") && option.fit == Fit::FitsAfterChanges;
                QVERIFY2(!ruledOut || toCheck, answer.name + describeSite(unknown));
                QVERIFY2(worst.fit == Fit::Fits || option.fit != Fit::Fits, answer.name + describeSite(unknown));
            }
        }
    }
}

void tst_AdviseProperties::anUnknownAbilityNeverMakesAMethodFit()
{
    QRandomGenerator random(4);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        Site unknownTls = site;
        unknownTls.senders[0].tls = TlsAbility::Unknown;
        Site noTls = site;
        noTls.senders[0].tls = TlsAbility::None;
        Site unknownSignIn = site;
        unknownSignIn.senders[0].signIn = SignInAbility::Unknown;
        Site noSignIn = site;
        noSignIn.senders[0].signIn = SignInAbility::None;
        for (const auto &[unknown, without] : {std::pair(unknownTls, noTls), std::pair(unknownSignIn, noSignIn)}) {
            const std::set<QString> usable = usableMethods(unknown, kBeforeSwitchOff);
            const std::set<QString> still = usableMethods(without, kBeforeSwitchOff);
            QVERIFY2(std::ranges::includes(still, usable), describeSite(unknown) + missing(usable, still));
        }
    }
}

void tst_AdviseProperties::moreAbilityLosesNoUsableMethod()
{
    QRandomGenerator random(5);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        const QDate today = anyDay(random);
        const std::set<QString> before = usableMethods(site, today);
        std::vector<Site> richer;
        for (int tls = static_cast<int>(site.senders[0].tls) + 1; tls <= static_cast<int>(TlsAbility::Tls13); ++tls) {
            Site better = site;
            better.senders[0].tls = static_cast<TlsAbility>(tls);
            if (site.senders[0].tls != TlsAbility::Unknown)
                richer.push_back(better);
        }
        for (const SignInAbility ability :
             {SignInAbility::Basic, SignInAbility::Ntlm, SignInAbility::OAuth, SignInAbility::ClientCertificate}) {
            Site better = site;
            better.senders[0].signIn = ability;
            const bool basicToOAuth = site.senders[0].signIn == SignInAbility::Basic && ability == SignInAbility::OAuth;
            if (site.senders[0].signIn == SignInAbility::None || basicToOAuth)
                richer.push_back(better);
        }
        for (const Site &better : richer) {
            const std::set<QString> after = usableMethods(better, today);
            QVERIFY2(std::ranges::includes(after, before),
                     describeSite(site) + describeSite(better) + missing(before, after));
        }
    }
}

void tst_AdviseProperties::aGoodAnswerLosesNoUsableMethod()
{
    QRandomGenerator random(6);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        const QDate today = anyDay(random);
        const std::set<QString> before = usableMethods(site, today);
        for (const Answer &answer : kAnswers) {
            Site better = site;
            answer.of(better) = answer.good;
            const std::set<QString> after = usableMethods(better, today);
            QVERIFY2(std::ranges::includes(after, before), answer.name + describeSite(site) + missing(before, after));
        }
    }
}

void tst_AdviseProperties::everyVerdictFollowsFromItsReasons()
{
    using Weight = Reason::Weight;
    QRandomGenerator random(7);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        const Plan plan = advise(site, Knowledge::builtIn(), anyDay(random));
        for (const Option &option : plan.senders[0].options) {
            const auto has = [&](Weight weight) {
                return std::ranges::count(option.reasons, weight, &Reason::weight) > 0;
            };
            QCOMPARE_EQ(option.fit == Fit::DoesNotFit, has(Weight::Blocks));
            const bool nothingToDo = option.fit == Fit::Fits || option.fit == Fit::DoesNotFit;
            QVERIFY(!nothingToDo || (!has(Weight::Change) && !has(Weight::Unknown)));
            QVERIFY(option.fit != Fit::CannotTell || has(Weight::Unknown));
            QVERIFY(option.fit != Fit::FitsAfterChanges || has(Weight::Change) || has(Weight::Unknown));
            for (const Reason &reason : option.reasons) {
                QCOMPARE_EQ(reason.weight == Weight::Unknown, !reason.question.isEmpty());
                QVERIFY2(reason.points == 0 || reason.weight == Weight::For || reason.weight == Weight::Against,
                         qPrintable(reason.rule));
                QVERIFY2(reason.sentence.endsWith(u'.') && !reason.sentence.contains(u'%'),
                         qPrintable(reason.sentence));
            }
        }
    }
}

void tst_AdviseProperties::theChoiceIsFirstAndUsable()
{
    QRandomGenerator random(8);
    for (int i = 0; i < kSites; ++i) {
        const Site site = anySite(random);
        const SenderPlan plan = advise(site, Knowledge::builtIn(), anyDay(random)).senders[0];
        QCOMPARE_EQ(plan.options.size(), std::size(kAllMethods));
        const bool any = std::ranges::any_of(plan.options, &Option::isUsable);
        QCOMPARE_EQ(plan.chosen() != nullptr, any);
        if (any)
            QCOMPARE_EQ(plan.chosen(), &plan.options.front());
        for (std::size_t k = 1; k < plan.options.size(); ++k) {
            const Option &left = plan.options[k - 1];
            const Option &right = plan.options[k];
            QVERIFY(left.isUsable() || !right.isUsable());
            QVERIFY(!left.isUsable() || !right.isUsable() || left.points() >= right.points());
        }
    }
}

void tst_AdviseProperties::everyRuleSpeaksInSentencesAndRestsOnAFact()
{
    for (const auto &[method, table] : allTables()) {
        for (const Rule &rule : table) {
            QVERIFY2(QLatin1String(rule.id).startsWith(toString(method)), rule.id);
            QVERIFY2(Knowledge::builtIn().find(QLatin1String(rule.factId)), rule.id);
            QVERIFY2((rule.points > 0) == (rule.effect == Effect::For)
                         && (rule.points < 0) == (rule.effect == Effect::Against),
                     rule.id);
        }
    }
}

void tst_AdviseProperties::everyRuleIsReachedByASite()
{
    const Figures figures(Knowledge::builtIn());
    std::set<const Rule *> reached;
    const auto note = [&](const Site &site, QDate today) {
        const Subject subject = subjectOf(site, site.senders[0], figures, today);
        for (const auto &[method, table] : allTables()) {
            for (const Rule &rule : table) {
                if (!rule.applies(subject))
                    continue;
                reached.insert(&rule);
                const QString sentence = rule.sentence(subject);
                QVERIFY2(sentence.endsWith(u'.') && !sentence.contains(u'%'), qPrintable(sentence));
            }
        }
    };
    QRandomGenerator random(9);
    for (int i = 0; i < 3000; ++i) {
        Site site = anySite(random);
        Sender &sender = site.senders[0];
        if (random.bounded(3) == 0)
            sender.largestMessageOctets = random.bounded(200'000'000);
        if (random.bounded(3) == 0)
            sender.messagesPerMinute = random.bounded(100);
        if (random.bounded(4) == 0)
            sender.from = parsed<EmailAddress>("a@other.example");
        if (random.bounded(4) == 0)
            sender.signInAs = parsed<EmailAddress>("devices@contoso.com");
        if (random.bounded(4) == 0)
            site.organisation.mxHost = parsed<Host>("mx.gateway.example");
        if (random.bounded(4) == 0)
            site.organisation.existingSpf.clear();
        if (random.bounded(4) == 0)
            site.networks[0].egress = {parsed<IpNetwork>(random.bounded(2) ? "2001:db8::1" : "192.0.0.0/16")};
        if (random.bounded(4) == 0)
            site.networks[0].lan.clear();
        if (random.bounded(4) == 0)
            sender.onlyPort = std::array<std::uint16_t, 3>{25, 465, 587}[random.bounded(3)];
        if (random.bounded(4) == 0)
            sender.alsoFrom = {parsed<EmailAddress>("fax@contoso.com")};
        if (random.bounded(4) == 0)
            sender.envelopeFrom = parsed<EmailAddress>("bounces@contoso.onmicrosoft.com");
        if (random.bounded(4) == 0)
            sender.recipientsPerDay = random.bounded(3000);
        sender.habits.heloOnly = random.bounded(4) == 0;
        site.organisation.hybrid = anyAnswer(random);
        site.networks[0].port443Open = anyAnswer(random);
        const QDate days[] = {kBeforeSwitchOff, kAfterSwitchOff, QDate(2028, 10, 1)};
        note(site, days[random.bounded(3)]);
    }
    for (const auto &[method, table] : allTables()) {
        for (const Rule &rule : table)
            QVERIFY2(reached.contains(&rule), rule.id);
    }
}

/// How fast is for tests/bench: a busy machine is no fault of the plan.
void tst_AdviseProperties::aThousandSendersArePlannedAtOnce()
{
    constexpr int kMany = 1000;
    QRandomGenerator random(10);
    Site site = office();
    for (int i = 0; i < kMany; ++i) {
        Sender sender = anySite(random).senders[0];
        sender.id = QStringLiteral("sender-%1").arg(i);
        site.senders.push_back(sender);
    }
    const Plan plan = advise(site, Knowledge::builtIn(), kBeforeSwitchOff);
    QCOMPARE_EQ(plan.senders.size(), std::size_t(kMany));
    QVERIFY(toJson(plan, site).contains(QStringLiteral("senders")));
}

QTEST_GUILESS_MAIN(tst_AdviseProperties)
#include "tst_AdviseProperties.moc"
