// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace relaywright {

class TextLabel;

/// What stands on a page without content: what will be here, and the step that fills it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString &icon, const QString &heading, const QString &sentence, const QString &action,
               QWidget *parent = nullptr);
    void setWords(const QString &heading, const QString &sentence, const QString &action);
    /// A second way to fill the page, below the first.
    QPushButton *addSecondAction(const QString &text);
    [[nodiscard]] QPushButton *button() const { return m_action; }

Q_SIGNALS:
    void actionRequested();

private:
    TextLabel *m_heading;
    TextLabel *m_sentence;
    QPushButton *m_action;
    QVBoxLayout *m_layout;
};

} // namespace relaywright
