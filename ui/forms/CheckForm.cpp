// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/CheckForm.h"

#include "ui/widgets/Field.h"
#include "ui/widgets/Labels.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace relaywright {

CheckForm::CheckForm(QWidget *parent)
    : QWidget(parent), m_blocklists(new QCheckBox(tr("Ask blocklists about the site’s addresses"))),
      m_selectors(new QLineEdit),
      m_selectorField(new Field(tr("More DKIM selectors"), m_selectors,
                                tr("The selectors of Exchange Online are always looked at. Other "
                                   "services that sign for your domain use selectors of their own; each stands after s= in "
                                   "the DKIM-Signature of their messages.")))
{
    auto *sentence = new TextLabel(tr("The lists are run by others: each of them is told the addresses that your mail leaves "
                                      "from."),
                                   FontRole::Small, TextLabel::Color::Muted);
    m_blocklists->setAccessibleDescription(sentence->text());
    m_selectors->setPlaceholderText(tr("Names, separated by commas"));
    m_selectors->setAccessibleName(tr("More DKIM selectors"));
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_blocklists);
    words->addWidget(sentence);
    words->addStretch();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kPage);
    layout->addLayout(words, 1);
    layout->addWidget(m_selectorField, 1);
    connect(m_blocklists, &QCheckBox::toggled, this, &CheckForm::onEdited);
    connect(m_selectors, &QLineEdit::editingFinished, this, &CheckForm::onEdited);
    setDraft({});
}

CheckDraft CheckForm::draft() const
{
    return {.blocklists = m_blocklists->isChecked(), .selectors = m_selectors->text().simplified()};
}

void CheckForm::setDraft(const CheckDraft &draft)
{
    const QSignalBlocker quiet(m_blocklists);
    m_blocklists->setChecked(draft.blocklists);
    m_selectors->setText(draft.selectors);
    m_selectorField->setProblem(selectorsProblem(draft));
}

bool CheckForm::validate()
{
    const QString problem = selectorsProblem(draft());
    m_selectorField->setProblem(problem);
    if (!problem.isEmpty())
        m_selectorField->reveal();
    return problem.isEmpty();
}

void CheckForm::onEdited()
{
    const QString problem = selectorsProblem(draft());
    m_selectorField->setProblem(problem);
    if (problem.isEmpty())
        Q_EMIT draftChanged();
}

} // namespace relaywright
