// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Inventory.h"
#include "core/site/SiteDocument.h"

#include <QTest>

using namespace relaywright;

class tst_Inventory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void decodesWhatSpreadsheetsSave_data();
    void decodesWhatSpreadsheetsSave();
    void readsFilesThatWerePutTogether();
    void refusesWhatIsNotText_data();
    void refusesWhatIsNotText();
    void findsTheDelimiter_data();
    void findsTheDelimiter();
    void cellsMayHoldDelimitersQuotesAndLineBreaks();
    void aQuotationMarkThatIsNeverClosedSpoilsItsOwnLineOnly();
    void aQuotedCellDoesNotSwallowTheRestOfTheFile();
    void recognisesHeadingsOfFourLanguages_data();
    void recognisesHeadingsOfFourLanguages();
    void everyFactHasAColumnThatIsRecognised();
    void columnsWithoutHeadingsAreToldByTheirCells();
    void anAddressColumnOfNumbersIsTheLanAddress();
    void aNameMustBeMappedOnce();
    void readsAnswersAsPeopleWriteThem_data();
    void readsAnswersAsPeopleWriteThem();
    void aWrongCellChangesNothing_data();
    void aWrongCellChangesNothing();
    void theUnitOfAHeadingCounts();
    void aBadLineIsNamedAndLeftOutWhole();
    void aLineWithTooManyCellsIsBad();
    void idsAreUniqueInTheSite();
    void duplicatesArePointedOutOrLeftOut();
    void networksThatAreNewComeWithTheSenders();
    void anUnknownKindIsTakenAsSomethingElseAndNoted();
    void whatIsWrittenIsReadBackUnchanged_data();
    void whatIsWrittenIsReadBackUnchanged();
    void noCellBeginsAsAFormula();

private:
    static InventoryTable table(const QString &text);
    static Inventory read(const QString &text, const Site &site = {}, Duplicates duplicates = Duplicates::Keep);
    static Sender everyFact();
};

InventoryTable tst_Inventory::table(const QString &text)
{
    const auto parsed = parseInventory(text);
    return parsed ? *parsed : InventoryTable();
}

Inventory tst_Inventory::read(const QString &text, const Site &site, Duplicates duplicates)
{
    const InventoryTable parsed = table(text);
    const auto inventory = readInventory(parsed, guessMapping(parsed), site, duplicates);
    if (!inventory)
        qWarning("%s", qPrintable(inventory.error().detail));
    return inventory ? *inventory : Inventory();
}

Sender tst_Inventory::everyFact()
{
    Sender sender;
    sender.id = QStringLiteral("mfp-1");
    sender.name = QStringLiteral("MFP, \"ground floor\"; left");
    sender.kind = SenderKind::Scanner;
    sender.vendor = QStringLiteral("Ricoh IM C3000");
    sender.network = QStringLiteral("berlin");
    sender.hosting = Hosting::OwnLan;
    sender.from = *EmailAddress::parse(QStringLiteral("mfp@contoso.com"));
    sender.envelopeFrom = *EmailAddress::parse(QStringLiteral("bounce@contoso.com"));
    sender.alsoFrom = {*EmailAddress::parse(QStringLiteral("\"a, b\"@contoso.com")),
                       *EmailAddress::parse(QStringLiteral("c@contoso.com"))};
    sender.signInAs = *EmailAddress::parse(QStringLiteral("mfp-login@contoso.com"));
    sender.repliesTo = *EmailAddress::parse(QStringLiteral("help@contoso.com"));
    sender.reach = Reach::Both;
    sender.tls = TlsAbility::Tls12;
    sender.startTls = YesNo::Yes;
    sender.signIn = SignInAbility::ClientCertificate;
    sender.lanAddress = *IpAddress::parse(QStringLiteral("192.168.10.7"));
    sender.onlyPort = 25;
    sender.messagesPerMinute = 3;
    sender.recipientsPerDay = 10'000;
    sender.recipientsPerMessage = 0;
    sender.largestMessageOctets = 25 * kOctetsPerMegabyte;
    sender.habits = {.heloOnly = true, .noMessageId = true};
    return sender;
}

