// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/ExplanationView.h"

#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QString numbered(const QStringList &sentences)
{
    QStringList lines;
    for (const QString &sentence : sentences)
        lines += sentences.size() > 1 ? QStringLiteral("%1. %2").arg(lines.size() + 1).arg(sentence) : sentence;
    return lines.join(u'\n');
}

/// Moments are shown in the time of the person who reads them.
QString momentText(TimePoint moment)
{
    return QLocale().toString(toDateTime(moment).toLocalTime(), QLocale::ShortFormat);
}

TextLabel *muted(const QString &text)
{
    return new TextLabel(text, FontRole::Body, TextLabel::Color::Muted);
}

/// "documented by Microsoft" is not what an RFC is.
QString trustWords(const Diagnosis &diagnosis)
{
    return diagnosis.source.title.startsWith(QLatin1String("RFC ")) ? ExplanationView::tr("a standard of the Internet")
                                                                    : confidenceWords(diagnosis.confidence);
}

/// What is known makes it more than one of several.
Badge *standing(const Cause &cause)
{
    auto *badge = new Badge;
    if (cause.proven)
        badge->setContent(QStringLiteral("●"), ExplanationView::tr("It is this"), Tone::Wrong);
    else if (cause.ruledOut)
        badge->setContent(QStringLiteral("○"), ExplanationView::tr("Ruled out"), Tone::Unknown);
    else
        badge->setContent(QStringLiteral("◐"), ExplanationView::tr("Likelier"), Tone::Attention);
    return badge;
}

} // namespace

ExplanationView::ExplanationView(QWidget *parent)
    : Card(parent), m_title(new TextLabel({}, FontRole::Heading)), m_seen(new TextLabel({}, FontRole::Fixed)),
      m_notes(new TextLabel({}, FontRole::Strong)), m_remedies(new TextLabel({})), m_check(muted({})),
      m_again(new QPushButton(tr("Test again from here"))), m_copy(new QPushButton(tr("Copy the explanation"))),
      m_source(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted))
{
    setAccessibleName(tr("Explanation"));
    buildHead();
    buildFoot();
    clear();
}

void ExplanationView::buildHead()
{
    m_seen->setAccessibleName(tr("What was seen"));
    m_notes->setTone(Tone::Attention);
    for (TextLabel *label : {m_title, m_seen, m_notes})
        body()->addWidget(label);
}

void ExplanationView::buildFoot()
{
    m_again->setIcon(lineIcon(QStringLiteral("refresh"), palette()));
    m_copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    for (TextLabel *label : {m_remedies, m_check})
        body()->addWidget(label);
    auto *actions = new QHBoxLayout;
    actions->setSpacing(gap::kSmall);
    actions->addWidget(m_again);
    actions->addWidget(m_copy);
    actions->addStretch();
    body()->addLayout(actions);
    body()->addWidget(m_source);
    connect(m_again, &QPushButton::clicked, this, [this] {
        if (m_diagnosis && m_diagnosis->testAgainFrom)
            Q_EMIT testAgainRequested(*m_diagnosis->testAgainFrom);
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        copyToClipboard(toText());
        Q_EMIT copied(tr("The explanation is on the clipboard."));
    });
}

void ExplanationView::clear()
{
    m_diagnosis.reset();
    hide();
}

void ExplanationView::setBusy(bool busy)
{
    m_again->setEnabled(!busy);
}

void ExplanationView::setDiagnosis(const Diagnosis &diagnosis, Head head)
{
    m_diagnosis = diagnosis;
    m_title->setText(diagnosis.title);
    m_seen->setText(diagnosis.seen);
    m_title->setVisible(head == Head::Shown);
    m_seen->setVisible(head == Head::Shown && !diagnosis.seen.isEmpty());
    showNotes();
    showCauses();
    m_remedies->setText(diagnosis.remedies.isEmpty() ? QString()
                                                     : tr("Whatever the cause:\n%1").arg(numbered(diagnosis.remedies)));
    m_remedies->setVisible(!diagnosis.remedies.isEmpty());
    m_check->setText(tr("To be sure: %1").arg(diagnosis.check));
    m_check->setVisible(!diagnosis.check.isEmpty());
    m_again->setVisible(diagnosis.testAgainFrom.has_value());
    if (diagnosis.testAgainFrom)
        m_again->setToolTip(tr("Begins at the stage “%1” of the conversation, where it was decided.")
                                .arg(stageName(*diagnosis.testAgainFrom)));
    m_again->setAccessibleDescription(m_again->toolTip());
    m_source->setText(tr("Source: %1 (%2)").arg(diagnosis.source.title, trustWords(diagnosis)));
    m_source->setToolTip(diagnosis.source.url);
    m_source->setVisible(!diagnosis.source.title.isEmpty());
    show();
}

