// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/PracticePage.h"

#include "core/base/Text.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/Workspace.h"
#include "ui/models/PracticeModel.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"
#include "ui/widgets/ToggleSwitch.h"

#include <QDir>
#include <QFileDialog>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr PracticeMethod kMethods[] = {PracticeMethod::ClientSubmission, PracticeMethod::DirectSend,
                                       PracticeMethod::ConnectorRelay};

/// The message as text with each odd octet made visible, line by line; nothing in it reaches the screen raw.
QString shownContent(const ReceivedMessage &message)
{
    constexpr qsizetype kMaxLines = 2000;
    QStringList lines;
    for (QByteArray line : message.content.split('\n')) {
        if (line.endsWith('\r'))
            line.chop(1);
        lines += printable(line);
        if (lines.size() >= kMaxLines) {
            lines += PracticePage::tr("… the rest is not shown.");
            break;
        }
    }
    return lines.join(u'\n');
}

QString envelopeText(const ReceivedMessage &message)
{
    QStringList recipients;
    for (const EmailAddress &recipient : message.envelope.recipients)
        recipients += recipient.toString();
    const QString how = message.tls ? PracticePage::tr("over TLS") : PracticePage::tr("without encryption");
    const QString who = message.signedInAs.isEmpty() ? PracticePage::tr("nobody signed in")
                                                     : PracticePage::tr("signed in as %1").arg(message.signedInAs);
    return PracticePage::tr("From %1 to %2, %3, %4.")
        .arg(toPath(message.envelope.sender), recipients.join(QLatin1String(", ")), how, who);
}

} // namespace

PracticePage::PracticePage(Services &services, QWidget *parent)
    : Page(tr("Practice"), tr("A make-believe Microsoft 365 on this computer, to try everything without harm."),
           parent),
      m_services(services), m_switch(new ToggleSwitch), m_state(new TextLabel({}, FontRole::Heading)),
      m_method(nullptr), m_account(new QWidget), m_settings(new TextLabel({})), m_model(new PracticeModel(this)),
      m_list(new QListView), m_stack(new QStackedWidget), m_envelope(new TextLabel({})), m_content(new QPlainTextEdit),
      m_test(nullptr)
{
    setHelp(tr(
        "The practice server answers as Exchange Online would, with its real refusals. It takes connections from this "
        "computer only, and nothing that you send to it leaves the computer."));
    build();
    connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) {
        if (on)
            start();
        else
            m_services.practice.stop();
    });
    connect(m_method, &ChoiceRow::chosen, this, [this] {
        if (m_services.practice.isRunning())
            start();
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PracticePage::showSelected);
    connect(&services.practice, &PracticeRoom::stateChanged, this, &PracticePage::refresh);
    connect(&services.practice, &PracticeRoom::messageReceived, this, &PracticePage::showMessages);
    refresh();
}

void PracticePage::build()
{
    m_test = addPrimaryAction(tr("Send it a test message"));
    connect(m_test, &QPushButton::clicked, this, &PracticePage::testRequested);
    m_switch->setAccessibleName(tr("Practice server"));
    m_method = new ChoiceRow({tr("Client submission"), tr("Direct send"), tr("Connector relay")});
    m_method->setIndex(0);
    auto *card = new Card;
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kMedium);
    row->addWidget(m_switch);
    row->addWidget(m_state, 1);
    card->body()->addLayout(row);
    card->body()->addWidget(new Field(tr("Which way in does it play?"), m_method));
    auto *accountRow = new QHBoxLayout(m_account);
    accountRow->setContentsMargins(0, 0, 0, 0);
    auto *copyPassword = new QPushButton(tr("Copy the password"));
    copyPassword->setIcon(lineIcon(QStringLiteral("key"), palette()));
    auto *saveCa = new QPushButton(tr("Save its certificate authority…"));
    accountRow->addWidget(m_settings, 1);
    accountRow->addWidget(copyPassword, 0, Qt::AlignTop);
    accountRow->addWidget(saveCa, 0, Qt::AlignTop);
    card->body()->addWidget(m_account);
    body()->addWidget(card);
    connect(copyPassword, &QPushButton::clicked, this, [this] {
        copyToClipboard(QString::fromUtf8(m_services.practice.password().reveal()));
        message()->show(Tone::Good,
                        tr("The practice account’s password is on the clipboard. It opens nothing but this server."));
    });
    connect(saveCa, &QPushButton::clicked, this, &PracticePage::saveAuthority);

    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Messages that the practice server took"));
    m_list->setMouseTracking(true);
    m_content->setReadOnly(true);
    m_content->setFont(fontFor(FontRole::Fixed));
    m_content->setAccessibleName(tr("The message as it came"));
    auto *details = new QWidget;
    auto *detailsLayout = new QVBoxLayout(details);
    detailsLayout->setContentsMargins(0, 0, 0, 0);
    detailsLayout->addWidget(m_envelope);
    detailsLayout->addWidget(m_content, 1);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(details);
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
    body()->addWidget(m_stack, 1);
}

void PracticePage::start()
{
    const auto started = m_services.practice.start(kMethods[std::max(0, m_method->index())],
                                                   m_services.workspace.site().organisation.acceptedDomains);
    if (started)
        message()->clear();
    else
        message()->show(Tone::Wrong, started.error().detail);
    showMessages();
}

void PracticePage::refresh()
{
    const PracticeRoom &room = m_services.practice;
    const bool running = room.isRunning();
    m_switch->setChecked(running);
    m_state->setText(running ? tr("The practice server listens on %1.").arg(room.address().toString())
                             : tr("The practice server is off."));
    m_account->setVisible(running);
    m_test->setVisible(running);
    if (running) {
        m_empty->setWords(tr("No message yet"), tr("What the practice server takes shows up here, as it came."),
                          tr("Send it a test message"));
    } else {
        m_empty->setWords(
            tr("Nothing to break here"),
            tr("Start the practice server, then send it test messages or point the relay to it. Its refusals are "
               "those of Exchange Online, and nothing leaves this computer."),
            tr("Start the practice server"));
    }
    const bool signIn = room.method() == PracticeMethod::ClientSubmission;
    m_settings->setText(
        signIn ? tr("STARTTLS, then sign in as %1. The test page and the relay can fill this in.").arg(room.user())
               : tr("STARTTLS where you like, no sign-in. Send as %1.").arg(room.user()));
    showMessages();
}

void PracticePage::showMessages()
{
    m_model->setMessages(m_services.practice.messages());
    m_stack->setCurrentIndex(m_model->rowCount() > 0 ? 1 : 0);
    if (m_model->rowCount() > 0)
        m_list->setCurrentIndex(m_model->index(0));
}

void PracticePage::showSelected()
{
    const QModelIndex index = m_list->currentIndex();
    if (!index.isValid())
        return;
    const ReceivedMessage &received = m_model->message(index);
    m_envelope->setText(envelopeText(received));
    m_content->setPlainText(shownContent(received));
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