void tst_Inventory::decodesWhatSpreadsheetsSave_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::addColumn<QString>("encoding");
    QTest::newRow("UTF-8") << QByteArray("Ger\xC3\xA4t") << QStringLiteral("UTF-8");
    QTest::newRow("UTF-8 with BOM") << QByteArray("\xEF\xBB\xBFGer\xC3\xA4t") << QStringLiteral("UTF-8");
    QTest::newRow("UTF-16 little end first") << QByteArray("\xFF\xFEG\0e\0r\0\xE4\0t\0", 12) << QStringLiteral("UTF-16");
    QTest::newRow("UTF-16 big end first") << QByteArray("\xFE\xFF\0G\0e\0r\0\xE4\0t", 12) << QStringLiteral("UTF-16");
    QTest::newRow("Windows-1252") << QByteArray("Ger\xE4t") << QStringLiteral("Windows-1252");
}

void tst_Inventory::decodesWhatSpreadsheetsSave()
{
    QFETCH(QByteArray, octets);
    QFETCH(QString, encoding);
    const auto text = decodeInventory(octets);
    QVERIFY(text);
    QCOMPARE_EQ(text->text, QStringLiteral("Gerät"));
    QCOMPARE_EQ(text->encoding, encoding);
    QCOMPARE_EQ(decodeInventory("\x80 \x93x\x94")->text, QStringLiteral("€ “x”"));
}

void tst_Inventory::readsFilesThatWerePutTogether()
{
    const Inventory inventory = read(QStringLiteral("\uFEFFName,From\nA,a@contoso.com\n\uFEFFB,b@contoso.com\n"));
    QCOMPARE_EQ(inventory.senders.size(), 2u);
    QCOMPARE_EQ(inventory.senders[1].name, QStringLiteral("B"));
    const Site site = withInventory({}, inventory);
    QCOMPARE_EQ(*parseSite(toJson(site)), site);
}

void tst_Inventory::refusesWhatIsNotText_data()
{
    QTest::addColumn<QByteArray>("octets");
    QTest::newRow("an Excel workbook") << QByteArray("PK\x03\x04 and so on");
    QTest::newRow("an old Excel workbook") << QByteArray("\xD0\xCF\x11\xE0\xA1\xB1");
    QTest::newRow("a NUL") << QByteArray("a\0b", 3);
    QTest::newRow("half a character of UTF-16") << QByteArray("\xFF\xFEG\0e", 5);
}

void tst_Inventory::refusesWhatIsNotText()
{
    QFETCH(QByteArray, octets);
    const auto text = decodeInventory(octets);
    QVERIFY(!text);
    QCOMPARE_EQ(text.error().kind, ErrorKind::InvalidInput);
    QVERIFY(text.error().detail.endsWith(u'.'));
}

void tst_Inventory::findsTheDelimiter_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QChar>("delimiter");
    QTest::addColumn<int>("columns");
    QTest::newRow("comma") << QStringLiteral("Name,From\nA,a@example.com") << QChar(u',') << 2;
    QTest::newRow("semicolon") << QStringLiteral("Name;From\r\nA, left;a@example.com\r\nB, right;b@example.com")
                               << QChar(u';') << 2;
    QTest::newRow("tab") << QStringLiteral("Name\tFrom\nA; B\ta@example.com") << QChar(u'\t') << 2;
    QTest::newRow("said by Excel") << QStringLiteral("sep=|\nName|From\nA,B|a@example.com") << QChar(u'|') << 2;
    QTest::newRow("one column") << QStringLiteral("Name\nA\nB") << QChar(u',') << 1;
    QTest::newRow("in quotation marks") << QStringLiteral("\"Name; or so\",From\n\"A;B;C\",a@example.com") << QChar(u',')
                                        << 2;
}

