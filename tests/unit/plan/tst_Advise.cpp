// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Choice.h"
#include "tests/unit/plan/PlanSamples.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <functional>

using namespace relaywright;
using namespace relaywright::samples;

struct Case {
    std::function<void(Site &, Sender &)> change;
    std::optional<Method> chosen;
    Fit fit = Fit::Fits;
    const char *because = ""; ///< a rule that speaks in the chosen option
    QDate today = kBeforeSwitchOff;
};
Q_DECLARE_METATYPE(Case)

class tst_Advise : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void choosesTheMethod_data();
    void choosesTheMethod();
    void sentencesNameTheSendersFact();
    void theMxHostIsNeverGuessed();
    void submissionHostsAreThoseOfTheCloud_data();
    void submissionHostsAreThoseOfTheCloud();
    void settingsSayHowTheSenderSignsIn();
    void aSenderThatSaysHeloOnlyNeverSeesTlsOrSignIn();
    void theRelaysUpstreamIsAConnectorOnlyWhereEverythingIsKnown();
    void aPasswordWorksUntilTheSwitchOff();
    void theDayOfTheSwitchOffStillWorks();
    void questionsAreThoseThatCouldChangeTheChoice();
    void everyQuestionOfTheRulesHasASentence();
    void otherMethodsAreJudged_data();
    void otherMethodsAreJudged();
    void aMailboxSharedByTooManyIsNoted();
    void jsonHoldsThePlan();
    void wordsAreReadAgain();
};

