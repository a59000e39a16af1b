// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"
#include "ui/forms/DeviceRowForm.h"
#include "ui/models/DeviceRowModel.h"
#include "ui/models/HistoryModel.h"
#include "ui/models/MessageModel.h"
#include "ui/models/TimelineModel.h"
#include "ui/pages/RelayPage.h"
#include "ui/text/TimeText.h"
#include "ui/theme/Theme.h"
#include "ui/views/DevicePanel.h"
#include "ui/views/HistoryPanel.h"
#include "ui/views/MessageDetails.h"
#include "ui/views/QueuePanel.h"
#include "ui/views/RelayOverview.h"
#include "ui/views/TrafficChart.h"
#include "ui/widgets/Labels.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The page of the relay against a control socket that answers as a relay does.
class tst_RelayPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init();
    void cleanup();
    void theOverviewShowsTrafficRoutesAndAlerts();
    void aHundredThousandMessagesScroll();
    void whatWasNotAnsweredIsAskedAgain();
    void aFilterAsksTheRelay();
    void aChosenMessageTellsItsStory();
    void theChoiceStaysWithTheMessageWhenRowsMove();
    void deletingAsksFirst();
    void theHistoryIsSearched();
    void nothingIsLeftWhenTheRelayStops();
    void aDeviceGetsARowOfItsOwn();
    void aRowWithAProblemIsKeptAsItWas();

private:
    void run(ShownRelay::Answers answers);
    QPushButton *button(QWidget &where, const QString &text) const;
    [[nodiscard]] QStringList asked(const QString &word) const;

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<RelayPage> m_page;
    std::vector<QJsonObject> m_requests;
};

void tst_RelayPage::init()
{
    m_requests.clear();
    m_bench = std::make_unique<Bench>();
    m_page = std::make_unique<RelayPage>(m_bench->services);
    m_page->resize(1100, 760);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
}

void tst_RelayPage::cleanup()
{
    m_page.reset();
    m_bench.reset();
}

void tst_RelayPage::run(ShownRelay::Answers answers)
{
    m_bench->shownRelay.serve([this, answers = std::move(answers)](const QJsonObject &request) {
        m_requests.push_back(request);
        return answers(request);
    });
    RelayStatus status;
    status.startedAt = m_bench->clock.now();
    status.listeners = {QStringLiteral("192.0.2.10:25")};
    status.upstream = QStringLiteral("smtp.office365.com:587");
    status.routes = {{.name = QStringLiteral("default"),
                      .state = QStringLiteral("held"),
                      .reason = QStringLiteral("The sign-in was refused."),
                      .host = status.upstream,
                      .hosts = {status.upstream}}};
    status.alerts = {{.kind = QStringLiteral("queue-age"),
                      .subject = {},
                      .sentence = QStringLiteral("The oldest message waits for two hours."),
                      .since = status.startedAt}};
    m_bench->shownRelay.show(RelayHost::State::Running, {}, status);
}

QPushButton *tst_RelayPage::button(QWidget &where, const QString &text) const
{
    const auto buttons = where.findChildren<QPushButton *>();
    const auto found = std::ranges::find_if(buttons, [&](const QPushButton *one) { return one->text() == text; });
    return found == buttons.end() ? nullptr : *found;
}

QStringList tst_RelayPage::asked(const QString &word) const
{
    QStringList ids;
    for (const QJsonObject &request : m_requests) {
        if (request.value(QLatin1String("request")).toString() == word)
            ids += request.value(QLatin1String("id")).toString();
    }
    return ids;
}

void tst_RelayPage::theOverviewShowsTrafficRoutesAndAlerts()
{
    run(relayWith(3));
    m_page->showTab(&m_page->overview());
    const TrafficHistory traffic = someTraffic();
    quint64 accepted = 0;
    for (std::size_t i = traffic.minutes.size() - 60; i < traffic.minutes.size(); ++i)
        accepted += traffic.minutes[i].accepted;
    TrafficChart &chart = m_page->overview().chart();
    QTRY_VERIFY2(chart.summary().contains(QString::number(accepted)), qPrintable(chart.summary()));
    QCOMPARE(chart.accessibleDescription(), chart.summary());
    const auto labels = m_page->overview().findChildren<TextLabel *>();
    const auto says = [&labels](const QString &words) {
        return std::ranges::any_of(labels, [&](const TextLabel *label) { return label->text().contains(words); });
    };
    QVERIFY(says(QStringLiteral("The sign-in was refused.")));
    QVERIFY(says(QStringLiteral("waits for two hours")));
}

