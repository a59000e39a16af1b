// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"

#include <QTest>

using namespace relaywright;

namespace {

QByteArray document(const QByteArray &facts, const QByteArray &errors = "[]")
{
    return R"({"schema": "relaywright.knowledge/1", "sources": [{"key": "A", "title": "A page", "url": "https://example.com/"}],)"
           R"( "facts": )"
           + facts + R"(, "errors": )" + errors + "}";
}

QByteArray fact(const QByteArray &id, const QByteArray &value, const QByteArray &more = {})
{
    return "{\"id\": \"" + id + "\", \"statement\": \"It is so.\", \"value\": " + value
           + ", \"source\": \"A\", \"asOf\": \"2026-11-22\", \"confidence\": \"documented\"" + more + "}";
}

QByteArray entry(const QByteArray &more)
{
    return R"([{"id": "x", "title": "It was refused.", "causes": [{"text": "Because."}], "remedies": ["Do."], "source": "A",)"
           R"( "confidence": "inferred", )"
           + more + "}]";
}

/// Every text of an entry that people read.
QStringList textsOf(const ErrorEntry &entry)
{
    QStringList texts = QStringList{entry.title, entry.check} + entry.remedies;
    for (const ErrorCause &cause : entry.causes)
        texts += {cause.text, cause.check, cause.remedy};
    return texts;
}

Result<Knowledge> parseOne(const QByteArray &text)
{
    return Knowledge::parse({{QStringLiteral("a.json"), text}});
}

} // namespace

class tst_Knowledge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAFact();
    void readsAnErrorEntry();
    void namesTheFileAndThePathOfAFault_data();
    void namesTheFileAndThePathOfAFault();
    void refusesANewerDocument();
    void laterDocumentsOverrideById();
    void theCompiledInDocumentsAreRead();
    void everyFactIsWhole();
    void everyErrorEntrySpeaksInSentences();
    void theDatesOfTheAnnouncementsAreThoseOfMicrosoft();
    void readsAVendorsWords();
    void namesTheFaultOfAVendor_data();
    void namesTheFaultOfAVendor();
    void recognisesTheVendor_data();
    void recognisesTheVendor();
    void everyVendorSpeaksForItself();
    void aUsersFactTakesThePlaceOfTheBuiltInOne();
    void aUsersFactOfAnotherKindIsRefusedByFileAndName();
    void withoutAFolderTheBuiltInKnowledgeHolds();
};

void tst_Knowledge::readsAFact()
{
    const auto knowledge = parseOne(document("[" + fact("a.b", "30", ", \"unit\": \"messages/minute\"") + "]"));
    QVERIFY2(knowledge, qPrintable(knowledge ? QString() : knowledge.error().detail));
    const Fact &read = knowledge->fact(QStringLiteral("a.b"));
    QCOMPARE_EQ(read.source, (Source{QStringLiteral("A page"), QStringLiteral("https://example.com/")}));
    QCOMPARE_EQ(read.unit, QStringLiteral("messages/minute"));
    QCOMPARE_EQ(read.asOf, QDate(2026, 11, 22));
    QCOMPARE_EQ(knowledge->number(QStringLiteral("a.b")), 30);
    QVERIFY(!knowledge->find(QStringLiteral("a.c")));
    QCOMPARE_EQ(knowledge->asOf(), QDate(2026, 11, 22));
}

