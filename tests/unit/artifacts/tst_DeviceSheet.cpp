// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/SampleSite.h"

#include <QRegularExpression>
#include <QTest>
#include <QXmlStreamReader>

using namespace relaywright;
using namespace relaywright::test;

class tst_DeviceSheet : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsTheSettingsOfEachMethod_data();
    void tellsTheSettingsOfEachMethod();
    void saysToLookUpAnUnknownMxHost();
    void tellsLimitsWithTheirDate();
    void tellsWhatToDoFirstAndWhatToWatch();
    void keepsHostileTextInert_data();
    void keepsHostileTextInert();
    void isSelfContained();
    void speaksTheWordsOfTheMaker();
    void saysHowSureTheWordingIs_data();
    void saysHowSureTheWordingIs();
    void tellsWhatEachWayAsksFor_data();
    void tellsWhatEachWayAsksFor();
    void namesTheComputerOfTheRelay();
    void warnsOfAPortThatTheDeviceCannotUse();
    void isLegibleInPrintWithoutColour();
};

namespace {

/// The page's visible text; empty when its tags are not balanced. The two kinds of tag without an end are closed first.
QString visibleText(QString page)
{
    page.remove(QLatin1String("<!DOCTYPE html>"));
    static const QRegularExpression meta(QStringLiteral("<meta ([^>]*)>"));
    page.replace(meta, QStringLiteral("<meta \\1/>"));
    QXmlStreamReader reader(page);
    QString text;
    bool inStyle = false;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() || reader.isEndElement())
            inStyle = reader.isStartElement() && reader.name() == QLatin1String("style");
        else if (reader.isCharacters() && !inStyle)
            text += reader.text().toString() + u' ';
    }
    return reader.hasError() ? QString() : text.simplified();
}

} // namespace

void tst_DeviceSheet::tellsTheSettingsOfEachMethod_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<QStringList>("words");
    QTest::newRow("client submission") << static_cast<int>(Method::ClientSubmission)
                                       << QStringList{QStringLiteral("smtp.office365.com"), QStringLiteral("587"),
                                                      QStringLiteral("STARTTLS, required"),
                                                      QStringLiteral("user name and password"),
                                                      QStringLiteral("devices@contoso.com")};
    QTest::newRow("direct send") << static_cast<int>(Method::DirectSend)
                                 << QStringList{QStringLiteral("contoso-com.mail.protection.outlook.com"),
                                                QStringLiteral("25"), QStringLiteral("STARTTLS when offered"),
                                                QStringLiteral("Leave user name and password empty")};
    QTest::newRow("connector relay") << static_cast<int>(Method::ConnectorRelay)
                                     << QStringList{QStringLiteral("contoso-com.mail.protection.outlook.com"),
                                                    QStringLiteral("25")};
    QTest::newRow("local relay") << static_cast<int>(Method::LocalRelay)
                                 << QStringList{QStringLiteral("the computer that runs the relay"),
                                                QStringLiteral("2525"),
                                                QStringLiteral("which hands its mail on by client submission")};
}

void tst_DeviceSheet::tellsTheSettingsOfEachMethod()
{
    QFETCH(int, method);
    QFETCH(QStringList, words);
    Sample sample;
    sample.add("scanner", static_cast<Method>(method), "scanner@contoso.com", "devices@contoso.com").name =
        QStringLiteral("Scanner ground floor");
    const Artifact sheet = sample.only("device-sheet");
    QCOMPARE(sheet.title, QStringLiteral("Mail settings of Scanner ground floor"));
    QCOMPARE(sheet.fileName, QStringLiteral("settings-scanner.html"));
    const QString text = visibleText(sheet.text);
    words << QStringLiteral("scanner@contoso.com") << QStringLiteral("Scanner ground floor")
          << QStringLiteral("Check that it works");
    for (const QString &word : words)
        QVERIFY2(text.contains(word), qPrintable(word + QLatin1String(" is not in: ") + text));
}

void tst_DeviceSheet::saysToLookUpAnUnknownMxHost()
{
    Sample sample;
    sample.add("alarm", Method::DirectSend);
    sample.chosen().settings.host.clear();
    const QString text = visibleText(sample.only("device-sheet").text);
    QVERIFY2(
        text.contains(QLatin1String("the MX host of contoso.com Look it up first (relaywright-cli dns contoso.com)")),
        qPrintable(text));
}

void tst_DeviceSheet::tellsLimitsWithTheirDate()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    const Fact &fact = Knowledge::builtIn().fact(QStringLiteral("client-submission.messages-per-minute"));
    QVERIFY(visibleText(sample.only("device-sheet").text)
                .contains(fact.statement + QLatin1String(" (") + fact.asOf.toString(Qt::ISODate) + u')'));
}

