// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/AlertMail.h"
#include "core/relay/Alerts.h"

#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart(std::chrono::hours(498'000));
const QString kPrinter = QStringLiteral("192.0.2.7");

AlertFacts healthy()
{
    return {.routes = {{.name = QStringLiteral("default"),
                        .state = QStringLiteral("open"),
                        .host = QStringLiteral("smtp.example.com:587")}},
            .freeOctets = 10'000'000'000,
            .minFreeOctets = 100'000'000};
}

/// `+disk -upstream(default) =rate(192.0.2.7)`: raised, over, repeated.
QString changesOf(const std::vector<Alerts::Change> &changes)
{
    QStringList words;
    for (const auto &[alert, raised, repeated] : changes) {
        const QString sign = repeated ? QStringLiteral("=") : raised ? QStringLiteral("+") : QStringLiteral("-");
        words += sign + alert.kind + (alert.subject.isEmpty() ? QString() : QStringLiteral("(%1)").arg(alert.subject));
    }
    return words.join(u' ');
}

Alerts::Change change(const QString &kind, bool raised)
{
    return {{kind, QString(), QStringLiteral("Sentence about %1.").arg(kind), kStart}, raised, false};
}

} // namespace

class tst_Alerts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHealthyRelayIsQuiet();
    void heldAtOnceDownAfterAWhile();
    void aRouteThatComesAndGoesIsOneAlert();
    void oldQueueUnlessPaused();
    void diskWithHysteresis();
    void signInFailuresOfOneSource();
    void aSourceThatSendsMuchMoreThanUsual();
    void unknownSourceOnce();
    void certificateNearItsEnd();
    void aCertificateShownToASmartHostToo();
    void aSmartHostsOwnCertificate();
    void whatTheRelayItselfLacks();
    void anEndIsToldInSteps();
    void aSignInThatCannotBeKept();
    void lastingAlertsAreRepeated();
    void tenThousandSourcesAndNoMore();
    void quietPeriods();
    void mailIsHeldBackInTheQuietPeriodAndThenOne();
    void mailNamesWhatIsWrong();
};

void tst_Alerts::aHealthyRelayIsQuiet()
{
    Alerts alerts({});
    QVERIFY(alerts.look(healthy(), kStart).empty());
    alerts.onAccepted(kPrinter, true, kStart);
    QVERIFY(alerts.look(healthy(), kStart + 1min).empty());
    QVERIFY(alerts.current().empty());
}

void tst_Alerts::heldAtOnceDownAfterAWhile()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.routes[0].state = QStringLiteral("down");
    facts.routes[0].reason = QStringLiteral("Connection refused.");
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QString());
    QCOMPARE(changesOf(alerts.look(facts, kStart + 119s)), QString());
    QCOMPARE(changesOf(alerts.look(facts, kStart + 2min)), QStringLiteral("+upstream(default)"));
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("Connection refused.")));
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 3min)), QString());
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 4min)), QStringLiteral("-upstream(default)"));
    facts.routes[0].state = QStringLiteral("held");
    QCOMPARE(changesOf(alerts.look(facts, kStart + 5min)), QStringLiteral("+upstream(default)"));
    facts.routes[0].state = QStringLiteral("open"); // the next host has the mail; a person is still to mend the first one
    facts.routes[0].refusedBy = QStringLiteral("smtp.example.net:587");
    QCOMPARE(changesOf(alerts.look(facts, kStart + 8min)), QString());
    QVERIFY2(alerts.current().front().sentence.startsWith(
                 QStringLiteral("smtp.example.net:587 does not let the relay sign in: Connection refused. Mail goes by ")),
             qPrintable(alerts.current().front().sentence));
    facts.routes.clear(); // the configuration has it no more
    QCOMPARE(changesOf(alerts.look(facts, kStart + 9min)), QStringLiteral("-upstream(default)"));
}

