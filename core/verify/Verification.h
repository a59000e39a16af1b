// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/knowledge/Knowledge.h"
#include "core/plan/Plan.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace relaywright {

/// Words: good attention wrong could-not-tell. "Could not tell" is never dressed as good.
enum class Verdict { Good, Attention, Wrong, CouldNotTell };
[[nodiscard]] QString toString(Verdict verdict);

struct Finding {
    QString id;          ///< `mx`, `spf`, `spf.sender.scanner`, `reach.smtp.office365.com:587`
    Verdict verdict = Verdict::CouldNotTell;
    QString title;       ///< what was looked at
    QString seen;        ///< the record, the reply, the server
    QString why;         ///< why it matters
    QString todo;        ///< what to do; empty when good
    bool operator==(const Finding &) const = default;
};

/// Runs the checks of a plan: MX, SPF (with the evaluation for each egress address) and reachability of host:port for
/// each chosen method. Checks run at the same time; findings come as they are known.
class Verification : public QObject {
    Q_OBJECT
public:
    Verification(const Site &site, const Plan &plan, DnsClient &dns, QObject *parent = nullptr);
    ~Verification() override;
    void start();
    /// No further signal but `finished`, at once.
    void cancel();

Q_SIGNALS:
    void progressed(int done, int total);
    void found(const relaywright::Finding &finding);
    void finished();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// One SPF check with the DNS behind it.
void checkSpf(const struct SpfRequest &request, DnsClient &dns, QObject *context,
              std::function<void(const struct SpfVerdict &)> done);

[[nodiscard]] QJsonObject toJson(const Finding &finding);

} // namespace relaywright
