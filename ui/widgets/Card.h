// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>

class QVBoxLayout;

namespace relaywright {

/// A raised, rounded panel on the window's ground, with a vertical layout.
class Card : public QFrame {
    Q_OBJECT
public:
    explicit Card(QWidget *parent = nullptr);
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    /// Neutral is the plain panel; another tone tints it.
    void setTone(Tone tone);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QVBoxLayout *m_body;
    Tone m_tone = Tone::Neutral;
};

} // namespace relaywright
