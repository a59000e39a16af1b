// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SenderPlanView.h"

#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/views/MailFlowView.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QGridLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr Reason::Weight kOrder[] = {Reason::Weight::Blocks,  Reason::Weight::Change,  Reason::Weight::Unknown,
                                     Reason::Weight::For,     Reason::Weight::Against, Reason::Weight::Warning};

/// "Source: page title, as of 2026-08-21, documented by Microsoft. https://…"
QString sourceText(const Reason &reason, const Knowledge &knowledge)
{
    const Fact *fact = reason.factId.isEmpty() ? nullptr : knowledge.find(reason.factId);
    if (!fact)
        return {};
    const QString title = fact->source.title.isEmpty() ? SenderPlanView::tr("not published") : fact->source.title;
    const QString text = SenderPlanView::tr("Source: %1, as of %2, %3.")
                             .arg(title, fact->asOf.toString(Qt::ISODate), confidenceWords(fact->confidence));
    return fact->source.url.isEmpty() ? text : text + u'\n' + fact->source.url;
}

void clearLayout(QLayout *layout)
{
    while (QLayoutItem *item = layout->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (item->layout()) {
            clearLayout(item->layout());
        }
        delete item;
    }
}

/// A reason; where a fact of the knowledge is behind it, a button shows which one.
QWidget *makeReason(const Reason &reason, const Knowledge &knowledge)
{
    auto *holder = new QWidget;
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(gap::kMedium, 0, 0, 0);
    layout->setSpacing(2);
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kTiny);
    row->addWidget(new TextLabel(reason.sentence), 1);
    layout->addLayout(row);
    const QString source = sourceText(reason, knowledge);
    if (source.isEmpty())
        return holder;
    auto *text = new TextLabel(source, FontRole::Small, TextLabel::Color::Muted);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text->hide();
    layout->addWidget(text);
    auto *button = new QToolButton;
    button->setAutoRaise(true);
    button->setCheckable(true);
    button->setIcon(lineIcon(QStringLiteral("help"), button->palette()));
    button->setIconSize(QSize(16, 16));
    button->setFixedSize(22, 22);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolTip(source);
    button->setAccessibleName(SenderPlanView::tr("Where this comes from: %1").arg(reason.sentence));
    QObject::connect(button, &QToolButton::toggled, text, &QWidget::setVisible);
    row->addWidget(button, 0, Qt::AlignTop);
    return holder;
}

QString settingsText(const MethodSettings &settings)
{
    QStringList lines;
    lines += SenderPlanView::tr("Server: %1")
                 .arg(settings.host.isEmpty() ? SenderPlanView::tr("the MX host of your domain") : settings.host);
    lines += SenderPlanView::tr("Port: %1").arg(settings.port);
    lines += SenderPlanView::tr("Encryption: %1").arg(tlsWords(settings.tls));
    lines += SenderPlanView::tr("Sign-in: %1").arg(signInWords(settings.authentication));
    if (!settings.user.isEmpty())
        lines += SenderPlanView::tr("User name: %1").arg(settings.user);
    return lines.join(u'\n');
}

} // namespace

QWidget *makeReasonList(const std::vector<Reason> &reasons, const Knowledge &knowledge)
{
    auto *list = new QWidget;
    auto *layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    for (const Reason::Weight weight : kOrder) {
        QStringList seen;
        for (const Reason &reason : reasons) {
            if (reason.weight != weight || seen.contains(reason.sentence))
                continue;
            const VerdictLook look = lookOf(weight);
            if (seen.isEmpty()) {
                auto *badge = new Badge;
                badge->setContent(look.symbol, look.word, look.tone);
                layout->addSpacing(layout->count() ? gap::kSmall : 0);
                layout->addWidget(badge);
            }
            seen += reason.sentence;
            layout->addWidget(makeReason(reason, knowledge));
        }
    }
    return list;
}

SenderPlanView::SenderPlanView(Extent extent, QWidget *parent)
    : QWidget(parent), m_extent(extent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(gap::kMedium);
}

