// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTreeView>

namespace relaywright {

class FindingModel;

/// The lines of the checks under headings that fold. When the model changes what it shows, the current line, the folded
/// headings and the place stay.
class FindingView : public QTreeView {
    Q_OBJECT
public:
    /// `model` outlives the view.
    explicit FindingView(FindingModel &model, QWidget *parent = nullptr);
    /// Makes the line current and shows it, whatever is folded; false when a filter hides it.
    bool select(const QString &id);
    /// Empty on a heading.
    [[nodiscard]] QString currentId() const;

Q_SIGNALS:
    /// Another line, or another answer of the same one. Empty: none is current.
    void lineChosen(const QString &id);
    void copyRequested();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void keepPlace();
    void findPlace();
    FindingModel &m_model;
    QSet<int> m_folded;
    QString m_keptId;
    int m_keptScroll = 0;
    bool m_isResetting = false;
};

} // namespace relaywright
