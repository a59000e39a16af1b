// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/verify/Finding.h"
#include "ui/text/VerdictText.h"

#include <QDateTime>
#include <QString>

#include <optional>

namespace relaywright {

/// How a line of the checks is shown; one without a verdict was not looked at yet, which is a state of its own and
/// never dressed as good.
[[nodiscard]] VerdictLook lookOf(const std::optional<Verdict> &verdict);

/// "Mail exchange (MX)", "SPF", "What receivers will decide", ...
[[nodiscard]] QString topicName(Topic topic);

/// How long an answer stays true: "45 s", "5 min", "24 h", "7 d"; a dash when it is not known.
[[nodiscard]] QString ttlText(std::chrono::seconds ttl);
/// Whether the resolver validated it: "validated", "not validated"; a dash for what is no answer of the DNS.
[[nodiscard]] QString dnssecText(const Evidence &evidence);

/// A kind of artifact in words that fit behind "Open": "the SPF record", "the DKIM script".
[[nodiscard]] QString artifactWords(const QString &kind);

/// "09:12 today", "12 November 2026, 09:12", in local time.
[[nodiscard]] QString momentText(const QDateTime &when, const QDateTime &now);

/// "Worse", "Changed", "New", ...
[[nodiscard]] QString driftWord(Drift::Kind kind);

/// The line as text for a mail: verdict, what was seen, what to do, why, the evidence.
[[nodiscard]] QString toText(const Finding &finding);

/// The record that a question of the DNS asks for; nothing for other evidence.
struct RecordName {
    QString name;
    DnsType type = DnsType::Txt;
    bool operator==(const RecordName &) const = default;
};
[[nodiscard]] std::optional<RecordName> recordOf(const Evidence &evidence);

} // namespace relaywright
