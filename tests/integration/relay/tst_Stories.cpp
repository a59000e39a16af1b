// SPDX-License-Identifier: GPL-3.0-or-later
#include "RelayFixture.h"

#include "tests/support/SmtpSink.h"
#include "tests/support/TestCertificates.h"
#include "tests/support/TestSecrets.h"

#include <QFile>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

// What a relay tells of one message, and what it does with one when asked.

namespace {

const QByteArray kMessage = "From: scanner@example.com\r\nSubject: watched\r\n\r\nhello\r\n";

/// A client and answers that are waited for.
struct Asking {
    ControlClient client{QStringLiteral("test")};

    template <class T, class Call>
    Result<T> wait(Call call)
    {
        std::optional<Result<T>> answer;
        call([&](Result<T> result) { answer = std::move(result); });
        (void)QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
        return answer.value_or(failure(ErrorKind::Timeout, QStringLiteral("no answer")));
    }
    Result<MessageTimeline> show(const QString &id)
    {
        return wait<MessageTimeline>([&](auto done) { client.show(id, &client, done); });
    }
    Result<WaitExplanation> why(const QString &id)
    {
        return wait<WaitExplanation>([&](auto done) { client.why(id, &client, done); });
    }
    Result<TracePage> trace(const TraceQuery &query)
    {
        return wait<TracePage>([&](auto done) { client.trace(query, &client, done); });
    }
};

} // namespace

class tst_Stories : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsTheWholeStoryOverBothLegsWithoutSecrets();
    void severalMessagesOfOneConnectionHaveTheirOwnStories();
    void findsAMessageInTheHistory();
    void exportsALargeMessageAsItWasAccepted();
    void saysWhyAMessageWaits();
    void sendsAgainWhatItStillHas();
    void sendsAgainWhatItKeeps();
};

void tst_Stories::tellsTheWholeStoryOverBothLegsWithoutSecrets()
{
    TestCertificates certificates;
    SmtpSink sink(SmtpSink::Options{.tls = SmtpSink::Tls::StartTls,
                                    .identity = certificates.valid(),
                                    .user = "scanner@example.com",
                                    .password = kPasswordMark});
    QVERIFY(sink.listen());
    sink.answer("MESSAGE", "250 2.0.0 Ok: queued as CLOUD123");
    RelayFixture relay;
    relay.secrets.write(QStringLiteral("scanner"), Secret(QByteArray(kPasswordMark)), qApp,
                        [](const Result<void> &) {});
    relay.setUpstream(sink.port(), QStringLiteral("starttls"),
                      {{QStringLiteral("caFile"), certificates.authorityFile()},
                       {QStringLiteral("user"), QStringLiteral("scanner@example.com")},
                       {QStringLiteral("password"), QStringLiteral("keychain:scanner")}});
    QVERIFY2(relay.start(), qPrintable(relay.problem));
    const QString id = relay.send(kMessage, {QStringLiteral("b@example.com"), QStringLiteral("c@example.com")}).id();
    QTRY_COMPARE(relay.status().delivered, 1u);
    Asking asking;
    const auto timeline = asking.show(id);
    QVERIFY2(timeline, timeline ? "" : qPrintable(timeline.error().detail));
    QCOMPARE(timeline->message.remoteId, QStringLiteral("CLOUD123"));
    QStringList lines;
    for (const MessageTimeline::Line &line : timeline->lines)
        lines += QStringLiteral("%1 %2 %3").arg(line.leg, line.event, line.text);
    qsizetype at = -1; // in this order
    for (const char *expected :
         {"device note connected from 127.0.0.1", "device received EHLO device.example.com",
          "device received MAIL FROM:<scanner@example.com>", "device received RCPT TO:<b@example.com>",
          "device sent 354 ", "device sent 250 2.0.0 Ok: queued as", "upstream sent EHLO relay.example.com",
          "upstream sent STARTTLS", "upstream sent AUTH", "upstream sent MAIL FROM:<scanner@example.com>",
          "upstream received 250 2.0.0 Ok: queued as CLOUD123"}) {
        const qsizetype found = [&] {
            for (qsizetype i = at + 1; i < lines.size(); ++i) {
                if (lines[i].startsWith(QLatin1String(expected)))
                    return i;
            }
            return qsizetype(-1);
        }();
        QVERIFY2(found > at, qPrintable(QLatin1String(expected) + QLatin1String(" is not behind the one before:\n")
                                        + lines.join(u'\n')));
        at = found;
    }
    QVERIFY(lines.filter(QStringLiteral("queue accepted")).size() == 1
            && lines.filter(QStringLiteral("queue delivered")).size() == 1);
    const QString all = lines.join(u'\n');
    const QByteArray plain = QByteArray("\0scanner@example.com\0", 21) + kPasswordMark;
    for (const QByteArray &secret : {QByteArray(kPasswordMark), QByteArray(kPasswordMark).toBase64(), plain.toBase64(),
                                     QByteArray("hello"), QByteArray("Subject")})
        QVERIFY2(!all.contains(QString::fromLatin1(secret)), qPrintable(all));
    QVERIFY(relay.stop());
    QFile database(relay.folder() + QStringLiteral("/spool/spool.sqlite"));
    QVERIFY(database.open(QIODevice::ReadOnly));
    QVERIFY(!database.readAll().contains(kPasswordMark));
}

