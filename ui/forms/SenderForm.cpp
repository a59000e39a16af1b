// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SiteForms.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

SenderForm::SenderForm(Part part, QWidget *parent) : QWidget(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    if (part != Part::Ability)
        buildIdentity(layout);
    if (part != Part::Identity)
        buildAbility(layout);
    for (QLineEdit *edit : {m_name, m_from, m_signInAs, m_perMinute, m_perDay}) {
        if (!edit)
            continue;
        connect(edit, &QLineEdit::textEdited, this, &SenderForm::edited);
        connect(edit, &QLineEdit::editingFinished, this, &SenderForm::committed);
    }
    for (QComboBox *box : std::initializer_list<QComboBox *>{m_kind, m_hosting, m_reach, m_tls, m_signIn}) {
        if (box)
            connect(box, &QComboBox::activated, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
    }
    if (m_startTls)
        connect(m_startTls, &ChoiceRow::chosen, this, [this] { Q_EMIT edited(); Q_EMIT committed(); });
}

void SenderForm::buildIdentity(QVBoxLayout *layout)
{
    m_name = new QLineEdit;
    m_name->setPlaceholderText(tr("Scanner, ground floor"));
    m_kind = new EnumBox<SenderKind>(senderKindChoices());
    m_from = new QLineEdit;
    m_from->setPlaceholderText(QStringLiteral("scanner@contoso.com"));
    m_reach = new EnumBox<Reach>(reachChoices());
    m_hosting = new EnumBox<Hosting>(hostingChoices());
    auto *name = new Field(tr("What do people call it?"), m_name);
    auto *from = new Field(tr("Which address does it send as?"), m_from,
                           tr("Receivers check that the address exists, and answers and bounces go there."));
    layout->addWidget(name);
    layout->addWidget(new Field(tr("What is it?"), m_kind));
    layout->addWidget(from);
    layout->addWidget(new Field(tr("Whom does it write to?"), m_reach,
                                tr("Some ways into Microsoft 365 reach your own mailboxes only.")));
    layout->addWidget(new Field(tr("Where does it stand?"), m_hosting,
                                tr("What stands elsewhere does not send from your public addresses.")));
    m_fields.insert(m_fields.end(), {{QStringLiteral("name"), name}, {QStringLiteral("from"), from}});
}

void SenderForm::buildAbility(QVBoxLayout *layout)
{
    m_tls = new EnumBox<TlsAbility>(tlsAbilityChoices());
    m_startTls = new YesNoRow;
    m_signIn = new EnumBox<SignInAbility>(signInChoices());
    m_signInAs = new QLineEdit;
    m_signInAs->setPlaceholderText(QStringLiteral("scanner@contoso.com"));
    m_perMinute = new QLineEdit;
    m_perDay = new QLineEdit;
    auto *signInAs = new Field(tr("With which mailbox does it sign in?"), m_signInAs,
                               tr("A mailbox of its own, not a person’s. Empty when it has none yet."));
    auto *perMinute = new Field(tr("Messages per minute at peak?"), m_perMinute,
                                tr("A mailbox may submit 30 messages in a minute; more are slowed down."));
    auto *perDay =
        new Field(tr("Recipients per day?"), m_perDay, tr("A mailbox may write to 10,000 recipients in a day."));
    m_perMinute->setPlaceholderText(tr("I don’t know"));
    m_perDay->setPlaceholderText(tr("I don’t know"));
    layout->addWidget(
        new Field(tr("What is the newest encryption it can do?"), m_tls,
                  tr("Microsoft 365 takes a sign-in only over TLS 1.2 or newer. The data sheet or the mail settings "
                     "of the device name it.")));
    layout->addWidget(
        new Field(tr("Can it switch to encryption with STARTTLS?"), m_startTls,
                  tr("Port 587 begins in the clear and switches with STARTTLS. Some devices know only “SSL” from "
                     "the start, which Microsoft 365 does not offer.")));
    layout->addWidget(new Field(tr("How can it sign in?"), m_signIn));
    layout->addWidget(signInAs);
    auto *rates = new QHBoxLayout;
    rates->setSpacing(gap::kLarge);
    rates->addWidget(perMinute, 1, Qt::AlignTop);
    rates->addWidget(perDay, 1, Qt::AlignTop);
    layout->addLayout(rates);
    m_fields.insert(m_fields.end(), {{QStringLiteral("signInAs"), signInAs},
                                     {QStringLiteral("messagesPerMinute"), perMinute},
                                     {QStringLiteral("recipientsPerDay"), perDay}});
}

void SenderForm::setDraft(const SenderDraft &draft)
{
    m_kept = draft;
    const auto set = [](QLineEdit *edit, const QString &text) {
        if (edit && edit->text() != text)
            edit->setText(text);
    };
    set(m_name, draft.name);
    set(m_from, draft.from);
    set(m_signInAs, draft.signInAs);
    set(m_perMinute, draft.messagesPerMinute);
    set(m_perDay, draft.recipientsPerDay);
    if (m_kind) {
        m_kind->setValue(draft.kind);
        m_hosting->setValue(draft.hosting);
        m_reach->setValue(draft.reach);
    }
    if (m_tls) {
        m_tls->setValue(draft.tls);
        m_startTls->setValue(draft.startTls);
        m_signIn->setValue(draft.signIn);
    }
}

SenderDraft SenderForm::draft() const
{
    SenderDraft draft = m_kept;
    if (m_name) {
        draft.name = m_name->text();
        draft.from = m_from->text();
        draft.kind = m_kind->value();
        draft.hosting = m_hosting->value();
        draft.reach = m_reach->value();
    }
    if (m_tls) {
        draft.tls = m_tls->value();
        draft.startTls = m_startTls->value();
        draft.signIn = m_signIn->value();
        draft.signInAs = m_signInAs->text();
        draft.messagesPerMinute = m_perMinute->text();
        draft.recipientsPerDay = m_perDay->text();
    }
    return draft;
}

void SenderForm::showProblems(const Problems &problems)
{
    for (const auto &[name, field] : m_fields)
        field->setProblem(problemOf(problems, name));
}

void SenderForm::focusName()
{
    if (m_name) {
        m_name->setFocus();
        m_name->selectAll();
    }
}

} // namespace relaywright
