// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/knowledge/Knowledge.h"
#include "core/site/Site.h"

#include <QDate>
#include <QJsonObject>
#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

/// Contract words: client-submission direct-send connector-relay local-relay high-volume-email
/// azure-communication-services onprem-exchange.
enum class Method {
    ClientSubmission, DirectSend, ConnectorRelay, LocalRelay, HighVolumeEmail, AzureCommunicationServices, OnPremExchange,
};
[[nodiscard]] QString toString(Method method);
[[nodiscard]] std::optional<Method> parseMethod(const QString &word);
/// For people: "Client submission", "Direct send", "Connector relay", "Local relay", ...
[[nodiscard]] QString displayName(Method method);

/// How a method's settings sign in. An attribute of a method, not a method. Words: none basic oauth certificate-or-ip.
enum class Authentication { None, Basic, OAuth, CertificateOrIp };
[[nodiscard]] QString toString(Authentication authentication);

/// One argument for or against, or a thing to change. Names the rule, the sender's fact and the knowledge behind it.
struct Reason {
    enum class Weight {
        Blocks,     ///< hard: the method cannot work
        Change,     ///< works after this change
        Unknown,    ///< an answer is missing that decides
        Against,    ///< a preference against
        For,        ///< a preference for
        Warning,    ///< works, and this must be known (a date, a limit)
    };
    Weight weight = Weight::For;
    QString rule;      ///< id of the rule: `client-submission.needs-tls12`
    QString sentence;  ///< whole English sentence that names the sender's fact
    QString factId;    ///< knowledge fact that it rests on, may be empty
    QString question;  ///< for Unknown: the site question that decides (`senders[scanner].tls`)
    int points = 0;    ///< of a preference: what it counts in the ranking, negative when against
    bool operator==(const Reason &) const = default;
};

[[nodiscard]] QString toString(Reason::Weight weight); ///< blocks change unknown against for warning

/// An unknown answer is never a yes: where a "no" would rule the method out the verdict is CannotTell, where a "no" can
/// be mended it is FitsAfterChanges with an Unknown reason.
enum class Fit { Fits, FitsAfterChanges, DoesNotFit, CannotTell };
[[nodiscard]] QString toString(Fit fit); ///< fits fits-after-changes does-not-fit cannot-tell

/// What stands for the host of a local relay until its name or address on the LAN is known: words, not a name.
[[nodiscard]] QString localRelayHost();

/// The settings a device or relay needs for a method.
struct MethodSettings {
    QString host;              ///< name; empty when it must be looked up first (MX); of a local relay localRelayHost()
    std::uint16_t port = 0;
    QString tls;               ///< contract words of TlsPolicy: none opportunistic starttls implicit
    Authentication authentication = Authentication::None;
    QString user;              ///< sign-in mailbox; empty when none
    bool byCertificate = false; ///< of Authentication::CertificateOrIp: known by its client certificate
    bool operator==(const MethodSettings &) const = default;
};

/// How a local relay hands mail on: by an SMTP method, or through Microsoft Graph where no mail port is open.
struct Upstream {
    std::optional<Method> method;          ///< nullopt: Microsoft Graph, over HTTPS
    MethodSettings settings;               ///< of the relay, not of the sender
    bool operator==(const Upstream &) const = default;
};
[[nodiscard]] QString toString(const Upstream &upstream);    ///< the method's word, or `graph`
[[nodiscard]] QString displayName(const Upstream &upstream); ///< the method's name, or "Microsoft Graph"

/// A method judged for one sender.
struct Option {
    Method method = Method::ClientSubmission;
    Fit fit = Fit::DoesNotFit;
    MethodSettings settings;
    std::optional<Upstream> upstream;      ///< of a local relay
    std::vector<Reason> reasons;
    std::optional<QDate> worksUntil;       ///< a dated switch-off known today
    bool operator==(const Option &) const = default;
    [[nodiscard]] bool isUsable() const { return fit == Fit::Fits || fit == Fit::FitsAfterChanges; }
    /// The preferences of its reasons added up. Usable methods come first, then those with more points.
    [[nodiscard]] int points() const;
};

struct SenderPlan {
    QString senderId;
    std::vector<Option> options;           ///< best first; `chosen` is front() when it fits or fits after changes
    QString noneBecause;                   ///< where nothing is chosen: why, in whole sentences; empty otherwise
    bool operator==(const SenderPlan &) const = default;
    [[nodiscard]] const Option *chosen() const;
    [[nodiscard]] const Option *find(Method method) const;
};

/// What one answer to a question would choose for a sender, where that is another way than today's.
struct AnswerEffect {
    QString answer;    ///< the answer's word: yes no tls1.2 internal ...; `known` where it is a name or an address
    QString senderId;
    QString way;       ///< word of the method chosen then, `local-relay/graph` with an upstream; empty: none
    QString wayName;   ///< the same for people: "direct send", "no method"
    bool operator==(const AnswerEffect &) const = default;
};

/// A question whose answer would change the plan.
struct OpenQuestion {
    QString path;      ///< `organisation.rejectDirectSend`, `senders[scanner].tls`
    QString sentence;  ///< the question, and what each answer would change
    std::vector<AnswerEffect> effects; ///< which other ways it would choose; empty: it only confirms or adds a change
    bool operator==(const OpenQuestion &) const = default;
};

/// "If the answer is yes: Scanner and 3 more would use direct send." One sentence for each answer and way.
[[nodiscard]] QStringList effectSentences(const OpenQuestion &question, const Site &site);

struct Plan {
    QDate asOf;                            ///< the day it was made for
    std::vector<SenderPlan> senders;       ///< in the site's order
    std::vector<OpenQuestion> questions;   ///< those that would change most senders first
    std::vector<Reason> siteNotes;         ///< what holds for the whole site (three devices per account, sub-domain, ...)
    bool operator==(const Plan &) const = default;
};

/// Picks a method for each sender, with reasons. Pure: same site, knowledge and day, same plan. Unknown never counts
/// as yes. The order of senders does not matter. Each verdict is the sum of rules that core/plan keeps in tables
/// (core/plan/Rules.h): hard ones decide the fit, preferences only the order.
[[nodiscard]] Plan advise(const Site &site, const Knowledge &knowledge, QDate today);

/// "schema": "relaywright.plan/1".
[[nodiscard]] QJsonObject toJson(const Plan &plan, const Site &site);

} // namespace relaywright
