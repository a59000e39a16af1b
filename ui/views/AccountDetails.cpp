// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/AccountDetails.h"

#include "ui/models/MessageModel.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/JudgedLine.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QCoreApplication>
#include <QGridLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>

namespace relaywright {

namespace {

QString doneSentence(const AccountOutcome &outcome)
{
    switch (outcome.task) {
    case AccountTask::Replace:
        return AccountDetails::tr(
            "The new one is in use: the sign-in with it succeeded. Delete the old one in the Entra "
            "admin centre when nothing else uses it.");
    case AccountTask::Add: return AccountDetails::tr("The account is kept: its first sign-in succeeded.");
    case AccountTask::SignInAgain: return AccountDetails::tr("The new sign-in is kept.");
    case AccountTask::Test:
    case AccountTask::Forget: break;
    }
    return AccountDetails::tr("The sign-in succeeded just now.");
}

} // namespace

AccountDetails::AccountDetails(QWidget *parent)
    : QWidget(parent), m_name(new TextLabel({}, FontRole::Heading)), m_test(new QPushButton(tr("Test now"))),
      m_setUp(new QPushButton(tr("Set up…"))), m_replace(new QPushButton(tr("Replace the secret…"))),
      m_again(new QPushButton(tr("Sign in again"))), m_remove(new QPushButton(tr("Remove…"))),
      m_factsHolder(new QVBoxLayout), m_result(new Card), m_lines(new QWidget), m_idCard(new Card),
      m_idRemark(new JudgedLine), m_given(new QLineEdit), m_copyId(new QPushButton(tr("Copy the id")))
{
    build();
    buildId();
    auto *again = new QMenu(m_again);
    again->addAction(tr("In the browser of this computer"), this,
                     [this] { Q_EMIT signInRequested(PersonWay::Browser); });
    again->addAction(tr("With a code, in any browser"), this,
                     [this] { Q_EMIT signInRequested(PersonWay::DeviceCode); });
    m_again->setMenu(again);
    connect(m_test, &QPushButton::clicked, this, &AccountDetails::testRequested);
    connect(m_setUp, &QPushButton::clicked, this, &AccountDetails::setUpRequested);
    connect(m_replace, &QPushButton::clicked, this, &AccountDetails::replaceRequested);
    connect(m_remove, &QPushButton::clicked, this, &AccountDetails::removeRequested);
    connect(m_given, &QLineEdit::textChanged, this, &AccountDetails::judgeId);
    connect(m_copyId, &QPushButton::clicked, this, [this] {
        if (m_claims)
            copyToClipboard(m_claims->objectId);
    });
}

void AccountDetails::build()
{
    m_test->setToolTip(tr("Signs in now with what is kept, and shows what the token says."));
    m_setUp->setToolTip(tr("The scripts for Entra and Exchange Online, and the proof that it can send."));
    m_replace->setToolTip(tr("Tries a new one, and only then lets go of the old one."));
    m_test->setIcon(lineIcon(QStringLiteral("play"), palette()));
    m_remove->setIcon(lineIcon(QStringLiteral("trash"), palette()));
    auto *card = new Card;
    card->body()->addWidget(m_name);
    card->body()->addLayout(m_factsHolder);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gap::kSmall);
    for (QPushButton *button : {m_test, m_setUp, m_replace, m_again})
        buttons->addWidget(button);
    buttons->addStretch();
    buttons->addWidget(m_remove);
    card->body()->addLayout(buttons);
    auto *rows = new QVBoxLayout(m_lines);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(gap::kSmall);
    auto *copy = new QPushButton(tr("Copy it"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    copy->setAccessibleDescription(tr("All of these sentences, for a mail."));
    copy->setToolTip(copy->accessibleDescription());
    connect(copy, &QPushButton::clicked, this, [this] {
        copyToClipboard((QStringList{m_shown} + lines() + QStringList{idRemark()}).join(u'\n').trimmed());
    });
    auto *heading = new QHBoxLayout;
    heading->addWidget(new TextLabel(tr("What the last sign-in showed"), FontRole::Strong), 1);
    heading->addWidget(copy);
    m_result->body()->addLayout(heading);
    m_result->body()->addWidget(m_lines);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(gap::kSmall, 0, gap::kSmall, 0);
    layout->setSpacing(gap::kMedium);
    layout->addWidget(card);
    layout->addWidget(m_result);
    layout->addWidget(m_idCard);
    layout->addStretch();
}

void AccountDetails::buildId()
{
    m_idCard->body()->addWidget(new TextLabel(tr("The object id for Exchange Online"), FontRole::Strong));
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kSmall);
    row->addWidget(m_idRemark, 1);
    row->addWidget(m_copyId, 0, Qt::AlignTop);
    m_idCard->body()->addLayout(row);
    m_copyId->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    m_given->setPlaceholderText(QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"));
    m_given->setClearButtonEnabled(true);
    m_idCard->body()->addWidget(new Field(
        tr("Compare with the id that was given to New-ServicePrincipal"), m_given,
        tr("Get-ServicePrincipal in Exchange Online PowerShell shows it as ObjectId. Two places of the Entra admin "
           "centre show an object id for the same application, and only one of them is right.")));
}

void AccountDetails::addFact(const QString &label, const QString &text)
{
    auto *grid = static_cast<QGridLayout *>(m_facts->layout());
    const int row = grid->rowCount();
    auto *value = new TextLabel(text);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    value->setAccessibleName(tr("%1: %2").arg(label, text));
    grid->addWidget(new TextLabel(label, FontRole::Body, TextLabel::Color::Muted), row, 0, Qt::AlignTop);
    grid->addWidget(value, row, 1);
}

void AccountDetails::showFacts(const BookedAccount &account, const Uses &uses, QDate today)
{
    delete m_facts;
    m_facts = new QWidget;
    auto *grid = new QGridLayout(m_facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(gap::kLarge);
    grid->setVerticalSpacing(gap::kTiny);
    grid->setColumnStretch(1, 1);
    m_factsHolder->addWidget(m_facts);
    addFact(tr("Used for"), wordFor(tokenUseChoices(), account.account.use));
    if (!uses.senders.isEmpty())
        addFact(tr("Senders"), uses.senders.join(QLatin1String(", ")));
    if (!uses.smartHosts.isEmpty())
        addFact(tr("Relay"), tr("Signs in with it to %1").arg(uses.smartHosts.join(QLatin1String(", "))));
    if (uses.senders.isEmpty() && uses.smartHosts.isEmpty())
        addFact(tr("Used by"), tr("Neither the open site nor the relay of this computer names it."));
    addFact(tr("Signs in"), proofWords(account.account.proof));
    addFact(tr("Kept"), placeWords(account.account.proof));
    const ProofEnd end = proofEndOf(account, today);
    grid->addWidget(new TextLabel(tr("Next end"), FontRole::Body, TextLabel::Color::Muted), grid->rowCount(), 0);
    grid->addWidget(end.tone == Tone::Neutral ? static_cast<QWidget *>(new TextLabel(end.words))
                                              : new JudgedLine(symbolOf(end.tone), end.tone, end.words),
                    grid->rowCount() - 1, 1);
    addFact(tr("Last success"), account.lastSuccess ? shortTime(*account.lastSuccess) : tr("Not tried yet."));
    addFact(tr("Organisation"), account.account.tenant.toString());
    addFact(tr("Application"), account.account.application.toString());
    if (account.account.service)
        addFact(tr("Sign-in service"), account.account.service->toString());
    else if (account.account.cloud != Cloud::Worldwide)
        addFact(tr("Cloud"), wordFor(cloudChoices(), std::optional(account.account.cloud)));
}

void AccountDetails::show(const BookedAccount &account, const Uses &uses, QDate today, const AccountOutcome *outcome)
{
    m_name->setText(account.name);
    showFacts(account, uses, today);
    m_replace->setVisible(!std::holds_alternative<KeptRefreshToken>(account.account.proof));
    m_replace->setText(std::holds_alternative<KeptCertificate>(account.account.proof) ? tr("Replace the certificate…")
                                                                                      : tr("Replace the secret…"));
    m_again->setVisible(std::holds_alternative<KeptRefreshToken>(account.account.proof));
    if (m_shown != account.name)
        m_given->clear();
    m_shown = account.name;
    m_claims = outcome ? outcome->claims : std::nullopt;
    m_result->setVisible(outcome != nullptr);
    if (outcome)
        showOutcome(*outcome);
    judgeId();
}

void AccountDetails::showOutcome(const AccountOutcome &outcome)
{
    qDeleteAll(m_lines->findChildren<JudgedLine *>(QString(), Qt::FindDirectChildrenOnly));
    const auto add = [this](Tone tone, const QString &sentence) {
        m_lines->layout()->addWidget(new JudgedLine(symbolOf(tone), tone, sentence));
    };
    const bool good = outcome.problem.isEmpty();
    add(good ? Tone::Good : Tone::Wrong, good ? doneSentence(outcome) : outcome.problem);
    if (!outcome.traces.isEmpty())
        add(Tone::Neutral, tr("By these Microsoft finds the try: %1.").arg(outcome.traces));
    if (!outcome.note.isEmpty())
        add(Tone::Attention, outcome.note);
    for (const TokenRemark &remark : outcome.remarks)
        add(toneOf(remark.level), remark.sentence);
}

void AccountDetails::judgeId()
{
    const auto remark = m_claims ? judgeObjectId(*m_claims, m_given->text()) : std::nullopt;
    m_idCard->setVisible(remark.has_value());
    if (!remark)
        return;
    m_copyId->setEnabled(!m_claims->objectId.isEmpty());
    m_idRemark->setContent(symbolOf(toneOf(remark->level)), toneOf(remark->level), remark->sentence);
}

void AccountDetails::revealOutcome()
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); // what is new has its place now
    for (QWidget *above = parentWidget(); above; above = above->parentWidget()) {
        auto *area = qobject_cast<QScrollArea *>(above);
        if (!area)
            continue;
        const int top = m_result->y();
        if (m_result->isVisibleTo(this) && top + m_result->height() > area->viewport()->height())
            area->verticalScrollBar()->setValue(top);
        return;
    }
}

void AccountDetails::setBusy(bool busy)
{
    for (QPushButton *button : {m_test, m_replace, m_again, m_remove})
        button->setEnabled(!busy);
}

QStringList AccountDetails::lines() const
{
    QStringList sentences;
    if (m_result->isVisibleTo(this)) {
        for (const JudgedLine *line : m_lines->findChildren<JudgedLine *>())
            sentences += line->sentence();
    }
    return sentences;
}

QString AccountDetails::objectId() const
{
    return m_claims && m_claims->isApplication ? m_claims->objectId : QString();
}

QString AccountDetails::idRemark() const
{
    return m_idCard->isVisibleTo(this) ? m_idRemark->sentence() : QString();
}

} // namespace relaywright
