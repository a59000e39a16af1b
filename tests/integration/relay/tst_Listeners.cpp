// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "core/relay/Accounts.h"
#include "core/relay/Listeners.h"
#include "core/relay/SourceLimits.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QDir>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QByteArray kMessage("Subject: s\r\nFrom: a@example.com\r\n\r\nx\r\n");

QJsonObject listener(QJsonObject members)
{
    members.insert(QStringLiteral("listen"), QStringLiteral("127.0.0.1:0"));
    if (!members.contains(QStringLiteral("networks")))
        members.insert(QStringLiteral("networks"), QJsonArray{QStringLiteral("127.0.0.1")});
    return members;
}

/// Works at relays that take the mail and hand it to nobody.
RelayFixture &withListener(RelayFixture &relay, const QJsonObject &members)
{
    relay.setUpstream(9);
    relay.setListener(listener(members));
    return relay;
}

QByteArray fingerprint(const RelayFixture &relay)
{
    const auto certificates = relay.engine->certificates();
    return certificates.empty() ? QByteArray() : certificates.front().sha256;
}

QByteArray pkcs12Of(const TestIdentity &identity, const char *phrase)
{
    BIO *const certificateText =
        BIO_new_mem_buf(identity.certificatePem.constData(), static_cast<int>(identity.certificatePem.size()));
    BIO *const keyText = BIO_new_mem_buf(identity.keyPem.constData(), static_cast<int>(identity.keyPem.size()));
    X509 *const certificate = PEM_read_bio_X509(certificateText, nullptr, nullptr, nullptr);
    EVP_PKEY *const key = PEM_read_bio_PrivateKey(keyText, nullptr, nullptr, nullptr);
    PKCS12 *const made = PKCS12_create(phrase, "relay", key, certificate, nullptr, 0, 0, 0, 0, 0);
    unsigned char *der = nullptr;
    const int size = i2d_PKCS12(made, &der);
    const QByteArray octets(reinterpret_cast<const char *>(der), size);
    OPENSSL_free(der);
    PKCS12_free(made);
    EVP_PKEY_free(key);
    X509_free(certificate);
    BIO_free(keyText);
    BIO_free(certificateText);
    return octets;
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

class tst_Listeners : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void offersTheWholeGrammar();
    void theOwnCertificateIsKeptAndRenewed();
    void takesTheTlsThatItIsTold_data();
    void takesTheTlsThatItIsTold();
    void takesNoMailBeforeTlsWhereItIsRequired();
    void speaksTlsFromTheFirstOctet();
    void devicesSignIn_data();
    void devicesSignIn();
    void aPasswordIsNotTakenInTheClear();
    void aListenerForEverybodyWantsASignIn();
    void aPkcs12FileOpensWithItsPassword();
    void aPkcs12FileWithoutItsPasswordStaysShut();
    void bareNewlinesAreWhatTheListenerSays_data();
    void bareNewlinesAreWhatTheListenerSays();
    void changesWhileItRuns();
    void aChangeThatCannotBeChangesNothing();
    void aCertificateThatChangesOnDiskIsShown();
};