void tst_Knowledge::readsAnErrorEntry()
{
    const auto knowledge =
        parseOne(document("[]", entry(R"("codes": ["550"], "enhanced": ["5.7.606-649"], "phrase": "banned",
        "stages": ["rcpt"], "methods": ["direct-send"], "ports": ["25"], "check": "Look.", "artifact": "spf-record", "retry": true)")));
    QVERIFY2(knowledge, qPrintable(knowledge ? QString() : knowledge.error().detail));
    const ErrorEntry &read = knowledge->errors().at(0);
    QCOMPARE_EQ(read.codes, (std::vector<int>{550}));
    QCOMPARE_EQ(read.ports, (std::vector<int>{25}));
    QCOMPARE_EQ(read.artifactKind, QStringLiteral("spf-record"));
    QVERIFY(read.retry);
    QCOMPARE_EQ(read.confidence, Confidence::Inferred);
}

void tst_Knowledge::namesTheFileAndThePathOfAFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("path");
    QTest::newRow("not JSON") << QByteArray("{") << QStringLiteral("line 1");
    QTest::newRow("no schema") << QByteArray("{}") << QStringLiteral("$.schema");
    QTest::newRow("unknown member") << QByteArray(R"({"schema": "relaywright.knowledge/1", "notes": []})")
                                    << QStringLiteral("$.notes");
    QTest::newRow("a fact twice") << document("[" + fact("a", "1") + "," + fact("a", "2") + "]")
                                  << QStringLiteral("$.facts[1].id");
    QTest::newRow("no statement") << document(R"([{"id": "a"}])") << QStringLiteral("$.facts[0].statement");
    QTest::newRow("a value that is an object")
        << document("[" + fact("a", "{}") + "]") << QStringLiteral("$.facts[0].value");
    QTest::newRow("a count that is a text")
        << document("[" + fact("a", "\"x\"", ", \"unit\": \"octets\"") + "]") << QStringLiteral("$.facts[0].value");
    QTest::newRow("a date that is none") << document("[" + fact("a", "\"2026-13-01\"", ", \"unit\": \"date\"") + "]")
                                         << QStringLiteral("$.facts[0].value");
    QTest::newRow("an id with spaces") << document("[" + fact("a b", "1") + "]") << QStringLiteral("$.facts[0].id");
    QTest::newRow("unknown source") << document("[" + fact("a", "1").replace("\"A\"", "\"B\"") + "]")
                                    << QStringLiteral("$.facts[0].source");
    QTest::newRow("unknown confidence") << document("[" + fact("a", "1").replace("documented", "sure") + "]")
                                        << QStringLiteral("$.facts[0].confidence");
    QTest::newRow("an entry that matches everything")
        << document("[]", entry(R"("check": "")")) << QStringLiteral("$.errors[0].id");
    QTest::newRow("a phrase that is no expression")
        << document("[]", entry(R"("phrase": "(")")) << QStringLiteral("$.errors[0].phrase");
    QTest::newRow("an impossible code") << document("[]", entry(R"("codes": ["999"])"))
                                        << QStringLiteral("$.errors[0].codes");
    QTest::newRow("a bad enhanced code") << document("[]", entry(R"("enhanced": ["7.1"])"))
                                         << QStringLiteral("$.errors[0].enhanced");
    QTest::newRow("an unknown stage") << document("[]", entry(R"("codes": ["550"], "stages": ["dance"])"))
                                      << QStringLiteral("$.errors[0].stages");
    QTest::newRow("an unknown method") << document("[]", entry(R"("codes": ["550"], "methods": ["pigeon"])"))
                                       << QStringLiteral("$.errors[0].methods");
    QTest::newRow("a cause that is no sentence")
        << document("[]", entry(R"("codes": ["550"])").replace("Because.", "Because"))
        << QStringLiteral("$.errors[0].causes[0].text");
    QTest::newRow("no cause") << document("[]", entry(R"("codes": ["550"])").replace(R"({"text": "Because."})", ""))
                              << QStringLiteral("$.errors[0].causes");
    QTest::newRow("a cause with a condition that nobody knows") << document(
        "[]", entry(R"("codes": ["550"])").replace(R"("Because.")", R"("Because.", "likelier": ["full-moon"])"))
                                                                << QStringLiteral("$.errors[0].causes[0].likelier");
    QTest::newRow("a cause with a member that nobody knows")
        << document("[]", entry(R"("codes": ["550"])").replace(R"("Because.")", R"("Because.", "odds": "even")"))
        << QStringLiteral("$.errors[0].causes[0].odds");
    QTest::newRow("a remedy that is no sentence")
        << document("[]", entry(R"("codes": ["550"])").replace(R"("Because.")", R"("Because.", "remedy": "Do")"))
        << QStringLiteral("$.errors[0].causes[0].remedy");
    QTest::newRow("nothing to do") << document("[]",
                                               entry(R"("codes": ["550"])").replace(R"("remedies": ["Do."], )", ""))
                                   << QStringLiteral("$.errors[0].remedies");
    QTest::newRow("a stage of SMTP and a web service")
        << document("[]", entry(R"("codes": ["550"], "stages": ["rcpt", "http"])"))
        << QStringLiteral("$.errors[0].stages");
    QTest::newRow("testing again from a web service")
        << document("[]", entry(R"("codes": ["550"], "testAgainFrom": "token")"))
        << QStringLiteral("$.errors[0].testAgainFrom");
    QTest::newRow("an unknown outcome") << document("[]", entry(R"("outcomes": ["exploded"])"))
                                        << QStringLiteral("$.errors[0].outcomes");
}

void tst_Knowledge::namesTheFileAndThePathOfAFault()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, path);
    const auto knowledge = parseOne(text);
    QVERIFY(!knowledge);
    QCOMPARE_EQ(knowledge.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(knowledge.error().detail.startsWith(QStringLiteral("a.json: ")), qPrintable(knowledge.error().detail));
    QVERIFY2(knowledge.error().detail.contains(path), qPrintable(knowledge.error().detail));
}

void tst_Knowledge::refusesANewerDocument()
{
    const auto knowledge = parseOne(R"({"schema": "relaywright.knowledge/2", "facts": "of another shape"})");
    QVERIFY(!knowledge);
    QCOMPARE_EQ(knowledge.error().kind, ErrorKind::Unsupported);
}

void tst_Knowledge::laterDocumentsOverrideById()
{
    const auto knowledge = Knowledge::parse({
        {QStringLiteral("1.json"),
         document("[" + fact("a", "1") + "," + fact("b", "2") + "]", entry(R"("codes": ["550"])"))},
        {QStringLiteral("2.json"), document("[" + fact("a", "3") + "]", entry(R"("codes": ["554"])"))},
    });
    QVERIFY(knowledge);
    QCOMPARE_EQ(knowledge->number(QStringLiteral("a")), 3);
    QCOMPARE_EQ(knowledge->number(QStringLiteral("b")), 2);
    QCOMPARE_EQ(knowledge->errors().size(), 1u);
    QCOMPARE_EQ(knowledge->errors().at(0).codes, (std::vector<int>{554}));
}

void tst_Knowledge::theCompiledInDocumentsAreRead()
{
    const Knowledge &knowledge = Knowledge::builtIn();
    QVERIFY(knowledge.facts().size() > 100);
    QVERIFY(knowledge.errors().size() > 100);
    QCOMPARE_EQ(knowledge.text(QStringLiteral("client-submission.host.worldwide")),
                QStringLiteral("smtp.office365.com"));
    QCOMPARE_EQ(knowledge.number(QStringLiteral("client-submission.port")), 587);
    QCOMPARE_EQ(knowledge.asOf(), QDate(2026, 11, 22));
}

void tst_Knowledge::everyFactIsWhole()
{
    for (const auto &[id, fact] : Knowledge::builtIn().facts()) {
        QVERIFY2(fact.statement.endsWith(u'.')
                     && fact.statement.front().isUpper() == !fact.statement.startsWith(QLatin1String("smtp")),
                 qPrintable(id));
        QVERIFY2(!fact.source.title.isEmpty(), qPrintable(id));
        QVERIFY2(fact.asOf.isValid() && fact.asOf <= QDate(2026, 11, 22), qPrintable(id));
        // What has no public page behind it must not pass for documented.
        QVERIFY2(!fact.source.url.isEmpty() || fact.confidence != Confidence::Documented, qPrintable(id));
    }
}

void tst_Knowledge::everyErrorEntrySpeaksInSentences()
{
    static const QRegularExpression leftOver(QStringLiteral("\\{(?!server\\}|user\\}|sender\\}|recipient\\}|where\\})"));
    for (const ErrorEntry &entry : Knowledge::builtIn().errors()) {
        QVERIFY2(entry.title.endsWith(u'.'), qPrintable(entry.id));
        const QStringList texts = textsOf(entry);
        for (const QString &text : texts)
            QVERIFY2(!text.contains(leftOver) && !text.contains(u'!'), qPrintable(entry.id));
        QVERIFY2(!entry.source.url.isEmpty() || entry.confidence != Confidence::Documented, qPrintable(entry.id));
    }
}

void tst_Knowledge::theDatesOfTheAnnouncementsAreThoseOfMicrosoft()
{
    const Knowledge &knowledge = Knowledge::builtIn();
    QCOMPARE_EQ(knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default")), QDate(2026, 12, 31));
    QCOMPARE_EQ(knowledge.date(QStringLiteral("hve.basic.until")), QDate(2028, 9, 30));
    QCOMPARE_EQ(knowledge.fact(QStringLiteral("smtp-auth.basic.switch-name")).confidence, Confidence::Unverified);
    QVERIFY(!knowledge.date(QStringLiteral("client-submission.host.worldwide")).isValid());
}

namespace {

QByteArray vendor(const QByteArray &id, const QByteArray &aliases)
{
    return R"({"id": ")" + id + R"(", "name": "Maker", "aliases": )" + aliases
           + R"(, "menu": "Setup > Mail",)"
             R"( "labels": {"server": "S", "port": "P", "encryption": "E", "signIn": "A", "user": "U", "password": "W",)"
             R"( "from": "F"}, "encryption": {"none": "a", "opportunistic": "b", "starttls": "c", "implicit": "d"},)"
             R"( "signIn": {"none": "e", "basic": "f", "oauth": "g"}, "test": "Press it.", "traps": ["It hangs."],)"
             R"( "source": "A", "asOf": "2026-11-22", "confidence": "general-knowledge"})";
}

QByteArray vendors(const QByteArray &entries)
{
    return R"({"schema": "relaywright.knowledge/1", "sources": [{"key": "A", "title": "A manual"}], "vendors": [)"
           + entries + "]}";
}

} // namespace

void tst_Knowledge::readsAVendorsWords()
{
    const auto knowledge = parseOne(vendors(vendor("maker", R"(["maker", "make it"])")));
    QVERIFY2(knowledge, qPrintable(knowledge ? QString() : knowledge.error().detail));
    const VendorWords &words = knowledge->vendors().at(0);
    QCOMPARE_EQ(words.menu, QStringLiteral("Setup > Mail"));
    QCOMPARE_EQ(words.labels.at(QStringLiteral("encryption")), QStringLiteral("E"));
    QCOMPARE_EQ(words.encryption.at(QStringLiteral("starttls")), QStringLiteral("c"));
    QCOMPARE_EQ(words.signIn.at(QStringLiteral("oauth")), QStringLiteral("g"));
    QCOMPARE_EQ(words.source.title, QStringLiteral("A manual"));
    const auto later = Knowledge::parse({{QStringLiteral("1.json"), vendors(vendor("maker", "[]"))},
                                         {QStringLiteral("2.json"), vendors(vendor("maker", R"(["new"])"))}});
    QVERIFY(later);
    QCOMPARE_EQ(later->vendors().size(), 1u);
    QCOMPARE_EQ(later->vendors().at(0).aliases, QStringList{QStringLiteral("new")});
}

void tst_Knowledge::namesTheFaultOfAVendor_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("path");
    QTest::newRow("twice") << vendors(vendor("a", "[]") + "," + vendor("a", "[]")) << QStringLiteral("$.vendors[1].id");
    QTest::newRow("an alias in capitals")
        << vendors(vendor("a", R"(["HP"])")) << QStringLiteral("$.vendors[0].aliases");
    QTest::newRow("a label less") << vendors(vendor("a", "[]").replace(R"("port": "P", )", ""))
                                  << QStringLiteral("$.vendors[0].labels.port");
    QTest::newRow("a label more") << vendors(
        vendor("a", "[]").replace(R"("port": "P")", R"("port": "P", "colour": "C")"))
                                  << QStringLiteral("$.vendors[0].labels.colour");
    QTest::newRow("no labels") << vendors(R"({"id": "a", "name": "A", "aliases": [], "menu": "M"})")
                               << QStringLiteral("$.vendors[0].labels");
    QTest::newRow("a trap that is no sentence")
        << vendors(vendor("a", "[]").replace("It hangs.", "It hangs")) << QStringLiteral("$.vendors[0].traps");
}

void tst_Knowledge::namesTheFaultOfAVendor()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, path);
    const auto knowledge = parseOne(text);
    QVERIFY(!knowledge);
    QVERIFY2(knowledge.error().detail.contains(path), qPrintable(knowledge.error().detail));
}

