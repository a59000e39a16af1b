// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/InlineMessage.h"

#include <QWidget>

class QHBoxLayout;
class QPushButton;
class QStackedLayout;
class QVBoxLayout;

namespace relaywright {

class EmptyState;
class TextLabel;

/// A page of the window: title, one sentence, its actions on the right, a message when there is one, and either
/// its content or its empty state.
class Page : public QWidget {
    Q_OBJECT
public:
    Page(const QString &title, const QString &sentence, QWidget *parent = nullptr);

    /// The filled button of the page: at most one.
    QPushButton *addPrimaryAction(const QString &text);
    QPushButton *addAction(const QString &text, const QString &icon);
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    [[nodiscard]] InlineMessage *message() const { return m_message; }
    void setEmptyState(EmptyState *state);
    /// Without its actions: they are for what is there.
    void showEmpty(bool empty);
    /// While a step of its own fills the page, it has its own actions.
    void showActions(bool shown);
    /// A few sentences that F1 shows and hides.
    void setHelp(const QString &help);
    void toggleHelp();
    /// Called by the window before the page comes to the front: it must be complete when it is seen.
    virtual void prepare() {}
    /// Called by the window when the page has come to the front.
    virtual void onShown() {}

Q_SIGNALS:
    /// The page needs another one: `page` is its name in the rail ("site", "senders", ...), `wizard` or `open`.
    void stepRequested(const QString &page);

private:
    QHBoxLayout *m_actions;
    InlineMessage *m_message;
    InlineMessage *m_help;
    QString m_helpText;
    QStackedLayout *m_stack;
    QVBoxLayout *m_body;
};

/// Keeps `widget` scrollable without a frame, as wide as the view.
class QWidget *inScrollArea(QWidget *widget);
/// Puts `text` on the clipboard.
void copyToClipboard(const QString &text);

} // namespace relaywright
