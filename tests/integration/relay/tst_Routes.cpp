// SPDX-License-Identifier: GPL-3.0-or-later
#include "DeliveryFixture.h"

#include "core/mail/DkimSigner.h"
#include "tests/support/TestSecrets.h"

#include <QRegularExpression>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// Which way a message takes, and what is done to it there: several routes, rewriting, signatures, and a configuration that
// changes meanwhile.

namespace {

const QByteArray kMessage = "From: Scanner <scanner@contoso.com>\r\nTo: b@example.com\r\nSubject: s\r\n\r\nbody\r\n";

RelayDevice device(const char *name, const char *network)
{
    return {.name = QString::fromLatin1(name), .networks = {*IpNetwork::parse(QString::fromLatin1(network))}};
}

QByteArray unfolded(QByteArray text)
{
    return text.replace("\r\n\t", "").replace("\r\n ", " ");
}

} // namespace

class tst_Routes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aHeldRouteDoesNotBlockTheOthers();
    void aLongQueueOfOneRouteDoesNotBlockTheOthers();
    void neverGivesUpWhatAHeldRouteKeeps();
    void rewritesByTheDevicesRow();
    void signsWhatGoesOut();
    void signsALargeMessageOnItsWay();
    void waitsForAKeyThatCannotBeRead();
    void leavesAnotherDomainUnsigned();
    void aNewConfigurationMovesWhatWaits();
    void aNewConfigurationLeavesOtherRoutesAlone();
    void expiryFollowsTheConfiguration();
    void twoRoutesOfOneMailboxShareItsQuota();
};

