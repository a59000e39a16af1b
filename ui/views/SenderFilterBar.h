// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/SenderFilter.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QMenu;

namespace relaywright {

/// Words, verdict, method and kind of the senders to show, and the menu of columns.
class SenderFilterBar : public QWidget {
    Q_OBJECT
public:
    /// `columns` is the table's; it outlives the bar.
    explicit SenderFilterBar(QMenu *columns, QWidget *parent = nullptr);
    [[nodiscard]] SenderFilter::Wanted wanted() const;
    void clear();

Q_SIGNALS:
    void wantedChanged();

private:
    QLineEdit *m_words;
    QComboBox *m_fit;
    QComboBox *m_method;
    QComboBox *m_kind;
};

} // namespace relaywright
