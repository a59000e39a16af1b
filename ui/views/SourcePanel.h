// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QPushButton;
class QTableView;

namespace relaywright {

class RelayHost;
class SourceModel;
class TextLabel;

/// Who sends through the relay, what each showed of itself, and the way to a row of its own for one of them.
class SourcePanel : public QWidget {
    Q_OBJECT
public:
    explicit SourcePanel(RelayHost &relay, QWidget *parent = nullptr);
    /// Asks the relay again, at most every few seconds.
    void refresh();
    void forget();
    [[nodiscard]] SourceModel &model() const { return *m_model; }
    [[nodiscard]] QTableView &table() const { return *m_table; }

Q_SIGNALS:
    void failed(const QString &sentence);
    /// For the table of devices.
    void rowRequested(const QString &name, const QString &networks);

private:
    void showSelected();
    void requestRow();

    RelayHost &m_relay;
    SourceModel *m_model;
    TextLabel *m_note;
    QTableView *m_table;
    TextLabel *m_details;
    QPushButton *m_addRow;
    QElapsedTimer m_asked;
};

} // namespace relaywright
