// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/RelayForm.h"

#include "ui/forms/AccountList.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/SignInChoice.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

RelayForm::RelayForm(QWidget *parent)
    : QWidget(parent), m_listenAddress(new QLineEdit), m_listenPort(new QLineEdit), m_networks(new QLineEdit),
      m_smtp(new QWidget),
      m_graph(new TextLabel(tr("Through Microsoft Graph, over HTTPS: no mail port needs to be open."), FontRole::Body)),
      m_server(new QLineEdit), m_port(new QLineEdit),
      m_deviceTls(new EnumBox<DeviceTls>({{DeviceTls::Offered, tr("STARTTLS offered")},
                                          {DeviceTls::Required, tr("STARTTLS required")},
                                          {DeviceTls::Implicit, tr("TLS from the start")},
                                          {DeviceTls::None, tr("No encryption")}})),
      m_minimumTls(new EnumBox<MinimumTls>({{MinimumTls::Tls12, tr("TLS 1.2")},
                                            {MinimumTls::Tls13, tr("TLS 1.3")},
                                            {MinimumTls::Tls11, tr("TLS 1.1, which is broken")},
                                            {MinimumTls::Tls10, tr("TLS 1.0, which is broken")}})),
      m_signIn(new EnumBox<SignIn>(
          {{SignIn::Off, tr("They do not")}, {SignIn::Optional, tr("They may")}, {SignIn::Required, tr("They must")}})),
      m_signInWithoutTls(new QCheckBox(tr("Also without encryption"))),
      m_bareNewlines(
          new EnumBox<BareNewlines>({{BareNewlines::Content, tr("Are taken as they are")},
                                     {BareNewlines::Refuse, tr("Are refused")},
                                     {BareNewlines::EndsData, tr("May end a message, then the device is cut off")}})),
      m_certificate(new FileEntry(tr("Certificate of the relay"), tr("Certificates (*.pem *.crt *.cer)"))),
      m_key(new FileEntry(tr("Private key of the relay"), tr("Private keys (*.pem *.key)"))),
      m_tls(new EnumBox<TlsPolicy>(tlsPolicyChoices())), m_user(new QLineEdit), m_tokens(new SignInChoice),
      m_password(new PasswordEntry), m_accounts(new AccountList), m_sendAs(new QLineEdit)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(makeListenHalf(), 1);
    layout->addWidget(makeUpstreamHalf(), 1);
    // First, so that who hears of an edit finds it whole.
    connect(m_server, &QLineEdit::textEdited, this, [this] { m_kept.caFile.clear(); });
    connect(m_user, &QLineEdit::textEdited, this, [this] { m_kept.password.clear(); }); // it was that of another user
    connect(m_password, &PasswordEntry::edited, this,
            [this] { m_kept.password.clear(); }); // typed, it goes to the keychain
    for (QLineEdit *edit : {m_listenAddress, m_listenPort, m_networks, m_server, m_port, m_user, m_sendAs})
        connect(edit, &QLineEdit::textEdited, this, &RelayForm::edited);
    connect(m_password, &PasswordEntry::edited, this, &RelayForm::edited);
    connect(m_tokens, &QComboBox::activated, this, &RelayForm::onTokensChosen);
    for (QComboBox *box :
         std::initializer_list<QComboBox *>{m_tokens, m_deviceTls, m_minimumTls, m_signIn, m_bareNewlines, m_tls})
        connect(box, &QComboBox::activated, this, &RelayForm::edited);
    for (FileEntry *entry : {m_certificate, m_key})
        connect(entry, &FileEntry::edited, this, &RelayForm::edited);
    connect(m_signInWithoutTls, &QCheckBox::clicked, this, &RelayForm::edited);
    connect(m_accounts, &AccountList::edited, this, &RelayForm::edited);
    connect(m_user, &QLineEdit::editingFinished, this, [this] { Q_EMIT userChanged(m_user->text().trimmed()); });
    setDraft({});
}

