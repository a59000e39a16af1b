// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Control.h"

#include <QWidget>

class QPushButton;
class QTableView;

namespace relaywright {

class TextLabel;
class TimelineModel;

/// One message: why it waits and what would make it go, its story over both legs, and what can be done with it.
class MessageDetails : public QWidget {
    Q_OBJECT
public:
    explicit MessageDetails(QWidget *parent = nullptr);
    /// Nothing chosen, or several messages.
    void clear(const QString &sentence);
    void show(const MessageTimeline &timeline);
    /// Of the message shown; others are not taken.
    void explain(const WaitExplanation &explanation);
    /// The message shown; empty: none.
    [[nodiscard]] const QString &id() const { return m_id; }
    [[nodiscard]] TimelineModel &timeline() const { return *m_model; }

Q_SIGNALS:
    void saveRequested(const QString &id);
    void resendRequested(const QString &id);

private:
    QString m_id;
    TextLabel *m_heading;
    TextLabel *m_reasons;
    TextLabel *m_notKept;
    QPushButton *m_save;
    QPushButton *m_resend;
    TimelineModel *m_model;
    QTableView *m_table;
};

} // namespace relaywright
