// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/AccountProgress.h"

#include "ui/engine/AccountDesk.h"
#include "ui/text/AccountText.h"
#include "ui/widgets/JudgedLine.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QDesktopServices>
#include <QHBoxLayout>
#include <QPushButton>

namespace relaywright {

namespace {

JudgedLine *lineOf(const AccountStep &step)
{
    switch (step.state) {
    case AccountStep::State::Open: return new JudgedLine(symbolOf(Tone::Neutral), Tone::Neutral, step.words);
    case AccountStep::State::Running:
        return new JudgedLine(QStringLiteral("\u2192"), Tone::Accent, AccountProgress::tr("%1…").arg(step.words));
    case AccountStep::State::Done: return new JudgedLine(symbolOf(Tone::Good), Tone::Good, step.words);
    case AccountStep::State::Wrong:
        return new JudgedLine(symbolOf(Tone::Wrong), Tone::Wrong,
                              AccountProgress::tr("%1: this did not succeed.").arg(step.words));
    }
    Q_UNREACHABLE();
}

} // namespace

AccountProgress::AccountProgress(AccountDesk &desk, const Clock &clock, QWidget *parent)
    : Card(parent), m_desk(desk), m_clock(clock), m_heading(new TextLabel({}, FontRole::Strong)),
      m_cancel(new QPushButton(tr("Cancel"))), m_steps(new QWidget), m_person(new QWidget),
      m_sentence(new TextLabel({})), m_code(new TextLabel({}, FontRole::Title)),
      m_left(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_copyCode(new QPushButton(tr("Copy the code"))), m_open(new QPushButton(tr("Open the page here"))),
      m_copyLink(new QPushButton(tr("Copy the link")))
{
    build();
    m_second.setInterval(std::chrono::seconds(1));
    connect(&m_second, &QTimer::timeout, this, &AccountProgress::showTimeLeft);
    connect(m_cancel, &QPushButton::clicked, this, [this] { m_desk.isBusy() ? m_desk.cancel() : dismiss(); });
    connect(m_copyCode, &QPushButton::clicked, this, [this] { copyToClipboard(code()); });
    connect(m_copyLink, &QPushButton::clicked, this,
            [this] { copyToClipboard(QString::fromLatin1(m_link.toEncoded())); });
    connect(m_open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(m_link); });
    connect(&desk, &AccountDesk::changed, this, &AccountProgress::refresh);
    connect(&desk, &AccountDesk::cancelled, this, &AccountProgress::dismiss);
    connect(&desk, &AccountDesk::browserWanted, this, &AccountProgress::showBrowser);
    connect(&desk, &AccountDesk::codeOffered, this, &AccountProgress::showCode);
    dismiss();
}

void AccountProgress::build()
{
    body()->setContentsMargins(gap::kLarge, gap::kMedium, gap::kLarge, gap::kMedium);
    body()->setSpacing(gap::kSmall);
    auto *top = new QHBoxLayout;
    top->addWidget(m_heading, 1);
    top->addWidget(m_cancel, 0, Qt::AlignTop);
    body()->addLayout(top);
    auto *steps = new QVBoxLayout(m_steps);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(gap::kTiny);
    body()->addWidget(m_steps);
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_code->setAccessibleName(tr("Code to enter"));
    auto *person = new QVBoxLayout(m_person);
    person->setContentsMargins(0, gap::kSmall, 0, 0);
    person->setSpacing(gap::kTiny);
    person->addWidget(m_sentence);
    person->addWidget(m_code);
    person->addWidget(m_left);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(gap::kSmall);
    for (QPushButton *copy : {m_copyCode, m_copyLink})
        copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    for (QPushButton *button : {m_copyCode, m_open, m_copyLink})
        buttons->addWidget(button);
    buttons->addStretch();
    person->addLayout(buttons);
    body()->addWidget(m_person);
}

void AccountProgress::dismiss()
{
    m_second.stop();
    m_link.clear();
    m_code->setText({});
    m_person->hide();
    hide();
}

QString AccountProgress::code() const
{
    return m_code->text();
}

QStringList AccountProgress::steps() const
{
    QStringList words;
    for (const JudgedLine *line : m_steps->findChildren<JudgedLine *>())
        words += line->sentence();
    return words;
}

QString AccountProgress::heading() const
{
    const QString &name = m_desk.account();
    switch (m_desk.task()) {
    case AccountTask::Add: return tr("Adding %1").arg(name);
    case AccountTask::Test: return tr("Testing %1").arg(name);
    case AccountTask::SignInAgain: return tr("Signing in again: %1").arg(name);
    case AccountTask::Replace: return tr("Replacing what %1 signs in with").arg(name);
    case AccountTask::Forget: return tr("Removing %1").arg(name);
    }
    Q_UNREACHABLE();
}

void AccountProgress::refresh()
{
    m_heading->setText(heading());
    qDeleteAll(m_steps->findChildren<JudgedLine *>(QString(), Qt::FindDirectChildrenOnly));
    for (const AccountStep &step : m_desk.steps())
        m_steps->layout()->addWidget(lineOf(step));
    m_cancel->setText(m_desk.isBusy() ? tr("Cancel") : tr("Close"));
    m_cancel->setEnabled(!m_desk.isBusy() || m_desk.canCancel());
    const bool waitsForPerson = m_desk.isBusy() && m_desk.steps().front().state == AccountStep::State::Running;
    m_person->setVisible(waitsForPerson && !m_link.isEmpty());
    if (!waitsForPerson) {
        m_second.stop();
        m_link.clear();
        m_code->setText({});
    }
    // A single sign-in tells its end in the details; of several steps it counts which were taken.
    setVisible(m_desk.isBusy() || m_desk.task() == AccountTask::Replace);
}

void AccountProgress::showBrowser(const QUrl &url)
{
    m_link = url;
    m_code->hide();
    m_copyCode->hide();
    m_left->setText(tr("Nothing opened, or the wrong profile? Copy the link into the browser that you want, on this "
                       "computer."));
    m_open->setText(tr("Open it again"));
    const bool opened = QDesktopServices::openUrl(url);
    m_sentence->setText(opened ? tr("The browser of this computer shows the sign-in now. Go on there.")
                               : tr("No browser could be opened. Copy the link into a browser of this computer."));
    m_person->show();
}

void AccountProgress::showCode(const DeviceCodeOffer &offer)
{
    m_link = offer.verificationUrl;
    m_expires = offer.expires;
    m_sentence->setText(
        tr("Open %1 in any browser, also on another computer, and enter this code:").arg(m_link.toDisplayString()));
    m_code->setText(offer.userCode);
    m_code->show();
    m_copyCode->show();
    m_open->setText(tr("Open the page here"));
    m_person->show();
    m_second.start();
    showTimeLeft();
}

void AccountProgress::showTimeLeft()
{
    const auto left =
        std::max(std::chrono::seconds(0), std::chrono::duration_cast<std::chrono::seconds>(m_expires - m_clock.now()));
    m_left->setText(
        tr("It is good for %1 more (minutes:seconds).")
            .arg(QStringLiteral("%1:%2").arg(left.count() / 60).arg(left.count() % 60, 2, 10, QLatin1Char('0'))));
}

} // namespace relaywright
