// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/PasswordEntry.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/InlineMessage.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

PasswordEntry::PasswordEntry(QWidget *parent)
    : QWidget(parent), m_password(new QLineEdit), m_keep(new QCheckBox(tr("Keep it in the keychain"))),
      m_message(new InlineMessage), m_field(new Field(tr("Password"), m_password))
{
    m_password->setEchoMode(QLineEdit::Password);
    m_password->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhNoPredictiveText | Qt::ImhSensitiveData);
    m_keep->setChecked(true);
    m_message->setClosable(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(m_field);
    layout->addWidget(m_keep);
    layout->addWidget(m_message);
    connect(m_password, &QLineEdit::textEdited, this, &PasswordEntry::edited);
}

Secret PasswordEntry::typed() const
{
    return m_password->text().isEmpty() ? Secret() : Secret::fromText(m_password->text());
}

void PasswordEntry::type(const QString &password)
{
    m_password->setText(password);
}

void PasswordEntry::clear()
{
    m_password->clear();
}

void PasswordEntry::setKept(bool kept)
{
    m_password->setPlaceholderText(kept ? tr("Kept; type to replace it") : QString());
}

void PasswordEntry::lookUp(Vault &vault, const QString &user)
{
    m_user = user;
    setKept(false);
    if (user.isEmpty())
        return;
    vault.read(user, this, [this, user](const Result<Secret> &secret) {
        if (m_user == user)
            setKept(secret.has_value());
    });
}

Vault::Keep PasswordEntry::keep() const
{
    return m_keep->isChecked() ? Vault::Keep::InKeychain : Vault::Keep::ForThisRun;
}

void PasswordEntry::setVault(Vault::State state, const QString &withoutKeychain)
{
    const bool missing = state == Vault::State::Unavailable;
    // A tick that cannot be kept would promise what does not happen; it is back when the keychain is.
    if (missing == m_keep->isEnabled())
        m_keep->setChecked(!missing);
    m_keep->setEnabled(!missing);
    if (missing)
        m_message->show(Tone::Attention, withoutKeychain);
    else
        m_message->clear();
}

void PasswordEntry::setProblem(const QString &sentence)
{
    m_field->setProblem(sentence);
}

} // namespace relaywright
