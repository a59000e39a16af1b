// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/FindingDetails.h"

#include "ui/models/EvidenceModel.h"
#include "ui/models/SpfTreeModel.h"
#include "ui/text/FindingText.h"
#include "ui/views/EvidenceView.h"
#include "ui/views/SpfTreeView.h"
#include "ui/views/WatchPanel.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// A heading with buttons at its end, and room below; all of it can be hidden at once.
QWidget *section(const QString &heading, const QList<QPushButton *> &buttons, const QList<QWidget *> &content)
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    auto *top = new QHBoxLayout;
    top->addWidget(new TextLabel(heading, FontRole::Strong), 1);
    for (QPushButton *button : buttons)
        top->addWidget(button);
    layout->addLayout(top);
    for (QWidget *widget : content)
        layout->addWidget(widget);
    return holder;
}

QPushButton *copyButton(const QString &name, const QPalette &palette)
{
    auto *button = new QPushButton(FindingDetails::tr("Copy"));
    button->setIcon(lineIcon(QStringLiteral("copy"), palette));
    button->setAccessibleName(name);
    return button;
}

} // namespace

FindingDetails::FindingDetails(RecordWatch &watch, QWidget *parent)
    : Card(parent), m_title(new TextLabel({}, FontRole::Heading)), m_badge(new Badge),
      m_topic(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)), m_again(new QPushButton(tr("Look again"))),
      m_copy(new QPushButton(tr("Copy this line"))), m_drift(new Card), m_driftText(new TextLabel({}, FontRole::Strong)),
      m_before(new TextLabel(QString())), m_spfHolder(nullptr), m_spf(new SpfTreeView), m_proposalHolder(nullptr),
      m_proposal(new TextLabel({}, FontRole::Fixed)), m_mend(new QPushButton), m_evidenceHolder(nullptr),
      m_evidence(new EvidenceView), m_watch(new WatchPanel(watch)), m_watchFold(new Disclosure(tr("Who already sees it?"), m_watch))
{
    buildTop();
    m_seen = addPart(tr("What was seen"));
    m_todo = addPart(tr("What to do"));
    buildProposal();
    m_spfHolder = section(tr("What the record costs"), {}, {m_spf});
    body()->addWidget(m_spfHolder);
    m_why = addPart(tr("Why it matters"));
    buildEvidence();
    body()->addWidget(m_watchFold);
    body()->addStretch();
}

void FindingDetails::buildTop()
{
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_title);
    words->addWidget(m_topic);
    auto *top = new QHBoxLayout;
    top->addLayout(words, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    body()->addLayout(top);
    m_again->setIcon(lineIcon(QStringLiteral("refresh"), palette()));
    m_again->setAccessibleDescription(tr("Runs this line alone once more; the others stay as they are."));
    m_again->setToolTip(m_again->accessibleDescription());
    m_copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    auto *actions = new QHBoxLayout;
    actions->setSpacing(gap::kSmall);
    actions->addWidget(m_again);
    actions->addWidget(m_copy);
    actions->addStretch();
    body()->addLayout(actions);
    m_drift->setTone(Tone::Accent);
    m_drift->body()->setSpacing(gap::kTiny);
    m_drift->body()->addWidget(m_driftText);
    m_drift->body()->addWidget(m_before);
    body()->addWidget(m_drift);
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT lookAgainRequested(m_id); });
    connect(m_copy, &QPushButton::clicked, this, [this] { Q_EMIT copyRequested(m_id); });
}

void FindingDetails::buildProposal()
{
    QPushButton *copy = copyButton(tr("Copy the text to publish"), palette());
    auto *box = new Card;
    box->body()->addWidget(m_proposal);
    m_proposal->setAccessibleName(tr("The text to publish"));
    m_mend->setIcon(lineIcon(QStringLiteral("apply"), palette()));
    m_mend->setAccessibleName(tr("Open what mends it in Apply"));
    m_proposalHolder = section(tr("The text to publish"), {copy}, {box});
    body()->addWidget(m_proposalHolder);
    body()->addWidget(m_mend, 0, Qt::AlignLeft);
    connect(copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_proposal->text());
        Q_EMIT copied(tr("The text to publish is on the clipboard."));
    });
    connect(m_mend, &QPushButton::clicked, this, [this] { Q_EMIT mendRequested(m_mends); });
}

void FindingDetails::buildEvidence()
{
    QPushButton *copy = copyButton(tr("Copy the evidence as a table"), palette());
    m_evidenceHolder = section(tr("Evidence"), {copy}, {m_evidence});
    body()->addWidget(m_evidenceHolder);
    connect(copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(m_evidence->table().toText());
        Q_EMIT copied(tr("The evidence is on the clipboard. Paste it into a mail or a spreadsheet."));
    });
}

FindingDetails::Part FindingDetails::addPart(const QString &heading)
{
    Part part;
    part.text = new TextLabel(QString());
    part.holder = section(heading, {}, {part.text});
    body()->addWidget(part.holder);
    return part;
}

void FindingDetails::fill(const Part &part, const QString &text)
{
    part.text->setText(text);
    part.holder->setVisible(!text.isEmpty());
}

void FindingDetails::setLine(const CheckLine &line, const QString &since)
{
    m_id = line.check.id;
    const Finding finding = line.finding.value_or(Finding{.title = line.check.title});
    const VerdictLook look = lookOf(line.looking ? std::nullopt : line.verdict());
    m_title->setText(finding.title);
    m_badge->setContent(look.symbol, line.looking ? tr("Looking again…") : look.word, look.tone);
    m_topic->setText(topicName(line.check.topic));
    showDrift(line, since);
    const QString nothing = line.gone ? tr("This line is of the older run. The plan no longer needs it, so it is not looked at.")
                                      : tr("Nobody has looked yet. Run the checks, or look at this line alone.");
    fill(m_seen, line.finding ? finding.seen : nothing);
    fill(m_todo, finding.todo);
    fill(m_why, finding.why);
    m_spfHolder->setVisible(finding.spf != nullptr);
    m_spf->setTree(finding.spf);
    m_proposal->setText(finding.proposal);
    m_proposalHolder->setVisible(!finding.proposal.isEmpty());
    m_evidence->setEvidence(finding.evidence);
    m_evidenceHolder->setVisible(!finding.evidence.empty());
    m_watchFold->setVisible(m_watch->setRecords(finding.evidence, finding.topic == Topic::Prediction ? QString() : finding.proposal));
    m_mends = finding.mends;
    m_mend->setVisible(!m_mends.isEmpty());
    m_mend->setText(tr("Open %1 in Apply").arg(artifactWords(m_mends)));
    showActions(line);
}

void FindingDetails::showDrift(const CheckLine &line, const QString &since)
{
    m_drift->setVisible(line.drift.has_value());
    if (!line.drift)
        return;
    m_driftText->setText(line.drift->sentence);
    QStringList words;
    if (!line.drift->before.isEmpty())
        words += tr("Before (%1): %2").arg(since, line.drift->before);
    if (!line.drift->now.isEmpty())
        words += tr("Now: %1").arg(line.drift->now);
    m_before->setText(words.join(u'\n'));
}

void FindingDetails::showActions(const CheckLine &line)
{
    m_canLook = !line.gone;
    m_again->setText(line.finding ? tr("Look again") : tr("Look at this line"));
    m_copy->setEnabled(line.finding.has_value());
    setBusy(m_isBusy);
}

void FindingDetails::setBusy(bool busy)
{
    m_isBusy = busy;
    m_again->setEnabled(m_canLook && !busy);
}

} // namespace relaywright