QWidget *RelayForm::makeListenHalf()
{
    auto *card = new Card;
    card->body()->addWidget(new TextLabel(tr("What devices see"), FontRole::Heading));
    m_listenPort->setMaximumWidth(88);
    auto *address =
        new Field(tr("Listen on"), m_listenAddress,
                  tr("127.0.0.1 is for programs on this computer only. For devices, type this computer’s address on "
                     "your network, or 0.0.0.0 for all of its addresses."));
    auto *port = new Field(tr("Port"), m_listenPort);
    auto *networks =
        new Field(tr("Who may send through it"), m_networks,
                  tr("Addresses and networks of your devices. Anyone else is refused: a relay that takes mail from "
                     "everybody is soon abused by spammers."));
    auto *row = new QHBoxLayout;
    row->addWidget(address, 1, Qt::AlignTop);
    row->addWidget(port, 0, Qt::AlignTop);
    card->body()->addLayout(row);
    card->body()->addWidget(networks);
    card->body()->addWidget(new Disclosure(tr("Encryption and sign-in of devices"), makeListenMore()));
    card->body()->addStretch();
    m_fields.insert(m_fields.end(), {{QStringLiteral("listenAddress"), address},
                                     {QStringLiteral("listenPort"), port},
                                     {QStringLiteral("networks"), networks}});
    return card;
}

QWidget *RelayForm::makeListenMore()
{
    auto *area = new QWidget;
    auto *layout = new QVBoxLayout(area);
    layout->setContentsMargins(0, gap::kSmall, 0, 0);
    layout->setSpacing(gap::kMedium);
    const auto add = [this, layout](const char *name, const QString &question, QWidget *control,
                                    const QString &why = {}) {
        auto *field = new Field(question, control, why);
        layout->addWidget(field);
        m_fields.push_back({QLatin1String(name), field});
    };
    add("startTls", tr("Encryption for devices"), m_deviceTls);
    add("minimumTls", tr("Oldest version that is taken"), m_minimumTls,
        tr("Old devices know nothing newer than TLS 1.0 or 1.1. Both are broken, so they are allowed only where every "
           "network of the devices is private and small."));
    m_certificate->setName(tr("Certificate file"));
    m_key->setName(tr("Key file"));
    add("certificateFile", tr("Certificate"), m_certificate,
        tr("PEM files of your own. Without them the relay makes a certificate at its first start and keeps it."));
    add("keyFile", tr("Its private key"), m_key);
    add("signIn", tr("Do devices sign in?"), m_signIn);
    add("signInWithoutTls", tr("Devices without encryption"), m_signInWithoutTls,
        tr("Their passwords can be read on the way, so it is for small private networks only."));
    add("accounts", tr("Accounts"), m_accounts);
    add("bareNewlines", tr("Single line ends inside messages"), m_bareNewlines,
        tr("Mail ends its lines with CR and LF together. Some devices send one of them alone; taken for the end of a "
           "message, it would let a sender smuggle a second one."));
    return area;
}

QWidget *RelayForm::makeUpstreamHalf()
{
    auto *card = new Card;
    card->body()->addWidget(new TextLabel(tr("Where the mail goes on"), FontRole::Heading));
    m_port->setMaximumWidth(88);
    m_user->setPlaceholderText(tr("Empty: no sign-in"));
    m_sendAs->setPlaceholderText(tr("Empty: as the device says"));
    auto *server = new Field(tr("Server"), m_server);
    auto *port = new Field(tr("Port"), m_port);
    auto *sendAs =
        new Field(tr("Send as"), m_sendAs,
                  tr("A mailbox may send as itself only. With an address here, every message leaves as that address "
                     "and answers still go to the original one."));
    auto *tls = new Field(tr("Encryption"), m_tls);
    auto *user = new Field(tr("User name"), m_user);
    auto *smtp = new QVBoxLayout(m_smtp);
    smtp->setContentsMargins(0, 0, 0, 0);
    smtp->setSpacing(card->body()->spacing());
    auto *row = new QHBoxLayout;
    row->addWidget(server, 1, Qt::AlignTop);
    row->addWidget(port, 0, Qt::AlignTop);
    smtp->addLayout(row);
    smtp->addWidget(tls);
    card->body()->addWidget(m_graph);
    card->body()->addWidget(m_smtp);
    m_tokensField =
        new Field(tr("How the relay signs in"), m_tokens,
                  tr("Microsoft switches sign-in with a password off by default at the end of December 2026; "
                     "access tokens stay."));
    card->body()->addWidget(m_tokensField);
    card->body()->addWidget(user);
    card->body()->addWidget(m_password);
    card->body()->addWidget(sendAs);
    card->body()->addStretch();
    m_fields.insert(m_fields.end(), {{QStringLiteral("server"), server},
                                     {QStringLiteral("port"), port},
                                     {QStringLiteral("tls"), tls},
                                     {QStringLiteral("oauth"), m_tokensField},
                                     {QStringLiteral("user"), user},
                                     {QStringLiteral("sendAs"), sendAs}});
    return card;
}

