// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/PracticePage.h"

#include "core/rehearsal/DeviceInventory.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/Workspace.h"
#include "ui/models/PracticeModel.h"
#include "ui/views/PracticeDetails.h"
#include "ui/views/PracticeFaultList.h"
#include "ui/views/PracticeMailboxes.h"
#include "ui/views/PracticeRequestView.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/PracticeTenantForm.h"
#include "ui/views/PracticeTokens.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"
#include "ui/widgets/ToggleSwitch.h"

#include <QDir>
#include <QFileDialog>
#include <QListView>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QListView *makeList(QAbstractItemModel *model, const QString &name)
{
    auto *list = new QListView;
    list->setModel(model);
    list->setItemDelegate(new RowDelegate(list));
    list->setAccessibleName(name);
    list->setMouseTracking(true);
    return list;
}

/// New rows come on top. Who looks at the newest goes on doing so, and who reads another one keeps it.
template <class Fill>
void fillList(QListView *list, const Fill &fill)
{
    const bool isAtNewest = list->currentIndex().row() <= 0; // or nothing is chosen
    fill();
    if (isAtNewest && list->model()->rowCount() > 0)
        list->setCurrentIndex(list->model()->index(0, 0));
}

} // namespace

PracticePage::PracticePage(Services &services, QWidget *parent)
    : Page(tr("Practice"), tr("A make-believe Microsoft 365 on this computer, to try everything without harm."),
           parent),
      m_services(services), m_switch(new ToggleSwitch), m_state(new TextLabel({}, FontRole::Heading)),
      m_setup(new PracticeSetup(services.workspace.knowledge(), services.clock.today())), m_account(new QWidget),
      m_settings(new TextLabel({})), m_messages(new PracticeModel(this)), m_devices(new PracticeDeviceModel(this)),
      m_requests(new PracticeRequestModel(this)),
      m_which(new ChoiceRow({tr("Messages"), tr("Devices"), tr("Requests"), tr("Mailboxes"), tr("Tenant"),
                             tr("Sign-in and Graph"), tr("Faults")})),
      m_messageList(makeList(m_messages, tr("Messages that the practice server took"))),
      m_deviceList(makeList(m_devices, tr("Devices that talked to the practice server"))),
      m_requestList(makeList(m_requests, tr("What the practice sign-in service and Graph were asked"))),
      m_message(new PracticeMessageView), m_device(new PracticeDeviceView), m_request(new PracticeRequestView),
      m_lists(new QStackedWidget), m_details(new QStackedWidget), m_stack(new QStackedWidget), m_test(nullptr)
{
    setHelp(tr("The practice server answers as Exchange Online would, with its real refusals: it takes the tenant’s "
               "switches and the "
               "mailboxes that your senders sign in with from the site, and you can change them here, choose another "
               "day or let "
               "something go wrong. Point a device at it: its first conversation shows what it can do. Nothing that is "
               "sent to it "
               "leaves the computer."));
    build();
    buildLists();
    connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) {
        if (on)
            start();
        else
            m_services.practice.stop();
    });
    connect(m_setup, &PracticeSetup::changed, this, &PracticePage::restart);
    connect(&services.workspace, &Workspace::siteChanged, this, [this] {
        m_setup->setSite(m_services.workspace.site());
        m_services.practice.choose(m_setup->choice());
        showSelectedDevice();
    });
    connect(&services.practice, &PracticeRoom::stateChanged, this, &PracticePage::refresh);
    connect(&services.practice, &PracticeRoom::messageReceived, this, &PracticePage::showMessages);
    connect(&services.practice, &PracticeRoom::deviceSeen, this, &PracticePage::showDevices);
    connect(&services.practice, &PracticeRoom::requestAnswered, this, &PracticePage::showRequests);
    connect(m_setup->tokens(), &PracticeTokens::accountRequested, this, &PracticePage::requestAccount);
    m_setup->setSite(services.workspace.site());
    services.practice.choose(m_setup->choice());
    refresh();
}

