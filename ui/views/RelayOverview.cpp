// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/RelayOverview.h"

#include "ui/models/MessageModel.h"
#include "ui/views/TrafficChart.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Labels.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLayoutItem>

namespace relaywright {

namespace {

void empty(QLayout &layout)
{
    while (QLayoutItem *item = layout.takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

Tone toneOf(const RouteStatus &route)
{
    if (route.state == QLatin1String("open"))
        return Tone::Good;
    return route.state == QLatin1String("slowed") ? Tone::Attention : Tone::Wrong;
}

QString wordOf(const RouteStatus &route)
{
    if (route.state == QLatin1String("open"))
        return RelayOverview::tr("open");
    if (route.state == QLatin1String("slowed"))
        return RelayOverview::tr("slowed down");
    return route.state == QLatin1String("held") ? RelayOverview::tr("held") : RelayOverview::tr("not reachable");
}

QWidget *line(const QString &symbol, const QString &word, Tone tone, const QString &heading, const QString &sentence)
{
    auto *widget = new QWidget;
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(gap::kMedium);
    auto *badge = new Badge;
    badge->setContent(symbol, word, tone);
    row->addWidget(badge, 0, Qt::AlignTop);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    if (!heading.isEmpty())
        words->addWidget(new TextLabel(heading, FontRole::Strong));
    words->addWidget(new TextLabel(sentence));
    row->addLayout(words, 1);
    return widget;
}

} // namespace

QString routeSentence(const RouteStatus &route)
{
    QStringList sentences;
    if (!route.reason.isEmpty())
        sentences += route.reason;
    if (route.hosts.size() > 1 && route.host != route.hosts.front() && route.leftUntil)
        sentences += RelayOverview::tr("%1 stands in for %2, which is tried again at %3.")
                         .arg(route.host, route.hosts.front(), shortTime(*route.leftUntil));
    else if (route.hosts.size() > 1 && route.host != route.hosts.front())
        sentences += RelayOverview::tr("%1 stands in for %2.").arg(route.host, route.hosts.front());
    if (route.busyConnections > 0)
        sentences += RelayOverview::tr("%Ln connection(s) in use.", nullptr, route.busyConnections);
    if (route.emptyAt)
        sentences += RelayOverview::tr("Empty at %1, as it goes now.").arg(shortTime(*route.emptyAt));
    else if (route.nextAttempt)
        sentences += RelayOverview::tr("Next attempt at %1.").arg(shortTime(*route.nextAttempt));
    if (route.leftThisMinute && *route.leftThisMinute == 0)
        sentences += RelayOverview::tr("The limit of this minute is used up.");
    return sentences.isEmpty() ? RelayOverview::tr("Mail goes on to %1.").arg(route.host) : sentences.join(u' ');
}

RelayOverview::RelayOverview(QWidget *parent)
    : QWidget(parent), m_span(new QComboBox), m_chart(new TrafficChart),
      m_nothing(new TextLabel(tr("Traffic, alerts and the ways out show up when the relay runs."), FontRole::Body,
                              TextLabel::Color::Muted)),
      m_alerts(new QVBoxLayout), m_routes(new QVBoxLayout)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, gap::kMedium, 0, 0);
    layout->setSpacing(gap::kLarge);
    layout->addWidget(m_nothing);
    layout->addLayout(m_alerts);
    m_span->setAccessibleName(tr("Time shown in the charts"));
    m_span->addItem(tr("Last hour"), 60);
    m_span->addItem(tr("Last 6 hours"), 6 * 60);
    m_span->addItem(tr("Last 24 hours"), 24 * 60);
    connect(m_span, &QComboBox::currentIndexChanged, this,
            [this] { m_chart->setSpan(std::chrono::minutes(m_span->currentData().toInt())); });
    auto *card = new Card;
    auto *bar = new QHBoxLayout;
    bar->addWidget(new TextLabel(tr("Traffic"), FontRole::Heading), 1);
    bar->addWidget(m_span);
    card->body()->addLayout(bar);
    card->body()->addWidget(m_chart);
    layout->addWidget(card);
    layout->addLayout(m_routes);
    layout->addStretch();
    forget();
}

void RelayOverview::forget()
{
    m_chart->parentWidget()->hide();
    m_nothing->show();
    showAlerts({});
    showRoutes({});
}

void RelayOverview::setStatus(const RelayStatus &status)
{
    m_nothing->hide();
    m_chart->parentWidget()->show();
    showAlerts(status.alerts);
    showRoutes(status.routes);
}

void RelayOverview::setHistory(const TrafficHistory &history)
{
    m_chart->setHistory(history);
}

void RelayOverview::showAlerts(const std::vector<AlertStatus> &alerts)
{
    if (alerts == m_shownAlerts)
        return;
    m_shownAlerts = alerts;
    empty(*m_alerts);
    for (const AlertStatus &alert : alerts)
        m_alerts->addWidget(line(QStringLiteral("!"), tr("alert"), Tone::Attention, {},
                                 tr("%1 (since %2)").arg(alert.sentence, shortTime(alert.since))));
}

void RelayOverview::showRoutes(const std::vector<RouteStatus> &routes)
{
    if (routes == m_shownRoutes)
        return;
    m_shownRoutes = routes;
    empty(*m_routes);
    for (const RouteStatus &route : routes) {
        const Tone tone = toneOf(route);
        m_routes->addWidget(line(symbolOf(tone), wordOf(route), tone,
                                 routes.size() > 1 ? tr("Route %1 to %2").arg(route.name, route.host)
                                                   : tr("Way out: %1").arg(route.host),
                                 routeSentence(route)));
    }
}

} // namespace relaywright
