// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeMailboxes.h"

#include "ui/models/PracticeAccountModel.h"
#include "ui/views/Tables.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace relaywright {

namespace {

Choices<std::optional<bool>> smtpAuthChoices()
{
    return {{std::nullopt, PracticeMailboxes::tr("As the organisation")},
            {false, PracticeMailboxes::tr("On for this mailbox")},
            {true, PracticeMailboxes::tr("Off for this mailbox")}};
}

/// A mailbox's address, or the SMTP user name of Azure Communication Services.
bool isUserName(const QString &text)
{
    return EmailAddress::parse(text).has_value() || text.count(u'|') == 2;
}

} // namespace

PracticeMailboxes::PracticeMailboxes(QWidget *parent)
    : QWidget(parent), m_model(new PracticeAccountModel(this)), m_table(new QTableView)
{
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeTable());
    auto *form = inScrollArea(makeForm());
    form->setMinimumWidth(330); // its longest line fits
    splitter->addWidget(form);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({420, 340});
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &PracticeMailboxes::showSelected);
    showSelected();
}

QWidget *PracticeMailboxes::makeTable()
{
    m_table->setModel(m_model);
    setUpTable(*m_table, tr("Mailboxes of the practice tenant"));
    addTableKeys(*m_table, [this] { removeSelected(); });
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->resizeSection(PracticeAccountModel::UserColumn, 160);
    m_table->horizontalHeader()->resizeSection(PracticeAccountModel::PasswordColumn, 80);
    m_table->horizontalHeader()->resizeSection(PracticeAccountModel::SmtpAuthColumn, 110);
    m_table->horizontalHeader()->resizeSection(PracticeAccountModel::SendAsColumn, 100);
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto *addButton = new QPushButton(tr("Add a mailbox"));
    addButton->setIcon(lineIcon(QStringLiteral("plus"), palette()));
    m_remove = new QPushButton(tr("Remove it"));
    m_remove->setIcon(lineIcon(QStringLiteral("trash"), palette()));
    connect(addButton, &QPushButton::clicked, this, &PracticeMailboxes::add);
    connect(m_remove, &QPushButton::clicked, this, &PracticeMailboxes::removeSelected);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(addButton);
    buttons->addWidget(m_remove);
    buttons->addStretch();
    auto *pane = new QWidget;
    auto *layout = new QVBoxLayout(pane);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);
    return pane;
}

QWidget *PracticeMailboxes::makeForm()
{
    m_user = new QLineEdit;
    m_password = new QLineEdit;
    m_password->setEchoMode(QLineEdit::Password);
    m_anyPassword = new QCheckBox(tr("Takes any password"));
    auto *password = new QWidget;
    auto *passwordLayout = new QVBoxLayout(password);
    passwordLayout->setContentsMargins(0, 0, 0, 0);
    passwordLayout->setSpacing(gap::kTiny);
    passwordLayout->addWidget(m_anyPassword);
    passwordLayout->addWidget(m_password);
    m_password->setAccessibleName(tr("Its password here"));
    connect(m_anyPassword, &QCheckBox::clicked, this, [this](bool any) {
        m_password->setEnabled(!any);
        if (!any)
            m_password->setFocus();
        take();
    });
    m_sendAs = new QLineEdit;
    m_sendAs->setPlaceholderText(QStringLiteral("reports@contoso.com"));
    m_smtpAuth = new EnumBox<std::optional<bool>>(smtpAuthChoices());
    m_userField = new Field(tr("Mailbox"), m_user);
    m_sendAsField =
        new Field(tr("May send as these addresses, too"), m_sendAs,
                  tr("Send As: without it Exchange Online refuses every From but the mailbox’s own address."));
    m_form = new QWidget;
    auto *layout = new QVBoxLayout(m_form);
    layout->setContentsMargins(gap::kSmall, 0, gap::kSmall, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_userField);
    layout->addWidget(
        new Field(tr("Its password here"), password,
                  tr("The site does not know passwords, so any is right, and any access token that Microsoft "
                     "would take for this endpoint. Or make one up; a real one is not needed.")));
    layout->addWidget(new Field(tr("SMTP AUTH"), m_smtpAuth));
    layout->addWidget(m_sendAsField);
    const auto addSwitch = [this, layout](const QString &text, bool PracticeAccount::*member) {
        auto *box = new QCheckBox(text);
        layout->addWidget(box);
        m_switches.emplace_back(box, member);
        connect(box, &QCheckBox::clicked, this, &PracticeMailboxes::take);
    };
    addSwitch(tr("Its authentication policy blocks Basic"), &PracticeAccount::basicBlocked);
    addSwitch(tr("Restricted as a source of spam"), &PracticeAccount::restricted);
    addSwitch(tr("Full"), &PracticeAccount::mailboxFull);
    addSwitch(tr("No High Volume Email account"), &PracticeAccount::ordinaryMailbox);
    addSwitch(tr("Refuses the application (with a token)"), &PracticeAccount::applicationRefused);
    layout->addStretch(1);
    for (QLineEdit *edit : {m_user, m_password, m_sendAs})
        connect(edit, &QLineEdit::editingFinished, this, &PracticeMailboxes::take);
    connect(m_smtpAuth, &QComboBox::activated, this, &PracticeMailboxes::take);
    return m_form;
}

