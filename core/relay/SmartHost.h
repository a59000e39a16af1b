// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/GraphMailer.h"
#include "core/relay/DeliveryDesk.h"
#include "core/relay/HostCertificate.h"
#include "core/relay/HostSignIn.h"
#include "core/relay/UpstreamConnection.h"
#include "core/relay/Verdict.h"

#include <QObject>

#include <vector>

namespace relaywright {

/// One smart host of a route: how well the way to it works, its quota, its sign-in and its connections.
class SmartHost : public QObject {
    Q_OBJECT
public:
    /// Who could take its mail.
    struct Followers {
        bool any = false;
        Route::OtherSignIn other = Route::OtherSignIn::None;
    };
    /// `desk` outlives it.
    SmartHost(RelayUpstream upstream, QByteArray authorityPem, const DeliveryCommon &common, Followers followers,
              DeliveryDesk &desk, QObject *parent);
    ~SmartHost() override;

    /// What may be done with a message to so many recipients now.
    enum class Readiness {
        Ready, ///< it may go, once a connection is there
        Probe, ///< nobody knows; one connection may be tried
        Waits, ///< not yet, and no other host would help: `wakeAt` says when, if the time is known
        Left,  ///< another host should take it; here `wakeAt` is when to look again
    };
    struct Outlook {
        Readiness readiness = Readiness::Ready;
        std::optional<TimePoint> wakeAt;
        bool quota = false; ///< only the quota is in the way
        bool once = false;  ///< with Ready: a message is the only way to know, so one at a time
    };
    [[nodiscard]] Outlook outlook(TimePoint now, int recipients);

    [[nodiscard]] const RelayUpstream &upstream() const { return m_upstream; }
    [[nodiscard]] const Route &route() const { return m_route; }
    [[nodiscard]] RateLimiter &limiter() { return *m_limiter; }
    [[nodiscard]] std::uint64_t account() const { return m_account; }
    [[nodiscard]] int busyConnections() const;
    [[nodiscard]] int messagesLeftThisMinute() const { return m_limiter->messagesLeft(m_desk.clock.now()); }
    [[nodiscard]] bool hasConnections() const { return !m_connections.empty(); }

    /// A connection that may be told to send, within what is allowed now; null when there is none.
    [[nodiscard]] UpstreamConnection *idleConnection(TimePoint now);
    /// So many more messages wait for one.
    void openConnections(TimePoint now, int wanted);
    /// True when there is no password, token or client certificate where one is needed, or it is doubted; asks for it, once.
    [[nodiscard]] bool waitsForSignIn();
    /// Somebody typed it. Tries at once.
    [[nodiscard]] bool takesPassword() const { return m_signIn && m_signIn->takesPassword(); }
    void setPassword(const Secret &password);
    /// Nobody waits for it, and it was not refused.
    [[nodiscard]] bool isSignInFine() const { return !lacksSignIn() && m_route.state() != Route::State::Held; }
    /// Null where none is shown.
    [[nodiscard]] const HostCertificate *certificate() const { return m_certificate.get(); }
    /// That it showed of itself at the last connection; nothing before the first one, without TLS, and of Microsoft Graph.
    [[nodiscard]] const std::optional<CertificateLife> &certificateOfHost() const { return m_certificateOfHost; }
    /// There is none that can be shown, so nothing goes there.
    [[nodiscard]] bool lacksCertificate() const { return m_certificate && m_certificate->isMissing(); }
    /// Every few seconds: notices a client certificate that was renewed, and tries once a day whether the password still signs
    /// in where no mail has shown it. Nothing is sent then, and a host that cannot be reached is no news.
    void look();
    void tryNow();
    /// What came of a message on `connection`.
    void tell(const AttemptVerdict &verdict, UpstreamConnection &connection);
    /// Closes politely, after the messages at hand.
    void quit();
    void cancel();

Q_SIGNALS:
    /// Something may be sent that could not be before, or the other way round.
    void changed();
    /// It works again, is left, or is held: one sentence.
    void stateChanged(const QString &sentence);
    /// It did not do what it should, again or for the first time.
    void troubled();
    /// The message at hand is `connection.takeLoad()`.
    void messageDone(relaywright::UpstreamConnection &connection, const relaywright::AttemptVerdict &verdict);
    void connectionGone();

private:
    [[nodiscard]] bool lacksSignIn() const;
    [[nodiscard]] bool isMissingSomething() const { return (m_signIn && m_signIn->isMissing()) || lacksCertificate(); }
    void ask();
    void hearCertificate();
    void testSignIn(TimePoint now);
    /// True when `connection` was a test that found out nothing.
    [[nodiscard]] bool wasIdleTest(const UpstreamConnection &connection, RouteNews news);
    void onWorks();
    void onSignInAtHand();
    void onFinished(UpstreamConnection &connection, const ConnectionVerdict &verdict);
    /// True when something else may do better at once.
    [[nodiscard]] bool isRefusedOnlyThis(const UpstreamConnection &connection);
    /// Null without a sign-in.
    [[nodiscard]] const Secret *signedInWith(const UpstreamConnection &connection) const;
    void tell(RouteNews news, const QString &reason, std::chrono::milliseconds atLeast = {});
    [[nodiscard]] std::unique_ptr<GraphMailer> makeMailer() const;
    [[nodiscard]] UpstreamConnection *makeConnection(const std::optional<Credentials> &credentials);

    RelayUpstream m_upstream;
    QByteArray m_authorityPem;
    QByteArray m_hostName;
    std::chrono::milliseconds m_patience;
    DeliveryDesk &m_desk;
    Route m_route;
    std::uint64_t m_account;
    std::shared_ptr<RateLimiter> m_limiter;
    std::unique_ptr<GraphMailer> m_graph;            // made when it is needed
    std::unique_ptr<HostSignIn> m_signIn;            // null: none is wanted
    std::unique_ptr<HostCertificate> m_certificate;  // null: none is shown
    std::optional<CertificateLife> m_certificateOfHost;
    std::vector<UpstreamConnection *> m_connections; // children of this
    std::map<const UpstreamConnection *, Secret> m_signedInWith;
    std::optional<TimePoint> m_testAt; // when the password is tried; nothing: there is none
    const UpstreamConnection *m_testing = nullptr;
    bool m_waitsForOwn = false; // for a token or certificate, and for nothing that the host itself said
};

} // namespace relaywright
