// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DkimSigner.h"

#include <QCryptographicHash>
#include <QTest>

using namespace relaywright;

namespace {

// RFC 8463 appendix A: the keys are public, so that everybody can do the sums.
constexpr auto kEd25519Seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
constexpr auto kEd25519Public = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const QByteArray kBody = "Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
constexpr auto kBodyHash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=";
const QByteArray kHeader =
    "From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n"
    "Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    "Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n";
const QByteArray kSignatureField =
    " v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; i=@football.example.com;\r\n"
    " q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n subject : date : message-id : from : subject : date;\r\n"
    " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b=";
constexpr auto kSignature = "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==";

Secret pemOfSeed(const QByteArray &seed)
{
    const QByteArray der = QByteArray::fromHex("302e020100300506032b657004220420") + seed;
    return Secret(QByteArray("-----BEGIN PRIVATE KEY-----\n" + der.toBase64() + "\n-----END PRIVATE KEY-----\n"));
}

QByteArray bodyHash(const QByteArray &body, qsizetype piece = 1)
{
    DkimBodyHash hash;
    for (qsizetype at = 0; at < body.size(); at += piece)
        hash.add(QByteArrayView(body).sliced(at, std::min(piece, body.size() - at)));
    return hash.finish();
}

QByteArray sha256(const QByteArray &octets)
{
    return QCryptographicHash::hash(octets, QCryptographicHash::Sha256);
}

DkimSigner signer(const char *domain = "football.example.com")
{
    return {*Domain::parse(QString::fromLatin1(domain)), QStringLiteral("brisbane"),
            *DkimKeyPair::fromPem(pemOfSeed(QByteArray::fromBase64(kEd25519Seed)))};
}

const TimePoint kNow = TimePoint(std::chrono::milliseconds(1'528'637'909'500));

/// `from:from:to` of a signature field.
QByteArray signedNames(QByteArray field)
{
    field.replace("\r\n\t", "");
    const qsizetype start = field.indexOf(" h=") + 3;
    return field.mid(start, field.indexOf(';', start) - start).toLower();
}

} // namespace

class tst_Dkim : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void signsAsTheStandardsExample();
    void hashesBodies_data();
    void hashesBodies();
    void relaxesHeaderFields();
    void readsMessagesHoweverTheyAreCut_data();
    void readsMessagesHoweverTheyAreCut();
    void signsOnlyItsOwnDomain_data();
    void signsOnlyItsOwnDomain();
    void signsOnceMoreWhatMustNotBeAdded();
    void neverSignsALength();
    void keysGoOutAndComeBack();
    void refusesWhatIsNoKey_data();
    void refusesWhatIsNoKey();
    void aHugeHeaderIsNotSigned();
};

void tst_Dkim::signsAsTheStandardsExample()
{
    const DkimSigner joe = signer();
    QCOMPARE(joe.key.algorithm(), DkimAlgorithm::Ed25519);
    QCOMPARE(joe.key.publicKey().toBase64(), QByteArray(kEd25519Public));
    QCOMPARE(joe.key.record(), QByteArray("v=DKIM1; k=ed25519; p=") + kEd25519Public);
    QCOMPARE(bodyHash(kBody).toBase64(), QByteArray(kBodyHash));
    QByteArray data;
    for (const QByteArray &line : kHeader.trimmed().split('\n'))
        data += relaxedHeaderField(line.left(line.indexOf(':')), QByteArrayView(line).sliced(line.indexOf(':') + 1))
                + "\r\n";
    data += relaxedHeaderField("DKIM-Signature", kSignatureField);
    QCOMPARE(joe.key.sign(data).toBase64(), QByteArray(kSignature));
}