bool PracticeMailboxes::setSiteAccounts(const std::vector<PracticeAccount> &accounts)
{
    const bool isChanged = m_model->setSiteAccounts(accounts);
    if (isChanged)
        select(0);
    return isChanged;
}

const std::vector<PracticeAccount> &PracticeMailboxes::accounts() const
{
    return m_model->accounts();
}

void PracticeMailboxes::select(int row)
{
    if (row < m_model->rowCount())
        m_table->selectRow(row);
    showSelected();
}

int PracticeMailboxes::selectedRow() const
{
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() && m_table->selectionModel()->isRowSelected(current.row()) ? current.row() : -1;
}

void PracticeMailboxes::add()
{
    QString user = QStringLiteral("mailbox@contoso.com");
    if (const auto &known = m_model->accounts(); !known.empty() && known.front().user.contains(u'@'))
        user = QStringLiteral("mailbox@") + known.front().user.section(u'@', -1);
    const QString domain = user.section(u'@', -1);
    for (int number = 2; m_model->rowOf(user) >= 0; ++number)
        user = QStringLiteral("mailbox%1@%2").arg(QString::number(number), domain);
    select(m_model->add({.user = user, .anySecret = true}));
    m_user->setFocus();
    m_user->selectAll();
    Q_EMIT changed();
}

void PracticeMailboxes::removeSelected()
{
    const int row = selectedRow();
    if (row < 0)
        return;
    m_model->remove(row);
    select(std::min(row, m_model->rowCount() - 1));
    Q_EMIT changed();
}

void PracticeMailboxes::showSelected()
{
    const int row = selectedRow();
    m_form->setEnabled(row >= 0);
    m_remove->setEnabled(row >= 0);
    const PracticeAccount account = row >= 0 ? m_model->accounts()[static_cast<std::size_t>(row)] : PracticeAccount{};
    QStringList sendAs;
    for (const EmailAddress &address : account.sendAs)
        sendAs += address.toString();
    m_user->setText(account.user);
    const bool isSet = !account.password.isEmpty();
    m_anyPassword->setChecked(!isSet);
    m_password->clear();
    m_password->setEnabled(isSet);
    m_password->setPlaceholderText(isSet ? tr("Set; type another to change it") : QString());
    m_sendAs->setText(sendAs.join(QLatin1String(", ")));
    m_smtpAuth->setValue(account.smtpAuthDisabled);
    for (const auto &[box, member] : m_switches)
        box->setChecked(account.*member);
    m_userField->setProblem({});
    m_sendAsField->setProblem({});
}

bool PracticeMailboxes::readSendAs(std::vector<EmailAddress> &addresses)
{
    for (const QString &part : m_sendAs->text().split(u',', Qt::SkipEmptyParts)) {
        const auto address = EmailAddress::parse(part.trimmed());
        if (!address) {
            m_sendAsField->setProblem(tr("“%1” is no address. Separate addresses with commas.").arg(part.trimmed()));
            return false;
        }
        addresses.push_back(*address);
    }
    m_sendAsField->setProblem({});
    return true;
}

void PracticeMailboxes::take()
{
    const int row = selectedRow();
    if (row < 0)
        return;
    const PracticeAccount &before = m_model->accounts()[static_cast<std::size_t>(row)];
    PracticeAccount account{.user = m_user->text().trimmed(), .anySecret = true};
    if (!m_anyPassword->isChecked()) {
        account.password = m_password->text().isEmpty() ? before.password : Secret::fromText(m_password->text());
        if (account.password.isEmpty())
            return; // not typed yet
    }
    account.accessToken = before.accessToken;
    account.smtpAuthDisabled = m_smtpAuth->value();
    for (const auto &[box, member] : m_switches)
        account.*member = box->isChecked();
    const int same = m_model->rowOf(account.user);
    const bool isTaken = same >= 0 && same != row;
    m_userField->setProblem(!isUserName(account.user)
                                ? tr("This is no mailbox address. Write it as scanner@contoso.com.")
                            : isTaken ? tr("This mailbox is in the table already.")
                                      : QString());
    if (!readSendAs(account.sendAs) || !m_userField->problem().isEmpty())
        return;
    const bool isSame = account.user == before.user && account.password == before.password
                        && account.sendAs == before.sendAs && account.smtpAuthDisabled == before.smtpAuthDisabled
                        && std::ranges::all_of(
                            m_switches, [&](const auto &one) { return account.*(one.second) == before.*(one.second); });
    if (isSame)
        return; // a field was left as it was
    m_model->change(row, account);
    showSelected();
    Q_EMIT changed();
}

} // namespace relaywright