void tst_DeviceSheet::tellsWhatToDoFirstAndWhatToWatch()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    sample.chosen().reasons = {
        {.weight = Reason::Weight::Change, .rule = {}, .sentence = QStringLiteral("Switch SMTP AUTH on.")},
        {.weight = Reason::Weight::Unknown,
         .rule = {},
         .sentence = QStringLiteral("It is not known whether it rains.")},
        {.weight = Reason::Weight::Warning, .rule = {}, .sentence = QStringLiteral("The password is in the device.")},
        {.weight = Reason::Weight::For, .rule = {}, .sentence = QStringLiteral("It is simple.")}};
    sample.chosen().worksUntil = QDate(2026, 12, 31);
    const QString text = visibleText(sample.only("device-sheet").text);
    QVERIFY(text.contains(QLatin1String("To be done first Switch SMTP AUTH on.")));
    QVERIFY(text.contains(QLatin1String("Still to be found out It is not known whether it rains.")));
    QVERIFY(text.contains(QLatin1String("What to watch As things stand this way works until 2026-12-31.")));
    QVERIFY(text.contains(QLatin1String("The password is in the device.")));
    QVERIFY(!text.contains(QLatin1String("It is simple.")));
}

void tst_DeviceSheet::keepsHostileTextInert_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("a script") << QStringLiteral("<script>alert(1)</script>")
                              << QStringLiteral("<script>alert(1)</script>");
    QTest::newRow("the end of an attribute")
        << QStringLiteral("\"><img src=x onerror=y>") << QStringLiteral("\"><img src=x onerror=y>");
    QTest::newRow("an entity") << QStringLiteral("&lt;b&gt;") << QStringLiteral("&lt;b&gt;");
    QTest::newRow("control characters") << QStringLiteral("a\u202e\nb") + QChar(0) << QStringLiteral("ab");
}

void tst_DeviceSheet::keepsHostileTextInert()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    Sample sample;
    Sender &sender = sample.add("scanner", Method::ClientSubmission);
    sender.name = text;
    sender.vendor = text;
    sample.site.organisation.name = text;
    const QString page = sample.only("device-sheet").text;
    QVERIFY(!page.contains(QLatin1String("<script")) && !page.contains(QLatin1String("<img")));
    const QString visible = visibleText(page);
    QVERIFY2(visible.contains(QLatin1String("Mail settings of ") + shown), qPrintable(visible));
}

void tst_DeviceSheet::isSelfContained()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    const QString page = sample.only("device-sheet").text;
    for (const char *outside : {"http://", "https://", " src=", "<link", "@import", "url("})
        QVERIFY2(!page.contains(QLatin1String(outside)), outside);
    QVERIFY(page.contains(QLatin1String("default-src 'none'")));
}

void tst_DeviceSheet::speaksTheWordsOfTheMaker()
{
    Sample sample;
    sample.add("copier", Method::ClientSubmission, "copier@contoso.com", "devices@contoso.com").vendor =
        QStringLiteral("Kyocera TASKalfa 2554ci");
    const QString text = visibleText(sample.only("device-sheet").text);
    for (const char *words : {"Product: Kyocera TASKalfa 2554ci", "Where: Command Center RX", "SMTP Server Name smtp.office365.com",
                              "SMTP Port Number 587", "SMTP Security STARTTLS", "Authentication Protocol On",
                              "Login User Name (Authentication as: Other) devices@contoso.com",
                              "Sender Address copier@contoso.com", "Click Test beside the SMTP settings",
                              "SMTP (E-mail TX) is off on a new device"})
        QVERIFY2(text.contains(QLatin1String(words)), qPrintable(QLatin1String(words) + QLatin1String(" is not in: ") + text));
}

void tst_DeviceSheet::saysHowSureTheWordingIs_data()
{
    QTest::addColumn<QString>("vendor");
    QTest::addColumn<QString>("words");
    QTest::newRow("documented") << QStringLiteral("Epson") << QStringLiteral("Words of Epson as in \"Epson WorkForce");
    QTest::newRow("remembered") << QStringLiteral("Brother") << QStringLiteral("not checked against the manual of this model");
    QTest::newRow("nobody knows it") << QStringLiteral("Acme") << QStringLiteral("The product's maker is not known here");
}

void tst_DeviceSheet::saysHowSureTheWordingIs()
{
    QFETCH(QString, vendor);
    QFETCH(QString, words);
    Sample sample;
    sample.add("device", Method::ClientSubmission).vendor = vendor;
    const QString text = visibleText(sample.only("device-sheet").text);
    QVERIFY2(text.contains(words), qPrintable(text));
}