void tst_Alerts::aRouteThatComesAndGoesIsOneAlert()
{
    Alerts alerts({});
    AlertFacts held = healthy();
    held.routes[0].state = QStringLiteral("held");
    QCOMPARE(changesOf(alerts.look(held, kStart)), QStringLiteral("+upstream(default)"));
    for (int i = 1; i < 20; ++i)
        QCOMPARE(changesOf(alerts.look(i % 2 == 0 ? held : healthy(), kStart + i * 20s)), QString());
}

void tst_Alerts::oldQueueUnlessPaused()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.oldest = kStart;
    facts.queued = 3;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 59min)), QString());
    facts.paused = true;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 61min)), QString());
    facts.paused = false;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 61min)), QStringLiteral("+queue-age"));
    facts.oldest = kStart + 15min; // 50 minutes old: between the two limits
    QCOMPARE(changesOf(alerts.look(facts, kStart + 65min)), QString());
    facts.oldest.reset();
    QCOMPARE(changesOf(alerts.look(facts, kStart + 66min)), QStringLiteral("-queue-age"));
}

void tst_Alerts::diskWithHysteresis()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.freeOctets = 199'000'000;
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QStringLiteral("+disk"));
    facts.freeOctets = 250'000'000;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 1s)), QString());
    facts.freeOctets = 300'000'000;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 2s)), QStringLiteral("-disk"));
    facts.spoolFails = true;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 3s)), QStringLiteral("+spool"));
    facts.spoolFails = false;
    QCOMPARE(changesOf(alerts.look(facts, kStart + 4s)), QStringLiteral("-spool"));
}

void tst_Alerts::signInFailuresOfOneSource()
{
    Alerts alerts({.signInFailures = 5});
    for (int i = 0; i < 4; ++i) {
        alerts.onSignInFailed(kPrinter, kStart + i * 1min);
        alerts.onSignInFailed(QStringLiteral("192.0.2.8"), kStart + i * 11min); // too seldom
    }
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 5min)), QString());
    alerts.onSignInFailed(kPrinter, kStart + 6min);
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 6min)), QStringLiteral("+sign-in-failures(192.0.2.7)"));
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 20min)), QString());
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 64min)), QStringLiteral("-sign-in-failures(192.0.2.7)"));
}

void tst_Alerts::aSourceThatSendsMuchMoreThanUsual()
{
    Alerts alerts({.rateFactor = 10});
    const auto send = [&](int hour, int messages) {
        for (int i = 0; i < messages; ++i)
            alerts.onAccepted(kPrinter, true, kStart + std::chrono::hours(hour) + i * 1s);
    };
    for (int hour = 0; hour < 8; ++hour) {
        send(hour, 6);
        QCOMPARE(changesOf(alerts.look(healthy(), kStart + std::chrono::hours(hour) + 59min)), QString());
    }
    send(8, 50); // eight times as much: no alert
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 8h + 5min)), QString());
    send(8, 60);
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 8h + 6min)), QStringLiteral("+rate(192.0.2.7)"));
    QVERIFY2(alerts.current().front().sentence.contains(QStringLiteral("110 messages")),
             qPrintable(alerts.current().front().sentence));
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 9h)), QStringLiteral("-rate(192.0.2.7)"));
    Alerts young({.rateFactor = 10}); // nothing is usual yet
    for (int i = 0; i < 500; ++i)
        young.onAccepted(kPrinter, true, kStart + i * 1s);
    QCOMPARE(changesOf(young.look(healthy(), kStart + 10min)), QString());
}

void tst_Alerts::unknownSourceOnce()
{
    Alerts alerts({});
    alerts.onAccepted(kPrinter, false, kStart);
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 1s)), QStringLiteral("+unknown-source(192.0.2.7)"));
    alerts.onAccepted(kPrinter, false, kStart + 1h);
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 1h)), QString());
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 25h)), QStringLiteral("-unknown-source(192.0.2.7)"));
    Alerts off({.unknownSource = false});
    off.onAccepted(kPrinter, false, kStart);
    QCOMPARE(changesOf(off.look(healthy(), kStart)), QString());
}

