// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/MailFlow.h"

#include <QTest>

using namespace relaywright;

class tst_MailFlow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void submissionGoesFromTheDeviceToTheCloudToEverybody();
    void aLocalRelayStandsBetweenWithBothLegs();
    void thePictureCanBeReadAloud();

private:
    static Option submission();
    static Sender scanner();
};

Option tst_MailFlow::submission()
{
    Option option;
    option.method = Method::ClientSubmission;
    option.settings = {.host = QStringLiteral("smtp.office365.com"), .port = 587, .tls = QStringLiteral("starttls"),
                       .authentication = Authentication::Basic};
    return option;
}

Sender tst_MailFlow::scanner()
{
    Sender sender;
    sender.name = QStringLiteral("Scanner");
    sender.reach = Reach::Both;
    return sender;
}

void tst_MailFlow::submissionGoesFromTheDeviceToTheCloudToEverybody()
{
    const MailFlow flow = mailFlow(scanner(), submission());
    QCOMPARE_EQ(flow.stations.size(), 3u);
    QCOMPARE_EQ(flow.legs.size(), 2u);
    QCOMPARE_EQ(flow.stations[1].role, MailFlow::Role::Cloud);
    QCOMPARE_EQ(flow.stations[1].detail, QStringLiteral("smtp.office365.com"));
    QVERIFY(flow.legs[0].encrypted);
    QVERIFY(flow.legs[0].port.contains(QStringLiteral("587")));
}

void tst_MailFlow::aLocalRelayStandsBetweenWithBothLegs()
{
    Option relay;
    relay.method = Method::LocalRelay;
    relay.upstream = Upstream{Method::ClientSubmission, submission().settings};
    relay.settings = {.host = QStringLiteral("relay.example.com"), .port = 25, .tls = QStringLiteral("none")};
    const MailFlow flow = mailFlow(scanner(), relay);
    QCOMPARE_EQ(flow.stations.size(), 4u);
    QCOMPARE_EQ(flow.stations[1].role, MailFlow::Role::Relay);
    QVERIFY(!flow.legs[0].encrypted);
    QVERIFY(flow.legs[1].encrypted);
    QVERIFY(flow.legs[1].port.contains(QStringLiteral("587")));
}

void tst_MailFlow::thePictureCanBeReadAloud()
{
    const QString words = describe(mailFlow(scanner(), submission()));
    QVERIFY(words.contains(QStringLiteral("Scanner")));
    QVERIFY(words.contains(QStringLiteral("Microsoft 365")));
    QVERIFY(words.contains(QStringLiteral("587")));
    QVERIFY(words.endsWith(u'.'));
}

QTEST_GUILESS_MAIN(tst_MailFlow)
#include "tst_MailFlow.moc"