void SenderPlanView::setPlan(const Site &site, const Sender &sender, const SenderPlan &plan, const Knowledge &knowledge)
{
    clearLayout(m_layout);
    if (plan.options.empty()) {
        m_layout->addWidget(
            new TextLabel(tr("There is no method to judge yet. Answer the questions about this sender.")));
        m_layout->addStretch();
        return;
    }
    const Option *chosen = plan.chosen();
    const Option &option = chosen ? *chosen : plan.options.front();
    addHeader(sender, option, chosen != nullptr);
    if (chosen) {
        auto *picture = new Card;
        auto *view = new MailFlowView;
        view->setFlow(mailFlow(sender, option));
        picture->body()->addWidget(view);
        m_layout->addWidget(picture);
        if (m_extent == Extent::Whole)
            addSettings(site, option);
    }
    auto *reasons = new Card;
    reasons->body()->addWidget(
        new TextLabel(chosen ? tr("Why") : tr("Why not, and what would help"), FontRole::Heading));
    reasons->body()->addWidget(makeReasonList(option.reasons, knowledge));
    m_layout->addWidget(reasons);
    if (m_extent == Extent::Whole)
        addOthers(plan, option, knowledge);
    m_layout->addStretch();
}

void SenderPlanView::addHeader(const Sender &sender, const Option &option, bool chosen)
{
    const VerdictLook look = lookOf(option.fit);
    auto *row = new QHBoxLayout;
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(new TextLabel(sender.name, FontRole::Small, TextLabel::Color::Muted));
    words->addWidget(new TextLabel(chosen ? methodName(option.method) : tr("No method works yet"), FontRole::Title));
    words->addWidget(new TextLabel(chosen ? methodGloss(option.method)
                                          : tr("The closest one is %1.").arg(methodName(option.method)),
                                   FontRole::Body, TextLabel::Color::Muted));
    row->addLayout(words, 1);
    auto *badge = new Badge;
    badge->setContent(look.symbol, look.word, look.tone);
    row->addWidget(badge, 0, Qt::AlignTop);
    m_layout->addLayout(row);
    if (chosen && option.worksUntil) {
        auto *until = new InlineMessage;
        until->setClosable(false);
        until->show(Tone::Attention, tr("This works until %1, as far as is known today. Plan the change before then.")
                                         .arg(dayText(*option.worksUntil)));
        m_layout->addWidget(until);
    }
}

void SenderPlanView::addSettings(const Site &site, const Option &option)
{
    auto *card = new Card;
    auto *top = new QHBoxLayout;
    top->addWidget(new TextLabel(tr("Settings of the device"), FontRole::Heading), 1);
    auto *copy = new QPushButton(tr("Copy"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    copy->setAccessibleName(tr("Copy the settings"));
    top->addWidget(copy);
    card->body()->addLayout(top);
    MethodSettings settings = option.settings;
    if (settings.host.isEmpty() && site.organisation.mxHost && option.method != Method::LocalRelay)
        settings.host = site.organisation.mxHost->toString();
    auto *text = new TextLabel(settingsText(settings));
    text->setAccessibleName(settingsText(settings));
    card->body()->addWidget(text);
    connect(copy, &QPushButton::clicked, card, [settings] { copyToClipboard(settingsText(settings)); });
    m_layout->addWidget(card);
}

void SenderPlanView::addOthers(const SenderPlan &plan, const Option &shown, const Knowledge &knowledge)
{
    auto *card = new Card;
    card->body()->setSpacing(gap::kSmall);
    card->body()->addWidget(
        new TextLabel(tr("The other methods, and what speaks for or against them"), FontRole::Heading));
    for (const Option &option : plan.options) {
        if (&option != &shown) {
            const VerdictLook look = lookOf(option.fit);
            QWidget *reasons = makeReasonList(option.reasons, knowledge);
            reasons->setContentsMargins(gap::kPage, 0, 0, 0);
            auto *disclosure = new Disclosure(methodName(option.method), reasons);
            disclosure->button()->setAccessibleName(
                tr("%1: %2. Show the reasons.").arg(methodName(option.method), look.word));
            auto *badge = new Badge;
            badge->setContent(look.symbol, look.word, look.tone);
            disclosure->addToHeading(badge);
            card->body()->addWidget(disclosure);
        }
    }
    m_layout->addWidget(card);
}

QString SenderPlanView::toText(const Sender &sender, const SenderPlan &plan)
{
    const Option *chosen = plan.chosen();
    if (!chosen)
        return tr("%1: no method works yet.").arg(sender.name) + u'\n';
    QStringList lines{tr("%1: %2 (%3).").arg(sender.name, methodName(chosen->method), lookOf(chosen->fit).word),
                      describe(mailFlow(sender, *chosen))};
    for (const Reason &reason : chosen->reasons)
        lines += QStringLiteral("- %1: %2").arg(lookOf(reason.weight).word, reason.sentence);
    return lines.join(u'\n') + u'\n';
}

} // namespace relaywright
