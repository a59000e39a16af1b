// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/EvidenceView.h"

#include "ui/models/EvidenceModel.h"
#include "ui/views/Tables.h"

#include <QHeaderView>
#include <QResizeEvent>

namespace relaywright {

namespace {

constexpr int kNarrow = 600; ///< below, who, how long and how sure share a column

} // namespace

EvidenceView::EvidenceView(QWidget *parent) : QTableView(parent), m_model(new EvidenceModel(this))
{
    setUpTable(*this, tr("Evidence"));
    addTableKeys(*this, {});
    setModel(m_model);
    setItemDelegate(new SentenceDelegate(this));
    setWordWrap(true);
    setTextElideMode(Qt::ElideNone);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    horizontalHeader()->setSectionsClickable(false);
}

void EvidenceView::setEvidence(const std::vector<Evidence> &evidence)
{
    m_model->setEvidence(evidence);
    fit();
}

void EvidenceView::fit()
{
    const int width = viewport()->width();
    m_model->setNarrow(width < kNarrow);
    const std::vector<int> shares = m_model->isNarrow() ? std::vector{26, 48, 26} : std::vector{21, 45, 14, 9, 11};
    int left = width;
    for (std::size_t column = 0; column + 1 < shares.size(); ++column) {
        setColumnWidth(static_cast<int>(column), width * shares[column] / 100);
        left -= columnWidth(static_cast<int>(column));
    }
    setColumnWidth(static_cast<int>(shares.size()) - 1, left);
    resizeRowsToContents();
    setFixedHeight(horizontalHeader()->sizeHint().height() + verticalHeader()->length() + 2 * frameWidth() + 1);
}

void EvidenceView::resizeEvent(QResizeEvent *event)
{
    QTableView::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        fit();
}

} // namespace relaywright
