// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/PolicyFetch.h"
#include "tests/integration/verify/PolicyServer.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(relaywright::test::TestIdentity)

using Kind = PolicyOutcome::Kind;

namespace {

const QByteArray kPolicy =
    "version: STSv1\r\nmode: enforce\r\nmx: *.mail.protection.outlook.com\r\nmax_age: 604800\r\n";

} // namespace

class tst_PolicyFetch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void fetchesThePolicy();
    void readsChunks();
    void takesOnlyAPlain200_data();
    void takesOnlyAPlain200();
    void refusesCertificates_data();
    void refusesCertificates();
    void refusesAnUnknownAuthority();
    void tellsWhyThereIsNoConnection();
    void endsInTime();
    void triesTheNextAddress();
    void isSilentOnceDestroyed();

private:
    PolicyOutcome fetch(const PolicyFetch::Settings &settings);
    [[nodiscard]] PolicyFetch::Settings at(std::uint16_t port, std::chrono::milliseconds limit = 10s) const
    {
        return {.limit = limit, .port = port, .authorities = m_certificates.authorityPem()};
    }

    TestCertificates m_certificates;
    TestIdentity m_good;
    LoopbackDns m_dns;
    Domain m_domain = *Domain::parse(u"example.com"_s);
};

void tst_PolicyFetch::initTestCase()
{
    m_good = m_certificates.valid({u"mta-sts.example.com"_s});
    m_dns.address(u"mta-sts.example.com"_s, u"127.0.0.1"_s).ttl(0);
}

PolicyOutcome tst_PolicyFetch::fetch(const PolicyFetch::Settings &settings)
{
    const auto resolver = Resolver::create({.nameservers = {m_dns.endpoint()}, .queryLimit = 5s});
    std::optional<PolicyOutcome> outcome;
    PolicyFetch fetch(m_domain, settings, **resolver, [&outcome](const PolicyOutcome &given) { outcome = given; });
    fetch.start();
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000))
        return {.text = u"nothing came"_s};
    return *outcome;
}

void tst_PolicyFetch::fetchesThePolicy()
{
    const PolicyServer server(m_good, withLength(kPolicy));
    const PolicyOutcome outcome = fetch(at(server.port()));
    QVERIFY2(outcome.kind == Kind::Fetched, qPrintable(outcome.text));
    QCOMPARE(outcome.body, kPolicy);
    QCOMPARE(outcome.contentType, u"text/plain"_s);
    QCOMPARE(outcome.status, 200);
    QCOMPARE(outcome.address, u"127.0.0.1"_s);
    QVERIFY2(server.request().startsWith("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"), server.request().constData());
    QVERIFY2(server.request().contains("Host: mta-sts.example.com\r\n"), server.request().constData());
    QCOMPARE(PolicyFetch::address(m_domain), u"https://mta-sts.example.com/.well-known/mta-sts.txt"_s);
}

void tst_PolicyFetch::readsChunks()
{
    const QByteArray chunks = "10\r\n" + kPolicy.first(16) + "\r\n" + QByteArray::number(kPolicy.size() - 16, 16)
                              + "\r\n" + kPolicy.sliced(16) + "\r\n0\r\n\r\n";
    const PolicyServer server(m_good, http("200 OK\r\nTransfer-Encoding: chunked", chunks));
    const PolicyOutcome outcome = fetch(at(server.port()));
    QVERIFY2(outcome.kind == Kind::Fetched, qPrintable(outcome.text));
    QCOMPARE(outcome.body, kPolicy);
}

