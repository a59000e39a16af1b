// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/MailFlow.h"

#include <QWidget>

namespace relaywright {

/// The picture of a sender's mail flow: stations with an icon and a name, arrows with port, TLS and sign-in. Grows and
/// shrinks with its width; its accessible name reads the picture aloud.
class MailFlowView : public QWidget {
    Q_OBJECT
public:
    explicit MailFlowView(QWidget *parent = nullptr);
    void setFlow(const MailFlow &flow);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintStation(QPainter &painter, const QRectF &rect, const MailFlow::Station &station) const;
    void paintLeg(QPainter &painter, const QRectF &between, const MailFlow::Leg &leg) const;
    MailFlow m_flow;
};

} // namespace relaywright
