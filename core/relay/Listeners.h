// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/ListenerIdentity.h"
#include "core/relay/RelayConfig.h"
#include "core/secrets/SecretStore.h"
#include "core/session/SmtpServer.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// How a listener speaks: what it offers and refuses before anybody is asked. `identity` where it does TLS.
[[nodiscard]] ListenerSettings listenerSettings(const RelayListener &listener, const RelayConfig &config,
                                                const QByteArray &hostName,
                                                const std::vector<AuthMechanism> &mechanisms,
                                                const std::optional<TlsIdentity> &identity);

/// How slow a peer may be, in the words of ListenerSettings; nothing: as it has them.
struct PeerPatience {
    std::optional<std::chrono::milliseconds> idleLimit{};
    std::optional<std::chrono::milliseconds> dataRateWindow{};
    std::optional<std::chrono::milliseconds> authFailureDelay{};
};

/// The addresses on which one relay takes mail, with their certificates. Certificate files are looked at once an hour, and
/// what has changed there is shown from then on; the relay's own certificate is renewed when it is near its end.
class Listeners : public QObject {
    Q_OBJECT
public:
    using Handled = std::shared_ptr<const RelayListener>;
    struct Parts {
        const Clock &clock; ///< with `secrets` it outlives this
        SecretStore &secrets;
        QByteArray hostName;
        QString identityFolder;                                 ///< of keepOwnIdentity
        std::function<std::vector<AuthMechanism>()> mechanisms; ///< that the accounts can do now
        std::function<SmtpServer::Admission(const Handled &, const PeerInfo &, SmtpServerConnection &)> makeHandler;
        PeerPatience patience{};
    };
    struct Certificate {
        Endpoint listener; ///< as configured
        QByteArray sha256;
        TimePoint endsAt{};
        bool isOwn = false; ///< self-made: it renews itself
    };

    explicit Listeners(Parts parts, QObject *parent = nullptr);
    ~Listeners() override;

    /// Opens all of them, or changes them: those that are as before stay open, others are closed (conversations come to
    /// their end) or opened. One whose certificate has a password opens when the password is there. Error: InvalidInput
    /// or NotFound for certificates, Unreachable when an address cannot be bound; then nothing has changed.
    [[nodiscard]] Result<void> apply(const RelayConfig &config);
    /// As bound, in the configuration's order; one that waits for its password is not among them.
    [[nodiscard]] std::vector<Endpoint> addresses() const;
    [[nodiscard]] std::vector<Certificate> certificates() const;
    [[nodiscard]] int connectionCount() const;
    /// Looks at the certificates now.
    void renewCertificates();
    /// No new connections; `closed` when the last is gone.
    void shutDown();
    /// Cuts what is left.
    void drop();

Q_SIGNALS:
    void logged(const QString &line);
    void connectionRefused(const relaywright::PeerInfo &peer, const QString &reason);
    void closed();

private:
    struct Running;
    struct Change;
    using RunningPtr = std::unique_ptr<Running>;
    [[nodiscard]] Result<RunningPtr> prepare(const RelayListener &listener, const RelayConfig &config);
    [[nodiscard]] Result<Change> plan(const RelayConfig &config, bool sameForAll);
    [[nodiscard]] Result<std::optional<ListenerIdentity>> identityFor(const RelayListener &listener,
                                                                      const Secret &password);
    void makeServer(Running &running);
    void open(Running &running, bool waited);
    void retire(RunningPtr running);
    void fetchPassword(Running &running);
    void show(Running &running, ListenerIdentity identity);
    void tell(const ListenerIdentity &identity);
    void tellProblem(Running &running, const QString &sentence);
    [[nodiscard]] QStringList ownNames() const;

    Parts m_parts;
    std::optional<RelayConfig> m_config; ///< of the listeners that run
    std::vector<RunningPtr> m_running;
    std::vector<std::unique_ptr<SmtpServer>> m_retired; ///< conversations that are not over yet
    QTimer m_timer;
};

} // namespace relaywright
