// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QComboBox;

namespace relaywright {

class TableFilter;

/// What stands above a table of results: words to find, the kind of rows that is shown, and the copy for a spreadsheet.
class TableBar : public QWidget {
    Q_OBJECT
public:
    /// `filter` outlives the bar. `wordsName` and `kindName` are read out by screen readers.
    TableBar(TableFilter &filter, const QString &wordsName, const QString &kindName, QWidget *parent = nullptr);
    /// A choice; without `kind` it is for all rows.
    void addKind(const QString &text, std::optional<int> kind = {});

Q_SIGNALS:
    void copyRequested();

private:
    QComboBox *m_kind;
};

} // namespace relaywright
