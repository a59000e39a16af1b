// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/SiteForms.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// Two short questions beside each other.
void addPair(QVBoxLayout *layout, QLineEdit *left, QLineEdit *right)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kLarge);
    for (QLineEdit *edit : {left, right})
        row->addWidget(edit->parentWidget(), 1, Qt::AlignTop); // its field
    layout->addLayout(row);
}

} // namespace

SenderForm::SenderForm(Part part, QWidget *parent) : FactForm(parent)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    if (part != Part::Ability)
        askIdentity(layout);
    if (part != Part::Identity)
        askAbility(layout);
    if (part == Part::Everything)
        askMore(addMoreAnswers(layout));
}

void SenderForm::askIdentity(QVBoxLayout *layout)
{
    m_kind = new EnumBox<SenderKind>(senderKindChoices());
    m_reach = new EnumBox<Reach>(reachChoices());
    m_hosting = new EnumBox<Hosting>(hostingChoices());
    m_name = askText(layout, "name", tr("What do people call it?"), tr("Scanner, ground floor"));
    ask(layout, "kind", tr("What is it?"), m_kind);
    m_from = askText(layout, "from", tr("Which address does it send as?"), QStringLiteral("scanner@contoso.com"),
                     tr("Receivers check that the address exists, and answers and bounces go there."));
    ask(layout, "reach", tr("Whom does it write to?"), m_reach,
        tr("Some ways into Microsoft 365 reach your own mailboxes only."));
    ask(layout, "hosting", tr("Where does it stand?"), m_hosting,
        tr("What stands elsewhere does not send from your public addresses."));
}

void SenderForm::askAbility(QVBoxLayout *layout)
{
    m_tls = new EnumBox<TlsAbility>(tlsAbilityChoices());
    m_signIn = new EnumBox<SignInAbility>(signInChoices());
    ask(layout, "tls", tr("What is the newest encryption it can do?"), m_tls,
        tr("Microsoft 365 takes a sign-in only over TLS 1.2 or newer. The data sheet or the mail settings "
           "of the device name it."));
    m_startTls = askYesNo(layout, "startTls", tr("Can it switch to encryption with STARTTLS?"),
                          tr("Port 587 begins in the clear and switches with STARTTLS. Some devices know only “SSL” from "
                             "the start, which Microsoft 365 does not offer."));
    ask(layout, "signIn", tr("How can it sign in?"), m_signIn);
    m_signInAs = askText(layout, "signInAs", tr("With which mailbox does it sign in?"), QStringLiteral("scanner@contoso.com"),
                         tr("A mailbox of its own, not a person’s. Empty when it has none yet."));
    m_perMinute = askText(nullptr, "messagesPerMinute", tr("Messages per minute at peak?"), tr("I don’t know"),
                          tr("A mailbox may submit 30 messages in a minute; more are slowed down."));
    m_perDay = askText(nullptr, "recipientsPerDay", tr("Recipients per day?"), tr("I don’t know"),
                       tr("A mailbox may write to 10,000 recipients in a day."));
    addPair(layout, m_perMinute, m_perDay);
}

void SenderForm::askMore(QVBoxLayout *layout)
{
    m_vendor = askText(layout, "vendor", tr("Who made it, and which model is it?"), QStringLiteral("Ricoh IM C3000"),
                       tr("Its settings sheet then uses the words of its menus."));
    m_network = new QComboBox;
    m_networkField = ask(layout, "network", tr("In which network does it stand?"), m_network,
                         tr("Each network has public addresses and open ports of its own."));
    m_lanAddress = askText(layout, "lanAddress", tr("Which address does it have on the local network?"),
                           QStringLiteral("192.168.10.7"), tr("A local relay can take mail from exactly this address."));
    m_onlyPort = askText(layout, "onlyPort", tr("Can it use one port only? Which?"), tr("I don’t know, or it can be set"),
                         tr("Old UPS cards and printers know port 25 only; then signing in at port 587 is out."));
    m_repliesTo = askText(layout, "repliesTo", tr("Which mailbox receives replies and bounces?"),
                          QStringLiteral("helpdesk@contoso.com"),
                          tr("Somebody should read them: a bounce is how you learn that mail did not arrive."));
    m_envelopeFrom = askText(layout, "envelopeFrom", tr("Which envelope sender (MAIL FROM) does it use, if another one?"),
                             QStringLiteral("bounces@contoso.com"),
                             tr("Microsoft 365 judges this address first. Empty means the address that it sends as."));
    m_alsoFrom = askText(layout, "alsoFrom", tr("Which other addresses does it send as?"),
                         QStringLiteral("sales@contoso.com, orders@contoso.com"),
                         tr("A mailbox needs the right to send as each of them. Several are separated by commas."));
    m_perMessage = askText(nullptr, "recipientsPerMessage", tr("Recipients per message?"), tr("I don’t know"),
                           tr("Every method has a limit of its own for one message."));
    m_largest = askText(nullptr, "largestMessage", tr("Largest message?"), QStringLiteral("25 MB"),
                        tr("With its attachments; 1 MB is 1,048,576 octets here, as Exchange Online counts."));
    addPair(layout, m_perMessage, m_largest);
    askHabits(layout);
}

