// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayStatus.h"

#include <QWidget>

class QComboBox;
class QVBoxLayout;

namespace relaywright {

class TextLabel;
class TrafficChart;

/// The relay at a glance: traffic and queue over time, the ways out, and what somebody should look at.
class RelayOverview : public QWidget {
    Q_OBJECT
public:
    explicit RelayOverview(QWidget *parent = nullptr);
    void setStatus(const RelayStatus &status);
    void setHistory(const TrafficHistory &history);
    /// The relay has gone: there is nothing to show.
    void forget();
    [[nodiscard]] TrafficChart &chart() const { return *m_chart; }

private:
    void showAlerts(const std::vector<AlertStatus> &alerts);
    void showRoutes(const std::vector<RouteStatus> &routes);

    QComboBox *m_span;
    TrafficChart *m_chart;
    TextLabel *m_nothing;
    QVBoxLayout *m_alerts;
    QVBoxLayout *m_routes;
    std::vector<AlertStatus> m_shownAlerts;
    std::vector<RouteStatus> m_shownRoutes;
};

/// `Open to smtp.office365.com:587. 3 connections in use; empty at 14:32.` as one sentence or two.
[[nodiscard]] QString routeSentence(const RouteStatus &route);

} // namespace relaywright
