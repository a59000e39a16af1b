// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TrafficChart.h"

#include "ui/theme/Theme.h"

#include <QChart>
#include <QChartView>
#include <QDateTimeAxis>
#include <QEvent>
#include <QHBoxLayout>
#include <QLegend>
#include <QLineSeries>
#include <QLocale>
#include <QValueAxis>

#include <algorithm>
#include <cmath>

namespace relaywright {

namespace {

constexpr int kPointsOfAnHour = 60;
constexpr double kLineWidth = 2;
constexpr int kHeight = 220;

/// Not more points than can be told apart.
int stepFor(std::chrono::minutes span)
{
    return std::max(1, static_cast<int>(span.count()) / kPointsOfAnHour);
}

/// The end of an axis of whole numbers that holds `most`: 1, 2 or 5 times a power of ten, times four parts.
double niceEnd(quint64 most)
{
    double part = 1;
    while (part * 4 < static_cast<double>(most)) {
        const double lead = part / std::pow(10, std::floor(std::log10(part)));
        part *= lead < 1.5 ? 2 : lead < 3 ? 2.5 : 2;
    }
    return part * 4;
}

} // namespace

std::vector<TrafficPoint> trafficPoints(const TrafficHistory &history, std::chrono::minutes span, int step)
{
    const qint64 known = static_cast<qint64>(history.minutes.size());
    const qint64 wanted = span.count() / step * step;
    std::vector<TrafficPoint> points;
    for (qint64 start = known - wanted; start < known; start += step) {
        TrafficPoint point{.at = history.from + std::chrono::minutes(start)};
        for (qint64 i = std::max<qint64>(0, start); i < start + step; ++i) {
            const TrafficHistory::Minute &minute = history.minutes[static_cast<std::size_t>(i)];
            point.accepted += minute.accepted;
            point.delivered += minute.delivered;
            point.queued = minute.queued;
        }
        points.push_back(point);
    }
    return points;
}

TrafficChart::TrafficChart(QWidget *parent)
    : QWidget(parent), m_traffic(makePlot(tr("Messages"))), m_queue(makePlot(tr("Waiting"))),
      m_accepted(addLine(m_traffic, tr("accepted"))), m_delivered(addLine(m_traffic, tr("delivered"))),
      m_queued(addLine(m_queue, tr("in the queue")))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    for (const Plot &plot : {m_traffic, m_queue}) {
        auto *view = new QChartView(plot.chart);
        view->setRenderHint(QPainter::Antialiasing);
        view->setFrameShape(QFrame::NoFrame);
        view->setFixedHeight(kHeight);
        view->setFocusPolicy(Qt::NoFocus); // the words stand at this widget
        view->viewport()->setAutoFillBackground(false);
        layout->addWidget(view, 1);
    }
    setFocusPolicy(Qt::TabFocus);
    setAccessibleName(tr("Traffic of the relay"));
    recolor();
    redraw();
}

TrafficChart::Plot TrafficChart::makePlot(const QString &title)
{
    Plot plot{new QChart, new QDateTimeAxis, new QValueAxis};
    plot.chart->setTitle(title);
    plot.chart->setMargins({});
    plot.chart->setBackgroundVisible(false);
    plot.chart->legend()->setAlignment(Qt::AlignBottom);
    plot.chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    plot.time->setTickCount(5);
    plot.time->setFormat(QLocale().timeFormat(QLocale::ShortFormat));
    plot.count->setLabelFormat(QStringLiteral("%d"));
    plot.count->setTickCount(5);
    plot.chart->addAxis(plot.time, Qt::AlignBottom);
    plot.chart->addAxis(plot.count, Qt::AlignLeft);
    return plot;
}

QLineSeries *TrafficChart::addLine(Plot &plot, const QString &name)
{
    auto *line = new QLineSeries;
    line->setName(name);
    plot.chart->addSeries(line);
    line->attachAxis(plot.time);
    line->attachAxis(plot.count);
    return line;
}

