// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Conversation.h"

#include <QRandomGenerator>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart(1'795'000'000'000ms);

/// A conversation and what was kept of it.
struct Recorded {
    FakeClock clock{kStart};
    std::vector<std::pair<QueueId, QByteArray>> kept;
    Conversation conversation{Conversation::Leg::Device, clock,
                              [this](const QueueId &id, const QByteArray &packed) { kept.emplace_back(id, packed); }};
};

QStringList textsOf(const QByteArray &packed)
{
    QStringList texts;
    for (const MessageTimeline::Line &line : unpackConversation(packed))
        texts += line.event + u' ' + line.text;
    return texts;
}

} // namespace

class tst_Conversation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsWhatWasSaidWithItsTimes();
    void theReplyAfterTheEndBelongsToTheMessage();
    void laterMessagesNameTheFirst();
    void keepsBeginningAndEndOfALongOne();
    void hostileOctetsStayOneLine();
    void readsAnythingWithoutHarm();
};

void tst_Conversation::keepsWhatWasSaidWithItsTimes()
{
    Recorded recorded;
    recorded.conversation.add(Conversation::Voice::Note, "connected");
    recorded.clock.advance(250ms);
    recorded.conversation.add(Conversation::Voice::Received, "EHLO printer");
    recorded.conversation.add(Conversation::Voice::Sent, "250 relay");
    recorded.conversation.endMessage(QueueId(1, 2));
    QCOMPARE(recorded.kept.size(), 1u);
    QVERIFY(recorded.kept[0].first == QueueId(1, 2));
    const auto lines = unpackConversation(recorded.kept[0].second);
    QVERIFY(lines
            == (std::vector<MessageTimeline::Line>{
                {kStart, QStringLiteral("device"), QStringLiteral("note"), QStringLiteral("connected")},
                {kStart + 250ms, QStringLiteral("device"), QStringLiteral("received"), QStringLiteral("EHLO printer")},
                {kStart + 250ms, QStringLiteral("device"), QStringLiteral("sent"), QStringLiteral("250 relay")}}));
}

void tst_Conversation::theReplyAfterTheEndBelongsToTheMessage()
{
    Recorded recorded;
    recorded.conversation.add(Conversation::Voice::Received, "DATA");
    recorded.conversation.endMessage(QueueId(1, 2), 1);
    QVERIFY(recorded.kept.empty());
    recorded.conversation.add(Conversation::Voice::Sent, "250 queued");
    QCOMPARE(recorded.kept.size(), 1u);
    QCOMPARE(textsOf(recorded.kept[0].second).last(), QStringLiteral("sent 250 queued"));
}

void tst_Conversation::laterMessagesNameTheFirst()
{
    Recorded recorded;
    recorded.conversation.add(Conversation::Voice::Received, "MAIL one");
    recorded.conversation.endMessage(QueueId(1, 2));
    recorded.conversation.endMessage(QueueId(1, 3)); // nothing was said
    recorded.conversation.add(Conversation::Voice::Received, "MAIL two");
    recorded.conversation.endMessage(QueueId(1, 4));
    QCOMPARE(recorded.kept.size(), 2u);
    const QStringList texts = textsOf(recorded.kept[1].second);
    QCOMPARE(texts.size(), 2);
    QVERIFY2(texts[0].contains(QueueId(1, 2).toString()), qPrintable(texts[0]));
    QCOMPARE(texts[1], QStringLiteral("received MAIL two"));
}

void tst_Conversation::keepsBeginningAndEndOfALongOne()
{
    Recorded recorded;
    recorded.conversation.add(Conversation::Voice::Received, "first");
    for (int i = 0; i < 10'000; ++i)
        recorded.conversation.add(Conversation::Voice::Received,
                                  "RCPT TO:<somebody" + QByteArray::number(i) + "@example.com>");
    recorded.conversation.add(Conversation::Voice::Sent, "last");
    recorded.conversation.endMessage(QueueId(1, 2));
    QVERIFY(recorded.kept[0].second.size() < 16'000);
    const QStringList texts = textsOf(recorded.kept[0].second);
    QCOMPARE(texts.first(), QStringLiteral("received first"));
    QCOMPARE(texts.last(), QStringLiteral("sent last"));
    QVERIFY(texts.join(u'\n').contains(QStringLiteral("lines are left out")));
    const QByteArray longest(100'000, 'x');
    recorded.conversation.add(Conversation::Voice::Received, longest);
    recorded.conversation.endMessage(QueueId(1, 3));
    QVERIFY(recorded.kept[1].second.size() < 1000);
}

void tst_Conversation::hostileOctetsStayOneLine()
{
    static constexpr char kHostile[] = "MAIL\n>0 250 forged\nD1\0\x1b[31m\xff";
    Recorded recorded;
    recorded.conversation.add(Conversation::Voice::Received, QByteArray(kHostile, sizeof kHostile - 1));
    recorded.conversation.endMessage(QueueId(1, 2));
    const QStringList texts = textsOf(recorded.kept[0].second);
    QCOMPARE(texts.size(), 1);
    QVERIFY2(texts[0].contains(QStringLiteral("\\n>0 250 forged")), qPrintable(texts[0]));
    QVERIFY(!texts[0].contains(QChar(0x1b)));
}

void tst_Conversation::readsAnythingWithoutHarm()
{
    for (const char *packed : {"", "\n\n", ">", ">1", "D", "D-5\n>1 x", ">1 before its head",
                               "D1\n>99999999999999999999 x", "D1\n*1 x", "D1\n>1"})
        QVERIFY2(unpackConversation(packed).empty(), packed);
    QCOMPARE(textsOf("D1\n>1 x\nU5\n-0 y").size(), 2);
    QRandomGenerator random(7);
    for (int i = 0; i < 2000; ++i) {
        QByteArray packed("D1795000000000\n>1 a\n<2 b\n-3 c\n");
        for (int change = 0; change < 4; ++change)
            packed[random.bounded(packed.size())] = static_cast<char>(random.bounded(256));
        for (const MessageTimeline::Line &line : unpackConversation(packed))
            QVERIFY(!line.text.contains(u'\n'));
    }
}

QTEST_GUILESS_MAIN(tst_Conversation)
#include "tst_Conversation.moc"
