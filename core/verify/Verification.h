// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/knowledge/Knowledge.h"
#include "core/mailauth/SpfEvaluation.h"
#include "core/plan/Plan.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <functional>
#include <memory>

namespace relaywright {

/// Words: good attention wrong could-not-tell. "Could not tell" is never dressed as good.
enum class Verdict { Good, Attention, Wrong, CouldNotTell };
[[nodiscard]] QString toString(Verdict verdict);

struct Finding {
    /// `mx`, `spf` for the first accepted domain, `mx.domain.NAME`, `spf.domain.NAME` for others, `spf.sender.ID`,
    /// `reach.smtp.office365.com:587`, `reach.mx:25` when the MX host is not known.
    QString id;
    Verdict verdict = Verdict::CouldNotTell;
    QString title; ///< what was looked at
    QString seen;  ///< the record, the reply, the server
    QString why;   ///< why it matters
    QString todo;  ///< what to do; empty when good
    bool operator==(const Finding &) const = default;
};

/// Runs the checks of a plan: MX, SPF (with the evaluation for each egress address) and reachability of host:port for
/// each chosen method. Checks run at the same time; findings come as they are known, each question to the DNS and each
/// connection with a limit of its own. What a slot does may destroy it. `site` and `plan` are copied, `knowledge` is
/// not needed any more once it is made; `dns` stays.
class Verification : public QObject {
    Q_OBJECT
public:
    Verification(const Site &site, const Plan &plan, const Knowledge &knowledge, DnsClient &dns,
                 QObject *parent = nullptr);
    ~Verification() override;
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

[[nodiscard]] QJsonObject toJson(const Finding &finding);

} // namespace relaywright
