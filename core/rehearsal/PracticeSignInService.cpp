// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeSignInService.h"
#include "core/base/Random.h"

#include "core/base/Text.h"

#include <utility>

namespace relaywright {

namespace {

/// For people who look on; nothing of the query or of the content but Entra's code.
QString lineOf(const HttpRequest &request, const HttpReply &reply, bool isWaiting)
{
    const QString code = reply.status >= 400 ? entraErrorCode(QString::fromUtf8(reply.body.left(4096))) : QString();
    const QString told = code.isEmpty() ? QString() : QStringLiteral(" AADSTS") + code;
    return QStringLiteral("%1 %2 %3%4%5")
        .arg(printable(request.method, 20), printable(request.path(), 200))
        .arg(reply.status)
        .arg(told, isWaiting ? QStringLiteral(" waiting") : QString());
}

/// It passes by itself, and the service may say when.
bool isBusy(int status)
{
    constexpr int kTooManyRequests = 429;
    constexpr int kFirstServerError = 500;
    return status == kTooManyRequests || status >= kFirstServerError;
}

} // namespace

class PracticeSignInService::Private {
public:
    Private(PracticeSignInService *owner, PracticeWebSettings settingsIn, PracticeDirectory directoryIn,
            const Clock &clockIn, const Knowledge &knowledge)
        : q(owner), settings(std::move(settingsIn)), clock(clockIn),
          directory(std::make_shared<PracticeDirectory>(std::move(directoryIn))),
          issuer(std::make_shared<PracticeTokenIssuer>(directory->tenantId)),
          judge(std::make_shared<const PracticeTokenJudge>(issuer, directory)),
          service(directory, *issuer, randomOctets, knowledge)
    {
        if (!settings.identity)
            settings.identity = std::make_shared<PracticeIdentity>();
        takeFaults();
    }

    void takeFaults()
    {
        service.setTokenLife(settings.faults.tokenLife.value_or(PracticeSignIn::kTokenLife));
        service.setRefusal(settings.faults.refuseSignIn);
        issuer->setTokensOfAKey(settings.faults.newKeyEachToken ? std::optional(1) : settings.faults.rotateKeyAfter);
        GrantRules rules = service.grants().rules();
        rules.refreshTokensEndOnUse = settings.faults.refreshOnce;
        service.grants().setRules(rules);
    }

    [[nodiscard]] HttpTurn onRequest(const HttpRequest &request)
    {
        const TimePoint now = clock.now();
        const PracticeWebFaults &faults = settings.faults;
        const int waiting = service.counts().waiting;
        HttpReply reply = faults.status ? service.unavailableReply(*faults.status, now) : service.answer(request, now);
        if (isBusy(reply.status) && faults.retryAfter)
            reply.fields.push_back({"Retry-After", QByteArray::number(qint64(faults.retryAfter->count()))});
        const QString line = lineOf(request, reply, service.counts().waiting > waiting);
        HttpTurn turn = turnOf(std::move(reply), faults, now);
        turn.over = [this, line](bool answered) {
            if (answered)
                Q_EMIT q->requestAnswered(line);
        };
        return turn;
    }

    PracticeSignInService *q;
    PracticeWebSettings settings;
    const Clock &clock;
    std::shared_ptr<PracticeDirectory> directory;
    std::shared_ptr<PracticeTokenIssuer> issuer;
    std::shared_ptr<const PracticeTokenJudge> judge;
    PracticeSignIn service;
    std::unique_ptr<HttpServer> server; ///< the last one: its connections look at what is above
};

PracticeSignInService::PracticeSignInService(PracticeWebSettings settings, PracticeDirectory directory,
                                             const Clock &clock, const Knowledge &knowledge, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), std::move(directory), clock, knowledge))
{
}

PracticeSignInService::~PracticeSignInService() = default;

Result<void> PracticeSignInService::start()
{
    stop();
    if (!d->issuer->hasKey()) {
        if (auto made = d->issuer->rotateKey(); !made)
            return made;
    }
    const auto settings = httpServerSettings(d->settings);
    if (!settings)
        return tl::unexpected(settings.error());
    d->server = std::make_unique<HttpServer>(
        *settings, [p = d.get()](const HttpRequest &request) { return p->onRequest(request); });
    auto started = d->server->start();
    if (started)
        d->issuer->setBase(d->server->base());
    return started;
}

void PracticeSignInService::stop()
{
    if (d->server)
        d->server->stop();
}

bool PracticeSignInService::isRunning() const
{
    return d->server && d->server->isRunning();
}

QUrl PracticeSignInService::baseUrl() const
{
    return d->issuer->base();
}

QByteArray PracticeSignInService::authorityPem() const
{
    return d->settings.tls ? d->settings.identity->authorityPem() : QByteArray();
}

PracticeDirectory &PracticeSignInService::directory()
{
    return *d->directory;
}

PracticeGrants &PracticeSignInService::grants()
{
    return d->service.grants();
}

const SignInCounts &PracticeSignInService::counts() const
{
    return d->service.counts();
}

std::shared_ptr<const PracticeTokenIssuer> PracticeSignInService::issuer() const
{
    return d->issuer;
}

std::shared_ptr<const PracticeTokenJudge> PracticeSignInService::judge() const
{
    return d->judge;
}

Result<void> PracticeSignInService::rotateKey()
{
    return d->issuer->rotateKey();
}

void PracticeSignInService::setFaults(const PracticeWebFaults &faults)
{
    d->settings.faults = faults;
    d->takeFaults();
}

void PracticeSignInService::setConsent(PracticeConsent consent)
{
    d->service.setConsent(consent);
}

} // namespace relaywright
