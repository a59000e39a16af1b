// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SecretEntry.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Field.h"

#include <QHBoxLayout>
#include <QLineEdit>

namespace relaywright {

SecretEntry::SecretEntry(QWidget *parent)
    : QWidget(parent), m_secret(new QLineEdit), m_ends(new QLineEdit),
      m_secretField(
          new Field(tr("Client secret"), m_secret,
                    tr("The value, not the secret id: Entra shows it once, under Certificates & secrets of the "
                       "app registration, right after it was made."))),
      m_endsField(
          new Field(tr("Ends on"), m_ends, tr("Entra shows it beside the secret. The window warns a month before.")))
{
    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    m_ends->setPlaceholderText(QStringLiteral("2027-11-23"));
    setFocusProxy(m_secret);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kLarge);
    row->addWidget(m_secretField, 2, Qt::AlignTop);
    row->addWidget(m_endsField, 1, Qt::AlignTop);
    for (QLineEdit *edit : {m_secret, m_ends})
        connect(edit, &QLineEdit::returnPressed, this, &SecretEntry::accepted);
}

Secret SecretEntry::secret() const
{
    const QString typed = m_secret->text().trimmed(); // what is copied from a web page brings blanks along
    return typed.isEmpty() ? Secret() : Secret::fromText(typed);
}

void SecretEntry::setSecret(const Secret &secret)
{
    m_secret->setText(QString::fromUtf8(secret.reveal()));
}

QString SecretEntry::ends() const
{
    return m_ends->text();
}

void SecretEntry::setHint(const QString &hint)
{
    m_secretField->setHint(hint);
}

void SecretEntry::setProblems(const Problems &problems)
{
    m_secretField->setProblem(problemOf(problems, QStringLiteral("secret")));
    m_endsField->setProblem(problemOf(problems, QStringLiteral("ends")));
}

void SecretEntry::clear()
{
    m_secret->clear();
    m_ends->clear();
    setProblems({});
}

} // namespace relaywright
