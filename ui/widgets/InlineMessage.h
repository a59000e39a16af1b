// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/Card.h"

class QHBoxLayout;
class QPushButton;
class QToolButton;

namespace relaywright {

class TextLabel;

/// A message where its cause is: symbol, sentence, perhaps one action, and a way to close it. Hidden until shown.
class InlineMessage : public Card {
    Q_OBJECT
public:
    explicit InlineMessage(QWidget *parent = nullptr);
    void show(Tone tone, const QString &sentence);
    /// With a button; its click emits `actionRequested` and leaves the message.
    void show(Tone tone, const QString &sentence, const QString &action);
    void setClosable(bool closable);
    void clear();
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QPushButton *actionButton() const { return m_action; }

Q_SIGNALS:
    void actionRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    using QFrame::show;
    TextLabel *m_text;
    QPushButton *m_action;
    QToolButton *m_close;
    QString m_symbol;
    Tone m_messageTone = Tone::Neutral;
};

} // namespace relaywright
