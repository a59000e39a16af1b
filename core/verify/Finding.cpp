// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Finding.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<Verdict, QLatin1String>, 4> kVerdicts{{
    {Verdict::Good, QLatin1String("good")},
    {Verdict::Attention, QLatin1String("attention")},
    {Verdict::Wrong, QLatin1String("wrong")},
    {Verdict::CouldNotTell, QLatin1String("could-not-tell")},
}};
constexpr std::array<std::pair<Topic, QLatin1String>, 8> kTopics{{
    {Topic::Mx, QLatin1String("mx")},
    {Topic::Spf, QLatin1String("spf")},
    {Topic::Dkim, QLatin1String("dkim")},
    {Topic::Dmarc, QLatin1String("dmarc")},
    {Topic::Prediction, QLatin1String("prediction")},
    {Topic::Transport, QLatin1String("transport")},
    {Topic::Addresses, QLatin1String("addresses")},
    {Topic::Reach, QLatin1String("reach")},
}};

template <typename Table, typename Value>
QString wordOf(const Table &table, Value value)
{
    return std::ranges::find(table, value, &Table::value_type::first)->second;
}

template <typename Value, typename Table>
std::optional<Value> parseWord(const Table &table, const QString &word)
{
    const auto found = std::ranges::find(table, word, &Table::value_type::second);
    return found == table.end() ? std::nullopt : std::optional<Value>(found->first);
}

QJsonObject toJson(const Evidence &evidence)
{
    QJsonObject json{{QStringLiteral("question"), evidence.question}, {QStringLiteral("answer"), evidence.answer}};
    if (!evidence.server.isEmpty())
        json.insert(QStringLiteral("server"), evidence.server);
    if (evidence.ttl.count() > 0)
        json.insert(QStringLiteral("ttl"), static_cast<qint64>(evidence.ttl.count()));
    if (evidence.authentic)
        json.insert(QStringLiteral("dnssec"), true);
    return json;
}

Evidence evidenceFromJson(const QJsonObject &json)
{
    return {.question = json.value(QLatin1String("question")).toString(),
            .answer = json.value(QLatin1String("answer")).toString(),
            .server = json.value(QLatin1String("server")).toString(),
            .ttl = std::chrono::seconds(json.value(QLatin1String("ttl")).toInteger()),
            .authentic = json.value(QLatin1String("dnssec")).toBool()};
}

} // namespace

QString toString(Verdict verdict)
{
    return wordOf(kVerdicts, verdict);
}

std::optional<Verdict> parseVerdict(const QString &word)
{
    return parseWord<Verdict>(kVerdicts, word);
}

QString toString(Topic topic)
{
    return wordOf(kTopics, topic);
}

std::optional<Topic> parseTopic(const QString &word)
{
    return parseWord<Topic>(kTopics, word);
}

bool Finding::operator==(const Finding &other) const
{
    const bool sameTree = spf == other.spf || (spf && other.spf && *spf == *other.spf);
    return sameTree
           && std::tie(id, topic, verdict, title, seen, why, todo, mends, proposal, evidence)
                  == std::tie(other.id, other.topic, other.verdict, other.title, other.seen, other.why, other.todo,
                              other.mends, other.proposal, other.evidence);
}

QJsonObject toJson(const Finding &finding)
{
    QJsonObject json{{QStringLiteral("id"), finding.id},
                     {QStringLiteral("topic"), toString(finding.topic)},
                     {QStringLiteral("verdict"), toString(finding.verdict)},
                     {QStringLiteral("title"), finding.title},
                     {QStringLiteral("seen"), finding.seen},
                     {QStringLiteral("why"), finding.why},
                     {QStringLiteral("todo"), finding.todo}};
    if (!finding.mends.isEmpty())
        json.insert(QStringLiteral("mends"), finding.mends);
    if (!finding.proposal.isEmpty())
        json.insert(QStringLiteral("proposal"), finding.proposal);
    QJsonArray evidence;
    for (const Evidence &each : finding.evidence)
        evidence.append(toJson(each));
    json.insert(QStringLiteral("evidence"), evidence);
    if (finding.spf)
        json.insert(QStringLiteral("tree"), toJson(*finding.spf));
    return json;
}

Result<Finding> findingFromJson(const QJsonObject &json)
{
    const auto text = [&](const char *key) { return json.value(QLatin1String(key)).toString(); };
    const auto verdict = parseVerdict(text("verdict"));
    const auto topic = parseTopic(text("topic"));
    if (text("id").isEmpty() || !verdict || !topic) {
        const char *const key = text("id").isEmpty() ? "id" : !verdict ? "verdict" : "topic";
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("A finding has no known \"%1\". Save the run again.").arg(QLatin1String(key)));
    }
    Finding finding;
    finding.id = text("id");
    finding.topic = *topic;
    finding.verdict = *verdict;
    finding.title = text("title");
    finding.seen = text("seen");
    finding.why = text("why");
    finding.todo = text("todo");
    finding.mends = text("mends");
    finding.proposal = text("proposal");
    const QJsonArray evidence = json.value(QLatin1String("evidence")).toArray();
    for (const auto &each : evidence)
        finding.evidence.push_back(evidenceFromJson(each.toObject()));
    return finding;
}

} // namespace relaywright
