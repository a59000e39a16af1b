// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ClientHello.h"

using namespace relaywright;

namespace {

QByteArray number(quint32 value, int octets)
{
    QByteArray text;
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8)
        text += static_cast<char>(value >> shift & 0xff);
    return text;
}

QByteArray vector(const QByteArray &content, int lengthOctets)
{
    return number(static_cast<quint32>(content.size()), lengthOctets) + content;
}

QByteArray record(quint16 version, const QByteArray &ciphers, const QByteArray &extensions)
{
    QByteArray body = number(version, 2) + QByteArray(32, 'r') + vector({}, 1) + vector(ciphers, 2) + vector(QByteArray(1, '\0'), 1);
    if (!extensions.isEmpty())
        body += vector(extensions, 2);
    return number(22, 1) + number(0x0301, 2) + vector(number(1, 1) + vector(body, 3), 2);
}

QByteArray extension(quint16 type, const QByteArray &content)
{
    return number(type, 2) + vector(content, 2);
}

QByteArray serverName(const QByteArray &name)
{
    return extension(0, vector(number(0, 1) + vector(name, 2), 2));
}

QByteArray versions(const QByteArray &list)
{
    return extension(43, vector(list, 1));
}

} // namespace

class tst_ClientHello : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatWasOffered_data()
    {
        QTest::addColumn<QByteArray>("octets");
        QTest::addColumn<QString>("expected");
        const QByteArray ciphers = QByteArray::fromHex("c02f009c");
        QTest::newRow("an old device") << record(0x0301, QByteArray::fromHex("0005000a"), {}) << "TLS 1.0; 0005 000a; ";
        QTest::newRow("SSL 3") << record(0x0300, QByteArray::fromHex("0004"), {}) << "SSL 3; 0004; ";
        QTest::newRow("1.2 with a name") << record(0x0303, ciphers, serverName("smtp.contoso.com")) << "TLS 1.2; c02f 009c; smtp.contoso.com";
        QTest::newRow("1.3 and 1.2, tolerance tested") << record(0x0303, QByteArray::fromHex("1a1a1301"), extension(0x2a2a, {}) + versions(QByteArray::fromHex("aaaa03030304")))
                                                        << "TLS 1.3 TLS 1.2; 1301; ";
        QTest::newRow("the same version twice") << record(0x0303, ciphers, versions(QByteArray::fromHex("03040304"))) << "TLS 1.3; c02f 009c; ";
        QTest::newRow("an empty list of versions") << record(0x0303, ciphers, versions({})) << "TLS 1.2; c02f 009c; ";
        QTest::newRow("a name with control characters") << record(0x0303, ciphers, serverName("a\r\nb")) << "TLS 1.2; c02f 009c; a\\r\\nb";
        QTest::newRow("a cut extension") << record(0x0303, ciphers, QByteArray::fromHex("002b0010")) << "TLS 1.2; c02f 009c; ";
        QTest::newRow("the form of SSL 2") << QByteArray::fromHex("802e010301001500000010") << "TLS 1.0; ; ";
    }
    void readsWhatWasOffered()
    {
        QFETCH(QByteArray, octets);
        QFETCH(QString, expected);
        QCOMPARE_EQ(clientHelloState(octets), ClientHelloState::Complete);
        const auto hello = parseClientHello(octets);
        QVERIFY(hello);
        QStringList names, suites;
        for (const auto version : hello->versions)
            names += tlsVersionName(version);
        for (const auto suite : hello->ciphers)
            suites += QString::number(suite, 16).rightJustified(4, u'0');
        QCOMPARE_EQ(QStringLiteral("%1; %2; %3").arg(names.join(u' '), suites.join(u' '), hello->serverName), expected);
    }

    void aPartIsNeverTakenForTheWhole()
    {
        const QByteArray whole = record(0x0303, QByteArray::fromHex("c02f"), serverName("smtp.contoso.com"));
        for (qsizetype size = 0; size < whole.size(); ++size) {
            QCOMPARE_EQ(clientHelloState(whole.first(size)), ClientHelloState::Incomplete);
            QVERIFY(!parseClientHello(whole.first(size)));
        }
    }

    void anythingElseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("octets");
        QTest::newRow("a command") << QByteArray("EHLO scanner.contoso.com\r\n");
        QTest::newRow("an alert") << QByteArray::fromHex("15030100020228");
        QTest::newRow("a record without content") << QByteArray::fromHex("1603010000");
        QTest::newRow("a record that is too large") << QByteArray::fromHex("160301ffff");
        QTest::newRow("octets with the high bit") << QByteArray::fromHex("ffffffffffff");
    }
    void anythingElseIsRefused()
    {
        QFETCH(QByteArray, octets);
        QCOMPARE_EQ(clientHelloState(octets), ClientHelloState::NotTls);
        QVERIFY(!parseClientHello(octets));
    }

    void everyCutAndEveryChangedOctetIsSurvived()
    {
        const QByteArray whole = record(0x0303, QByteArray::fromHex("c02f009c"), serverName("a.test") + versions(QByteArray::fromHex("03040303")));
        for (qsizetype i = 0; i < whole.size(); ++i) {
            for (const char octet : {'\0', '\x01', '\x7f', '\xff'}) {
                QByteArray changed = whole;
                changed[i] = octet;
                const auto hello = parseClientHello(changed);
                QVERIFY(!hello || hello->ciphers.size() < 65536);
            }
        }
    }

    void versionsHaveTheirNames()
    {
        QCOMPARE_EQ(tlsVersionName(0x0302), QStringLiteral("TLS 1.1"));
        QCOMPARE_EQ(tlsVersionName(0x0002), QStringLiteral("SSL 2"));
        QCOMPARE_EQ(tlsVersionName(0x7f1c), QStringLiteral("0x7f1c"));
    }
};

QTEST_GUILESS_MAIN(tst_ClientHello)
#include "tst_ClientHello.moc"