void tst_Routes::aHeldRouteDoesNotBlockTheOthers()
{
    SmtpSink good;
    QVERIFY(good.listen());
    DeliveryFixture fixture;
    RelayUpstream signedIn = fixture.host(DeliveryFixture::freePort());
    signedIn.tls = TlsPolicy::Required;
    signedIn.user = QStringLiteral("u");
    signedIn.password = SecretRef::keychain(QStringLiteral("never-written"));
    fixture.addRoute(defaultRouteName(), {signedIn});
    fixture.addRoute(QStringLiteral("floor"), {fixture.host(good.port())});
    RelayDevice scanner = device("scanner", "192.0.2.8");
    scanner.route = QStringLiteral("floor");
    fixture.addDevice(scanner);
    std::vector<QueueId> held;
    for (int i = 0; i < 200; ++i)
        held.push_back(fixture.accept());
    fixture.start();
    for (int i = 0; i < 20; ++i)
        fixture.accept(QStringLiteral("192.0.2.8"));
    QTRY_COMPARE(good.messages().size(), 20u);
    QTRY_COMPARE(fixture.spool->counts().queued.load(), 200);
    // What waits is not under way: an operator may delete it.
    std::optional<Result<int>> removed;
    fixture.spool->remove(held.front(), [&](const Result<int> &result) { removed = result; });
    QTRY_VERIFY(removed);
    QVERIFY2(*removed, removed->has_value() ? "" : qPrintable(removed->error().detail));
    // Once the route is mended all of it goes, in its order.
    SmtpSink mended;
    QVERIFY(mended.listen());
    DeliverySettings after = fixture.settings;
    after.routes[0].route.hosts = {fixture.host(mended.port())};
    fixture.delivery->reconfigure(after);
    QTRY_COMPARE_WITH_TIMEOUT(mended.messages().size(), 199u, 20'000);
}

void tst_Routes::aLongQueueOfOneRouteDoesNotBlockTheOthers()
{
    SmtpSink slow(SmtpSink::Options{.answerDelay = 20ms});
    SmtpSink good;
    QVERIFY(slow.listen() && good.listen());
    DeliveryFixture fixture;
    RelayUpstream oneByOne = fixture.host(slow.port());
    oneByOne.maxConnections = 1;
    fixture.addRoute(defaultRouteName(), {oneByOne});
    fixture.addRoute(QStringLiteral("floor"), {fixture.host(good.port())});
    RelayDevice scanner = device("scanner", "192.0.2.8");
    scanner.route = QStringLiteral("floor");
    fixture.addDevice(scanner);
    for (int i = 0; i < 150; ++i)
        fixture.accept();
    fixture.accept(QStringLiteral("192.0.2.8"));
    fixture.start();
    QTRY_COMPARE(good.messages().size(), 1u);
    QVERIFY2(slow.messages().size() < 100u, qPrintable(QString::number(slow.messages().size())));
    QTRY_COMPARE_WITH_TIMEOUT(slow.messages().size(), 150u, 40'000);
    QTRY_COMPARE(fixture.spool->counts().queued.load(), 0);
}

void tst_Routes::neverGivesUpWhatAHeldRouteKeeps()
{
    DeliveryFixture fixture;
    RelayUpstream signedIn = fixture.host(DeliveryFixture::freePort());
    signedIn.user = QStringLiteral("u");
    signedIn.password = SecretRef::keychain(QStringLiteral("never-written"));
    fixture.addRoute(defaultRouteName(), {signedIn});
    fixture.addRoute(QStringLiteral("floor"), {fixture.host(DeliveryFixture::freePort())});
    RelayDevice scanner = device("scanner", "192.0.2.8");
    scanner.route = QStringLiteral("floor");
    fixture.addDevice(scanner);
    fixture.settings.common.expiry = std::chrono::hours(0);
    fixture.start();
    const QueueId kept = fixture.accept();
    const QueueId down = fixture.accept(QStringLiteral("192.0.2.8"));
    QTRY_COMPARE(fixture.delivery->bounced(), 1u); // the route that is down gives up what is too old
    QTRY_VERIFY(fixture.story(down).contains(QStringLiteral("expired")));
    const QueueId later = fixture.accept(QStringLiteral("192.0.2.8")); // it goes on failing
    QTRY_COMPARE(fixture.delivery->bounced(), 2u);
    QTRY_VERIFY(fixture.story(later).contains(QStringLiteral("expired")));
    QVERIFY2(!fixture.story(kept).contains(QStringLiteral("expired")), qPrintable(fixture.story(kept)));
}

void tst_Routes::rewritesByTheDevicesRow()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    RelayUpstream host = fixture.host(sink.port());
    host.sendAs = address("mailbox@contoso.com");
    fixture.addRoute(defaultRouteName(), {host});
    RelayDevice hall = device("hall", "192.0.2.8");
    hall.sendAs = address("hall@contoso.com");
    hall.keepReplyTo = false;
    hall.returnPath = address("bounces@contoso.com");
    fixture.addDevice(hall);
    fixture.start();
    fixture.accept(fixture.message(QStringLiteral("192.0.2.8")), kMessage);
    QTRY_COMPARE(sink.messages().size(), 1u);
    QCOMPARE(sink.messages()[0].reversePath, QByteArray("bounces@contoso.com"));
    QCOMPARE(sink.messages()[0].data, QByteArray(kMessage).replace("scanner@", "hall@"));
    fixture.accept(fixture.message(), kMessage);
    QTRY_COMPARE(sink.messages().size(), 2u);
    QCOMPARE(sink.messages()[1].reversePath, QByteArray("mailbox@contoso.com"));
    QVERIFY(sink.messages()[1].data.contains("Reply-To: Scanner <scanner@contoso.com>\r\n"));
}

namespace {

/// A route that signs for contoso.com with a key in the fixture's keychain.
DkimKeyPair signingRoute(DeliveryFixture &fixture, std::uint16_t port)
{
    const DkimKeyPair key = *DkimKeyPair::generate(DkimAlgorithm::Ed25519);
    fixture.secrets.write(QStringLiteral("dkim"), key.toPem(), qApp, [](const Result<void> &) {});
    fixture.addRoute(defaultRouteName(), {DeliveryFixture::host(port)},
                     {{*Domain::parse(QStringLiteral("contoso.com")), QStringLiteral("relay1"),
                       SecretRef::keychain(QStringLiteral("dkim"))}});
    return key;
}

/// The signature that stands in front, checked by signing again: Ed25519 gives the same octets for the same message.
bool isSignedBy(const DkimKeyPair &key, const QByteArray &wire)
{
    const qsizetype end = wire.indexOf("\r\nFrom:") + 2;
    const QByteArray field = wire.left(end);
    DkimReader reader;
    reader.add(wire.mid(end));
    reader.finish();
    const auto time =
        QRegularExpression(QStringLiteral("t=(\\d+);")).match(QString::fromLatin1(unfolded(field))).captured(1);
    const TimePoint at = TimePoint(std::chrono::seconds(time.toLongLong()));
    const auto again =
        dkimSignature(reader.header(), reader.bodyHash(),
                      {*Domain::parse(QStringLiteral("contoso.com")), QStringLiteral("relay1"), key}, at);
    return again && *again == field;
}

} // namespace

void tst_Routes::signsWhatGoesOut()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    const DkimKeyPair key = signingRoute(fixture, sink.port());
    RelayDevice hall = device("hall", "192.0.2.8");
    hall.sendAs = address("hall@contoso.com");
    fixture.addDevice(hall);
    fixture.start();
    // The device's own domain is not signed for, the mailbox as which it leaves is; line ends are mended on the way.
    const QueueId id = fixture.accept(fixture.message(QStringLiteral("192.0.2.8")),
                                      "From: Scanner <scan@device.local>\nSubject: s\n\n.dot\nbare\rreturn  \n\n\n");
    QTRY_COMPARE(sink.messages().size(), 1u);
    const QByteArray data = sink.messages()[0].data;
    QVERIFY2(isSignedBy(key, data), data.constData());
    QVERIFY(data.contains("From: Scanner <hall@contoso.com>\r\n"));
    QTRY_VERIFY(fixture.story(id).contains(QStringLiteral("signed with DKIM as relay1._domainkey.contoso.com")));
}

