// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/ClientAssertion.h"
#include "tests/support/TestSecrets.h"
#include "tests/unit/oauth/MadeIdentity.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>
#include <QUuid>

#include <openssl/err.h>
#include <openssl/rsa.h>

using namespace relaywright;
using namespace std::chrono_literals;
using test::MadeIdentity;

namespace {

constexpr long kNowSeconds = 1795000000;
const TimePoint kNow{std::chrono::seconds(kNowSeconds)};
constexpr long kDay = 24 * 60 * 60;
const QByteArray kRandom("0123456789abcdef");

const MadeIdentity &identity()
{
    static const MadeIdentity made = MadeIdentity::rsa();
    return made;
}

const MadeIdentity &stranger()
{
    static const MadeIdentity made = MadeIdentity::rsa();
    return made;
}

QByteArray certificate(const MadeIdentity &of = identity())
{
    return of.certificatePem(kNowSeconds - kDay, kNowSeconds + kDay);
}

/// What stands between the lines of a PEM text.
QByteArray derOf(const QByteArray &pem)
{
    const qsizetype begin = pem.indexOf('\n');
    return QByteArray::fromBase64(pem.mid(begin, pem.indexOf("-----END") - begin));
}

AssertionSubject subject(AssertionAlgorithm algorithm)
{
    const auto service = IdentityService::entra(Cloud::GccHigh, *EntraTenant::parse(QStringLiteral("contoso.com")),
                                                Knowledge::builtIn());
    return {service.tokenUrl(), *ApplicationId::parse(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")),
            algorithm};
}

QByteArrayList partsOf(const Secret &assertion)
{
    return assertion.reveal().toByteArray().split('.');
}

QByteArray decoded(const QByteArray &part)
{
    return QByteArray::fromBase64(part, QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
}

QJsonObject objectOf(const QByteArray &part)
{
    return QJsonDocument::fromJson(decoded(part)).object();
}

/// By OpenSSL's own check with the public key, and exactly this padding: a salt of another length does not pass.
bool isSignedBy(EVP_PKEY *key, const Secret &assertion, AssertionAlgorithm algorithm)
{
    const QByteArrayList parts = partsOf(assertion);
    const QByteArray data = parts[0] + '.' + parts[1];
    const QByteArray signature = decoded(parts[2]);
    const std::unique_ptr<EVP_MD_CTX, FreedBy<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX *rsa = nullptr;
    EVP_DigestVerifyInit(context.get(), &rsa, EVP_sha256(), nullptr, key);
    if (algorithm == AssertionAlgorithm::Ps256) {
        EVP_PKEY_CTX_set_rsa_padding(rsa, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_mgf1_md(rsa, EVP_sha256());
        EVP_PKEY_CTX_set_rsa_pss_saltlen(rsa, 32);
    }
    const auto octets = [](const QByteArray &bytes) {
        return reinterpret_cast<const unsigned char *>(bytes.constData());
    };
    return EVP_DigestVerify(context.get(), octets(signature), static_cast<std::size_t>(signature.size()), octets(data),
                            static_cast<std::size_t>(data.size()))
           == 1;
}

} // namespace

class tst_ClientAssertion : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSignatureHolds_data();
    void theSignatureHolds();
    void saysWhoAsksWhomAndWhen();
    void namesTheCertificate();
    void namesItTheOldWayOnRequest();
    void noTwoHaveTheSameId();
    void opensAnEncryptedKey();
    void findsItsCertificateInAChain();
    void unusableKeysAreNamed_data();
    void unusableKeysAreNamed();
    void anEndedCertificateSignsNothing();
};

void tst_ClientAssertion::theSignatureHolds_data()
{
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<QString>("name");
    QTest::newRow("PS256") << int(AssertionAlgorithm::Ps256) << QStringLiteral("PS256");
    QTest::newRow("RS256") << int(AssertionAlgorithm::Rs256) << QStringLiteral("RS256");
}

void tst_ClientAssertion::theSignatureHolds()
{
    QFETCH(int, algorithm);
    QFETCH(QString, name);
    const auto which = static_cast<AssertionAlgorithm>(algorithm);
    const auto other = which == AssertionAlgorithm::Ps256 ? AssertionAlgorithm::Rs256 : AssertionAlgorithm::Ps256;
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    QVERIFY(key);
    const auto assertion = signAssertion(*key, subject(which), kNow, kRandom);
    QVERIFY(assertion);
    QCOMPARE_EQ(partsOf(*assertion).size(), 3);
    QCOMPARE_EQ(objectOf(partsOf(*assertion)[0]).value(u"alg").toString(), name);
    QVERIFY(isSignedBy(identity().key(), *assertion, which));
    QVERIFY(!isSignedBy(identity().key(), *assertion, other));
    QVERIFY(!isSignedBy(stranger().key(), *assertion, which));
    QByteArray changed = assertion->reveal().toByteArray();
    changed[changed.indexOf('.') + 5] = changed[changed.indexOf('.') + 5] == 'A' ? 'B' : 'A';
    QVERIFY(!isSignedBy(identity().key(), Secret(std::move(changed)), which));
}

void tst_ClientAssertion::saysWhoAsksWhomAndWhen()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    const auto assertion = signAssertion(*key, subject(AssertionAlgorithm::Ps256), kNow + 999ms, kRandom);
    const QJsonObject claims = objectOf(partsOf(*assertion)[1]);
    const QString application = QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    QCOMPARE_EQ(claims.size(), 7);
    QCOMPARE_EQ(claims.value(u"aud").toString(),
                QStringLiteral("https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token"));
    QCOMPARE_EQ(claims.value(u"iss").toString(), application);
    QCOMPARE_EQ(claims.value(u"sub").toString(), application);
    QCOMPARE_EQ(claims.value(u"nbf").toInteger(), qint64(kNowSeconds));
    QCOMPARE_EQ(claims.value(u"iat").toInteger(), qint64(kNowSeconds));
    QCOMPARE_EQ(claims.value(u"exp").toInteger(), qint64(kNowSeconds) + 600);
    const QUuid id = QUuid::fromString(claims.value(u"jti").toString());
    QVERIFY(id.version() == QUuid::Random && id.variant() == QUuid::DCE);
}

void tst_ClientAssertion::namesTheCertificate()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    const auto assertion = signAssertion(*key, subject(AssertionAlgorithm::Ps256), kNow, kRandom);
    const QJsonObject header = objectOf(partsOf(*assertion)[0]);
    QCOMPARE_EQ(header.value(u"typ").toString(), QStringLiteral("JWT"));
    QVERIFY(!header.contains(u"x5t"));
    const QByteArray der = derOf(certificate());
    QCOMPARE_EQ(decoded(header.value(u"x5t#S256").toString().toLatin1()),
                QCryptographicHash::hash(der, QCryptographicHash::Sha256));
    QVERIFY(key->notBefore() == kNow - 24h && key->expires() == kNow + 24h);
}

