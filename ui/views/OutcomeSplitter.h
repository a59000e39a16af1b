// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSplitter>

namespace relaywright {

/// What came of a test above the conversation. The results are as tall as they need to be, and leave at least half of the
/// room to the conversation; the line between them can be dragged, and up to the top, where it hides them.
class OutcomeSplitter : public QSplitter {
    Q_OBJECT
public:
    /// Takes both. The results scroll within their part; they are hidden at first.
    OutcomeSplitter(QWidget *results, QWidget *conversation, QWidget *parent = nullptr);
    void showResults();
    void hideResults();
    [[nodiscard]] bool areResultsShown() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void share();

    QWidget *m_results;
    QWidget *m_area;
    int m_dragged = 0; ///< pixels of the results as a person wants them; 0: nobody said
};

} // namespace relaywright
