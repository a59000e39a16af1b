// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QLabel>

namespace relaywright {

/// Text in a role of the typographic scale; wraps; plain text only, so that nothing from outside is read as markup.
class TextLabel : public QLabel {
    Q_OBJECT
public:
    enum class Color { Normal, Muted };
    explicit TextLabel(const QString &text, FontRole role = FontRole::Body, Color color = Color::Normal,
                       QWidget *parent = nullptr);
    void setTone(Tone tone);

protected:
    void changeEvent(QEvent *event) override;

private:
    void recolor();
    Color m_color;
    Tone m_tone = Tone::Neutral;
};

/// One line that ends in an ellipsis where it does not fit; the whole text is its tooltip then.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString &text = {}, FontRole role = FontRole::Body, QWidget *parent = nullptr);
    void setText(const QString &text);
    [[nodiscard]] const QString &text() const { return m_text; }
    void setElideMode(Qt::TextElideMode mode) { m_mode = mode; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString m_text;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

/// Symbol, word and colour of a judgement on a tinted pill.
class Badge : public QWidget {
    Q_OBJECT
public:
    explicit Badge(QWidget *parent = nullptr);
    void setContent(const QString &symbol, const QString &word, Tone tone);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_symbol;
    QString m_word;
    Tone m_tone = Tone::Neutral;
};

/// Paints the symbol of a judgement in a circle of its tone; ○ is an empty circle, for what is still open.
void paintSymbol(QPainter &painter, const QRectF &rect, const QString &symbol, Tone tone, const QPalette &palette);

} // namespace relaywright