void tst_Routes::signsALargeMessageOnItsWay()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    const DkimKeyPair key = signingRoute(fixture, sink.port());
    fixture.start();
    const QByteArray large = kMessage + QByteArray("0123456789 abcdefghijklmnopqrstuvwxyz\r\n").repeated(200'000);
    fixture.accept(fixture.message(), large);
    fixture.accept(fixture.message(), kMessage);
    QTRY_COMPARE_WITH_TIMEOUT(sink.messages().size(), 2u, 20'000);
    for (const SunkMessage &message : sink.messages())
        QVERIFY(isSignedBy(key, message.data));
    QVERIFY(sink.countContaining(large) == 1);
}

void tst_Routes::waitsForAKeyThatCannotBeRead()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    const DkimKeyPair key = signingRoute(fixture, sink.port());
    fixture.secrets.write(QStringLiteral("dkim"), Secret(QByteArray("no key")), qApp, [](const Result<void> &) {});
    fixture.start();
    fixture.accept(fixture.message(), kMessage);
    QTRY_VERIFY(fixture.delivery->routes()[0].reason.contains(
        QStringLiteral("DKIM key keychain:dkim of contoso.com cannot be used")));
    QVERIFY(fixture.delivery->routes()[0].state == QStringLiteral("held"));
    QCOMPARE(sink.connectionCount(), 0);
    fixture.secrets.write(QStringLiteral("dkim"), key.toPem(), qApp, [](const Result<void> &) {});
    fixture.delivery->tryNow();
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(isSignedBy(key, sink.messages()[0].data));
}

void tst_Routes::leavesAnotherDomainUnsigned()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    (void)signingRoute(fixture, sink.port());
    fixture.start();
    const QueueId id = fixture.accept(fixture.message());
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(!sink.messages()[0].data.contains("DKIM-Signature"));
    QTRY_VERIFY(fixture.story(id).contains(
        QStringLiteral("not signed with DKIM, because its From: address is not of contoso.com")));
}
void tst_Routes::aNewConfigurationMovesWhatWaits()
{
    SmtpSink refusing;
    SmtpSink good;
    QVERIFY(refusing.listen() && good.listen());
    refusing.answerAlways("MAIL", "451 4.3.0 not now");
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(refusing.port())});
    fixture.start();
    const QueueId id = fixture.accept();
    QTRY_VERIFY(fixture.story(id).contains(QStringLiteral("deferred"))); // for a minute
    DeliverySettings after = fixture.settings;
    after.routes[0].route.hosts = {fixture.host(good.port())};
    fixture.delivery->reconfigure(after);
    QTRY_COMPARE(good.messages().size(), 1u);
    QTRY_COMPARE(fixture.delivery->delivered(), 1u);
}

