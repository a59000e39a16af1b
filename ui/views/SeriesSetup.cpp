// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SeriesSetup.h"

#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kMostRepeats = 50;
constexpr int kMostPerMinute = 6000;

} // namespace

SeriesSetup::SeriesSetup(QWidget *parent)
    : Card(parent), m_to(new QLineEdit), m_repeats(new QSpinBox), m_perMinute(new QSpinBox),
      m_likeThem(new QCheckBox(tr("Behave like the senders: only what they can do"))),
      m_onlySelected(new QCheckBox(tr("Only the selected senders"))),
      m_announcement(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted))
{
    const SeriesDraft usual;
    m_to->setPlaceholderText(QStringLiteral("you@contoso.com"));
    m_repeats->setRange(1, kMostRepeats);
    m_perMinute->setRange(1, kMostPerMinute);
    m_perMinute->setValue(usual.perMinute);
    m_likeThem->setChecked(true);
    auto *fields = new QHBoxLayout;
    fields->setSpacing(gap::kMedium);
    fields->addWidget(new Field(tr("Recipient of all tests"), m_to), 1, Qt::AlignTop);
    fields->addWidget(new Field(tr("Tests of each"), m_repeats), 0, Qt::AlignTop);
    fields->addWidget(new Field(tr("At most a minute"), m_perMinute), 0, Qt::AlignTop);
    auto *choices = new QHBoxLayout;
    choices->setSpacing(gap::kPage);
    choices->addWidget(m_likeThem);
    choices->addWidget(m_onlySelected);
    choices->addStretch();
    body()->setSpacing(gap::kSmall);
    body()->addLayout(fields);
    body()->addLayout(choices);
    body()->addWidget(m_announcement);
    connect(m_to, &QLineEdit::textChanged, this, &SeriesSetup::edited);
    connect(m_repeats, &QSpinBox::valueChanged, this, &SeriesSetup::edited);
    connect(m_perMinute, &QSpinBox::valueChanged, this, &SeriesSetup::edited);
    connect(m_onlySelected, &QCheckBox::toggled, this, &SeriesSetup::edited);
    connect(m_likeThem, &QCheckBox::toggled, this, &SeriesSetup::mannerChanged);
}

SeriesDraft SeriesSetup::draft() const
{
    return {.to = m_to->text(),
            .each = m_repeats->value(),
            .perMinute = m_perMinute->value(),
            .manner = m_likeThem->isChecked() ? TestManner::LikeTheSender : TestManner::AsThisComputer};
}

bool SeriesSetup::onlySelected() const
{
    return m_onlySelected->isChecked();
}

void SeriesSetup::setRepeats(int times)
{
    m_repeats->setValue(times);
}

void SeriesSetup::setPerMinute(int tests)
{
    m_perMinute->setValue(tests);
}

void SeriesSetup::setAnnouncement(const QString &sentence)
{
    m_announcement->setText(sentence);
}

QString SeriesSetup::announcement() const
{
    return m_announcement->text();
}

} // namespace relaywright