void tst_ClientAssertion::namesItTheOldWayOnRequest()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    AssertionSubject old = subject(AssertionAlgorithm::Rs256);
    old.namesSha1 = true;
    const auto assertion = signAssertion(*key, old, kNow, kRandom);
    const QByteArray der = derOf(certificate());
    QCOMPARE_EQ(decoded(objectOf(partsOf(*assertion)[0]).value(u"x5t").toString().toLatin1()),
                QCryptographicHash::hash(der, QCryptographicHash::Sha1));
}

void tst_ClientAssertion::noTwoHaveTheSameId()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    const auto idOf = [&key](const QByteArray &random) {
        const auto assertion = signAssertion(*key, subject(AssertionAlgorithm::Ps256), kNow, random);
        return objectOf(partsOf(*assertion)[1]).value(u"jti").toString();
    };
    QVERIFY(idOf(kRandom) != idOf("0123456789abcdeg"));
    QVERIFY(!signAssertion(*key, subject(AssertionAlgorithm::Ps256), kNow, "too little"));
}

void tst_ClientAssertion::opensAnEncryptedKey()
{
    const QByteArray passphrase = test::newPassword().toUtf8();
    const Secret encrypted = identity().keyPem(passphrase);
    QVERIFY(encrypted.reveal().contains("ENCRYPTED"));
    const auto key = AssertionKey::fromPem(encrypted, certificate(), Secret(QByteArray(passphrase)));
    QVERIFY(key);
    const auto assertion = signAssertion(*key, subject(AssertionAlgorithm::Ps256), kNow, kRandom);
    QVERIFY(isSignedBy(identity().key(), *assertion, AssertionAlgorithm::Ps256));
}

