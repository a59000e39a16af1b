// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Listeners.h"

#include "core/secrets/SecretResolver.h"
#include "core/session/LocalAddresses.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::hours kLooksEvery{1};

ListenerTls versionsOf(MinimumTls least)
{
    switch (least) {
    case MinimumTls::Tls10: return ListenerTls::Tls10OrLater;
    case MinimumTls::Tls11: return ListenerTls::Tls11OrLater;
    case MinimumTls::Tls12: return ListenerTls::Tls12OrLater;
    case MinimumTls::Tls13: return ListenerTls::Tls13OrLater;
    }
    Q_UNREACHABLE();
}

bool doesTls(const RelayListener &listener)
{
    return listener.startTls || listener.implicitTls;
}

bool isSelfMade(const RelayListener &listener)
{
    return listener.certificateFile.isEmpty() && listener.pkcs12File.isEmpty();
}

} // namespace

ListenerSettings listenerSettings(const RelayListener &listener, const RelayConfig &config, const QByteArray &hostName,
                                  const std::vector<AuthMechanism> &mechanisms,
                                  const std::optional<TlsIdentity> &identity)
{
    ListenerSettings settings{.listen = listener.listen, .greetsKnownPeersAtOnce = true, .maxConnectionsPerPeer = 100};
    settings.smtp.serverName = hostName;
    settings.smtp.greetingText = "ESMTP Relaywright";
    settings.smtp.maxMessageOctets = config.maxMessageOctets;
    settings.smtp.maxRecipients = config.maxRecipientsPerMessage;
    settings.smtp.postmaster = config.postmaster;
    settings.smtp.chunking = true;
    settings.smtp.dsn = true;
    settings.smtp.bareNewlines = listener.bareNewlines;
    settings.smtp.startTls = listener.startTls;
    settings.smtp.implicitTls = listener.implicitTls;
    settings.smtp.requireTls = listener.requireTls;
    settings.smtp.requireAuth = listener.signIn == SignIn::Required;
    settings.smtp.authOnlyInTls = !listener.signInWithoutTls;
    if (listener.signIn != SignIn::Off)
        settings.smtp.authMechanisms = mechanisms;
    settings.tls = versionsOf(listener.minimumTls);
    settings.readClientHello = true;
    settings.identity = identity;
    return settings;
}

/// One listener; its server is there once its certificate is.
struct Listeners::Running {
    std::shared_ptr<RelayListener> listener; ///< handlers hold on to it
    ListenerSettings settings;
    std::optional<ListenerIdentity> identity{};
    std::unique_ptr<SmtpServer> server{};
    QString lastProblem{}; ///< told already
};

Listeners::Listeners(Parts parts, QObject *parent) : QObject(parent), m_parts(std::move(parts))
{
    connect(&m_timer, &QTimer::timeout, this, &Listeners::renewCertificates);
    m_timer.start(kLooksEvery);
}

Listeners::~Listeners() = default;

QStringList Listeners::ownNames() const
{
    QStringList names{QString::fromLatin1(m_parts.hostName)};
    for (const RelayListener &listener : m_config->listeners) {
        const Host &host = listener.listen.host;
        if (!isSelfMade(listener) || !doesTls(listener))
            continue;
        if (!host.address() || !host.address()->isAny()) {
            names += host.toString();
            continue;
        }
        for (const IpAddress &address : localAddresses())
            names += address.toString();
    }
    names.removeDuplicates();
    return names;
}

Result<std::optional<ListenerIdentity>> Listeners::identityFor(const RelayListener &listener, const Secret &password)
{
    if (!doesTls(listener))
        return std::optional<ListenerIdentity>();
    auto identity = isSelfMade(listener) ? keepOwnIdentity(m_parts.identityFolder, ownNames(), m_parts.clock.now())
                                         : loadListenerIdentity(listener, password);
    if (!identity)
        return tl::unexpected(identity.error());
    return std::optional(std::move(*identity));
}

