// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/RelayConfig.h"
#include "core/relay/RelayEvents.h"
#include "core/relay/RelayStatus.h"

#include <QDateTime>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace relaywright {

/// What the alerts need to know besides events; looked at every few seconds.
struct AlertFacts {
    struct Certificate {
        QString name; ///< the listener or smart host: `192.0.2.10:465`
        TimePoint ends{};
        enum class Of {
            Listener,    ///< that devices look at
            ShownToHost, ///< that the relay shows to a smart host
            Host,        ///< that a smart host shows
        };
        Of of = Of::Listener;
        TimePoint begins{}; ///< of a smart host's
    };
    /// An account that signs in with access tokens.
    struct Credential {
        QString account;                 ///< its mailbox, usually
        std::optional<TimePoint> ends{}; ///< its secret or certificate, where that is known
        bool isCertificate = false;
        QString unstored{}; ///< why its renewed sign-in is not in the keychain yet; empty: it is
    };
    std::vector<RouteStatus> routes;
    std::optional<TimePoint> oldest; ///< when the oldest message came that waits and is not held
    quint64 queued = 0;              ///< messages that wait and are not held
    bool paused = false;             ///< an operator knows why the queue gets old
    bool spoolFails = false;
    quint64 freeOctets = 0;
    quint64 minFreeOctets = 0; ///< below it mail is refused
    std::vector<Certificate> certificates;
    std::vector<Credential> credentials;
};

/// When somebody should look: rules over events and facts. Raised and cleared with hysteresis, so that a value at its limit
/// does not come and go. Pure: time comes in. Bounded in sources (10,000, those that were longest silent are forgotten).
///
/// | kind | raised | cleared |
/// | --- | --- | --- |
/// | unknown-source | a peer that no row of the table names sends its first mail | after a day |
/// | sign-in-failures | `signInFailures` of one source within ten minutes | half an hour without one |
/// | rate | a source sends `rateFactor` times as much in an hour as its usual, and 30 or more | below half of that |
/// | queue-age | the oldest message waits for `queueAge` | below three quarters of that |
/// | upstream | a route is held at once, one of its hosts refuses the sign-in, or it is down for two minutes | it works for a minute |
/// | disk | less free than twice the watermark | more than three times |
/// | spool | what became of mail cannot be written | it can |
/// | certificate | of a listener, or shown to a smart host, ends within `certificateDays` | a later one |
/// | server-certificate | that a smart host shows ends within `certificateDays`, or within a sixth of its life where that is shorter: who renews often, renews late | a later one |
/// | credential | what an account signs in with ends within `certificateDays` | a later one |
/// | sign-in | a person's renewed sign-in cannot be kept, and would be lost at the end of the program | it can |
///
/// What ends one day is told at `certificateDays`, then 14, 7 and 1 days before, and again and again only when it has ended.
class Alerts {
public:
    struct Change {
        AlertStatus alert;
        bool raised = false;   ///< else it is over
        bool repeated = false; ///< it was told before and lasts
        bool operator==(const Change &) const = default;
    };

    explicit Alerts(RelayAlerts settings) : m_settings(std::move(settings)) {}
    /// After a new configuration; what is raised stays until its rule says otherwise.
    void setSettings(const RelayAlerts &settings) { m_settings = settings; }

    /// Of a device: mail that was accepted (with whether a row of the table names it), a sign-in that failed.
    void onAccepted(const QString &source, bool known, TimePoint now);
    void onSignInFailed(const QString &source, TimePoint now);
    /// Looks at everything; answers what changed since the last look, each alert at most once.
    [[nodiscard]] std::vector<Change> look(const AlertFacts &facts, TimePoint now);

    /// The youngest first.
    [[nodiscard]] std::vector<AlertStatus> current() const;

private:
    static constexpr std::size_t kMaxSources = 10'000;

    struct Raised {
        AlertStatus alert;
        TimePoint told{};
        std::optional<TimePoint> quietSince; ///< its cause is gone since then
        int step = 0;                        ///< of its nearing end, when it was told
    };
    /// Messages of a source: of the hour at hand, and what is usual for it (an average over hours, weighing the last ones more).
    struct Source {
        std::int64_t hour = 0; ///< hours since 1970
        int messages = 0;
        double usual = 0;
        int hours = 0; ///< how many it was seen in
        TimePoint last{};
        std::deque<TimePoint> failures;
        bool known = true;
    };
    using Key = std::pair<QString, QString>; // kind, subject

    Source &source(const QString &name, TimePoint now);
    void lookAt(const QString &kind, const QString &subject, bool bad, bool good, const QString &sentence,
                TimePoint now, std::chrono::milliseconds calm = {}, int step = 0);
    /// What is told, `sooner` with %1 for when, and `over` when it has ended.
    struct EndWords {
        QString sooner, over;
    };
    void lookAtEnd(const QString &kind, const QString &subject, TimePoint ends, const EndWords &words, TimePoint now,
                   std::optional<std::chrono::milliseconds> within = std::nullopt);
    [[nodiscard]] static EndWords wordsOf(const AlertFacts::Certificate &certificate);
    void lookAtSources(TimePoint now);
    void lookAtRoutes(const AlertFacts &facts, TimePoint now);
    void lookAtSpool(const AlertFacts &facts, TimePoint now);
    void lookAtCertificates(const AlertFacts &facts, TimePoint now);
    void lookAtCredentials(const AlertFacts &facts, TimePoint now);
    void dropVanished(const QString &kind, const std::set<QString> &subjects, TimePoint now);

    RelayAlerts m_settings;
    std::map<QString, Source> m_sources;
    std::map<Key, Raised> m_raised;
    std::map<QString, TimePoint> m_downSince; // by route
    std::vector<Change> m_changes;
};

/// Whether `local` is in the quiet period of the settings, which may go over midnight.
[[nodiscard]] bool isQuiet(const RelayAlerts &settings, const QTime &local);

} // namespace relaywright