void tst_Listeners::offersTheWholeGrammar()
{
    RelayFixture relay;
    QVERIFY2(withListener(relay, {}).start(), qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO device.example.com\r\n", "QUIT\r\n"});
    for (const char *extension :
         {"PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "STARTTLS", "CHUNKING"})
        QVERIFY2(heard.contains(extension), extension);
    QVERIFY(!heard.contains("AUTH"));
    const QByteArray chunked =
        relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=7\r\n",
                    "RCPT TO:<b@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;c@example.com\r\n",
                    "BDAT 18\r\nSubject: s\r\n\r\nab\r\n", "BDAT 3 LAST\r\nc\r\n", "QUIT\r\n"});
    QVERIFY2(chunked.contains("250 2.0.0 Ok: queued as"), chunked.constData());
    const QByteArray helo = relay.talk(
        {"HELO old\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n", "DATA\r\n", "x\r\n.\r\n"});
    QVERIFY2(helo.contains("queued as"), helo.constData());
}

void tst_Listeners::theOwnCertificateIsKeptAndRenewed()
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

void tst_Listeners::takesTheTlsThatItIsTold_data()
{
    QTest::addColumn<QString>("least");
    QTest::addColumn<TlsVersion>("newest");
    QTest::addColumn<QString>("used");
    QTest::newRow("1.2, as usual") << QStringLiteral("1.2") << TlsVersion::Tls12 << QStringLiteral("TLS 1.2");
    QTest::newRow("1.2, too old") << QStringLiteral("1.2") << TlsVersion::Tls11 << QString();
    QTest::newRow("1.3") << QStringLiteral("1.3") << TlsVersion::Tls13 << QStringLiteral("TLS 1.3");
    QTest::newRow("1.3, too old") << QStringLiteral("1.3") << TlsVersion::Tls12 << QString();
    QTest::newRow("1.0") << QStringLiteral("1.0") << TlsVersion::Tls10 << QStringLiteral("TLS 1.0");
    QTest::newRow("1.1") << QStringLiteral("1.1") << TlsVersion::Tls11 << QStringLiteral("TLS 1.1");
}

void tst_Listeners::takesTheTlsThatItIsTold()
{
    QFETCH(QString, least);
    QFETCH(TlsVersion, newest);
    QFETCH(QString, used);
    RelayFixture relay;
    QVERIFY2(withListener(relay, {{QStringLiteral("minimumTls"), least}}).start(), qPrintable(relay.problem));
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                                 TlsPolicy::Required, [&](ConnectionSettings &settings) {
                                     settings.tls.minimum = TlsVersion::Tls10;
                                     settings.tls.maximum = newest;
                                 });
    QCOMPARE(sent.reply().startsWith(QLatin1String("250")), !used.isEmpty());
    const auto isKnown = [&relay] {
        return !relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().isEmpty();
    };
    QTRY_VERIFY(isKnown());
    const QJsonObject source = relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().first().toObject();
    QCOMPARE(source[u"tlsUsed"].toString(), used);
    QCOMPARE(source[u"startTls"].toBool(), true);
    QCOMPARE(source[u"tlsFailure"].toString().isEmpty(), !used.isEmpty());
}

void tst_Listeners::takesNoMailBeforeTlsWhereItIsRequired()
{
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("requireTls"), true}}).start());
    const auto open = relay.send(kMessage);
    QVERIFY2(open.reply().startsWith(QLatin1String("530 5.7.0")), qPrintable(open.reply()));
    QTRY_COMPARE(relay.engine->refusals().count({RefusalReason::TlsRequired, QString()}), 1u);
    const auto inside =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Required);
    QVERIFY2(inside.reply().startsWith(QLatin1String("250")), qPrintable(inside.reply()));
}

void tst_Listeners::speaksTlsFromTheFirstOctet()
{
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("implicitTls"), true}}).start());
    const auto sent =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::Implicit);
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
    const auto sources = [&relay] { return relay.ask(QStringLiteral("sources"))->value(u"sources").toArray(); };
    QTRY_COMPARE(sources().size(), 1);
    QCOMPARE(sources()[0][u"tlsOffered"][u"versions"][0].toString(), QStringLiteral("TLS 1.3"));
    // Whoever speaks in the clear there, or says nothing at all, gets no answer and is closed.
    const QByteArray clear = relay.talk({"EHLO c\r\n"});
    QVERIFY2(!clear.contains("220") && !clear.contains("250"), clear.constData());
}

