// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/TestForm.h"

#include "ui/forms/PasswordEntry.h"
#include "ui/forms/SignInChoice.h"
#include "ui/forms/TestDetails.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kThroughGraph = 1; // of the two ways

} // namespace

TestForm::TestForm(QWidget *parent)
    : QWidget(parent), m_layout(new QVBoxLayout(this)), m_way(new ChoiceRow({tr("By SMTP"), tr("By Microsoft Graph")})),
      m_server(new QLineEdit), m_port(new QLineEdit), m_tls(new EnumBox<TlsPolicy>(tlsPolicyChoices())),
      m_signIn(new SignInChoice), m_addAccount(new QPushButton(tr("Add an account…"))), m_user(new QLineEdit),
      m_password(new PasswordEntry), m_mailbox(new QLineEdit), m_saves(new QCheckBox(tr("Keep a copy in Sent Items"))),
      m_from(new QLineEdit), m_envelopeFrom(new QLineEdit), m_to(new QLineEdit), m_subject(new QLineEdit),
      m_text(new QPlainTextEdit), m_attachments(new QListWidget), m_detach(new QPushButton(tr("Remove"))),
      m_details(new TestDetails)
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap::kMedium);
    addWay(m_layout);
    addConnection(m_layout);
    addSignIn(m_layout);
    addMessage(m_layout);
    m_layout->addWidget(new TextLabel(tr("More, for those who look closer"), FontRole::Small, TextLabel::Color::Muted));
    m_layout->addWidget(m_details);
    for (QLineEdit *edit : {m_server, m_port, m_user, m_mailbox, m_from, m_envelopeFrom, m_to, m_subject})
        connect(edit, &QLineEdit::textEdited, this, &TestForm::edited);
    connect(m_details, &TestDetails::edited, this, &TestForm::edited);
    connect(m_user, &QLineEdit::editingFinished, this, [this] { Q_EMIT userChanged(m_user->text().trimmed()); });
    connect(m_server, &QLineEdit::textEdited, this, [this] { m_kept.authorityPem.clear(); });
    setDraft({});
}

void TestForm::addWay(QVBoxLayout *layout)
{
    layout->addWidget(new Field(tr("How the message goes"), m_way,
                                tr("Microsoft Graph takes it over HTTPS, where no port for mail is open. It signs in "
                                   "with an account of yours that is for Graph.")));
    connect(m_way, &ChoiceRow::chosen, this, &TestForm::chooseWay);
}

void TestForm::addConnection(QVBoxLayout *layout)
{
    m_server->setPlaceholderText(QStringLiteral("smtp.office365.com"));
    m_port->setMaximumWidth(88);
    auto *server = new Field(tr("Server"), m_server);
    auto *port = new Field(tr("Port"), m_port);
    auto *place = new QWidget;
    auto *row = new QHBoxLayout(place);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(server, 1, Qt::AlignTop);
    row->addWidget(port, 0, Qt::AlignTop);
    auto *tls = new Field(tr("Encryption"), m_tls);
    layout->addWidget(place);
    layout->addWidget(tls);
    m_smtp.insert(m_smtp.end(), {place, tls});
    m_fields.insert(m_fields.end(), {{QStringLiteral("server"), server}, {QStringLiteral("port"), port}});
}

void TestForm::addSignIn(QVBoxLayout *layout)
{
    m_signInField = new Field(tr("How it signs in"), m_signIn,
                              tr("An account of the Accounts page brings an access token, which is asked for when the "
                                 "test begins. What a device of yours cannot do itself, the relay can do for it."));
    auto *user = new Field(tr("Sign in as"), m_user,
                           tr("The mailbox or account whose password the device holds. It may be another one than the "
                              "address it sends as; then the server asks for the right to send as that."));
    auto *mailbox =
        new Field(tr("Mailbox that sends"), m_mailbox,
                  tr("The application needs the right to send from it. What stands in From must be its address, or one "
                     "that it may send as."));
    m_saves->setAccessibleDescription(
        tr("Without a copy the message goes as a draft that vanishes, which needs the permission Mail.ReadWrite."));
    auto *add = new QHBoxLayout;
    add->addWidget(m_addAccount);
    add->addStretch();
    layout->addWidget(m_signInField);
    layout->addLayout(add);
    layout->addWidget(user);
    layout->addWidget(m_password);
    layout->addWidget(mailbox);
    layout->addWidget(m_saves);
    m_smtp.push_back(user);
    m_graph.insert(m_graph.end(), {mailbox, m_saves});
    m_fields.insert(m_fields.end(), {{QStringLiteral("account"), m_signInField},
                                     {QStringLiteral("user"), user},
                                     {QStringLiteral("mailbox"), mailbox}});
    connect(m_addAccount, &QPushButton::clicked, this, &TestForm::accountsRequested);
    connect(m_saves, &QCheckBox::clicked, this, &TestForm::edited);
    connect(m_signIn, &QComboBox::activated, this, [this] {
        showWay();
        Q_EMIT edited();
    });
}

void TestForm::chooseWay()
{
    m_signIn->setGraph(m_way->index() == kThroughGraph);
    showProblems({});
    showWay();
    Q_EMIT edited();
}

void TestForm::showWay()
{
    const bool graph = m_way->index() == kThroughGraph;
    for (QWidget *one : m_smtp)
        one->setVisible(!graph);
    for (QWidget *one : m_graph)
        one->setVisible(graph);
    const QString account = m_signIn->account();
    m_signInField->setVisible(m_signIn->isChoice() || graph);
    m_addAccount->setVisible(graph && !m_signIn->isChoice());
    m_password->setVisible(!graph && account.isEmpty());
    m_user->setPlaceholderText(account.isEmpty() ? tr("Empty: no sign-in") : account);
    m_mailbox->setPlaceholderText(account.isEmpty() ? QStringLiteral("scanner@contoso.com") : account);
    m_details->setGraph(graph);
}

