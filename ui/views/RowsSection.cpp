// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/RowsSection.h"

#include "ui/forms/MemberForm.h"

#include <QVBoxLayout>

#include <algorithm>
#include <map>
#include <utility>

namespace relaywright {

namespace {

const QString kRoute = QStringLiteral("route");

} // namespace

RowsSection::RowsSection(Kind kind, MemberForm *form, QWidget *parent)
    : SettingsSection(parent), m_kind(std::move(kind)), m_form(form),
      m_editor(new RowEditor(m_kind.add, m_kind.name, m_kind.nothing, form))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_editor);
    connect(m_form, &FactForm::edited, this, &RowsSection::onEdited);
    connect(m_form, &FactForm::committed, this, &RowsSection::commit);
    connect(m_editor, &RowEditor::chosen, this, &RowsSection::showRow);
    connect(m_editor, &RowEditor::addRequested, this, &RowsSection::add);
    connect(m_editor, &RowEditor::removeRequested, this, &RowsSection::remove);
    connect(m_editor, &RowEditor::moveRequested, this, &RowsSection::move);
}

void RowsSection::load(const QJsonObject &settings)
{
    m_settings = settings;
    const SettingsRows rows = m_kind.rows(settings);
    if (rows != m_rows)
        m_fresh.clear();
    m_rows = rows;
    Q_EMIT shown(m_settings);
    look();
    const int last = static_cast<int>(m_rows.size()) - 1;
    m_editor->choose(std::min(std::max(0, m_editor->chosenRow()), last));
}

QJsonObject RowsSection::saved(const QJsonObject &settings) const
{
    QJsonObject all = settings;
    m_kind.put(all, m_rows);
    return all;
}

bool RowsSection::isWrong() const
{
    return std::ranges::any_of(m_problems, [](const auto &problem) { return problem.has_value(); });
}

void RowsSection::reveal(const SettingsProblem &problem)
{
    m_fresh.erase(problem.row);
    look();
    m_editor->choose(problem.row);
    m_form->showProblem(problem.field, problem.sentence);
    m_form->reveal(problem.field);
}

void RowsSection::showRow(int row)
{
    const bool any = row >= 0 && row < static_cast<int>(m_rows.size());
    m_editor->setAllowed({});
    if (!any)
        return;
    const SettingsRow &chosen = m_rows[static_cast<std::size_t>(row)];
    m_way = chosen.route;
    QJsonObject members = chosen.members;
    members.insert(kRoute, chosen.route);
    m_form->load(members);
    const auto &problem = m_problems[static_cast<std::size_t>(row)];
    m_form->showProblem(problem ? problem->field : QString(), problem ? problem->sentence : QString());
    const auto ofDefault = std::ranges::count(m_rows, QString(), &SettingsRow::route);
    m_editor->setAllowed({.remove = !chosen.route.isEmpty() || ofDefault > m_kind.least,
                          .up = neighbour(row, -1) >= 0,
                          .down = neighbour(row, 1) >= 0});
}

void RowsSection::onEdited()
{
    const int row = m_editor->chosenRow();
    if (row < 0)
        return;
    SettingsRow &chosen = m_rows[static_cast<std::size_t>(row)];
    QJsonObject members = m_form->saved(chosen.members);
    if (members.contains(kRoute))
        chosen.route = members.take(kRoute).toString();
    else
        chosen.route.clear();
    chosen.members = members;
    m_fresh.erase(row);
    changed();
    const auto &problem = m_problems[static_cast<std::size_t>(row)];
    m_form->showProblem(problem ? problem->field : QString(), problem ? problem->sentence : QString());
}

void RowsSection::commit()
{
    const int row = m_editor->chosenRow();
    if (row < 0 || !m_kind.makesWays)
        return;
    const QString now = m_rows[static_cast<std::size_t>(row)].route;
    if (now == defaultRouteName())
        return; // cannot be: rows of devices that mean the default way would follow the next name
    const QString before = std::exchange(m_way, now);
    const bool isLeft = std::ranges::none_of(m_rows, [&](const SettingsRow &one) { return one.route == before; });
    if (before.isEmpty() || !isLeft)
        return;
    renameWay(m_settings, before, now);
    Q_EMIT wayRenamed(before, now);
    Q_EMIT edited();
}

/// Rows as the file has them: those of one way stand together, so what follows them may move.
void RowsSection::changed()
{
    m_settings = saved(m_settings);
    look();
    Q_EMIT edited();
}

void RowsSection::add()
{
    m_rows.push_back(m_kind.fresh());
    const int row = static_cast<int>(m_rows.size()) - 1;
    m_fresh.insert(row);
    changed();
    m_editor->choose(row);
    m_form->reveal(m_kind.first);
}

void RowsSection::remove(int row)
{
    if (row < 0 || row >= static_cast<int>(m_rows.size()))
        return;
    m_rows.erase(m_rows.begin() + row);
    m_fresh.clear();
    changed();
    m_editor->choose(std::min(row, static_cast<int>(m_rows.size()) - 1));
}

int RowsSection::neighbour(int row, int by) const
{
    const QString &route = m_rows[static_cast<std::size_t>(row)].route;
    for (int other = row + by; other >= 0 && other < static_cast<int>(m_rows.size()); other += by) {
        if (m_rows[static_cast<std::size_t>(other)].route == route)
            return other;
    }
    return -1;
}

void RowsSection::move(int row, int by)
{
    const int other = row < 0 ? -1 : neighbour(row, by);
    if (other < 0)
        return;
    std::swap(m_rows[static_cast<std::size_t>(row)], m_rows[static_cast<std::size_t>(other)]);
    m_fresh.clear();
    changed();
    m_editor->choose(other);
}

void RowsSection::look()
{
    // As the file has them, for that is what the parser counts by.
    QJsonObject settings = m_settings;
    m_kind.put(settings, m_rows);
    const SettingsRows inFile = m_kind.rows(settings);
    m_problems.assign(m_rows.size(), std::nullopt);
    std::vector<RowEditor::Row> shown;
    std::map<QString, int> ofWay;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto place = std::ranges::find(inFile, m_rows[i]);
        if (place != inFile.end() && !m_fresh.contains(static_cast<int>(i)))
            m_problems[i] = problemIn(settings, m_kind.section, static_cast<int>(place - inFile.begin()));
        RowEditor::Row row = m_kind.describe(m_rows[i], ofWay[m_rows[i].route]++);
        row.isWrong = m_problems[i].has_value();
        shown.push_back(std::move(row));
    }
    m_editor->setRows(shown);
}

} // namespace relaywright
