// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/smtp/SessionScript.h"

using namespace relaywright;
using namespace relaywright::test;

// What a sender may ask of a server that offers it: SIZE, 8BITMIME, SMTPUTF8, DSN, CHUNKING, BINARYMIME; and what it leaves
// out to be like an old device.

namespace {

ClientSettings plainSettings()
{
    return {.ehloName = "console.example", .tls = TlsPolicy::None};
}

QString opening(const char *keywords)
{
    return QStringLiteral("@start\nS: 220 mx\nC: EHLO console.example\nS: 250 mx|%1\n> ready\n")
        .arg(QString::fromUtf8(keywords));
}

constexpr auto kAll = "SIZE 1000|8BITMIME|SMTPUTF8|DSN|CHUNKING|BINARYMIME";

} // namespace

class tst_ClientExtensions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void asksForWhatIsOffered_data()
    {
        QTest::addColumn<QString>("keywords");
        QTest::addColumn<QString>("submit");
        QTest::addColumn<QString>("mail");
        QTest::addColumn<QString>("rcpt");
        const auto row = [](const char *name, const char *keywords, const char *submit, const char *mail,
                            const char *rcpt) {
            QTest::newRow(name) << QString::fromUtf8(keywords) << QString::fromUtf8(submit) << QString::fromUtf8(mail)
                                << QString::fromUtf8(rcpt);
        };
        row("null reverse-path", "HELP", "to b@example.com", "MAIL FROM:<>", "RCPT TO:<b@example.com>");
        row("size", kAll, "123 from a@example.com to b@example.com", "MAIL FROM:<a@example.com> SIZE=123",
            "RCPT TO:<b@example.com>");
        row("8-bit", kAll, "1 8bit from a@example.com to b@example.com",
            "MAIL FROM:<a@example.com> SIZE=1 BODY=8BITMIME", "RCPT TO:<b@example.com>");
        row("UTF-8 in the header", "SMTPUTF8", "utf8 from a@example.com to b@example.com",
            "MAIL FROM:<a@example.com> SMTPUTF8", "RCPT TO:<b@example.com>");
        row("UTF-8 in an address", "SMTPUTF8", "from a@example.com to \u00fc@example.com",
            "MAIL FROM:<a@example.com> SMTPUTF8", "RCPT TO:<\u00fc@example.com>");
        row("reports", "DSN", "notify=success,failure,delay ret=hdrs envid=x+1=a from a@example.com to b+c@example.com",
            "MAIL FROM:<a@example.com> RET=HDRS ENVID=x+2B1+3Da",
            "RCPT TO:<b+c@example.com> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;b+2Bc@example.com");
        row("never a report", "DSN", "notify=never,success ret=full from a@example.com to b@example.com",
            "MAIL FROM:<a@example.com> RET=FULL", "RCPT TO:<b@example.com> NOTIFY=NEVER ORCPT=rfc822;b@example.com");
        row("reports, of no kind named", "DSN", "envid=7 from a@example.com to b@example.com",
            "MAIL FROM:<a@example.com> ENVID=7", "RCPT TO:<b@example.com> ORCPT=rfc822;b@example.com");
        row("reports for an address in UTF-8", "DSN|SMTPUTF8",
            "notify=failure from a@example.com to \u00fc@example.com", "MAIL FROM:<a@example.com> SMTPUTF8",
            "RCPT TO:<\u00fc@example.com> NOTIFY=FAILURE");
        row("line breaks in the envelope id", "DSN", "envid=a\tb\r from a@example.com to b@example.com",
            "MAIL FROM:<a@example.com> ENVID=a+09b+0D", "RCPT TO:<b@example.com> ORCPT=rfc822;b@example.com");
    }
    void asksForWhatIsOffered()
    {
        QFETCH(QString, keywords);
        QFETCH(QString, submit);
        QFETCH(QString, mail);
        QFETCH(QString, rcpt);
        SessionScript script(plainSettings());
        QCOMPARE(script.play(opening(keywords.toUtf8().constData())
                             + QStringLiteral("@submit %1\nC: %2\nS: 250 ok\nC: %3\n").arg(submit, mail, rcpt)),
                 QString());
    }

    void keepsAnEnvelopeIdToItsLength()
    {
        SessionScript script(plainSettings());
        (void)script.play(opening("DSN")
                          + QStringLiteral("@submit envid=%1 to b@example.com\n").arg(QString(90, u'=')));
        const QByteArray id = script.wire().split('\n').value(1).trimmed().split('=').value(1);
        QCOMPARE_EQ(id, QByteArray("+3D").repeated(33)); // 99 octets: the 100th would be half an escape
    }

    void leavesOutWhatAnOldDeviceDoesNotSay()
    {
        ClientSettings settings = plainSettings();
        settings.announceSize = false;
        settings.pipelining = false;
        SessionScript script(settings);
        QCOMPARE(script.play(opening("SIZE 10|PIPELINING")
                             + QStringLiteral("@submit 11 from a@example.com to b@example.com\n"
                                              "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\n"
                                              "S: 250 ok\nC: DATA\nS: 354 go\n> message\n@sent\nS: 552 5.3.4 too big\n"
                                              "> done refused-by-server@data 552 rcpt 250\nC: RSET\n")),
                 QString());
    }

    void saysAnotherSizeWhenAskedTo()
    {
        ClientSettings settings = plainSettings();
        settings.claimedSize = 5000;
        SessionScript script(settings);
        QCOMPARE(script.play(opening("SIZE 10")
                             + QStringLiteral("@submit 3 from a@example.com to b@example.com\n"
                                              "C: MAIL FROM:<a@example.com> SIZE=5000\nS: 552 5.3.4 too big\n"
                                              "> done refused-by-server@mail 552 rcpt -\nC: RSET\n")),
                 QString());
    }

    void saysHeloFromTheFirstWhenAskedTo()
    {
        ClientSettings settings = plainSettings();
        settings.heloOnly = true;
        SessionScript script(settings);
        QCOMPARE(script.play(QStringLiteral("@start\nS: 220 mx\nC: HELO console.example\nS: 250 mx|SIZE 1|PIPELINING\n"
                                            "> ready\n@submit 9 from a@example.com to b@example.com\n"
                                            "C: MAIL FROM:<a@example.com>\n")),
                 QString());
    }

    void heloLeavesNoWayToTls()
    {
        ClientSettings settings = plainSettings();
        settings.heloOnly = true;
        settings.tls = TlsPolicy::Required;
        SessionScript script(settings);
        QCOMPARE(
            script.play(QStringLiteral("@start\nS: 220 mx\nC: HELO console.example\nS: 250 mx\nC: QUIT\nS: 221 bye\n"
                                       "> finish tls-not-offered@tls\n")),
            QString());
        QVERIFY(script.detail().contains(QStringLiteral("HELO")));
    }

    void heloLeavesNoWayToSignIn()
    {
        ClientSettings settings = plainSettings();
        settings.heloOnly = true;
        settings.allowAuthWithoutTls = true;
        settings.credentials =
            Credentials{.user = QStringLiteral("tim"), .secret = Secret(QByteArrayLiteral("tanstaaftanstaaf"))};
        SessionScript script(settings);
        QCOMPARE(
            script.play(QStringLiteral("@start\nS: 220 mx\nC: HELO console.example\nS: 250 mx\nC: QUIT\nS: 221 bye\n"
                                       "> finish auth-not-offered@auth\n")),
            QString());
        QVERIFY(script.detail().contains(QStringLiteral("HELO")));
    }

    void saysThatEightBitsAreNotOffered()
    {
        SessionScript script(plainSettings());
        QCOMPARE(script.play(opening("HELP")
                             + QStringLiteral("@submit 8bit from a@example.com to b@example.com\n"
                                              "> note 8BITMIME is not offered, and the message holds octets over 127. It "
                                              "goes as it is; the server may refuse or damage it.\n"
                                              "C: MAIL FROM:<a@example.com>\n")),
                 QString());
    }

    void staysInStepWhenALaterChunkIsRefused()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        for (const QString &last : {QString(), QStringLiteral(" last")}) {
            SessionScript script(settings);
            QCOMPARE(script.play(opening("CHUNKING")
                                 + QStringLiteral("@submit 9 to b@example.com\nC: MAIL FROM:<>\nS: 250 ok\n"
                                                  "C: RCPT TO:<b@example.com>\nS: 250 ok\n> read-chunk\n"
                                                  "@chunk 6\nC: BDAT 6\n> chunk\nS: 250 ok\n> read-chunk\n"
                                                  "@chunk 3%1\nC: BDAT 3%2\n> chunk\nS: 452 4.3.1 full\n"
                                                  "> done refused-by-server@data 452 rcpt 250\nC: RSET\nS: 250 ok\n"
                                                  "> ready\n")
                                       .arg(last, last.toUpper())),
                     QString());
        }
    }

    void takesNo354ForAnAnswerToAChunk()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        SessionScript script(settings);
        QCOMPARE(script.play(opening("CHUNKING")
                             + QStringLiteral("@submit 9 to b@example.com\nC: MAIL FROM:<>\nS: 250 ok\n"
                                              "C: RCPT TO:<b@example.com>\nS: 250 ok\n> read-chunk\n"
                                              "@chunk 6\nC: BDAT 6\n> chunk\nS: 354 go on\n"
                                              "> done protocol-violation@data rcpt 250\n"
                                              "> finish protocol-violation@data\n")),
                 QString());
    }

    void sendsTheMessageInChunks()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        SessionScript script(settings);
        QCOMPARE(script.play(opening("CHUNKING|PIPELINING")
                             + QStringLiteral("@submit 9 from a@example.com to b@example.com\n"
                                              "C: MAIL FROM:<a@example.com>\nC: RCPT TO:<b@example.com>\n"
                                              "S: 250 ok\nS: 250 ok\n> read-chunk\n"
                                              "@chunk 6\nC: BDAT 6\n> chunk\nS: 250 6 octets\n> read-chunk\n"
                                              "@chunk 3 last\nC: BDAT 3 LAST\n> chunk\nS: 250 2.0.0 queued\n"
                                              "> done accepted@data 250 rcpt 250\n> ready\n")),
                 QString());
    }

    void staysInStepWhenAChunkIsRefused()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        SessionScript script(settings);
        QCOMPARE(
            script.play(opening("CHUNKING")
                        + QStringLiteral("@submit 9 from a@example.com to b@example.com\nC: MAIL FROM:<a@example.com>\n"
                                         "S: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\n> read-chunk\n"
                                         "@chunk 6\nC: BDAT 6\n> chunk\nS: 552 5.2.2 full\n"
                                         "> done refused-by-server@data 552 rcpt 250\nC: RSET\nS: 250 ok\n> ready\n")),
            QString());
    }

    void doubtsOnlyTheLastChunk()
    {
        for (const bool last : {false, true}) {
            ClientSettings settings = plainSettings();
            settings.chunking = true;
            SessionScript script(settings);
            const QString chunk =
                last ? QStringLiteral("@chunk 6 last\nC: BDAT 6 LAST\n") : QStringLiteral("@chunk 6\nC: BDAT 6\n");
            QCOMPARE(script.play(opening("CHUNKING")
                                 + QStringLiteral("@submit to b@example.com\nC: MAIL FROM:<>\nS: 250 ok\n"
                                                  "C: RCPT TO:<b@example.com>\nS: 250 ok\n> read-chunk\n")
                                 + chunk
                                 + QStringLiteral("> chunk\n@lost\n> done connection-lost@data%1 rcpt 250\n"
                                                  "> finish connection-lost@data\n")
                                       .arg(last ? QLatin1String(" in-doubt") : QLatin1String())),
                     QString());
        }
    }

    void neverOpensAMessageForNobodyWithChunks()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        SessionScript script(settings);
        QCOMPARE(
            script.play(opening("CHUNKING|PIPELINING")
                        + QStringLiteral("@submit to b@example.com\nC: MAIL FROM:<>\nC: RCPT TO:<b@example.com>\n"
                                         "S: 250 ok\nS: 550 5.1.1 nobody\n> done refused-by-server@rcpt 550 rcpt 550\n"
                                         "C: RSET\n")),
            QString());
    }

    void binaryContentGoesInChunksOnly()
    {
        SessionScript script(plainSettings());
        QCOMPARE(script.play(opening(kAll)
                             + QStringLiteral("@submit 9 binary from a@example.com to b@example.com\n"
                                              "C: MAIL FROM:<a@example.com> SIZE=9 BODY=BINARYMIME\nS: 250 ok\n"
                                              "C: RCPT TO:<b@example.com>\nS: 250 ok\n> read-chunk\n")),
                 QString());
    }

    void saysWhatTheServerDoesNotOffer()
    {
        ClientSettings settings = plainSettings();
        settings.chunking = true;
        SessionScript script(settings);
        QCOMPARE(script.play(opening("8BITMIME")
                             + QStringLiteral(
                                 "@submit binary 8bit notify=never from a@example.com to b@example.com\n"
                                 "> note The server does not offer CHUNKING, so the message goes with DATA.\n"
                                 "> note The server does not offer DSN, so no delivery report is asked for.\n"
                                 "> note The server does not offer BINARYMIME, so the message goes as lines of text.\n"
                                 "C: MAIL FROM:<a@example.com> BODY=8BITMIME\nS: 250 ok\nC: RCPT TO:<b@example.com>\n"
                                 "S: 250 ok\nC: DATA\n")),
                 QString());
    }
};

QTEST_GUILESS_MAIN(tst_ClientExtensions)
#include "tst_ClientExtensions.moc"
