// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/AccountsPage.h"

#include "core/relay/RelayConfig.h"
#include "ui/engine/AccountDesk.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/AccountForm.h"
#include "ui/forms/CertificateEntry.h"
#include "ui/forms/SecretEntry.h"
#include "ui/models/AccountModel.h"
#include "ui/views/AccountDetails.h"
#include "ui/views/AccountProgress.h"
#include "ui/views/SetUpPanel.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kFormWidth = 760;

} // namespace

AccountsPage::AccountsPage(Services &services, QWidget *parent)
    : Page(tr("Accounts"), tr("Who signs in with access tokens in place of a password, and how long that lasts."),
           parent),
      m_services(services), m_desk(new AccountDesk(services, this)), m_setUpDesk(new SetUpDesk(services, this)),
      m_model(new AccountModel(this)), m_list(new QListView), m_details(new AccountDetails),
      m_progress(new AccountProgress(*m_desk, services.clock)), m_form(new AccountForm), m_secret(new SecretEntry),
      m_certificate(new CertificateEntry), m_setUp(new SetUpPanel(services, *m_setUpDesk)),
      m_addGo(new QPushButton(tr("Sign in and keep it"))), m_replaceGo(new QPushButton(tr("Replace the secret"))),
      m_certificateGo(new QPushButton(tr("Replace the certificate"))), m_sheets(new QStackedWidget)
{
    setHelp(tr(
        "Exchange Online takes fewer and fewer passwords. An account here signs in once, as a person or as an "
        "application, and hands out access tokens from then on: to the relay, and to tests. Client secrets and "
        "certificates end; the page warns a month before. Choose an account in the relay’s settings under Ways out."));
    build();
    connectAll();
    showAccounts();
}

void AccountsPage::build()
{
    connect(addPrimaryAction(tr("Add an account…")), &QPushButton::clicked, this, [this] { openForm(); });
    auto *empty = new EmptyState(
        QStringLiteral("key"), tr("No account yet"),
        tr("An account signs in to Microsoft 365 with access tokens, which will outlive passwords. You need an app "
           "registration in the Entra admin centre, and its tenant and application ids."),
        tr("Add an account…"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { openForm(); });

    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Accounts"));
    m_list->setMouseTracking(true);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(inScrollArea(m_details));
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({280, 640});
    m_sheets->addWidget(splitter); // from here on as in Sheet
    m_sheets->addWidget(makeSheet(
        tr("Add an account"), tr("The first sign-in happens now. It is kept only if it succeeds."), m_form, m_addGo));
    auto *scripts = new QPushButton(tr("No application yet? Make the scripts for it…"));
    auto *card = qobject_cast<Card *>(m_addGo->parentWidget());
    card->body()->addWidget(scripts, 0, Qt::AlignLeft);
    connect(scripts, &QPushButton::clicked, this, &AccountsPage::openNewSetUp);
    m_sheets->addWidget(
        makeSheet(tr("Replace the client secret"),
                  tr("Make a new secret in the Entra admin centre and leave the old one there. The new one is "
                     "kept beside the old one, tried by a sign-in, and takes its place only if it works."),
                  m_secret, m_replaceGo));
    m_sheets->addWidget(
        makeSheet(tr("Replace the certificate"),
                  tr("Upload the new certificate to the app registration and leave the old one there. The "
                     "new one is tried by a sign-in, and the account uses it only if it works."),
                  m_certificate, m_certificateGo));
    m_sheets->addWidget(inScrollArea(m_setUp));
    body()->addWidget(m_sheets, 1);
    body()->addWidget(m_progress);
}

QWidget *AccountsPage::makeSheet(const QString &heading, const QString &sentence, QWidget *form, QPushButton *go)
{
    auto *card = new Card;
    card->setMaximumWidth(kFormWidth);
    card->body()->addWidget(new TextLabel(heading, FontRole::Heading));
    card->body()->addWidget(new TextLabel(sentence, FontRole::Body, TextLabel::Color::Muted));
    card->body()->addWidget(form);
    go->setProperty("primary", true);
    auto *back = new QPushButton(tr("Back"));
    connect(back, &QPushButton::clicked, this, &AccountsPage::onEscape);
    connect(go, &QPushButton::clicked, this, &AccountsPage::submit);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gap::kSmall);
    buttons->addWidget(go);
    buttons->addWidget(back);
    buttons->addStretch();
    card->body()->addLayout(buttons);
    auto *ground = new QWidget;
    auto *layout = new QVBoxLayout(ground);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(card);
    layout->addStretch();
    return inScrollArea(ground);
}

