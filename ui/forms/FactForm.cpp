// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/FactForm.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/FileEntry.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

FactForm::FactForm(QWidget *parent) : QWidget(parent) {}

void FactForm::showProblems(const Problems &problems)
{
    for (const auto &[name, field] : m_fields) {
        field->setProblem(problemOf(problems, name));
        if (!field->problem().isEmpty())
            field->uncover();
    }
}

bool FactForm::reveal(const QString &name)
{
    const auto found = m_fields.find(name);
    if (found == m_fields.end())
        return false;
    found->second->reveal();
    return true;
}

Field *FactForm::ask(QVBoxLayout *layout, const char *name, const QString &question, QWidget *control,
                     const QString &why)
{
    auto *field = new Field(question, control, why);
    m_fields.emplace(QLatin1String(name), field);
    if (layout)
        layout->addWidget(field);
    const auto answered = [this] {
        Q_EMIT edited();
        Q_EMIT committed();
    };
    if (auto *edit = qobject_cast<QLineEdit *>(control)) {
        connect(edit, &QLineEdit::textEdited, this, &FactForm::edited);
        connect(edit, &QLineEdit::editingFinished, this, &FactForm::committed);
    } else if (auto *box = qobject_cast<QComboBox *>(control)) {
        connect(box, &QComboBox::activated, this, answered);
    } else if (auto *row = qobject_cast<ChoiceRow *>(control)) {
        connect(row, &ChoiceRow::chosen, this, answered);
    } else if (auto *tick = qobject_cast<QCheckBox *>(control)) {
        connect(tick, &QCheckBox::clicked, this, answered);
    } else if (auto *file = qobject_cast<FileEntry *>(control)) {
        connect(file, &FileEntry::edited, this, answered);
    }
    return field;
}

QLineEdit *FactForm::askText(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                             const QString &why)
{
    auto *edit = new QLineEdit;
    edit->setPlaceholderText(example);
    ask(layout, name, question, edit, why);
    return edit;
}

YesNoRow *FactForm::askYesNo(QVBoxLayout *layout, const char *name, const QString &question, const QString &why)
{
    auto *row = new YesNoRow;
    ask(layout, name, question, row, why);
    return row;
}

QVBoxLayout *FactForm::addMoreAnswers(QVBoxLayout *layout, const QString &title)
{
    auto *content = new QWidget;
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, gap::kSmall, 0, 0);
    inner->setSpacing(gap::kLarge);
    layout->addWidget(new Disclosure(title.isEmpty() ? tr("More answers") : title, content));
    return inner;
}

void FactForm::put(QLineEdit *edit, const QString &text)
{
    if (edit && edit->text() != text)
        edit->setText(text);
}

} // namespace relaywright
