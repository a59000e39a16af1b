// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QWidget>

namespace relaywright {

class TextLabel;

/// A sentence that wraps, with the symbol of its judgement in front; the text can be selected and copied.
class JudgedLine : public QWidget {
    Q_OBJECT
public:
    explicit JudgedLine(QWidget *parent = nullptr);
    JudgedLine(const QString &symbol, Tone tone, const QString &sentence, QWidget *parent = nullptr);
    void setContent(const QString &symbol, Tone tone, const QString &sentence);
    [[nodiscard]] QString sentence() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextLabel *m_text;
    QString m_symbol;
    Tone m_tone = Tone::Neutral;
};

} // namespace relaywright