void SenderForm::askHabits(QVBoxLayout *layout)
{
    const std::pair<QString, bool SenderHabits::*> habits[] = {
        {tr("It says HELO, never EHLO"), &SenderHabits::heloOnly},
        {tr("It ends lines with LF alone"), &SenderHabits::bareLineFeeds},
        {tr("Its messages have no Date"), &SenderHabits::noDate},
        {tr("Its messages have no Message-ID"), &SenderHabits::noMessageId},
        {tr("The name in its From holds an address"), &SenderHabits::addressInName},
    };
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(gap::kSmall);
    for (const auto &[words, habit] : habits) {
        auto *tick = new QCheckBox(words);
        column->addWidget(tick);
        connect(tick, &QCheckBox::clicked, this, &SenderForm::edited);
        connect(tick, &QCheckBox::clicked, this, &SenderForm::committed);
        m_habits.emplace_back(tick, habit);
    }
    ask(layout, "habits", tr("Which of these does it do?"), box,
        tr("A test that behaves like it does the same, and so meets the refusals that the device will meet. The practice "
           "server sees these habits by itself."));
}

void SenderForm::setNetworks(const QStringList &ids)
{
    QStringList shown;
    for (int i = 0; m_network && i < m_network->count(); ++i)
        shown += m_network->itemText(i);
    if (!m_network || shown == ids)
        return;
    m_networkField->setVisible(ids.size() > 1);
    m_network->clear();
    for (const QString &id : ids)
        m_network->addItem(id, id);
    setDraft(m_kept);
}

void SenderForm::setDraft(const SenderDraft &draft)
{
    m_kept = draft;
    if (m_kind) {
        put(m_name, draft.name);
        put(m_from, draft.from);
        m_kind->setValue(draft.kind);
        m_hosting->setValue(draft.hosting);
        m_reach->setValue(draft.reach);
    }
    if (m_tls) {
        put(m_signInAs, draft.signInAs);
        put(m_perMinute, draft.messagesPerMinute);
        put(m_perDay, draft.recipientsPerDay);
        m_tls->setValue(draft.tls);
        m_startTls->setValue(draft.startTls);
        m_signIn->setValue(draft.signIn);
    }
    if (m_vendor) {
        put(m_vendor, draft.vendor);
        put(m_lanAddress, draft.lanAddress);
        put(m_onlyPort, draft.onlyPort);
        put(m_repliesTo, draft.repliesTo);
        put(m_envelopeFrom, draft.envelopeFrom);
        put(m_alsoFrom, draft.alsoFrom);
        put(m_perMessage, draft.recipientsPerMessage);
        put(m_largest, draft.largestMessage);
        for (const auto &[tick, habit] : m_habits)
            tick->setChecked(draft.habits.*habit);
        m_network->setCurrentIndex(draft.network.isEmpty() ? 0 : m_network->findData(draft.network));
    }
}

SenderDraft SenderForm::draft() const
{
    SenderDraft draft = m_kept;
    if (m_kind) {
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
    if (m_vendor) {
        draft.vendor = m_vendor->text();
        draft.lanAddress = m_lanAddress->text();
        draft.onlyPort = m_onlyPort->text();
        draft.repliesTo = m_repliesTo->text();
        draft.envelopeFrom = m_envelopeFrom->text();
        draft.alsoFrom = m_alsoFrom->text();
        draft.recipientsPerMessage = m_perMessage->text();
        draft.largestMessage = m_largest->text();
        for (const auto &[tick, habit] : m_habits)
            draft.habits.*habit = tick->isChecked();
        // No name of a network means the first one; it stays so until another one is chosen.
        if (m_network->currentIndex() > 0 || !m_kept.network.isEmpty())
            draft.network = m_network->currentData().toString();
    }
    return draft;
}

void SenderForm::focusName()
{
    if (m_name) {
        m_name->setFocus();
        m_name->selectAll();
    }
}

} // namespace relaywright
