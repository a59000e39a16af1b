// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SettingsSection.h"

#include "ui/forms/MemberForm.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Page.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr int kReadable = 560; // longer lines are hard to read

} // namespace

MemberSection::MemberSection(RelaySection section, MemberForm *form, const QString &object, QWidget *parent)
    : SettingsSection(parent), m_section(section), m_form(form), m_object(object)
{
    auto *inner = new QWidget;
    auto *innerLayout = new QVBoxLayout(inner);
    innerLayout->setContentsMargins(0, 0, gap::kSmall, 0);
    form->setMaximumWidth(kReadable);
    innerLayout->addWidget(form);
    innerLayout->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    QWidget *area = inScrollArea(inner);
    area->setFocusPolicy(Qt::NoFocus); // its fields scroll it
    layout->addWidget(area);
    connect(m_form, &FactForm::edited, this, [this] {
        m_settings = saved(m_settings);
        look();
        Q_EMIT edited();
    });
}

void MemberSection::load(const QJsonObject &settings)
{
    m_settings = settings;
    m_form->load(m_object.isEmpty() ? settings : settings.value(m_object).toObject());
    look();
}

QJsonObject MemberSection::saved(const QJsonObject &settings) const
{
    if (m_object.isEmpty())
        return m_form->saved(settings);
    QJsonObject all = settings;
    const QJsonObject members = m_form->saved(settings.value(m_object).toObject());
    if (members.isEmpty())
        all.remove(m_object);
    else
        all.insert(m_object, members);
    return all;
}

void MemberSection::reveal(const SettingsProblem &problem)
{
    m_form->showProblem(problem.field, problem.sentence);
    m_form->reveal(problem.field);
}

void MemberSection::look()
{
    const auto problem = problemIn(m_settings, m_section);
    m_wrong = problem.has_value();
    m_form->showProblem(problem ? problem->field : QString(), problem ? problem->sentence : QString());
}

} // namespace relaywright