void tst_Listeners::devicesSignIn_data()
{
    QTest::addColumn<AuthMechanism>("mechanism");
    QTest::addColumn<QString>("user");
    QTest::addColumn<bool>("right");
    QTest::addColumn<QString>("reply");
    using enum AuthMechanism;
    QTest::newRow("PLAIN") << Plain << QStringLiteral("printer") << true << QStringLiteral("250 ");
    QTest::newRow("LOGIN") << Login << QStringLiteral("printer") << true << QStringLiteral("250 ");
    QTest::newRow("CRAM-MD5") << CramMd5 << QStringLiteral("old") << true << QStringLiteral("250 ");
    QTest::newRow("wrong password") << Plain << QStringLiteral("printer") << false << QStringLiteral("535 5.7.8");
    QTest::newRow("wrong proof") << CramMd5 << QStringLiteral("old") << false << QStringLiteral("535 5.7.8");
    QTest::newRow("unknown user") << Login << QStringLiteral("nobody") << true << QStringLiteral("535 5.7.8");
}

void tst_Listeners::devicesSignIn()
{
    QFETCH(AuthMechanism, mechanism);
    QFETCH(QString, user);
    QFETCH(bool, right);
    QFETCH(QString, reply);
    RelayFixture relay;
    const Secret password = Secret::fromText(newPassword());
    bool kept = false;
    relay.secrets.write(QStringLiteral("old device"), password, this, [&](const Result<void> &) { kept = true; });
    QTRY_VERIFY(kept);
    relay.config.insert(
        QStringLiteral("accounts"),
        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                               {QStringLiteral("passwordHash"), PasswordHash::make(password)->toString()}},
                   QJsonObject{{QStringLiteral("user"), QStringLiteral("old")},
                               {QStringLiteral("password"), QStringLiteral("keychain:old device")}}});
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("required")}}).start(),
             qPrintable(relay.problem));
    const auto unsigned_ = relay.send(kMessage);
    QVERIFY2(unsigned_.reply().startsWith(QLatin1String("530 5.7.0")), qPrintable(unsigned_.reply()));
    const Secret said = right ? password : Secret::fromText(newPassword() + u'x');
    const auto sent = relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"),
                                 TlsPolicy::Required, [&](ConnectionSettings &settings) {
                                     settings.smtp.credentials =
                                         Credentials{.user = user, .secret = said, .mechanism = mechanism};
                                 });
    QVERIFY2(sent.reply().startsWith(reply), qPrintable(sent.reply()));
    QCOMPARE(relay.engine->refusals().count({RefusalReason::SignInFailed, QString()}),
             reply.startsWith(u'5') ? 1u : 0u);
    if (!reply.startsWith(u'2'))
        return;
    const auto shown = relay.ask(QStringLiteral("sources"));
    QTRY_VERIFY(relay.ask(QStringLiteral("sources"))->value(u"sources").toArray().first()[u"user"].toString() == user);
}

void tst_Listeners::aPasswordIsNotTakenInTheClear()
{
    RelayFixture relay;
    const Secret password = Secret::fromText(newPassword());
    relay.config.insert(
        QStringLiteral("accounts"),
        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                               {QStringLiteral("passwordHash"), PasswordHash::make(password)->toString()}}});
    const auto open = [&](ConnectionSettings &settings) {
        settings.smtp.credentials =
            Credentials{.user = QStringLiteral("printer"), .secret = password, .mechanism = AuthMechanism::Plain};
        settings.smtp.allowAuthWithoutTls = true;
    };
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("optional")}}).start(),
             qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c\r\n", "AUTH PLAIN AGEAYg==\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("538 5.7.11") && !heard.contains("AUTH PLAIN"), heard.constData());
    QVERIFY(relay.stop());
    QVERIFY2(withListener(relay, {{QStringLiteral("signIn"), QStringLiteral("optional")},
                                  {QStringLiteral("signInWithoutTls"), true}})
                 .start(),
             qPrintable(relay.problem));
    const auto sent =
        relay.send(kMessage, {QStringLiteral("b@example.com")}, QStringLiteral("a@example.com"), TlsPolicy::None, open);
    QVERIFY2(sent.reply().startsWith(QLatin1String("250")), qPrintable(sent.reply()));
}

