// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TranscriptModel.h"

#include <QTimer>
#include <QWidget>

class QLineEdit;

namespace relaywright {

class TranscriptView;
class TextLabel;

/// Finds words in the conversation: how often they occur, and from one place to the next. Hidden until asked for.
class FindBar : public QWidget {
    Q_OBJECT
public:
    FindBar(TranscriptModel &model, TranscriptView &view, QWidget *parent = nullptr);
    void open();
    void close();
    void step(int by);
    [[nodiscard]] QString count() const;

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void search();
    void showCount();
    TranscriptModel &m_model;
    TranscriptView &m_view;
    QLineEdit *m_words;
    TextLabel *m_count;
    std::vector<std::size_t> m_found;
    std::size_t m_at = 0;
    QTimer m_again; ///< while lines keep coming
};

} // namespace relaywright
