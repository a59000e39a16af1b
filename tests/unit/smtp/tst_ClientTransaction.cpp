// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/smtp/SessionScript.h"

using namespace relaywright;
using namespace relaywright::test;

namespace {

ClientSettings settings(Stage stopAfter = Stage::Quit)
{
    return {.ehloName = "c.example", .tls = TlsPolicy::None, .credentials = std::nullopt, .stopAfter = stopAfter};
}

/// The way to Ready with these capabilities, divided by |.
QString opening(const QString &capabilities)
{
    return QStringLiteral("@start\nS: 220 mx\nC: EHLO c.example\nS: 250 mx|%1\n> ready\n").arg(capabilities);
}

} // namespace

class tst_ClientTransaction : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void playsTransactions_data()
    {
        QTest::addColumn<QString>("capabilities");
        QTest::addColumn<QString>("script");
        const auto row = [](const char *name, const char *capabilities, const char *script) {
            QTest::newRow(name) << QString::fromUtf8(capabilities) << QString::fromUtf8(script);
        };
        row("one by one", "DSN", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: RCPT TO:<c@example.com>
            S: 251 will forward
            C: DATA
            S: 354 go
            > message
            @sent
            S: 250 2.0.0 queued
            > done accepted@data 250 rcpt 250 251
            > ready)");
        row("two messages, the first with the null reverse-path", "DSN", R"(
            @submit to b@example.com
            C: MAIL FROM:<>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: DATA
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 250
            > ready
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>)");
        row("pipelined", "PIPELINING", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: RCPT TO:<c@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 550 5.1.1 unknown
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 250 550
            > ready)");
        row("parameters as offered", "SIZE 1000|8BITMIME|SMTPUTF8", R"(
            @submit 1000 8bit from a@example.com to bé@example.com
            C: MAIL FROM:<a@example.com> SIZE=1000 BODY=8BITMIME SMTPUTF8)");
        row("no parameters that are not offered", "DSN", R"(
            @submit 1000 8bit from a@example.com to b@example.com
            > note 8BITMIME is not offered, and the message holds octets over 127. It goes as it is; the server may refuse or damage it.
            C: MAIL FROM:<a@example.com>)");
        row("no parameters that are not needed", "SIZE|8BITMIME|SMTPUTF8", R"(
            @submit 5 from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com> SIZE=5)");
        row("too large: nothing is sent", "SIZE 999", R"(
            @submit 1000 from a@example.com to b@example.com
            > done message-too-large@mail rcpt -
            > ready)");
        row("SIZE 0 is no limit", "SIZE 0", R"(
            @submit 1000 from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com> SIZE=1000)");
        row("needs SMTPUTF8: nothing is sent", "SIZE 999", R"(
            @submit from é@example.com to b@example.com
            > done needs-smtputf8@mail rcpt -
            > ready)");

        row("MAIL refused", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 530 5.7.57 sign in first
            > done refused-by-server@mail 530 rcpt -
            C: RSET
            S: 250 ok
            > ready)");
        row("MAIL refused, pipelined: the 503s say nothing of the recipients", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 451 4.7.0 later
            S: 503 5.5.1 need MAIL
            S: 503 5.5.1 need RCPT
            > done refused-by-server@mail 451 rcpt -
            C: RSET
            S: 250 ok
            > ready)");
        row("MAIL refused and DATA opened all the same: not even a dot", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 550 no
            S: 250 ok
            S: 354 go
            > done refused-by-server@mail 550 rcpt -
            > finish refused-by-server@mail 550)");
        row("one recipient refused, the others go on", "DSN", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 550 5.1.1 unknown
            C: RCPT TO:<c@example.com>
            S: 250 ok
            C: DATA
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 550 250
            > ready)");
        row("every recipient refused", "DSN", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 550 5.1.1 unknown
            C: RCPT TO:<c@example.com>
            S: 451 later
            > done refused-by-server@rcpt 550 rcpt 550 451
            C: RSET
            S: 250 ok
            > ready)");
        row("every recipient refused, pipelined", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 550 5.1.1 unknown
            S: 554 no valid recipients
            > done refused-by-server@rcpt 550 rcpt 550
            C: RSET
            S: 250 ok
            > ready)");
        row("every recipient refused, DATA opened: the lone dot", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 550 5.1.1 unknown
            S: 354 go
            > empty-message
            @sent
            S: 250 ok
            > done refused-by-server@rcpt 550 rcpt 550
            C: RSET
            S: 250 ok
            > ready)");
        row("DATA refused", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 452 4.3.1 full
            > done refused-by-server@data 452 rcpt 250
            C: RSET
            S: 250 ok
            > ready)");
        row("the message refused", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @sent
            S: 554 5.2.252 SendAsDenied
            > done refused-by-server@data 554 rcpt 250
            C: RSET
            S: 250 ok
            > ready)");
        row("RSET refused", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 550 no
            > done refused-by-server@mail 550 rcpt -
            C: RSET
            S: 500 what
            C: QUIT
            S: 221 bye
            > finish refused-by-server@mail 500)");

        // Sudden ends
        row("421 at MAIL", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 421 4.4.2 bye
            > done refused-by-server@mail 421 rcpt -
            > finish refused-by-server@mail 421)");
        row("421 at RCPT", "DSN", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: RCPT TO:<c@example.com>
            S: 421 bye
            > done refused-by-server@rcpt 421 rcpt 250 -
            > finish refused-by-server@rcpt 421)");
        row("421 in the middle of the message", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            S: 421 4.3.2 bye
            > done refused-by-server@data 421 rcpt 250
            > finish refused-by-server@data 421)");
        row("552 in the middle of the message", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            S: 552 5.3.4 too large
            > done refused-by-server@data 552 rcpt 250
            > finish refused-by-server@data 552)");
        row("421 after the final dot", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @sent
            S: 421 bye
            > done refused-by-server@data 421 rcpt 250
            > finish refused-by-server@data 421)");
        row("lost in the middle of the message: surely not taken", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @lost
            > done connection-lost@data rcpt 250
            > finish connection-lost@data)");
        row("lost after the final dot: in doubt", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @sent
            @lost
            > done connection-lost@data in-doubt rcpt 250
            > finish connection-lost@data)");
        row("silence after the final dot: in doubt", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: DATA
            S: 354 go
            > message
            @sent
            @timeout
            > done timed-out@data in-doubt rcpt 250
            > finish timed-out@data)");
        row("silence at RCPT", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            @timeout
            > done timed-out@rcpt rcpt -
            > finish timed-out@rcpt)");
        row("cancelled", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            @cancel
            > done cancelled@mail rcpt -
            > finish cancelled@mail)");

        // What makes no sense
        row("354 to MAIL", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 354 go
            > done protocol-violation@mail rcpt -
            > finish protocol-violation@mail)");
        row("250 to DATA", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: DATA
            S: 250 ok
            > done protocol-violation@data rcpt 250
            > finish protocol-violation@data)");
        row("250 before the message has ended", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            S: 250 ok
            > done protocol-violation@data rcpt 250
            > finish protocol-violation@data)");
        row("rubbish after the 250 takes nothing back", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 250
            > ready
            @rubbish
            > finish protocol-violation@mail)");

        row("quit in a transaction lets it end", "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: DATA
            @quit
            S: 250 ok
            S: 250 ok
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 250
            C: QUIT
            S: 221 bye
            > finish accepted@quit 221)");
        row("submit when not ready does nothing", "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            @submit from a@example.com to b@example.com)");
        row("submit without a recipient does nothing", "DSN", R"(
            @submit from a@example.com)");
    }
    void playsTransactions()
    {
        QFETCH(QString, capabilities);
        QFETCH(QString, script);
        SessionScript played(settings());
        QCOMPARE(played.play(opening(capabilities) + script), QString());
        QVERIFY(!played.wire().contains('\0'));
    }

    void stopsInsideTheEnvelope_data()
    {
        QTest::addColumn<Stage>("stopAfter");
        QTest::addColumn<QString>("capabilities");
        QTest::addColumn<QString>("script");
        const auto row = [](const char *name, Stage stopAfter, const char *capabilities, const char *script) {
            QTest::newRow(name) << stopAfter << QString::fromUtf8(capabilities) << QString::fromUtf8(script);
        };
        row("mail, pipelining offered", Stage::Mail, "PIPELINING", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            > done stopped-as-asked@mail rcpt -
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@mail)");
        row("rcpt", Stage::Rcpt, "PIPELINING", R"(
            @submit from a@example.com to b@example.com c@example.com
            C: MAIL FROM:<a@example.com>
            C: RCPT TO:<b@example.com>
            C: RCPT TO:<c@example.com>
            S: 250 ok
            S: 550 no
            S: 250 ok
            > done stopped-as-asked@rcpt rcpt 550 250
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@rcpt)");
        row("rcpt, one by one", Stage::Rcpt, "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            > done stopped-as-asked@rcpt rcpt 250
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@rcpt)");
        row("rcpt refused is a refusal", Stage::Rcpt, "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 550 no
            > done refused-by-server@rcpt 550 rcpt 550
            C: RSET)");
        row("data", Stage::Data, "DSN", R"(
            @submit from a@example.com to b@example.com
            C: MAIL FROM:<a@example.com>
            S: 250 ok
            C: RCPT TO:<b@example.com>
            S: 250 ok
            C: DATA
            S: 354 go
            > message
            @sent
            S: 250 ok
            > done accepted@data 250 rcpt 250
            C: QUIT
            S: 221 bye
            > finish stopped-as-asked@data 250)");
    }
    void stopsInsideTheEnvelope()
    {
        QFETCH(Stage, stopAfter);
        QFETCH(QString, capabilities);
        QFETCH(QString, script);
        SessionScript played(settings(stopAfter));
        QCOMPARE(played.play(opening(capabilities) + script), QString());
        QVERIFY(!played.wire().contains("DATA") || stopAfter == Stage::Data);
    }

    void keepsTheReplyOfEachRecipient()
    {
        SessionScript played(settings());
        QCOMPARE(
            played.play(opening(QStringLiteral("PIPELINING"))
                        + QStringLiteral("@submit from a@example.com to b@example.com c@example.com\nC: MAIL "
                                         "FROM:<a@example.com>\nC: RCPT TO:<b@example.com>\n"
                                         "C: RCPT TO:<c@example.com>\nC: DATA\nS: 250 ok\nS: 550 5.1.10 unknown\nS: "
                                         "250 fine\nS: 354 go\n> message\n@sent\n"
                                         "S: 250 2.0.0 queued as 42\n> done accepted@data 250 rcpt 550 250\n> ready")),
            QString());
        const TransactionResult &result = played.results().front();
        QCOMPARE_EQ(result.reply->text(), QStringLiteral("2.0.0 queued as 42"));
        QVERIFY(!result.recipients[0].accepted && result.recipients[1].accepted);
        QCOMPARE_EQ(result.recipients[0].recipient.toString(), QStringLiteral("b@example.com"));
        QCOMPARE_EQ(result.recipients[0].reply->enhanced()->toString(), QStringLiteral("5.1.10"));
    }
};

QTEST_GUILESS_MAIN(tst_ClientTransaction)
#include "tst_ClientTransaction.moc"
