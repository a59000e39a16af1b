// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/SampleSite.h"

#include <QTest>

#include <map>

using namespace relaywright;
using namespace relaywright::test;

/// What Postfix makes of the file is tested with a Postfix (integration.artifacts.Postfix); here is what stands in it.
class tst_PostfixConfigFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void submitsWithAPasswordThatIsNotInIt();
    void relaysThroughAConnectorWithoutSigningIn();
    void showsACertificateWhereThePlanSaysSo();
    void rewritesWhereTheMailboxMaySendAsItselfOnly();
    void sendsEachMailboxItsOwnWay();
    void listensWhereThePlanSendsDevices();
    void isNotMadeForWhatPostfixCannotDoAlone();
    void namesAddressesThatItCannotHold();
};

namespace {

using Parameters = std::map<QString, QString>;

Parameters parametersOf(const Artifact &artifact)
{
    Parameters parameters;
    const QStringList lines = artifact.text.split(u'\n', Qt::SkipEmptyParts);
    for (const QString &line : lines) {
        if (!line.startsWith(u'#'))
            parameters[line.section(u'=', 0, 0).trimmed()] = line.section(u'=', 1).trimmed();
    }
    return parameters;
}

QString value(const Parameters &parameters, const char *name)
{
    const auto it = parameters.find(QLatin1String(name));
    return it == parameters.end() ? QStringLiteral("(not there)") : it->second;
}

Sample withFax(const Upstream &upstream)
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.chosen().upstream = upstream;
    return sample;
}

const Upstream kConnector{Method::ConnectorRelay, {}};

} // namespace

void tst_PostfixConfigFile::submitsWithAPasswordThatIsNotInIt()
{
    const Artifact artifact = withFax({Method::ClientSubmission, {}}).only("postfix-config");
    QCOMPARE(artifact.fileName, QStringLiteral("postfix-main.cf"));
    const Parameters p = parametersOf(artifact);
    QCOMPARE(value(p, "mynetworks"), QStringLiteral("127.0.0.0/8, [::1]/128, 10.1.0.0/16"));
    QCOMPARE(value(p, "smtpd_relay_restrictions"), QStringLiteral("permit_mynetworks, reject"));
    QCOMPARE(value(p, "relayhost"), QStringLiteral("[smtp.office365.com]:587"));
    QCOMPARE(value(p, "smtp_tls_security_level"), QStringLiteral("secure"));
    QCOMPARE(value(p, "smtp_sasl_auth_enable"), QStringLiteral("yes"));
    QCOMPARE(value(p, "smtp_destination_concurrency_limit"), QStringLiteral("3"));
    QVERIFY(artifact.text.contains(QLatin1String("\n#   [smtp.office365.com]:587 devices@contoso.com:PASSWORD\n")));
    for (const char *heading : {"What it changes, and for whom: ", "Apply: ", "Verify: ", "Roll back: "})
        QVERIFY2(artifact.text.contains(QLatin1String(heading)), heading);
}

void tst_PostfixConfigFile::relaysThroughAConnectorWithoutSigningIn()
{
    const Artifact artifact = withFax(kConnector).only("postfix-config");
    const Parameters p = parametersOf(artifact);
    QCOMPARE(value(p, "relayhost"), QStringLiteral("[contoso-com.mail.protection.outlook.com]:25"));
    QCOMPARE(value(p, "smtp_tls_security_level"), QStringLiteral("may"));
    QCOMPARE(value(p, "smtp_sasl_auth_enable"), QStringLiteral("(not there)"));
    QCOMPARE(value(p, "sender_canonical_maps"), QStringLiteral("(not there)"));
    QVERIFY(!artifact.text.contains(QLatin1String("PASSWORD")));
}

void tst_PostfixConfigFile::showsACertificateWhereThePlanSaysSo()
{
    Upstream upstream = kConnector;
    upstream.settings = {QStringLiteral("contoso-com.mail.protection.outlook.com"),
                         25,
                         QStringLiteral("starttls"),
                         Authentication::CertificateOrIp,
                         {},
                         true};
    const Parameters p = parametersOf(withFax(upstream).only("postfix-config"));
    QCOMPARE(value(p, "smtp_tls_security_level"), QStringLiteral("encrypt"));
    QCOMPARE(value(p, "smtp_tls_cert_file"), QStringLiteral("/etc/postfix/client-chain.pem"));
    QCOMPARE(value(p, "smtp_tls_key_file"), QStringLiteral("/etc/postfix/client-key.pem"));
}

