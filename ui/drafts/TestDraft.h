// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/session/TestRequest.h"
#include "ui/drafts/Problems.h"

#include <map>

namespace relaywright {

/// What a beginner leaves alone: how TLS is spoken and what is believed of the server.
struct TlsDraft {
    std::optional<TlsVersion> minimum; ///< nothing: TLS 1.2
    std::optional<TlsVersion> maximum; ///< nothing: the newest
    QString ciphers;                   ///< OpenSSL's list; empty: its default
    QString serverName;                ///< SNI
    QString expectedName;              ///< name that the certificate must be for
    QString caFile;
    QString certificateFile; ///< PEM, or PKCS#12 by its ending (.p12, .pfx)
    QString keyFile;         ///< empty: the key stands in the certificate’s file
    bool insecure = false;
    bool operator==(const TlsDraft &) const = default;
};

/// How the connection is made and what of the protocol is used.
struct LinkDraft {
    QString ehloName; ///< empty: the name of this computer
    bool heloOnly = false;
    IpFamily family = IpFamily::Any;
    QString source; ///< local address; empty: the system chooses
    std::optional<ProxySettings::Kind> proxyKind;
    QString proxy; ///< host:port
    QString proxyUser;
    QString connectSeconds = QStringLiteral("30");
    QString answerSeconds = QStringLiteral("600");
    std::map<Stage, int> stageSeconds; ///< 1 to 3600, for those stages that have a limit of their own
    bool pipelining = true;
    bool chunking = false;
    bool announceSize = true;
    QString claimedSize; ///< said in place of the true one, such as 25M; empty: the true one
    bool smtpUtf8 = false;
    bool notifySuccess = false; ///< DSN (RFC 3461): a report for each recipient when it arrived,
    bool notifyFailure = false; ///< when it did not,
    bool notifyDelay = false;   ///< when it waits;
    bool notifyNever = false;   ///< no report at all
    DsnRequest::Return dsnReturn = DsnRequest::Return::Unsaid;
    QString dsnEnvelopeId;
    Stage stopAfter = Stage::Quit;
    bool operator==(const LinkDraft &) const = default;
};

/// What else is said of the sender, and of the message.
struct MessageExtras {
    QString fromName;
    QString sender; ///< the Sender: field
    QString replyTo;
    QString html;
    QString headers; ///< `Name: value`, a line each
    QByteArray charset = "utf-8";
    QString fill;    ///< size of an attachment that is made for the test, such as 25M; empty: none
    QString emlFile; ///< not empty: sent as it is, in place of the text
    MessageQuirks quirks;
    bool operator==(const MessageExtras &) const = default;
};

/// A test message and the way it is to go, as typed. No password is part of it.
struct TestDraft {
    QString server;
    QString port = QStringLiteral("587");
    TlsPolicy tls = TlsPolicy::Required;
    QString user;                 ///< signs in; empty: no sign-in, or whom the account is named after
    QString account;              ///< that the user keeps, whose access token signs in; empty: a password does
    bool graph = false;           ///< through Microsoft Graph: then what is of SMTP counts for nothing
    QString mailbox;              ///< that Graph sends from; empty: whom the account is named after
    bool saveToSentItems = true;  ///< by Graph
    QString from;                 ///< send as: From, P2
    QString envelopeFrom;         ///< P1, where it is another one
    bool nullReversePath = false; ///< MAIL FROM:<>, as a report comes
    QString to;                   ///< separated by commas, spaces or line ends
    QString subject;
    QString text;
    QStringList attachments; ///< file paths
    QByteArray authorityPem; ///< trusted besides the system's: the practice server's
    AuthMechanism mechanism = AuthMechanism::Auto;
    QString actAs; ///< authorization identity: act as another user
    QString realm; ///< NTLM's domain
    bool signInWithoutTls = false;
    TlsDraft tlsDetails;
    LinkDraft link;
    MessageExtras extras;
    QString senderId;             ///< of the site, when it behaves as one
    std::optional<Method> method; ///< where the settings came from, for the diagnosis
    bool operator==(const TestDraft &) const = default;
};

/// Fields: server port account user mailbox from envelopeFrom to sender replyTo headers fill source proxy connectSeconds answerSeconds
/// claimedSize tls certificate.
[[nodiscard]] Problems check(const TestDraft &draft);

/// What to do, without its secrets. `hostName` is said where no EHLO name was typed. Error: InvalidInput when `check` has
/// something to say.
[[nodiscard]] Result<TestRequest> toRequest(const TestDraft &draft, const QString &hostName);
/// The draft that gives `request` again: of a record, or of a sender of the site.
[[nodiscard]] TestDraft draftOf(const TestRequest &request);

/// What the plan says for a sender: server, port, TLS, user and From, with `to` and texts kept. Of a local relay it is
/// what the device will use.
[[nodiscard]] TestDraft fillIn(TestDraft draft, const Site &site, const Sender &sender, const Option &option);

} // namespace relaywright
