// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"

#include "core/base/Domain.h"

#include <QTest>

#include <limits>

using namespace relaywright;

namespace {

/// Reads a document of this shape, with every getter: the first error's sentence, or nothing.
QString readError(const QByteArray &text)
{
    const auto object = parseJsonObject(text);
    if (!object)
        return object.error().detail;
    std::optional<Error> error;
    JsonReader root(*object, error);
    static_cast<void>(root.string(u"name"));
    static_cast<void>(root.string(u"note", QStringLiteral("none")));
    static_cast<void>(root.boolean(u"on", false));
    static_cast<void>(root.integer(u"port", 25, 1, 65535));
    static_cast<void>(root.strings(u"tags"));
    static_cast<void>(root.parsed<Domain>(u"domain", &Domain::parse));
    static_cast<void>(root.parsedList<Domain>(u"domains", &Domain::parse));
    static_cast<void>(root.word(u"tls", 0, {{"none", 0}, {"starttls", 1}}));
    root.object(u"inner", [](JsonReader &inner) { static_cast<void>(inner.string(u"x")); });
    root.array(u"items", [](JsonReader &item) { static_cast<void>(item.integer(u"n", 0, 0, 9)); });
    root.finish();
    if (error && error->kind != ErrorKind::InvalidInput)
        return QStringLiteral("wrong kind");
    return error ? error->detail : QString();
}

} // namespace

class tst_JsonReader : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere();
    void namesTheFault_data();
    void namesTheFault();
    void keepsTheFirstError();
    void keepsWholeNumbersWhole_data();
    void keepsWholeNumbersWhole();
    void refusesWhatIsNoObject_data();
    void refusesWhatIsNoObject();
    void quotesHostileKeysHarmlessly();
};

void tst_JsonReader::readsWhatIsThere()
{
    const auto object = parseJsonObject(R"({"name":"n","on":true,"port":587,"tags":["a","b"],"domain":"example.com",
        "tls":"starttls","inner":{"x":"y"},"items":[{"n":1},{"n":2}]})");
    QVERIFY(object);
    std::optional<Error> error;
    JsonReader root(*object, error);
    QCOMPARE(root.string(u"name"), QStringLiteral("n"));
    QCOMPARE(root.string(u"note", QStringLiteral("none")), QStringLiteral("none"));
    QCOMPARE(root.boolean(u"on", false), true);
    QCOMPARE(root.integer(u"port", 25, 1, 65535), 587);
    QCOMPARE(root.strings(u"tags"), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(root.parsed<Domain>(u"domain", &Domain::parse)->toAscii(), QStringLiteral("example.com"));
    QCOMPARE(root.word(u"tls", 0, {{"none", 0}, {"starttls", 1}}), 1);
    root.object(u"inner", [](JsonReader &inner) { QCOMPARE(inner.string(u"x"), QStringLiteral("y")); });
    qint64 sum = 0;
    root.array(u"items", [&](JsonReader &item) { sum += item.integer(u"n", 0, 0, 9); });
    QCOMPARE(sum, 3);
    root.finish();
    QVERIFY2(!error, error ? qPrintable(error->detail) : "");
}

void tst_JsonReader::namesTheFault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("path");
    const auto row = [](const char *tag, const char *text, const char *path) {
        QTest::newRow(tag) << QByteArray(text) << QString::fromLatin1(path);
    };
    row("missing", R"({})", "$.name: is missing");
    row("null", R"({"name":null})", "$.name: must be a text");
    row("number for text", R"({"name":1})", "$.name: must be a text");
    row("optional text of a wrong type", R"({"name":"n","note":[]})", "$.note:");
    row("text for boolean", R"({"name":"n","on":"true"})", "$.on: must be true or false");
    row("number for boolean", R"({"name":"n","on":1})", "$.on:");
    row("fraction", R"({"name":"n","port":25.5})", "$.port: must be a whole number");
    row("too small", R"({"name":"n","port":0})", "$.port:");
    row("too large", R"({"name":"n","port":65536})", "$.port:");
    row("huge", R"({"name":"n","port":1e300})", "$.port:");
    row("text for number", R"({"name":"n","port":"25"})", "$.port:");
    row("text for list", R"({"name":"n","tags":"a"})", "$.tags: must be a list");
    row("list of mixed types", R"({"name":"n","tags":["a",1]})", "$.tags[1]: must be a text");
    row("value that does not parse", R"({"name":"n","domain":"no"})", "$.domain: ");
    row("value in a list that does not parse", R"({"name":"n","domains":["example.com","-"]})", "$.domains[1]: ");
    row("unknown word", R"({"name":"n","tls":"maybe"})", "$.tls: must be one of: none, starttls.");
    row("list for object", R"({"name":"n","inner":[]})", "$.inner: must be an object");
    row("fault in an object", R"({"name":"n","inner":{}})", "$.inner.x: is missing");
    row("unknown in an object", R"({"name":"n","inner":{"x":"y","z":1}})", "$.inner.z: is not known");
    row("object for list", R"({"name":"n","items":{}})", "$.items: must be a list");
    row("text in a list of objects", R"({"name":"n","items":[{},"x"]})", "$.items[1]: must be an object");
    row("fault in a list", R"({"name":"n","items":[{"n":1},{"n":10}]})", "$.items[1].n: must be");
    row("unknown in a list", R"({"name":"n","items":[{"m":1}]})", "$.items[0].m: is not known");
    row("unknown", R"({"name":"n","nmae":"x"})", "$.nmae: is not known");
}

