// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TableText.h"

#include "core/site/InventoryText.h"

namespace relaywright {

QString tableText(const QAbstractItemModel &model)
{
    QStringList headings;
    for (int column = 0; column < model.columnCount(); ++column)
        headings += model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    QString text = inventoryLine(headings, u'\t');
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells += model.index(row, column).data().toString();
        text += inventoryLine(cells, u'\t');
    }
    return text;
}

} // namespace relaywright
