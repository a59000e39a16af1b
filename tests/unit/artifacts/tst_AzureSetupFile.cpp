// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/SampleSite.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_AzureSetupFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void listsEverythingToMakeForItsSenders();
    void tellsTheQuotasWithDateAndConfidence();
    void isMadeOnlyWhereThatWayIsChosen();
    void inventsNoRecord();
};

namespace {

Sample withShop()
{
    Sample sample;
    Sender &shop = sample.add("shop", Method::AzureCommunicationServices, "shop@apps.contoso.com");
    shop.name = QStringLiteral("Web shop");
    sample.chosen().settings = {
        QStringLiteral("smtp.azurecomm.net"), 587, QStringLiteral("starttls"), Authentication::Basic, {}};
    return sample;
}

} // namespace

void tst_AzureSetupFile::listsEverythingToMakeForItsSenders()
{
    const Artifact artifact = withShop().only("acs-setup");
    QCOMPARE(artifact.fileName, QStringLiteral("acs-setup.txt"));
    const QString text = artifact.text.simplified();
    for (const char *words :
         {"Web shop: shop@apps.contoso.com", "smtp.azurecomm.net, port 587", "custom domain for apps.contoso.com",
          "RESOURCE|APPLICATION-ID|TENANT-ID", "Microsoft.Communication/EmailServices/write", "client secret",
          "What it changes, and for whom: ", "Apply: ", "Verify: ", "Roll back: "})
        QVERIFY2(text.contains(QLatin1String(words)), words);
}

void tst_AzureSetupFile::tellsTheQuotasWithDateAndConfidence()
{
    const Fact &fact = Knowledge::builtIn().fact(QStringLiteral("acs.connections"));
    QVERIFY(withShop()
                .only("acs-setup")
                .text.simplified()
                .contains(fact.statement + QLatin1String(" (") + fact.asOf.toString(Qt::ISODate)
                          + QLatin1String(", third-party)")));
}

void tst_AzureSetupFile::isMadeOnlyWhereThatWayIsChosen()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    QVERIFY(sample.of("acs-setup").empty());
}

void tst_AzureSetupFile::inventsNoRecord()
{
    const Artifact artifact = withShop().only("acs-setup");
    QVERIFY(!artifact.text.contains(QLatin1String("azurecomm-prod")));
    QVERIFY(!artifact.text.contains(QLatin1String("include:")));
}

QTEST_GUILESS_MAIN(tst_AzureSetupFile)
#include "tst_AzureSetupFile.moc"
