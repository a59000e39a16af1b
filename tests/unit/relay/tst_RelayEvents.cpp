// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayEvents.h"

#include <QTest>

#include <vector>

using namespace relaywright;

class tst_RelayEvents : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsReadersWhatTheyAskedFor();
    void nobodyPaysForWhatNobodyReads();
    void readersMayComeAndGoWhileItIsTold();
    void textsFromOutsideBecomeOneLine();
    void survivesJson();
};

void tst_RelayEvents::tellsReadersWhatTheyAskedFor()
{
    RelayEvents events;
    QStringList all;
    QStringList severe;
    const auto first =
        events.subscribe(RelayEvent::Severity::Debug, [&](const RelayEvent &event) { all += event.detail; });
    const auto second =
        events.subscribe(RelayEvent::Severity::Warning, [&](const RelayEvent &event) { severe += event.detail; });
    events.publish({.severity = RelayEvent::Severity::Info, .detail = QStringLiteral("a")});
    events.publish({.severity = RelayEvent::Severity::Error, .detail = QStringLiteral("b")});
    QCOMPARE(all, (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(severe, QStringList{QStringLiteral("b")});
}

void tst_RelayEvents::nobodyPaysForWhatNobodyReads()
{
    RelayEvents events;
    QVERIFY(!events.isRead(RelayEvent::Severity::Info));
    {
        auto reader = events.subscribe(RelayEvent::Severity::Info, [](const RelayEvent &) {});
        QVERIFY(events.isRead(RelayEvent::Severity::Info));
        QVERIFY(!events.isRead(RelayEvent::Severity::Debug));
        const auto moved = std::move(reader);
        QVERIFY(events.isRead(RelayEvent::Severity::Info));
    }
    QVERIFY(!events.isRead(RelayEvent::Severity::Info));
}

void tst_RelayEvents::readersMayComeAndGoWhileItIsTold()
{
    RelayEvents events;
    int heard = 0;
    RelayEvents::Subscription later;
    RelayEvents::Subscription once;
    once = events.subscribe(RelayEvent::Severity::Debug, [&](const RelayEvent &) {
        ++heard;
        later = events.subscribe(RelayEvent::Severity::Debug, [&](const RelayEvent &) { heard += 10; });
        once = {};
    });
    events.publish({});
    QCOMPARE(heard, 1);
    events.publish({});
    QCOMPARE(heard, 11);
}

void tst_RelayEvents::textsFromOutsideBecomeOneLine()
{
    RelayEvents events;
    RelayEvent heard;
    const auto reader = events.subscribe(RelayEvent::Severity::Debug, [&](const RelayEvent &event) { heard = event; });
    events.publish({.source = QStringLiteral("x\n<0>forged: line"),
                    .detail = QStringLiteral("550 a\r\nb\u202e") + QString(5000, u'y')});
    QVERIFY(!heard.source.contains(u'\n'));
    QVERIFY(!heard.detail.contains(u'\n') && !heard.detail.contains(u'\r') && !heard.detail.contains(QChar(0x202e)));
    QVERIFY(heard.detail.size() <= RelayEvents::kMaxDetail + 1);
}

void tst_RelayEvents::survivesJson()
{
    const RelayEvent event{.at = TimePoint(std::chrono::milliseconds(1'795'000'000'123)),
                           .kind = RelayEvent::Kind::InDoubt,
                           .severity = RelayEvent::Severity::Warning,
                           .source = QStringLiteral("192.0.2.1"),
                           .id = QStringLiteral("K3F90000001"),
                           .detail = QStringLiteral("später"),
                           .numbers = {{QStringLiteral("waiting"), 3}}};
    const auto read = parseRelayEvent(toJson(event));
    QVERIFY(read);
    QVERIFY(*read == event);
    QJsonObject newer = toJson(event);
    newer.insert(QStringLiteral("event"), QStringLiteral("levitated"));
    QVERIFY(parseRelayEvent(newer)->kind == RelayEvent::Kind::Notice);
    QVERIFY(!parseRelayEvent({}));
}

QTEST_GUILESS_MAIN(tst_RelayEvents)
#include "tst_RelayEvents.moc"
