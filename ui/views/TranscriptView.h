// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TranscriptModel.h"

#include <QTimer>
#include <QTreeView>

namespace relaywright {

/// The conversation as it happens. It follows the last line until the user scrolls up, and again from the bottom.
class TranscriptView : public QTreeView {
    Q_OBJECT
public:
    explicit TranscriptView(TranscriptModel &model, QWidget *parent = nullptr);
    /// The selected lines, all of them when none is selected, as the contract's transcript text.
    void copyAll() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void copySelected() const;
    void followSoon();
    TranscriptModel &m_model;
    bool m_following = true;
    QTimer m_scrolling;
};

} // namespace relaywright