void tst_Advise::choosesTheMethod_data()
{
    QTest::addColumn<Case>("worked");
    const auto row = [](const char *tag, Case worked) { QTest::newRow(tag) << worked; };
    row("OAuth submits by itself", {[](Site &, Sender &s) { s.signIn = SignInAbility::OAuth; },
                                    Method::ClientSubmission, Fit::Fits, "client-submission.oauth"});
    row("OAuth inside too", {[](Site &, Sender &s) {
                                 s.signIn = SignInAbility::OAuth;
                                 s.reach = Reach::Internal;
                             },
                             Method::ClientSubmission, Fit::Fits, "client-submission.oauth"});
    row("a password, outside, static address",
        {[](Site &, Sender &) {}, Method::ConnectorRelay, Fit::FitsAfterChanges, "connector-relay.connector"});
    row("a password, outside, changing address",
        {[](Site &site, Sender &) { site.networks[0].staticEgress = YesNo::No; }, Method::LocalRelay,
         Fit::FitsAfterChanges, "local-relay.asks-little"});
    row("a password, outside, port 25 closed", {[](Site &site, Sender &) { site.networks[0].port25Open = YesNo::No; },
                                                Method::LocalRelay, Fit::FitsAfterChanges, "local-relay.asks-little"});
    row("a password, outside, shared address",
        {[](Site &site, Sender &) { site.networks[0].sharedEgress = YesNo::Yes; }, Method::LocalRelay,
         Fit::FitsAfterChanges, "local-relay.asks-little"});
    row("a password, inside only", {[](Site &, Sender &s) { s.reach = Reach::Internal; }, Method::DirectSend, Fit::Fits,
                                    "direct-send.nothing-to-sign-in"});
    row("no sign-in, inside only", {[](Site &, Sender &s) {
                                        s.reach = Reach::Internal;
                                        s.signIn = SignInAbility::None;
                                    },
                                    Method::DirectSend, Fit::Fits, "direct-send.nothing-to-sign-in"});
    row("inside only, direct send rejected",
        {[](Site &site, Sender &s) {
             s.reach = Reach::Internal;
             site.organisation.rejectDirectSend = YesNo::Yes;
         },
         Method::ConnectorRelay, Fit::FitsAfterChanges, "connector-relay.any-address"});
    row("inside only, direct send not known to be allowed",
        {[](Site &site, Sender &s) {
             s.reach = Reach::Internal;
             site.organisation.rejectDirectSend = YesNo::Unknown;
         },
         Method::ConnectorRelay, Fit::FitsAfterChanges, "connector-relay.any-address"});
    row("no TLS and no sign-in", {[](Site &, Sender &s) {
                                      s.tls = TlsAbility::None;
                                      s.signIn = SignInAbility::None;
                                  },
                                  Method::LocalRelay, Fit::FitsAfterChanges, "local-relay.old-device"});
    row("TLS 1.0, inside only", {[](Site &, Sender &s) {
                                     s.tls = TlsAbility::Tls10;
                                     s.reach = Reach::Internal;
                                 },
                                 Method::LocalRelay, Fit::FitsAfterChanges, "local-relay.old-device"});
    row("SSL 3.0, changing address", {[](Site &site, Sender &s) {
                                          s.tls = TlsAbility::Ssl3;
                                          site.networks[0].staticEgress = YesNo::No;
                                      },
                                      Method::LocalRelay, Fit::FitsAfterChanges, "local-relay.oauth-stays"});
    row("a third party with a password",
        {[](Site &, Sender &s) {
             s.hosting = Hosting::ThirdParty;
             s.kind = SenderKind::Saas;
         },
         Method::ClientSubmission, Fit::FitsAfterChanges, "client-submission.basic-off-by-default"});
    row("a third party that cannot sign in", {[](Site &, Sender &s) {
                                                  s.hosting = Hosting::ThirdParty;
                                                  s.signIn = SignInAbility::None;
                                              },
                                              std::nullopt, Fit::DoesNotFit, ""});
    row("Azure with a password", {[](Site &, Sender &s) {
                                      s.hosting = Hosting::Azure;
                                      s.kind = SenderKind::WebApp;
                                  },
                                  Method::LocalRelay, Fit::FitsAfterChanges, "local-relay.azure"});
    row("a client certificate", {[](Site &site, Sender &s) {
                                     s.signIn = SignInAbility::ClientCertificate;
                                     site.networks[0].staticEgress = YesNo::No;
                                 },
                                 Method::ConnectorRelay, Fit::FitsAfterChanges, "connector-relay.certificate"});
    row("a password after the switch-off, nothing else possible",
        {[](Site &, Sender &s) { s.hosting = Hosting::ThirdParty; }, Method::ClientSubmission, Fit::FitsAfterChanges,
         "client-submission.basic-over", kAfterSwitchOff});
    row("20,000 recipients a day", {[](Site &, Sender &s) {
                                        s.recipientsPerDay = 20'000;
                                        s.signIn = SignInAbility::OAuth;
                                    },
                                    Method::ConnectorRelay, Fit::FitsAfterChanges, "connector-relay.any-address"});
    row("nothing is known of the sender",
        {[](Site &, Sender &s) { s = Sender{.id = s.id, .name = s.name}; }, std::nullopt, Fit::CannotTell, ""});
}

void tst_Advise::choosesTheMethod()
{
    QFETCH(Case, worked);
    Site site = office();
    Sender sender = scanner();
    worked.change(site, sender);
    const SenderPlan plan = planOf(site, sender, worked.today);
    const Option *chosen = plan.chosen();
    if (!worked.chosen) {
        QVERIFY2(!chosen, chosen ? qPrintable(toString(chosen->method)) : "");
        QCOMPARE_EQ(plan.options.front().fit, worked.fit);
        return;
    }
    QVERIFY(chosen);
    QCOMPARE_EQ(toString(chosen->method), toString(*worked.chosen));
    QCOMPARE_EQ(toString(chosen->fit), toString(worked.fit));
    QVERIFY2(reasonOf(*chosen, worked.because), worked.because);
}

