// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Field.h"

#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"

#include <QButtonGroup>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QRadioButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace relaywright {

namespace {

QToolButton *makeWhyButton(TextLabel *why, const QString &label)
{
    auto *button = new QToolButton;
    button->setAutoRaise(true);
    button->setCheckable(true);
    button->setIcon(lineIcon(QStringLiteral("help"), button->palette()));
    button->setIconSize(QSize(16, 16));
    button->setFixedSize(22, 22);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(Field::tr("Why this matters: %1").arg(label));
    button->setToolTip(Field::tr("Why this matters"));
    QObject::connect(button, &QToolButton::toggled, why, &QWidget::setVisible);
    return button;
}

} // namespace

Field::Field(const QString &label, QWidget *control, const QString &why, QWidget *parent)
    : QWidget(parent), m_control(control), m_hint(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)),
      m_why(new TextLabel(why, FontRole::Small, TextLabel::Color::Muted)), m_problem(new TextLabel({}, FontRole::Small))
{
    auto *name = new QLabel(label);
    name->setFont(fontFor(FontRole::Strong));
    name->setBuddy(control);
    name->setWordWrap(true);
    name->setMinimumHeight(22); // as the why button beside other labels, so that fields keep one rhythm
    control->setAccessibleName(label);
    control->setAccessibleDescription(why);
    m_problem->setTone(Tone::Wrong);
    for (TextLabel *text : {m_hint, m_why, m_problem})
        text->setVisible(false);

    auto *top = new QHBoxLayout;
    top->setSpacing(gap::kTiny);
    top->addWidget(name, 1);
    if (!why.isEmpty())
        top->addWidget(makeWhyButton(m_why, label), 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    layout->addLayout(top);
    layout->addWidget(m_why);
    layout->addWidget(control);
    layout->addWidget(m_hint);
    layout->addWidget(m_problem);
}

void Field::setHint(const QString &hint)
{
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
}

void Field::setProblem(const QString &sentence)
{
    m_problem->setText(sentence.isEmpty() ? QString() : QStringLiteral("\u2715 ") + sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void Field::uncover()
{
    for (QWidget *parent = parentWidget(); parent; parent = parent->parentWidget()) {
        if (auto *disclosure = qobject_cast<Disclosure *>(parent))
            disclosure->setOpen(true);
    }
}

void Field::reveal()
{
    uncover();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); // what was opened has its place now
    for (QWidget *parent = parentWidget(); parent; parent = parent->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(parent))
            area->ensureWidgetVisible(this);
    }
    m_control->setFocus();
}

QString Field::problem() const
{
    return m_problem->text().mid(2);
}

ChoiceRow::ChoiceRow(const QStringList &texts, QWidget *parent) : QWidget(parent), m_group(new QButtonGroup(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, gap::kTiny, 0, gap::kTiny);
    layout->setSpacing(gap::kPage);
    for (int i = 0; i < texts.size(); ++i) {
        auto *button = new QRadioButton(texts[i]);
        m_group->addButton(button, i);
        layout->addWidget(button);
        if (i == 0)
            setFocusProxy(button);
    }
    layout->addStretch();
    connect(m_group, &QButtonGroup::idClicked, this, &ChoiceRow::chosen);
}

int ChoiceRow::index() const
{
    return m_group->checkedId();
}

void ChoiceRow::setIndex(int index)
{
    if (QAbstractButton *button = m_group->button(index))
        button->setChecked(true);
}

YesNoRow::YesNoRow(QWidget *parent)
    : ChoiceRow({tr("Yes"), tr("No"), tr("I don’t know")}, parent)
{
    setValue(YesNo::Unknown);
}

YesNo YesNoRow::value() const
{
    switch (index()) {
    case 0:  return YesNo::Yes;
    case 1:  return YesNo::No;
    default: return YesNo::Unknown;
    }
}

void YesNoRow::setValue(YesNo value)
{
    setIndex(value == YesNo::Yes ? 0 : value == YesNo::No ? 1 : 2);
}

} // namespace relaywright