void tst_Alerts::certificateNearItsEnd()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.certificates = {{QStringLiteral("192.0.2.1:465"), kStart + std::chrono::days(31)}};
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QString());
    QCOMPARE(changesOf(alerts.look(facts, kStart + std::chrono::days(2))),
             QStringLiteral("+certificate(192.0.2.1:465)"));
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("29 days")));
    facts.certificates[0].ends += std::chrono::days(365);
    QCOMPARE(changesOf(alerts.look(facts, kStart + std::chrono::days(3))),
             QStringLiteral("-certificate(192.0.2.1:465)"));
}

void tst_Alerts::aCertificateShownToASmartHostToo()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    const TimePoint end = kStart + std::chrono::days(8);
    facts.certificates = {{QStringLiteral("mx.example.com:25"), end, AlertFacts::Certificate::Of::ShownToHost}};
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QStringLiteral("+certificate(mx.example.com:25)"));
    QVERIFY2(alerts.current().front().sentence.contains(
                 QStringLiteral("that the relay shows to mx.example.com:25 ends in 8 days.")),
             qPrintable(alerts.current().front().sentence));
    QCOMPARE(changesOf(alerts.look(facts, kStart + std::chrono::days(2))),
             QStringLiteral("=certificate(mx.example.com:25)"));
    (void)alerts.look(facts, end);
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("shows to mx.example.com:25 has ended.")));
    facts.certificates[0].ends += std::chrono::days(365);
    QCOMPARE(changesOf(alerts.look(facts, end)), QStringLiteral("-certificate(mx.example.com:25)"));
}

void tst_Alerts::aSmartHostsOwnCertificate()
{
    using Of = AlertFacts::Certificate::Of;
    using std::chrono::days;
    Alerts alerts({});
    AlertFacts facts = healthy();
    const QString host = QStringLiteral("mail.example.com:587");
    // A year long: as every other end. The relay's own for the same server is another thing.
    facts.certificates = {{host, kStart + days(29), Of::ShownToHost},
                          {host, kStart + days(29), Of::Host, kStart - days(336)}};
    QCOMPARE(changesOf(alerts.look(facts, kStart)),
             QStringLiteral("+certificate(mail.example.com:587) +server-certificate(mail.example.com:587)"));
    facts.certificates.erase(facts.certificates.begin());
    QCOMPARE(changesOf(alerts.look(facts, kStart + 1s)), QStringLiteral("-certificate(mail.example.com:587)"));
    const QString sentence = alerts.current().front().sentence;
    QVERIFY2(sentence.startsWith(QStringLiteral("The certificate of the smart host mail.example.com:587 ends in 29")),
             qPrintable(sentence));
    for (const int left : {14, 7, 1})
        QCOMPARE(changesOf(alerts.look(facts, kStart + days(29 - left))),
                 QStringLiteral("=server-certificate(mail.example.com:587)"));
    (void)alerts.look(facts, kStart + days(29));
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("has ended")));
    facts.certificates.clear(); // it is no smart host any more
    QCOMPARE(changesOf(alerts.look(facts, kStart + days(30))),
             QStringLiteral("-server-certificate(mail.example.com:587)"));
    // 90 days long: it is usually renewed 30 days before, by itself.
    facts.certificates = {{host, kStart + days(90), Of::Host, kStart}};
    QVERIFY(alerts.look(facts, kStart + days(74)).empty());
    QCOMPARE(changesOf(alerts.look(facts, kStart + days(76))),
             QStringLiteral("+server-certificate(mail.example.com:587)"));
}