void AccountsPage::connectAll()
{
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        if (!index.isValid())
            return;
        m_chosen = m_model->account(index.row()).name;
        showDetails();
    });
    connect(m_details, &AccountDetails::testRequested, this, [this] {
        if (const BookedAccount *account = chosen())
            m_desk->test(*account);
    });
    connect(m_details, &AccountDetails::signInRequested, this, [this](PersonWay way) {
        if (const BookedAccount *account = chosen())
            m_desk->signInAgain(*account, way);
    });
    connect(m_details, &AccountDetails::replaceRequested, this, &AccountsPage::openReplaceForm);
    connect(m_details, &AccountDetails::removeRequested, this, &AccountsPage::askToRemove);
    connect(m_details, &AccountDetails::setUpRequested, this, &AccountsPage::openSetUp);
    connect(m_setUp, &SetUpPanel::backRequested, this, &AccountsPage::onEscape);
    connect(m_setUp, &SetUpPanel::addRequested, this, [this] { openForm(); });
    connect(m_setUp, &SetUpPanel::said, message(),
            [this](Tone tone, const QString &sentence) { message()->show(tone, sentence); });
    connect(m_form, &AccountForm::accepted, this, &AccountsPage::submit);
    connect(m_secret, &SecretEntry::accepted, this, &AccountsPage::submit);
    connect(m_certificate, &CertificateEntry::accepted, this, &AccountsPage::submit);
    connect(m_desk, &AccountDesk::changed, this, &AccountsPage::refreshBusy);
    connect(m_desk, &AccountDesk::finished, this, &AccountsPage::onFinished);
    connect(&m_services.accounts, &AccountShelf::changed, this, &AccountsPage::showAccounts);
    connect(&m_services.workspace, &Workspace::siteChanged, this, &AccountsPage::showDetails);
    connect(&m_services.relay, &RelayHost::configChanged, this, &AccountsPage::showDetails);
    connect(&m_services.vault, &Vault::stateChanged, this, &AccountsPage::showAccounts);
    auto *escape = new QShortcut(Qt::Key_Escape, this);
    escape->setContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QShortcut::activated, this, &AccountsPage::onEscape);
}

void AccountsPage::prepare()
{
    m_services.accounts.look();
    showAccounts(); // days pass while it is not seen
}

const BookedAccount *AccountsPage::chosen() const
{
    return findAccount(m_services.accounts.accounts(), m_chosen);
}

void AccountsPage::choose(const QString &name)
{
    if (const int row = m_model->rowOf(name); row >= 0)
        m_list->setCurrentIndex(m_model->index(row));
}

void AccountsPage::showAccounts()
{
    const AccountBook &accounts = m_services.accounts.accounts();
    const QString before = m_chosen;
    m_model->setAccounts(accounts, m_services.clock.today());
    const int row = std::max(0, m_model->rowOf(before));
    if (!accounts.empty())
        m_list->setCurrentIndex(m_model->index(row));
    else
        m_chosen.clear();
    const bool isForm = m_sheets->currentIndex() != Accounts; // which has a message of its own
    if (!m_desk->isBusy() && !isForm)
        showStanding();
    showSheet(static_cast<Sheet>(m_sheets->currentIndex()));
}

