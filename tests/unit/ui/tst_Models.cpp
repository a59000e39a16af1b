// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/HistoryModel.h"
#include "ui/models/MessageModel.h"
#include "ui/models/PracticeModel.h"
#include "ui/views/TrafficChart.h"
#include "ui/window/AlertNotices.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using Tester = QAbstractItemModelTester;

class tst_Models : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void messagesComeInPagesAsTheyAreLookedAt();
    void messagesAreNotKeptForEver();
    void messagesThatMovedAreTold();
    void theHistoryAsksForMore();
    void trafficIsSummedUp();
    void alertsAreToldOnceAndTogether();
    void practiceMessagesComeNewestFirst();
    void aPracticeRowStaysTheSameRow();
    void aPracticeDeviceThatComesBackComesToTheTop();
    void aPracticeRequestThatWaitsIsNoRefusal();
};

namespace {

std::vector<QueueEntry> messages(int first, int count)
{
    std::vector<QueueEntry> entries(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        entries[static_cast<std::size_t>(i)].id = QString::number(first + i);
        entries[static_cast<std::size_t>(i)].state = QStringLiteral("queued");
    }
    return entries;
}

} // namespace

void tst_Models::messagesComeInPagesAsTheyAreLookedAt()
{
    MessageModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QSignalSpy wanted(&model, &MessageModel::pageWanted);
    model.markStale();
    QCOMPARE_EQ(wanted.count(), 1);
    model.setPage(0, 100'000, messages(0, MessageModel::kPageRows));
    QCOMPARE_EQ(model.rowCount(), 100'000);
    QCOMPARE_EQ(model.index(5, 0).data(MessageModel::IdRole).toString(), QStringLiteral("5"));
    wanted.clear();
    QVERIFY(!model.index(70'123, 0).data(MessageModel::KnownRole).toBool());
    QVERIFY(!model.index(70'150, 0).data(MessageModel::KnownRole).toBool()); // the same page is asked for once
    QCOMPARE_EQ(wanted.count(), 1);
    const auto offset = wanted[0][0].toLongLong();
    QCOMPARE_EQ(offset, 70'000);
    model.setPage(offset, 100'000, messages(70'000, MessageModel::kPageRows));
    QCOMPARE_EQ(model.rowOf(QStringLiteral("70123")), 70'123);
}

void tst_Models::messagesAreNotKeptForEver()
{
    MessageModel model;
    QSignalSpy wanted(&model, &MessageModel::pageWanted);
    model.markStale();
    model.setPage(0, 1'000'000, messages(0, MessageModel::kPageRows));
    const int pages = static_cast<int>(MessageModel::kMaxPages) * 3;
    for (int page = 1; page <= pages; ++page) {
        (void)model.entry(page * MessageModel::kPageRows);
        model.setPage(page * MessageModel::kPageRows, 1'000'000,
                      messages(page * MessageModel::kPageRows, MessageModel::kPageRows));
    }
    QCOMPARE_EQ(model.rowOf(QStringLiteral("1")), -1);
    QCOMPARE_EQ(model.rowOf(QString::number(pages * MessageModel::kPageRows)), pages * MessageModel::kPageRows);
}

void tst_Models::messagesThatMovedAreTold()
{
    MessageModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QSignalSpy moved(&model, &MessageModel::rowsMoved);
    model.markStale();
    model.setPage(0, 3, messages(0, 3));
    moved.clear();
    model.markStale();
    auto same = messages(0, 3);
    same[1].state = QStringLiteral("deferred");
    model.setPage(0, 3, same);
    QCOMPARE_EQ(moved.count(), 0);
    QCOMPARE_EQ(model.index(1, MessageModel::State).data().toString(), queueStateWord(QStringLiteral("deferred")));
    model.markStale();
    model.setPage(0, 2, messages(1, 2)); // the first one was delivered
    QCOMPARE_EQ(moved.count(), 1);
    QCOMPARE_EQ(model.rowCount(), 2);
    QCOMPARE_EQ(model.rowOf(QStringLiteral("2")), 1);
    model.clear();
    model.setPage(0, 3, messages(0, 3)); // an answer from before
    QCOMPARE_EQ(model.rowCount(), 0);
}

void tst_Models::theHistoryAsksForMore()
{
    HistoryModel model; // without a tester, which would fetch by itself
    QSignalSpy wanted(&model, &HistoryModel::pageWanted);
    model.append({messages(0, 10), QStringLiteral("on")});
    QVERIFY(model.canFetchMore({}));
    model.fetchMore({});
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE_EQ(wanted.count(), 1);
    model.append({{}, QStringLiteral("further")}); // a stretch without a match: it goes on by itself
    QCOMPARE_EQ(wanted.count(), 2);
    QCOMPARE_EQ(wanted[1][0].toString(), QStringLiteral("further"));
    model.append({messages(10, 5), {}});
    QVERIFY(!model.canFetchMore({}));
    QCOMPARE_EQ(model.rowCount(), 15);
}

void tst_Models::trafficIsSummedUp()
{
    TrafficHistory history;
    history.minutes.resize(10);
    for (std::size_t i = 0; i < 10; ++i)
        history.minutes[i] = {
            .accepted = 1, .delivered = static_cast<quint32>(i), .queued = static_cast<quint32>(i * 10)};
    const auto points = trafficPoints(history, std::chrono::minutes(20), 5);
    QCOMPARE_EQ(points.size(), 4u);
    QCOMPARE_EQ(points[0].accepted, 0u); // before the relay started
    QCOMPARE_EQ(points[3].accepted, 5u);
    QCOMPARE_EQ(points[3].delivered, 5u + 6 + 7 + 8 + 9);
    QCOMPARE_EQ(points[3].queued, 90u);
    QVERIFY(points[3].at == history.from + std::chrono::minutes(5));
}

void tst_Models::alertsAreToldOnceAndTogether()
{
    AlertNotices notices;
    const TimePoint start{std::chrono::hours(1000)};
    const auto alert = [](const char *kind) {
        return AlertStatus{.kind = QLatin1String(kind), .subject = {}, .sentence = QLatin1String(kind), .since = {}};
    };
    QCOMPARE_EQ(notices.due({alert("disk"), alert("rate")}, start), (QStringList{QStringLiteral("disk"), QStringLiteral("rate")}));
    QVERIFY(notices.due({alert("disk"), alert("rate")}, start + std::chrono::hours(1)).isEmpty());
    QCOMPARE_EQ(notices.due({alert("disk"), alert("upstream")}, start + std::chrono::hours(2)), QStringList{QStringLiteral("upstream")});
    // What comes in the quiet while is told after it, and what ended is news again.
    QVERIFY(notices.due({alert("disk"), alert("upstream"), alert("rate")}, start + std::chrono::minutes(125)).isEmpty());
    QCOMPARE_EQ(notices.due({alert("disk"), alert("upstream"), alert("rate")}, start + std::chrono::minutes(131)),
                QStringList{QStringLiteral("rate")});
}

void tst_Models::practiceMessagesComeNewestFirst()
{
    PracticeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    std::deque<ReceivedMessage> messages(2);
    messages[0].subject = QStringLiteral("first");
    messages[1].subject = QStringLiteral("second");
    model.setMessages(messages);
    QCOMPARE_EQ(model.index(0).data().toString(), QStringLiteral("second"));
    QCOMPARE_EQ(model.message(model.index(1)).subject, QStringLiteral("first"));
}

void tst_Models::aPracticeRowStaysTheSameRow()
{
    PracticeRequestModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QSignalSpy reset(&model, &PracticeRequestModel::modelReset);
    std::deque<PracticeRequest> requests(3);
    for (std::size_t i = 0; i < requests.size(); ++i)
        requests[i].number = i + 1;
    model.setRequests(requests);
    const QPersistentModelIndex oldest = model.index(2);
    const QPersistentModelIndex read = model.index(1);
    QCOMPARE_EQ(model.request(read).number, 2u);
    // Two come, alike in all but their numbers, and the oldest goes.
    requests.pop_front();
    requests.push_back({.number = 4});
    requests.push_back({.number = 5});
    model.setRequests(requests);
    QVERIFY(!oldest.isValid());
    QCOMPARE_EQ(read.row(), 3);
    QCOMPARE_EQ(model.request(read).number, 2u);
    QCOMPARE_EQ(model.request(model.index(0)).number, 5u);
    QCOMPARE_EQ(model.rowCount(), 4);
    model.setRequests({});
    QCOMPARE_EQ(model.rowCount(), 0);
    QCOMPARE_EQ(reset.count(), 0);
}

void tst_Models::aPracticeDeviceThatComesBackComesToTheTop()
{
    PracticeDeviceModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    std::deque<DeviceProfile> devices(3);
    for (std::size_t i = 0; i < devices.size(); ++i)
        devices[i].address = IpAddress::fromV4(0xc0000201u + static_cast<std::uint32_t>(i));
    model.setDevices(devices);
    const QPersistentModelIndex first = model.index(2);
    const QPersistentModelIndex last = model.index(0);
    QSignalSpy changed(&model, &PracticeDeviceModel::dataChanged);
    devices.push_back(devices.front());
    devices.pop_front();
    devices.back().messages = 2;
    model.setDevices(devices);
    QCOMPARE_EQ(first.row(), 0);
    QCOMPARE_EQ(last.row(), 1);
    QCOMPARE_EQ(model.device(first).messages, 2);
    QCOMPARE_EQ(changed.count(), 1);
    QCOMPARE_EQ(first.data(ToneRole).toInt(), static_cast<int>(Tone::Good));
    QCOMPARE_EQ(last.data(ToneRole).toInt(), static_cast<int>(Tone::Attention));
}

void tst_Models::aPracticeRequestThatWaitsIsNoRefusal()
{
    PracticeRequestModel model;
    const auto request = [](int status, const char *code, bool waits, std::uint64_t number) {
        return PracticeRequest{.method = QStringLiteral("POST"),
                               .path = QStringLiteral("/t/oauth2/v2.0/token"),
                               .status = status,
                               .entraCode = QLatin1String(code),
                               .isWaiting = waits,
                               .number = number};
    };
    model.setRequests({request(200, "", false, 1), request(400, "70000", false, 2), request(400, "70016", true, 3)});
    const auto shown = [&model](int row) {
        const QModelIndex index = model.index(row);
        return QStringLiteral("%1 %2").arg(index.data(SymbolRole).toString(),
                                           index.data(SubtitleRole).toString().section(u':', -1).trimmed());
    };
    QCOMPARE_EQ(shown(0), QStringLiteral("\u2026 waiting"));
    QCOMPARE_EQ(shown(1), QStringLiteral("! AADSTS70000"));
    QCOMPARE_EQ(shown(2), QStringLiteral("\u2713 answered 200"));
    QCOMPARE_EQ(model.index(0).data(ToneRole).toInt(), static_cast<int>(Tone::Neutral));
}

QTEST_MAIN(tst_Models)
#include "tst_Models.moc"
