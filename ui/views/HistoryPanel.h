// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLineEdit;
class QTableView;

namespace relaywright {

class HistoryModel;
class MessageDetails;
class RelayHost;
class TextLabel;

/// A search in everything that the relay remembers: which message was it, and what became of it.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPanel(RelayHost &relay, QWidget *parent = nullptr);
    /// Searches anew with what is typed.
    void search();
    void forget();
    [[nodiscard]] HistoryModel &model() const { return *m_model; }
    [[nodiscard]] QTableView &table() const { return *m_table; }

Q_SIGNALS:
    void failed(const QString &sentence);
    void resendRequested(const QString &id);
    void saveRequested(const QString &id);

private:
    QWidget *makeBar();
    [[nodiscard]] TraceQuery query() const;
    void askForPage(const QString &next);
    void showStory();

    RelayHost &m_relay;
    HistoryModel *m_model;
    QComboBox *m_field;
    QLineEdit *m_words;
    QComboBox *m_state;
    QComboBox *m_period;
    TextLabel *m_note;
    QTableView *m_table;
    MessageDetails *m_details;
    QTimer m_typing;
    quint64 m_generation = 0;
};

} // namespace relaywright
