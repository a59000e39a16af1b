// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/TestCertificates.h"

#include <QFile>
#include <QHash>
#include <QHostAddress>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace relaywright::test {

namespace {

constexpr long kDay = 24 * 60 * 60;

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T *object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

/// Nothing can be tested without certificates: a test ends here, with OpenSSL's step named.
void must(bool ok, const char *step)
{
    if (!ok)
        qFatal("TestCertificates: OpenSSL failed at %s", step);
}

QByteArray text(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return QByteArray(data, size);
}

QByteArray pem(X509 *certificate)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(bio.get(), certificate) == 1, "PEM_write_bio_X509");
    return text(bio.get());
}

QByteArray pem(EVP_PKEY *key)
{
    const BioPtr bio(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "PEM_write_bio_PrivateKey");
    return text(bio.get());
}

void addExtension(X509 *certificate, X509 *issuer, int nid, const QByteArray &value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.constData()));
    must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "X509_add_ext");
}

QByteArray subjectAltNames(const QStringList &names)
{
    QByteArrayList values;
    for (const QString &name : names) {
        const bool isAddress = !QHostAddress(name).isNull();
        values += (isAddress ? "IP:" : "DNS:") + name.toUtf8();
    }
    return values.join(',');
}

struct Subject {
    QByteArray commonName;
    QStringList names;
    long fromSeconds = -kDay;
    long toSeconds = 365 * kDay;
    bool authority = false;
    bool client = false;
};

/// Signed with `issuerKey`; `issuer` nullptr makes it self-signed.
X509Ptr makeCertificate(const Subject &subject, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuerKey)
{
    static long serial = 1000;
    X509Ptr certificate(X509_new());
    must(X509_set_version(certificate.get(), 2) == 1, "X509_set_version");
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), subject.fromSeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), subject.toSeconds);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>("Relaywright tests"), -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char *>(subject.commonName.constData()), -1, -1, 0);
    X509 *signer = issuer ? issuer : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
    X509_set_pubkey(certificate.get(), key);
    addExtension(certificate.get(), signer, NID_basic_constraints, subject.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    addExtension(certificate.get(), signer, NID_key_usage,
                 subject.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    addExtension(certificate.get(), signer, NID_subject_key_identifier, "hash");
    if (!subject.authority)
        addExtension(certificate.get(), signer, NID_ext_key_usage, subject.client ? "clientAuth" : "serverAuth");
    if (!subject.names.isEmpty())
        addExtension(certificate.get(), signer, NID_subject_alt_name, subjectAltNames(subject.names));
    must(X509_sign(certificate.get(), issuerKey, EVP_sha256()) > 0, "X509_sign");
    return certificate;
}

} // namespace

struct TestCertificates::Private {
    QTemporaryDir folder;
    Key authorityKey;
    X509Ptr authority;
    Key betweenKey;
    X509Ptr between;
    QByteArray authorityPem;
    QHash<QString, TestIdentity> made;

    QString write(const QString &name, const QByteArray &content, bool secret)
    {
        QFile file(folder.filePath(name));
        must(file.open(QIODevice::WriteOnly) && file.write(content) == content.size(), "writing a file");
        file.setPermissions(secret ? QFile::ReadOwner | QFile::WriteOwner
                                   : QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther);
        return file.fileName();
    }

    enum class Signer { Authority, Between, Itself };

    void makeBetween()
    {
        if (between)
            return;
        betweenKey.reset(EVP_EC_gen("P-256"));
        must(betweenKey != nullptr, "EVP_EC_gen");
        between = makeCertificate({.commonName = "Relaywright test authority between", .names = {}, .authority = true},
                                  betweenKey.get(), authority.get(), authorityKey.get());
    }

    TestIdentity identity(const QString &id, const Subject &subject, Signer signer = Signer::Authority, bool shown = false)
    {
        if (const auto known = made.constFind(id); known != made.constEnd())
            return *known;
        const Key key(EVP_EC_gen("P-256"));
        must(key != nullptr, "EVP_EC_gen");
        if (signer == Signer::Between)
            makeBetween();
        const X509Ptr certificate =
            signer == Signer::Itself    ? makeCertificate(subject, key.get(), nullptr, key.get())
            : signer == Signer::Between ? makeCertificate(subject, key.get(), between.get(), betweenKey.get())
                                        : makeCertificate(subject, key.get(), authority.get(), authorityKey.get());
        TestIdentity identity{pem(certificate.get()), pem(key.get()), {}, {}};
        if (shown)
            identity.certificatePem += pem(between.get());
        const QString stem = QStringLiteral("server-%1").arg(made.size() + 1);
        identity.certificateFile = write(stem + QLatin1String(".pem"), identity.certificatePem, false);
        identity.keyFile = write(stem + QLatin1String(".key"), identity.keyPem, true);
        made.insert(id, identity);
        return identity;
    }
};

TestCertificates::TestCertificates() : d(std::make_unique<Private>())
{
    must(d->folder.isValid(), "making a temporary folder");
    d->authorityKey.reset(EVP_EC_gen("P-256"));
    must(d->authorityKey != nullptr, "EVP_EC_gen");
    d->authority = makeCertificate({.commonName = "Relaywright test authority", .names = {}, .authority = true},
                                   d->authorityKey.get(), nullptr, d->authorityKey.get());
    d->authorityPem = pem(d->authority.get());
    d->write(QStringLiteral("authority.pem"), d->authorityPem, false);
}

TestCertificates::~TestCertificates() = default;

const QByteArray &TestCertificates::authorityPem() const
{
    return d->authorityPem;
}

QString TestCertificates::authorityFile() const
{
    return d->folder.filePath(QStringLiteral("authority.pem"));
}

TestIdentity TestCertificates::valid(const QStringList &names)
{
    Q_ASSERT(!names.isEmpty());
    return d->identity(QStringLiteral("valid ") + names.join(u' '), {.commonName = names.first().toUtf8(), .names = names});
}

TestIdentity TestCertificates::wrongName()
{
    return valid({QStringLiteral("wrong.example.com")});
}

TestIdentity TestCertificates::expired()
{
    return d->identity(QStringLiteral("expired"), {.commonName = "localhost",
                                                   .names = {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")},
                                                   .fromSeconds = -10 * kDay,
                                                   .toSeconds = -kDay});
}

TestIdentity TestCertificates::selfSigned()
{
    return d->identity(QStringLiteral("self-signed"),
                       {.commonName = "localhost", .names = {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}},
                       Private::Signer::Itself);
}

TestIdentity TestCertificates::incompleteChain()
{
    return d->identity(QStringLiteral("incomplete"),
                       {.commonName = "localhost", .names = {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}},
                       Private::Signer::Between);
}

TestIdentity TestCertificates::wholeChain()
{
    return d->identity(QStringLiteral("whole"),
                       {.commonName = "localhost", .names = {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}},
                       Private::Signer::Between, true);
}

TestIdentity TestCertificates::client(const QString &commonName)
{
    return d->identity(QStringLiteral("client ") + commonName, {.commonName = commonName.toUtf8(), .names = {}, .client = true});
}

} // namespace relaywright::test