/// What is in the way of all accounts, as long as it is.
void AccountsPage::showStanding()
{
    if (const QString &problem = m_services.accounts.problem(); !problem.isEmpty())
        message()->show(Tone::Wrong, problem);
    else if (m_services.vault.state() == Vault::State::Unavailable)
        message()->show(
            Tone::Attention,
            tr("%1 Accounts keep their secrets there: start it before you add one.").arg(m_services.vault.problem()));
    else
        message()->clear();
}

void AccountsPage::showSheet(Sheet sheet)
{
    m_sheets->setCurrentIndex(sheet);
    showEmpty(sheet == Accounts && m_services.accounts.accounts().empty() && !m_desk->isBusy());
    if (sheet != Accounts)
        showActions(false);
    else
        showDetails();
    refreshBusy();
}

void AccountsPage::showDetails()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    const auto outcome = m_outcomes.constFind(account->name);
    const auto &workspace = m_services.workspace;
    m_details->show(*account,
                    {.senders = workspace.hasSite() ? sendersOf(account->name, workspace.site()) : QStringList(),
                     .smartHosts = smartHostsOf(account->account, m_services.relay.config())},
                    m_services.clock.today(), outcome == m_outcomes.cend() ? nullptr : &*outcome);
}

void AccountsPage::refreshBusy()
{
    const bool busy = m_desk->isBusy();
    m_details->setBusy(busy);
    m_form->setEnabled(!busy);
    m_secret->setEnabled(!busy);
    m_certificate->setEnabled(!busy);
    m_certificateGo->setEnabled(!busy);
    m_addGo->setEnabled(!busy);
    m_replaceGo->setEnabled(!busy);
}

void AccountsPage::openForm()
{
    AccountDraft fresh;
    if (m_services.workspace.hasSite()) {
        const Organisation &organisation = m_services.workspace.site().organisation;
        fresh.cloud = organisation.cloud.value_or(Cloud::Worldwide);
        if (organisation.tenant)
            fresh.tenant = organisation.tenant->toAscii();
        else if (!organisation.acceptedDomains.empty())
            fresh.tenant = organisation.acceptedDomains.front().toAscii();
    }
    openForm(fresh, {});
}

void AccountsPage::openForm(const AccountDraft &draft, const Secret &secret)
{
    if (m_desk->isBusy())
        return;
    m_form->forgetSecrets();
    m_form->setDraft(draft);
    if (!secret.isEmpty())
        m_form->setSecret(secret);
    showStanding();
    m_progress->dismiss();
    showSheet(NewAccount);
    m_form->setFocus();
}

void AccountsPage::openSetUp()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    showStanding();
    m_progress->dismiss();
    m_setUp->show(*account, m_details->objectId());
    showSheet(SetUp);
}

void AccountsPage::openNewSetUp()
{
    const AccountDraft draft = m_form->draft();
    showStanding();
    m_setUp->showNew(draft.tenant, draft.cloud);
    showSheet(SetUp);
}

void AccountsPage::openReplaceForm()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    forgetTyped();
    showStanding();
    m_progress->dismiss();
    const auto *kept = std::get_if<KeptCertificate>(&account->account.proof);
    if (kept) // a renewed one mostly goes where the old one was
        m_certificate->setFiles(kept->certificateFile,
                                kept->key.kind() == SecretRef::Kind::File ? kept->key.name() : QString());
    showSheet(kept ? NewCertificate : NewSecret);
    kept ? m_certificate->setFocus() : m_secret->setFocus();
}

void AccountsPage::forgetTyped()
{
    m_form->forgetSecrets();
    m_secret->clear();
    m_certificate->forgetPassphrase();
    m_certificate->setProblems({});
}

void AccountsPage::submit()
{
    if (m_desk->isBusy())
        return;
    showStanding();
    if (m_sheets->currentIndex() == NewAccount)
        add();
    else if (m_sheets->currentIndex() == NewSecret)
        replaceSecret();
    else if (m_sheets->currentIndex() == NewCertificate)
        replaceCertificate();
}

