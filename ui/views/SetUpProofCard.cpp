// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SetUpProofCard.h"

#include "ui/engine/PracticeRoom.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/engine/Workspace.h"
#include "ui/text/AccountText.h"
#include "ui/text/TimeText.h"
#include "ui/views/ExplanationView.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/JudgedLine.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>

namespace relaywright {

namespace {

using End = ProofFinding::End;
enum When { JustNow, LongAgo };

Tone toneOf(End end)
{
    switch (end) {
    case End::Proven: return Tone::Good;
    case End::NotYet:
    case End::NoAnswer: return Tone::Attention;
    case End::Refused: break;
    }
    return Tone::Wrong;
}

QString timeWords(TimePoint moment)
{
    return preciseTime(toDateTime(moment), TimeDetail::Seconds);
}

} // namespace

SetUpProofCard::SetUpProofCard(Services &services, SetUpDesk &desk, QWidget *parent)
    : Card(parent), m_services(services), m_desk(desk),
      m_sentence(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_mailbox(new QLineEdit),
      m_server(new QLineEdit), m_recipient(new QLineEdit),
      m_when(new ChoiceRow({tr("Within the last two hours"), tr("Earlier")})),
      m_patience(new QCheckBox(tr("Try again while the rights may not have spread yet"))),
      m_go(new QPushButton(tr("Prove it now"))), m_stop(new QPushButton(tr("Stop"))), m_lines(new QWidget),
      m_explanation(new ExplanationView)
{
    build();
    connect(m_go, &QPushButton::clicked, this, &SetUpProofCard::prove);
    connect(m_stop, &QPushButton::clicked, &desk, &SetUpDesk::stop);
    connect(m_when, &ChoiceRow::chosen, this, &SetUpProofCard::refresh);
    connect(&desk, &SetUpDesk::changed, this, [this] {
        refresh();
        reveal();
    });
    connect(m_explanation, &ExplanationView::testAgainRequested, this, &SetUpProofCard::prove);
    connect(m_explanation, &ExplanationView::mendRequested, this, &SetUpProofCard::mendRequested);
}

void SetUpProofCard::build()
{
    m_mailbox->setPlaceholderText(QStringLiteral("scanner@contoso.com"));
    m_mailboxField = new Field(tr("Mailbox that sends"), m_mailbox);
    m_serverField =
        new Field(tr("Server"), m_server,
                  tr("Microsoft’s by default. A practice server takes the tokens of its own sign-in service only."));
    m_recipientField = new Field(tr("Who gets the message"), m_recipient);
    m_when->setIndex(JustNow);
    m_patience->setChecked(true);
    m_patience->setToolTip(tr("For two hours at most, less and less often. Relaywright must stay open meanwhile."));
    m_go->setProperty("primary", true);
    m_stop->setIcon(lineIcon(QStringLiteral("stop"), palette()));
    body()->addWidget(new TextLabel(tr("2. The proof"), FontRole::Strong));
    body()->addWidget(m_sentence);
    for (Field *field : {m_mailboxField, m_serverField, m_recipientField})
        body()->addWidget(field);
    body()->addWidget(
        new Field(tr("When were the rights given?"), m_when,
                  tr("Until rights have spread they are refused in the same words as wrong ones, for up to two "
                     "hours.")));
    body()->addWidget(m_patience);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gap::kSmall);
    buttons->addWidget(m_go);
    buttons->addWidget(m_stop);
    buttons->addStretch();
    body()->addLayout(buttons);
    auto *lines = new QVBoxLayout(m_lines);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(gap::kTiny);
    body()->addWidget(m_lines);
    body()->addWidget(m_explanation);
    m_explanation->clear();
}

bool SetUpProofCard::isGraph() const
{
    return m_account && m_account->account.use == TokenUse::Graph;
}

bool SetUpProofCard::signsInAtPractice() const
{
    return m_account && m_services.practice.issues(m_account->account);
}

void SetUpProofCard::setAccount(const BookedAccount &account)
{
    const bool isOther = !m_account || m_account->name != account.name;
    m_account = account;
    if (isOther) {
        const bool isMailbox = EmailAddress::parse(account.name).has_value();
        const auto usual = proofOf(account, std::nullopt, m_services.workspace.knowledge());
        const auto *smtp = usual ? std::get_if<ProofBySmtp>(&usual->way) : nullptr;
        m_mailbox->setText(isMailbox ? account.name : QString());
        m_mailboxField->setVisible(!isMailbox);
        const bool isPractice = signsInAtPractice();
        m_server->setText(isPractice ? m_services.practice.address().toString()
                          : smtp     ? smtp->server.toString()
                                     : QString());
        m_recipient->setText(isMailbox ? account.name : QString());
        for (Field *field : {m_mailboxField, m_serverField, m_recipientField})
            field->setProblem({});
    }
    m_serverField->setVisible(!isGraph());
    m_recipientField->setVisible(isGraph());
    m_sentence->setText(isGraph()
                            ? tr("A token, what it says, and one short message through Microsoft Graph, which has no "
                                 "sign-in without a message.")
                            : tr("A token, what it says, and a sign-in with it to the server that takes the mail. No "
                                 "message is sent."));
    refresh();
}

void SetUpProofCard::prove()
{
    if (!m_account)
        return;
    const auto mailbox = EmailAddress::parse(m_mailbox->text().trimmed());
    m_mailboxField->setProblem(mailbox ? QString() : mailbox.error().detail);
    if (!mailbox)
        return m_mailboxField->reveal();
    auto wish = proofOf(*m_account, *mailbox, m_services.workspace.knowledge());
    if (isGraph()) {
        const auto recipient = EmailAddress::parse(m_recipient->text().trimmed());
        m_recipientField->setProblem(recipient ? QString() : recipient.error().detail);
        if (!recipient)
            return m_recipientField->reveal();
        auto &graph = std::get<ProofByGraph>(wish->way);
        graph.recipient = *recipient;
        if (signsInAtPractice() && m_services.practice.web()->graph())
            graph.service = m_services.practice.web()->graph()->baseUrl();
    } else {
        const auto server = Endpoint::parse(m_server->text().trimmed(), 587);
        m_serverField->setProblem(server ? QString() : server.error().detail);
        if (!server)
            return m_serverField->reveal();
        wish = ProofWish{m_account->account, *mailbox, ProofBySmtp{*server}};
    }
    const TimePoint now = m_services.clock.now();
    wish->changedAt = m_when->index() == LongAgo ? now - rightsSpreadIn(m_services.workspace.knowledge()) : now;
    wish->patient = m_patience->isChecked() && m_when->index() == JustNow;
    wish->authoritiesPem = m_services.practice.authorityPem();
    m_desk.prove(m_account->name, *wish);
}

void SetUpProofCard::refresh()
{
    const bool isRunning = m_desk.standing().isRunning;
    m_go->setEnabled(!isRunning);
    m_stop->setVisible(isRunning);
    m_patience->setEnabled(m_when->index() == JustNow && !isRunning);
    m_explanation->setBusy(isRunning);
    qDeleteAll(m_lines->findChildren<JudgedLine *>(QString(), Qt::FindDirectChildrenOnly));
    m_explanation->clear();
    if (m_account && m_desk.standing().account == m_account->name)
        showStanding();
    m_lines->setVisible(!m_lines->findChildren<JudgedLine *>().isEmpty());
}

void SetUpProofCard::add(const QString &symbol, Tone tone, const QString &sentence)
{
    m_lines->layout()->addWidget(new JudgedLine(symbol, tone, sentence));
}

void SetUpProofCard::showStanding()
{
    const SetUpDesk::Standing &standing = m_desk.standing();
    const QString running = QStringLiteral("\u2192");
    if (standing.isRunning && !standing.next) {
        if (standing.step == ProofStep::Token)
            return add(running, Tone::Accent, tr("Asking for a token…"));
        add(symbolOf(Tone::Good), Tone::Good, tr("A token came."));
        return add(running, Tone::Accent, isGraph() ? tr("Sending a message through Graph…") : tr("Signing in…"));
    }
    if (!standing.finding)
        return add(symbolOf(Tone::Neutral), Tone::Neutral, tr("It was stopped."));
    const ProofFinding &finding = *standing.finding;
    const Tone tone = toneOf(finding.end);
    add(symbolOf(tone), tone, finding.sentence);
    if (finding.end == End::NotYet)
        add(symbolOf(Tone::Neutral), Tone::Neutral,
            tr("That is what rights look like that have not spread yet; if they are wrong, they look the same."));
    if (standing.next)
        return add(
            running, Tone::Accent,
            tr("%n tries so far. The next one is at %1, and the last one at %2. Relaywright must stay open until then.",
               nullptr, standing.tries)
                .arg(timeWords(*standing.next), timeWords(standing.until)));
    if (finding.end != End::Proven && finding.diagnosis)
        m_explanation->setDiagnosis(*finding.diagnosis, ExplanationView::Head::Elsewhere);
}

/// What is new stands below what was typed, perhaps out of sight.
void SetUpProofCard::reveal()
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); // what is new has its place now
    for (QWidget *above = parentWidget(); above && m_lines->isVisible(); above = above->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(above))
            return area->ensureWidgetVisible(m_lines, 0, gap::kLarge);
    }
}

QStringList SetUpProofCard::lines() const
{
    QStringList sentences;
    for (const JudgedLine *line : m_lines->findChildren<JudgedLine *>())
        sentences += line->sentence();
    return sentences;
}

} // namespace relaywright
