// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/dns/Resolver.h"
#include "core/relay/Control.h"
#include "core/relay/ControlServer.h"
#include "core/relay/RelayConfig.h"
#include "core/secrets/MemorySecretStore.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/CheckHistory.h"
#include "ui/engine/DnsAccess.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/RelayHost.h"
#include "ui/engine/Services.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"

#include <QHash>
#include <QTemporaryDir>

#include <functional>

namespace relaywright::test {

/// Answers from a table; what is not in it does not exist.
class TableDns final : public DnsClient {
public:
    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override;
    /// Nothing: it keeps no cache, so that each question is asked.
    [[nodiscard]] std::optional<DnsAnswer> known(const QString &, DnsType) override { return std::nullopt; }
    void setMx(const QString &name, const QString &host);
    void setTxt(const QString &name, const QByteArray &text);
    void setAddress(const QString &name, const IpAddress &address);

private:
    QHash<QString, DnsAnswer> m_answers;
};

/// A relay that is whatever the test says; it runs nothing.
class ShownRelay final : public RelayHost {
    Q_OBJECT
public:
    using Answers = std::function<Result<QJsonObject>(const QJsonObject &request)>;

    ShownRelay();
    /// From now on its control socket answers; before, nobody does.
    void serve(Answers answers);
    [[nodiscard]] State state() const override { return m_state; }
    [[nodiscard]] QString problem() const override { return m_problem; }
    [[nodiscard]] const std::optional<RelayStatus> &status() const override { return m_status; }
    [[nodiscard]] const std::optional<RelayConfig> &config() const override { return m_config; }
    void start(const RelayConfig &config, const std::optional<Secret> &password) override;
    /// Asks its control socket, as a relay would be asked.
    void reload(const RelayConfig &config, const std::optional<Secret> &password, QObject *context,
                std::function<void(Result<void>)> done) override;
    void stop() override { show(State::Off); }
    [[nodiscard]] ControlClient &control() override { return m_control; }

    void show(State state, const QString &problem = {}, const std::optional<RelayStatus> &status = {});
    /// As if another program had written it.
    void showConfig(const RelayConfig &config);
    [[nodiscard]] const std::optional<Secret> &password() const { return m_password; }

private:
    const QString m_name;
    ControlClient m_control;
    std::unique_ptr<ControlServer> m_server;
    State m_state = State::Off;
    QString m_problem;
    std::optional<RelayStatus> m_status;
    std::optional<RelayConfig> m_config;
    std::optional<Secret> m_password;
};

/// Everything a window needs, without the machine's keychain, DNS or settings. Its day is 22 November 2026.
struct Bench {
    /// `relay` replaces the shown one; it outlives the bench. `keychain` false: there is none.
    explicit Bench(RelayHost *relay = nullptr, bool keychain = true);
    FakeClock clock;
    TableDns dns;
    QTemporaryDir folder;
    DnsAccess dnsAccess; ///< to `dns`, unless a test has a server of its own
    CheckHistory checkHistory;
    TestHistory testHistory;
    MemorySecretStore keychain;
    Vault vault;
    AccountShelf accounts; ///< of `folder`, none at first
    Workspace workspace;
    PracticeRoom practice;
    ShownRelay shownRelay;
    Services services;
};

/// Contoso: a modern scanner, an old printer that can do neither TLS nor sign-in, an ERP system, a monitoring.
[[nodiscard]] Site contoso();
/// The last six hours of a relay that takes some mail, with a queue that grew and is being emptied.
[[nodiscard]] TrafficHistory someTraffic();
/// Answers `queue`, `show`, `why`, `trace` and `history` for a queue of `count` messages, as a relay does.
[[nodiscard]] ShownRelay::Answers relayWith(int count);
/// A message that waits, with all its columns filled.
[[nodiscard]] QueueEntry waitingMessage(int number, const QString &state, const QString &lastReply);
/// Runs the event loop until `condition` holds or `ms` are over; true when it holds.
bool waitUntil(const std::function<bool()> &condition, int ms = 10'000);

} // namespace relaywright::test
