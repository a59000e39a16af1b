// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayStatus.h"

#include <QWidget>

#include <array>

class QChart;
class QDateTimeAxis;
class QLineSeries;
class QValueAxis;

namespace relaywright {

/// Sums of some minutes of traffic, for one point of a chart.
struct TrafficPoint {
    TimePoint at{}; ///< where it begins
    quint64 accepted = 0;
    quint64 delivered = 0;
    quint64 queued = 0; ///< at its end
    bool operator==(const TrafficPoint &) const = default;
};

/// The last `span` of the traffic, `step` minutes to a point; minutes from before the relay started are nought, so that the
/// axis is as long as it says.
[[nodiscard]] std::vector<TrafficPoint> trafficPoints(const TrafficHistory &history, std::chrono::minutes span,
                                                      int step);

/// What came in, what went out, and how many messages waited: two charts over one time axis.
class TrafficChart : public QWidget {
    Q_OBJECT
public:
    explicit TrafficChart(QWidget *parent = nullptr);
    void setHistory(const TrafficHistory &history);
    /// The last hour, six hours, or day.
    void setSpan(std::chrono::minutes span);
    /// The charts in words, for those who do not see them and for the tooltip.
    [[nodiscard]] QString summary() const;

protected:
    void changeEvent(QEvent *event) override;

private:
    struct Plot {
        QChart *chart;
        QDateTimeAxis *time;
        QValueAxis *count;
    };
    [[nodiscard]] Plot makePlot(const QString &title);
    QLineSeries *addLine(Plot &plot, const QString &name);
    void redraw();
    void recolor();

    TrafficHistory m_history;
    std::chrono::minutes m_span{60};
    std::vector<TrafficPoint> m_points;
    Plot m_traffic;
    Plot m_queue;
    QLineSeries *m_accepted;
    QLineSeries *m_delivered;
    QLineSeries *m_queued;
};

} // namespace relaywright