void tst_Dkim::hashesBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("canonical");
    QTest::newRow("RFC 6376 section 3.4.5") << QByteArray(" C \r\nD \t E\r\n\r\n\r\n") << QByteArray(" C\r\nD E\r\n");
    QTest::newRow("nothing") << QByteArray() << QByteArray();
    QTest::newRow("empty lines") << QByteArray("\r\n\r\n \t\r\n") << QByteArray();
    QTest::newRow("a blank line between") << QByteArray("a\r\n \r\n\r\nb\r\n") << QByteArray("a\r\n\r\n\r\nb\r\n");
    QTest::newRow("no last line end") << QByteArray("a \t") << QByteArray("a\r\n");
    QTest::newRow("bare line feeds") << QByteArray("a\n\nb\n\n") << QByteArray("a\r\n\r\nb\r\n");
    QTest::newRow("bare carriage returns") << QByteArray("a\r\rb\r") << QByteArray("a\r\n\r\nb\r\n");
    QTest::newRow("two carriage returns and a line feed") << QByteArray("a\r\r\nb") << QByteArray("a\r\n\r\nb\r\n");
    QTest::newRow("NUL and octets over 127") << QByteArray("a\0\xff\r\n", 5) << QByteArray("a\0\xff\r\n", 5);
}

void tst_Dkim::hashesBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, canonical);
    for (const qsizetype piece : {1, 2, 3, 1000})
        QCOMPARE(bodyHash(body, piece).toHex(), sha256(canonical).toHex());
}

void tst_Dkim::relaxesHeaderFields()
{
    // RFC 6376 section 3.4.5
    QCOMPARE(relaxedHeaderField("A", " X\r\n"), QByteArray("a:X"));
    QCOMPARE(relaxedHeaderField("B ", " Y\t\r\n\tZ  \r\n"), QByteArray("b:Y Z"));
    QCOMPARE(relaxedHeaderField("Subject", "\r\n  "), QByteArray("subject:"));
}

void tst_Dkim::readsMessagesHoweverTheyAreCut_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("usual") << QByteArray("A: 1\r\n b\r\nC: 2\r\n\r\nx\r\n") << QByteArray("A: 1\r\n b\r\nC: 2\r\n")
                           << QByteArray("x\r\n");
    QTest::newRow("line feeds") << QByteArray("A: 1\nC: 2\n\n\nx") << QByteArray("A: 1\r\nC: 2\r\n")
                                << QByteArray("\r\nx\r\n");
    QTest::newRow("carriage returns") << QByteArray("A: 1\r\rx") << QByteArray("A: 1\r\n") << QByteArray("x\r\n");
    QTest::newRow("no body") << QByteArray("A: 1\r\nB: 2") << QByteArray("A: 1\r\nB: 2\r\n") << QByteArray();
    QTest::newRow("no header") << QByteArray("\r\nx\r\n") << QByteArray() << QByteArray("x\r\n");
    QTest::newRow("nothing") << QByteArray() << QByteArray() << QByteArray();
}

void tst_Dkim::readsMessagesHoweverTheyAreCut()
{
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, body);
    for (const qsizetype piece : {1, 2, 3, 5, 1000}) {
        DkimReader reader;
        for (qsizetype at = 0; at < message.size(); at += piece)
            reader.add(QByteArrayView(message).sliced(at, std::min(piece, message.size() - at)));
        reader.finish();
        QCOMPARE(reader.header(), header);
        QCOMPARE(reader.bodyHash().toHex(), sha256(body).toHex());
    }
}

void tst_Dkim::signsOnlyItsOwnDomain_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("the domain") << QByteArray("From: a@contoso.com\r\n") << true;
    QTest::newRow("below it") << QByteArray("From: Scanner <a@print.Contoso.com>\r\n") << true;
    QTest::newRow("two authors of it") << QByteArray("From: a@contoso.com, b@contoso.com\r\n") << true;
    QTest::newRow("one author of another") << QByteArray("From: a@contoso.com, b@example.com\r\n") << false;
    QTest::newRow("another") << QByteArray("From: a@example.com\r\n") << false;
    QTest::newRow("the domain in the name") << QByteArray("From: \"a@contoso.com\" <a@example.com>\r\n") << false;
    QTest::newRow("a longer name") << QByteArray("From: a@notcontoso.com\r\n") << false;
    QTest::newRow("no address") << QByteArray("From: Scanner\r\n") << false;
    QTest::newRow("no From") << QByteArray("To: a@contoso.com\r\n") << false;
    QTest::newRow("two From") << QByteArray("From: a@contoso.com\r\nfrom: a@contoso.com\r\n") << false;
    QTest::newRow("a line that is no field")
        << QByteArray("From: a@contoso.com\r\nno field\r\nTo: b@example.com\r\n") << false;
    QTest::newRow("begins with a blank") << QByteArray(" x\r\nFrom: a@contoso.com\r\n") << false;
}

