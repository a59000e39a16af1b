// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ProbeBlame.h"
#include "core/session/SmtpClient.h"
#include "core/session/VersionLook.h"

#include <QDate>
#include <QJsonObject>
#include <QObject>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

class DnsClient;

/// What to look at, and how far up the ladder to climb. A password is sent only where `credentials` are given, and then to
/// a server with a good certificate only (unless `insecure`). No message is ever sent: with a recipient the conversation
/// stops after RCPT.
struct ProbeSettings {
    Endpoint server;
    std::optional<TlsPolicy> tls{}; ///< nothing: implicit on port 465, elsewhere opportunistic
    QByteArray ehloName = "localhost.localdomain";
    QByteArray caCertificatesPem{};           ///< trusted besides the system's
    bool insecure = false;                    ///< sign in although the certificate is faulty
    std::optional<Credentials> credentials{}; ///< nothing: no sign-in
    ReversePath from{};                       ///< MAIL FROM; `<>` when only `to` is given
    std::optional<EmailAddress> to{};         ///< RCPT TO
    QString stopAfter{};                      ///< id of the last rung to climb; empty: as far as is asked for
    QDate today{};                            ///< to count the days that the certificate has left; invalid: not counted
    std::vector<std::uint16_t> mailPorts{25, 465, 587}; ///< tried side by side with the asked one; empty: none
    std::uint16_t webPort = 443;                        ///< tells a dead server from a closed way; 0: not tried
    bool tlsVersions = true;                            ///< try each version of TLS with a connection of its own
    std::chrono::milliseconds patience = std::chrono::seconds(30);        ///< for each answer
    std::chrono::milliseconds connectPatience = std::chrono::seconds(10); ///< for each address
};

/// One rung of the ladder: name address tcp banner ehlo tls sign-in mail rcpt.
struct ProbeRung {
    enum class State {
        Ok,
        Attention, ///< it works, and this must be known: a certificate fault, no TLS, a second address that is dead
        Failed,
        Skipped, ///< not asked for, or a rung below failed
    };
    QString id;
    State state = State::Skipped;
    QString seen;                        ///< what came: the banner, the addresses, the certificate
    QString detail;                      ///< whole sentences: what it means and what to do
    std::chrono::milliseconds elapsed{}; ///< this rung alone
    bool operator==(const ProbeRung &) const = default;
};
[[nodiscard]] QString toString(ProbeRung::State state);   ///< ok attention failed skipped
[[nodiscard]] QString displayName(const ProbeRung &rung); ///< "Name", "Sign-in", for people
[[nodiscard]] QStringList probeRungIds();                 ///< all nine, in the ladder's order

struct ProbeReport {
    QString server;               ///< host:port as asked for
    QString address;              ///< that answered; empty when none did
    std::vector<ProbeRung> rungs; ///< all nine, in the ladder's order
    std::optional<TlsSummary> tls;
    std::optional<Capabilities> beforeTls; ///< nothing with implicit TLS
    std::optional<Capabilities> afterTls;  ///< nothing without TLS
    Transcript transcript;                 ///< of the connection that was kept
    std::vector<PortSight> mailPorts;      ///< by number; the asked one only where others were looked at
    std::optional<PortSight> webPort;
    std::vector<VersionSight> tlsVersions; ///< from old to new; empty: not tried
    Judgement judgement;                   ///< who is to blame, and what to do
    bool cancelled = false;
    /// The worst state of the rungs that were climbed.
    [[nodiscard]] ProbeRung::State state() const;
};
/// "schema": "relaywright.probe/1".
[[nodiscard]] QJsonObject toJson(const ProbeReport &report);

/// Climbs the ladder once and says what it found on each rung. Certificate faults do not stop it: they are attention.
/// Needs an event loop. `dns` (the nameserver that the user named) outlives the probe; without one the system's own
/// name service is asked, which also knows `localhost` and the hosts file.
class Probe : public QObject {
    Q_OBJECT
public:
    explicit Probe(ProbeSettings settings, DnsClient *dns = nullptr, QObject *parent = nullptr);
    ~Probe() override;

    void start();
    /// `finished` follows before this returns; the rungs not yet climbed are skipped.
    void cancel();

Q_SIGNALS:
    void rungDone(const relaywright::ProbeRung &rung);
    void lineAdded(const relaywright::TranscriptLine &line);
    void finished(const relaywright::ProbeReport &report); ///< exactly once

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
