// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/EximServer.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_SmtpClientExim : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_exim.start(), qPrintable(m_exim.problem())); }

    void signsInAndSends_data()
    {
        QTest::addColumn<QString>("mechanism");
        QTest::addColumn<bool>("chunking");
        for (const char *word : {"plain", "login", "cram-md5", "auto"}) {
            QTest::addRow("%s, DATA", word) << QString::fromUtf8(word) << false;
            QTest::addRow("%s, BDAT", word) << QString::fromUtf8(word) << true;
        }
    }
    void signsInAndSends()
    {
        QFETCH(QString, mechanism);
        QFETCH(bool, chunking);
        ConnectionSettings settings = settingsFor(m_exim.port(), TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_exim.certificates().authorityPem();
        settings.smtp.credentials = credentialsOf(m_exim.user(), m_exim.password(), *parseAuthMechanism(mechanism));
        settings.smtp.chunking = chunking;
        ClientRun run(settings);
        const QByteArray body = "\n\n.dot of " + mechanism.toUtf8() + (chunking ? " in chunks" : " as data") + '\n';
        run.addMessage("Subject: x" + QByteArray(body).replace("\n", "\r\n"));
        run.lastMessage().dsn = {.asked = true, .failure = true, .envelopeId = "7"};
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted, run.show().right(700));
        QVERIFY2(run.results.size() == 1 && run.results.front().outcome == Outcome::Accepted, run.show().right(700));
        QCOMPARE_EQ(run.text().contains(QStringLiteral("C: BDAT ")), chunking);
        QTRY_VERIFY2_WITH_TIMEOUT(isDelivered(body), m_exim.log().right(700).constData(), 15'000);
        QVERIFY(!run.text().contains(m_exim.password()));
    }

    void isRefusedWithAWrongPassword_data()
    {
        QTest::addColumn<QString>("mechanism");
        for (const char *word : {"plain", "login", "cram-md5"})
            QTest::newRow(word) << QString::fromUtf8(word);
    }
    void isRefusedWithAWrongPassword()
    {
        QFETCH(QString, mechanism);
        ConnectionSettings settings = settingsFor(m_exim.port(), TlsPolicy::Required);
        settings.tls.caCertificatesPem = m_exim.certificates().authorityPem();
        settings.smtp.credentials =
            credentialsOf(m_exim.user(), QStringLiteral("not the password"), *parseAuthMechanism(mechanism));
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::RefusedByServer);
        QCOMPARE_EQ(run.end().stage, Stage::Auth);
        QCOMPARE_EQ(run.end().reply->code, 535);
    }

private:
    bool isDelivered(const QByteArray &body) const
    {
        return std::ranges::any_of(m_exim.messages(),
                                   [&](const QByteArray &message) { return message.endsWith(body); });
    }

    EximServer m_exim;
};

QTEST_GUILESS_MAIN(tst_SmtpClientExim)
#include "tst_SmtpClientExim.moc"
