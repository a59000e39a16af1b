// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Metrics.h"

#include <utility>
#include <vector>

namespace relaywright {

namespace {

using Labels = std::vector<std::pair<const char *, QString>>;

QByteArray escaped(const QString &value)
{
    QByteArray text = value.toUtf8();
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    return text;
}

class Text {
public:
    void head(const char *name, const char *type, const char *help)
    {
        m_name = QByteArray("relaywright_") + name;
        m_out += "# HELP " + m_name + ' ' + help + "\n# TYPE " + m_name + ' ' + type + '\n';
    }
    void value(quint64 number, const Labels &labels = {}, const char *suffix = "")
    {
        line(QByteArray::number(number), labels, suffix);
    }
    void value(double number, const Labels &labels = {}, const char *suffix = "")
    {
        line(QByteArray::number(number, 'g', 15), labels, suffix);
    }
    void one(const char *name, const char *type, const char *help, quint64 number)
    {
        head(name, type, help);
        value(number);
    }
    /// Cumulative, as the format wants it; `unit` is what one in `histogram` is. Belongs to the head before it.
    template <std::size_t kBounds>
    void histogram(const Histogram<kBounds> &histogram, double unit, const Labels &labels = {})
    {
        quint64 sum = 0;
        Labels withBound = labels;
        withBound.emplace_back("le", QString());
        for (std::size_t i = 0; i < kBounds; ++i) {
            sum += histogram.count(i);
            const auto bound = static_cast<double>(histogram.bounds()[i]) * unit;
            withBound.back().second = QString::fromLatin1(QByteArray::number(bound, 'g', 12));
            value(sum, withBound, "_bucket");
        }
        sum += histogram.count(kBounds);
        withBound.back().second = QStringLiteral("+Inf");
        value(sum, withBound, "_bucket");
        value(static_cast<double>(histogram.sum()) * unit, labels, "_sum");
        value(sum, labels, "_count");
    }
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    void line(const QByteArray &number, const Labels &labels, const char *suffix)
    {
        m_out += m_name + suffix;
        if (!labels.empty()) {
            QByteArray list;
            for (const auto &[name, text] : labels)
                list += (list.isEmpty() ? "" : ",") + QByteArray(name) + "=\"" + escaped(text) + '"';
            m_out += '{' + list + '}';
        }
        m_out += ' ' + number + '\n';
    }
    QByteArray m_name;
    QByteArray m_out;
};

double seconds(std::chrono::milliseconds time)
{
    return static_cast<double>(time.count()) / 1000;
}

void writeTraffic(Text &text, const RelayStatus &status, const RelayCounters &counters)
{
    text.one("messages_accepted_total", "counter", "Messages that devices got a 250 for.", counters.accepted);
    text.one("accepted_bytes_total", "counter", "Their size.", counters.acceptedOctets);
    text.one("messages_delivered_total", "counter", "Messages that the smart host took for all their recipients.",
             counters.delivered);
    text.one("messages_deferred_total", "counter", "Attempts after which somebody still waited.", counters.deferred);
    text.one("messages_bounced_total", "counter", "Messages that were given up.", counters.bounced);
    text.one("messages_in_doubt_total", "counter", "Messages that may have arrived twice.", counters.inDoubt);
    text.head("refused_total", "counter", "Refusals of devices by reason and by the row of the table that applied.");
    for (const auto &[key, count] : counters.refusals)
        text.value(count, {{"reason", toString(key.first)}, {"device", key.second}});
    text.one("connections_refused_total", "counter", "Connections that were not let in.", counters.connectionsRefused);
    text.one("sign_ins_failed_total", "counter", "Sign-ins of devices that failed.", counters.signInsFailed);
    text.one("connections_total", "counter", "Connections of devices that were let in.", counters.connections);
    text.one("connections", "gauge", "Devices connected now.", status.connections);
}

void writeQueue(Text &text, const RelayStatus &status, const SpoolStatistics &statistics, TimePoint now)
{
    text.head("queue_messages", "gauge", "Messages in the spool.");
    text.value(status.queued - std::min(status.queued, status.held), {{"state", QStringLiteral("queued")}});
    text.value(status.held, {{"state", QStringLiteral("held")}});
    text.head("queue_oldest_age_seconds", "gauge", "Age of the oldest message that is not held; 0 without one.");
    text.value(status.oldest ? std::max(0.0, seconds(now - *status.oldest)) : 0.0);
    text.one("damaged_messages", "gauge", "Records that were set aside.", status.damaged);
    text.one("spool_free_bytes", "gauge", "Free on the spool's disk.", status.freeOctets);
    text.one("spool_flushes_total", "counter", "Times that the spool's log was flushed to the disk.",
             statistics.flushes.load());
    text.head("spool_batch_writes", "histogram", "Writes that shared one flush.");
    text.histogram(statistics.batches, 1);
    text.head("accept_seconds", "histogram", "From the end of a message to the flush that covers its 250.");
    text.histogram(statistics.latency, 1e-6);
}

void writeRoutes(Text &text, const RelayStatus &status, const RouteLatencies &latencies)
{
    text.head("delivery_seconds", "histogram",
              "From when a message was taken to the smart host's yes for the last of its recipients.");
    for (const auto &[route, latency] : latencies)
        text.histogram(*latency, 1e-3, {{"route", route}});
    text.head("route_state", "gauge", "1 for the state that a route is in.");
    for (const RouteStatus &route : status.routes) {
        for (const char *state : {"open", "slowed", "down", "held"})
            text.value(quint64(route.state == QLatin1String(state) ? 1 : 0),
                       {{"route", route.name}, {"state", QLatin1String(state)}});
    }
    text.head("route_connections", "gauge", "Connections to smart hosts that are busy.");
    for (const RouteStatus &route : status.routes)
        text.value(static_cast<quint64>(std::max(0, route.busyConnections)), {{"route", route.name}});
    text.head("alerts", "gauge", "Alerts now, by kind.");
    std::map<QString, quint64> alerts;
    for (const AlertStatus &alert : status.alerts)
        ++alerts[alert.kind];
    for (const auto &[kind, count] : alerts)
        text.value(count, {{"kind", kind}});
}

} // namespace

QByteArray metricsText(const RelayStatus &status, const RelayCounters &counters, const SpoolStatistics &statistics,
                       const RouteLatencies &latencies, TimePoint now)
{
    Text text;
    text.head("info", "gauge", "Always 1; its labels say which relay this is.");
    text.value(quint64(1), {{"name", status.name}, {"version", status.version}});
    text.head("start_time_seconds", "gauge", "When it started, since 1970.");
    text.value(seconds(status.startedAt.time_since_epoch()));
    writeTraffic(text, status, counters);
    writeQueue(text, status, statistics, now);
    writeRoutes(text, status, latencies);
    return text.take();
}

} // namespace relaywright
