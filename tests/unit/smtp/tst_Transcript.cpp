// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"
#include "core/smtp/Transcript.h"

#include <QJsonObject>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_Transcript : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void writesLinesAsTheContractSays()
    {
        const Transcript transcript{
            {.direction = TranscriptLine::Direction::Note,
             .stage = Stage::Connect,
             .text = QStringLiteral("Connecting.")},
            {.direction = TranscriptLine::Direction::Received,
             .stage = Stage::Greeting,
             .sinceStart = 123ms,
             .text = QStringLiteral("220 mx")},
            {.direction = TranscriptLine::Direction::Sent,
             .stage = Stage::Mail,
             .sinceStart = 12345ms,
             .tls = true,
             .text = QStringLiteral("MAIL")},
        };
        QCOMPARE_EQ(toText(transcript),
                    QStringLiteral("  0.000  -- Connecting.\n  0.123  S: 220 mx\n 12.345 *C: MAIL\n"));
    }

    void writesJson()
    {
        const QJsonArray array = toJson(Transcript{{.direction = TranscriptLine::Direction::Received,
                                                    .stage = Stage::Rcpt,
                                                    .sinceStart = 7ms,
                                                    .tls = true,
                                                    .refusal = true,
                                                    .text = QStringLiteral("550 no")}});
        const QJsonObject expected{{QStringLiteral("direction"), QStringLiteral("received")},
                                   {QStringLiteral("stage"), QStringLiteral("rcpt")},
                                   {QStringLiteral("ms"), 7},
                                   {QStringLiteral("tls"), true},
                                   {QStringLiteral("refusal"), true},
                                   {QStringLiteral("text"), QStringLiteral("550 no")}};
        QCOMPARE_EQ(array, QJsonArray{expected});
    }

    void writesAndReadsWhatALineKnows()
    {
        const TranscriptLine line{.direction = TranscriptLine::Direction::Received,
                                  .stage = Stage::Auth,
                                  .sinceStart = 1500ms,
                                  .tls = true,
                                  .text = QStringLiteral("334 VXNlcm5hbWU6"),
                                  .octets = 18,
                                  .decoded = QStringLiteral("Username:")};
        const TranscriptLine message{
            .stage = Stage::Data, .text = QStringLiteral("message, 7 octets"), .octets = 7, .message = true};
        std::optional<Error> error;
        Transcript read;
        for (const QJsonValue &value : toJson(Transcript{line, message})) {
            JsonReader reader(value.toObject(), error);
            read.push_back(transcriptLineFromJson(reader));
        }
        QVERIFY2(!error, error ? qPrintable(error->detail) : "");
        QCOMPARE_EQ(read, (Transcript{line, message}));
    }

    void readsNoLineWithAnUnknownStage()
    {
        std::optional<Error> error;
        QJsonObject object = toJson(Transcript{{.text = QStringLiteral("hello")}}).first().toObject();
        object.insert(QStringLiteral("stage"), QStringLiteral("helo"));
        JsonReader reader(object, error);
        (void)transcriptLineFromJson(reader);
        QVERIFY(error);
        QVERIFY(error->detail.contains(QStringLiteral("$.stage")));
    }

    void decodesText_data()
    {
        QTest::addColumn<QByteArray>("base64");
        QTest::addColumn<QString>("expected");
        QTest::newRow("prompt") << QByteArray("VXNlcm5hbWU6") << QStringLiteral("Username:");
        QTest::newRow("refused token") << QByteArray("{\"status\":\"400\"}").toBase64()
                                       << QStringLiteral("{\"status\":\"400\"}");
        QTest::newRow("not base64") << QByteArray("Username:") << QString();
        QTest::newRow("octets that are no text") << QByteArray("NTLMSSP\0\2\0", 10).toBase64() << QString();
        QTest::newRow("not UTF-8") << QByteArray("\xff\xfe\xfd").toBase64() << QString();
        QTest::newRow("empty") << QByteArray() << QString();
        QTest::newRow("longer than is looked at") << QByteArray(8000, 'a').toBase64() << QString();
    }
    void decodesText()
    {
        QFETCH(QByteArray, base64);
        QTEST(decodedText(base64), "expected");
    }

    void stageWordsGoBothWays()
    {
        const QStringList words{QStringLiteral("connect"), QStringLiteral("greeting"), QStringLiteral("ehlo"),
                                QStringLiteral("tls"),     QStringLiteral("auth"),     QStringLiteral("mail"),
                                QStringLiteral("rcpt"),    QStringLiteral("data"),     QStringLiteral("quit")};
        for (const QString &word : words) {
            const auto stage = parseStage(word.toUpper());
            QVERIFY(stage);
            QCOMPARE_EQ(toString(*stage), word);
        }
        QVERIFY(!parseStage(QStringLiteral("helo")));
    }
};

QTEST_GUILESS_MAIN(tst_Transcript)
#include "tst_Transcript.moc"