Result<Listeners::RunningPtr> Listeners::prepare(const RelayListener &listener, const RelayConfig &config)
{
    auto running = std::make_unique<Running>(
        Running{std::make_shared<RelayListener>(listener),
                listenerSettings(listener, config, m_parts.hostName, m_parts.mechanisms(), {})});
    ListenerSettings &settings = running->settings;
    settings.idleLimit = m_parts.patience.idleLimit.value_or(settings.idleLimit);
    settings.dataRateWindow = m_parts.patience.dataRateWindow.value_or(settings.dataRateWindow);
    settings.authFailureDelay = m_parts.patience.authFailureDelay.value_or(settings.authFailureDelay);
    if (listener.pkcs12Password && doesTls(listener))
        return running;
    auto identity = identityFor(listener, {});
    if (!identity)
        return tl::unexpected(identity.error());
    running->identity = std::move(*identity);
    makeServer(*running);
    return running;
}

void Listeners::makeServer(Running &running)
{
    if (running.identity)
        running.settings.identity = running.identity->tls;
    auto makeHandler = [this, listener = Handled(running.listener)](const PeerInfo &peer,
                                                                    SmtpServerConnection &connection) {
        return m_parts.makeHandler(listener, peer, connection);
    };
    running.server = std::make_unique<SmtpServer>(running.settings, std::move(makeHandler));
    connect(running.server.get(), &SmtpServer::connectionRefused, this, &Listeners::connectionRefused);
}

/// What is there for each listener of a new configuration: one that stays, or one that is new.
struct Listeners::Change {
    std::vector<Running *> kept;   ///< null: there is none
    std::vector<RunningPtr> fresh; ///< null where one is kept
    std::vector<Running *> leaving;

    /// The address may be free only when one of those that leave has closed it.
    [[nodiscard]] bool mustWait(const Running &one) const
    {
        return std::ranges::any_of(leaving, [&one](const Running *other) {
            return other->server && other->server->address().port == one.listener->listen.port;
        });
    }
};

Result<Listeners::Change> Listeners::plan(const RelayConfig &config, bool sameForAll)
{
    Change change;
    for (const RunningPtr &one : m_running)
        change.leaving.push_back(one.get());
    for (const RelayListener &listener : config.listeners) {
        const auto same =
            std::ranges::find_if(change.leaving, [&](const Running *one) { return *one->listener == listener; });
        const bool stays = sameForAll && same != change.leaving.end();
        change.kept.push_back(stays ? *same : nullptr);
        change.fresh.emplace_back();
        if (stays) {
            change.leaving.erase(same);
            continue;
        }
        auto made = prepare(listener, config);
        if (!made)
            return tl::unexpected(made.error());
        change.fresh.back() = std::move(*made);
    }
    for (const RunningPtr &one : change.fresh) {
        if (!one || !one->server || change.mustWait(*one))
            continue;
        if (auto listening = one->server->listen(); !listening)
            return tl::unexpected(listening.error());
    }
    return change;
}

Result<void> Listeners::apply(const RelayConfig &config)
{
    const std::optional<RelayConfig> before = std::exchange(m_config, config);
    const bool sameForAll = before && before->maxMessageOctets == config.maxMessageOctets
                            && before->maxRecipientsPerMessage == config.maxRecipientsPerMessage
                            && before->postmaster == config.postmaster && before->accounts == config.accounts;
    auto change = plan(config, sameForAll);
    if (!change) {
        m_config = before;
        return tl::unexpected(change.error());
    }
    std::vector<bool> waited;
    for (const RunningPtr &one : change->fresh)
        waited.push_back(one && change->mustWait(*one));
    std::vector<RunningPtr> all = std::exchange(m_running, {});
    for (Running *one : change->leaving)
        one->server ? one->server->shutDown() : void();
    for (std::size_t i = 0; i < change->fresh.size(); ++i) {
        if (Running *const kept = change->kept[i]) {
            m_running.push_back(
                std::move(*std::ranges::find_if(all, [kept](const RunningPtr &one) { return one.get() == kept; })));
            continue;
        }
        m_running.push_back(std::move(change->fresh[i]));
        open(*m_running.back(), waited[i]);
    }
    for (RunningPtr &one : all)
        retire(std::move(one));
    return {};
}

/// What could not be opened before the change was certain.
void Listeners::open(Running &running, bool waited)
{
    if (running.identity)
        tell(*running.identity);
    if (!running.server)
        return fetchPassword(running);
    if (!waited)
        return;
    if (const auto listening = running.server->listen(); !listening)
        Q_EMIT logged(listening.error().detail);
}