void tst_Knowledge::recognisesTheVendor_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("id");
    QTest::newRow("a maker and a model") << QStringLiteral("HP LaserJet M428") << QStringLiteral("hp");
    QTest::newRow("a model alone") << QStringLiteral("bizhub C300i") << QStringLiteral("konica-minolta");
    QTest::newRow("two words") << QStringLiteral("Konica Minolta") << QStringLiteral("konica-minolta");
    QTest::newRow("with a hyphen") << QStringLiteral("Hewlett-Packard") << QStringLiteral("hp");
    QTest::newRow("an application") << QStringLiteral("Microsoft SQL Server 2022") << QStringLiteral("sql-server");
    QTest::newRow("a slash") << QStringLiteral("SAP S/4HANA") << QStringLiteral("sap");
    QTest::newRow("a UPS card") << QStringLiteral("APC by Schneider Electric, AP9631") << QStringLiteral("apc");
    QTest::newRow("a NAS") << QStringLiteral("synology ds920+") << QStringLiteral("synology");
    QTest::newRow("part of a word only") << QStringLiteral("Sapphire Sharpener") << QStringLiteral("generic");
    QTest::newRow("nothing") << QString() << QStringLiteral("generic");
    QTest::newRow("somebody else") << QStringLiteral("Acme Mailer <b>") << QStringLiteral("generic");
}