void tst_PolicyFetch::takesOnlyAPlain200_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("status");
    const auto row = [](const char *tag, const QByteArray &answer, Kind kind, const char *text, int status) {
        QTest::newRow(tag) << answer << static_cast<int>(kind) << QString::fromUtf8(text) << status;
    };
    row("not found", http("404 Not Found\r\nContent-Length: 0", {}), Kind::HttpStatus, "Not Found", 404);
    row("server error", http("500 Oh\x1b[31m no\r\nContent-Length: 0", {}), Kind::HttpStatus, "Oh\\x1b[31m no", 500);
    row("redirect", http("301 Moved\r\nLocation: https://www.example.com/\r\nContent-Length: 0", {}), Kind::Redirected,
        "https://www.example.com/", 301);
    row("too large", withLength(QByteArray(70'000, 'x')), Kind::TooLarge, "", 0);
    row("too large without saying so", http("200 OK", QByteArray(300'000, 'x')), Kind::TooLarge, "", 0);
}

void tst_PolicyFetch::takesOnlyAPlain200()
{
    QFETCH(QByteArray, answer);
    const PolicyServer server(m_good, answer);
    const PolicyOutcome outcome = fetch(at(server.port()));
    QTEST(static_cast<int>(outcome.kind), "kind");
    QTEST(outcome.text, "text");
    QTEST(outcome.status, "status");
    QVERIFY(outcome.body.isEmpty());
}

void tst_PolicyFetch::refusesCertificates_data()
{
    QTest::addColumn<TestIdentity>("identity");
    QTest::addColumn<QString>("says");
    QTest::newRow("of another name") << m_certificates.wrongName() << u"did not match"_s;
    QTest::newRow("over") << m_certificates.expired() << u"expired"_s;
    QTest::newRow("signed by itself") << m_certificates.selfSigned() << u"self-signed"_s;
}

void tst_PolicyFetch::refusesCertificates()
{
    QFETCH(TestIdentity, identity);
    QFETCH(QString, says);
    const PolicyServer server(identity, withLength(kPolicy));
    const PolicyOutcome outcome = fetch(at(server.port()));
    QVERIFY2(outcome.kind == Kind::BadCertificate, qPrintable(outcome.text));
    QVERIFY2(outcome.text.contains(says), qPrintable(outcome.text));
    QVERIFY(server.request().isEmpty());
}

void tst_PolicyFetch::refusesAnUnknownAuthority()
{
    const PolicyServer server(m_good, withLength(kPolicy));
    const PolicyOutcome outcome = fetch({.limit = 10s, .port = server.port(), .authorities = {}});
    QVERIFY2(outcome.kind == Kind::BadCertificate, qPrintable(outcome.text));
    QVERIFY(!outcome.text.isEmpty());
}

void tst_PolicyFetch::tellsWhyThereIsNoConnection()
{
    std::uint16_t free = 0;
    {
        const PolicyServer gone(m_good, {});
        free = gone.port();
    }
    QVERIFY(fetch(at(free)).kind == Kind::Refused);
    m_domain = *Domain::parse(u"none.example"_s);
    QVERIFY(fetch(at(free)).kind == Kind::NoAddress);
    m_dns.fault(u"mta-sts.down.example"_s, LoopbackDns::Fault::ServFail);
    m_domain = *Domain::parse(u"down.example"_s);
    const PolicyOutcome down = fetch(at(free));
    QVERIFY(down.kind == Kind::Failed);
    QVERIFY2(down.text.contains(u"SERVFAIL about A mta-sts.down.example"), qPrintable(down.text));
    m_domain = *Domain::parse(u"example.com"_s);
}

void tst_PolicyFetch::endsInTime()
{
    const PolicyServer silent(m_good, {});
    const PolicyOutcome outcome = fetch(at(silent.port(), 500ms));
    QVERIFY(outcome.kind == Kind::TimedOut);
    QCOMPARE(outcome.address, u"127.0.0.1"_s);
}

void tst_PolicyFetch::triesTheNextAddress()
{
    m_domain = *Domain::parse(u"two.example"_s);
    m_dns.address(u"mta-sts.two.example"_s, u"127.0.0.9"_s).address(u"mta-sts.two.example"_s, u"127.0.0.1"_s);
    const PolicyServer server(m_certificates.valid({u"mta-sts.two.example"_s}),
                              withLength(kPolicy)); // on 127.0.0.1 only
    const PolicyOutcome outcome = fetch(at(server.port()));
    m_domain = *Domain::parse(u"example.com"_s);
    QVERIFY2(outcome.kind == Kind::Fetched, qPrintable(outcome.text));
    QCOMPARE(outcome.address, u"127.0.0.1"_s);
}

void tst_PolicyFetch::isSilentOnceDestroyed()
{
    const PolicyServer server(m_good, {});
    const auto resolver = Resolver::create({.nameservers = {m_dns.endpoint()}, .queryLimit = 5s});
    int called = 0;
    auto fetch = std::make_unique<PolicyFetch>(m_domain, at(server.port()), **resolver,
                                               [&called](const PolicyOutcome &) { ++called; });
    fetch->start();
    QTRY_VERIFY(!server.request().isEmpty());
    fetch.reset();
    QTest::qWait(0);
    QCOMPARE(called, 0);
}

QTEST_GUILESS_MAIN(tst_PolicyFetch)
#include "tst_PolicyFetch.moc"
