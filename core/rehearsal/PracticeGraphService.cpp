// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeGraphService.h"
#include "core/base/Random.h"

#include "core/base/Text.h"

#include <utility>

namespace relaywright {

namespace {

/// Who knows the address of an upload may write to it.
QString lineOf(const HttpRequest &request, int status)
{
    const QByteArray path = request.path().startsWith("/upload/") ? QByteArray("/upload/(hidden)") : request.path();
    return QStringLiteral("%1 %2 %3").arg(printable(request.method, 20), printable(path, 200)).arg(status);
}

} // namespace

class PracticeGraphService::Private {
public:
    Private(PracticeGraphService *owner, PracticeWebSettings settingsIn,
            std::shared_ptr<const PracticeTokenJudge> judge, const Clock &clockIn, const Knowledge &knowledge)
        : q(owner), settings(std::move(settingsIn)), clock(clockIn), cloud(judge->directory().cloud),
          graph(std::move(judge), cloud, randomOctets, knowledge)
    {
        if (!settings.identity)
            settings.identity = std::make_shared<PracticeIdentity>();
    }

    [[nodiscard]] HttpTurn onRequest(const HttpRequest &request, bool tls);

    PracticeGraphService *q;
    PracticeWebSettings settings;
    const Clock &clock;
    Cloud cloud;
    PracticeGraph graph;
    ReceivedMessages messages;
    QUrl base;
    std::unique_ptr<HttpServer> server; ///< the last one: its connections look at what is above
};

HttpTurn PracticeGraphService::Private::onRequest(const HttpRequest &request, bool tls)
{
    const TimePoint now = clock.now();
    const PracticeWebFaults &faults = settings.faults;
    PracticeGraph::Outcome outcome = faults.status
                                         ? PracticeGraph::Outcome{.reply = graph.unavailableReply(*faults.status)}
                                         : graph.answer(request, now);
    if (faults.status && faults.retryAfter)
        outcome.reply.fields.push_back({"Retry-After", QByteArray::number(qint64(faults.retryAfter->count()))});
    if (outcome.message) {
        outcome.message->tls = tls;
        messages.add(std::move(*outcome.message));
        const ReceivedMessage copy = messages.all().back();
        // Later: whoever hears of it may stop the service, and the answer is not out yet.
        QMetaObject::invokeMethod(
            q, [this, copy] { Q_EMIT q->messageReceived(copy); }, Qt::QueuedConnection);
    }
    const QString line = lineOf(request, outcome.reply.status);
    HttpTurn turn = turnOf(std::move(outcome.reply), faults, now);
    turn.over = [this, line, lane = outcome.lane](bool answered) {
        graph.ended(lane);
        if (answered)
            Q_EMIT q->requestAnswered(line);
    };
    return turn;
}

PracticeGraphService::PracticeGraphService(PracticeWebSettings settings,
                                           std::shared_ptr<const PracticeTokenJudge> judge, const Clock &clock,
                                           const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), std::move(judge), clock, knowledge))
{
}

PracticeGraphService::~PracticeGraphService() = default;

Result<void> PracticeGraphService::start()
{
    stop();
    auto settings = httpServerSettings(d->settings);
    if (!settings)
        return tl::unexpected(settings.error());
    settings->limits.bodyOctets = kMaxBodyOctets;
    d->server = std::make_unique<HttpServer>(
        *settings, [p = d.get()](const HttpRequest &request) { return p->onRequest(request, p->settings.tls); });
    auto started = d->server->start();
    if (started) {
        d->base = d->server->base();
        d->graph.setBase(d->base);
    }
    return started;
}

void PracticeGraphService::stop()
{
    if (d->server)
        d->server->stop();
}

bool PracticeGraphService::isRunning() const
{
    return d->server && d->server->isRunning();
}

QUrl PracticeGraphService::baseUrl() const
{
    return d->base;
}

QByteArray PracticeGraphService::authorityPem() const
{
    return d->settings.tls ? d->settings.identity->authorityPem() : QByteArray();
}

const std::deque<ReceivedMessage> &PracticeGraphService::messages() const
{
    return d->messages.all();
}

const GraphCounts &PracticeGraphService::counts() const
{
    return d->graph.counts();
}

std::size_t PracticeGraphService::draftCount() const
{
    return d->graph.draftCount();
}

void PracticeGraphService::setFaults(const PracticeWebFaults &faults)
{
    d->settings.faults = faults;
}

} // namespace relaywright