void tst_JsonReader::namesTheFault()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, path);
    const QString error = readError(text);
    QVERIFY2(error.startsWith(path), qPrintable(error));
}

void tst_JsonReader::keepsTheFirstError()
{
    QVERIFY(readError(R"({"name":1,"on":"x","what":2})").startsWith(QLatin1String("$.name:")));
}

void tst_JsonReader::keepsWholeNumbersWhole_data()
{
    QTest::addColumn<QByteArray>("number");
    QTest::addColumn<qint64>("value");
    QTest::addColumn<bool>("taken");
    QTest::newRow("beyond what a double holds") << QByteArray("9007199254740993") << qint64(9007199254740993) << true;
    QTest::newRow("largest") << QByteArray("9223372036854775807") << std::numeric_limits<qint64>::max() << true;
    QTest::newRow("one more") << QByteArray("9223372036854775808") << qint64(7) << false;
    QTest::newRow("smallest") << QByteArray("-9223372036854775808") << std::numeric_limits<qint64>::min() << true;
    QTest::newRow("written with an exponent") << QByteArray("1e3") << qint64(1000) << true;
    QTest::newRow("infinity") << QByteArray("1e999") << qint64(7) << false;
}

void tst_JsonReader::keepsWholeNumbersWhole()
{
    QFETCH(QByteArray, number);
    QFETCH(qint64, value);
    QFETCH(bool, taken);
    const auto object = parseJsonObject("{\"n\":" + number + "}");
    QVERIFY(object || !taken);
    if (!object)
        return;
    std::optional<Error> error;
    JsonReader root(*object, error);
    const qint64 read = root.integer(u"n", 7, std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max());
    QCOMPARE(read, value);
    QCOMPARE(!error, taken);
}

void tst_JsonReader::refusesWhatIsNoObject_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("line 1, column 1");
    QTest::newRow("a list") << QByteArray("[]") << QStringLiteral("one JSON object");
    QTest::newRow("binary") << QByteArray("\x00\xff\xfe", 3) << QStringLiteral("not valid JSON");
    QTest::newRow("cut off") << QByteArray("{\"a\":") << QStringLiteral("not valid JSON");
    QTest::newRow("fault in the third line") << QByteArray("{\n\"a\": 1,\n  b\n}") << QStringLiteral("line 3, column");
    QTest::newRow("text behind the object") << QByteArray("{} x") << QStringLiteral("not valid JSON");
    QTest::newRow("very deep") << QByteArray("{\"a\":") + QByteArray(100'000, '[') << QStringLiteral("not valid JSON");
    QTest::newRow("bad UTF-8") << QByteArray("{\"a\":\"\xff\"}") << QStringLiteral("not valid JSON");
}

void tst_JsonReader::refusesWhatIsNoObject()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, sentence);
    const auto object = parseJsonObject(text);
    QVERIFY(!object);
    QCOMPARE(object.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(object.error().detail.contains(sentence), qPrintable(object.error().detail));
}

void tst_JsonReader::quotesHostileKeysHarmlessly()
{
    const QString error = readError("{\"name\":\"n\",\"\\u001b[2J\\n" + QByteArray(10'000, 'k') + "\":1}");
    QVERIFY(!error.contains(QChar(0x1b)) && !error.contains(u'\n'));
    QVERIFY(error.size() < 400);
}

QTEST_GUILESS_MAIN(tst_JsonReader)
#include "tst_JsonReader.moc"
