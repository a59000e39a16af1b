// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Compose.h"
#include "core/session/MessagePump.h"
#include "tests/integration/session/ClientRun.h"
#include "tests/support/PostfixServer.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

Q_DECLARE_METATYPE(relaywright::TlsPolicy)

class tst_SmtpClientPostfix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_postfix = std::make_unique<PostfixServer>(PostfixServer::Options{.implicitTlsPort = true});
        QVERIFY2(m_postfix->start(), qPrintable(m_postfix->problem()));
    }
    void cleanup() { m_postfix->forget(); }

    void deliversByEveryWay_data()
    {
        QTest::addColumn<TlsPolicy>("tls");
        QTest::addColumn<QString>("mechanism"); // empty: no sign-in
        QTest::addColumn<QByteArray>("receivedWith");
        QTest::newRow("no TLS") << TlsPolicy::None << QString() << QByteArray("ESMTP ");
        QTest::newRow("opportunistic") << TlsPolicy::Opportunistic << QString() << QByteArray("ESMTPS ");
        QTest::newRow("STARTTLS") << TlsPolicy::Required << QString() << QByteArray("ESMTPS ");
        QTest::newRow("STARTTLS, best sign-in")
            << TlsPolicy::Required << QStringLiteral("auto") << QByteArray("ESMTPSA ");
        QTest::newRow("STARTTLS, PLAIN") << TlsPolicy::Required << QStringLiteral("plain") << QByteArray("ESMTPSA ");
        QTest::newRow("STARTTLS, LOGIN") << TlsPolicy::Required << QStringLiteral("login") << QByteArray("ESMTPSA ");
        QTest::newRow("implicit TLS, PLAIN")
            << TlsPolicy::Implicit << QStringLiteral("plain") << QByteArray("ESMTPSA ");
    }
    void deliversByEveryWay()
    {
        QFETCH(TlsPolicy, tls);
        QFETCH(QString, mechanism);
        QFETCH(QByteArray, receivedWith);
        ConnectionSettings settings =
            settingsFor(tls == TlsPolicy::Implicit ? m_postfix->implicitTlsPort() : m_postfix->port(), tls);
        settings.tls.caCertificatesPem = m_postfix->authorityPem();
        if (!mechanism.isEmpty())
            settings.smtp.credentials =
                credentialsOf(m_postfix->user(), m_postfix->password(), *parseAuthMechanism(mechanism));
        ClientRun run(settings);
        const QByteArray message = composed();
        run.addMessage(message);
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted && run.end().stage == Stage::Quit, run.show());
        QCOMPARE_EQ(run.results.size(), 1u);
        QVERIFY2(run.results.front().outcome == Outcome::Accepted, run.show());
        QTRY_COMPARE_EQ(m_postfix->messages().size(), 1u);
        const DeliveredMessage delivered = m_postfix->messages().front();
        QCOMPARE_EQ(delivered.data, message);
        QCOMPARE_EQ(delivered.reversePath, QByteArray("a@example.com"));
        QCOMPARE_EQ(delivered.recipient, QByteArray("b@example.com"));
        QVERIFY2(delivered.received.contains("with " + receivedWith), delivered.received.constData());
        verifyNoSecret(run);
    }

    void deliversInChunks()
    {
        ConnectionSettings settings = settingsFor(m_postfix->port());
        settings.smtp.chunking = true;
        ClientRun run(settings);
        QByteArray message = "Subject: chunks\r\n\r\n";
        for (int i = 0; message.size() < 3 * MessagePump::kChunkOctets; ++i)
            message += (i % 3 == 0 ? ".line " : "line ") + QByteArray::number(i) + "\r\n";
        run.addMessage(message);
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.results.size() == 1 && run.results.front().outcome == Outcome::Accepted, run.show());
        QVERIFY(run.text().contains(QStringLiteral("C: BDAT 524288")));
        QVERIFY(!run.text().contains(QStringLiteral("C: DATA")));
        QTRY_COMPARE_EQ(m_postfix->messages().size(), 1u);
        QVERIFY(m_postfix->messages().front().data == message);
    }

    void isToldOfTheDeliveryWhenItAsksForAReport()
    {
        ClientRun run(settingsFor(m_postfix->port()));
        run.addMessage(composed());
        run.lastMessage().dsn = {.asked = true, .success = true, .returned = DsnRequest::Return::Headers, .envelopeId = "Scan 7+1"};
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.results.size() == 1 && run.results.front().outcome == Outcome::Accepted, run.show());
        QTRY_COMPARE_EQ(m_postfix->messages().size(), 2u); // the message, and the report to its sender
        QVERIFY(m_postfix->countContaining("Original-Envelope-Id: Scan 7+1") == 1);
        QVERIFY(m_postfix->countContaining("Original-Recipient: rfc822;b@example.com") == 1);
    }

    void deliversFromNobodyAndInUtf8()
    {
        ClientRun run(settingsFor(m_postfix->port()));
        run.addMessage("Subject: null\r\n\r\nx\r\n");
        run.lastMessage().envelope.sender = std::nullopt;
        run.addMessage("Subject: Pr\xc3\xbc""fung\r\n\r\n\xc3\xbc\r\n", {QStringLiteral("m\u00fcller@example.com")});
        run.lastMessage().has8Bit = true;
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.results.size() == 2 && run.results[1].outcome == Outcome::Accepted, run.show());
        QVERIFY(run.text().contains(QStringLiteral("C: MAIL FROM:<> ")));
        QVERIFY2(run.text().contains(QStringLiteral(" BODY=8BITMIME SMTPUTF8")), run.show());
        QTRY_COMPARE_EQ(m_postfix->messages().size(), 2u);
        QVERIFY(m_postfix->countContaining("Subject: Pr\xc3\xbc""fung") == 1);
    }

    void isRefusedWithAWrongPassword_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::newRow("PLAIN") << QStringLiteral("plain");
        QTest::newRow("LOGIN") << QStringLiteral("login");
    }
    void isRefusedWithAWrongPassword()
    {
        QFETCH(QString, mechanism);
        ConnectionSettings settings = settingsFor(m_postfix->port(), TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_postfix->authorityPem();
        settings.smtp.credentials =
            credentialsOf(m_postfix->user(), QStringLiteral("not the password"), *parseAuthMechanism(mechanism));
        ClientRun run(settings);
        run.addMessage(composed());
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.end().stage, Stage::Auth);
        QCOMPARE_EQ(run.end().reply->code, 535);
        QCOMPARE_EQ(run.readyCount, 0);
        QVERIFY(!run.text().contains(QStringLiteral("not the password")));
        QVERIFY(!run.text().contains(QString::fromLatin1(QByteArray("not the password").toBase64())));
    }

    void keepsThePasswordWhereTlsIsTurnedOff()
    {
        ConnectionSettings settings = settingsFor(m_postfix->port(), TlsPolicy::None);
        settings.smtp.credentials = credentialsOf(m_postfix->user(), m_postfix->password());
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::AuthNeedsTls);
        verifyNoSecret(run);
    }

    void isRefusedRelayWithoutSignInAndGoesOn()
    {
        ClientRun run(settingsFor(m_postfix->port()));
        run.addMessage(composed(), {QStringLiteral("v@example.net")});
        run.addMessage(composed(), {QStringLiteral("v@example.net"), QStringLiteral("b@example.com")});
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.size(), 2u);
        QCOMPARE_EQ(run.results[0].outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.results[0].stage, Stage::Rcpt);
        QCOMPARE_EQ(run.results[1].outcome, Outcome::Accepted);
        QVERIFY(!run.results[1].recipients[0].accepted && run.results[1].recipients[1].accepted);
        QTRY_COMPARE_EQ(m_postfix->messages().size(), 1u);
    }

    void knowsBeforehandThatAMessageIsTooLarge()
    {
        ClientRun run(settingsFor(m_postfix->port()));
        run.addMessage(QByteArray(51'000'000, 'x'));
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.results.front().outcome, Outcome::MessageTooLarge);
        QVERIFY(!run.text().contains(QStringLiteral("C: MAIL")));
    }

    void trustsNobodyWithoutTheAuthority()
    {
        ClientRun run(settingsFor(m_postfix->port(), TlsPolicy::Required));
        run.addMessage(composed());
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::TlsFailed);
        QVERIFY(run.results.empty());
    }

