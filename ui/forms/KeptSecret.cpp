// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/KeptSecret.h"

#include "core/base/Secret.h"
#include "ui/engine/Vault.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace relaywright {

KeptSecret::KeptSecret(Vault &vault, QWidget *parent)
    : QWidget(parent), m_vault(vault), m_typed(new QLineEdit), m_keep(new QPushButton(tr("Keep it"))),
      m_place(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted))
{
    m_typed->setEchoMode(QLineEdit::Password);
    m_typed->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    m_keep->setAccessibleDescription(tr("Puts what is typed into the keychain."));
    m_keep->setEnabled(false);
    setFocusProxy(m_typed);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kSmall);
    row->addWidget(m_typed, 1);
    row->addWidget(m_keep);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    layout->addLayout(row);
    layout->addWidget(m_place);
    connect(m_typed, &QLineEdit::textEdited, this,
            [this](const QString &text) { m_keep->setEnabled(!text.isEmpty() && !m_name.isEmpty()); });
    connect(m_typed, &QLineEdit::returnPressed, m_keep, &QPushButton::click);
    connect(m_keep, &QPushButton::clicked, this, &KeptSecret::keep);
    showPlace();
}

void KeptSecret::setAccessibleNames(const QString &name)
{
    m_typed->setAccessibleName(name);
    m_keep->setAccessibleName(tr("Keep it: %1").arg(name));
}

void KeptSecret::setReference(const QString &reference, const QString &name)
{
    m_reference = reference;
    m_name = name;
    m_typed->clear();
    m_keep->setEnabled(false);
    showPlace();
}

void KeptSecret::setName(const QString &name)
{
    m_reference = referenceFor(name);
    m_name = name;
    m_keep->setEnabled(!m_typed->text().isEmpty() && !name.isEmpty());
    showPlace();
}

QString KeptSecret::referenceFor(const QString &name) const
{
    if (m_reference != SecretRef::keychain(m_name).toString())
        return m_reference;
    return name.isEmpty() ? QString() : SecretRef::keychain(name).toString();
}

void KeptSecret::keep()
{
    const Secret typed = Secret::fromText(m_typed->text());
    m_vault.write(m_name, typed, Vault::Keep::InKeychain, this, [this, name = m_name](const Result<void> &written) {
        if (!written)
            return m_place->setText(written.error().detail);
        setReference(SecretRef::keychain(name).toString(), name);
        Q_EMIT edited();
    });
}

void KeptSecret::showPlace()
{
    const auto kept = SecretRef::parse(m_reference);
    if (m_reference.isEmpty())
        return m_place->setText(tr("None is kept."));
    if (!kept || kept->kind() != SecretRef::Kind::Keychain)
        return m_place->setText(tr("It is kept where the relay’s file says: %1.").arg(m_reference));
    m_place->setText(tr("It is kept in the keychain as %1.").arg(kept->name()));
    m_vault.read(kept->name(), this, [this, asked = m_reference](const Result<Secret> &secret) {
        if (asked == m_reference && !secret)
            m_place->setText(tr("The keychain has none yet. Type it and keep it."));
    });
}

} // namespace relaywright
