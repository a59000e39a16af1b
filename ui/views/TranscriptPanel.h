// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TranscriptModel.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;

namespace relaywright {

class Card;
class FindBar;
class TextLabel;
class TranscriptView;

/// The conversation with all that a person does with it: follow it, find in it, look at one stage, read the message, take
/// it along.
class TranscriptPanel : public QWidget {
    Q_OBJECT
public:
    explicit TranscriptPanel(TranscriptModel &model, QWidget *parent = nullptr);
    [[nodiscard]] TranscriptView &view() const { return *m_view; }
    [[nodiscard]] FindBar &findBar() const { return *m_find; }
    /// "Save and copy": its menu is the owner's.
    [[nodiscard]] QPushButton &takeAlong() const { return *m_take; }
    /// 0 of 0: nothing is under way.
    void setProgress(qint64 sent, qint64 total);
    /// The first octets of the message of `octets` in all.
    void showMessage(const QByteArray &head, quint64 octets);
    void hideMessage();
    [[nodiscard]] bool isMessageShown() const;

Q_SIGNALS:
    void messageRequested();
    /// The message that is shown is wanted as a file.
    void messageSaveRequested();
    void testAgainRequested(relaywright::Stage stage);

private:
    void fillStages();
    QWidget *makeMessageCard();
    TranscriptModel &m_model;
    TranscriptView *m_view;
    FindBar *m_find;
    QComboBox *m_stages;
    QProgressBar *m_progress;
    QPushButton *m_take;
    TextLabel *m_dropped;
    QWidget *m_messageCard = nullptr;
    TextLabel *m_messageTitle = nullptr;
    QPlainTextEdit *m_messageText = nullptr;
};

} // namespace relaywright