private:
    /// A message with all that could go wrong on the way: dots, long lines, umlauts, an attachment.
    static QByteArray composed()
    {
        MessageDraft draft{
            .from = *EmailAddress::parse(QStringLiteral("a@example.com")),
            .fromName = QStringLiteral("Büro, zweiter Stock"),
            .to = {*EmailAddress::parse(QStringLiteral("b@example.com"))},
            .subject = QStringLiteral("Prüfung"),
            .text = QStringLiteral(".\n..\n.a\nFrom here\n") + QStringLiteral("größer ").repeated(50),
            .attachments = {{.fileName = QStringLiteral("prüfung.bin"), .content = QByteArray(5000, '\xff')}}};
        return compose(draft, fromDateTime(QDateTime::currentDateTimeUtc()), "token1")->octets;
    }

    void verifyNoSecret(const ClientRun &run) const
    {
        const QByteArray user = m_postfix->user().toUtf8();
        const QByteArray password = m_postfix->password().toUtf8();
        const QByteArray shown = run.show();
        QVERIFY(!shown.contains(password));
        QVERIFY(!shown.contains(password.toBase64()));
        QVERIFY(!shown.contains((QByteArray(1, '\0') + user + '\0' + password).toBase64()));
    }

    std::unique_ptr<PostfixServer> m_postfix;
};

QTEST_GUILESS_MAIN(tst_SmtpClientPostfix)
#include "tst_SmtpClientPostfix.moc"
