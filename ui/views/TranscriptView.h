// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/TranscriptModel.h"

#include <QListView>
#include <QTimer>

#include <vector>

namespace relaywright {

class TranscriptPainter;

/// The conversation as it happens. It follows the last line until the user scrolls up, and again from the bottom. Rows
/// have heights of their own, computed by counting columns and kept as running sums, so that a hundred thousand lines are
/// laid out in a few milliseconds and only what is seen is painted.
class TranscriptView : public QListView {
    Q_OBJECT
public:
    explicit TranscriptView(TranscriptModel &model, QWidget *parent = nullptr);
    ~TranscriptView() override;
    /// The selected lines, all of them when none is selected, as the contract's transcript text.
    void copyAll() const;
    void copySelected() const;
    /// Marks the words wherever they are seen; empty: nothing.
    void setMarked(const QString &words);
    /// Scrolls to a line, unfolds it and makes it the current one.
    void showLine(std::size_t line);
    /// Scrolls to the refusal that is explained last, so that both can be read; does nothing without one.
    void showExplanation();
    [[nodiscard]] bool isFollowing() const { return m_following; }
    /// Explanations offer to run the test again from there.
    void setTestAgainOffered(bool offered);

    [[nodiscard]] QRect visualRect(const QModelIndex &index) const override;
    [[nodiscard]] QModelIndex indexAt(const QPoint &point) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;

Q_SIGNALS:
    /// The line that stands for the message was opened.
    void messageRequested();
    void testAgainRequested(relaywright::Stage stage);
    void findRequested();

protected:
    [[nodiscard]] int verticalOffset() const override;
    [[nodiscard]] int horizontalOffset() const override { return 0; }
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags flags) override;
    [[nodiscard]] QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    void updateGeometries() override;
    void scrollContentsBy(int dx, int dy) override;
    void rowsInserted(const QModelIndex &parent, int start, int end) override;
    void rowsAboutToBeRemoved(const QModelIndex &parent, int start, int end) override;
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void open(const QModelIndex &index);
    void measureFrom(int row);
    void settle();
    void settleSoon();
    [[nodiscard]] int rowAt(int y) const;

    TranscriptModel &m_model;
    std::unique_ptr<TranscriptPainter> m_painter;
    std::vector<int> m_tops{0}; ///< of each row, in pixels, and the end of the last
    bool m_following = true;
    QPoint m_pressed;
    QTimer m_settling;
};

} // namespace relaywright
