// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CompareRuns.h"

#include "core/session/RunFacts.h"
#include "core/session/StableText.h"

#include <QJsonArray>
#include <QStringList>

#include <algorithm>

namespace relaywright {

namespace {

using Kind = CompareRow::Kind;

/// A command with the reply to it; the greeting and notes have nothing that was said.
struct Step {
    Stage stage = Stage::Connect;
    QString said{};
    QStringList got{};
    bool note = false;
    bool answered = false;
    bool refused = false;
    bool tls = false;
    bool message = false; ///< stands for the content of the message
    /// Steps with equal keys may stand side by side.
    [[nodiscard]] QString key() const
    {
        return toString(stage) + u' ' + (note ? QStringLiteral("--") : said.section(u' ', 0, 0).toUpper());
    }
    [[nodiscard]] QString stable() const
    {
        return stableText(said) + u'\n' + stableText(got.join(u'\n')) + (tls ? u'*' : u' ');
    }
};

/// With PIPELINING several commands go before the first answer comes, so an answer belongs to the first command of its
/// stage that has none yet.
Step &stepFor(std::vector<Step> &steps, const TranscriptLine &reply)
{
    const auto open = std::ranges::find_if(
        steps, [&](const Step &step) { return !step.note && !step.answered && step.stage == reply.stage; });
    if (open != steps.end())
        return *open;
    steps.push_back({.stage = reply.stage, .tls = reply.tls});
    return steps.back();
}

std::vector<Step> stepsOf(const Transcript &transcript)
{
    std::vector<Step> steps;
    for (const TranscriptLine &line : transcript) {
        switch (line.direction) {
        case TranscriptLine::Direction::Sent:
            steps.push_back({.stage = line.stage, .said = line.text, .tls = line.tls});
            break;
        case TranscriptLine::Direction::Note:
            if (line.message) {
                steps.push_back({.stage = line.stage, .said = line.text, .tls = line.tls, .message = true});
                break;
            }
            steps.push_back({.stage = line.stage, .got = {line.text}, .note = true, .tls = line.tls});
            break;
        case TranscriptLine::Direction::Received: {
            Step &step = stepFor(steps, line);
            step.got += line.text;
            step.refused = step.refused || line.refusal;
            step.answered = line.text.size() < 4 || line.text.at(3) != u'-';
            break;
        }
        }
    }
    return steps;
}

constexpr std::size_t kMostCells = 4'000'000; // of the table below; longer runs are laid side by side as they come

/// For each pair of positions how many steps of the rest go together at most.
std::vector<std::vector<std::size_t>> matches(const QStringList &left, const QStringList &right)
{
    const auto columns = static_cast<std::size_t>(right.size()) + 1;
    std::vector<std::vector<std::size_t>> table(static_cast<std::size_t>(left.size()) + 1,
                                                std::vector<std::size_t>(columns, 0));
    for (std::size_t i = table.size() - 1; i-- > 0;) {
        for (std::size_t j = columns - 1; j-- > 0;) {
            const bool same = left[static_cast<qsizetype>(i)] == right[static_cast<qsizetype>(j)];
            table[i][j] = same ? table[i + 1][j + 1] + 1 : std::max(table[i + 1][j], table[i][j + 1]);
        }
    }
    return table;
}

QStringList keysOf(const std::vector<Step> &steps)
{
    QStringList keys;
    for (const Step &step : steps)
        keys += step.key();
    return keys;
}

/// What one of two lists of lines has and the other has not, for the extensions of an EHLO reply.
QString missing(const QStringList &has, const QStringList &lacks)
{
    QStringList stable, words;
    for (const QString &line : lacks)
        stable += stableText(line.mid(4));
    for (const QString &line : has.mid(1)) {
        if (!stable.contains(stableText(line.mid(4))))
            words += line.mid(4);
    }
    return words.join(QLatin1String(", "));
}

QString whyEhloDiffers(const Step &left, const Step &right)
{
    const QString onlyLeft = missing(left.got, right.got);
    const QString onlyRight = missing(right.got, left.got);
    QStringList sentences;
    if (!onlyLeft.isEmpty())
        sentences += QStringLiteral("Only the left one was offered %1.").arg(onlyLeft);
    if (!onlyRight.isEmpty())
        sentences += QStringLiteral("Only the right one was offered %1.").arg(onlyRight);
    return sentences.join(u' ');
}

QString whyDiffers(const Step &left, const Step &right)
{
    if (left.refused != right.refused)
        return left.refused ? QStringLiteral("Refused on the left, accepted on the right.")
                            : QStringLiteral("Accepted on the left, refused on the right.");
    if (left.refused)
        return QStringLiteral("Refused on both sides, with different replies.");
    if (left.tls != right.tls)
        return left.tls ? QStringLiteral("Only the left one was encrypted here.")
                        : QStringLiteral("Only the right one was encrypted here.");
    if (left.stage == Stage::Ehlo && !left.note) {
        if (const QString why = whyEhloDiffers(left, right); !why.isEmpty())
            return why;
    }
    if (left.message && stableText(left.said) != stableText(right.said))
        return QStringLiteral("The messages have different sizes.");
    if (stableText(left.said) != stableText(right.said))
        return QStringLiteral("Something else was said.");
    return left.got.isEmpty() != right.got.isEmpty() ? QStringLiteral("Only one of the two was answered.")
                                                     : QStringLiteral("The words of the answer differ.");
}

CompareRow rowOf(const Step *left, const Step *right)
{
    CompareRow row;
    row.stage = left ? left->stage : right->stage;
    row.note = left ? left->note : right->note;
    if (left) {
        row.leftSaid = left->said;
        row.leftGot = left->got.join(u'\n');
    }
    if (right) {
        row.rightSaid = right->said;
        row.rightGot = right->got.join(u'\n');
    }
    if (left && right) {
        row.kind = left->stable() == right->stable() ? Kind::Same : Kind::Differs;
        if (row.kind == Kind::Differs)
            row.why = whyDiffers(*left, *right);
        return row;
    }
    row.kind = left ? Kind::OnlyLeft : Kind::OnlyRight;
    row.why = left ? QStringLiteral("Only on the left.") : QStringLiteral("Only on the right.");
    return row;
}

std::vector<CompareRow> rowsOf(const std::vector<Step> &left, const std::vector<Step> &right)
{
    const QStringList leftKeys = keysOf(left);
    const QStringList rightKeys = keysOf(right);
    const bool small = left.size() * right.size() <= kMostCells;
    const auto table = small ? matches(leftKeys, rightKeys) : std::vector<std::vector<std::size_t>>();
    std::vector<CompareRow> rows;
    std::size_t i = 0, j = 0;
    while (i < left.size() && j < right.size()) {
        const bool together = leftKeys[static_cast<qsizetype>(i)] == rightKeys[static_cast<qsizetype>(j)];
        if (together || !small)
            rows.push_back(rowOf(&left[i++], &right[j++]));
        else if (table[i + 1][j] >= table[i][j + 1])
            rows.push_back(rowOf(&left[i++], nullptr));
        else
            rows.push_back(rowOf(nullptr, &right[j++]));
    }
    while (i < left.size())
        rows.push_back(rowOf(&left[i++], nullptr));
    while (j < right.size())
        rows.push_back(rowOf(nullptr, &right[j++]));
    return rows;
}

QString verdictOf(const TestRecord &left, const TestRecord &right, const std::vector<CompareRow> &rows)
{
    const QString ends = QStringLiteral("The left run %1; the right run %2.").arg(endInWords(left), endInWords(right));
    // What was said and answered tells more than our own notes, which name the server and its certificate.
    auto first = std::ranges::find_if(rows, [](const CompareRow &row) {
        return row.kind != Kind::Same && !(row.leftSaid.isEmpty() && row.rightSaid.isEmpty());
    });
    if (first == rows.end())
        first = std::ranges::find_if(rows, [](const CompareRow &row) { return row.kind != Kind::Same; });
    if (first == rows.end())
        return ends + QStringLiteral(" Both conversations are the same.");
    return ends + QStringLiteral(" The first difference is at %1: %2").arg(toString(first->stage), first->why);
}

} // namespace

QString toString(CompareRow::Kind kind)
{
    switch (kind) {
    case Kind::Same: return QStringLiteral("same");
    case Kind::Differs: return QStringLiteral("differs");
    case Kind::OnlyLeft: return QStringLiteral("only-left");
    case Kind::OnlyRight: return QStringLiteral("only-right");
    }
    Q_UNREACHABLE();
}

bool RunComparison::isSame() const
{
    return std::ranges::all_of(rows, [](const CompareRow &row) { return row.kind == Kind::Same; });
}

RunComparison compareRuns(const TestRecord &left, const TestRecord &right)
{
    RunComparison comparison;
    const RunFacts ours = factsOf(left), theirs = factsOf(right);
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (ours[i].second != theirs[i].second)
            comparison.facts.push_back({ours[i].first, ours[i].second, theirs[i].second});
    }
    comparison.rows = rowsOf(stepsOf(left.transcript), stepsOf(right.transcript));
    comparison.verdict = verdictOf(left, right, comparison.rows);
    return comparison;
}

QJsonObject toJson(const RunComparison &comparison)
{
    QJsonArray facts, rows;
    for (const CompareFact &fact : comparison.facts)
        facts.append(QJsonObject{{QStringLiteral("what"), fact.what},
                                 {QStringLiteral("left"), fact.left},
                                 {QStringLiteral("right"), fact.right}});
    for (const CompareRow &row : comparison.rows)
        rows.append(QJsonObject{{QStringLiteral("kind"), toString(row.kind)},
                                {QStringLiteral("stage"), toString(row.stage)},
                                {QStringLiteral("leftSaid"), row.leftSaid},
                                {QStringLiteral("leftGot"), row.leftGot},
                                {QStringLiteral("rightSaid"), row.rightSaid},
                                {QStringLiteral("rightGot"), row.rightGot},
                                {QStringLiteral("why"), row.why},
                                {QStringLiteral("note"), row.note}});
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.comparison/1")},
            {QStringLiteral("same"), comparison.isSame()},
            {QStringLiteral("verdict"), comparison.verdict},
            {QStringLiteral("facts"), facts},
            {QStringLiteral("rows"), rows}};
}

} // namespace relaywright