void tst_Knowledge::recognisesTheVendor()
{
    QFETCH(QString, text);
    QFETCH(QString, id);
    QCOMPARE_EQ(Knowledge::builtIn().vendorWords(text).id, id);
}

void tst_Knowledge::everyVendorSpeaksForItself()
{
    QStringList ids;
    for (const VendorWords &words : Knowledge::builtIn().vendors()) {
        ids += words.id;
        QVERIFY2(words.test.endsWith(u'.'), qPrintable(words.id));
        QVERIFY2(!words.menu.endsWith(u'.'), qPrintable(words.id)); // the sheet ends the sentence
        QVERIFY2(words.asOf <= QDate(2026, 11, 22), qPrintable(words.id));
        QVERIFY2(!words.source.url.isEmpty() || words.confidence == Confidence::GeneralKnowledge, qPrintable(words.id));
        // Recognised by its own name, so that what people write first finds it.
        QCOMPARE_EQ(Knowledge::builtIn().vendorWords(words.name).id, words.id);
    }
    for (const char *id : {"generic", "hp", "canon", "ricoh", "konica-minolta", "xerox", "brother", "epson", "kyocera",
                           "sharp", "lexmark", "synology", "qnap", "apc", "sql-server", "veeam", "sap"})
        QVERIFY2(ids.contains(QLatin1String(id)), id);
}

