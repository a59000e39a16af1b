// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/knowledge/Knowledge.h"
#include "core/plan/Plan.h"
#include "core/verify/Finding.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <memory>

namespace relaywright {

/// One line of a run before it has run.
struct Check {
    QString id; ///< of the finding to come
    Topic topic = Topic::Mx;
    QString title;
    bool operator==(const Check &) const = default;
};

struct VerificationSettings {
    QStringList selectors;          ///< DKIM, besides those that Exchange Online uses
    bool blocklists = true;         ///< asks strangers about the site's addresses: can be switched off
    bool reach = true;              ///< connects to the servers of the plan
    QStringList only;               ///< ids of checks; empty: all
    std::uint16_t policyPort = 443; ///< of MTA-STS policies
    QByteArray policyAuthorities;   ///< PEM, besides the system's authorities
};

/// Runs the checks of a plan: the domains' records, what receivers will decide for each sender, the addresses that mail
/// leaves from, and whether the servers can be reached. Checks run at the same time; findings come as they are known,
/// each question to the DNS and each connection with a limit of its own. What a slot does may destroy it. `site` and
/// `plan` are copied, `knowledge` is not needed any more once it is made; `dns` stays.
class Verification : public QObject {
    Q_OBJECT
public:
    Verification(const Site &site, const Plan &plan, const Knowledge &knowledge, DnsClient &dns,
                 const VerificationSettings &settings = {}, QObject *parent = nullptr);
    ~Verification() override;
    /// What will be looked at, in the order of the page; known before the start.
    [[nodiscard]] const std::vector<Check> &checks() const;
    void start();
    /// No further signal but `finished`, at once; nothing when it is not running.
    void cancel();

Q_SIGNALS:
    void progressed(int done, int total);
    void found(const relaywright::Finding &finding);
    void finished();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// One SPF check with the DNS behind it; `done` runs through the event loop, and is dropped if `context` dies first.
/// After 20 seconds in all it is a temperror (RFC 7208 §4.6.4 recommends such a limit).
void checkSpf(const SpfRequest &request, DnsClient &dns, QObject *context,
              std::function<void(const SpfVerdict &)> done);
/// The same where some answers are given, such as withRecord()'s: what if. `records` may be shared by many
/// checks, so that each record is parsed once.
void checkSpf(const SpfRequest &request, const SpfKnown &known, DnsClient &dns, QObject *context,
              std::function<void(const SpfVerdict &)> done, std::shared_ptr<SpfRecordCache> records = nullptr);

/// Walks the SPF record of `domain`, or `record` as if it published that. After 20 seconds in all, what has no answer
/// yet has failed.
void surveySpf(const QString &domain, const std::optional<QString> &record, DnsClient &dns, QObject *context,
               std::function<void(const SpfNode &)> done);

} // namespace relaywright