/// The host is not to blame for what the relay lacks, nor is an account.
void tst_Alerts::whatTheRelayItselfLacks()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.routes[0].state = QStringLiteral("held");
    facts.routes[0].reason = QStringLiteral("There is no certificate.");
    facts.routes[0].isOwnFault = true;
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QStringLiteral("+upstream(default)"));
    const QString sentence = alerts.current().front().sentence;
    QVERIFY2(sentence.contains(QStringLiteral(": There is no certificate. Mail is taken and kept")),
             qPrintable(sentence));
    QVERIFY2(!sentence.contains(QStringLiteral("sign in")), qPrintable(sentence));
    facts.routes[0].state = QStringLiteral("open");
    facts.routes[0].host = QStringLiteral("mx.example.com:25");
    facts.routes[0].refusedBy = QStringLiteral("cloud.example.com:25");
    (void)alerts.look(facts, kStart);
    QCOMPARE(alerts.current().front().sentence,
             QStringLiteral("Nothing is sent to cloud.example.com:25: There is no certificate. Mail goes by "
                            "mx.example.com:25 until that is mended."));
}

/// 30, 14, 7 and 1 days before; then each day until somebody acted.
void tst_Alerts::anEndIsToldInSteps()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    const TimePoint end = kStart + std::chrono::days(40);
    facts.credentials = {{.account = QStringLiteral("scanner@contoso.com"), .ends = end}};
    QList<int> told; // days before
    for (int day = 0; day <= 42; ++day) {
        for (const std::chrono::hours hour : {0h, 6h, 18h}) {
            const TimePoint now = kStart + std::chrono::days(day) + hour;
            for (const Alerts::Change &one : alerts.look(facts, now)) {
                QCOMPARE(one.alert.kind, QStringLiteral("credential"));
                QVERIFY(one.raised);
                told += 40 - day;
            }
            if (day == 20)
                QVERIFY2(
                    alerts.current().front().sentence.contains(QStringLiteral("client secret that scanner@contoso.com "
                                                                              "signs in with ends in 20 days.")),
                    qPrintable(alerts.current().front().sentence));
        }
    }
    QCOMPARE(told, QList<int>({30, 14, 7, 1, 0, -1, -2}));
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("has ended")));
    facts.credentials[0].ends = end + std::chrono::days(700);
    QCOMPARE(changesOf(alerts.look(facts, end + std::chrono::days(3))),
             QStringLiteral("-credential(scanner@contoso.com)"));
}

void tst_Alerts::aSignInThatCannotBeKept()
{
    Alerts alerts({});
    AlertFacts facts = healthy();
    facts.credentials = {
        {.account = QStringLiteral("a@contoso.com"), .unstored = QStringLiteral("The keychain is locked.")}};
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QStringLiteral("+sign-in(a@contoso.com)"));
    QVERIFY(alerts.current().front().sentence.contains(QStringLiteral("is locked")));
    facts.credentials[0].unstored.clear();
    QCOMPARE(changesOf(alerts.look(facts, kStart + 1min)), QStringLiteral("-sign-in(a@contoso.com)"));
}

void tst_Alerts::lastingAlertsAreRepeated()
{
    Alerts alerts({.repeatAfter = 60min});
    AlertFacts facts = healthy();
    facts.spoolFails = true;
    QCOMPARE(changesOf(alerts.look(facts, kStart)), QStringLiteral("+spool"));
    QCOMPARE(changesOf(alerts.look(facts, kStart + 59min)), QString());
    QCOMPARE(changesOf(alerts.look(facts, kStart + 60min)), QStringLiteral("=spool"));
    QCOMPARE(changesOf(alerts.look(facts, kStart + 61min)), QString());
}

