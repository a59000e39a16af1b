// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenCarrier.h"
#include "core/oauth/TokenKeeper.h"
#include "core/relay/Accounts.h"
#include "core/relay/ControlServer.h"
#include "core/relay/CredentialGuard.h"
#include "core/relay/RelayControl.h"
#include "core/relay/RelayEngine.h"
#include "core/relay/RelayHandler.h"
#include "core/relay/RelayReaders.h"
#include "core/relay/RelayWatch.h"
#include "core/relay/SourceBook.h"
#include "core/relay/Spool.h"

#include <QJsonObject>
#include <QTimer>

namespace relaywright {

/// The inside of a RelayEngine, shared by its sources only: how it starts, changes and ends, and what it tells of itself.
class RelayEngine::Private {
public:
    Private(RelayEngine *owner, RelayConfig &&ownConfig, Surroundings &&ownSurroundings);

    [[nodiscard]] Result<void> openSpool();
    [[nodiscard]] Result<void> makeDelivery();
    [[nodiscard]] Result<void> openInbound();
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] Result<void> openControl();
    [[nodiscard]] Result<void> openReaders();
    [[nodiscard]] Result<void> apply(const RelayConfig &wanted);
    [[nodiscard]] std::shared_ptr<TokenKeeper> keeperOf(const TokenAccount &account);
    void hear(TokenKeeper &keeper);
    void fetchSecret(const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done);
    [[nodiscard]] QJsonObject sourcesJson() const;
    [[nodiscard]] std::vector<AlertFacts::Certificate> foreignCertificates() const;
    void purge();
    void look();
    void say(RelayEvent::Severity severity, const QString &sentence)
    {
        watch->say(RelayEvent::Kind::Notice, severity, sentence);
    }
    [[nodiscard]] WaitFacts waitFacts(const SpoolMessage &message) const;
    void dropServers();
    [[nodiscard]] RelayStatus status() const;
    void describeCondition(RelayStatus &status) const;
    void checkStopped();

    RelayEngine *q;
    RelayConfig config;
    Surroundings around;
    QByteArray hostName;
    TimePoint startedAt{};
    std::unique_ptr<Spool> spool;      // outlives all below
    std::unique_ptr<RelayWatch> watch; // the same
    RelayEvents::Subscription toLog;
    RelayEvents::Subscription toClients;
    std::unique_ptr<TokenCarrier> tokenCarrier; // made when an account needs it; outlives the keepers
    std::unique_ptr<TokenKeepers> tokenKeepers;
    std::unique_ptr<CredentialGuard> credentials;
    std::unique_ptr<Delivery> delivery;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<SourceBook> sources;
    std::unique_ptr<RelayInbound> inbound; // outlives the listeners' handlers
    std::unique_ptr<Listeners> listeners;
    std::unique_ptr<RelayReaders> readers;
    std::unique_ptr<RelayControl> control;
    std::unique_ptr<ControlServer> controlServer;
    QTimer purgeTimer;
    QTimer lookTimer;
    std::optional<TimePoint> oldest;
    bool standardInputRead = false;
    bool stopping = false;
    bool deliveryStopped = false;
};

} // namespace relaywright
