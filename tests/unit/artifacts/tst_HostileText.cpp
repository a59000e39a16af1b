// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/SampleSite.h"
#include "tests/unit/artifacts/ZoneReader.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// Every field of the site that is free text holds something nasty; no artifact may say more, or less, than it would with
/// harmless text. PowerShell scripts have a test of their own (unit.artifacts.Scripts).
class tst_HostileText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void changesNoArtifactsMeaning_data();
    void changesNoArtifactsMeaning();
    void staysInertInAddresses_data();
    void staysInertInAddresses();
};

namespace {

/// Senders of every way, so that every kind of artifact is made.
Sample everyKind(const QString &text)
{
    Sample sample;
    sample.site.organisation.name = text;
    sample.site.organisation.internalDomain = domain("ad.contoso.com");
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("10.1.0.5"));
    sample.site.networks.front().id = text;
    sample.add("scanner", Method::ClientSubmission, "scanner@contoso.com", "devices@contoso.com");
    sample.add("erp", Method::ConnectorRelay, "erp@apps.contoso.com");
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com");
    sample.chosen(3).upstream = Upstream{std::nullopt, {}};
    sample.add("shop", Method::AzureCommunicationServices, "shop@contoso.com");
    sample.add("exchange", Method::OnPremExchange);
    for (Sender &sender : sample.site.senders) {
        sender.name = text;
        sender.vendor = text;
        sender.network = text;
    }
    return sample;
}

/// What a machine reads of a file: lines that are no comment, without the words meant for people.
QString meaningOf(const Artifact &artifact)
{
    const bool zone = artifact.mediaType == QLatin1String("text/dns");
    const bool plain = artifact.mediaType == QLatin1String("text/plain");
    if (artifact.kind == QLatin1String("acs-setup") || artifact.kind == QLatin1String("relay-note"))
        return {}; // words for people from end to end
    if (zone || plain) {
        QStringList kept;
        const QStringList lines = artifact.text.split(u'\n');
        for (const QString &line : lines) {
            if (!line.startsWith(zone ? u';' : u'#') && !line.isEmpty())
                kept += line;
        }
        return kept.join(u'\n');
    }
    if (artifact.mediaType == QLatin1String("application/json"))
        return artifact.text;
    // Of a page: its tags in order.
    static const QRegularExpression tag(QStringLiteral("<[^>]*>"));
    QString tags;
    auto it = tag.globalMatch(artifact.text);
    while (it.hasNext())
        tags += it.next().captured();
    tags.remove(QLatin1String(" class=\"whole\"")); // how a value breaks into lines depends on its spaces
    return tags;
}

} // namespace

void tst_HostileText::changesNoArtifactsMeaning_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("quotes") << QStringLiteral("\"'`’‘‚‛“”„");
    QTest::newRow("a script") << QStringLiteral("<script>alert(1)</script><img src=x onerror=y>");
    QTest::newRow("the end of a tag") << QStringLiteral("--></style></title>]]>");
    QTest::newRow("a new line") << QStringLiteral("x\nrelayhost = [evil.example]:25\r\n@ IN A 192.0.2.66\n<b>");
    QTest::newRow("other line ends") << QStringLiteral("x\u2028y\u2029z\u0085w\vq\fr");
    QTest::newRow("NUL") << QStringLiteral("a") + QChar(0) + QStringLiteral("b");
    QTest::newRow("right-to-left marks") << QStringLiteral("a\u202eb\u2066c\u200fd\ufeff");
    QTest::newRow("half a surrogate pair") << QString(QChar(0xd800)) + u'x';
    QTest::newRow("shell and Postfix") << QStringLiteral("$(reboot) ${x} {a = b}, ; # \\");
    QTest::newRow("a zone's own marks") << QStringLiteral("\") ( ; \\000 $INCLUDE /etc/passwd");
    QTest::newRow("placeholders") << QStringLiteral("%1 %2 %99");
    QTest::newRow("10 KB in one word") << QString(10000, u'x');
    QTest::newRow("10 KB of words") << QStringLiteral("word ").repeated(2000);
}