void tst_Stories::severalMessagesOfOneConnectionHaveTheirOwnStories()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    const QByteArray transaction = "MAIL FROM:<a%@src.example>\r\nRCPT TO:<b@dst.example>\r\nDATA\r\n";
    QByteArrayList pieces{"EHLO c.example\r\n"};
    for (const char *number : {"1", "2"}) {
        for (const QByteArray &line : QByteArray(transaction).replace('%', number).chopped(2).split('\n'))
            pieces += line + (line.endsWith('\r') ? "\n" : "\r\n");
        pieces += "Subject: x\r\n\r\nbody\r\n.\r\n";
    }
    pieces += "QUIT\r\n";
    const QByteArray heard = relay.talk(pieces);
    QCOMPARE(heard.count("queued as"), 2);
    QTRY_COMPARE(relay.status().delivered, 2u);
    Asking asking;
    const auto found = asking.trace({});
    QVERIFY(found);
    QCOMPARE(found->messages.size(), 2u);
    for (const QueueEntry &entry : found->messages) {
        const auto timeline = asking.show(entry.id);
        QVERIFY(timeline);
        QStringList mails;
        for (const MessageTimeline::Line &line : timeline->lines) {
            if (line.leg == QLatin1String("device") && line.text.startsWith(QLatin1String("MAIL")))
                mails += line.text;
        }
        QCOMPARE(mails, QStringList{QStringLiteral("MAIL FROM:<%1>").arg(entry.sender.mid(1).chopped(1))});
        const QString queued = QStringLiteral("250 2.0.0 Ok: queued as ") + entry.id;
        QVERIFY(std::ranges::any_of(timeline->lines, [&](const auto &line) {
            return line.leg == QLatin1String("device") && line.text == queued;
        }));
    }
}

void tst_Stories::findsAMessageInTheHistory()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    for (int i = 0; i < 5; ++i)
        QVERIFY(
            relay.send(kMessage, {QStringLiteral("r%1@example.com").arg(i)}).reply().startsWith(QStringLiteral("250")));
    QTRY_COMPARE(relay.status().delivered, 5u);
    Asking asking;
    QCOMPARE(asking.trace({.recipient = QStringLiteral("r3@")})->messages.size(), 1u);
    const auto first = asking.trace({.limit = 2});
    QVERIFY(!first->next.isEmpty());
    QCOMPARE(asking.trace({.limit = 4, .next = first->next})->messages.size(), 3u);
    QCOMPARE(asking.trace({.since = relay.clock->now() + 1h})->messages.size(), 0u);
    QVERIFY(!asking.trace({.next = QStringLiteral("garbage")}));
}

void tst_Stories::exportsALargeMessageAsItWasAccepted()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QByteArray large = kMessage;
    for (int i = 0; large.size() < 1'500'000; ++i)
        large += "line " + QByteArray::number(i) + "\r\n.\r\n"; // dots, which are doubled on the wire only
    const QString id = relay.send(large).id();
    Asking asking;
    QByteArray got;
    const auto size = asking.wait<quint64>([&](auto done) {
        asking.client.exportMessage(
            id, &asking.client,
            [&](const QByteArray &octets) {
                got += octets;
                return true;
            },
            done);
    });
    QVERIFY2(size, size ? "" : qPrintable(size.error().detail));
    QCOMPARE(*size, static_cast<quint64>(got.size()));
    QVERIFY(got.startsWith("Received: ") && got.endsWith(large));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QVERIFY(sink.messages()[0].data == got);
    QTRY_COMPARE(relay.status().delivered, 1u);
    const auto gone = relay.ask(QStringLiteral("export"), {{QStringLiteral("id"), id}});
    QVERIFY(!gone);
    QCOMPARE(gone.error().kind, ErrorKind::Denied);
    QVERIFY2(gone.error().detail.contains(QStringLiteral("was delivered")), qPrintable(gone.error().detail));
    QCOMPARE(relay.ask(QStringLiteral("export"), {{QStringLiteral("id"), QStringLiteral("K3F9000001A")}}).error().kind,
             ErrorKind::NotFound);
}

