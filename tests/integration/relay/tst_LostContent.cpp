// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"

#include <QDir>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// The file with a queued message's content goes while the relay runs: the message is set aside and told of, the others go on.

namespace {

const QByteArray kSmall = "From: Scanner <scanner@example.com>\r\nSubject: small\r\n\r\nbody\r\n";

/// Larger than what the spool keeps beside the envelope.
QByteArray large(const QByteArray &subject)
{
    return "From: Scanner <scanner@example.com>\r\nSubject: " + subject + "\r\n\r\n"
           + QByteArray("0123456789 0123456789\r\n").repeated(10'000);
}

QStringList bodyFiles(const RelayFixture &relay)
{
    QStringList files;
    const QDir folder(relay.folder() + QStringLiteral("/spool/bodies"));
    for (const QString &name : folder.entryList(QDir::Files))
        files += folder.filePath(name);
    return files;
}

} // namespace

class tst_LostContent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void isSetAsideBeforeItIsClaimed_data();
    void isSetAsideBeforeItIsClaimed();
    void isSetAsideWhenItGoesBetweenClaimAndSending();
};

void tst_LostContent::isSetAsideBeforeItIsClaimed_data()
{
    QTest::addColumn<bool>("isCut");
    QTest::newRow("removed") << false;
    QTest::newRow("cut short") << true;
}

void tst_LostContent::isSetAsideBeforeItIsClaimed()
{
    QFETCH(bool, isCut);
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.ask(QStringLiteral("pause")));
    const QString lost = relay.send(large("lost")).id();
    const QStringList files = bodyFiles(relay);
    QCOMPARE(files.size(), 1);
    QVERIFY(isCut ? QFile::resize(files[0], 1000) : QFile::remove(files[0]));
    QVERIFY(relay.send(kSmall).reply().startsWith(QLatin1String("250")));
    QVERIFY(relay.send(large("whole")).reply().startsWith(QLatin1String("250")));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QTRY_COMPARE(relay.status().damaged, 1u);
    QCOMPARE(sink.countContaining("Subject: lost"), 0);
    QTRY_COMPARE(relay.status().queued, 0u);
    QCOMPARE(relay.story(lost).section(u' ', -1), QStringLiteral("damaged"));
    QVERIFY2(relay.log.join(u'\n').contains(QStringLiteral("Message %1 was set aside: ").arg(lost)),
             qPrintable(relay.log.join(u'\n')));
    QVERIFY(relay.stop());
    QVERIFY2(relay.start(), qPrintable(relay.problem)); // and it is known afterwards
    QCOMPARE(relay.status().damaged, 1u);
    QVERIFY(relay.send(kSmall).reply().startsWith(QLatin1String("250")));
    QTRY_COMPARE(sink.messages().size(), 3u);
}

/// The smart host is slow with the first message, so the second is claimed already when its file goes.
void tst_LostContent::isSetAsideWhenItGoesBetweenClaimAndSending()
{
    SmtpSink sink(SmtpSink::Options{.answerDelay = 150ms});
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxConnections"), 1}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QVERIFY(relay.send(kSmall).reply().startsWith(QLatin1String("250")));
    const QString lost = relay.send(large("lost")).id();
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_VERIFY(sink.commands().contains("DATA")); // of the first
    QCOMPARE(sink.messages().size(), 0u);
    const QStringList files = bodyFiles(relay);
    QCOMPARE(files.size(), 1);
    QVERIFY(QFile::remove(files[0]));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QTRY_COMPARE(relay.story(lost), QStringLiteral("accepted deferred"));
    QCOMPARE(relay.status().damaged, 0u);
    QVERIFY(relay.ask(QStringLiteral("retry")));
    QTRY_COMPARE(relay.status().damaged, 1u);
    QCOMPARE(relay.story(lost).section(u' ', -1), QStringLiteral("damaged"));
    QVERIFY(relay.send(kSmall).reply().startsWith(QLatin1String("250")));
    QTRY_COMPARE(sink.messages().size(), 2u);
    QCOMPARE(sink.countContaining("Subject: lost"), 0);
}

QTEST_GUILESS_MAIN(tst_LostContent)
#include "tst_LostContent.moc"