void AccountsPage::add()
{
    QStringList others;
    for (const BookedAccount &one : m_services.accounts.accounts())
        others += one.name;
    const AccountDraft draft = m_form->draft();
    const Problems problems = check(draft, m_form->secret(), others, m_services.clock.today());
    m_form->showProblems(problems);
    if (problems.empty())
        m_desk->add(toWish(draft, m_form->secret()));
}

void AccountsPage::replaceSecret()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    Problems problems;
    if (m_secret->secret().isEmpty())
        problems.push_back({QStringLiteral("secret"), tr("Type the new secret: its value, not its id.")});
    if (const QString problem = problemOfEnd(m_secret->ends(), m_services.clock.today()); !problem.isEmpty())
        problems.push_back({QStringLiteral("ends"), problem});
    m_secret->setProblems(problems);
    if (problems.empty())
        m_desk->replaceSecret(*account, m_secret->secret(), dayOfEnd(m_secret->ends()));
}

void AccountsPage::replaceCertificate()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    const Problems problems = problemsOfFiles(m_certificate->certificateFile(), m_certificate->keyFile());
    m_certificate->setProblems(problems);
    if (problems.empty())
        m_desk->replaceCertificate(
            *account,
            {m_certificate->certificateFile(), *SecretRef::parse(QStringLiteral("file:") + m_certificate->keyFile())},
            m_certificate->passphrase());
}

void AccountsPage::askToRemove()
{
    const BookedAccount *account = chosen();
    if (!account)
        return;
    const QStringList hosts = smartHostsOf(account->account, m_services.relay.config());
    QString sentence =
        tr("Remove %1? Nothing can sign in with it here any more. The organisation still knows the application: "
           "remove it in the Entra admin centre if nothing else uses it.")
            .arg(account->name);
    if (!hosts.isEmpty())
        sentence =
            tr("%1\n\nThe relay signs in with it to %2 and goes on to do so until its settings name another account.")
                .arg(sentence, hosts.join(QLatin1String(", ")));
    auto *question =
        new QMessageBox(QMessageBox::Question, tr("Remove the account"), sentence, QMessageBox::Cancel, this);
    QPushButton *remove = question->addButton(tr("Remove"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(remove, &QPushButton::clicked, this, [this, asked = *account] { m_desk->forget(asked); });
    question->open();
}

void AccountsPage::onFinished(const AccountOutcome &outcome)
{
    const bool good = outcome.problem.isEmpty();
    const bool isGone = outcome.task == AccountTask::Forget && good;
    const bool isKept = findAccount(m_services.accounts.accounts(), outcome.account) != nullptr;
    if (isGone) {
        m_outcomes.remove(outcome.account);
        message()->show(outcome.note.isEmpty() ? Tone::Good : Tone::Attention,
                        outcome.note.isEmpty() ? tr("%1 is removed.").arg(outcome.account) : outcome.note);
    } else if (isKept) {
        m_outcomes.insert(outcome.account, outcome);
    }
    const bool tried = outcome.task != AccountTask::Forget && outcome.task != AccountTask::Replace;
    if (good || tried) // a new secret that does not work says nothing of the old one
        m_model->setFailed(outcome.account, !good && isKept);
    const bool fromForm = m_sheets->currentIndex() != Accounts;
    if (fromForm && !good) {
        message()->show(Tone::Wrong, outcome.task == AccountTask::Replace
                                         ? tr("%1 The old one stays in use.").arg(outcome.problem)
                                         : outcome.problem);
        return refreshBusy();
    }
    forgetTyped();
    showSheet(Accounts);
    if (!isGone) // else the list has moved on to another one already
        choose(outcome.account);
    showDetails();
    m_details->revealOutcome();
}

void AccountsPage::onEscape()
{
    if (m_desk->isBusy())
        return m_desk->cancel();
    forgetTyped();
    m_progress->dismiss();
    showStanding();
    showSheet(Accounts);
}

} // namespace relaywright