void PracticePage::build()
{
    m_test = addPrimaryAction(tr("Send it a test message"));
    connect(m_test, &QPushButton::clicked, this, &PracticePage::testRequested);
    m_switch->setAccessibleName(tr("Practice server"));
    auto *card = new Card;
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kMedium);
    row->addWidget(m_switch);
    row->addWidget(m_state, 1);
    card->body()->addLayout(row);
    card->body()->addWidget(m_setup);
    auto *accountRow = new QHBoxLayout(m_account);
    accountRow->setContentsMargins(0, 0, 0, 0);
    m_copyPassword = new QPushButton(tr("Copy the password"));
    m_copyPassword->setIcon(lineIcon(QStringLiteral("key"), palette()));
    auto *saveCa = new QPushButton(tr("Save its certificate authority…"));
    accountRow->addWidget(m_settings, 1);
    accountRow->addWidget(m_copyPassword, 0, Qt::AlignTop);
    accountRow->addWidget(saveCa, 0, Qt::AlignTop);
    card->body()->addWidget(m_account);
    body()->addWidget(card);
    connect(m_copyPassword, &QPushButton::clicked, this, [this] {
        copyToClipboard(QString::fromUtf8(m_services.practice.password().reveal()));
        message()->show(Tone::Good,
                        tr("The practice account’s password is on the clipboard. It opens nothing but this server."));
    });
    connect(saveCa, &QPushButton::clicked, this, &PracticePage::saveAuthority);
}

void PracticePage::buildLists()
{
    m_which->setIndex(Messages);
    m_lists->addWidget(m_messageList);
    m_lists->addWidget(m_deviceList);
    m_lists->addWidget(m_requestList);
    m_details->addWidget(m_message);
    m_details->addWidget(m_device);
    m_details->addWidget(m_request);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_lists);
    splitter->addWidget(m_details);
    splitter->setSizes({300, 600});
    m_empty = new EmptyState(QStringLiteral("practice"), {}, {}, {});
    connect(m_empty, &EmptyState::actionRequested, this, [this] {
        if (m_services.practice.isRunning())
            Q_EMIT testRequested();
        else
            start();
    });
    m_stack->addWidget(m_empty);
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_setup->mailboxes()); // from here on as in Pane
    m_stack->addWidget(m_setup->tenantForm());
    m_stack->addWidget(m_setup->tokens());
    m_stack->addWidget(m_setup->faultList());
    body()->addWidget(m_which);
    body()->addWidget(m_stack, 1);
    connect(m_which, &ChoiceRow::chosen, this, &PracticePage::refreshPane);
    connect(m_messageList->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &PracticePage::showSelectedMessage);
    connect(m_deviceList->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &PracticePage::showSelectedDevice);
    connect(m_requestList->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &PracticePage::showSelectedRequest);
    connect(m_device, &PracticeDeviceView::inventoryRequested, this, &PracticePage::putIntoInventory);
}

void PracticePage::start()
{
    const auto started = m_services.practice.start(m_setup->choice());
    if (started)
        message()->clear();
    else
        message()->show(Tone::Wrong, started.error().detail);
    showMessages();
}

void PracticePage::restart()
{
    if (m_services.practice.isRunning())
        return start();
    m_services.practice.choose(m_setup->choice()); // other pages start it, too
    m_setup->tokens()->show(m_services.practice);
}

void PracticePage::refresh()
{
    const PracticeRoom &room = m_services.practice;
    const bool running = room.isRunning();
    m_switch->setChecked(running);
    m_setup->setMethod(running ? room.method() : m_setup->choice().method);
    m_state->setText(running ? tr("The practice server listens on %1.").arg(room.address().toString())
                             : tr("The practice server is off."));
    m_account->setVisible(running);
    m_copyPassword->setVisible(signsIn(room.method()));
    m_test->setVisible(running);
    if (running) {
        m_empty->setWords(tr("Nobody was here yet"),
                          tr("What the practice server takes shows up here as it came, and who talked to it."),
                          tr("Send it a test message"));
    } else {
        m_empty->setWords(
            tr("Nothing to break here"),
            tr("Start the practice server, then send it test messages or point the relay to it. Its refusals are "
               "those of Exchange Online, and nothing leaves this computer."),
            tr("Start the practice server"));
    }
    m_settings->setText(
        signsIn(room.method())
            ? tr("STARTTLS, then sign in as %1. The test page and the relay can fill this in.").arg(room.user())
            : tr("STARTTLS where you like, no sign-in. Send as %1.").arg(room.sender()));
    m_setup->tokens()->show(room);
    showMessages();
    showDevices();
    showRequests();
}

void PracticePage::showMessages()
{
    fillList(m_messageList, [this] { m_messages->setMessages(m_services.practice.messages()); });
    refreshPane();
}

