// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/session/SmtpClient.h"
#include "core/site/Site.h"

#include <QObject>
#include <QStringList>

#include <memory>
#include <vector>

namespace relaywright {

/// An address of the site that should exist, and what it is used for.
struct AddressQuestion {
    EmailAddress address;
    QStringList uses; ///< "From of Scanner", "replies to UPS"
    bool operator==(const AddressQuestion &) const = default;
};

/// Every address that senders send as, sign in with or take replies at, each once, in the site's order. Pure.
[[nodiscard]] std::vector<AddressQuestion> addressesToCheck(const Site &site);

/// What the server of its domain says about one address.
struct AddressAnswer {
    enum class Verdict {
        Taken,     ///< RCPT was accepted, and a made-up neighbour was not
        Unknown,   ///< the server says that there is no such address
        CannotTell ///< it takes every address, refuses us, or gives no answer
    };
    AddressQuestion question;
    Verdict verdict = Verdict::CannotTell;
    QString seen;        ///< the reply to RCPT, or what happened instead
    QString sentence;    ///< what it means
    bool reached = true; ///< false: no server could be asked, because of the network or the DNS
};
[[nodiscard]] QString toString(AddressAnswer::Verdict verdict); ///< taken unknown cannot-tell

/// The word that a reply to RCPT deserves; `madeUp` is the reply to an address that cannot exist (nothing: not known).
/// Pure. A 250 is never called a proof: servers may take an address and bounce later.
[[nodiscard]] AddressAnswer judgeAddress(const AddressQuestion &question, const std::optional<Reply> &reply,
                                         const std::optional<Reply> &madeUp);

struct AddressExistenceSettings {
    std::optional<Endpoint> server{}; ///< asked in place of the MX hosts
    std::uint16_t port = 25;          ///< of the MX hosts
    QByteArray ehloName{};
    ReversePath from{}; ///< nothing: the null reverse-path, as bounces have it
    std::chrono::milliseconds patience = std::chrono::seconds(30);
};

/// Asks the MX host of each domain by RCPT whether its addresses exist; no message is sent. One connection a domain at a
/// time, at most `kMostAsked` addresses each. Needs an event loop. `dns` outlives it.
class AddressExistence : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kMostAsked = 100;

    AddressExistence(std::vector<AddressQuestion> questions, AddressExistenceSettings settings, DnsClient &dns,
                     QObject *parent = nullptr);
    ~AddressExistence() override;
    void start();
    /// What has no answer yet stays without; `finished` follows before this returns.
    void cancel();

Q_SIGNALS:
    void answered(const relaywright::AddressAnswer &answer);
    void finished(); ///< exactly once

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