void tst_Routes::aNewConfigurationLeavesOtherRoutesAlone()
{
    SmtpSink kept;
    SmtpSink changed;
    QVERIFY(kept.listen() && changed.listen());
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(kept.port())});
    fixture.addRoute(QStringLiteral("floor"), {fixture.host(DeliveryFixture::freePort())});
    fixture.start();
    fixture.accept();
    QTRY_COMPARE(kept.messages().size(), 1u);
    DeliverySettings after = fixture.settings;
    after.routes[1].route.hosts = {fixture.host(changed.port())};
    RelayDevice scanner = device("scanner", "192.0.2.8");
    scanner.route = QStringLiteral("floor");
    after.devices = {scanner};
    fixture.delivery->reconfigure(after);
    fixture.accept();
    fixture.accept(QStringLiteral("192.0.2.8"));
    QTRY_COMPARE(kept.messages().size(), 2u);
    QTRY_COMPARE(changed.messages().size(), 1u);
    QCOMPARE(kept.connectionCount(), 1);
}

void tst_Routes::expiryFollowsTheConfiguration()
{
    DeliveryFixture fixture;
    fixture.addRoute(defaultRouteName(), {fixture.host(DeliveryFixture::freePort())});
    fixture.start();
    fixture.accept();
    QTRY_VERIFY(!fixture.delivery->routes()[0].reason.isEmpty());
    QCOMPARE(fixture.delivery->bounced(), 0u);
    DeliverySettings after = fixture.settings;
    after.common.expiry = std::chrono::hours(0);
    fixture.delivery->reconfigure(after);
    QTRY_COMPARE(fixture.delivery->bounced(), 1u);
}

void tst_Routes::twoRoutesOfOneMailboxShareItsQuota()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    DeliveryFixture fixture;
    RelayUpstream host = fixture.host(sink.port());
    host.maxMessagesPerMinute = 3;
    fixture.addRoute(defaultRouteName(), {host});
    fixture.addRoute(QStringLiteral("floor"), {host});
    RelayDevice scanner = device("scanner", "192.0.2.8");
    scanner.route = QStringLiteral("floor");
    fixture.addDevice(scanner);
    SmtpSink elsewhere;
    QVERIFY(elsewhere.listen());
    fixture.addRoute(QStringLiteral("elsewhere"), {fixture.host(elsewhere.port())});
    RelayDevice copier = device("copier", "192.0.2.9");
    copier.route = QStringLiteral("elsewhere");
    fixture.addDevice(copier);
    fixture.start();
    for (int i = 0; i < 3; ++i) {
        fixture.accept();
        fixture.accept(QStringLiteral("192.0.2.8"));
    }
    QTRY_COMPARE(sink.messages().size(), 3u);
    QTRY_VERIFY(fixture.delivery->waitsForQuota());
    // What comes behind them goes another way, so there was time enough for what must not go.
    fixture.accept(QStringLiteral("192.0.2.9"));
    QTRY_COMPARE(elsewhere.messages().size(), 1u);
    QCOMPARE(sink.messages().size(), 3u);
    // A configuration that names the same mailbox in other words does not make a new quota of it.
    DeliverySettings after = fixture.settings;
    after.routes[0].route.hosts[0].maxConnections = 1;
    fixture.delivery->reconfigure(after);
    fixture.accept(QStringLiteral("192.0.2.9"));
    QTRY_COMPARE(elsewhere.messages().size(), 2u);
    QCOMPARE(sink.messages().size(), 3u);
}

QTEST_GUILESS_MAIN(tst_Routes)
#include "tst_Routes.moc"
