// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/DeviceRowForm.h"

#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

DeviceRowForm::DeviceRowForm(QWidget *parent) : FactForm(parent), m_route(new QComboBox)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    askWho(layout);
    askWhat(layout);
    askRewriting(layout);
    askRepairs(layout);
    askLimits(addMoreAnswers(layout));
    layout->addStretch();
}

void DeviceRowForm::askLine(QVBoxLayout *layout, const char *name, QString DeviceDraft::*member,
                            const QString &question, const QString &example, const QString &why)
{
    m_lines.push_back({askText(layout, name, question, example, why), member});
}

QCheckBox *DeviceRowForm::askTick(QVBoxLayout *layout, const QString &text, const QString &why)
{
    auto *box = new QCheckBox(text);
    box->setAccessibleDescription(why);
    layout->addWidget(box);
    auto *words = new TextLabel(why, FontRole::Small, TextLabel::Color::Muted);
    words->setIndent(gap::kPage);
    layout->addWidget(words);
    connect(box, &QCheckBox::clicked, this, &FactForm::edited);
    connect(box, &QCheckBox::clicked, this, &FactForm::committed);
    return box;
}

void DeviceRowForm::askWho(QVBoxLayout *layout)
{
    askLine(layout, "name", &DeviceDraft::name, tr("What is it called?"), tr("Scanner, 2nd floor"));
    askLine(layout, "networks", &DeviceDraft::networks, tr("From which addresses does it send?"),
            QStringLiteral("192.168.10.7"),
            tr("Addresses or networks. The first row that fits a device counts. Empty: from anywhere that the relay "
               "takes."));
    askLine(layout, "user", &DeviceDraft::user, tr("Signed in as which account?"), {},
            tr("An account of the relay, where it asks devices to sign in. Empty: the row does not ask."));
}

void DeviceRowForm::askWhat(QVBoxLayout *layout)
{
    askLine(layout, "senders", &DeviceDraft::senders, tr("As which senders may it send?"),
            QStringLiteral("scanner@contoso.com, contoso.com"),
            tr("Addresses, domains, or .contoso.com for a domain with all below it. Empty: any."));
    m_internalOnly = askTick(layout, tr("To internal recipients only"),
                             tr("A device that only scans to your own people cannot be abused to write to others."));
    askLine(layout, "internalDomains", &DeviceDraft::internalDomains, tr("Which domains are internal?"),
            QStringLiteral("contoso.com"), tr("For all rows."));
    askLine(layout, "allowedRecipients", &DeviceDraft::allowedRecipients, tr("To which recipients may it write?"),
            QStringLiteral("contoso.com, tax@example.com"), tr("Empty: to any."));
    askLine(layout, "deniedRecipients", &DeviceDraft::deniedRecipients, tr("To which not?"),
            QStringLiteral("everybody@contoso.com"));
}

void DeviceRowForm::askRewriting(QVBoxLayout *layout)
{
    askLine(layout, "sendAs", &DeviceDraft::sendAs, tr("As which mailbox does its mail leave?"),
            QStringLiteral("scanner@contoso.com"),
            tr("Where the account of the relay may send as this mailbox only. Empty: as the device says."));
    m_keepReplyTo = askTick(layout, tr("Answers go to the original sender"),
                            tr("The address that the device gave becomes the Reply-To of its messages."));
    askLine(layout, "returnPath", &DeviceDraft::returnPath, tr("To which mailbox do undeliverable messages return?"),
            {}, tr("Empty: to the sender."));
    m_routeField = ask(layout, "route", tr("Which way does its mail take?"), m_route);
    connect(m_route, &QComboBox::activated, this, &FactForm::edited);
    connect(m_route, &QComboBox::activated, this, &FactForm::committed);
}

void DeviceRowForm::askRepairs(QVBoxLayout *layout)
{
    layout->addWidget(new TextLabel(tr("Mend for this device only"), FontRole::Strong));
    const struct {
        bool Repairs::*member;
        QString text;
        QString risk;
    } repairs[] = {
        {&Repairs::date, tr("Add a missing date"),
         tr("The time of arrival stands for the time of writing: a device that waits before it sends seems later than "
            "it was.")},
        {&Repairs::messageId, tr("Add a missing message id"),
         tr("A device that sends the same message twice is not noticed by it any more.")},
        {&Repairs::bareNewlines, tr("Cure single line ends (bare CR or LF)"),
         tr("The message is changed, so that a signature of the device breaks. It never ends the message early.")},
        {&Repairs::longLines, tr("Break lines of more than 998 octets"),
         tr("The text is wrapped or encoded anew, so that a signature of the device breaks.")},
        {&Repairs::displayName, tr("Mend an address in the display name"), tr("The name that recipients see changes.")},
    };
    for (const auto &repair : repairs)
        m_repairs.push_back({askTick(layout, repair.text, repair.risk), repair.member});
}

void DeviceRowForm::askLimits(QVBoxLayout *layout)
{
    const QString empty = tr("Empty: the limit of the whole relay.");
    askLine(layout, "maxMegabytes", &DeviceDraft::maxMegabytes, tr("How large may a message be, in MiB?"), {}, empty);
    askLine(layout, "maxRecipientsPerMessage", &DeviceDraft::maxRecipientsPerMessage,
            tr("How many recipients may a message have?"), {}, empty);
    askLine(layout, "maxMessagesPerMinute", &DeviceDraft::maxMessagesPerMinute,
            tr("How many messages may it send in a minute?"), {},
            tr("What comes too fast is asked to come again later. Empty: any number."));
    askLine(layout, "maxMessagesPerDay", &DeviceDraft::maxMessagesPerDay, tr("And in a day?"), {},
            tr("Empty: any number."));
    askLine(layout, "maxConnections", &DeviceDraft::maxConnections, tr("How many connections may it have at a time?"),
            {}, empty);
}

void DeviceRowForm::setRoutes(const QStringList &names)
{
    m_routes = names;
    showRoute(m_route->currentData().toString());
}

/// Also one that is no way out any more: the relay says so, and nothing else takes its place unasked.
void DeviceRowForm::showRoute(const QString &name)
{
    const QString shown = name == defaultRouteName() ? QString() : name;
    const QSignalBlocker quiet(m_route);
    m_route->clear();
    m_route->addItem(tr("The default"), QString());
    for (const QString &route : std::as_const(m_routes))
        m_route->addItem(route, route);
    if (m_route->findData(shown) < 0)
        m_route->addItem(shown, shown);
    m_route->setCurrentIndex(m_route->findData(shown));
    m_routeField->setVisible(m_route->count() > 1);
}

void DeviceRowForm::setDraft(const DeviceDraft &draft)
{
    for (const Line &line : m_lines)
        put(line.edit, draft.*line.member);
    m_internalOnly->setChecked(draft.internalOnly);
    m_keepReplyTo->setChecked(draft.keepReplyTo);
    for (const auto &[box, member] : m_repairs)
        box->setChecked(draft.repairs.*member);
    showRoute(draft.route);
}

DeviceDraft DeviceRowForm::draft() const
{
    DeviceDraft draft;
    for (const Line &line : m_lines)
        draft.*line.member = line.edit->text();
    draft.internalOnly = m_internalOnly->isChecked();
    draft.keepReplyTo = m_keepReplyTo->isChecked();
    for (const auto &[box, member] : m_repairs)
        draft.repairs.*member = box->isChecked();
    draft.route = m_route->currentData().toString();
    return draft;
}

void DeviceRowForm::focusName()
{
    reveal(QStringLiteral("name"));
}

} // namespace relaywright