void tst_HostileText::changesNoArtifactsMeaning()
{
    QFETCH(QString, text);
    const std::vector<Artifact> harmless = everyKind(QStringLiteral("office")).all();
    const std::vector<Artifact> hostile = everyKind(text).all();
    QCOMPARE(hostile.size(), harmless.size());
    static const QRegularExpression hidden(
        QStringLiteral("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\x{2028}\\x{2029}\\x{200e}\\x{200f}\\x{202a}-\\x{202e}"
                       "\\x{2066}-\\x{2069}\\x{feff}]"));
    for (size_t i = 0; i < hostile.size(); ++i) {
        const Artifact &artifact = hostile[i];
        QCOMPARE(artifact.kind, harmless[i].kind);
        QVERIFY2(!artifact.text.contains(hidden) && !artifact.text.contains(u'\t'), qPrintable(artifact.fileName));
        QVERIFY2(artifact.text.isValidUtf16(), qPrintable(artifact.fileName));
        QVERIFY2(artifact.fileName.size() < 120, qPrintable(artifact.fileName));
        if (artifact.mediaType == QLatin1String("text/x-powershell"))
            continue;
        QCOMPARE(meaningOf(artifact), meaningOf(harmless[i]));
        if (artifact.mediaType == QLatin1String("text/dns"))
            QVERIFY2(ZoneReader::read(artifact.text), qPrintable(artifact.text));
    }
}

void tst_HostileText::staysInertInAddresses_data()
{
    QTest::addColumn<QString>("localPart");
    QTest::newRow("a tag") << QStringLiteral("\"<script>alert(1)</script>\"");
    QTest::newRow("a quote and a backslash") << QStringLiteral("\"a\\\"b\\\\c\"");
    QTest::newRow("a zone's marks") << QStringLiteral("\"a) ; ( b\"");
    QTest::newRow("Postfix's marks") << QStringLiteral("\"{a = b}, $myhostname # c\"");
    QTest::newRow("nftables' marks") << QStringLiteral("\"} accept; flush ruleset\"");
    QTest::newRow("a shell's marks") << QStringLiteral("\"$(reboot)`x`'|&\"");
    QTest::newRow("a placeholder") << QStringLiteral("%1%2");
    QTest::newRow("letters of other scripts") << QStringLiteral("büro€スキャナ");
}

void tst_HostileText::staysInertInAddresses()
{
    QFETCH(QString, localPart);
    const auto parsed = EmailAddress::parse(localPart + QLatin1String("@contoso.com"));
    QVERIFY(parsed);
    const auto with = [](const EmailAddress &address) {
        Sample sample = everyKind(QStringLiteral("office"));
        for (Sender &sender : sample.site.senders) {
            sender.from = address;
            sender.envelopeFrom = address;
            sender.alsoFrom = {address};
            sender.signInAs = address;
            sender.repliesTo = address;
        }
        return sample.all();
    };
    const std::vector<Artifact> harmless = with(address("devices@contoso.com"));
    const std::vector<Artifact> hostile = with(*parsed);
    QCOMPARE(hostile.size(), harmless.size());
    for (size_t i = 0; i < hostile.size(); ++i) {
        const Artifact &artifact = hostile[i];
        if (artifact.mediaType == QLatin1String("text/html"))
            QCOMPARE(meaningOf(artifact), meaningOf(harmless[i]));
        if (artifact.mediaType == QLatin1String("text/plain")) // the address stands in comments, or nowhere
            QVERIFY2(!meaningOf(artifact).contains(parsed->localPart()), qPrintable(artifact.text));
        if (artifact.mediaType == QLatin1String("application/json"))
            QVERIFY2(QJsonDocument::fromJson(artifact.text.toUtf8()).isObject(), qPrintable(artifact.text));
        if (artifact.mediaType != QLatin1String("text/dns"))
            continue;
        const auto entries = ZoneReader::read(artifact.text);
        QVERIFY2(entries, qPrintable(artifact.text));
        QCOMPARE(entries->size(), ZoneReader::read(harmless[i].text)->size());
    }
}

QTEST_GUILESS_MAIN(tst_HostileText)
#include "tst_HostileText.moc"
