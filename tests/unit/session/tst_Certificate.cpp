// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Authority.h"

#include <QSslCertificate>
#include <QSslCertificateExtension>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTemporaryDir>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

TimePoint today()
{
    return SystemClock().now();
}

X509 *readX509(const QByteArray &pem)
{
    BIO *bio = BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size()));
    X509 *certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    return certificate;
}

/// What OpenSSL's own verification says about `chainPem` for `name`, trusting `authorityPem`: X509_V_OK or the fault.
int verify(const QByteArray &chainPem, const QByteArray &authorityPem, const QByteArray &name, bool isIp, std::time_t when = 0)
{
    X509 *server = readX509(chainPem);
    X509 *authority = readX509(authorityPem);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_add_cert(store, authority);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, server, nullptr);
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    if (isIp)
        X509_VERIFY_PARAM_set1_ip_asc(parameters, name.constData());
    else
        X509_VERIFY_PARAM_set1_host(parameters, name.constData(), 0);
    if (when)
        X509_VERIFY_PARAM_set_time(parameters, when);
    X509_verify_cert(context);
    const int result = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(authority);
    X509_free(server);
    return result;
}

} // namespace

class tst_Certificate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto identity = makeIdentity({QStringLiteral("practice.relaywright.invalid"), QStringLiteral("localhost"),
                                            QStringLiteral("*.contoso.com"), QStringLiteral("127.0.0.1"), QStringLiteral("::1")}, today());
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().detail));
        made = *identity;
    }

    void opensslBelievesTheChain_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isIp");
        QTest::addColumn<int>("expected");
        QTest::newRow("first name") << QByteArray("practice.relaywright.invalid") << false << int(X509_V_OK);
        QTest::newRow("one label") << QByteArray("localhost") << false << int(X509_V_OK);
        QTest::newRow("wildcard") << QByteArray("mail.contoso.com") << false << int(X509_V_OK);
        QTest::newRow("IPv4") << QByteArray("127.0.0.1") << true << int(X509_V_OK);
        QTest::newRow("IPv6") << QByteArray("::1") << true << int(X509_V_OK);
        QTest::newRow("another name") << QByteArray("smtp.office365.com") << false << int(X509_V_ERR_HOSTNAME_MISMATCH);
        QTest::newRow("another address") << QByteArray("127.0.0.2") << true << int(X509_V_ERR_IP_ADDRESS_MISMATCH);
    }
    void opensslBelievesTheChain()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, isIp);
        QFETCH(int, expected);
        QCOMPARE_EQ(verify(made.server.certificateChainPem, made.authorityPem, name, isIp), expected);
    }

    void anotherAuthorityOfTheSameKindIsNotBelieved()
    {
        const auto other = makeIdentity({QStringLiteral("localhost")}, today());
        QVERIFY(other);
        QVERIFY(verify(made.server.certificateChainPem, other->authorityPem, "localhost", false) != X509_V_OK);
        const QSslCertificate a(made.server.certificateChainPem), b(other->server.certificateChainPem);
        QVERIFY(a.serialNumber() != b.serialNumber());
        QVERIFY(a.issuerInfo(QSslCertificate::CommonName) != b.issuerInfo(QSslCertificate::CommonName));
    }

    void anAuthoritySignsAsManyAsAreAsked()
    {
        const auto authority = Authority::make(today(), 30);
        QVERIFY(authority);
        QByteArrayList keys;
        for (const char *name : {"localhost", "practice.relaywright.invalid"}) {
            const auto identity = authority->sign({QString::fromLatin1(name)}, today(), 30);
            QVERIFY(identity);
            QCOMPARE_EQ(verify(identity->certificateChainPem, authority->pem(), name, false), int(X509_V_OK));
            QVERIFY(!keys.contains(identity->privateKeyPem));
            keys += identity->privateKeyPem;
        }
        QVERIFY(!authority->sign({}, today(), 30));
        QVERIFY(!authority->sign({QStringLiteral("a.example,DNS:smtp.office365.com")}, today(), 30));
    }

    void holdsFromADayBeforeForTheDaysAsked()
    {
        const TimePoint now = std::chrono::floor<std::chrono::seconds>(today());
        const auto shortOne = makeIdentity({QStringLiteral("localhost")}, now, 2);
        QVERIFY(shortOne);
        const QSslCertificate certificate(shortOne->server.certificateChainPem);
        QCOMPARE_EQ(certificate.effectiveDate().toUTC(), toDateTime(now - 24h).toUTC());
        QCOMPARE_EQ(certificate.expiryDate().toUTC(), toDateTime(now + 48h).toUTC());
        const auto seconds = static_cast<std::time_t>(std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
        QCOMPARE_EQ(verify(shortOne->server.certificateChainPem, shortOne->authorityPem, "localhost", false, seconds + 3 * 86400),
                    int(X509_V_ERR_CERT_HAS_EXPIRED));
    }

    void namesCannotSmuggleOtherNames()
    {
        QVERIFY(!makeIdentity({QStringLiteral("a.example,DNS:smtp.office365.com")}, today()));
        QVERIFY(!makeIdentity({}, today()));
    }

    void qtClientsHandshakeWithIt()
    {
        struct Listener : QTcpServer {
            void incomingConnection(qintptr descriptor) override
            {
                socket = new QSslSocket(this);
                socket->setSocketDescriptor(descriptor);
                socket->setSslConfiguration(configuration);
                socket->startServerEncryption();
            }
            QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
            QSslSocket *socket = nullptr;
        } listener;
        listener.configuration.setLocalCertificateChain(QSslCertificate::fromData(made.server.certificateChainPem));
        const QSslKey key(made.server.privateKeyPem, QSsl::Ec);
        QVERIFY(!key.isNull());
        listener.configuration.setPrivateKey(key);
        QVERIFY(listener.listen(QHostAddress::LocalHost));

        QSslSocket client;
        QSslConfiguration trust = QSslConfiguration::defaultConfiguration();
        trust.setCaCertificates(QSslCertificate::fromData(made.authorityPem));
        client.setSslConfiguration(trust);
        QSignalSpy encrypted(&client, &QSslSocket::encrypted);
        QSignalSpy faults(&client, &QSslSocket::sslErrors);
        client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), listener.serverPort(), QStringLiteral("localhost"));
        QVERIFY(encrypted.wait(10000));
        QCOMPARE_EQ(faults.count(), 0);
        QVERIFY(client.peerCertificate().subjectAlternativeNames().contains(QSsl::DnsEntry, QStringLiteral("localhost")));
    }

    void readsWhatItWroteAndNamesWhatIsWrong()
    {
        QTemporaryDir folder;
        const auto write = [&folder](const QString &name, const QByteArray &text) {
            QFile file(folder.filePath(name));
            (void)file.open(QIODevice::WriteOnly);
            file.write(text);
            return file.fileName();
        };
        const QString certificate = write(QStringLiteral("chain.pem"), made.server.certificateChainPem);
        const QString key = write(QStringLiteral("key.pem"), made.server.privateKeyPem);
        const QString empty = write(QStringLiteral("empty.pem"), "hello\n");
        const auto other = makeIdentity({QStringLiteral("localhost")}, today());
        const QString otherKey = write(QStringLiteral("other.pem"), other->server.privateKeyPem);

        const auto loaded = loadTlsIdentity(certificate, key);
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().detail));
        QCOMPARE_EQ(loaded->certificateChainPem, made.server.certificateChainPem);
        QCOMPARE_EQ(loaded->privateKeyPem, made.server.privateKeyPem);

        const QString missing = folder.filePath(QStringLiteral("none.pem"));
        QCOMPARE_EQ(loadTlsIdentity(missing, key).error().kind, ErrorKind::NotFound);
        QVERIFY(loadTlsIdentity(missing, key).error().detail.contains(missing));
        QCOMPARE_EQ(loadTlsIdentity(empty, key).error().kind, ErrorKind::InvalidInput);
        QVERIFY(loadTlsIdentity(empty, key).error().detail.contains(QLatin1String("holds no certificate")));
        QVERIFY(loadTlsIdentity(certificate, empty).error().detail.contains(QLatin1String("holds no private key")));
        QVERIFY(loadTlsIdentity(certificate, otherKey).error().detail.contains(QLatin1String("does not belong")));
    }

private:
    MadeIdentity made;
};

QTEST_GUILESS_MAIN(tst_Certificate)
#include "tst_Certificate.moc"
