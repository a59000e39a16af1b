// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"

#include <QJsonObject>
#include <QString>

#include <vector>

namespace relaywright {

/// One step of two conversations side by side: what was said, and the answer to it, line by line. The message is a step
/// of its own, in one line.
struct CompareRow {
    enum class Kind { Same, Differs, OnlyLeft, OnlyRight };
    Kind kind = Kind::Same;
    Stage stage = Stage::Connect;
    QString leftSaid{}, leftGot{};
    QString rightSaid{}, rightGot{};
    QString why{};     ///< a sentence on the difference; empty where there is none
    bool note = false; ///< what was "got" are our own words: connected, TLS, timed out
    bool operator==(const CompareRow &) const = default;
};
[[nodiscard]] QString toString(CompareRow::Kind kind); ///< same differs only-left only-right

/// A thing that was set otherwise, or a fact outside the conversation.
struct CompareFact {
    QString what; ///< "Server", "TLS at least"
    QString left, right;
    bool operator==(const CompareFact &) const = default;
};

struct RunComparison {
    std::vector<CompareFact> facts; ///< only what differs
    std::vector<CompareRow> rows;
    QString verdict; ///< what decided, in a sentence or two
    [[nodiscard]] bool isSame() const;
};

/// "Worked from my laptop, fails from the relay": two runs step by step. Dates, ids and what servers put in brackets do
/// not count (see stableText), nor do times.
[[nodiscard]] RunComparison compareRuns(const TestRecord &left, const TestRecord &right);

/// "schema": "relaywright.comparison/1".
[[nodiscard]] QJsonObject toJson(const RunComparison &comparison);

} // namespace relaywright
