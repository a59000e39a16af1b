// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/OutgoingContent.h"
#include "core/relay/RelayStatus.h"
#include "core/relay/Settling.h"
#include "core/relay/SigningKeys.h"
#include "core/relay/SmartHost.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <deque>
#include <memory>
#include <set>
#include <vector>

namespace relaywright {

/// A claimed message with what its device's row makes of it.
struct OutgoingMail {
    SpoolMessage message;
    std::shared_ptr<const RelayDevice> device; ///< its row of the admission table; null: none
};

/// Takes the messages of one route to the first of its smart hosts that works, over a few connections that serve several
/// messages each, and hands what became of each to the desk. It keeps no message that the spool does not have.
///
/// A host is left for the next one only for what that can cure (Route::isLeft), for as long as its waits say; then a
/// connection is tried, and when it stands the mail goes there again. A refused sign-in is for a person to mend, so the mail
/// waits; but not where a host further on is signed in to otherwise: after a while that one takes it.
class RouteRunner : public QObject {
    Q_OBJECT
public:
    /// `desk` outlives it. `tag` is this route's own in this run.
    RouteRunner(RouteSettings settings, DeliveryCommon common, RouteTag tag, DeliveryDesk &desk, QObject *parent);
    ~RouteRunner() override;

    [[nodiscard]] const RouteSettings &settings() const { return m_settings; }
    [[nodiscard]] const DeliveryCommon &common() const { return m_common; }
    [[nodiscard]] const QString &name() const { return m_settings.route.name; }
    [[nodiscard]] RouteTag tag() const { return m_tag; }
    [[nodiscard]] bool isHeld() const;
    [[nodiscard]] QString reason() const;
    [[nodiscard]] RouteStatus status() const;
    [[nodiscard]] int busyConnections() const;
    /// When it looks again, while it waits for something.
    [[nodiscard]] std::optional<TimePoint> nextTry() const { return m_nextTry; }
    /// True while only the quota is in the way.
    [[nodiscard]] bool waitsForQuota() const { return m_waitsForQuota; }
    [[nodiscard]] int messagesLeftThisMinute() const;
    /// The host that takes the mail now, or would be tried first.
    [[nodiscard]] const SmartHost &current() const;
    [[nodiscard]] const std::vector<SmartHost *> &hosts() const { return m_hosts; }
    /// Settled by whoever has nothing better: what the configuration of now says of reports.
    [[nodiscard]] SettlingContext context(const SpoolMessage &message, const RelayUpstream &host) const;

    /// How many more messages it takes now; 0 while it waits for something.
    [[nodiscard]] int room();
    /// It has few enough left that it is worth asking the spool for more.
    [[nodiscard]] bool isHungry();
    void take(OutgoingMail mail);
    /// It cannot take this one now: it waits out of the way of other routes' messages, until the route has room again.
    void park(const SpoolMessage &message, Parking parking);
    void park(const SpoolMessage &message) { park(message, isHeld() ? Parking::Keeps : Parking::Expires); }
    [[nodiscard]] bool mayHaveParked() const { return m_mayHaveParked; }
    void setParked(bool some) { m_mayHaveParked = some; }
    /// Sends what it can. Asks for more with `wantsMail`.
    void pump();
    /// True: nothing is sent until it is false again.
    void setSuspended(bool suspended);
    void tryNow();
    /// Every few seconds: notices client certificates that were renewed, and passwords that do not sign in any more.
    void look();
    /// To the hosts that lack one or were refused; to the first one with a sign-in when `anyway`. False: nobody wanted it.
    bool setPassword(const Secret &password, bool anyway);
    /// Finishes what is under way, gives back the rest, and takes nothing more; `finished` once the last connection is gone.
    void retire();
    void cancel();

Q_SIGNALS:
    void wantsMail();
    /// A host works again, is left or is held: one sentence.
    void stateChanged(const QString &sentence);
    /// A host did not do what it should.
    void troubled();
    void finished();

private:
    using Load = UpstreamConnection::Load;

    void pumpOnce();
    [[nodiscard]] int batch();
    void tellWhenFinished();
    void onKeysChanged();
    [[nodiscard]] SmartHost *choose(TimePoint now, int recipients);
    [[nodiscard]] bool anyHostHelps(TimePoint now);
    void send(SmartHost &host, UpstreamConnection &connection, OutgoingMail mail, TimePoint now);
    void onContent(SmartHost &host, UpstreamConnection &connection, Result<OutgoingContent> content);
    void onMessageDone(SmartHost &host, UpstreamConnection &connection, const AttemptVerdict &verdict);
    void onHostStateChanged(const SmartHost &host, const QString &sentence);
    void onHostTroubled();
    [[nodiscard]] SmartHost::Followers followersOf(std::size_t host) const;
    [[nodiscard]] QString leftText(const SmartHost &host, TimePoint now);
    void tellOfLeftHosts(TimePoint now);
    [[nodiscard]] QString detour(const SmartHost &host) const;
    /// The message cannot be read now: an attempt, and a later one.
    void postpone(const SmartHost &host, const SpoolMessage &message, const QString &reason, const QuotaUse &quota);
    /// What is claimed and not begun goes back, with the reason in its story.
    void standBack();
    void settle(Settlement settlement);
    void wakeAt(TimePoint time);

    RouteSettings m_settings;
    DeliveryCommon m_common;
    RouteTag m_tag;
    DeliveryDesk &m_desk;
    std::vector<SmartHost *> m_hosts; // children of this
    SigningKeys m_keys;
    std::shared_ptr<DeliveryLatency> m_latency; // the desk knows it by our name
    std::deque<OutgoingMail> m_ready; // claimed, waiting for a connection
    QTimer m_timer;
    QThreadPool m_readers; // of large messages that are to be signed
    std::optional<TimePoint> m_nextTry;
    std::set<const SmartHost *> m_toldLeft; // those that refuse the sign-in, and that they were left
    TimePoint m_quotaPause{}; // nothing is claimed before it
    bool m_mayHaveParked = false;
    bool m_waitsForQuota = false;
    bool m_suspended = false;
    bool m_retired = false;
    bool m_finished = false;
    bool m_pumping = false;
    bool m_pumpAgain = false;
};

} // namespace relaywright