void tst_Inventory::findsTheDelimiter()
{
    QFETCH(QString, text);
    QFETCH(QChar, delimiter);
    QFETCH(int, columns);
    QCOMPARE_EQ(table(text).delimiter, delimiter);
    QCOMPARE_EQ(table(text).headings.size(), columns);
}

void tst_Inventory::cellsMayHoldDelimitersQuotesAndLineBreaks()
{
    const InventoryTable parsed =
        table(QStringLiteral("\uFEFFName,From\r\n\r\n\"Scanner, \"\"left\"\"\r\nground floor\",a@example.com\r\nB,b@example.com\r"));
    QCOMPARE_EQ(parsed.rows.size(), 2u);
    QCOMPARE_EQ(parsed.rows[0].line, 3);
    QCOMPARE_EQ(parsed.rows[0].cells.front(), QStringLiteral("Scanner, \"left\"\nground floor"));
    QCOMPARE_EQ(parsed.rows[1].line, 5);
    QCOMPARE_EQ(read(QStringLiteral("Name,From\n\"Scanner\nleft\",")).senders.front().name, QStringLiteral("Scanner left"));
}

void tst_Inventory::aQuotationMarkThatIsNeverClosedSpoilsItsOwnLineOnly()
{
    const Inventory inventory = read(QStringLiteral("Name,From\nA,a@example.com\n\"B,b@example.com\nC,c@example.com\n"));
    QCOMPARE_EQ(inventory.senders.size(), 2u);
    QCOMPARE_EQ(inventory.badLines.size(), 1u);
    QCOMPARE_EQ(inventory.badLines.front().line, 3);
    QVERIFY(inventory.badLines.front().sentence.contains(QStringLiteral("quotation mark")));
}

void tst_Inventory::aQuotedCellDoesNotSwallowTheRestOfTheFile()
{
    QString text = QStringLiteral("Name,From\n\"A,a@example.com\n");
    for (int i = 0; i < 200; ++i)
        text += QStringLiteral("B%1,b%1@example.com\n").arg(i);
    text += QStringLiteral("\"Z\",z@example.com\n");
    const Inventory inventory = read(text);
    QCOMPARE_EQ(inventory.badLines.size(), 1u);
    QCOMPARE_EQ(inventory.senders.size(), 201u);
}

void tst_Inventory::recognisesHeadingsOfFourLanguages_data()
{
    QTest::addColumn<QString>("heading");
    QTest::addColumn<SenderFact>("fact");
    QTest::newRow("Device") << QStringLiteral("Device") << SenderFact::Name;
    QTest::newRow("Gerät") << QStringLiteral("Gerät") << SenderFact::Name;
    QTest::newRow("GERAET") << QStringLiteral("GERAET") << SenderFact::Name;
    QTest::newRow("Absender") << QStringLiteral("Absender") << SenderFact::From;
    QTest::newRow("E-Mail-Adresse") << QStringLiteral("E-Mail-Adresse") << SenderFact::From;
    QTest::newRow("Expéditeur") << QStringLiteral("Expéditeur") << SenderFact::From;
    QTest::newRow("Remitente") << QStringLiteral("remitente") << SenderFact::From;
    QTest::newRow("Hersteller") << QStringLiteral("Hersteller") << SenderFact::Vendor;
    QTest::newRow("Größe (MB)") << QStringLiteral("Größe (MB)") << SenderFact::LargestMessage;
    QTest::newRow("Groesse") << QStringLiteral("Groesse") << SenderFact::LargestMessage;
    QTest::newRow("IP address") << QStringLiteral("IP address") << SenderFact::LanAddress;
    QTest::newRow("TLS version") << QStringLiteral("TLS-Version") << SenderFact::Tls;
    QTest::newRow("Empfänger pro Tag") << QStringLiteral("Empfänger pro Tag") << SenderFact::RecipientsPerDay;
    QTest::newRow("messages/min") << QStringLiteral("Messages/min") << SenderFact::MessagesPerMinute;
}

