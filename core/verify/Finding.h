// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/mailauth/SpfSurvey.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

/// Words: good attention wrong could-not-tell. "Could not tell" is never dressed as good.
enum class Verdict { Good, Attention, Wrong, CouldNotTell };
[[nodiscard]] QString toString(Verdict verdict);
[[nodiscard]] std::optional<Verdict> parseVerdict(const QString &word);

/// What a line is about, in the order of the page: mx spf dkim dmarc prediction transport addresses reach.
enum class Topic { Mx, Spf, Dkim, Dmarc, Prediction, Transport, Addresses, Reach };
[[nodiscard]] QString toString(Topic topic);
[[nodiscard]] std::optional<Topic> parseTopic(const QString &word);

/// One thing that was looked at, as it was seen: a record, a reply, a file.
struct Evidence {
    QString question;           ///< `TXT contoso.com`, `https://mta-sts.contoso.com/.well-known/mta-sts.txt`
    QString answer;             ///< record or words, printable; several records one a line
    QString server;             ///< who said so; empty when not known
    std::chrono::seconds ttl{}; ///< how long it stays true; 0 when not known
    bool authentic = false;     ///< validated with DNSSEC
    bool operator==(const Evidence &) const = default;
};

struct Finding {
    /// `TOPIC.WHAT`, stable from run to run: `mx.contoso.com`, `spf.contoso.com`, `spf.sender.scanner`,
    /// `dkim.contoso.com.selector1`, `dmarc.contoso.com`, `prediction.scanner`, `transport.mta-sts.contoso.com`,
    /// `addresses.192.0.2.10.ptr`, `reach.smtp.office365.com:587`.
    QString id;
    Topic topic = Topic::Mx;
    Verdict verdict = Verdict::CouldNotTell;
    QString title;    ///< what was looked at
    QString seen;     ///< in short: the record, the reply, the server
    QString why;      ///< why it matters
    QString todo;     ///< what to do; empty when good
    QString mends;    ///< kind of the artifact that mends it, such as `spf-record`; empty when none does
    QString proposal; ///< text to publish or type in place of what was seen; empty when there is none
    std::vector<Evidence> evidence;
    std::shared_ptr<const SpfNode> spf; ///< the tree, of an SPF record's line only
    bool operator==(const Finding &other) const;
};
[[nodiscard]] QJsonObject toJson(const Finding &finding);
/// Of toJson's output; the SPF tree is not read back. Error: InvalidInput naming the key.
[[nodiscard]] Result<Finding> findingFromJson(const QJsonObject &json);

/// All findings of one run, to be kept and compared with a later one.
struct SavedRun {
    QDateTime when;  ///< UTC
    QString subject; ///< the domain, or the site's name
    std::vector<Finding> findings;
};
/// "schema": "relaywright.checks/1".
[[nodiscard]] QJsonObject toJson(const SavedRun &run);
/// Takes the output of `relaywright-cli --json dns` too. Error: InvalidInput when it is not such a document, naming
/// what is wrong.
[[nodiscard]] Result<SavedRun> readSavedRun(const QByteArray &json);

/// What is different in a line since the saved run.
struct Drift {
    enum class Kind {
        Appeared, ///< this line was not looked at then
        Gone,     ///< it is not looked at any more
        Better,
        Worse,
        Changed, ///< the same verdict, other records; the order of records and TTLs do not count
        Unclear, ///< could not be told then or now
    };
    Kind kind = Kind::Changed;
    QString id;
    QString title;
    QString before; ///< verdict and what was seen then; empty when it appeared
    QString now;
    QString sentence; ///< the change in one sentence
    bool operator==(const Drift &) const = default;
};
[[nodiscard]] QString toString(Drift::Kind kind); ///< appeared gone better worse changed unclear
/// Worse first, then changed, unclear, better, appeared, gone; each in the order of the newer run.
[[nodiscard]] std::vector<Drift> compare(const SavedRun &before, const SavedRun &now);
[[nodiscard]] QJsonObject toJson(const Drift &drift);

} // namespace relaywright
