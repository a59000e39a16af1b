// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/OutcomeSplitter.h"

#include "ui/widgets/Page.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kLeastConversation = 190; ///< its bar, and a refusal with what is said of it
constexpr int kLeastResults = 64;

} // namespace

OutcomeSplitter::OutcomeSplitter(QWidget *results, QWidget *conversation, QWidget *parent)
    : QSplitter(Qt::Vertical, parent), m_results(results), m_area(inScrollArea(results))
{
    m_area->setMinimumHeight(kLeastResults);
    conversation->setMinimumHeight(kLeastConversation);
    addWidget(m_area);
    addWidget(conversation);
    setCollapsible(0, true);
    setCollapsible(1, false);
    setStretchFactor(1, 1);
    handle(1)->setToolTip(tr("Drag to give the results or the conversation more room."));
    m_area->hide();
    connect(this, &QSplitter::splitterMoved, this, [this](int position) { m_dragged = position; });
}

void OutcomeSplitter::showResults()
{
    m_area->show();
    share();
}

void OutcomeSplitter::hideResults()
{
    m_area->hide();
}

bool OutcomeSplitter::areResultsShown() const
{
    return !m_area->isHidden();
}

void OutcomeSplitter::resizeEvent(QResizeEvent *event)
{
    QSplitter::resizeEvent(event);
    if (areResultsShown())
        share();
}

void OutcomeSplitter::share()
{
    const int wanted =
        m_results->hasHeightForWidth() ? m_results->heightForWidth(m_area->width()) : m_results->sizeHint().height();
    const int most = height() - std::max(kLeastConversation, height() / 2);
    const int results = m_dragged > 0 ? std::min(m_dragged, height() - kLeastConversation) : std::min(wanted + 2, most);
    setSizes({results, height() - results});
}

} // namespace relaywright