void tst_Inventory::recognisesHeadingsOfFourLanguages()
{
    QFETCH(QString, heading);
    QFETCH(SenderFact, fact);
    const auto recognised = recogniseColumn(heading);
    QVERIFY(recognised);
    QCOMPARE_EQ(*recognised, fact);
    QVERIFY(!recogniseColumn(QStringLiteral("Serial number")));
}

void tst_Inventory::everyFactHasAColumnThatIsRecognised()
{
    QStringList headings;
    for (const SenderFact fact : senderFacts()) {
        QCOMPARE_EQ(parseSenderFact(toString(fact)), std::optional(fact));
        QCOMPARE_EQ(recogniseColumn(toString(fact)), std::optional(fact));
        QCOMPARE_EQ(recogniseColumn(columnTitle(fact)), std::optional(fact));
        headings += columnTitle(fact);
    }
    const InventoryMapping mapping = guessMapping(table(inventoryLine(headings, u';')));
    for (const SenderFact fact : senderFacts())
        QVERIFY(std::ranges::count(mapping, std::optional(fact)) == 1);
}

void tst_Inventory::columnsWithoutHeadingsAreToldByTheirCells()
{
    const InventoryTable parsed =
        table(QStringLiteral("Scanner left\tscan@example.com\t192.0.2.7\nPrinter\tprint@example.com\t192.0.2.8"));
    QVERIFY(!parsed.hasHeadings);
    QCOMPARE_EQ(parsed.headings.front(), QStringLiteral("Column 1"));
    const InventoryMapping expected{SenderFact::Name, SenderFact::From, SenderFact::LanAddress};
    QCOMPARE_EQ(guessMapping(parsed), expected);
    QVERIFY(parseInventory(QStringLiteral("a@example.com,b"), Headings::Present)->hasHeadings);
    QVERIFY(!parseInventory(QStringLiteral("Name,From"), Headings::Absent)->hasHeadings);
}

void tst_Inventory::anAddressColumnOfNumbersIsTheLanAddress()
{
    const InventoryMapping mapping = guessMapping(table(QStringLiteral("Name,Address\nA,192.0.2.7\nB,192.0.2.8")));
    QCOMPARE_EQ(mapping[1], std::optional(SenderFact::LanAddress));
}

void tst_Inventory::aNameMustBeMappedOnce()
{
    const InventoryTable parsed = table(QStringLiteral("A,B\n1,2"));
    QVERIFY(!readInventory(parsed, {std::nullopt, SenderFact::Vendor}, {}));
    const auto twice = readInventory(parsed, {SenderFact::Name, SenderFact::Name}, {});
    QVERIFY(!twice);
    QVERIFY(twice.error().detail.contains(QStringLiteral("\"A\" and \"B\"")));
    QVERIFY(readInventory(parsed, {SenderFact::Name, std::nullopt}, {}));
}