void tst_Stories::saysWhyAMessageWaits()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port(), QStringLiteral("none"), {{QStringLiteral("maxMessagesPerMinute"), 1}});
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    QStringList ids;
    for (int i = 0; i < 4; ++i)
        ids += relay.send(kMessage).id();
    Asking asking;
    const auto paused = asking.why(ids[0]);
    QVERIFY2(paused, paused ? "" : qPrintable(paused.error().detail));
    QVERIFY(paused->reasons.join(u' ').contains(QStringLiteral("paused")));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    QTRY_COMPARE(sink.messages().size(), 1u);
    QTRY_COMPARE(relay.status().queued, 3u);
    const auto limited = relay.ask(QStringLiteral("why"),
                                   {{QStringLiteral("id"), ids[3]}, {QStringLiteral("maxMessagesPerMinute"), 100}});
    QVERIFY2(limited, limited ? "" : qPrintable(limited.error().detail));
    const auto why = parseWaitExplanation(*limited);
    QCOMPARE(why->ahead, 2u);
    QVERIFY2(why->reasons.join(u' ').contains(QStringLiteral("1 messages a minute")),
             qPrintable(why->reasons.join(u' ')));
    QVERIFY(std::ranges::any_of(why->changes,
                                [](const auto &one) { return one.change.contains(QStringLiteral("100 messages")); }));
    QCOMPARE(asking.why(ids[0]).error().kind, ErrorKind::NotFound); // it does not wait any more
    QVERIFY(!relay.ask(QStringLiteral("why"),
                       {{QStringLiteral("id"), ids[3]}, {QStringLiteral("maxMessagesPerMinute"), 0}}));
    QVERIFY(!relay.ask(QStringLiteral("why"),
                       {{QStringLiteral("id"), ids[3]}, {QStringLiteral("server"), QStringLiteral("no port")}}));
}

void tst_Stories::sendsAgainWhatItStillHas()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    QVERIFY(relay.start());
    QVERIFY(relay.ask(QStringLiteral("pause")));
    const QString id = relay.send(kMessage).id();
    QVERIFY(relay.ask(QStringLiteral("hold"), {{QStringLiteral("id"), id}}));
    QVERIFY(relay.ask(QStringLiteral("resume")));
    const auto again = relay.ask(QStringLiteral("resend"), {{QStringLiteral("id"), id}});
    QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
    QTRY_COMPARE(relay.status().delivered, 1u);
    const auto gone = relay.ask(QStringLiteral("resend"), {{QStringLiteral("id"), id}});
    QVERIFY(!gone);
    QCOMPARE(gone.error().kind, ErrorKind::Denied);
    QVERIFY(gone.error().detail.contains(QStringLiteral("Let the device send it again")));
}

void tst_Stories::sendsAgainWhatItKeeps()
{
    SmtpSink sink;
    QVERIFY(sink.listen());
    RelayFixture relay;
    relay.setUpstream(sink.port());
    relay.config.insert(QStringLiteral("keepContentsDays"), 1);
    QVERIFY(relay.start());
    const QString id = relay.send(kMessage).id();
    QTRY_COMPARE(relay.status().delivered, 1u);
    const auto story = relay.ask(QStringLiteral("show"), {{QStringLiteral("id"), id}});
    QVERIFY(story && story->value(QLatin1String("hasContents")).toBool());
    QVERIFY(relay.ask(QStringLiteral("export"), {{QStringLiteral("id"), id}}));
    const auto again = relay.ask(QStringLiteral("resend"), {{QStringLiteral("id"), id}});
    QVERIFY2(again, again ? "" : qPrintable(again.error().detail));
    const QString fresh = again->value(QLatin1String("id")).toString();
    QVERIFY(fresh != id);
    QTRY_COMPARE(relay.status().delivered, 2u);
    QTRY_COMPARE(sink.messages().size(), 2u);
    QCOMPARE(sink.messages()[1].data, sink.messages()[0].data);
    const auto tells = [&relay](const QString &of, const QString &other) {
        const auto told = relay.ask(QStringLiteral("show"), {{QStringLiteral("id"), of}});
        return told && QString::fromUtf8(QJsonDocument(*told).toJson()).count(other) > 0;
    };
    QTRY_VERIFY(tells(id, fresh));
    QTRY_VERIFY(tells(fresh, id));
}

QTEST_GUILESS_MAIN(tst_Stories)
#include "tst_Stories.moc"