void tst_RelayPage::aHundredThousandMessagesScroll()
{
    run(relayWith(100'000));
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_COMPARE(queue.model().rowCount(), 100'000);
    QScrollBar *bar = queue.table().verticalScrollBar();
    // The view lays its rows out a moment after the model has them; until then there is nothing to scroll.
    QTRY_VERIFY(bar->maximum() > 90'000);
    int before = 0;
    for (int part = 1; part <= 10; ++part) {
        bar->setValue(bar->maximum() * part / 10);
        const int row = queue.table().rowAt(0);
        QVERIFY2(row > before, qPrintable(QString::number(row)));
        before = row;
        QTRY_VERIFY(queue.model().index(row, 0).data(MessageModel::KnownRole).toBool());
        QCOMPARE(queue.model().index(row, 0).data(MessageModel::IdRole).toString(),
                 waitingMessage(row, QStringLiteral("queued"), {}).id);
    }
    const auto isAtTheEnd = [&queue] { return queue.table().rowAt(queue.table().viewport()->height() - 4) == 99'999; };
    QVERIFY(isAtTheEnd());
    // What the relay tells later leaves the view where the user put it.
    m_requests.clear();
    queue.refresh();
    QTRY_VERIFY(m_requests.size() >= 2);
    m_bench->shownRelay.show(RelayHost::State::Running, {}, m_bench->shownRelay.status());
    QTRY_VERIFY(queue.model().index(99'999, 0).data(MessageModel::KnownRole).toBool());
    QVERIFY(isAtTheEnd());
}

void tst_RelayPage::whatWasNotAnsweredIsAskedAgain()
{
    bool refuses = true;
    const auto all = relayWith(10);
    run([&refuses, all](const QJsonObject &request) -> Result<QJsonObject> {
        if (refuses && request.value(QLatin1String("request")).toString() == QLatin1String("queue"))
            return failure(ErrorKind::Storage, QStringLiteral("The disk is busy."));
        return all(request);
    });
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_VERIFY(m_page->message()->sentence().contains(QStringLiteral("The disk is busy.")));
    refuses = false;
    queue.refresh();
    QTRY_COMPARE(queue.model().rowCount(), 10);
}

void tst_RelayPage::aFilterAsksTheRelay()
{
    run(relayWith(10));
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_COMPARE(queue.model().rowCount(), 10);
    queue.findChild<QLineEdit *>()->setText(QStringLiteral(" accounting "));
    QTRY_VERIFY(std::ranges::any_of(m_requests, [](const QJsonObject &request) {
        return request.value(QLatin1String("text")).toString() == QLatin1String("accounting");
    }));
    auto *state = queue.findChild<QComboBox *>();
    state->setCurrentIndex(state->findData(QStringLiteral("held")));
    QTRY_VERIFY(std::ranges::any_of(m_requests, [](const QJsonObject &request) {
        return request.value(QLatin1String("state")).toString() == QLatin1String("held");
    }));
}

void tst_RelayPage::aChosenMessageTellsItsStory()
{
    run(relayWith(10));
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_COMPARE(queue.model().rowCount(), 10);
    queue.table().selectRow(3);
    MessageDetails &details = queue.details();
    QTRY_COMPARE(details.id(), QStringLiteral("Q00000003"));
    QTRY_COMPARE(details.timeline().rowCount(), 6);
    const auto told = [&details](int row, int column) {
        return details.timeline().data(details.timeline().index(row, column), Qt::DisplayRole).toString();
    };
    QCOMPARE(told(0, TimelineModel::Where), QStringLiteral("device – relay"));
    QCOMPARE(told(3, TimelineModel::Where), QStringLiteral("in the relay"));
    QCOMPARE(told(3, TimelineModel::What), QStringLiteral("Accepted: from 192.168.10.7"));
    QCOMPARE(told(4, TimelineModel::Where), QStringLiteral("relay – smart host"));
    QCOMPARE(told(3, TimelineModel::Time),
             preciseTime(toDateTime(m_bench->clock.now()).addMSecs(20), TimeDetail::Milliseconds));
    const auto labels = details.findChildren<TextLabel *>();
    QTRY_VERIFY(std::ranges::any_of(labels, [](const TextLabel *label) {
        return label->isVisible() && label->text().contains(QStringLiteral("Raise the smart host's limit"));
    }));
    button(details, QStringLiteral("Send again"))->click(); // it is deferred
    QTRY_COMPARE(asked(QStringLiteral("resend")), QStringList{QStringLiteral("Q00000003")});
    MessageTimeline ended{.message = waitingMessage(4, QStringLiteral("delivered"), {}), .lines = {}};
    ended.message.finishedAt = m_bench->clock.now();
    details.show(ended);
    const auto saysWhyNot = [&labels] {
        return std::ranges::any_of(labels, [](const TextLabel *label) {
            return label->isVisible() && label->text().contains(QStringLiteral("has not kept its contents"));
        });
    };
    QVERIFY(saysWhyNot());
    QVERIFY(button(details, QStringLiteral("Send again"))->isHidden());
    QVERIFY(button(details, QStringLiteral("Save as .eml…"))->isHidden());
    ended.hasContents = true;
    details.show(ended);
    QVERIFY(!saysWhyNot());
    QVERIFY(!button(details, QStringLiteral("Save as .eml…"))->isHidden());
    button(details, QStringLiteral("Send again"))->click();
    QTRY_COMPARE(asked(QStringLiteral("resend")).size(), 2);
    queue.table().selectAll();
    QVERIFY(details.id().isEmpty()); // the story of one, not of several
}

void tst_RelayPage::theChoiceStaysWithTheMessageWhenRowsMove()
{
    int gone = 0; // messages at the front that were delivered
    const auto all = relayWith(50);
    run([&gone, all](const QJsonObject &request) -> Result<QJsonObject> {
        if (request.value(QLatin1String("request")).toString() != QLatin1String("queue"))
            return all(request);
        QueuePage page{
            .total = static_cast<quint64>(50 - gone), .matching = static_cast<quint64>(50 - gone), .messages = {}};
        for (int i = gone; i < 50; ++i)
            page.messages.push_back(waitingMessage(i, QStringLiteral("queued"), {}));
        return toJson(page);
    });
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_COMPARE(queue.model().rowCount(), 50);
    queue.table().selectRow(7);
    gone = 5;
    queue.refresh();
    QTRY_COMPARE(queue.model().rowCount(), 45);
    QCOMPARE(queue.table().selectionModel()->selectedRows().size(), 1);
    QCOMPARE(queue.table().selectionModel()->selectedRows().front().row(), 2);
    button(queue, QStringLiteral("Hold"))->click();
    QTRY_COMPARE(asked(QStringLiteral("hold")), QStringList{QStringLiteral("Q00000007")});
}

void tst_RelayPage::deletingAsksFirst()
{
    run(relayWith(10));
    QueuePanel &queue = m_page->queue();
    m_page->showTab(&queue);
    QTRY_COMPARE(queue.model().rowCount(), 10);
    queue.table().selectRow(4);
    const auto box = [this] { return m_page->findChild<QMessageBox *>(); };
    button(queue, QStringLiteral("Delete…"))->click();
    QTRY_VERIFY(box());
    box()->button(QMessageBox::Cancel)->click();
    QTRY_VERIFY(!box());
    QVERIFY(asked(QStringLiteral("delete")).isEmpty());
    button(queue, QStringLiteral("Delete…"))->click();
    QTRY_VERIFY(box());
    button(*box(), QStringLiteral("Delete"))->click();
    QTRY_COMPARE(asked(QStringLiteral("delete")), QStringList{QStringLiteral("Q00000004")});
}

void tst_RelayPage::theHistoryIsSearched()
{
    run(relayWith(10));
    HistoryPanel &history = m_page->history();
    m_page->showTab(&history);
    QTRY_COMPARE(history.model().rowCount(), 200);
    history.table().verticalScrollBar()->setValue(history.table().verticalScrollBar()->maximum());
    QTRY_COMPARE(history.model().rowCount(), 400);
    history.findChild<QLineEdit *>()->setText(QStringLiteral("archive@"));
    QTRY_VERIFY(std::ranges::any_of(m_requests, [](const QJsonObject &request) {
        return request.value(QLatin1String("recipient")).toString() == QLatin1String("archive@");
    }));
    QTRY_COMPARE(history.model().rowCount(), 200);
}

void tst_RelayPage::nothingIsLeftWhenTheRelayStops()
{
    run(relayWith(10));
    m_page->showTab(&m_page->queue());
    QTRY_COMPARE(m_page->queue().model().rowCount(), 10);
    m_page->queue().table().selectRow(1);
    m_bench->shownRelay.show(RelayHost::State::Off);
    QCOMPARE(m_page->queue().model().rowCount(), 0);
    QVERIFY(m_page->queue().details().id().isEmpty());
    QVERIFY(!button(m_page->queue(), QStringLiteral("Hold"))->isEnabled());
}

void tst_RelayPage::aDeviceGetsARowOfItsOwn()
{
    DevicePanel &devices = m_page->devices();
    m_page->showTab(&devices);
    button(devices, QStringLiteral("Add a device"))->click();
    DeviceDraft draft = devices.form().draft();
    draft.name = QStringLiteral("Scanner");
    draft.networks = QStringLiteral("192.168.10.7");
    draft.internalOnly = true;
    draft.internalDomains = QStringLiteral("contoso.com");
    draft.repairs.bareNewlines = true;
    draft.maxMessagesPerMinute = QStringLiteral("10");
    devices.form().setDraft(draft);
    Q_EMIT devices.form().edited();
    m_page->startRelay();
    const auto &config = m_bench->shownRelay.config();
    QVERIFY(config);
    QCOMPARE(config->devices.size(), 1u);
    QCOMPARE(config->devices[0].name, QStringLiteral("Scanner"));
    QVERIFY(config->devices[0].repairs.bareNewlines && config->devices[0].internalOnly);
    QCOMPARE(config->devices[0].maxMessagesPerMinute, std::optional(10));
    QCOMPARE(config->internalDomains.size(), 1u);
    QCOMPARE(devices.table().model()->index(0, DeviceRowModel::Recipients).data().toString(),
             QStringLiteral("internal only"));
    // Beside the form there is no room for the last columns; the form says what they would.
    m_page->showTab(&devices);
    QTRY_VERIFY(devices.table().isColumnHidden(DeviceRowModel::Changes));
    QVERIFY(!devices.table().isColumnHidden(DeviceRowModel::Senders));
    button(devices, QStringLiteral("Remove"))->click();
    QTRY_VERIFY(!devices.table().isColumnHidden(DeviceRowModel::Changes));
}

void tst_RelayPage::aRowWithAProblemIsKeptAsItWas()
{
    DevicePanel &devices = m_page->devices();
    m_page->showTab(&devices);
    devices.addRow(QStringLiteral("One"), QStringLiteral("192.168.10.7"));
    devices.addRow(QStringLiteral("Two"), QStringLiteral("192.168.10.8"));
    DeviceDraft draft = devices.form().draft();
    draft.name = QStringLiteral("One");
    devices.form().setDraft(draft);
    Q_EMIT devices.form().edited();
    QCOMPARE(devices.table().model()->index(1, DeviceRowModel::Name).data().toString(), QStringLiteral("Two"));
    devices.table().selectRow(0);
    QCOMPARE(devices.form().draft().networks, QStringLiteral("192.168.10.7"));
    m_page->startRelay(); // not with what somebody only half typed
    QVERIFY(!m_bench->shownRelay.config());
    QCOMPARE(devices.table().currentIndex().row(), 1);
    QCOMPARE(devices.form().draft().name, QStringLiteral("One")); // as it was typed
    button(devices, QStringLiteral("Move up"))->click();
    QCOMPARE(devices.table().model()->index(0, DeviceRowModel::Name).data().toString(), QStringLiteral("Two"));
    button(devices, QStringLiteral("Remove"))->click();
    QCOMPARE(devices.table().model()->rowCount(), 1);
    QCOMPARE(devices.table().model()->index(0, DeviceRowModel::Name).data().toString(), QStringLiteral("One"));
}

QTEST_MAIN(tst_RelayPage)
#include "tst_RelayPage.moc"
