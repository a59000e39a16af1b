// SPDX-License-Identifier: GPL-3.0-or-later
#include "ListenerFixture.h"
#include "Pkcs12.h"

#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QDir>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kMessage("Subject: s\r\nFrom: a@example.com\r\n\r\nx\r\n");

QByteArray fingerprint(const RelayFixture &relay)
{
    const auto certificates = relay.engine->certificates();
    return certificates.empty() ? QByteArray() : certificates.front().sha256;
}

void write(const QString &path, const QByteArray &octets)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(octets) != octets.size())
        qFatal("%s", qPrintable(path));
}

/// What a server shows to whoever begins TLS with it; empty when there is none.
QByteArray shownBy(const Endpoint &endpoint)
{
    QSslSocket socket;
    socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket.connectToHostEncrypted(endpoint.host.toString(), endpoint.port);
    (void)QTest::qWaitFor([&] { return socket.isEncrypted() || socket.state() == QAbstractSocket::UnconnectedState; },
                          10'000);
    return socket.peerCertificate().digest(QCryptographicHash::Sha256).toHex();
}

} // namespace

class tst_ListenerCertificates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOwnCertificateIsKeptAndRenewed();
    void aPkcs12FileOpensWithItsPassword();
    void aPkcs12FileWithoutItsPasswordStaysShut();
    void aCertificateThatChangesOnDiskIsShown();
};

void tst_ListenerCertificates::theOwnCertificateIsKeptAndRenewed()
{
    FakeClock clock(SystemClock().now());
    RelayFixture relay;
    relay.clock = &clock;
    QVERIFY2(withListener(relay, {}).start(), qPrintable(relay.problem));
    const QByteArray first = fingerprint(relay);
    QCOMPARE(first.size(), 64);
    QVERIFY2(relay.log.join(u'\n').contains(QString::fromLatin1(QByteArray::fromHex(first).toHex(':').toUpper())),
             qPrintable(relay.log.join(u'\n')));
    const QDir folder(relay.folder() + QStringLiteral("/spool/tls"));
    const QStringList files = folder.entryList(QDir::Files);
    QCOMPARE(files, (QStringList{QStringLiteral("authority.key"), QStringLiteral("authority.pem"),
                                 QStringLiteral("listener.key"), QStringLiteral("listener.pem")}));
    for (const QString &file : files)
        QCOMPARE(QFile::permissions(folder.filePath(file))
                     & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
    QFile authority(folder.filePath(QStringLiteral("authority.pem")));
    QVERIFY(authority.open(QIODevice::ReadOnly));
    const QByteArray pem = authority.readAll();
    const auto trusting = [&pem](ConnectionSettings &settings) {
        settings.tls.insecure = false;
        settings.tls.caCertificatesPem = pem;
    };
    QVERIFY(relay
                .send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Required,
                      trusting)
                .reply()
                .startsWith(QLatin1String("250")));

    QVERIFY(relay.stop());
    relay.log.clear();
    clock.advance(std::chrono::hours(24 * 300));
    QVERIFY(relay.start());
    QCOMPARE(fingerprint(relay), first);
    QVERIFY(relay.stop());
    clock.advance(std::chrono::hours(24 * 80)); // 17 days to its end
    QVERIFY(relay.start());
    QVERIFY(fingerprint(relay) != first);
    QVERIFY(relay.engine->certificates().front().isOwn);
    QVERIFY(relay.engine->certificates().front().endsAt > clock.now() + std::chrono::hours(24 * 300));
    authority.seek(0);
    QCOMPARE(authority.readAll(), pem); // who trusted it need not be told again
}

void tst_ListenerCertificates::aPkcs12FileOpensWithItsPassword()
{
    TestCertificates certificates;
    RelayFixture relay;
    const QString phrase = newPassword();
    const QString file = relay.folder() + QStringLiteral("/relay.p12");
    write(file, pkcs12Of(certificates.valid(), phrase.toUtf8().constData()));
    bool kept = false;
    relay.secrets.write(QStringLiteral("certificate"), Secret::fromText(phrase), this,
                        [&](const Result<void> &) { kept = true; });
    QTRY_VERIFY(kept);
    QVERIFY2(withListener(relay, {{QStringLiteral("pkcs12File"), file},
                                  {QStringLiteral("pkcs12Password"), QStringLiteral("keychain:certificate")}})
                 .start(),
             qPrintable(relay.problem));
    QTRY_COMPARE(relay.engine->addresses().size(), 1u);
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                                 TlsPolicy::Required, [&](ConnectionSettings &settings) {
                                     settings.tls.insecure = false;
                                     settings.tls.caCertificatesPem = certificates.authorityPem();
                                 });
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
}

void tst_ListenerCertificates::aPkcs12FileWithoutItsPasswordStaysShut()
{
    TestCertificates certificates;
    RelayFixture relay;
    const QString file = relay.folder() + QStringLiteral("/relay.p12");
    write(file, pkcs12Of(certificates.valid(), newPassword().toUtf8().constData()));
    QVERIFY(withListener(relay, {{QStringLiteral("pkcs12File"), file},
                                 {QStringLiteral("pkcs12Password"), QStringLiteral("keychain:nowhere")}})
                .start());
    QTRY_VERIFY(relay.log.join(u'\n').contains(QLatin1String("The listener 127.0.0.1:0")));
    QVERIFY(relay.engine->addresses().empty());
    QVERIFY(relay.stop());
    QVERIFY(!withListener(relay, {{QStringLiteral("pkcs12File"), file}})
                 .start()); // a file without a password says so at once
    QVERIFY2(relay.problem.contains(file), qPrintable(relay.problem));
}

void tst_ListenerCertificates::aCertificateThatChangesOnDiskIsShown()
{
    TestCertificates certificates;
    BareListeners bare;
    const QString pem = bare.folder.filePath(QStringLiteral("a.pem")),
                  key = bare.folder.filePath(QStringLiteral("a.key"));
    const TestIdentity before = certificates.valid(), after = certificates.selfSigned();
    write(pem, before.certificatePem);
    write(key, before.keyPem);
    QJsonObject tls = plainAt(0, 1);
    tls.remove(QStringLiteral("startTls"));
    tls.insert(QStringLiteral("implicitTls"), true);
    tls.insert(QStringLiteral("certificateFile"), pem);
    tls.insert(QStringLiteral("keyFile"), key);
    QVERIFY(bare.listeners->apply(bare.config({tls})));
    const Endpoint endpoint = bare.listeners->addresses().front();
    const QByteArray first = shownBy(endpoint);
    QCOMPARE(first, bare.listeners->certificates().front().sha256);
    bare.listeners->renewCertificates();
    QCOMPARE(shownBy(endpoint), first);
    write(pem, after.certificatePem); // without its key: the one before stays
    bare.listeners->renewCertificates();
    QCOMPARE(shownBy(endpoint), first);
    QVERIFY(bare.log.join(u'\n').contains(pem));
    write(key, after.keyPem);
    bare.listeners->renewCertificates();
    const QByteArray second = shownBy(endpoint);
    QVERIFY(second != first && !second.isEmpty());
    QCOMPARE(second, bare.listeners->certificates().front().sha256);
}

QTEST_GUILESS_MAIN(tst_ListenerCertificates)
#include "tst_ListenerCertificates.moc"
