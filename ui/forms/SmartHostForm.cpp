// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SmartHostForm.h"

#include "core/relay/RelayConfig.h"
#include "ui/forms/KeptSecret.h"
#include "ui/forms/SignInChoice.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/FileEntry.h"
#include "ui/widgets/Labels.h"

#include <QCompleter>
#include <QLineEdit>
#include <QStringListModel>
#include <QVBoxLayout>

namespace relaywright {

SmartHostForm::SmartHostForm(Vault &vault, QWidget *parent)
    : MemberForm(parent), m_vault(vault),
      m_graph(new TextLabel(tr("Through Microsoft Graph, over HTTPS: no mail port needs to be open."), FontRole::Body)),
      m_tokens(new SignInChoice), m_password(new KeptSecret(vault)), m_routes(new QStringListModel(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(m_graph);
    m_smtp.push_back(
        askLine(layout, "server", tr("Which server takes the mail on?"), QStringLiteral("smtp.office365.com:587"))
            ->parentWidget());
    QLineEdit *route = askLine(
        layout, "route", tr("To which way out does it belong?"), tr("Empty: the default way"),
        tr("A name makes another way, which devices can be told to take. The smart hosts of a way "
           "stand in for each other, in the order of the list. Once the last of them has another name here, the "
           "devices and signings of the way follow."));
    auto *completer = new QCompleter(m_routes, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    route->setCompleter(completer);
    connect(completer, qOverload<const QString &>(&QCompleter::activated), this, &FactForm::edited,
            Qt::QueuedConnection); // when the answer stands there
    WordChoices choices;           // the first of them, STARTTLS required, is what holds where the file says nothing
    for (const auto &[policy, text] : tlsPolicyChoices())
        choices.push_back({toString(policy), text});
    m_smtp.push_back(askWord(layout, "tls", tr("Encryption"), choices)->parentWidget());
    askSignIn(layout);
    askLine(layout, "sendAs", tr("Send as"), tr("Empty: as the device says"),
            tr("A mailbox may send as itself only. With an address here, every message leaves as that address and "
               "answers still go to the original one."));
    askLimits(addMoreAnswers(layout, tr("Its limits, when it is left, and its certificate")));
}

void SmartHostForm::askSignIn(QVBoxLayout *layout)
{
    m_tokensField = ask(layout, "oauth", tr("How the relay signs in"), m_tokens);
    QLineEdit *user = askLine(layout, "user", tr("User name"), tr("Empty: no sign-in"));
    m_passwordField = ask(layout, "password", tr("Password"), m_password);
    connect(m_tokens, &QComboBox::activated, this, [this, user] {
        if (user->text().trimmed().isEmpty() && EmailAddress::parse(m_tokens->account()))
            user->setText(m_tokens->account()); // the mailbox that it is named after
        showSignIn();
        Q_EMIT edited();
    });
    m_password->setAccessibleNames(tr("Password"));
    connect(m_password, &KeptSecret::edited, this, &FactForm::edited);
    // Who signs in has a password: it is looked for under the user's name unless the file says otherwise.
    const auto reference = [this, user] {
        const QString name = user->text().trimmed();
        const QString kept = m_password->referenceFor(name);
        return name.isEmpty() ? QString() : kept.isEmpty() ? SecretRef::keychain(name).toString() : kept;
    };
    connect(user, &QLineEdit::editingFinished, this,
            [this, user, reference] { m_password->setReference(reference(), user->text().trimmed()); });
    bind(
        [this, user](const QJsonObject &members) {
            m_password->setReference(members.value(QLatin1String("password")).toString(), user->text().trimmed());
            m_isGraph = members.contains(QLatin1String("graph"));
            m_tokens->setGraph(m_isGraph);
            m_tokens->setOauth(members.value(QLatin1String("oauth")).toObject());
            showSignIn();
        },
        [this, reference](QJsonObject &members) {
            const QJsonObject oauth = m_tokens->oauth();
            if (oauth != members.value(QLatin1String("oauth")).toObject())
                members.remove(QStringLiteral("secretEnds")); // it was another secret's
            if (oauth.isEmpty())
                members.remove(QStringLiteral("oauth"));
            else
                members.insert(QStringLiteral("oauth"), oauth);
            put(members, QStringLiteral("password"), oauth.isEmpty() && !m_isGraph ? reference() : QString());
        });
}

void SmartHostForm::askLimits(QVBoxLayout *layout)
{
    askNumber(layout, "maxMessagesPerMinute", tr("How many messages does it take in a minute?"), 30,
              tr("Exchange Online takes 30 from one mailbox. What is more waits its turn here."));
    askNumber(layout, "maxRecipientsPerDay", tr("How many recipients in a day?"), 10'000,
              tr("Counted over 24 hours, also across restarts of the relay."));
    askNumber(layout, "maxConnections", tr("How many connections at a time?"), 3);
    askNumber(
        layout, "leaveAfterMinutes", tr("Minutes until another takes over from a refused sign-in"), 2,
        tr("A smart host further on that is signed in to otherwise takes the mail then. With the same sign-in it would "
           "be refused there, too. 0: at once."));
    askNumber(
        layout, "leaveForMinutes", tr("Minutes for which it is left at least"), 0,
        tr("When it cannot be reached or refuses the sign-in, and another smart host follows. 0: it is tried again "
           "after seconds at first, then less and less often."));
    m_smtp.push_back(
        askFile(layout, "caFile", tr("Authority of its certificate"), tr("Certificates (*.pem *.crt *.cer)"),
                tr("A PEM file that is trusted besides the system’s authorities, for a server of your own."))
            ->parentWidget());
    for (QWidget *one : askCertificate(
             layout, m_vault, tr("Certificate that the relay shows"),
             tr("An inbound connector of Exchange Online can know the relay by the name on a certificate (PEM, the "
                "whole chain, of a public authority). Without any it is known by its address or its sign-in. A new "
                "certificate in the same files is used without a restart."),
             QStringLiteral("relay-client-certificate")))
        m_smtp.push_back(one);
}

void SmartHostForm::setTokenAccounts(const AccountBook &accounts)
{
    m_tokens->setAccounts(accounts);
    showSignIn();
}

void SmartHostForm::showSignIn()
{
    m_graph->setVisible(m_isGraph);
    for (QWidget *one : m_smtp)
        one->setVisible(!m_isGraph);
    m_tokensField->setVisible(m_tokens->isChoice() || m_isGraph);
    m_passwordField->setVisible(m_tokens->oauth().isEmpty() && !m_isGraph);
    m_passwordField->setHint(
        m_tokens->isChoice()
            ? QString()
            : tr("With an account of the Accounts page the relay signs in with access tokens in place of a password."));
}

void SmartHostForm::setRoutes(const QStringList &names)
{
    m_routes->setStringList(names);
}

} // namespace relaywright
