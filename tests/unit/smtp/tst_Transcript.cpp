// SPDX-License-Identifier: GPL-3.0-or-later
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

    void hidesASecretInEveryForm()
    {
        SecretMask mask;
        mask.add("hunter2!");
        const QByteArray base64 = QByteArray("hunter2!").toBase64();
        const QByteArray masked = mask.apply("no hunter2! and " + base64 + " here, hunter2!");
        QVERIFY(!masked.contains("hunter2"));
        QVERIFY(!masked.contains(base64));
        QVERIFY(masked.startsWith("no "));
        QVERIFY(masked.contains(" here, "));
        const Reply reply = mask.apply(Reply{535, {"5.7.8 bad hunter2!", "fine"}});
        QCOMPARE_EQ(reply.code, 535);
        QVERIFY(!reply.toString().contains(QStringLiteral("hunter2")));
        QCOMPARE_EQ(reply.lines.last(), QByteArray("fine"));
    }

    void hidesTheLongerFormFirst()
    {
        SecretMask mask;
        mask.add("pass");
        mask.add("password");
        QCOMPARE_EQ(mask.apply("password"), hiddenSecret().toUtf8());
    }

    void leavesTextAloneThatHoldsNoSecret()
    {
        SecretMask mask;
        mask.add("");
        mask.add("ok");
        QCOMPARE_EQ(mask.apply("250 ok"), QByteArray("250 ok"));
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