void tst_Inventory::readsAnswersAsPeopleWriteThem_data()
{
    QTest::addColumn<SenderFact>("fact");
    QTest::addColumn<QString>("cell");
    QTest::addColumn<QString>("expected");
    const auto row = [](SenderFact fact, const char *cell, const char *expected) {
        QTest::addRow("%s: %s", qPrintable(toString(fact)), cell)
            << fact << QString::fromUtf8(cell) << QString::fromUtf8(expected);
    };
    for (const char *yes : {"yes", "Ja", "oui", "Sí", "1", "x", "X", "TRUE", "✓"})
        row(SenderFact::StartTls, yes, "yes");
    for (const char *no : {"no", "Nein", "non", "0", "false", "✗"})
        row(SenderFact::StartTls, no, "no");
    for (const char *unknown : {"", "?", "-", "n/a", "unknown", "unbekannt"})
        row(SenderFact::StartTls, unknown, "");
    row(SenderFact::Tls, "TLS 1.2", "tls1.2");
    row(SenderFact::Tls, "TLSv1.2", "tls1.2");
    row(SenderFact::Tls, "tls12", "tls1.2");
    row(SenderFact::Tls, "1.3", "tls1.3");
    row(SenderFact::Tls, "1,2", "tls1.2");
    row(SenderFact::Tls, "TLS 1.0/1.1/1.2", "tls1.2");
    row(SenderFact::Tls, "SSL 3.0, TLS 1.0", "tls1.0");
    row(SenderFact::Tls, "TLS1", "tls1.0");
    row(SenderFact::Tls, "SSLv3", "ssl3");
    row(SenderFact::Tls, "keine", "none");
    row(SenderFact::Tls, "TLS", "");     // which, it does not say: unknown never counts as yes
    row(SenderFact::Tls, "SSL/TLS", "");
    row(SenderFact::SignIn, "User name and password", "basic");
    row(SenderFact::SignIn, "OAuth2", "oauth");
    row(SenderFact::SignIn, "Zertifikat", "client-certificate");
    row(SenderFact::SignIn, "anonymous", "none");
    row(SenderFact::SignIn, "yes", "");
    row(SenderFact::Kind, "Multifunktionsgerät", "scanner");
    row(SenderFact::Kind, "Drucker im 2. Stock", "printer");
    row(SenderFact::Kind, "Imprimante", "printer");
    row(SenderFact::Kind, "USV", "ups");
    row(SenderFact::Reach, "Internal + external", "both");
    row(SenderFact::Reach, "intern", "internal");
    row(SenderFact::Hosting, "On-premises", "own-lan");
    row(SenderFact::From, "Scanner <scan@contoso.com>", "scan@contoso.com");
    row(SenderFact::AlsoFrom, "a@contoso.com; b@contoso.com\nc@contoso.com", "a@contoso.com; b@contoso.com; c@contoso.com");
    row(SenderFact::RecipientsPerDay, "12.000", "12000");
    row(SenderFact::RecipientsPerDay, "12,000", "12000");
    row(SenderFact::RecipientsPerDay, "1 200 000", "1200000");
    row(SenderFact::RecipientsPerDay, "12'000", "12000");
    row(SenderFact::OnlyPort, "25", "25");
    row(SenderFact::LargestMessage, "25 MB", "25 MB");
    row(SenderFact::LargestMessage, "25", "25 MB");
    row(SenderFact::LargestMessage, "1,5 GB", "1536 MB");
    row(SenderFact::LargestMessage, "1.5 Mo", "1536 KB");
    row(SenderFact::LargestMessage, "26214400", "25 MB");
    row(SenderFact::LargestMessage, "300 KB", "300 KB");
    row(SenderFact::LargestMessage, "17 bytes", "17 B");
    row(SenderFact::Habits, "no-date, HELO-only", "helo-only; no-date");
    row(SenderFact::Habits, "?", "");
}

void tst_Inventory::readsAnswersAsPeopleWriteThem()
{
    QFETCH(SenderFact, fact);
    QFETCH(QString, cell);
    QFETCH(QString, expected);
    Sender sender;
    const auto set = setFact(sender, fact, cell);
    QVERIFY2(set, set ? "" : qPrintable(set.error().detail));
    QCOMPARE_EQ(factText(sender, fact), expected);
}

void tst_Inventory::aWrongCellChangesNothing_data()
{
    QTest::addColumn<SenderFact>("fact");
    QTest::addColumn<QString>("cell");
    QTest::newRow("no address") << SenderFact::From << QStringLiteral("scanner");
    QTest::newRow("one of two addresses") << SenderFact::AlsoFrom << QStringLiteral("a@example.com b");
    QTest::newRow("a word for a number") << SenderFact::MessagesPerMinute << QStringLiteral("many");
    QTest::newRow("below nothing") << SenderFact::MessagesPerMinute << QStringLiteral("-5");
    QTest::newRow("a fraction") << SenderFact::RecipientsPerDay << QStringLiteral("1.5");
    QTest::newRow("no port") << SenderFact::OnlyPort << QStringLiteral("70000");
    QTest::newRow("no address of a network") << SenderFact::LanAddress << QStringLiteral("192.0.2.300");
    QTest::newRow("no version") << SenderFact::Tls << QStringLiteral("old");
    QTest::newRow("a version that it lacks") << SenderFact::Tls << QStringLiteral("kein TLS 1.2");
    QTest::newRow("below a version") << SenderFact::Tls << QStringLiteral("< TLS 1.2");
    QTest::newRow("no unit") << SenderFact::LargestMessage << QStringLiteral("25 apples");
    QTest::newRow("no habit") << SenderFact::Habits << QStringLiteral("no-date; shouts");
    QTest::newRow("neither yes nor no") << SenderFact::StartTls << QStringLiteral("maybe");
    QTest::newRow("a control character") << SenderFact::Name << QStringLiteral("bell\a");
}

