// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QToolButton;
class QHBoxLayout;

namespace relaywright {

/// A heading with an arrow that shows and hides what stands below it; closed at first.
class Disclosure : public QWidget {
    Q_OBJECT
public:
    Disclosure(const QString &title, QWidget *content, QWidget *parent = nullptr);
    void setOpen(bool open);
    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    /// At the right end of the heading.
    void addToHeading(QWidget *widget);
    [[nodiscard]] QToolButton *button() const { return m_button; }

private:
    QToolButton *m_button;
    QHBoxLayout *m_heading;
    QWidget *m_content;
    bool m_isOpen = false;
};

} // namespace relaywright
