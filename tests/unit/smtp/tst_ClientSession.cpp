// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/smtp/SessionScript.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

constexpr auto kPassword = "correct-horse";

Credentials credentials(AuthMechanism mechanism = AuthMechanism::Auto)
{
    return {.user = QStringLiteral("scan@example.com"),
            .secret = Secret::fromText(QString::fromLatin1(kPassword)),
            .mechanism = mechanism};
}

ClientSettings settings(TlsPolicy tls, Stage stopAfter = Stage::Quit)
{
    return {.ehloName = "c.example", .tls = tls, .credentials = std::nullopt, .stopAfter = stopAfter};
}

ClientSettings withSignIn(TlsPolicy tls, AuthMechanism mechanism = AuthMechanism::Auto, Stage stopAfter = Stage::Quit)
{
    return {.ehloName = "c.example", .tls = tls, .credentials = credentials(mechanism), .stopAfter = stopAfter};
}

} // namespace

Q_DECLARE_METATYPE(relaywright::ClientSettings)

class tst_ClientSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void playsConversations_data()
    {
        QTest::addColumn<ClientSettings>("with");
        QTest::addColumn<QString>("script");
        const auto row = [](const char *name, const ClientSettings &with, const char *script) {
            QTest::newRow(name) << with << QString::fromUtf8(script);
        };
        using enum TlsPolicy;

        row("plain, to the end", settings(None), R"(
            @start
            S: 220 mx.example.com ESMTP
            C: EHLO c.example
            S: 250 mx.example.com|STARTTLS
            > ready
            @quit
            C: QUIT
            S: 221 bye
            > finish accepted@quit 221)");
        row("STARTTLS, capabilities from inside only", settings(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS|AUTH PLAIN
            C: STARTTLS
            S: 220 go
            > tls
            @tls
            C: EHLO c.example
            S: 250 mx
            > ready)");
        row("replies that came before the handshake are dropped", settings(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 220 go
            > tls
            S: 250 x|AUTH PLAIN LOGIN
            @tls
            C: EHLO c.example)");
        row("implicit TLS greets inside", settings(Implicit), R"(
            @start
            > tls
            @tls
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            > ready)");
        row("opportunistic, offered", settings(Opportunistic), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS)");
        row("opportunistic, not offered", settings(Opportunistic), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx
            > ready)");
        row("opportunistic, refused", settings(Opportunistic), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 454 4.7.0 not now
            > ready)");

        // Downgrades with TLS required: no AUTH, no MAIL.
        row("required, not offered", withSignIn(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|AUTH PLAIN
            C: QUIT
            S: 221 bye
            > finish tls-not-offered@tls)");
        row("required, 454 to STARTTLS", withSignIn(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS|AUTH PLAIN
            C: STARTTLS
            S: 454 4.7.0 not now
            C: QUIT
            S: 221 bye
            > finish refused-by-server@tls 454)");
        row("required, 250 list before the banner", withSignIn(Required), R"(
            @start
            S: 250 mx|AUTH PLAIN
            > finish protocol-violation@greeting)");
        row("required, 250 to STARTTLS", withSignIn(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 250 ok
            > finish protocol-violation@tls)");
        row("required, closed after STARTTLS", withSignIn(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            @lost
            > finish connection-lost@tls)");
        row("handshake fails", withSignIn(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 220 go
            > tls
            @tls-failed
            > finish tls-failed@tls
            S: 250 too late)");
        row("opportunistic without TLS keeps the password", withSignIn(Opportunistic), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|AUTH PLAIN CRAM-MD5
            C: QUIT
            S: 221 bye
            > finish auth-needs-tls@auth)");

        // HELO
        row("HELO when EHLO is unknown", settings(Opportunistic), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 502 what
            C: HELO c.example
            S: 250 mx
            > ready)");
        row("no HELO when TLS is needed", settings(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 500 what
            C: QUIT
            S: 221 bye
            > finish refused-by-server@ehlo 500)");
        row("no HELO when sign-in is needed", withSignIn(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 502 what
            C: QUIT
            @lost
            > finish refused-by-server@ehlo 502)");
        row("EHLO refused for another reason", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 550 not you
            C: QUIT
            @timeout
            > finish refused-by-server@ehlo 550)");
        row("HELO refused", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 500 what
            C: HELO c.example
            S: 504 what
            C: QUIT
            S: 221 bye
            > finish refused-by-server@ehlo 504)");

        // Greeting
        row("554 greeting", settings(None), R"(
            @start
            S: 554 5.7.1 not you
            C: QUIT
            S: 221 bye
            > finish refused-by-server@greeting 554)");
        row("421 greeting", settings(None), R"(
            @start
            S: 421 4.3.2 busy
            > finish refused-by-server@greeting 421)");
        row("silence", settings(None), R"(
            @start
            @timeout
            > finish timed-out@greeting)");
        row("closed without a greeting", settings(None), R"(
            @start
            @lost
            > finish connection-lost@greeting)");
        row("rubbish", settings(None), R"(
            @start
            @rubbish
            > finish protocol-violation@greeting)");
        row("3xx to EHLO", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 354 go
            > finish protocol-violation@ehlo)");

        // Ready
        row("421 while idle", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx
            > ready
            S: 421 idle too long
            > finish refused-by-server@mail 421)");
        row("a reply to nothing", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx
            > ready
            S: 250 hello?
            > finish protocol-violation@mail)");

        // quit and cancel
        row("quit waits for the greeting", settings(None), R"(
            @start
            @quit
            S: 220 mx
            C: QUIT
            S: 221 bye
            > finish cancelled@greeting)");
        row("quit waits for the handshake", settings(Required), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 220 go
            > tls
            @quit
            @tls
            C: QUIT
            S: 221 bye
            > finish cancelled@tls)");
        row("quit before the start", settings(None), R"(
            @quit
            > finish cancelled@connect
            @start)");
        row("quit twice says QUIT once", settings(None), R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx
            > ready
            @quit
            C: QUIT
            @quit
            @lost
            > finish accepted@quit
            @quit)");
        row("cancel", settings(None), R"(
            @start
            @cancel
            > finish cancelled@greeting
            @cancel
            S: 220 mx)");
    }
    void playsConversations()
    {
        QFETCH(ClientSettings, with);
        QFETCH(QString, script);
        SessionScript played(with);
        QCOMPARE(played.play(script), QString());
        if (with.tls == TlsPolicy::Required && !played.session().tlsActive()) {
            QVERIFY(!played.wire().contains("AUTH "));
            QVERIFY(!played.wire().contains("MAIL "));
        }
    }

    void stopsAfterTheStageAskedFor_data()
    {
        QTest::addColumn<TlsPolicy>("tls");
        QTest::addColumn<Stage>("stopAfter");
        QTest::addColumn<QString>("script");
        const auto row = [](const char *name, TlsPolicy tls, Stage stopAfter, const char *script) {
            QTest::newRow(name) << tls << stopAfter << QString::fromUtf8(script);
        };
        using enum TlsPolicy;
        row("connect", None, Stage::Connect, R"(
            @start
            > finish stopped-as-asked@connect)");
        row("greeting", None, Stage::Greeting, R"(
            @start
            S: 220 mx
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@greeting)");
        row("ehlo", Required, Stage::Ehlo, R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@ehlo)");
        row("tls", Required, Stage::Tls, R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|STARTTLS
            C: STARTTLS
            S: 220 go
            > tls
            @tls
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@tls)");
        row("tls, implicit", Implicit, Stage::Tls, R"(
            @start
            > tls
            @tls
            S: 220 mx
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@tls)");
        row("tls, none", None, Stage::Tls, R"(
            @start
            S: 220 mx
            C: EHLO c.example
            S: 250 mx
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@tls)");
        row("auth", Implicit, Stage::Auth, R"(
            @start
            > tls
            @tls
            S: 220 mx
            C: EHLO c.example
            S: 250 mx|AUTH PLAIN
            C: AUTH PLAIN (secret)
            S: 235 2.7.0 welcome
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@auth)");
    }
    void stopsAfterTheStageAskedFor()
    {
        QFETCH(TlsPolicy, tls);
        QFETCH(Stage, stopAfter);
        QFETCH(QString, script);
        SessionScript played(stopAfter == Stage::Auth ? withSignIn(tls, AuthMechanism::Auto, stopAfter)
                                                      : settings(tls, stopAfter));
        QCOMPARE(played.play(script), QString());
    }

    void neverPutsAnUnsafeEhloNameOnTheLine_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("line");
        const QByteArray stand("EHLO localhost.localdomain\r\n");
        QTest::newRow("good") << QByteArray("[192.0.2.1]") << QByteArray("EHLO [192.0.2.1]\r\n");
        QTest::newRow("empty") << QByteArray() << stand;
        QTest::newRow("CRLF") << QByteArray("a\r\nMAIL FROM:<x@example.com>") << stand;
        QTest::newRow("LF") << QByteArray("a\nb") << stand;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << stand;
        QTest::newRow("space") << QByteArray("a b") << stand;
        QTest::newRow("8 bit") << QByteArray("caf\xc3\xa9") << stand;
        QTest::newRow("too long") << QByteArray(256, 'a') << stand;
    }
    void neverPutsAnUnsafeEhloNameOnTheLine()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, line);
        ClientSession session({.ehloName = name, .tls = TlsPolicy::None, .credentials = std::nullopt});
        (void)session.start();
        const Actions actions = session.onReply({220, {"mx"}});
        QCOMPARE_EQ(std::get<SendLine>(actions.front()).line + "\r\n", line);
    }

    void waitsAsLongAsTheRfcSays()
    {
        using namespace std::chrono_literals;
        ClientSession session(settings(TlsPolicy::None));
        QVERIFY(session.start() == Actions{AwaitReply{5min}});
        QVERIFY((session.onReply({220, {"mx"}}) == Actions{SendLine{"EHLO c.example", Stage::Ehlo}, AwaitReply{5min}}));
        (void)session.onReply({250, {"mx"}});
        (void)session.submit({std::nullopt, {SessionScript::address(QStringLiteral("b@example.com"))}},
                             {.sizeOctets = 1});
        QVERIFY((session.onReply({250, {"ok"}}).back() == Action{AwaitReply{5min}}));
        QVERIFY((session.onReply({250, {"ok"}}).back() == Action{AwaitReply{2min}}));
        (void)session.onReply({354, {"go"}});
        QVERIFY((session.onMessageSent() == Actions{AwaitReply{10min}}));
    }

    void outcomesAndPoliciesHaveWords()
    {
        QCOMPARE_EQ(toString(Outcome::AuthNeedsTls), QStringLiteral("auth-needs-tls"));
        for (const TlsPolicy policy :
             {TlsPolicy::None, TlsPolicy::Opportunistic, TlsPolicy::Required, TlsPolicy::Implicit})
            QCOMPARE_EQ(parseTlsPolicy(toString(policy).toUpper()), policy);
        QVERIFY(!parseTlsPolicy(QStringLiteral("maybe")));
    }
};

QTEST_GUILESS_MAIN(tst_ClientSession)
#include "tst_ClientSession.moc"
