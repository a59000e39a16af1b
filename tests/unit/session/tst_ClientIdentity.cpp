// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Certificate.h"

#include "core/session/TlsConfiguration.h"

#include <QFile>
#include <QSslCertificate>
#include <QTemporaryDir>
#include <QTest>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>

using namespace relaywright;

// Client certificates in the forms in which people get them.

namespace {

using Writer = std::function<int(BIO *)>;

QByteArray written(const Writer &writer)
{
    BIO *bio = BIO_new(BIO_s_mem());
    const bool good = writer(bio) == 1;
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const QByteArray octets(data, size);
    BIO_free(bio);
    return good ? octets : QByteArray();
}

Secret secret(const char *text)
{
    return Secret::fromText(QString::fromUtf8(text));
}

} // namespace

class tst_ClientIdentity : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const auto made = makeIdentity({QStringLiteral("scanner.example.com")}, SystemClock().now());
        QVERIFY(made);
        m_pem = made->server.certificateChainPem;
        m_keyPem = made->server.privateKeyPem;
        BIO *certificates = BIO_new_mem_buf(m_pem.constData(), static_cast<int>(m_pem.size()));
        m_certificate = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr);
        m_authority = PEM_read_bio_X509(certificates, nullptr, nullptr, nullptr);
        BIO_free(certificates);
        BIO *keys = BIO_new_mem_buf(m_keyPem.constData(), static_cast<int>(m_keyPem.size()));
        m_key = PEM_read_bio_PrivateKey(keys, nullptr, nullptr, nullptr);
        BIO_free(keys);
        QVERIFY(m_certificate && m_authority && m_key);
        write("chain.pem", m_pem);
        write("plain.key", m_keyPem);
        write("certificate.der", written([this](BIO *bio) { return i2d_X509_bio(bio, m_certificate); }));
        write("plain.der", written([this](BIO *bio) { return i2d_PrivateKey_bio(bio, m_key); }));
        const char *phrase = "a phrase";
        write("encrypted.key", written([&](BIO *bio) {
                  return PEM_write_bio_PKCS8PrivateKey(bio, m_key, EVP_aes_256_cbc(), phrase, 8, nullptr, nullptr);
              }));
        write("encrypted.der", written([&](BIO *bio) {
                  return i2d_PKCS8PrivateKey_bio(bio, m_key, EVP_aes_256_cbc(), phrase, 8, nullptr, nullptr);
              }));
        write("rubbish", QByteArray(5000, 'x'));
    }
    void cleanupTestCase()
    {
        X509_free(m_certificate);
        X509_free(m_authority);
        EVP_PKEY_free(m_key);
    }

    void readsPemAndDer_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("phrase");
        const auto row = [](const char *name, const char *certificate, const char *key, const char *phrase) {
            QTest::newRow(name) << QString::fromUtf8(certificate) << QString::fromUtf8(key) << QByteArray(phrase);
        };
        row("PEM", "chain.pem", "plain.key", "");
        row("PEM with a passphrase", "chain.pem", "encrypted.key", "a phrase");
        row("DER", "certificate.der", "plain.der", "");
        row("DER with a passphrase", "certificate.der", "encrypted.der", "a phrase");
        row("a passphrase that is not needed", "chain.pem", "plain.key", "a phrase");
    }
    void readsPemAndDer()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        QFETCH(QByteArray, phrase);
        const auto identity = loadClientIdentity(path(certificate), path(key), Secret(std::move(phrase)));
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().detail));
        const auto chain = QSslCertificate::fromData(identity->certificateChainPem);
        QCOMPARE_EQ(chain.size(), certificate.endsWith(QLatin1String("pem")) ? 2 : 1);
        QCOMPARE_EQ(chain.first().toDer(), QSslCertificate::fromData(m_pem).first().toDer());
        QVERIFY(!clientKey(*identity).isNull());
    }

    void namesWhatIsWrong_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("phrase");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *certificate, const char *key, const char *phrase, ErrorKind kind,
                            const char *says) {
            QTest::newRow(name) << QString::fromUtf8(certificate) << QString::fromUtf8(key) << QByteArray(phrase) << kind
                                << QString::fromUtf8(says);
        };
        row("no certificate file", "none.pem", "plain.key", "", ErrorKind::NotFound, "none.pem");
        row("no key file", "chain.pem", "none.key", "", ErrorKind::NotFound, "none.key");
        row("passphrase missing", "chain.pem", "encrypted.key", "", ErrorKind::Denied, "has a passphrase");
        row("passphrase wrong", "chain.pem", "encrypted.key", "not it", ErrorKind::Denied, "does not open the key");
        row("no certificate in it", "rubbish", "plain.key", "", ErrorKind::InvalidInput, "no certificate");
        row("no key in it", "chain.pem", "rubbish", "", ErrorKind::InvalidInput, "no private key");
        row("key of another", "other.pem", "plain.key", "", ErrorKind::InvalidInput, "does not belong");
    }
    void namesWhatIsWrong()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        QFETCH(QByteArray, phrase);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, says);
        if (certificate == QLatin1String("other.pem"))
            write("other.pem", makeIdentity({QStringLiteral("other.example.com")}, SystemClock().now())->server.certificateChainPem);
        const auto identity = loadClientIdentity(path(certificate), path(key), Secret(std::move(phrase)));
        QVERIFY(!identity);
        QCOMPARE_EQ(identity.error().kind, kind);
        QVERIFY2(identity.error().detail.contains(says), qPrintable(identity.error().detail));
        QVERIFY(!identity.error().detail.contains(QStringLiteral("not it")));
    }

    void readsPkcs12()
    {
        write("new.pfx", pkcs12("a phrase", 0, 0, nullptr));
        const auto identity = loadPkcs12(path(QStringLiteral("new.pfx")), secret("a phrase"));
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().detail));
        QCOMPARE_EQ(QSslCertificate::fromData(identity->certificateChainPem).size(), 2);
        QVERIFY(!clientKey(*identity).isNull());
    }

    void readsPkcs12OfTheOldKind()
    {
        OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
        OSSL_PROVIDER *standard = OSSL_PROVIDER_load(context, "default");
        OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(context, "legacy");
        QVERIFY2(legacy, "OpenSSL's legacy provider is not installed.");
        write("old.p12", pkcs12("a phrase", NID_pbe_WithSHA1And3_Key_TripleDES_CBC, NID_pbe_WithSHA1And40BitRC2_CBC, context));
        const auto identity = loadPkcs12(path(QStringLiteral("old.p12")), secret("a phrase"));
        QVERIFY2(identity, identity ? "" : qPrintable(identity.error().detail));
        QVERIFY(!clientKey(*identity).isNull());
        OSSL_PROVIDER_unload(legacy);
        OSSL_PROVIDER_unload(standard);
        OSSL_LIB_CTX_free(context);
    }

    void namesWhatIsWrongWithPkcs12()
    {
        write("new.pfx", pkcs12("a phrase", 0, 0, nullptr));
        const auto fault = [this](const char *file, const char *phrase) {
            const auto identity = loadPkcs12(path(QString::fromUtf8(file)), secret(phrase));
            return identity ? Error{} : identity.error();
        };
        QVERIFY(fault("new.pfx", "").detail.contains(QStringLiteral("has a passphrase")));
        QCOMPARE_EQ(fault("new.pfx", "wrong").kind, ErrorKind::Denied);
        QCOMPARE_EQ(fault("rubbish", "x").kind, ErrorKind::InvalidInput);
        QCOMPARE_EQ(fault("none.pfx", "x").kind, ErrorKind::NotFound);
    }

private:
    QString path(const QString &name) const { return m_folder.filePath(name); }

    void write(const char *name, const QByteArray &octets)
    {
        QVERIFY2(!octets.isEmpty(), name);
        QFile file(path(QString::fromUtf8(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(octets) == octets.size());
    }

    QByteArray pkcs12(const char *phrase, int keyCipher, int certificateCipher, OSSL_LIB_CTX *context) const
    {
        STACK_OF(X509) *others = sk_X509_new_null();
        sk_X509_push(others, m_authority);
        PKCS12 *made = PKCS12_create_ex(phrase, "scanner", m_key, m_certificate, others, keyCipher, certificateCipher, 0, 0, 0,
                                        context, nullptr);
        sk_X509_free(others);
        const QByteArray octets = made ? written([made](BIO *bio) { return i2d_PKCS12_bio(bio, made); }) : QByteArray();
        PKCS12_free(made);
        return octets;
    }

    QTemporaryDir m_folder;
    QByteArray m_pem;
    QByteArray m_keyPem;
    X509 *m_certificate = nullptr;
    X509 *m_authority = nullptr;
    EVP_PKEY *m_key = nullptr;
};

QTEST_GUILESS_MAIN(tst_ClientIdentity)
#include "tst_ClientIdentity.moc"