void tst_Listeners::aListenerForEverybodyWantsASignIn()
{
    RelayFixture relay;
    relay.config.insert(QStringLiteral("accounts"),
                        QJsonArray{QJsonObject{{QStringLiteral("user"), QStringLiteral("printer")},
                                               {QStringLiteral("passwordHash"),
                                                PasswordHash::make(Secret::fromText(newPassword()))->toString()}}});
    QVERIFY2(withListener(relay, {{QStringLiteral("networks"), QJsonArray()},
                                  {QStringLiteral("signIn"), QStringLiteral("required")}})
                 .start(),
             qPrintable(relay.problem));
    const QByteArray heard = relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "QUIT\r\n"});
    QVERIFY2(heard.contains("530 5.7.0"), heard.constData());
}

void tst_Listeners::aPkcs12FileOpensWithItsPassword()
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

void tst_Listeners::aPkcs12FileWithoutItsPasswordStaysShut()
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

void tst_Listeners::bareNewlinesAreWhatTheListenerSays_data()
{
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("content") << QStringLiteral("content") << QByteArray("queued as");
    QTest::newRow("refuse") << QStringLiteral("refuse") << QByteArray("550 5.5.2");
    QTest::newRow("ends data") << QStringLiteral("ends-data") << QByteArray("queued as");
}

void tst_Listeners::bareNewlinesAreWhatTheListenerSays()
{
    QFETCH(QString, mode);
    QFETCH(QByteArray, answer);
    RelayFixture relay;
    QVERIFY(withListener(relay, {{QStringLiteral("bareNewlines"), mode}}).start());
    const QByteArray smuggled("MAIL FROM:<evil@x.example>\r\nRCPT TO:<v@x.example>\r\nDATA\r\nx\r\n.\r\n");
    const QByteArray heard = relay.talk({"EHLO c\r\n", "MAIL FROM:<a@example.com>\r\n", "RCPT TO:<b@example.com>\r\n",
                                         "DATA\r\n", "h: 1\r\n\r\nbody\n.\n" + smuggled, "QUIT\r\n"});
    QVERIFY2(heard.contains(answer), heard.constData());
    QCOMPARE(heard.count("queued as"), mode == QLatin1String("refuse") ? 0 : 1);
    QCOMPARE(relay.status().accepted, mode == QLatin1String("refuse") ? 0u : 1u);
    QCOMPARE(heard.contains("221 2.0.0"), mode == QLatin1String("content")); // the others cut the peer off
    QCOMPARE(relay.engine->refusals().count({RefusalReason::BareNewlines, QString()}),
             mode == QLatin1String("refuse") ? 1u : 0u);
}

namespace {

/// Listeners without a relay behind them: everybody is refused at the greeting.
struct Bare {
    Bare()
    {
        auto makeHandler = [](const Listeners::Handled &listener, const PeerInfo &,
                              SmtpServerConnection &) -> SmtpServer::Admission {
            return Reply{554, {"5.7.1 " + QByteArray::number(static_cast<qlonglong>(listener->networks.size()))}};
        };
        listeners =
            std::make_unique<Listeners>(Listeners::Parts{.clock = clock,
                                                         .secrets = secrets,
                                                         .hostName = "relay.example.com",
                                                         .identityFolder = folder.filePath(QStringLiteral("tls")),
                                                         .mechanisms = [] { return std::vector<AuthMechanism>(); },
                                                         .makeHandler = makeHandler});
        QObject::connect(listeners.get(), &Listeners::logged, listeners.get(),
                         [this](const QString &line) { log += line; });
    }
    RelayConfig config(const QJsonArray &all)
    {
        return parseRelayConfig(
                   QJsonDocument(QJsonObject{{QStringLiteral("schema"), QStringLiteral("relaywright.relay/1")},
                                             {QStringLiteral("listeners"), all},
                                             {QStringLiteral("upstream"),
                                              QJsonObject{{QStringLiteral("server"), QStringLiteral("192.0.2.1:25")},
                                                          {QStringLiteral("tls"), QStringLiteral("none")}}}})
                       .toJson())
            .value();
    }
    QByteArray greeting(std::uint16_t port)
    {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), port);
        (void)QTest::qWaitFor(
            [&] { return socket.canReadLine() || socket.state() == QAbstractSocket::UnconnectedState; }, 5000);
        return socket.readLine().trimmed();
    }
    QTemporaryDir folder;
    SystemClock clock;
    MemorySecretStore secrets;
    std::unique_ptr<Listeners> listeners;
    QStringList log;
};

