// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/IpAddress.h"
#include "core/base/Result.h"
#include "core/session/Attack.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

struct SelfTestSettings {
    IpAddress address;
    std::uint16_t port = 25;
    AttackEnvelope envelope{};
    bool slow = false; ///< the attacks that take minutes, too
    QString only{};    ///< those whose id is this or begins with it and a dot; empty: all
    std::chrono::milliseconds patience = std::chrono::seconds(10);   ///< for each answer
    std::chrono::milliseconds pace = std::chrono::milliseconds(200); ///< at least, from one connection to the next
    std::optional<std::chrono::milliseconds> slowLimit{};            ///< of each slow attack; nothing: as the table has it
};

/// Why an address may not be attacked: only loopback and private ones may, because others may not be the user's.
[[nodiscard]] std::optional<QString> selfTestObstacle(const IpAddress &address);
/// Loopback needs no consent.
[[nodiscard]] bool selfTestNeedsConsent(const IpAddress &address);
/// At most so many connections, one after another.
[[nodiscard]] int selfTestConnections(const SelfTestSettings &settings);

/// One attack, what was sent and seen, and what it means.
struct SelfTestCheck {
    QString id;
    QString title;
    QString sent;     ///< of the last step, printable
    QStringList seen; ///< the replies to it, printable; at most ten
    AttackVerdict verdict = AttackVerdict::CouldNotTell;
    QString reason; ///< a sentence
    QString remedy; ///< a sentence where it is not withstood, else empty
    std::chrono::milliseconds took{0};
    bool operator==(const SelfTestCheck &) const = default;
};

struct SelfTestReport {
    QString server; ///< `127.0.0.1:2525`
    ListenerLook look;
    std::vector<SelfTestCheck> checks;
    int messagesLeft =
        0; ///< taken for the envelope's recipient, because the server misses what should have stopped them
    [[nodiscard]] int count(AttackVerdict verdict) const;
    bool operator==(const SelfTestReport &) const = default;
};
/// "schema": "relaywright.relay-selftest/1": one report for each listener in "listeners", and whether all withstood.
[[nodiscard]] QJsonObject toJson(const std::vector<SelfTestReport> &reports);

/// Attacks a listener as far as a client can, one connection after another, and reports. Single use.
class SelfTest : public QObject {
    Q_OBJECT
public:
    explicit SelfTest(SelfTestSettings settings, QObject *parent = nullptr);
    ~SelfTest() override;

    void start();

Q_SIGNALS:
    void checkDone(const relaywright::SelfTestCheck &check);
    /// Error: Unreachable when nothing answers there.
    void finished(const relaywright::Result<relaywright::SelfTestReport> &report);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