void tst_Dkim::signsOnlyItsOwnDomain()
{
    QFETCH(QByteArray, header);
    QFETCH(bool, allowed);
    const auto field = dkimSignature(header, bodyHash({}), signer("contoso.com"), kNow);
    QCOMPARE(field.has_value(), allowed);
    if (!allowed)
        QCOMPARE(field.error().kind, ErrorKind::InvalidInput);
}

void tst_Dkim::signsOnceMoreWhatMustNotBeAdded()
{
    const auto field = dkimSignature(kHeader, bodyHash(kBody), signer(), kNow);
    QVERIFY(field);
    QCOMPARE(signedNames(*field),
             QByteArray("from:from:to:to:cc:subject:subject:reply-to:date:date:message-id:message-id"));
    QVERIFY2(field->contains("t=1528637909;"), field->constData());
    QVERIFY2(field->contains(QByteArray("bh=") + kBodyHash), field->constData());
}

void tst_Dkim::neverSignsALength()
{
    const auto field = dkimSignature(kHeader, bodyHash(kBody), signer(), kNow);
    QVERIFY(field);
    QVERIFY(!field->contains("l="));
    QVERIFY(field->endsWith("\r\n"));
}

void tst_Dkim::keysGoOutAndComeBack()
{
    for (const DkimAlgorithm algorithm : {DkimAlgorithm::Rsa, DkimAlgorithm::Ed25519}) {
        const auto made = DkimKeyPair::generate(algorithm);
        QVERIFY(made);
        QCOMPARE(made->bits(), algorithm == DkimAlgorithm::Rsa ? 2048 : 256);
        const auto read = DkimKeyPair::fromPem(made->toPem());
        QVERIFY(read);
        QCOMPARE(read->publicKey(), made->publicKey());
        QCOMPARE(read->sign("x"), made->sign("x")); // neither algorithm needs randomness to sign
        QVERIFY(DkimKeyPair::generate(algorithm)->publicKey() != made->publicKey());
    }
}

void tst_Dkim::refusesWhatIsNoKey_data()
{
    QTest::addColumn<QByteArray>("pem");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a password") << QByteArray("hunter-hunter");
    QTest::newRow("damaged") << pemOfSeed("too short").reveal().toByteArray();
    QTest::newRow("with a passphrase") << QByteArray(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgm\n"
        "-----END ENCRYPTED PRIVATE KEY-----\n");
    // An elliptic curve key that DKIM does not know.
    QTest::newRow("another kind") << QByteArray("-----BEGIN PRIVATE KEY-----\n"
                                                "MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq\n"
                                                "-----END PRIVATE KEY-----\n");
}

void tst_Dkim::refusesWhatIsNoKey()
{
    QFETCH(QByteArray, pem);
    const auto key = DkimKeyPair::fromPem(Secret(QByteArray(pem)));
    QVERIFY(!key);
    QCOMPARE(key.error().kind, ErrorKind::InvalidInput);
    QVERIFY(!key.error().detail.contains(QLatin1String("hunter")));
}

void tst_Dkim::aHugeHeaderIsNotSigned()
{
    DkimReader reader;
    reader.add("From: a@football.example.com\r\nX: ");
    for (int i = 0; i < 300; ++i)
        reader.add(QByteArray(1024, 'x'));
    reader.add("\r\n\r\nbody\r\n");
    reader.finish();
    QVERIFY(reader.header().size() < 300 * 1024); // it was not collected to its end
    QVERIFY(!dkimSignature(reader.header(), reader.bodyHash(), signer(), kNow));
}

QTEST_GUILESS_MAIN(tst_Dkim)
#include "tst_Dkim.moc"