QJsonObject plainAt(std::uint16_t port, int networks)
{
    QJsonArray all{QStringLiteral("127.0.0.1")};
    for (int i = 1; i < networks; ++i)
        all += QStringLiteral("10.0.%1.0/24").arg(i);
    return {{QStringLiteral("listen"), QStringLiteral("127.0.0.1:%1").arg(port)},
            {QStringLiteral("networks"), all},
            {QStringLiteral("startTls"), false}};
}

} // namespace

void tst_Listeners::changesWhileItRuns()
{
    Bare bare;
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    const std::uint16_t port = bare.listeners->addresses().front().port;
    QCOMPARE(bare.greeting(port), QByteArray("554 5.7.1 1"));
    // The same: the socket stays.
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    QCOMPARE(bare.listeners->addresses().front().port, port);
    // A second one, then the first changed on its own port, then only that.
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1), plainAt(0, 2)})));
    QCOMPARE(bare.listeners->addresses().size(), 2u);
    QCOMPARE(bare.listeners->addresses().front().port, port);
    const std::uint16_t second = bare.listeners->addresses().back().port;
    QCOMPARE(bare.greeting(second), QByteArray("554 5.7.1 2"));
    QVERIFY(bare.listeners->apply(bare.config({plainAt(second, 3)})));
    QCOMPARE(bare.listeners->addresses().size(), 1u);
    QVERIFY2(bare.greeting(port).isEmpty(), "the one that was left out still answers");
    QTRY_COMPARE(bare.listeners->connectionCount(), 0);
    QVERIFY(bare.listeners->apply(bare.config({plainAt(second, 4)})));
    QCOMPARE(bare.greeting(second), QByteArray("554 5.7.1 4"));
    QVERIFY2(bare.log.isEmpty(), qPrintable(bare.log.join(u'\n')));
    QSignalSpy closed(bare.listeners.get(), &Listeners::closed);
    bare.listeners->shutDown();
    QTRY_VERIFY(closed.count() > 0);
}

void tst_Listeners::aChangeThatCannotBeChangesNothing()
{
    Bare bare;
    QVERIFY(bare.listeners->apply(bare.config({plainAt(0, 1)})));
    const std::uint16_t port = bare.listeners->addresses().front().port;
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const auto inUse = bare.listeners->apply(bare.config({plainAt(taken.serverPort(), 2)}));
    QVERIFY(!inUse);
    QVERIFY(inUse.error().detail.contains(QString::number(taken.serverPort())));
    QJsonObject tls = plainAt(0, 2);
    tls.insert(QStringLiteral("startTls"), true);
    tls.insert(QStringLiteral("certificateFile"), QStringLiteral("/nowhere/a.pem"));
    tls.insert(QStringLiteral("keyFile"), QStringLiteral("/nowhere/a.key"));
    QVERIFY(!bare.listeners->apply(bare.config({tls})));
    QCOMPARE(bare.listeners->addresses().size(), 1u);
    QCOMPARE(bare.greeting(port), QByteArray("554 5.7.1 1"));
}

void tst_Listeners::aCertificateThatChangesOnDiskIsShown()
{
    TestCertificates certificates;
    Bare bare;
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

QTEST_GUILESS_MAIN(tst_Listeners)
#include "tst_Listeners.moc"