void tst_Advise::sentencesNameTheSendersFact()
{
    Sender sender = scanner();
    sender.tls = TlsAbility::Tls10;
    const SenderPlan plan = planOf(office(), sender);
    const Option &submission = optionOf(plan, Method::ClientSubmission);
    QCOMPARE_EQ(submission.fit, Fit::DoesNotFit);
    const Reason *reason = reasonOf(submission, "client-submission.needs-tls12");
    QVERIFY(reason);
    QCOMPARE_EQ(reason->sentence,
                QStringLiteral("The scanner can do TLS 1.0 at most; smtp.office365.com accepts TLS 1.2 or newer."));
    QCOMPARE_EQ(reason->weight, Reason::Weight::Blocks);
    QCOMPARE_EQ(reason->factId, QStringLiteral("client-submission.tls.minimum"));
    sender.name = QStringLiteral("100%1 %2 {name} <b>");
    const SenderPlan hostile = planOf(office(), sender);
    QVERIFY(reasonOf(optionOf(hostile, Method::ClientSubmission), "client-submission.needs-tls12")
                ->sentence.startsWith(QStringLiteral("100%1 %2 {name} <b> can do TLS 1.0 at most; smtp")));
}

void tst_Advise::theMxHostIsNeverGuessed()
{
    Site site = office();
    site.organisation.mxHost = std::nullopt;
    Sender sender = scanner();
    sender.reach = Reach::Internal;
    const SenderPlan plan = planOf(site, sender);
    for (const Method method : {Method::DirectSend, Method::ConnectorRelay}) {
        const Option &option = optionOf(plan, method);
        QCOMPARE_EQ(option.settings.host, QString());
        QCOMPARE_EQ(option.fit, Fit::FitsAfterChanges);
        QVERIFY(std::ranges::any_of(
            option.reasons, [](const Reason &r) { return r.question == QLatin1String("organisation.mxHost"); }));
    }
    site.organisation.mxHost = parsed<Host>("mx1.gateway.example");
    const SenderPlan behindGateway = planOf(site, sender);
    QCOMPARE_EQ(optionOf(behindGateway, Method::DirectSend).settings.host, QString());
    QVERIFY(reasonOf(optionOf(behindGateway, Method::DirectSend), "direct-send.mx-gateway"));
    site.organisation.mxHost = parsed<Host>("contoso-com.s-v1.mx.microsoft");
    const SenderPlan newName = planOf(site, sender);
    QCOMPARE_EQ(optionOf(newName, Method::DirectSend).settings.host, QStringLiteral("contoso-com.s-v1.mx.microsoft"));
}

void tst_Advise::submissionHostsAreThoseOfTheCloud_data()
{
    QTest::addColumn<std::optional<Cloud>>("cloud");
    QTest::addColumn<QString>("host");
    QTest::newRow("worldwide") << std::optional(Cloud::Worldwide) << QStringLiteral("smtp.office365.com");
    QTest::newRow("GCC High") << std::optional(Cloud::GccHigh) << QStringLiteral("outlook.office365.us");
    QTest::newRow("DoD") << std::optional(Cloud::Dod) << QStringLiteral("outlook-dod.office365.us");
    QTest::newRow("China") << std::optional(Cloud::China) << QStringLiteral("smtp.partner.outlook.cn");
    QTest::newRow("not known") << std::optional<Cloud>() << QString();
}

void tst_Advise::submissionHostsAreThoseOfTheCloud()
{
    QFETCH(std::optional<Cloud>, cloud);
    QFETCH(QString, host);
    Site site = office();
    site.organisation.cloud = cloud;
    const SenderPlan plan = planOf(site, scanner());
    const Option &option = optionOf(plan, Method::ClientSubmission);
    QCOMPARE_EQ(option.settings.host, host);
    QCOMPARE_EQ(reasonOf(option, "client-submission.cloud-unknown") != nullptr, !cloud);
    const bool uncertain = cloud == Cloud::GccHigh || cloud == Cloud::China;
    QCOMPARE_EQ(reasonOf(option, "client-submission.host-uncertain") != nullptr, uncertain);
}