void tst_Alerts::tenThousandSourcesAndNoMore()
{
    Alerts alerts({});
    alerts.onAccepted(kPrinter, false, kStart);
    QCOMPARE(changesOf(alerts.look(healthy(), kStart)), QStringLiteral("+unknown-source(192.0.2.7)"));
    for (int i = 0; i < 10'050; ++i)
        alerts.onAccepted(QString::number(i), true, kStart + 1s + i * 1ms);
    // The source that was longest silent is forgotten, with its alert.
    QCOMPARE(changesOf(alerts.look(healthy(), kStart + 1min)), QStringLiteral("-unknown-source(192.0.2.7)"));
    QVERIFY(alerts.current().empty());
}

void tst_Alerts::quietPeriods()
{
    const RelayAlerts night{.quietFrom = QTime(22, 0), .quietTo = QTime(6, 30)};
    QVERIFY(isQuiet(night, QTime(23, 0)) && isQuiet(night, QTime(0, 0)) && isQuiet(night, QTime(22, 0)));
    QVERIFY(!isQuiet(night, QTime(6, 30)) && !isQuiet(night, QTime(12, 0)));
    const RelayAlerts noon{.quietFrom = QTime(12, 0), .quietTo = QTime(13, 0)};
    QVERIFY(isQuiet(noon, QTime(12, 30)) && !isQuiet(noon, QTime(13, 0)) && !isQuiet(noon, QTime(11, 59)));
    QVERIFY(!isQuiet({}, QTime(3, 0)));
}

void tst_Alerts::mailIsHeldBackInTheQuietPeriodAndThenOne()
{
    const RelayAlerts night{.quietFrom = QTime(22, 0), .quietTo = QTime(6, 0)};
    AlertMail mail;
    QVERIFY(mail.due(night, kStart, QTime(12, 0)).empty());
    mail.add({change(QStringLiteral("disk"), true)});
    QCOMPARE(changesOf(mail.due(night, kStart, QTime(12, 0))), QStringLiteral("+disk"));
    mail.add({change(QStringLiteral("disk"), false)});
    QVERIFY(mail.due(night, kStart + 4min, QTime(12, 4)).empty()); // not one mail after another
    QCOMPARE(changesOf(mail.due(night, kStart + 5min, QTime(12, 5))), QStringLiteral("-disk"));
    mail.add({change(QStringLiteral("queue-age"), true)});
    mail.add({change(QStringLiteral("disk"), true)});
    mail.add({change(QStringLiteral("queue-age"), false)});
    QVERIFY(mail.due(night, kStart + 10h, QTime(23, 0)).empty());
    QVERIFY(mail.due(night, kStart + 16h, QTime(5, 59)).empty());
    QCOMPARE(changesOf(mail.due(night, kStart + 17h, QTime(6, 0))), QStringLiteral("+disk -queue-age"));
    QVERIFY(mail.due(night, kStart + 18h, QTime(7, 0)).empty());
}

void tst_Alerts::mailNamesWhatIsWrong()
{
    const auto mail = makeAlertMail(
        {.changes = {change(QStringLiteral("disk"), true), change(QStringLiteral("upstream"), true)},
         .current = {{QStringLiteral("disk"), {}, QStringLiteral("Zu wenig Platz für die Post."), kStart}},
         .from = *EmailAddress::parse(QStringLiteral("relay@contoso.com")),
         .to = *EmailAddress::parse(QStringLiteral("admin@contoso.com")),
         .relay = QStringLiteral("office"),
         .hostName = "relay.contoso.com",
         .now = kStart,
         .token = "abc123"});
    QVERIFY2(mail, mail ? "" : qPrintable(mail.error().detail));
    for (const char *part :
         {"From: ", "relay@contoso.com", "To: ", "admin@contoso.com", "Subject: Relay office: disk and 1 more\r\n",
          "Auto-Submitted: auto-generated\r\n", "Date: ", "Message-ID: ", "Sentence about upstream."})
        QVERIFY2(mail->contains(part), mail->constData());
    QVERIFY(std::ranges::none_of(*mail, [](char c) { return static_cast<unsigned char>(c) > 127; }));
}

QTEST_GUILESS_MAIN(tst_Alerts)
#include "tst_Alerts.moc"
