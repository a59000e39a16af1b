// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QStyledItemDelegate>

namespace relaywright {

/// Roles that a model offers so that its list shows a judgement and a second line.
enum RowRole {
    SymbolRole = Qt::UserRole + 100, ///< QString: one character, empty for none
    ToneRole,                        ///< int: a Tone
    SubtitleRole,                    ///< QString: second line
    HeadingRole,                     ///< bool: names the rows below it
};

/// Rows of a list: symbol in its tone's circle, a title, a muted second line; long texts end in an ellipsis.
class RowDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace relaywright