void TrafficChart::setHistory(const TrafficHistory &history)
{
    if (history == m_history)
        return;
    m_history = history;
    redraw();
}

void TrafficChart::setSpan(std::chrono::minutes span)
{
    m_span = span;
    redraw();
}

void TrafficChart::redraw()
{
    m_points = trafficPoints(m_history, m_span, stepFor(m_span));
    QList<QPointF> accepted;
    QList<QPointF> delivered;
    QList<QPointF> queued;
    quint64 mostTraffic = 0;
    quint64 mostQueued = 0;
    for (const TrafficPoint &point : m_points) {
        const auto at = static_cast<qreal>(toDateTime(point.at).toMSecsSinceEpoch());
        accepted.append({at, static_cast<qreal>(point.accepted)});
        delivered.append({at, static_cast<qreal>(point.delivered)});
        queued.append({at, static_cast<qreal>(point.queued)});
        mostTraffic = std::max({mostTraffic, point.accepted, point.delivered});
        mostQueued = std::max(mostQueued, point.queued);
    }
    m_accepted->replace(accepted);
    m_delivered->replace(delivered);
    m_queued->replace(queued);
    m_traffic.count->setRange(0, niceEnd(mostTraffic));
    m_queue.count->setRange(0, niceEnd(mostQueued));
    if (!m_points.empty()) {
        for (const Plot &plot : {m_traffic, m_queue})
            plot.time->setRange(toDateTime(m_points.front().at).toLocalTime(),
                                toDateTime(m_points.back().at).toLocalTime());
    }
    setAccessibleDescription(summary());
    setToolTip(summary());
}

QString TrafficChart::summary() const
{
    quint64 accepted = 0;
    quint64 delivered = 0;
    for (const TrafficPoint &point : m_points) {
        accepted += point.accepted;
        delivered += point.delivered;
    }
    const quint64 queued = m_points.empty() ? 0 : m_points.back().queued;
    const QString came = tr("%Ln message(s) came in", nullptr, static_cast<int>(accepted));
    const QString went = tr("%Ln went out", nullptr, static_cast<int>(delivered));
    const QString wait = tr("%Ln wait(s) now", nullptr, static_cast<int>(queued));
    return m_span <= std::chrono::hours(1)
               ? tr("In the last hour %1 and %2; %3.").arg(came, went, wait)
               : tr("In the last %Ln hours %1 and %2; %3.", nullptr, static_cast<int>(m_span.count() / 60))
                     .arg(came, went, wait);
}

void TrafficChart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        recolor();
}

void TrafficChart::recolor()
{
    const QColor text = palette().color(QPalette::WindowText);
    const QColor muted = mutedText(palette());
    for (const Plot &plot : {m_traffic, m_queue}) {
        plot.chart->setTitleBrush(text);
        plot.chart->setTitleFont(fontFor(FontRole::Strong));
        plot.chart->legend()->setLabelColor(muted);
        plot.chart->legend()->setFont(fontFor(FontRole::Small));
        for (QAbstractAxis *axis :
             {static_cast<QAbstractAxis *>(plot.time), static_cast<QAbstractAxis *>(plot.count)}) {
            axis->setLabelsColor(muted);
            axis->setLabelsFont(fontFor(FontRole::Small));
            axis->setGridLineColor(hairline(palette()));
            axis->setLinePenColor(hairline(palette()));
        }
    }
    QPen delivered(toneColor(Tone::Good, palette()), kLineWidth);
    delivered.setStyle(Qt::DashLine); // told apart without colour as well
    m_accepted->setPen(QPen(toneColor(Tone::Accent, palette()), kLineWidth));
    m_delivered->setPen(delivered);
    m_queued->setPen(QPen(toneColor(Tone::Attention, palette()), kLineWidth));
}

} // namespace relaywright