void tst_Inventory::aWrongCellChangesNothing()
{
    QFETCH(SenderFact, fact);
    QFETCH(QString, cell);
    Sender sender = everyFact();
    const auto set = setFact(sender, fact, cell);
    QVERIFY(!set);
    QVERIFY2(set.error().detail.startsWith(columnTitle(fact) + u':'), qPrintable(set.error().detail));
    QVERIFY(set.error().detail.endsWith(u'.'));
    QVERIFY(sender == everyFact());
}

void tst_Inventory::theUnitOfAHeadingCounts()
{
    const Inventory inventory = read(QStringLiteral("Name,Max size (KB)\nA,512\nB,2 MB\n"));
    QCOMPARE_EQ(inventory.senders[0].largestMessageOctets, std::optional<std::uint64_t>(512 * 1024));
    QCOMPARE_EQ(inventory.senders[1].largestMessageOctets, std::optional<std::uint64_t>(2 * kOctetsPerMegabyte));
}

void tst_Inventory::aBadLineIsNamedAndLeftOutWhole()
{
    const Inventory inventory =
        read(QStringLiteral("Name;Absender;TLS\nA;a@example.com;1.2\nB;not an address;1.2\n;c@example.com;1.2\nD;d@example.com;x?y\n"));
    QCOMPARE_EQ(inventory.senders.size(), 1u);
    QCOMPARE_EQ(inventory.badLines.size(), 3u);
    QCOMPARE_EQ(inventory.badLines[0].line, 3);
    QVERIFY(inventory.badLines[0].sentence.startsWith(QStringLiteral("Sends as: ")));
    QCOMPARE_EQ(inventory.badLines[1].line, 4);
    QVERIFY(inventory.badLines[1].sentence.contains(QStringLiteral("no name")));
    QCOMPARE_EQ(inventory.badLines[2].line, 5);
}

void tst_Inventory::aLineWithTooManyCellsIsBad()
{
    const Inventory inventory = read(QStringLiteral("Name,From\nA,a@example.com,,\nScanner, left,b@example.com\nC\n"));
    QCOMPARE_EQ(inventory.senders.size(), 2u); // empty cells at the end and missing ones do not matter
    QCOMPARE_EQ(inventory.badLines.size(), 1u);
    QVERIFY(inventory.badLines.front().sentence.contains(QStringLiteral("3 cells")));
}

void tst_Inventory::idsAreUniqueInTheSite()
{
    Site site;
    Sender there;
    there.id = QStringLiteral("printer");
    there.name = QStringLiteral("Printer");
    site.senders = {there};
    const Inventory inventory = read(QStringLiteral("ID,Name\n,Printer\nprinter,Other\n,Printer\n,!!!\n"), site);
    QStringList ids;
    for (const Sender &sender : inventory.senders)
        ids += sender.id;
    QCOMPARE_EQ(ids, (QStringList{QStringLiteral("printer-2"), QStringLiteral("printer-3"), QStringLiteral("printer-4"),
                                  QStringLiteral("sender")}));
    QCOMPARE_EQ(withInventory(site, inventory).senders.size(), 5u);
}