void Listeners::retire(RunningPtr running)
{
    if (!running || !running->server)
        return;
    SmtpServer *const server = m_retired.emplace_back(std::move(running->server)).get();
    connect(
        server, &SmtpServer::closed, this,
        [this, server] { std::erase_if(m_retired, [server](const auto &one) { return one.get() == server; }); },
        Qt::QueuedConnection);
    server->shutDown();
}

void Listeners::fetchPassword(Running &running)
{
    const std::shared_ptr<RelayListener> wanted = running.listener;
    resolveSecret(
        *running.listener->pkcs12Password, m_parts.secrets, this, [this, wanted](const Result<Secret> &password) {
            const auto found =
                std::ranges::find_if(m_running, [&](const RunningPtr &one) { return one->listener == wanted; });
            if (found == m_running.end())
                return; // the configuration has changed
            Running &waiting = **found;
            auto identity = password ? identityFor(*wanted, *password) : tl::unexpected(password.error());
            if (!identity)
                return tellProblem(waiting, identity.error().detail);
            if (waiting.server)
                return show(waiting, std::move(**identity));
            waiting.identity = std::move(*identity);
            makeServer(waiting);
            const auto listening = waiting.server->listen();
            if (!listening)
                return tellProblem(waiting, listening.error().detail);
            waiting.lastProblem.clear();
            Q_EMIT logged(QStringLiteral("Listening on %1: the password of its certificate is there.")
                              .arg(waiting.server->address().toString()));
        });
}

void Listeners::tell(const ListenerIdentity &identity)
{
    for (const QString &notice : identity.notices)
        Q_EMIT logged(notice);
}

void Listeners::tellProblem(Running &running, const QString &sentence)
{
    if (std::exchange(running.lastProblem, sentence) != sentence)
        Q_EMIT logged(QStringLiteral("The listener %1: %2").arg(running.listener->listen.toString(), sentence));
}

/// A certificate that is new takes the place of the one before.
void Listeners::show(Running &running, ListenerIdentity identity)
{
    running.lastProblem.clear();
    if (running.identity && running.identity->sha256 == identity.sha256)
        return;
    if (const auto set = running.server->setIdentity(identity.tls); !set)
        return tellProblem(running, set.error().detail);
    tell(identity);
    Q_EMIT logged(
        QStringLiteral("The listener %1 shows a new certificate, which is good until %2.")
            .arg(running.listener->listen.toString(), toDateTime(identity.endsAt).date().toString(Qt::ISODate)));
    running.identity = std::move(identity);
}

void Listeners::renewCertificates()
{
    for (const RunningPtr &running : m_running) {
        if (!doesTls(*running->listener))
            continue;
        if (running->listener->pkcs12Password) {
            fetchPassword(*running);
            continue;
        }
        auto identity = identityFor(*running->listener, {});
        if (identity && *identity)
            show(*running, std::move(**identity));
        else if (!identity)
            tellProblem(*running, identity.error().detail);
    }
}

std::vector<Endpoint> Listeners::addresses() const
{
    std::vector<Endpoint> addresses;
    for (const RunningPtr &running : m_running) {
        if (running->server)
            addresses.push_back(running->server->address());
    }
    return addresses;
}

std::vector<Listeners::Certificate> Listeners::certificates() const
{
    std::vector<Certificate> certificates;
    for (const RunningPtr &running : m_running) {
        if (running->identity)
            certificates.push_back({running->listener->listen, running->identity->sha256, running->identity->endsAt,
                                    isSelfMade(*running->listener)});
    }
    return certificates;
}

int Listeners::connectionCount() const
{
    int count = 0;
    for (const RunningPtr &running : m_running)
        count += running->server ? running->server->connectionCount() : 0;
    for (const auto &server : m_retired)
        count += server->connectionCount();
    return count;
}

void Listeners::shutDown()
{
    for (const RunningPtr &running : m_running) {
        if (!running->server)
            continue;
        connect(running->server.get(), &SmtpServer::closed, this, &Listeners::closed);
        running->server->shutDown();
    }
    if (connectionCount() == 0)
        QMetaObject::invokeMethod(this, &Listeners::closed, Qt::QueuedConnection);
}

void Listeners::drop()
{
    m_running.clear();
    m_retired.clear();
}

} // namespace relaywright
