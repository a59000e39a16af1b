// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/Endpoint.h"
#include "core/base/IpAddress.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/mail/Repair.h"
#include "core/oauth/TokenAccount.h"
#include "core/relay/AddressPattern.h"
#include "core/session/Certificate.h"
#include "core/smtp/BareNewlines.h"
#include "core/smtp/ClientSession.h"

#include <QByteArray>
#include <QString>
#include <QTime>

#include <chrono>
#include <optional>
#include <vector>

namespace relaywright {

/// The oldest version of TLS that a listener takes. The broken ones (RFC 8996) need every network of the listener to be
/// private, and no larger than /16 (IPv4) or /48 (IPv6). Words: 1.0 1.1 1.2 1.3.
enum class MinimumTls { Tls10, Tls11, Tls12, Tls13 };

/// Whether devices sign in. Words: off optional required.
enum class SignIn { Off, Optional, Required };

/// One address on which devices may deliver.
struct RelayListener {
    Endpoint listen;                 ///< default 127.0.0.1:2525
    std::vector<IpNetwork> networks; ///< peers that may send; empty only where sign-in is required
    bool startTls = true;            ///< offered with the certificate below, or with one made at the first start
    bool implicitTls = false;        ///< TLS from the first octet (port 465); then `startTls` is false
    bool requireTls = false;         ///< MAIL before STARTTLS: 530 5.7.0
    MinimumTls minimumTls = MinimumTls::Tls12;
    QString certificateFile; ///< PEM; empty: `pkcs12File`, or self-made
    QString keyFile;
    QString pkcs12File;
    std::optional<SecretRef> pkcs12Password;
    SignIn signIn = SignIn::Off;   ///< anything else needs `accounts`
    bool signInWithoutTls = false; ///< for devices without TLS; needs private networks
    BareNewlines bareNewlines = BareNewlines::Content;
    bool operator==(const RelayListener &) const = default;
};

/// A device's user name and password on our listeners.
struct RelayAccount {
    QString user;
    QString passwordHash;              ///< `scrypt$...` as `relaywright-cli relay password` prints; for PLAIN and LOGIN
    std::optional<SecretRef> password; ///< where the password itself is kept: CRAM-MD5 cannot do with a hash
    bool operator==(const RelayAccount &) const = default;
};

/// A row of the admission table: who it is for, what they may do, and what happens to their mail. The first row whose
/// networks and user match a conversation counts; without one a peer of the listener's networks may do what the limits of
/// the whole relay allow, unless `strangers` are refused.
struct RelayDevice {
    QString name;                                  ///< unique; in the journal, the metrics and the window
    std::vector<IpNetwork> networks;               ///< empty: from anywhere that a listener allows
    QString user;                                  ///< signed in as; empty: anybody
    std::vector<AddressPattern> senders;           ///< reverse-paths it may use; empty: any; `<>` is always allowed
    bool internalOnly = false;                     ///< recipients in `internalDomains` only
    std::vector<AddressPattern> allowedRecipients; ///< empty: any
    std::vector<AddressPattern> deniedRecipients;  ///< counts before the allowed ones
    std::optional<std::uint64_t> maxMessageOctets; ///< below the relay's own
    std::optional<int> maxRecipientsPerMessage;
    std::optional<int> maxMessagesPerMinute;
    std::optional<int> maxMessagesPerDay;
    std::optional<int> maxConnections; ///< at a time
    Repairs repairs;
    /// Replaces the reverse-path and the From: address by a mailbox that may send; before the route's own.
    std::optional<EmailAddress> sendAs;
    bool keepReplyTo = true;                ///< the original From: goes to Reply-To: unless there is one
    std::optional<EmailAddress> returnPath; ///< fixed reverse-path, where it is to differ from From:
    QString route;                          ///< a name in `routes`; empty: `upstream` and `fallbacks`
    bool operator==(const RelayDevice &) const = default;
};

/// Mail goes on through Microsoft Graph, over HTTPS.
struct GraphWay {
    bool saveToSentItems = true;   ///< false needs Mail.ReadWrite
    std::optional<QUrl> service{}; ///< in place of Microsoft's, such as a practice service: scheme, host and port
    bool operator==(const GraphWay &) const = default;
};

/// A smart host.
struct RelayUpstream {
    Endpoint server; ///< smtp.office365.com:587; of Graph, where that is
    std::optional<GraphWay>
        graph{}; ///< then `user` is the mailbox, `oauth` is there, and what is of SMTP counts for nothing
    TlsPolicy tls = TlsPolicy::Required;
    QString caFile;                    ///< PEM, trusted besides the system's; empty: none
    /// Shown where the host asks for one: an inbound connector of Exchange Online may know a relay by the name on it. Empty:
    /// none. A key in PEM has no passphrase.
    ClientCertificateFiles certificate{};
    QString user;                      ///< empty: no sign-in
    std::optional<SecretRef> password; ///< where it is kept; `user` needs this or `oauth`
    std::optional<TokenAccount> oauth; ///< where the access tokens come from that stand in for the password
    std::optional<QDate> secretEnds{}; ///< of `oauth`'s client secret; the accounts of the user may know it as well
    int maxConnections = 3;            ///< Exchange Online's limit for one mailbox
    int maxMessagesPerMinute = 30;
    int maxRecipientsPerDay = 10000;
    /// A sign-in that is refused keeps the mail here so long, then the next host takes it that is signed in to otherwise. Whole
    /// minutes in the file, up to a day; 0: at once.
    std::chrono::milliseconds leaveAfter = std::chrono::minutes(2);
    /// Where another host follows, one that cannot be reached or refuses the sign-in is tried again after so long at the
    /// earliest. Whole minutes in the file, up to a day; 0: as Route::usualWaits says, seconds at first.
    std::chrono::milliseconds leaveFor{0};
    /// Replaces the envelope sender and the From: address where the mailbox may only send as itself; the original
    /// goes to Reply-To. Empty: as the device says.
    std::optional<EmailAddress> sendAs;
    bool operator==(const RelayUpstream &) const = default;
};

/// Signs messages whose From: domain is `domain` or below it (RFC 6376). RSA or Ed25519 (RFC 8463), as the key is.
struct DkimSigning {
    Domain domain;
    QString selector; ///< `relay1` for relay1._domainkey.DOMAIN
    SecretRef key;    ///< PEM private key
    bool operator==(const DkimSigning &) const = default;
};

/// A way out: the first smart host that works takes the mail.
struct RelayRoute {
    QString name;                     ///< unique, not "default"
    std::vector<RelayUpstream> hosts; ///< at least one, in order of preference
    std::vector<DkimSigning> dkim;
    bool operator==(const RelayRoute &) const = default;
};

/// When and how somebody is told that something is wrong. The tray always shows alerts.
struct RelayAlerts {
    std::optional<EmailAddress> mailTo;   ///< empty: by tray only
    std::optional<EmailAddress> mailFrom; ///< empty: as our bounces
    std::optional<QTime> quietFrom;       ///< local time; no mail in the quiet period, one summary after it
    std::optional<QTime> quietTo;
    std::chrono::minutes repeatAfter{24 * 60}; ///< the same alert again, while it lasts
    std::chrono::minutes queueAge{60};         ///< the oldest message that is not held
    int rateFactor = 10;                       ///< times the source's usual number of messages in an hour
    int signInFailures = 5;                    ///< in ten minutes, of one source
    std::chrono::days certificateDays{30};     ///< before a certificate or client secret ends
    bool unknownSource = true;                 ///< the first conversation of a peer that no row names
    bool operator==(const RelayAlerts &) const = default;
};

/// "schema": "relaywright.relay/1". Produced from a plan, editable by hand. Strict: unknown keys, wrong types and
/// impossible values are errors with their JSON path.
struct RelayConfig {
    QString name = QStringLiteral("default"); ///< names the control socket and the spool folder
    QString spoolFolder;                      ///< empty: the user's data folder
    QString hostName;                         ///< greeting and EHLO; empty: this computer's name
    std::vector<RelayListener> listeners;     ///< at least one
    std::vector<RelayAccount> accounts;
    std::vector<RelayDevice> devices;     ///< the admission table
    bool refuseStrangers = false;         ///< peers that no row of `devices` names: 550 5.7.1
    std::vector<Domain> internalDomains;  ///< for `internalOnly`; each with what is below it
    RelayUpstream upstream;               ///< the default route
    std::vector<RelayUpstream> fallbacks; ///< of the default route, in order
    std::vector<DkimSigning> dkim;        ///< of the default route
    std::vector<RelayRoute> routes;       ///< others, for devices that name them
    std::uint64_t maxMessageOctets = 50ull << 20;
    int maxRecipientsPerMessage = 1000;
    std::uint64_t minFreeOctets = 100ull << 20; ///< below it: 452 4.3.1
    std::chrono::hours expiry{48};              ///< then a bounce
    /// Then a sender who asked for it hears that the message waits (RFC 3461 DELAY); 0: never.
    std::chrono::minutes delayReport{4 * 60};
    std::chrono::days historyKept{30};
    std::uint64_t maxHistoryOctets = 1ull << 30;  ///< the oldest history goes before its time beyond
    std::chrono::days contentsKept{0};            ///< contents of messages that ended, to send one again; 0: not kept
    std::uint64_t maxContentsOctets = 1ull << 30; ///< the oldest go before their time beyond
    std::optional<EmailAddress>
        postmaster;                  ///< receives bounces of ours that could not be delivered; empty: only the journal
    std::optional<Endpoint> metrics; ///< Prometheus text over HTTP, on a loopback address only
    QString logFile;                 ///< JSON lines; empty: none
    bool systemLog = false;          ///< journald, syslog or the Windows event log too
    RelayAlerts alerts;
    bool operator==(const RelayConfig &) const = default;

    /// The default route first; as `upstream`, `fallbacks`, `dkim` and `routes` say.
    [[nodiscard]] std::vector<RelayRoute> allRoutes() const;
};

/// The name of the route that `upstream` and `fallbacks` make.
[[nodiscard]] QString defaultRouteName();

/// Error: InvalidInput (with the JSON path), Unsupported for a newer schema. Refuses what would be an open relay:
/// a listener without networks and without sign-in, or 0.0.0.0/0 and ::/0 in any spelling (0.0.0.0/1 with 128.0.0.0/1,
/// ...) unless peers must sign in.
[[nodiscard]] Result<RelayConfig> parseRelayConfig(const QByteArray &json);
[[nodiscard]] QByteArray toJson(const RelayConfig &config);

} // namespace relaywright
