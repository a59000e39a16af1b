// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"

#include <QSet>
#include <QTimer>
#include <QWidget>

#include <vector>

class QComboBox;
class QLineEdit;
class QPushButton;
class QTableView;

namespace relaywright {

class MessageDetails;
class MessageModel;
class RelayHost;
class TextLabel;

/// What waits in the relay: a table that is as long as the queue, what can be done with the chosen messages, and the
/// story of one of them.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    explicit QueuePanel(RelayHost &relay, QWidget *parent = nullptr);
    /// Asks the relay again for what is shown.
    void refresh();
    /// The relay has gone: nothing is known.
    void forget();
    /// An answer of the relay to `query`.
    void showPage(const QueueQuery &query, const QueuePage &page);
    [[nodiscard]] MessageModel &model() const { return *m_model; }
    [[nodiscard]] QTableView &table() const { return *m_table; }
    [[nodiscard]] MessageDetails &details() const { return *m_details; }

Q_SIGNALS:
    void failed(const QString &sentence);
    void saveRequested(const QString &id);
    void resendRequested(const QString &id);

private:
    QWidget *makeBar();
    void askForPage(qint64 offset, int limit);
    void onSelected();
    void restoreSelection();
    void showStory();
    void act(const QString &command);
    void removeSelected();
    [[nodiscard]] QStringList selectedIds() const;
    void updateNote(quint64 total);

    RelayHost &m_relay;
    MessageModel *m_model;
    QLineEdit *m_words;
    QComboBox *m_state;
    TextLabel *m_note;
    std::vector<QPushButton *> m_actions;
    QTableView *m_table;
    MessageDetails *m_details;
    QTimer m_typing;
    QSet<QString> m_selected; ///< queue ids, which stay when rows move
    bool m_restoring = false;
    quint64 m_generation = 0; ///< of the filter: answers to an older one are late
};

} // namespace relaywright
