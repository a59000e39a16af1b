// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/AccountForm.h"

#include "ui/forms/CertificateEntry.h"
#include "ui/forms/SecretEntry.h"
#include "ui/text/AccountText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

namespace {

Choices<AccountWay> wayChoices()
{
    return {{AccountWay::Browser, AccountForm::tr("A person signs in, in the browser of this computer")},
            {AccountWay::DeviceCode, AccountForm::tr("A person signs in with a code, in any browser")},
            {AccountWay::Secret, AccountForm::tr("The application signs in, with a client secret")},
            {AccountWay::Certificate, AccountForm::tr("The application signs in, with a certificate")}};
}

Choices<Cloud> clouds()
{
    Choices<Cloud> known;
    for (const auto &[cloud, words] : cloudChoices()) {
        if (cloud)
            known.push_back({*cloud, words});
    }
    return known;
}

QHBoxLayout *addRow(QVBoxLayout *layout)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kLarge);
    layout->addLayout(row);
    return row;
}

} // namespace

AccountForm::AccountForm(QWidget *parent)
    : QWidget(parent), m_way(new EnumBox<AccountWay>(wayChoices())), m_use(new EnumBox<TokenUse>(tokenUseChoices())),
      m_secret(new SecretEntry), m_certificate(new CertificateEntry), m_cloud(new EnumBox<Cloud>(clouds())),
      m_authority(new FileEntry(tr("Choose the authority"), tr("Certificates (*.pem *.crt *.cer)")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    askWhat(layout);
    layout->addWidget(m_secret);
    layout->addWidget(m_certificate);
    askService(layout);
    setFocusProxy(m_name);
    connect(m_way, &QComboBox::currentIndexChanged, this, &AccountForm::showWay);
    connect(m_secret, &SecretEntry::accepted, this, &AccountForm::accepted);
    connect(m_certificate, &CertificateEntry::accepted, this, &AccountForm::accepted);
    connect(m_name, &QLineEdit::textChanged, this, &AccountForm::showWay);
    showWay();
}

QLineEdit *AccountForm::ask(QVBoxLayout *layout, const char *field, const QString &label, const QString &example,
                            const QString &why)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(example);
    auto *asked = new Field(label, edit, why);
    m_fields.insert(QLatin1String(field), asked);
    layout->addWidget(asked);
    connect(edit, &QLineEdit::returnPressed, this, &AccountForm::accepted);
    return edit;
}

void AccountForm::askWhat(QVBoxLayout *layout)
{
    m_name = ask(
        layout, "name", tr("What is the account called?"), QStringLiteral("scanner@contoso.com"),
        tr("Best the mailbox that sends: then the sign-in knows whom to expect, and the page which senders use it."));
    auto *row = addRow(layout);
    row->addWidget(new Field(tr("How does it sign in?"), m_way,
                             tr("A person’s sign-in acts as that person and may be asked for a second factor again. An "
                                "application needs nobody, but an administrator must let it into the mailbox.")),
                   3, Qt::AlignTop);
    row->addWidget(new Field(tr("What is it for?"), m_use), 2, Qt::AlignTop);
    m_tenant = ask(layout, "tenant", tr("Tenant id or a domain of the organisation"), QStringLiteral("contoso.com"),
                   tr("The directory (tenant) id stands on the overview of the Entra admin centre."));
    m_application = ask(
        layout, "application", tr("Application (client) id"), QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"),
        tr("It stands on the overview of the app registration. For a person to sign in in the browser, the "
           "registration needs http://localhost as a redirect address of a mobile or desktop application."));
}

void AccountForm::askService(QVBoxLayout *layout)
{
    auto *part = new QWidget;
    auto *rows = new QVBoxLayout(part);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(gap::kLarge);
    rows->addWidget(new Field(tr("Cloud"), m_cloud));
    m_service = ask(rows, "service", tr("Another sign-in service than Microsoft’s"),
                    QStringLiteral("https://host:port"), tr("For a practice service. Empty: Microsoft Entra."));
    const QString authority = tr("Authority of its certificate (PEM)");
    m_authority->setName(authority);
    auto *asked = new Field(authority, m_authority,
                            tr("Trusted besides the system’s, for this account’s sign-in service alone. A practice "
                               "service has one of its own."));
    m_fields.insert(QStringLiteral("caFile"), asked);
    rows->addWidget(asked);
    m_other = new Disclosure(tr("Another cloud or sign-in service"), part);
    layout->addWidget(m_other);
}

void AccountForm::showWay()
{
    m_secret->setVisible(m_way->value() == AccountWay::Secret);
    m_certificate->setVisible(m_way->value() == AccountWay::Certificate);
    const QString name = m_name->text().trimmed();
    m_secret->setHint(name.isEmpty() ? tr("It goes into the keychain.")
                                     : tr("It goes into the keychain, as “%1”.").arg(clientSecretKeychainName(name)));
}

AccountDraft AccountForm::draft() const
{
    return {.name = m_name->text().trimmed(),
            .way = m_way->value(),
            .use = m_use->value(),
            .tenant = m_tenant->text().trimmed(),
            .application = m_application->text().trimmed(),
            .ends = m_secret->ends().trimmed(),
            .certificateFile = m_certificate->certificateFile(),
            .keyFile = m_certificate->keyFile(),
            .cloud = m_cloud->value(),
            .service = m_service->text().trimmed(),
            .caFile = m_authority->path().trimmed()};
}

void AccountForm::setDraft(const AccountDraft &draft)
{
    m_name->setText(draft.name);
    m_way->setValue(draft.way);
    m_use->setValue(draft.use);
    m_tenant->setText(draft.tenant);
    m_application->setText(draft.application);
    m_certificate->setFiles(draft.certificateFile, draft.keyFile);
    m_cloud->setValue(draft.cloud);
    m_service->setText(draft.service);
    m_authority->setPath(draft.caFile);
    m_other->setOpen(!draft.service.isEmpty() || !draft.caFile.isEmpty());
    showProblems({});
}

Secret AccountForm::secret() const
{
    return m_way->value() == AccountWay::Certificate ? m_certificate->passphrase() : m_secret->secret();
}

void AccountForm::setSecret(const Secret &secret)
{
    m_secret->setSecret(secret);
}

void AccountForm::showProblems(const Problems &problems)
{
    for (auto field = m_fields.cbegin(); field != m_fields.cend(); ++field)
        field.value()->setProblem(problemOf(problems, field.key()));
    m_secret->setProblems(problems);
    m_certificate->setProblems(problems);
    if (problems.empty())
        return;
    if (Field *first = m_fields.value(problems.front().field))
        first->reveal();
    else if (m_way->value() == AccountWay::Certificate)
        m_certificate->setFocus();
    else
        m_secret->setFocus();
}

void AccountForm::forgetSecrets()
{
    m_secret->clear();
    m_certificate->forgetPassphrase();
}

} // namespace relaywright