void tst_Advise::settingsSayHowTheSenderSignsIn()
{
    Sender sender = scanner();
    sender.signIn = SignInAbility::OAuth;
    SenderPlan plan = planOf(office(), sender);
    QCOMPARE_EQ(optionOf(plan, Method::ClientSubmission).settings,
                (MethodSettings{QStringLiteral("smtp.office365.com"), 587, QStringLiteral("starttls"),
                                Authentication::OAuth, QStringLiteral("scanner@contoso.com")}));
    QCOMPARE_EQ(optionOf(plan, Method::ConnectorRelay).settings,
                (MethodSettings{QStringLiteral("contoso-com.mail.protection.outlook.com"),
                                25,
                                QStringLiteral("starttls"),
                                Authentication::CertificateOrIp,
                                {}}));
    QCOMPARE_EQ(optionOf(plan, Method::LocalRelay).settings,
                (MethodSettings{localRelayHost(), 2525, QStringLiteral("opportunistic"), Authentication::None, {}}));
    sender.tls = TlsAbility::None;
    plan = planOf(office(), sender);
    QCOMPARE_EQ(optionOf(plan, Method::LocalRelay).settings.tls, QStringLiteral("none"));
    QCOMPARE_EQ(optionOf(plan, Method::DirectSend).settings.tls, QStringLiteral("none"));
    Site site = office();
    site.networks[0].port587Open = YesNo::No;
    plan = planOf(site, scanner());
    QCOMPARE_EQ(optionOf(plan, Method::ClientSubmission).settings.port, 25);
    site.networks[0].port25Open = YesNo::No;
    plan = planOf(site, scanner());
    QCOMPARE_EQ(optionOf(plan, Method::ClientSubmission).settings.port, 587);
    QCOMPARE_EQ(optionOf(plan, Method::ClientSubmission).fit, Fit::FitsAfterChanges);
}

void tst_Advise::aSenderThatSaysHeloOnlyNeverSeesTlsOrSignIn()
{
    Sender sender = scanner();
    sender.habits.heloOnly = true;
    const SenderPlan plan = planOf(office(), sender);
    for (const auto &[method, rule] :
         {std::pair(Method::ClientSubmission, "client-submission.needs-ehlo"),
          std::pair(Method::HighVolumeEmail, "high-volume-email.needs-ehlo"),
          std::pair(Method::AzureCommunicationServices, "azure-communication-services.needs-ehlo")}) {
        QCOMPARE_EQ(optionOf(plan, method).fit, Fit::DoesNotFit);
        QVERIFY2(reasonOf(optionOf(plan, method), rule), rule);
    }
    QCOMPARE_EQ(optionOf(plan, Method::ConnectorRelay).settings.tls, QStringLiteral("none"));
    QCOMPARE_EQ(optionOf(plan, Method::LocalRelay).settings.tls, QStringLiteral("none"));
    sender.signIn = SignInAbility::ClientCertificate;
    QVERIFY(!optionOf(planOf(office(), sender), Method::ConnectorRelay).settings.byCertificate);
    QVERIFY(!reasonOf(optionOf(planOf(office(), scanner()), Method::ClientSubmission), "client-submission.needs-ehlo"));
}

