// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ProbeBlame.h"

#include <QTest>

using namespace relaywright;

namespace {

using How = PortSight::How;

/// `25r 465t 587c`: port and how it went (connected refused timed out unreachable).
std::vector<PortSight> ports(const QString &words)
{
    static const std::map<QChar, How> kHow{
        {u'c', How::Connected}, {u'r', How::Refused}, {u't', How::TimedOut}, {u'u', How::Unreachable}};
    std::vector<PortSight> sights;
    for (const QString &word : words.split(u' ', Qt::SkipEmptyParts))
        sights.push_back({.port = word.chopped(1).toUShort(), .how = kHow.at(word.back())});
    return sights;
}

ProbeSight tcpFailure(std::uint16_t port, const QString &mail, const QString &web, bool nearby = false)
{
    ProbeSight sight{.rung = QStringLiteral("tcp"), .port = port, .nearby = nearby, .mailPorts = ports(mail)};
    if (!web.isEmpty())
        sight.webPort = ports(web).front();
    return sight;
}

ProbeSight refusal(const char *rung, int code, const char *text)
{
    return {
        .rung = QLatin1String(rung), .port = 587, .outcome = Outcome::RefusedByServer, .reply = Reply{code, {text}}};
}

} // namespace

class tst_ProbeBlame : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void blamesNobodyWhenAllIsWell() { QCOMPARE_EQ(judge({}), Judgement()); }

    void tellsWhoClosesAPort_data()
    {
        QTest::addColumn<int>("port");
        QTest::addColumn<QString>("mail");
        QTest::addColumn<QString>("web");
        QTest::addColumn<bool>("nearby");
        QTest::addColumn<QString>("blame");
        const auto row = [](const char *tag, int port, const char *mail, const char *web, bool nearby,
                            const char *blame) {
            QTest::newRow(tag) << port << QString::fromLatin1(mail) << QString::fromLatin1(web) << nearby
                               << QString::fromLatin1(blame);
        };
        row("25 silent, 587 answers: the provider", 25, "25t 465t 587c", "443c", false, "provider");
        row("25 silent, 443 answers", 25, "25t", "443c", false, "provider");
        row("25 silent in the own network, 587 answers", 25, "25t 587c", "443c", true, "server");
        row("every mail port silent, 443 answers: a firewall", 587, "25t 465t 587t", "443c", false, "local-firewall");
        row("25 silent like every mail port, 443 answers", 25, "25t 465t 587t", "443c", false, "local-firewall");
        row("587 silent, 25 answers", 587, "25c 465t 587t", "443c", false, "server");
        row("587 alone tried and silent, 443 answers", 587, "587t", "443c", false, "local-firewall");
        row("everything silent", 587, "25t 465t 587t", "443t", false, "server");
        row("everything silent, 443 not tried", 587, "25t 465t 587t", "", false, "server");
        row("refused, another port answers", 587, "25c 587r", "443c", false, "server");
        row("every mail port refused, 443 answers", 25, "25r 465r 587r", "443c", false, "local-firewall");
        row("every mail port refused at home", 25, "25r 465r 587r", "443c", true, "server");
        row("every port refused", 25, "25r 465r 587r", "443r", false, "server");
        row("no way to the address", 25, "25u 465u 587u", "443u", false, "local-firewall");
    }
    void tellsWhoClosesAPort()
    {
        QFETCH(int, port);
        QFETCH(QString, mail);
        QFETCH(QString, web);
        QFETCH(bool, nearby);
        const Judgement judgement = judge(tcpFailure(static_cast<std::uint16_t>(port), mail, web, nearby));
        QTEST(toString(judgement.blame), "blame");
        QVERIFY2(judgement.sentence.endsWith(u'.'), qPrintable(judgement.sentence));
    }

    void tellsWhoAnswersInPlaceOfAServer_data()
    {
        QTest::addColumn<int>("port");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QString>("blame");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *tag, int port, Outcome outcome, const char *blame, const char *words) {
            QTest::newRow(tag) << port << static_cast<int>(outcome) << QString::fromLatin1(blame)
                               << QString::fromLatin1(words);
        };
        row("not SMTP on a mail port", 25, Outcome::ProtocolViolation, "local-firewall", "captive portal");
        row("not SMTP on another port", 8080, Outcome::ProtocolViolation, "server", "25, 465 and 587");
        row("silence on the port of implicit TLS", 465, Outcome::TimedOut, "server", "--tls implicit");
        row("silence elsewhere", 587, Outcome::TimedOut, "server", "nobody greets");
        row("closed at once", 25, Outcome::ConnectionLost, "server", "closed before a greeting");
    }
    void tellsWhoAnswersInPlaceOfAServer()
    {
        QFETCH(int, port);
        QFETCH(int, outcome);
        QFETCH(QString, words);
        const Judgement judgement = judge({.rung = QStringLiteral("banner"),
                                           .port = static_cast<std::uint16_t>(port),
                                           .outcome = static_cast<Outcome>(outcome)});
        QTEST(toString(judgement.blame), "blame");
        QVERIFY2(judgement.sentence.contains(words), qPrintable(judgement.sentence));
    }

    void tellsARefusal_data()
    {
        QTest::addColumn<QString>("rung");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("blame");
        const auto row = [](const char *tag, const char *rung, int code, const char *text, const char *blame) {
            QTest::newRow(tag) << QString::fromLatin1(rung) << code << QByteArray(text) << QString::fromLatin1(blame);
        };
        row("reputation at the greeting", "banner", 554, "5.7.1 blocked using a list", "policy");
        row("EHLO name", "ehlo", 501, "5.5.4 Invalid domain name", "policy");
        row("password", "sign-in", 535, "5.7.3 Authentication unsuccessful", "account");
        row("switch of the tenant", "sign-in", 535,
            "5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant", "policy");
        row("server cannot check", "sign-in", 454, "4.7.0 Temporary authentication failure", "server");
        row("sign-in is missing", "mail", 530, "5.7.57 Client not authenticated to send mail", "account");
        row("direct send rejected", "mail", 550, "5.7.68 TenantInboundAttribution; Direct Send not allowed", "policy");
        row("no such mailbox", "rcpt", 550, "5.1.10 RESOLVER.ADR.RecipientNotFound", "account");
        row("no connector", "rcpt", 550, "5.7.64 TenantAttribution; Relay Access Denied", "policy");
        row("greylisting", "rcpt", 451, "4.7.500 Server busy", "server");
    }
    void tellsARefusal()
    {
        QFETCH(QString, rung);
        QFETCH(int, code);
        QFETCH(QByteArray, text);
        const Judgement judgement = judge(refusal(rung.toLatin1().constData(), code, text.constData()));
        QTEST(toString(judgement.blame), "blame");
        QVERIFY(judgement.sentence.endsWith(u'.'));
    }

    void blamesTheNameBeforeAnythingElse()
    {
        for (const char *rung : {"name", "address"})
            QCOMPARE_EQ(judge({.rung = QLatin1String(rung)}).blame, Blame::Dns);
    }

    void tellsWhatIsWrongWithTls()
    {
        QCOMPARE_EQ(judge({.rung = QStringLiteral("tls"), .outcome = Outcome::TlsNotOffered}).blame, Blame::Server);
        QVERIFY(judge({.rung = QStringLiteral("tls"), .outcome = Outcome::TlsNotOffered})
                    .sentence.contains(QStringLiteral("firewall")));
        QCOMPARE_EQ(judge({.rung = QStringLiteral("tls"), .outcome = Outcome::TlsFailed}).blame, Blame::Server);
    }
};

QTEST_GUILESS_MAIN(tst_ProbeBlame)
#include "tst_ProbeBlame.moc"