void tst_Inventory::duplicatesArePointedOutOrLeftOut()
{
    const QString text = QStringLiteral("Name,From\nA,a@example.com\nB,b@example.com\na,A@example.com\n");
    Site site;
    site.senders = read(QStringLiteral("Name,From\nB,b@example.com")).senders;
    const Inventory kept = read(text, site);
    QCOMPARE_EQ(kept.senders.size(), 3u);
    QCOMPARE_EQ(kept.duplicates.size(), 2u);
    QCOMPARE_EQ(kept.duplicates[0].line, 3);
    QVERIFY(kept.duplicates[0].sentence.contains(QStringLiteral("The site already has")));
    QVERIFY(kept.duplicates[1].sentence.contains(QStringLiteral("line 2")));
    QCOMPARE_EQ(read(text, site, Duplicates::LeaveOut).senders.size(), 1u);
}

void tst_Inventory::networksThatAreNewComeWithTheSenders()
{
    Site site;
    site.networks = {{.id = QStringLiteral("main")}};
    const Inventory inventory = read(QStringLiteral("Name,Standort\nA,main\nB,Köln Süd\nC,Köln Süd\nD,\n"), site);
    QCOMPARE_EQ(inventory.networks.size(), 1u);
    QCOMPARE_EQ(inventory.senders[1].network, QStringLiteral("koln-sud"));
    QCOMPARE_EQ(withInventory(site, inventory).networks.size(), 2u);
    QCOMPARE_EQ(withInventory({}, read(QStringLiteral("Name\nA"))).networks.front().id, QStringLiteral("main"));
}

void tst_Inventory::anUnknownKindIsTakenAsSomethingElseAndNoted()
{
    const Inventory inventory = read(QStringLiteral("Name,Kind\nA,Door controller\nB,\nC,other\n"));
    QCOMPARE_EQ(inventory.senders.size(), 3u);
    QCOMPARE_EQ(inventory.senders[0].kind, SenderKind::Other);
    QCOMPARE_EQ(inventory.notes.size(), 1u);
    QCOMPARE_EQ(inventory.notes.front().line, 2);
}

void tst_Inventory::whatIsWrittenIsReadBackUnchanged_data()
{
    QTest::addColumn<QChar>("delimiter");
    QTest::newRow("comma") << QChar(u',');
    QTest::newRow("semicolon") << QChar(u';');
    QTest::newRow("tab") << QChar(u'\t');
}

void tst_Inventory::whatIsWrittenIsReadBackUnchanged()
{
    QFETCH(QChar, delimiter);
    std::vector<Sender> senders{everyFact()};
    for (const char *name : {"=1+1", "'quoted'", "-minus", "@at", "'=x", "Büro", "a\"b", "\"", "プリンター", "1.2"}) {
        Sender sender;
        sender.name = QString::fromUtf8(name);
        sender.id = QStringLiteral("s-%1").arg(senders.size());
        senders.push_back(sender);
    }
    senders[2].largestMessageOctets = 1;
    senders[3].largestMessageOctets = Q_UINT64_C(9007199254740991);
    senders[4].id = QString(60, u'a'); // longer than the ids that we make
    senders[5].recipientsPerDay = 1'000'000'000;
    const Inventory inventory = read(writeInventory(senders, delimiter));
    QVERIFY(inventory.badLines.empty());
    QCOMPARE_EQ(inventory.senders.size(), senders.size());
    for (std::size_t i = 0; i < senders.size(); ++i)
        QVERIFY2(inventory.senders[i] == senders[i], qPrintable(senders[i].name));
}

void tst_Inventory::noCellBeginsAsAFormula()
{
    Sender sender = everyFact();
    sender.name = QStringLiteral("=HYPERLINK(\"https://example.com\")");
    sender.vendor = QStringLiteral("+1");
    const InventoryTable parsed = table(writeInventory({sender}));
    for (const QString &cell : parsed.rows.front().cells)
        QVERIFY2(cell.isEmpty() || !QStringLiteral("=+-@").contains(cell.front()), qPrintable(cell));
}

QTEST_GUILESS_MAIN(tst_Inventory)
#include "tst_Inventory.moc"
