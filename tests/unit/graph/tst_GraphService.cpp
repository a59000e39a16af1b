// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphService.h"

#include <QTest>

using namespace relaywright;

class tst_GraphService : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void knowsEachCloud();
    void takesOnlyWhatIsSafe_data();
    void takesOnlyWhatIsSafe();
    void putsEachValueIntoOneSegment();
    void uploadsWhereItMay();
};

void tst_GraphService::knowsEachCloud()
{
    for (const Cloud cloud : {Cloud::Worldwide, Cloud::GccHigh, Cloud::Dod, Cloud::China}) {
        const GraphService service = GraphService::microsoft(cloud, Knowledge::builtIn());
        QVERIFY(!service.host().isEmpty());
        QVERIFY(checkQuestion(service.sendMail(std::nullopt, "x")));
        QCOMPARE_EQ(service.sendMail(std::nullopt, "x").url.scheme(), QStringLiteral("https"));
    }
    QCOMPARE_EQ(GraphService::microsoft(Cloud::Worldwide, Knowledge::builtIn()).sendMail(std::nullopt, "x").url,
                QUrl(QStringLiteral("https://graph.microsoft.com/v1.0/me/sendMail")));
}

void tst_GraphService::takesOnlyWhatIsSafe_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("taken");
    QTest::newRow("https") << QStringLiteral("https://graph.example.com:8443") << true;
    QTest::newRow("http here") << QStringLiteral("http://127.0.0.1:8080/") << true;
    QTest::newRow("http here by IPv6") << QStringLiteral("http://[::1]:8080") << true;
    QTest::newRow("http elsewhere") << QStringLiteral("http://graph.example.com") << false;
    QTest::newRow("http that begins like here") << QStringLiteral("http://127.0.0.1.example.com") << false;
    QTest::newRow("a path") << QStringLiteral("https://graph.example.com/x") << false;
    QTest::newRow("a user") << QStringLiteral("https://a:b@graph.example.com") << false;
    QTest::newRow("nothing") << QString() << false;
}

void tst_GraphService::takesOnlyWhatIsSafe()
{
    QFETCH(QString, base);
    QFETCH(bool, taken);
    const auto service = GraphService::at(QUrl(base));
    QCOMPARE_EQ(service.has_value(), taken);
    if (!taken)
        QVERIFY(service.error().detail.endsWith(u'.') && !service.error().detail.contains(QStringLiteral("a:b")));
}

void tst_GraphService::putsEachValueIntoOneSegment()
{
    const auto service = GraphService::at(QUrl(QStringLiteral("https://graph.example.com")));
    const auto mailbox = EmailAddress::parse(QStringLiteral("a/b?c#d@example.com"));
    QVERIFY(service && mailbox);
    QCOMPARE_EQ(service->sendDraft(*mailbox, QStringLiteral("../x?y#z%2F")).url.toEncoded(),
                QByteArray("https://graph.example.com/v1.0/users/a%2Fb%3Fc%23d%40example.com/messages/"
                           "..%2Fx%3Fy%23z%252F/send"));
}

void tst_GraphService::uploadsWhereItMay()
{
    const auto real = GraphService::at(QUrl(QStringLiteral("https://graph.example.com")));
    const auto practice = GraphService::at(QUrl(QStringLiteral("http://127.0.0.1:8080")));
    QVERIFY(real && practice);
    const QUrl good(QStringLiteral("https://outlook.office.com/x?authtoken=y"));
    const QUrl here(QStringLiteral("http://127.0.0.1:8080/x"));
    const QUrl clear(QStringLiteral("http://outlook.office.com/x"));
    QVERIFY(real->trustsUploadAt(good) && practice->trustsUploadAt(good));
    QVERIFY(!real->trustsUploadAt(here) && practice->trustsUploadAt(here));
    QVERIFY(!real->trustsUploadAt(clear) && !practice->trustsUploadAt(clear));
    QVERIFY(!real->trustsUploadAt(QUrl(QStringLiteral("file:///etc/passwd"))));
    QVERIFY(!real->trustsUploadAt(QUrl()));
}

QTEST_GUILESS_MAIN(tst_GraphService)
#include "tst_GraphService.moc"
