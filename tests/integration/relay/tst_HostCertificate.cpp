// SPDX-License-Identifier: GPL-3.0-or-later
#include "GuardClock.h"
#include "Pkcs12.h"
#include "RelayFixture.h"

#include "core/rehearsal/PracticeServer.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/TestSecrets.h"

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// The client certificate that the relay shows to a smart host: a connector of the practice Exchange Online that knows the
// relay by the name on it, and a server that demands one.

namespace {

const QByteArray kScan(
    "From: Scanner <scanner@contoso.com>\r\nTo: jane@example.com\r\nSubject: scan\r\n\r\nA scan.\r\n");
const QString kPasswordName = QStringLiteral("relay certificate");

void write(const QString &path, const QByteArray &octets)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(octets) != octets.size())
        qFatal("%s", qPrintable(path));
}

/// A relay whose files of a certificate can be changed, and a smart host that demands one.
class CertificateSite {
public:
    CertificateSite()
    {
        relay.lookEvery = 10ms;
        relay.clock = &clock;
        relay.secrets.write(kPasswordName, Secret(QByteArray(kPasswordMark)), qApp, [](const Result<void> &) {});
    }
    [[nodiscard]] bool begin()
    {
        return sink.listen()
               && begin(sink.port(), {{QStringLiteral("certificateFile"), certificateFile()},
                                      {QStringLiteral("keyFile"), keyFile()},
                                      {QStringLiteral("leaveAfterMinutes"), 0}});
    }
    [[nodiscard]] bool begin(std::uint16_t port, QJsonObject members)
    {
        if (!members.contains(QStringLiteral("caFile")))
            members.insert(QStringLiteral("caFile"), certificates.authorityFile());
        relay.setUpstream(port, QStringLiteral("starttls"), members);
        return relay.start();
    }
    [[nodiscard]] bool send()
    {
        return relay.send(kScan, {QStringLiteral("jane@example.com")}, QStringLiteral("scanner@contoso.com"))
            .reply()
            .startsWith(QStringLiteral("250"));
    }
    /// As somebody does who renews one: the certificate first.
    void put(const TestIdentity &identity)
    {
        write(certificateFile(), identity.certificatePem);
        write(keyFile(), identity.keyPem);
    }
    [[nodiscard]] QString certificateFile() const { return relay.folder() + QStringLiteral("/relay.pem"); }
    [[nodiscard]] QString keyFile() const { return relay.folder() + QStringLiteral("/relay.key"); }
    [[nodiscard]] QString pkcs12File() const { return relay.folder() + QStringLiteral("/relay.p12"); }
    [[nodiscard]] RouteStatus route() const { return relay.status().routes.front(); }
    /// Of the alerts of that kind.
    [[nodiscard]] QString sentence(const char *kind) const
    {
        for (const AlertStatus &one : relay.status().alerts) {
            if (one.kind == QLatin1String(kind))
                return one.sentence;
        }
        return {};
    }

    GuardClock clock;
    TestCertificates certificates;
    SmtpSink sink{SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .clientAuthorityPem = certificates.authorityPem()}};
    RelayFixture relay;
};

} // namespace

class tst_HostCertificate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aConnectorKnowsTheRelayByIt_data();
    void aConnectorKnowsTheRelayByIt();
    void aRenewedOneIsShownWithoutARestart();
    void aBrokenRenewalLeavesTheOneBefore();
    void oneThatCannotBeShownKeepsTheMail_data();
    void oneThatCannotBeShownKeepsTheMail();
    void anotherHostTakesTheMailMeanwhile();
    void itsEndIsTold();
};

void tst_HostCertificate::aConnectorKnowsTheRelayByIt_data()
{
    QTest::addColumn<QString>("form");
    for (const char *form : {"PEM", "PKCS#12", "none"})
        QTest::newRow(form) << QString::fromLatin1(form);
}