void PracticePage::showDevices()
{
    fillList(m_deviceList, [this] { m_devices->setDevices(m_services.practice.devices()); });
    showSelectedDevice(); // the same one may have shown more
    refreshPane();
}

void PracticePage::showRequests()
{
    fillList(m_requestList, [this] { m_requests->setRequests(m_services.practice.requests()); });
    m_request->showCounts(m_services.practice.web());
    refreshPane();
}

void PracticePage::refreshPane()
{
    const int pane = m_which->index();
    if (pane >= Mailboxes) {
        m_stack->setCurrentIndex(pane - Mailboxes + 2); // behind the empty state and the lists
        return;
    }
    if (pane == Requests) {
        m_lists->setCurrentIndex(pane);
        m_details->setCurrentIndex(pane);
        m_stack->setCurrentIndex(m_requests->rowCount() > 0 ? 1 : 0);
        return;
    }
    const bool hasMessages = m_messages->rowCount() > 0;
    const bool hasDevices = m_devices->rowCount() > 0;
    if (!hasMessages && hasDevices)
        m_which->setIndex(Devices); // a device that got no message through is what one came for
    m_lists->setCurrentIndex(m_which->index());
    m_details->setCurrentIndex(m_which->index());
    m_stack->setCurrentIndex(hasMessages || hasDevices ? 1 : 0);
}

void PracticePage::showPane(Pane pane)
{
    m_which->setIndex(pane);
    refreshPane();
}

void PracticePage::showSelectedMessage()
{
    if (const QModelIndex index = m_messageList->currentIndex(); index.isValid())
        m_message->show(m_messages->message(index));
}

void PracticePage::showSelectedDevice()
{
    const Workspace &workspace = m_services.workspace;
    if (const QModelIndex index = m_deviceList->currentIndex(); index.isValid())
        m_device->show(m_devices->device(index), workspace.site(), workspace.hasSite());
}

void PracticePage::showSelectedRequest()
{
    if (const QModelIndex index = m_requestList->currentIndex(); index.isValid())
        m_request->show(m_requests->request(index), m_services.workspace.knowledge());
}

void PracticePage::requestAccount()
{
    PracticeRoom &room = m_services.practice;
    const PracticeWeb *web = room.web();
    if (!web)
        return;
    const auto authority = room.authorityFile();
    if (!authority)
        return message()->show(Tone::Wrong, authority.error().detail);
    const AccountDraft draft{.name = room.sender(),
                             .way = AccountWay::Secret,
                             .use = room.method() == PracticeMethod::HighVolumeEmail ? TokenUse::HighVolumeEmail
                                                                                     : TokenUse::ClientSubmission,
                             .tenant = web->directory().tenantId,
                             .application = web->application().id,
                             .service = web->signIn().baseUrl().toString(),
                             .caFile = *authority};
    Q_EMIT accountRequested(draft, web->madeUpSecret().value_or(Secret()));
}

void PracticePage::putIntoInventory()
{
    const QModelIndex index = m_deviceList->currentIndex();
    if (!index.isValid())
        return;
    Workspace &workspace = m_services.workspace;
    const DeviceProfile device = m_devices->device(index);
    if (!workspace.hasSite()) {
        Site site;
        site.networks.push_back({.id = QStringLiteral("office")});
        workspace.create(site);
    }
    workspace.edit(tr("device seen in practice"), withDevice(workspace.site(), device));
    const Sender *sender = knownSender(workspace.site(), device);
    message()->show(Tone::Good, tr("%1 is in the inventory with what it showed. Edit > Undo takes it back.")
                                    .arg(sender ? sender->name : device.address.toString()));
}

void PracticePage::saveAuthority()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the certificate authority"),
                                                      QStringLiteral("practice-authority.pem"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    const QByteArray pem = m_services.practice.authorityPem();
    if (file.open(QIODevice::WriteOnly) && file.write(pem) == pem.size() && file.commit())
        message()->show(Tone::Good, tr("Saved as %1. Trust it in the device under test, and nowhere else.")
                                        .arg(QDir::toNativeSeparators(path)));
    else
        message()->show(Tone::Wrong, tr("%1 could not be written: %2. Choose another folder.")
                                         .arg(QDir::toNativeSeparators(path), file.errorString()));
}

} // namespace relaywright