void tst_PostfixConfigFile::rewritesWhereTheMailboxMaySendAsItselfOnly()
{
    Sample sample = withFax({Method::ClientSubmission, {}});
    QCOMPARE(value(parametersOf(sample.only("postfix-config")), "sender_canonical_maps"),
             QStringLiteral("inline:{ { fax@contoso.com = devices@contoso.com } }"));
    sample.site.senders.front().from = address("devices@contoso.com");
    QCOMPARE(value(parametersOf(sample.only("postfix-config")), "sender_canonical_maps"),
             QStringLiteral("(not there)"));
}

void tst_PostfixConfigFile::sendsEachMailboxItsOwnWay()
{
    Sample sample = withFax({Method::ClientSubmission, {}});
    sample.add("erp", Method::LocalRelay, "erp@contoso.com", "erp@contoso.com");
    sample.add("alarm", Method::LocalRelay, "alarm@contoso.com");
    sample.chosen(2).upstream = kConnector;
    const Artifact artifact = sample.only("postfix-config");
    QCOMPARE(artifact.senders.size(), 3);
    const Parameters p = parametersOf(artifact);
    QCOMPARE(value(p, "sender_dependent_relayhost_maps"),
             QStringLiteral("inline:{ { devices@contoso.com = [smtp.office365.com]:587 }, "
                            "{ erp@contoso.com = [smtp.office365.com]:587 }, "
                            "{ alarm@contoso.com = [contoso-com.mail.protection.outlook.com]:25 } }"));
    QCOMPARE(value(p, "smtp_tls_policy_maps"),
             QStringLiteral("inline:{ { [smtp.office365.com]:587 = secure }, "
                            "{ [contoso-com.mail.protection.outlook.com]:25 = may } }"));
    QCOMPARE(value(p, "smtp_sender_dependent_authentication"), QStringLiteral("yes"));
    QVERIFY(artifact.text.contains(QLatin1String("\n#   erp@contoso.com erp@contoso.com:PASSWORD\n")));
}

void tst_PostfixConfigFile::listensWhereThePlanSendsDevices()
{
    Sample sample = withFax(kConnector);
    QVERIFY(sample.only("postfix-config")
                .text.contains(QLatin1String("postconf -M '2525/inet=2525 inet n - y - - smtpd'")));
    sample.chosen().settings.port = 25;
    QVERIFY(!sample.only("postfix-config").text.contains(QLatin1String("postconf -M")));
}

void tst_PostfixConfigFile::isNotMadeForWhatPostfixCannotDoAlone()
{
    QVERIFY(withFax({std::nullopt, {}}).of("postfix-config").empty()); // Graph
    QVERIFY(
        withFax({Method::ClientSubmission,
                 {QStringLiteral("smtp.office365.com"), 587, QStringLiteral("starttls"), Authentication::OAuth, {}}})
            .of("postfix-config")
            .empty());
    Sample sample = withFax(kConnector);
    sample.site.organisation.mxHost.reset();
    QVERIFY(sample.of("postfix-config").empty());
}

void tst_PostfixConfigFile::namesAddressesThatItCannotHold()
{
    Sample sample = withFax({Method::ClientSubmission, {}});
    sample.site.senders.front().from = address("\"a, {b} $myhostname = c\"@contoso.com");
    const Artifact artifact = sample.only("postfix-config");
    QVERIFY(!artifact.text.contains(QLatin1String("$myhostname")));
    QVERIFY(artifact.text.contains(QLatin1String("By hand: the addresses of fax are not known")));
    QCOMPARE(value(parametersOf(artifact), "sender_canonical_maps"), QStringLiteral("(not there)"));
}

QTEST_GUILESS_MAIN(tst_PostfixConfigFile)
#include "tst_PostfixConfigFile.moc"