/// Exchange Online takes mail to others only from whom a connector knows.
void tst_HostCertificate::aConnectorKnowsTheRelayByIt()
{
    QFETCH(QString, form);
    CertificateSite site;
    const TestIdentity identity = site.certificates.valid({QStringLiteral("relay.contoso.com")});
    PracticeSettings settings;
    settings.method = PracticeMethod::ConnectorRelay;
    settings.tenant.connectorCertificateNames = {QStringLiteral("relay.contoso.com")};
    settings.clientAuthoritiesPem = site.certificates.authorityPem();
    const SystemClock now;
    PracticeServer exchange(settings, now);
    QVERIFY(exchange.start());
    QJsonObject members{{QStringLiteral("caFile"), site.relay.folder() + QStringLiteral("/authority.pem")}};
    write(members.value(QLatin1String("caFile")).toString(), exchange.authorityPem());
    if (form == QLatin1String("PEM")) {
        site.put(identity);
        members.insert(QStringLiteral("certificateFile"), site.certificateFile());
        members.insert(QStringLiteral("keyFile"), site.keyFile());
    } else if (form == QLatin1String("PKCS#12")) {
        write(site.pkcs12File(), pkcs12Of(identity, kPasswordMark));
        members.insert(QStringLiteral("pkcs12File"), site.pkcs12File());
        members.insert(QStringLiteral("pkcs12Password"), QStringLiteral("keychain:") + kPasswordName);
    }
    QVERIFY2(site.begin(exchange.address().port, members), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    if (form == QLatin1String("none")) {
        QTRY_COMPARE_WITH_TIMEOUT(site.relay.status().bounced, 1u, 20'000);
        for (const ReceivedMessage &report : exchange.messages()) // to the tenant's own, anybody may send
            QCOMPARE(report.envelope.recipients.front().toString(), QStringLiteral("scanner@contoso.com"));
        return;
    }
    QTRY_COMPARE_WITH_TIMEOUT(exchange.messages().size(), 1u, 20'000);
    QTRY_COMPARE(site.relay.status().delivered, 1u);
    QVERIFY(exchange.messages().front().tls && exchange.messages().front().signedInAs.isEmpty());
    QVERIFY(!site.relay.log.join(u'\n').contains(QLatin1String(kPasswordMark)));
}

void tst_HostCertificate::aRenewedOneIsShownWithoutARestart()
{
    CertificateSite site;
    site.put(site.certificates.client(QStringLiteral("first")));
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 20'000);
    QCOMPARE(site.sink.messages().front().clientCertificate, QByteArray("first"));
    site.put(site.certificates.client(QStringLiteral("second")));
    QTRY_VERIFY_WITH_TIMEOUT(
        site.relay.log.join(u'\n').contains(QStringLiteral("The relay shows a new certificate to")), 20'000);
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 2u, 20'000);
    QCOMPARE(site.sink.messages().back().clientCertificate, QByteArray("second"));
}

void tst_HostCertificate::aBrokenRenewalLeavesTheOneBefore()
{
    CertificateSite site;
    site.put(site.certificates.client(QStringLiteral("first")));
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 20'000);
    write(site.certificateFile(), site.certificates.client(QStringLiteral("second")).certificatePem);
    QTRY_VERIFY_WITH_TIMEOUT(
        site.relay.log.join(u'\n').contains(QStringLiteral("goes on showing the certificate before to localhost")),
        20'000);
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 2u, 20'000);
    QCOMPARE(site.sink.messages().back().clientCertificate, QByteArray("first"));
    QCOMPARE(site.route().state, QStringLiteral("open"));
    QVERIFY(!site.route().isOwnFault);
}

void tst_HostCertificate::oneThatCannotBeShownKeepsTheMail_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("words");
    QTest::newRow("no file") << QStringLiteral("none") << QStringLiteral("There is no certificate file");
    QTest::newRow("the key of another") << QStringLiteral("key") << QStringLiteral("does not belong to the first");
    QTest::newRow("no certificate in it") << QStringLiteral("text") << QStringLiteral("holds no certificate");
    QTest::newRow("the wrong password") << QStringLiteral("p12") << QStringLiteral("The passphrase does not open");
    QTest::newRow("no password") << QStringLiteral("nowhere") << QStringLiteral("password of the certificate file");
}

/// For days, longer than mail is kept otherwise; what was mended counts at once.
void tst_HostCertificate::oneThatCannotBeShownKeepsTheMail()
{
    QFETCH(QString, fault);
    QFETCH(QString, words);
    CertificateSite site;
    QVERIFY(site.sink.listen());
    const TestIdentity good = site.certificates.client(QStringLiteral("relay"));
    const bool isPkcs12 = fault == QLatin1String("p12") || fault == QLatin1String("nowhere");
    if (isPkcs12) {
        write(site.pkcs12File(), pkcs12Of(good, fault == QLatin1String("p12") ? "another" : kPasswordMark));
        QVERIFY2(site.begin(site.sink.port(),
                            {{QStringLiteral("pkcs12File"), site.pkcs12File()},
                             {QStringLiteral("pkcs12Password"), fault == QLatin1String("p12")
                                                                    ? QStringLiteral("keychain:") + kPasswordName
                                                                    : QStringLiteral("keychain:missing")}}),
                 qPrintable(site.relay.problem));
    } else {
        if (fault != QLatin1String("none"))
            site.put(good);
        if (fault == QLatin1String("key"))
            write(site.keyFile(), site.certificates.client(QStringLiteral("other")).keyPem);
        if (fault == QLatin1String("text"))
            write(site.certificateFile(), "none");
        QVERIFY2(site.begin(site.sink.port(), {{QStringLiteral("certificateFile"), site.certificateFile()},
                                               {QStringLiteral("keyFile"), site.keyFile()}}),
                 qPrintable(site.relay.problem));
    }
    // It is told before there is any mail.
    QTRY_COMPARE_WITH_TIMEOUT(site.route().state, QStringLiteral("held"), 20'000);
    QVERIFY(site.route().isOwnFault);
    QVERIFY2(site.route().reason.contains(words), qPrintable(site.route().reason));
    QTRY_VERIFY(site.sentence("upstream").contains(words));
    QVERIFY2(!site.sentence("upstream").contains(QStringLiteral("sign in")), qPrintable(site.sentence("upstream")));
    QVERIFY(site.send());
    QTRY_COMPARE(site.relay.status().queued, 1u);
    site.clock.advance(72h);
    QVERIFY(site.send());
    QTRY_COMPARE(site.relay.status().queued, 2u);
    const int read = site.clock.readings();
    QTRY_VERIFY_WITH_TIMEOUT(site.clock.readings() > read + 50, 20'000); // so it was looked at again and again
    QCOMPARE(site.relay.status().bounced, 0u);
    QCOMPARE(site.relay.status().queued, 2u);
    QCOMPARE(site.sink.connectionCount(), 0);

    if (fault == QLatin1String("nowhere")) { // no file changes: the pause goes by, or somebody says so
        site.relay.secrets.write(QStringLiteral("missing"), Secret(QByteArray(kPasswordMark)), qApp,
                                 [](const Result<void> &) {});
        QVERIFY(site.relay.ask(QStringLiteral("retry")));
    } else if (isPkcs12) {
        write(site.pkcs12File(), pkcs12Of(good, kPasswordMark));
    } else {
        site.put(good);
    }
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 2u, 20'000);
    QCOMPARE(site.sink.messages().front().clientCertificate, QByteArray("relay"));
    QTRY_COMPARE(site.relay.status().queued, 0u);
    QCOMPARE(site.relay.status().bounced, 0u);
    QCOMPARE(site.route().state, QStringLiteral("open"));
}

void tst_HostCertificate::anotherHostTakesTheMailMeanwhile()
{
    SmtpSink second;
    QVERIFY(second.listen());
    CertificateSite site;
    site.relay.config.insert(
        QStringLiteral("fallbacks"),
        QJsonArray{QJsonObject{{QStringLiteral("server"), QStringLiteral("localhost:%1").arg(second.port())},
                               {QStringLiteral("tls"), QStringLiteral("none")}}});
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QTRY_VERIFY_WITH_TIMEOUT(site.route().refusedBy == QStringLiteral("localhost:%1").arg(site.sink.port()), 20'000);
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(second.messages().size(), 1u, 20'000);
    QTRY_VERIFY(site.sentence("upstream").contains(QStringLiteral("There is no certificate file")));
    QVERIFY2(!site.sentence("upstream").contains(QStringLiteral("sign in")), qPrintable(site.sentence("upstream")));
}

void tst_HostCertificate::itsEndIsTold()
{
    CertificateSite site;
    site.put(site.certificates.client(QStringLiteral("relay")));
    QVERIFY2(site.begin(), qPrintable(site.relay.problem));
    QVERIFY(site.send());
    QTRY_COMPARE_WITH_TIMEOUT(site.sink.messages().size(), 1u, 20'000);
    QVERIFY(site.sentence("certificate").isEmpty());
    site.clock.advance(std::chrono::days(345)); // of a year
    QTRY_VERIFY_WITH_TIMEOUT(!site.sentence("certificate").isEmpty(), 20'000);
    QVERIFY2(
        site.sentence("certificate")
            .startsWith(
                QStringLiteral("The certificate that the relay shows to localhost:%1 ends in ").arg(site.sink.port())),
        qPrintable(site.sentence("certificate")));
    // That of the other side ends as well, and the relay has seen it.
    QTRY_VERIFY(
        site.sentence("server-certificate")
            .startsWith(
                QStringLiteral("The certificate of the smart host localhost:%1 ends in ").arg(site.sink.port())));
    site.clock.advance(std::chrono::days(40));
    QTRY_VERIFY(site.sentence("server-certificate").contains(QStringLiteral("has ended, so that mail may wait here.")));
    QTRY_VERIFY(site.sentence("certificate").contains(QStringLiteral("has ended.")));
}

QTEST_GUILESS_MAIN(tst_HostCertificate)
#include "tst_HostCertificate.moc"