void TestForm::setAccounts(const AccountBook &accounts)
{
    m_signIn->setAccounts(accounts);
    showWay();
}

void TestForm::addMessage(QVBoxLayout *layout)
{
    auto *from = new Field(tr("Send as (From)"), m_from,
                           tr("P2 in Exchange Online’s words: the address that the recipient sees."));
    auto *envelope =
        new Field(tr("Envelope sender (MAIL FROM)"), m_envelopeFrom,
                  tr("P1 in Exchange Online’s words: reports come back to it, and SPF is asked for its domain."));
    auto *to = new Field(tr("To"), m_to);
    m_from->setPlaceholderText(QStringLiteral("scanner@contoso.com"));
    m_envelopeFrom->setPlaceholderText(tr("The same"));
    m_to->setPlaceholderText(QStringLiteral("you@contoso.com"));
    m_text->setTabChangesFocus(true);
    m_text->setMinimumHeight(72);
    m_text->setMaximumHeight(120);
    layout->addWidget(from);
    layout->addWidget(envelope);
    m_smtp.push_back(envelope);
    layout->addWidget(to);
    layout->addWidget(new Field(tr("Subject"), m_subject));
    layout->addWidget(new Field(tr("Text"), m_text));
    addAttachments(layout);
    m_fields.insert(
        m_fields.end(),
        {{QStringLiteral("from"), from}, {QStringLiteral("envelopeFrom"), envelope}, {QStringLiteral("to"), to}});
}

void TestForm::addAttachments(QVBoxLayout *layout)
{
    auto *add = new QPushButton(tr("Attach a file…"));
    add->setIcon(lineIcon(QStringLiteral("attach"), palette()));
    m_attachments->setAccessibleName(tr("Attached files"));
    m_attachments->setMaximumHeight(72);
    m_attachments->hide();
    m_detach->hide();
    auto *row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(m_detach);
    row->addStretch();
    layout->addLayout(row);
    layout->addWidget(m_attachments);
    connect(add, &QPushButton::clicked, this, &TestForm::attach);
    connect(m_detach, &QPushButton::clicked, this, [this] {
        delete m_attachments->takeItem(std::max(0, m_attachments->currentRow()));
        m_attachments->setVisible(m_attachments->count() > 0);
        m_detach->setVisible(m_attachments->count() > 0);
    });
}

void TestForm::addOnTop(QWidget *widget)
{
    m_layout->insertWidget(0, widget);
}

void TestForm::attach()
{
    TestDraft with = draft();
    with.attachments += QFileDialog::getOpenFileNames(this, tr("Attach files"));
    setDraft(with);
}

void TestForm::setDraft(const TestDraft &draft)
{
    m_kept = draft;
    m_way->setIndex(draft.graph ? kThroughGraph : 0);
    m_signIn->setGraph(draft.graph);
    m_signIn->setAccount(draft.account);
    m_mailbox->setText(draft.mailbox);
    m_saves->setChecked(draft.saveToSentItems);
    m_server->setText(draft.server);
    m_port->setText(draft.port);
    m_tls->setValue(draft.tls);
    const bool newUser = m_user->text() != draft.user;
    m_user->setText(draft.user);
    m_from->setText(draft.from);
    m_envelopeFrom->setText(draft.envelopeFrom);
    m_to->setText(draft.to);
    m_subject->setText(draft.subject);
    if (m_text->toPlainText() != draft.text)
        m_text->setPlainText(draft.text);
    m_attachments->clear();
    for (const QString &path : draft.attachments) {
        auto *item = new QListWidgetItem(QFileInfo(path).fileName(), m_attachments);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
    m_attachments->setVisible(m_attachments->count() > 0);
    m_detach->setVisible(m_attachments->count() > 0);
    m_details->load(draft);
    showWay();
    showProblems({});
    if (newUser)
        Q_EMIT userChanged(draft.user);
}

TestDraft TestForm::draft() const
{
    TestDraft draft = m_kept;
    draft.graph = m_way->index() == kThroughGraph;
    draft.account = m_signIn->account();
    draft.mailbox = m_mailbox->text();
    draft.saveToSentItems = m_saves->isChecked();
    draft.server = m_server->text();
    draft.port = m_port->text();
    draft.tls = m_tls->value();
    draft.user = m_user->text();
    draft.from = m_from->text();
    draft.envelopeFrom = m_envelopeFrom->text();
    draft.to = m_to->text();
    draft.subject = m_subject->text();
    draft.text = m_text->toPlainText();
    draft.attachments.clear();
    for (int i = 0; i < m_attachments->count(); ++i)
        draft.attachments += m_attachments->item(i)->data(Qt::UserRole).toString();
    m_details->store(draft);
    return draft;
}

std::vector<std::pair<QString, Field *>> TestForm::allFields() const
{
    auto all = m_fields;
    all.insert(all.end(), m_details->fields().begin(), m_details->fields().end());
    return all;
}

void TestForm::showProblems(const Problems &problems)
{
    for (const auto &[name, field] : allFields())
        field->setProblem(problemOf(problems, name));
    m_password->setProblem({});
}

void TestForm::revealProblem()
{
    for (const auto &[name, field] : allFields()) {
        if (!field->problem().isEmpty())
            return field->reveal();
    }
}

void TestForm::setVault(Vault::State state, const QString &problem)
{
    m_password->setVault(state, tr("There is no keychain here, so the password is kept for this run only and never "
                                   "written to a file. %1")
                                    .arg(problem));
}

} // namespace relaywright