void tst_Advise::theRelaysUpstreamIsAConnectorOnlyWhereEverythingIsKnown()
{
    QCOMPARE_EQ(*optionOf(planOf(office(), scanner()), Method::LocalRelay).upstream->method, Method::ConnectorRelay);
    const std::vector<std::function<void(Site &, Sender &)>> changes = {
        [](Site &site, Sender &) { site.networks[0].staticEgress = YesNo::Unknown; },
        [](Site &site, Sender &) { site.networks[0].sharedEgress = YesNo::Unknown; },
        [](Site &site, Sender &) { site.networks[0].port25Open = YesNo::Unknown; },
        [](Site &site, Sender &) { site.networks[0].egress.clear(); },
        [](Site &site, Sender &) { site.organisation.mxHost = std::nullopt; },
        [](Site &site, Sender &) { site.organisation.acceptedDomains.clear(); },
        [](Site &, Sender &sender) { sender.from = std::nullopt; },
        [](Site &, Sender &sender) { sender.hosting = Hosting::Unknown; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Site site = office();
        Sender sender = scanner();
        changes[i](site, sender);
        const SenderPlan plan = planOf(site, sender);
        QVERIFY2(optionOf(plan, Method::LocalRelay).upstream->method == Method::ClientSubmission,
                 qPrintable(QString::number(i)));
    }
}

void tst_Advise::aPasswordWorksUntilTheSwitchOff()
{
    const QDate ends(2026, 12, 31);
    const SenderPlan before = planOf(office(), scanner());
    const Option &works = optionOf(before, Method::ClientSubmission);
    QCOMPARE_EQ(works.worksUntil, std::optional(ends));
    QCOMPARE_EQ(works.fit, Fit::Fits);
    const Reason *warning = reasonOf(works, "client-submission.basic-off-by-default");
    QVERIFY(warning && warning->weight == Reason::Weight::Warning);
    QVERIFY(warning->sentence.contains(QStringLiteral("31 December 2026")));
    const SenderPlan after = planOf(office(), scanner(), kAfterSwitchOff);
    const Option &over = optionOf(after, Method::ClientSubmission);
    QVERIFY(!over.worksUntil);
    QCOMPARE_EQ(over.fit, Fit::FitsAfterChanges);
    const Reason *change = reasonOf(over, "client-submission.basic-over");
    QVERIFY(change && change->weight == Reason::Weight::Change);
    QVERIFY(change->sentence.contains(QStringLiteral("name of that switch was not known")));
    Sender modern = scanner();
    modern.signIn = SignInAbility::OAuth;
    const SenderPlan oauth = planOf(office(), modern, kAfterSwitchOff);
    QCOMPARE_EQ(optionOf(oauth, Method::ClientSubmission).fit, Fit::Fits);
    Site changing = office();
    changing.networks[0].staticEgress = YesNo::No;
    const Option byTokens = optionOf(planOf(changing, scanner()), Method::LocalRelay);
    QVERIFY(!byTokens.worksUntil && reasonOf(byTokens, "local-relay.oauth-stays"));
    QVERIFY(!optionOf(planOf(office(), scanner()), Method::LocalRelay).worksUntil); // by connector: no password
}

void tst_Advise::theDayOfTheSwitchOffStillWorks()
{
    const QDate ends(2026, 12, 31);
    QCOMPARE_EQ(optionOf(planOf(office(), scanner(), ends), Method::ClientSubmission).fit, Fit::Fits);
    QCOMPARE_EQ(optionOf(planOf(office(), scanner(), ends.addDays(1)), Method::ClientSubmission).fit,
                Fit::FitsAfterChanges);
}

void tst_Advise::questionsAreThoseThatCouldChangeTheChoice()
{
    Site site = office();
    Sender sender = scanner();
    sender.reach = Reach::Internal;
    site.organisation.rejectDirectSend = YesNo::Unknown;  // a no would make direct send the choice
    site.organisation.azureSubscription = YesNo::Unknown; // whatever the answer, the choice stays
    site.senders = {sender};
    const Plan plan = advise(site, Knowledge::builtIn(), kBeforeSwitchOff);
    QCOMPARE_EQ(plan.questions.size(), 1u);
    QCOMPARE_EQ(plan.questions[0].path, QStringLiteral("organisation.rejectDirectSend"));
    QVERIFY(plan.questions[0].sentence.contains(u'?'));
    // The same question of two senders is asked once.
    Sender second = sender;
    second.id = QStringLiteral("second");
    site.senders.push_back(second);
    QCOMPARE_EQ(advise(site, Knowledge::builtIn(), kBeforeSwitchOff).questions.size(), 1u);
    // Everything known: nothing to ask.
    site.organisation.rejectDirectSend = YesNo::No;
    QVERIFY(advise(site, Knowledge::builtIn(), kBeforeSwitchOff).questions.empty());
}

void tst_Advise::everyQuestionOfTheRulesHasASentence()
{
    Site site = office();
    site.senders = {scanner()};
    const Figures figures(Knowledge::builtIn());
    const Subject subject = subjectOf(site, site.senders[0], figures, kBeforeSwitchOff);
    std::vector<std::span<const Rule>> tables;
    for (const Method method : kAllMethods)
        tables.push_back(rulesOf(method));
    for (const UpstreamWay way : kAllUpstreams)
        std::ranges::copy(rulesOf(way), std::back_inserter(tables));
    for (const std::span<const Rule> &table : tables) {
        for (const Rule &rule : table) {
            const bool asks = rule.effect == Effect::UnknownDecides || rule.effect == Effect::UnknownToCheck;
            QVERIFY2(asks == (*rule.question != '\0'), rule.id);
            if (!asks)
                continue;
            const QString sentence = questionSentence(questionPath(rule, subject), subject);
            QVERIFY2(sentence.contains(u'?') && !sentence.contains(u'{'), rule.id);
        }
    }
}

void tst_Advise::otherMethodsAreJudged_data()
{
    QTest::addColumn<Case>("worked");
    QTest::newRow("High Volume Email inside, with billing")
        << Case{[](Site &site, Sender &s) {
                    site.organisation.hveBilling = YesNo::Yes;
                    s.reach = Reach::Internal;
                },
                Method::HighVolumeEmail, Fit::FitsAfterChanges, "high-volume-email.account"};
    QTest::newRow("High Volume Email outside")
        << Case{[](Site &site, Sender &) { site.organisation.hveBilling = YesNo::Yes; }, Method::HighVolumeEmail,
                Fit::DoesNotFit, "high-volume-email.internal-only"};
    QTest::newRow("High Volume Email, billing not known")
        << Case{[](Site &site, Sender &s) {
                    site.organisation.hveBilling = YesNo::Unknown;
                    s.reach = Reach::Internal;
                },
                Method::HighVolumeEmail, Fit::CannotTell, "high-volume-email.billing-unknown"};
    QTest::newRow("Azure with a subscription")
        << Case{[](Site &site, Sender &) { site.organisation.azureSubscription = YesNo::Yes; },
                Method::AzureCommunicationServices, Fit::FitsAfterChanges, "azure-communication-services.set-up"};
    QTest::newRow("Azure without") << Case{[](Site &, Sender &) {}, Method::AzureCommunicationServices, Fit::DoesNotFit,
                                           "azure-communication-services.subscription"};
    QTest::newRow("an own server") << Case{
        [](Site &site, Sender &) { site.organisation.onPremisesExchange = YesNo::Yes; }, Method::OnPremExchange,
        Fit::FitsAfterChanges, "onprem-exchange.connector"};
    QTest::newRow("no own server") << Case{[](Site &, Sender &) {}, Method::OnPremExchange, Fit::DoesNotFit,
                                           "onprem-exchange.server"};
}

void tst_Advise::otherMethodsAreJudged()
{
    QFETCH(Case, worked);
    Site site = office();
    Sender sender = scanner();
    worked.change(site, sender);
    const SenderPlan plan = planOf(site, sender);
    const Option &option = optionOf(plan, *worked.chosen);
    QCOMPARE_EQ(toString(option.fit), toString(worked.fit));
    QVERIFY2(reasonOf(option, worked.because), worked.because);
    // Azure is made for more than a scanner; the other two are what such a site should use.
    const bool chosen = option.isUsable() && option.method != Method::AzureCommunicationServices;
    QCOMPARE_EQ(plan.chosen() && plan.chosen()->method == *worked.chosen, chosen);
}

void tst_Advise::aMailboxSharedByTooManyIsNoted()
{
    Site site = office();
    for (int i = 0; i < 4; ++i) {
        Sender sender = scanner();
        sender.id = QStringLiteral("scanner-%1").arg(i);
        sender.signIn = SignInAbility::OAuth;
        sender.signInAs = parsed<EmailAddress>("devices@contoso.com");
        sender.recipientsPerDay = 3000;
        sender.messagesPerMinute = 10;
        site.senders.push_back(sender);
    }
    const auto rules = [](const Plan &plan) {
        QStringList ids;
        for (const Reason &note : plan.siteNotes)
            ids += note.rule;
        return ids;
    };
    const QStringList many = rules(advise(site, Knowledge::builtIn(), kBeforeSwitchOff));
    QVERIFY(many.contains(QStringLiteral("site.devices-per-account")));
    QVERIFY(many.contains(QStringLiteral("site.recipients-per-day")));
    QVERIFY(many.contains(QStringLiteral("site.messages-per-minute")));
    site.senders.pop_back();
    const QStringList few = rules(advise(site, Knowledge::builtIn(), kBeforeSwitchOff));
    QVERIFY(!few.contains(QStringLiteral("site.devices-per-account")));
    QVERIFY(!few.contains(QStringLiteral("site.recipients-per-day")));
    QVERIFY(few.contains(QStringLiteral("application-mail.own-domain")));
}

void tst_Advise::jsonHoldsThePlan()
{
    Site site = office();
    site.networks[0].staticEgress = YesNo::No;
    site.senders = {scanner()};
    const QJsonObject json = toJson(advise(site, Knowledge::builtIn(), kBeforeSwitchOff), site);
    QCOMPARE_EQ(json.value(u"schema").toString(), QStringLiteral("relaywright.plan/1"));
    QCOMPARE_EQ(json.value(u"asOf").toString(), QStringLiteral("2026-11-22"));
    const QJsonObject sender = json.value(u"senders").toArray().at(0).toObject();
    QCOMPARE_EQ(sender.value(u"id").toString(), QStringLiteral("scanner"));
    QCOMPARE_EQ(sender.value(u"chosen").toString(), QStringLiteral("local-relay"));
    QCOMPARE_EQ(sender.value(u"options").toArray().size(), 7);
    const QJsonObject best = sender.value(u"options").toArray().at(0).toObject();
    QCOMPARE_EQ(best.value(u"method").toString(), QStringLiteral("local-relay"));
    QCOMPARE_EQ(best.value(u"upstream").toString(), QStringLiteral("client-submission"));
    QVERIFY(!best.contains(u"worksUntil"));
    const QJsonArray options = sender.value(u"options").toArray();
    const auto byPassword = std::ranges::find_if(options, [](const auto &option) {
        return option.toObject().value(u"method").toString() == QLatin1String("client-submission");
    });
    QCOMPARE_EQ(byPassword->toObject().value(u"worksUntil").toString(), QStringLiteral("2026-12-31"));
    QCOMPARE_EQ(best.value(u"settings").toObject().value(u"port").toInt(), 2525);
    const QJsonObject reason = best.value(u"reasons").toArray().at(0).toObject();
    for (const char *key : {"weight", "rule", "sentence"})
        QVERIFY2(reason.contains(QLatin1String(key)), key);
    // As text and back: nothing in it that JSON cannot hold.
    QCOMPARE_EQ(QJsonDocument::fromJson(QJsonDocument(json).toJson()).object(), json);
}

void tst_Advise::wordsAreReadAgain()
{
    for (const Method method : kAllMethods) {
        QCOMPARE_EQ(parseMethod(toString(method)), std::optional(method));
        QVERIFY(!displayName(method).isEmpty());
    }
    QVERIFY(!parseMethod(QStringLiteral("pigeon")));
}

QTEST_GUILESS_MAIN(tst_Advise)
#include "tst_Advise.moc"