void tst_DeviceSheet::tellsWhatEachWayAsksFor_data()
{
    QTest::addColumn<int>("method");
    QTest::addColumn<int>("authentication");
    QTest::addColumn<bool>("certificate");
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char *tag, Method method, Authentication authentication, bool certificate,
                        const QStringList &words) {
        QTest::newRow(tag) << static_cast<int>(method) << static_cast<int>(authentication) << certificate << words;
    };
    row("OAuth", Method::ClientSubmission, Authentication::OAuth, false,
        {QStringLiteral("OAuth 2.0"), QStringLiteral("sign in as this mailbox and not as yourself"),
         QStringLiteral("devices@contoso.com")});
    row("a client certificate", Method::ConnectorRelay, Authentication::CertificateOrIp, true,
        {QStringLiteral("Client certificate the certificate of the connector, with its chain")});
    row("a public address", Method::ConnectorRelay, Authentication::CertificateOrIp, false,
        {QStringLiteral("Exchange Online knows the site by its public address")});
    row("High Volume Email", Method::HighVolumeEmail, Authentication::Basic, false,
        {QStringLiteral("the password of this High Volume Email account"),
         QStringLiteral("Sender address (From) devices@contoso.com"), QStringLiteral("any other is refused"),
         QStringLiteral("Let it send a real message to a mailbox inside the organisation.")});
    row("Azure", Method::AzureCommunicationServices, Authentication::Basic, false,
        {QStringLiteral("the SMTP user name of the Azure resource"), QStringLiteral("acs-setup.txt")});
    row("an Exchange server", Method::OnPremExchange, Authentication::CertificateOrIp, false,
        {QStringLiteral("mail.ad.contoso.com"), QStringLiteral("the Exchange server knows the sender by its address")});
}

void tst_DeviceSheet::tellsWhatEachWayAsksFor()
{
    QFETCH(int, method);
    QFETCH(int, authentication);
    QFETCH(bool, certificate);
    QFETCH(QStringList, words);
    Sample sample;
    sample.site.organisation.exchangeServer = *Host::parse(QStringLiteral("mail.ad.contoso.com"));
    sample.add("app", static_cast<Method>(method), "app@contoso.com", "devices@contoso.com");
    MethodSettings &settings = sample.chosen().settings;
    settings.tls = QStringLiteral("starttls");
    settings.authentication = static_cast<Authentication>(authentication);
    settings.byCertificate = certificate;
    if (static_cast<Method>(method) == Method::OnPremExchange)
        settings.host.clear();
    const QString text = visibleText(sample.only("device-sheet").text);
    for (const QString &word : std::as_const(words))
        QVERIFY2(text.contains(word), qPrintable(word + QLatin1String(" is not in: ") + text));
}

void tst_DeviceSheet::namesTheComputerOfTheRelay()
{
    Sample sample;
    sample.add("fax", Method::LocalRelay, "fax@contoso.com", "devices@contoso.com");
    sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("10.1.0.5"));
    const QString page = sample.only("device-sheet").text;
    QVERIFY(page.contains(QLatin1String("<b class=\"whole\">10.1.0.5</b>")));
    QVERIFY(!page.contains(QLatin1String("the computer that runs the relay")));
    sample.site.organisation.internalDomain = domain("ad.contoso.com");
    QVERIFY(visibleText(sample.only("device-sheet").text).contains(QLatin1String("its smart-host name in ad.contoso.com")));
    sample.chosen().settings.host = localRelayHost(); // words, not a name
    QVERIFY(sample.only("device-sheet").text.contains(QLatin1String("<b class=\"whole\">10.1.0.5</b>")));
    sample.chosen().settings.host = QStringLiteral("smtp.ad.contoso.com");
    QVERIFY(sample.only("device-sheet").text.contains(QLatin1String("<b class=\"whole\">smtp.ad.contoso.com</b>")));
}

void tst_DeviceSheet::warnsOfAPortThatTheDeviceCannotUse()
{
    Sample sample;
    sample.add("ups", Method::LocalRelay, "ups@contoso.com", "devices@contoso.com").onlyPort = 25;
    QVERIFY(visibleText(sample.only("device-sheet").text)
                .contains(QLatin1String("It can connect to port 25 only, and the server listens on 2525")));
    sample.chosen().settings.port = 25;
    QVERIFY(!visibleText(sample.only("device-sheet").text).contains(QLatin1String("It can connect to port")));
}

void tst_DeviceSheet::isLegibleInPrintWithoutColour()
{
    Sample sample;
    sample.add("scanner", Method::ClientSubmission);
    const QString page = sample.only("device-sheet").text;
    QVERIFY(page.contains(QLatin1String("color:#000")) && page.contains(QLatin1String("background:#fff")));
    QVERIFY(page.contains(QLatin1String("@media print")));
    QVERIFY(page.contains(QLatin1String("<th scope=\"col\">Was before</th>"))); // room to roll back from
}

QTEST_GUILESS_MAIN(tst_DeviceSheet)
#include "tst_DeviceSheet.moc"
