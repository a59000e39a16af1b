// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfRecord.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright {

class SpfRecordCache;

enum class SpfResult { Pass, Fail, SoftFail, Neutral, None, TempError, PermError };
/// Contract words: pass fail softfail neutral none temperror permerror.
[[nodiscard]] QString toString(SpfResult result);

/// A DNS question an evaluation asks; the room does no I/O, so its own words for it.
enum class SpfQueryType { Txt, A, Aaaa, Mx, Ptr };
struct SpfQuery {
    QString name;
    SpfQueryType type = SpfQueryType::Txt;
    bool operator==(const SpfQuery &) const = default;
};
struct SpfAnswer {
    enum class Status { Found, Void, Failed }; ///< Void: NXDOMAIN or no data (RFC 7208 §4.6.4); Failed: temperror
    Status status = Status::Void;
    QByteArrayList texts;
    std::vector<IpAddress> addresses;
    QStringList names; ///< MX exchanges by preference, PTR names
    /// Octets of each string that a text was published in, one list for each of `texts`; empty when not known.
    std::vector<std::vector<int>> textStrings{};
};

/// Answers that are known without asking anybody, such as a cache's. Nothing: the DNS must be asked.
using SpfKnown = std::function<std::optional<SpfAnswer>(const SpfQuery &)>;
/// What if `domain` published `record`: that one answer in front of `below`, which may be empty.
[[nodiscard]] SpfKnown withRecord(const QString &domain, const QString &record, SpfKnown below = {});

struct SpfRequest {
    IpAddress ip;
    QString helo;     ///< as given by the client
    QString mailFrom; ///< address; empty or `<>` for the null reverse-path: HELO is checked (§2.4)
    QString receiver = QStringLiteral("unknown"); ///< %{r}, in explanations only
    std::chrono::sys_seconds time{};              ///< %{t}, in explanations only
};

/// RFC 7208 §4.6.4: more is a permerror.
inline constexpr int kSpfMaxLookups = 10;
inline constexpr int kSpfMaxVoidLookups = 2;

/// One step of how the result came about: a term, what it matched, what it cost.
struct SpfTraceStep {
    int depth = 0; ///< 0: the domain's own record; steps come in the order of evaluation, a tree by depth
    QString domain;
    QString term; ///< `include:spf.protection.outlook.com`
    bool matched = false;
    int lookups = 0; ///< spent by this term with all below it
    int voidLookups = 0;
    QString note; ///< a sentence, empty when there is nothing to say
};

struct SpfVerdict {
    SpfResult result = SpfResult::None;
    QString matchedTerm; ///< of the domain's own record or the one redirected to; empty when none did
    QString explanation; ///< `exp` of a fail, else empty
    QString reason;      ///< one sentence: why this result
    int lookups = 0;     ///< of 10 (§4.6.4)
    int voidLookups = 0; ///< of 2
    std::vector<SpfTraceStep> trace;
};

/// check_host() of RFC 7208 §4 without I/O: ask `pending()` for the questions it needs now, `feed` each answer, until
/// `verdict()` is there. Bounded: at most 10 lookups, 2 void lookups, 10 names per mx or ptr; the lookup limit bounds
/// the recursion too.
///
/// Questions that `known` answers are not pending; when it answers all, the verdict is there at once, after one pass.
class SpfEvaluation {
public:
    /// `records` keeps parsed records for further evaluations; null: for this one only.
    explicit SpfEvaluation(const SpfRequest &request, SpfKnown known = {},
                           std::shared_ptr<SpfRecordCache> records = nullptr);
    ~SpfEvaluation();
    SpfEvaluation(SpfEvaluation &&) noexcept;
    SpfEvaluation &operator=(SpfEvaluation &&) noexcept;
    [[nodiscard]] std::optional<SpfQuery> pending() const;
    void feed(const SpfAnswer &answer);
    [[nodiscard]] const std::optional<SpfVerdict> &verdict() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace relaywright