namespace {

QByteArray userFact(const char *id, const char *value)
{
    return QByteArray(R"({"schema": "relaywright.knowledge/1",
        "sources": [{"key": "MC", "title": "Message Center of our tenant"}],
        "facts": [{"id": ")")
           + id + R"(", "statement": "Ours.", "value": )" + value + R"(, "source": "MC",
        "asOf": "2026-12-15", "confidence": "documented"}]})";
}

} // namespace

void tst_Knowledge::aUsersFactTakesThePlaceOfTheBuiltInOne()
{
    const auto knowledge = Knowledge::overridden(
        {{QStringLiteral("ours.json"), userFact("smtp-auth.basic.off-by-default", R"("2027-03-31")")},
         {QStringLiteral("more.json"), userFact("our.own", "7")}});
    QVERIFY2(knowledge, knowledge ? "" : qPrintable(knowledge.error().detail));
    const Fact &moved = knowledge->fact(QStringLiteral("smtp-auth.basic.off-by-default"));
    QCOMPARE_EQ(knowledge->date(moved.id), QDate(2027, 3, 31));
    QCOMPARE_EQ(moved.file, QStringLiteral("ours.json"));
    QCOMPARE_EQ(moved.source.title, QStringLiteral("Message Center of our tenant"));
    QCOMPARE_EQ(knowledge->number(QStringLiteral("our.own")), 7);
    // Everything else stays as it is built in.
    QCOMPARE_EQ(knowledge->facts().size(), Knowledge::builtIn().facts().size() + 1);
    QVERIFY(knowledge->errors() == Knowledge::builtIn().errors());
    QVERIFY(knowledge->fact(QStringLiteral("hve.host")).file.isEmpty());
}

void tst_Knowledge::aUsersFactOfAnotherKindIsRefusedByFileAndName()
{
    const auto knowledge = Knowledge::overridden(
        {{QStringLiteral("ours.json"), userFact("client-submission.recipients-per-day", R"("many")")}});
    QVERIFY(!knowledge);
    QCOMPARE_EQ(knowledge.error().kind, ErrorKind::InvalidInput);
    QVERIFY(knowledge.error().detail.contains(QStringLiteral("ours.json")));
    QVERIFY(knowledge.error().detail.contains(QStringLiteral("client-submission.recipients-per-day")));
    QVERIFY(!Knowledge::overridden({{QStringLiteral("torn.json"), "{\"schema\": "}}));
}

void tst_Knowledge::withoutAFolderTheBuiltInKnowledgeHolds()
{
    const auto knowledge = Knowledge::withFolder(QStringLiteral("/nonexistent/folder"));
    QVERIFY(knowledge && knowledge->facts() == Knowledge::builtIn().facts());
}

QTEST_GUILESS_MAIN(tst_Knowledge)
#include "tst_Knowledge.moc"
