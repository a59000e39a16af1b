// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfEvaluation.h"
#include "core/mailauth/SpfMacro.h"
#include "core/mailauth/SpfMerge.h"
#include "core/mailauth/SpfProposal.h"
#include "core/mailauth/SpfSurvey.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

constexpr int kMaxQuestions = 1000; // far over what ten lookups or a survey may ask

/// A DNS in which each name has one of the lines as its record: which, its length says.
class Zone {
public:
    explicit Zone(const QList<QByteArray> &lines) : m_lines(lines) {}

    [[nodiscard]] SpfAnswer answer(const SpfQuery &query) const
    {
        require(query.name.size() <= 253, "a question's name is bounded");
        using Status = SpfAnswer::Status;
        switch (query.type) {
        case SpfQueryType::Txt: return {.status = Status::Found, .texts = {line(query.name)}};
        case SpfQueryType::A:
            return {.status = Status::Found, .addresses = {*IpAddress::parse(QStringLiteral("192.0.2.3"))}};
        case SpfQueryType::Aaaa: return {.status = Status::Void};
        case SpfQueryType::Mx:
        case SpfQueryType::Ptr:
            return {.status = Status::Found, .names = {QString::fromLatin1(line(query.name)).left(253)}};
        }
        return {.status = Status::Failed};
    }

private:
    [[nodiscard]] QByteArray line(const QString &name) const { return m_lines[name.size() % m_lines.size()]; }
    QList<QByteArray> m_lines;
};

void checkRecord(const QString &text)
{
    const auto record = parseSpf(text);
    if (!record) {
        requireFault(record.error(), text.size());
        return;
    }
    for (const SpfMechanism &mechanism : record->mechanisms)
        require(mechanism.offset >= 0 && mechanism.length > 0 && mechanism.offset + mechanism.length <= text.size(),
                "a mechanism's place is inside the text");
    const QString canonical = toText(*record);
    const auto again = parseSpf(canonical);
    require(again && toText(*again) == canonical, "a record reads the same when written anew");
}

void checkMacros(const QString &text)
{
    const SpfMacroValues values{.localPart = text.left(64),
                                .senderDomain = QStringLiteral("email.example.com"),
                                .domain = QStringLiteral("email.example.com"),
                                .helo = text.right(255),
                                .ip = *IpAddress::parse(QStringLiteral("2001:db8::cb01")),
                                .receiver = QStringLiteral("unknown"),
                                .validatedName = [] { return QStringLiteral("mx.example.org"); }};
    for (const SpfMacroUse use : {SpfMacroUse::DomainSpec, SpfMacroUse::AnyModifier, SpfMacroUse::Explanation}) {
        const auto pieces = parseMacroString(text, use);
        if (!pieces) {
            requireFault(pieces.error(), text.size());
            continue;
        }
        const QString expanded = expandMacros(*pieces, values);
        require(expanded.size() <= 65'536, "an expansion is bounded");
        require(toQueryName(expanded).size() <= 253, "a name to ask is bounded");
    }
}

void checkEvaluation(const Zone &zone, const QString &mailFrom)
{
    SpfEvaluation evaluation({.ip = *IpAddress::parse(QStringLiteral("192.0.2.3")),
                              .helo = QStringLiteral("mx.example.org"),
                              .mailFrom = mailFrom});
    for (int asked = 0; !evaluation.verdict(); ++asked) {
        require(asked < kMaxQuestions, "an evaluation ends");
        const auto query = evaluation.pending();
        require(query.has_value(), "an evaluation without a verdict asks");
        evaluation.feed(zone.answer(*query));
    }
    const SpfVerdict &verdict = *evaluation.verdict();
    require(verdict.lookups <= kSpfMaxLookups + 1 && verdict.voidLookups <= kSpfMaxVoidLookups + 1,
            "lookups are bounded");
    require(verdict.explanation.size() <= 1000, "an explanation is bounded");
}

void checkProposals(const SpfNode &root)
{
    for (const SpfProposal &proposal : proposeWithinLimits(root, {.existing = root.record})) {
        require(!proposal.records.empty(), "a proposal has something to publish");
        for (const SpfProposal::Record &record : proposal.records)
            require(parseSpf(record.text).has_value(), "a proposed record is a record");
    }
}

void checkSurvey(const Zone &zone)
{
    SpfSurvey survey(QStringLiteral("example.com"));
    int asked = 0;
    while (!survey.result()) {
        const auto queries = survey.pending();
        require(!queries.empty(), "a survey without a result asks");
        for (const SpfQuery &query : queries) {
            require(++asked < kMaxQuestions, "a survey ends");
            survey.feed(query, zone.answer(query));
        }
    }
    for (const SpfRemark *remark : remarksOf(*survey.result()))
        require(remark->place.offset >= 0 && remark->place.length >= 0, "a remark has a place");
    checkProposals(*survey.result());
}

} // namespace

/// Lines are records: the first is looked at by itself, all of them are a zone.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QList<QByteArray> lines = octetsOf(data, size).toByteArray().split('\n');
    const QString first = QString::fromLatin1(lines.front());
    checkRecord(first);
    checkMacros(first);
    const Zone zone(lines);
    checkEvaluation(zone, QStringLiteral("strong-bad@email.example.com"));
    checkEvaluation(zone, QString::fromLatin1(lines.back()));
    checkSurvey(zone);
    if (const auto merged = mergeSpf(first, {QStringLiteral("ip4:192.0.2.10")}))
        require(parseSpf(merged->record).has_value(), "a merged record is a record");
    return 0;
}