void ExplanationView::showNotes()
{
    QStringList notes;
    if (m_diagnosis->onlySignInLogDecides)
        notes += tr("Only the sign-in log in the Entra admin center tells these causes apart.");
    if (m_diagnosis->notBefore)
        notes += tr("Permissions were changed a short while ago. Trying again before %1 proves nothing.")
                     .arg(momentText(*m_diagnosis->notBefore));
    if (m_diagnosis->retryHelps)
        notes += tr("The same message may go through later by itself.");
    m_notes->setText(notes.join(u'\n'));
    m_notes->setVisible(!notes.isEmpty());
}

void ExplanationView::showCauses()
{
    delete m_causes;
    m_causes = new QWidget;
    auto *layout = new QVBoxLayout(m_causes);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(new TextLabel(m_diagnosis->causes.size() == 1 ? tr("Cause") : tr("Causes, the likeliest first"),
                                    FontRole::Strong));
    int number = 0;
    for (const Cause &cause : m_diagnosis->causes)
        layout->addWidget(causeCard(cause, ++number));
    body()->insertWidget(body()->indexOf(m_remedies), m_causes);
}

QWidget *ExplanationView::causeCard(const Cause &cause, int number)
{
    auto *card = new Card;
    card->body()->setSpacing(gap::kTiny);
    auto *top = new QHBoxLayout;
    const bool alone = m_diagnosis->causes.size() == 1;
    auto *text =
        new TextLabel(alone ? cause.text : QStringLiteral("%1. %2").arg(number).arg(cause.text), FontRole::Strong);
    if (cause.ruledOut) {
        QFont struck = text->font();
        struck.setStrikeOut(true);
        text->setFont(struck);
    }
    top->addWidget(text, 1);
    if (cause.proven || cause.ruledOut || !cause.why.isEmpty())
        top->addWidget(standing(cause), 0, Qt::AlignTop);
    card->body()->addLayout(top);
    if (!cause.why.isEmpty())
        card->body()->addWidget(muted(cause.why));
    if (cause.ruledOut)
        return card;
    if (!cause.check.isEmpty())
        card->body()->addWidget(new TextLabel(tr("To tell: %1").arg(cause.check)));
    if (!cause.remedy.isEmpty())
        card->body()->addWidget(new TextLabel(tr("To do: %1").arg(cause.remedy)));
    const QString kind = !cause.artifactKind.isEmpty() ? cause.artifactKind
                         : alone                       ? m_diagnosis->artifactKind
                                                       : QString();
    if (!kind.isEmpty()) {
        auto *mend = new QPushButton(tr("Open what mends it"));
        mend->setIcon(lineIcon(QStringLiteral("apply"), palette()));
        mend->setAccessibleDescription(cause.text);
        connect(mend, &QPushButton::clicked, this, [this, kind] { Q_EMIT mendRequested(kind); });
        card->body()->addWidget(mend, 0, Qt::AlignLeft);
    }
    return card;
}

QString ExplanationView::toText() const
{
    if (!m_diagnosis)
        return {};
    QStringList lines{m_diagnosis->title, m_diagnosis->seen};
    for (const Cause &cause : m_diagnosis->causes) {
        const QString mark = cause.proven ? tr("It is this") : cause.ruledOut ? tr("Ruled out") : tr("Possible");
        lines += QStringLiteral("- %1: %2").arg(mark, cause.text);
        for (const QString &more :
             {cause.why, cause.ruledOut ? QString() : cause.check, cause.ruledOut ? QString() : cause.remedy}) {
            if (!more.isEmpty())
                lines += QStringLiteral("  ") + more;
        }
    }
    lines += m_diagnosis->remedies;
    lines += m_diagnosis->check;
    lines += m_source->text() + u' ' + m_diagnosis->source.url;
    lines.removeAll(QString());
    return lines.join(u'\n');
}

} // namespace relaywright