void tst_ClientAssertion::findsItsCertificateInAChain()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate(stranger()) + certificate());
    QVERIFY(key);
    QCOMPARE_EQ(key->sha256Thumbprint(), QCryptographicHash::hash(derOf(certificate()), QCryptographicHash::Sha256));
}

void tst_ClientAssertion::unusableKeysAreNamed_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("certificates");
    QTest::addColumn<QByteArray>("passphrase");
    QTest::addColumn<QString>("says");
    const auto text = [](const Secret &pem) { return pem.reveal().toByteArray(); };
    const QByteArray good = text(identity().keyPem());
    const MadeIdentity elliptic = MadeIdentity::elliptic();
    const MadeIdentity weak = MadeIdentity::rsa(1024);
    const QByteArray none;
    QTest::newRow("no key") << none << certificate() << none << QStringLiteral("no private key in PEM");
    QTest::newRow("certificate for the key")
        << certificate() << certificate() << none << QStringLiteral("no private key in PEM");
    QTest::newRow("cut off") << good.left(good.size() / 2) << certificate() << none
                             << QStringLiteral("no private key in PEM");
    QTest::newRow("elliptic curve") << text(elliptic.keyPem()) << certificate(elliptic) << none
                                    << QStringLiteral("another kind of key");
    QTest::newRow("too short") << text(weak.keyPem()) << certificate(weak) << none << QStringLiteral("2048 to 8192");
    QTest::newRow("no certificate") << good << none << none << QStringLiteral("no certificate in PEM");
    QTest::newRow("somebody else's certificate")
        << good << certificate(stranger()) << none << QStringLiteral("does not belong to the certificate");
    QTest::newRow("no passphrase") << text(identity().keyPem("passphrase")) << certificate() << none
                                   << QStringLiteral("Enter its passphrase");
    QTest::newRow("wrong passphrase") << text(identity().keyPem("passphrase")) << certificate() << QByteArray("other")
                                      << QStringLiteral("does not open");
    QTest::newRow("endless passphrase") << text(identity().keyPem("passphrase")) << certificate()
                                        << QByteArray(100000, 'x') << QStringLiteral("does not open");
    QTest::newRow("too large") << QByteArray((1 << 20) + 1, 'x') << certificate() << none << QStringLiteral("megabyte");
}

void tst_ClientAssertion::unusableKeysAreNamed()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, certificates);
    QFETCH(QByteArray, passphrase);
    QFETCH(QString, says);
    const auto read = AssertionKey::fromPem(Secret(std::move(key)), certificates, Secret(std::move(passphrase)));
    QVERIFY(!read);
    QVERIFY2(read.error().detail.contains(says), qPrintable(read.error().detail));
    QVERIFY(read.error().detail.endsWith(u'.'));
    QCOMPARE_EQ(ERR_peek_error(), 0UL); // nothing is left for the next one who asks OpenSSL
}

void tst_ClientAssertion::anEndedCertificateSignsNothing()
{
    const auto key = AssertionKey::fromPem(identity().keyPem(), certificate());
    const auto at = [&key](TimePoint now) {
        return signAssertion(*key, subject(AssertionAlgorithm::Ps256), now, kRandom);
    };
    QVERIFY(at(kNow + 24h - 1s));
    const auto late = at(kNow + 24h);
    QVERIFY(!late);
    QVERIFY2(late.error().detail.contains(QStringLiteral("ended on 2026-11-19")), qPrintable(late.error().detail));
    const auto early = at(kNow - 25h);
    QVERIFY(!early);
    QVERIFY(early.error().detail.contains(QStringLiteral("clock")));
}

QTEST_APPLESS_MAIN(tst_ClientAssertion)
#include "tst_ClientAssertion.moc"
