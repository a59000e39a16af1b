// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/BareDevice.h"
#include "tests/ui/Bench.h"
#include "ui/pages/PracticePage.h"
#include "ui/theme/Theme.h"
#include "ui/views/PracticeDetails.h"
#include "ui/views/PracticeMailboxes.h"
#include "ui/views/PracticeSetup.h"

#include <QApplication>
#include <QCheckBox>
#include <QDateEdit>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_Practice : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init()
    {
        m_bench = std::make_unique<Bench>();
        m_bench->workspace.create(contoso());
        m_page = std::make_unique<PracticePage>(m_bench->services);
        m_page->resize(960, 600);
        m_page->show();
        setup().setMethod(PracticeMethod::DirectSend);
    }

    void aDeviceIsSeenAndGoesIntoTheInventory()
    {
        m_page->start();
        const std::size_t before = m_bench->workspace.site().senders.size();
        send();
        auto *view = m_page->findChild<PracticeDeviceView *>();
        QTRY_COMPARE(m_bench->practice.devices().size(), 1u);
        QTest::mouseClick(view->button(), Qt::LeftButton);
        QCOMPARE(m_bench->workspace.site().senders.size(), before + 1);
        const Sender &sender = m_bench->workspace.site().senders.back();
        QCOMPARE(sender.from->toString(), QStringLiteral("hall@contoso.com"));
        QVERIFY(sender.habits.noDate && sender.habits.noMessageId && sender.habits.heloOnly);
        QVERIFY(!view->button()->isEnabled()); // it knows all of it now
        m_bench->workspace.undoStack().undo();
        QCOMPARE(m_bench->workspace.site().senders.size(), before);
        QVERIFY(view->button()->isEnabled());
    }

    void aMessageIsOpened()
    {
        m_page->start();
        send();
        auto *view = m_page->findChild<PracticeMessageView *>();
        QTRY_COMPARE(view->shownText().trimmed(), QStringLiteral("Your scan."));
        view->showTab(1);
        QVERIFY2(view->shownText().startsWith(QStringLiteral("scan.pdf: application/pdf, 4")),
                 qPrintable(view->shownText()));
        view->showTab(2);
        QVERIFY(view->shownText().startsWith(QStringLiteral("From: Hall scanner")));
        QVERIFY(!view->shownText().contains(QStringLiteral("Your scan.")));
        view->showTab(3);
        QVERIFY(view->shownText().contains(QStringLiteral("--b--")));
    }

    void aSwitchOfTheTenantTakesEffectAtOnce()
    {
        m_page->start();
        box(QStringLiteral("Direct send is rejected"))->click();
        QVERIFY(m_bench->practice.isRunning());
        BareDevice device(m_bench->practice.address().port);
        QVERIFY(
            device.say("HELO hall\r\nMAIL FROM:<hall@contoso.com>\r\nRCPT TO:<jane@contoso.com>\r\n", "550 5.7.68"));
    }

    void theSwitchesFollowTheSite()
    {
        Site site = m_bench->workspace.site();
        site.organisation.securityDefaults = YesNo::Yes;
        m_bench->workspace.edit(QStringLiteral("test"), site);
        QVERIFY(box(QStringLiteral("Security Defaults are on"))->isChecked());
        QVERIFY(setup().choice().tenant.securityDefaults);
        m_bench->workspace.undoStack().undo();
        QVERIFY(!box(QStringLiteral("Security Defaults are on"))->isChecked());
    }

    void anotherDayAndAFaultAreChosen()
    {
        QVERIFY(!setup().choice().day);
        box(QStringLiteral("Another day:"))->click();
        m_page->findChild<QDateEdit *>()->setDate(QDate(2027, 1, 5));
        QCOMPARE(setup().choice().day, std::optional(QDate(2027, 1, 5)));
        auto *faults = m_page->findChild<QListWidget *>();
        for (int row = 0; row < faults->count(); ++row) {
            faults->item(row)->setCheckState(Qt::Checked);
            QVERIFY(setup().choice().faults != PracticeFaults{});
            faults->item(row)->setCheckState(Qt::Unchecked);
            QCOMPARE(setup().choice().faults, PracticeFaults{});
        }
        faults->item(3)->setCheckState(Qt::Checked); // 421 at the greeting
        m_page->start();
        BareDevice device(m_bench->practice.address().port);
        QVERIFY(device.say({}, "421 4.3.2 Service not available"));
    }

    void twoFaultsOfOneKindExcludeEachOther()
    {
        auto *faults = m_page->findChild<QListWidget *>();
        faults->item(3)->setCheckState(Qt::Checked); // 421 at the greeting
        faults->item(6)->setCheckState(Qt::Checked); // 421 at the sign-in
        QCOMPARE(faults->item(3)->checkState(), Qt::Unchecked);
        QCOMPARE(setup().choice().faults.closesAt, std::optional(PracticePoint::Auth));
    }

    void theSitesSendersAreMailboxes()
    {
        Site site = m_bench->workspace.site();
        site.senders.front().signInAs = *EmailAddress::parse(QStringLiteral("hall@contoso.com"));
        m_bench->workspace.edit(QStringLiteral("test"), site);
        const auto &accounts = setup().choice().tenant.accounts;
        const auto hall = std::ranges::find(accounts, QStringLiteral("hall@contoso.com"), &PracticeAccount::user);
        QVERIFY(hall != accounts.end() && hall->anySecret);
        setup().setMethod(PracticeMethod::ClientSubmission);
        m_page->start();
        m_bench->workspace.undoStack().undo();
        const auto &after = setup().choice().tenant.accounts;
        QVERIFY(std::ranges::find(after, QStringLiteral("hall@contoso.com"), &PracticeAccount::user) == after.end());
    }

    void aMailboxIsAddedChangedAndRemoved()
    {
        m_page->showPane(PracticePage::Mailboxes);
        const std::size_t before = setup().mailboxes()->accounts().size();
        const auto press = [this](const QString &text) {
            for (QPushButton *button : m_page->findChildren<QPushButton *>()) {
                if (button->text() == text)
                    return button->click();
            }
            qFatal("no button: %s", qPrintable(text));
        };
        press(QStringLiteral("Add a mailbox"));
        QCOMPARE(setup().mailboxes()->accounts().size(), before + 1);
        type(QStringLiteral("Mailbox"), QStringLiteral("erp@contoso.com"));
        type(QStringLiteral("May send as these addresses, too"), QStringLiteral("reports@contoso.com, not an address"));
        QVERIFY(setup().mailboxes()->accounts().back().sendAs.empty()); // its field says why
        type(QStringLiteral("May send as these addresses, too"), QStringLiteral("reports@contoso.com, alerts@contoso.com"));
        box(QStringLiteral("Restricted as a source of spam"))->click();
        PracticeAccount account = setup().choice().tenant.accounts.back();
        QCOMPARE(account.user, QStringLiteral("erp@contoso.com"));
        QCOMPARE(account.sendAs.size(), 2u);
        QVERIFY(account.restricted && account.anySecret && account.password.isEmpty());
        box(QStringLiteral("Takes any password"))->click();
        type(QStringLiteral("Its password here"), QStringLiteral("made up"));
        account = setup().choice().tenant.accounts.back();
        QVERIFY(account.password == Secret(QByteArray("made up")));
        for (const QLineEdit *edit : m_page->findChildren<QLineEdit *>())
            QVERIFY(!edit->text().contains(QLatin1String("made up"))); // it is kept, and not shown again
        press(QStringLiteral("Remove it"));
        QCOMPARE(setup().mailboxes()->accounts().size(), before);
    }

    void aConnectorOfTheWindowLiftsTheRefusal()
    {
        m_page->start();
        box(QStringLiteral("Direct send is rejected"))->click();
        type(QStringLiteral("A connector knows these addresses"), QStringLiteral("127.0.0.0/8"));
        QCOMPARE(setup().choice().tenant.connectorNetworks.size(), 1u);
        BareDevice device(m_bench->practice.address().port);
        QVERIFY(device.say("HELO hall\r\nMAIL FROM:<hall@contoso.com>\r\nRCPT TO:<jane@contoso.com>\r\n", "250 2.1.5"));
    }

    void anotherChoiceKeepsTheAddressAndTheMessages()
    {
        m_page->start();
        const std::uint16_t port = m_bench->practice.address().port;
        send();
        QTRY_COMPARE(m_bench->practice.messages().size(), 1u);
        box(QStringLiteral("Direct send is rejected"))->click();
        QCOMPARE(m_bench->practice.address().port, port);
        QCOMPARE(m_bench->practice.messages().size(), 1u);
    }

    void itListensToThisComputerUnlessTold()
    {
        m_page->start();
        QVERIFY(m_bench->practice.address().host.address()->isLoopback());
        QVERIFY(setup().choice().listen.host.address()->isLoopback());
    }

    void everyControlHasAName()
    {
        for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
            const bool takesKeys = widget->focusPolicy() & Qt::TabFocus;
            if (!takesKeys || !widget->isVisible() || qobject_cast<const QAbstractButton *>(widget))
                continue;
            const bool isInner = widget->objectName().startsWith(QLatin1String("qt_"));
            QVERIFY2(isInner || !widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
    }

private:
    PracticeSetup &setup() { return *m_page->findChild<PracticeSetup *>(); }
    QCheckBox *box(const QString &text)
    {
        for (QCheckBox *candidate : m_page->findChildren<QCheckBox *>()) {
            if (candidate->text() == text)
                return candidate;
        }
        qFatal("no box: %s", qPrintable(text));
    }
    /// Into the control of the field with this label, as if it was typed and left.
    void type(const QString &label, const QString &text)
    {
        for (QLineEdit *edit : m_page->findChildren<QLineEdit *>()) {
            if (edit->accessibleName() != label)
                continue;
            edit->setText(text);
            Q_EMIT edit->editingFinished();
            return;
        }
        qFatal("no field: %s", qPrintable(label));
    }
    void send() { QVERIFY(sendBareScan(m_bench->practice.address().port)); }
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<PracticePage> m_page;
};

QTEST_MAIN(tst_Practice)
#include "tst_Practice.moc"