void RelayForm::setDraft(const RelayDraft &draft)
{
    m_kept = draft;
    m_listenAddress->setText(draft.listenAddress);
    m_listenPort->setText(draft.listenPort);
    m_networks->setText(draft.networks);
    m_deviceTls->setValue(draft.deviceTls);
    m_minimumTls->setValue(draft.minimumTls);
    m_signIn->setValue(draft.signIn);
    m_signInWithoutTls->setChecked(draft.signInWithoutTls);
    m_bareNewlines->setValue(draft.bareNewlines);
    m_accounts->setAccounts(draft.accounts);
    m_certificate->setPath(draft.certificateFile);
    m_key->setPath(draft.keyFile);
    m_server->setText(draft.server);
    m_port->setText(draft.port);
    m_tls->setValue(draft.tls);
    const bool newUser = m_user->text() != draft.user;
    m_user->setText(draft.user);
    m_tokens->setGraph(draft.graph);
    m_tokens->setOauth(draft.oauth);
    showSignIn();
    m_sendAs->setText(draft.sendAs);
    showProblems({});
    if (newUser)
        Q_EMIT userChanged(draft.user);
}

RelayDraft RelayForm::draft() const
{
    RelayDraft draft = m_kept;
    draft.listenAddress = m_listenAddress->text();
    draft.listenPort = m_listenPort->text();
    draft.networks = m_networks->text();
    draft.deviceTls = m_deviceTls->value();
    draft.minimumTls = m_minimumTls->value();
    draft.signIn = m_signIn->value();
    draft.signInWithoutTls = m_signInWithoutTls->isChecked();
    draft.bareNewlines = m_bareNewlines->value();
    draft.accounts = m_accounts->accounts();
    draft.certificateFile = m_certificate->path();
    draft.keyFile = m_key->path();
    draft.server = m_server->text();
    draft.port = m_port->text();
    draft.tls = m_tls->value();
    draft.user = m_user->text();
    draft.oauth = m_tokens->oauth();
    draft.sendAs = m_sendAs->text();
    return draft;
}

void RelayForm::setTokenAccounts(const AccountBook &accounts)
{
    m_tokens->setAccounts(accounts);
    showSignIn();
}

void RelayForm::onTokensChosen()
{
    const QString account = m_tokens->account();
    if (m_user->text().trimmed().isEmpty() && EmailAddress::parse(account))
        m_user->setText(account); // the mailbox that it is named after
    showSignIn();
}

void RelayForm::showSignIn()
{
    m_graph->setVisible(m_kept.graph);
    m_smtp->setVisible(!m_kept.graph);
    m_tokensField->setVisible(m_tokens->isChoice() || m_kept.graph);
    m_password->setVisible(m_tokens->oauth().isEmpty() && !m_kept.graph);
}

void RelayForm::showProblems(const Problems &problems)
{
    for (const auto &[name, field] : m_fields)
        field->setProblem(problemOf(problems, name));
    m_password->setProblem({});
}

void RelayForm::revealProblem()
{
    for (const auto &[name, field] : m_fields) {
        if (!field->problem().isEmpty())
            return field->reveal(); // opens what hides it
    }
}

void RelayForm::setVault(Vault::State state, const QString &problem)
{
    m_password->setVault(state, tr("There is no keychain here, so the password is kept for this run only: after a "
                                   "restart the relay waits until you type it again. %1")
                                    .arg(problem));
}

} // namespace relaywright
