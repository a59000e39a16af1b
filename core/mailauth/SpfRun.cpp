// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfRun.h"

#include "core/base/Text.h"

#include <QUrl>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNames = 10; // of one mx or ptr (§4.6.4)
constexpr qsizetype kMaxExplanationChars = 1000;
constexpr qsizetype kMaxAddressChars = 320; // 64 + "@" + 255 (RFC 5321 §4.5.3.1)

/// §4.3: a domain to check has at least two labels, none empty or over 63 characters; no address literal.
bool isCheckable(const QString &domain)
{
    const QString name = toQueryName(domain);
    const bool whole = domain == name || domain == name + u'.'; // nothing cut off to make it fit
    return !name.isEmpty() && whole && name.contains(u'.') && !name.startsWith(u'[');
}

QString toAsciiDomain(const QString &domain)
{
    const bool ascii = std::ranges::all_of(domain, [](QChar c) { return c.unicode() < 0x80; });
    return ascii ? domain : QString::fromLatin1(QUrl::toAce(domain));
}

bool isBelow(const QString &name, const QString &domain)
{
    return name.compare(domain, Qt::CaseInsensitive) == 0 || name.endsWith(u'.' + domain, Qt::CaseInsensitive);
}

SpfResult resultOf(SpfQualifier qualifier)
{
    switch (qualifier) {
    case SpfQualifier::Pass: return SpfResult::Pass;
    case SpfQualifier::Fail: return SpfResult::Fail;
    case SpfQualifier::SoftFail: return SpfResult::SoftFail;
    case SpfQualifier::Neutral: return SpfResult::Neutral;
    }
    Q_UNREACHABLE();
}

/// A domain in a sentence for people: strangers' macros and clients put any character into it.
QString shown(const QString &domain)
{
    return quotable(domain, 100);
}

QString lookupFailed(const QString &name)
{
    return QStringLiteral("The DNS gave no usable answer about %1. Try again later.").arg(shown(name));
}

QString withoutDot(const QString &name)
{
    return name.endsWith(u'.') ? name.chopped(1) : name;
}

} // namespace

SpfRun::SpfRun(const SpfRequest &request, const SpfKnown &known, std::vector<SpfAnswer> &answers,
               SpfRecordCache &records)
    : m_request(request), m_known(known), m_answers(answers), m_records(records)
{
    const bool isNull = request.mailFrom.isEmpty() || request.mailFrom == QLatin1String("<>");
    const QString sender = isNull ? request.helo : request.mailFrom;
    const qsizetype at = sender.lastIndexOf(u'@');
    // §4.3: without a local part it is "postmaster".
    m_localPart = at > 0 ? sender.left(at) : QStringLiteral("postmaster");
    m_senderDomain = withoutDot(toAsciiDomain(sender.mid(at + 1)));
}

SpfVerdict SpfRun::run()
{
    SpfVerdict verdict;
    if (!isCheckable(m_senderDomain) || m_localPart.size() + m_senderDomain.size() > kMaxAddressChars) {
        verdict.reason = QStringLiteral("\"%1\" is not a full domain, so there is no SPF record to ask for.")
                             .arg(shown(m_senderDomain));
        return verdict;
    }
    const Outcome outcome = checkHost(m_senderDomain, 0);
    verdict.result = outcome.result;
    verdict.matchedTerm = outcome.matched;
    verdict.reason = outcome.reason;
    verdict.lookups = m_lookups;
    verdict.voidLookups = m_voidLookups;
    if (outcome.result == SpfResult::Fail)
        verdict.explanation = explain(outcome);
    verdict.trace = std::move(m_trace);
    return verdict;
}

SpfAnswer SpfRun::ask(const QString &name, SpfQueryType type)
{
    if (!m_pending && m_next == m_answers.size()) {
        const SpfQuery query{name, type};
        if (auto answer = m_known ? m_known(query) : std::nullopt)
            m_answers.push_back(std::move(*answer));
        else
            m_pending = query;
    }
    return m_pending ? SpfAnswer{.status = SpfAnswer::Status::Failed} : m_answers[m_next++];
}

bool SpfRun::spendLookup(QString &note)
{
    ++m_lookups;
    if (m_lookups <= kSpfMaxLookups)
        return true;
    note = QStringLiteral("More than 10 DNS lookups: receivers stop here with a permanent error.");
    return false;
}

bool SpfRun::spendVoid(const SpfAnswer &answer, QString &note)
{
    if (answer.status != SpfAnswer::Status::Void)
        return true;
    ++m_voidLookups;
    note = QStringLiteral("The name has no such record.");
    if (m_voidLookups <= kSpfMaxVoidLookups)
        return true;
    note = QStringLiteral("More than 2 lookups without an answer: receivers stop here with a permanent error.");
    return false;
}

SpfRun::Outcome SpfRun::checkHost(const QString &domain, int depth)
{
    Record found;
    if (auto ended = fetchRecord(domain, found))
        return *ended;
    const SpfRecord &record = *found->record;
    if (auto decided = evaluateMechanisms(*found, domain, depth)) {
        decided->explanation = record.explanation;
        decided->explanationDomain = domain;
        return *decided;
    }
    // Nothing matched, so there is no "all" anywhere, with which it would not be looked at (§6.1).
    if (!record.redirect.isEmpty())
        return followRedirect(record, domain, depth);
    return {SpfResult::Neutral,
            {},
            QStringLiteral("No term of the record of %1 matches, and it has no \"all\".").arg(shown(domain)),
            {},
            {}};
}

/// §4.4, §4.5, §4.6: asks, selects the one record and parses it. An outcome when that ends the check.
std::optional<SpfRun::Outcome> SpfRun::fetchRecord(const QString &domain, Record &record)
{
    if (!isCheckable(domain))
        return Outcome{SpfResult::None, {}, QStringLiteral("\"%1\" is not a full domain.").arg(shown(domain)), {}, {}};
    const SpfAnswer answer = ask(domain, SpfQueryType::Txt);
    if (answer.status == SpfAnswer::Status::Failed)
        return Outcome{SpfResult::TempError, {}, lookupFailed(domain), {}, {}};
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.isEmpty())
        return Outcome{SpfResult::None, {}, QStringLiteral("%1 has no SPF record.").arg(shown(domain)), {}, {}};
    if (records.size() > 1)
        return Outcome{SpfResult::PermError,
                       {},
                       QStringLiteral("%1 has %2 SPF records; it must have exactly one.")
                           .arg(shown(domain), QString::number(records.size())),
                       {},
                       {}};
    record = m_records.parse(records.front());
    const auto &parsed = record->record;
    if (!parsed)
        return Outcome{SpfResult::PermError,
                       {},
                       QStringLiteral("The SPF record of %1 has a fault at character %2: %3")
                           .arg(shown(domain), QString::number(parsed.error().offset + 1), parsed.error().sentence),
                       {},
                       {}};
    return std::nullopt;
}

std::optional<SpfRun::Outcome> SpfRun::evaluateMechanisms(const SpfParsedRecord &parsed, const QString &domain,
                                                          int depth)
{
    for (qsizetype i = 0; i < parsed.terms.size(); ++i) {
        const SpfMechanism &mechanism = parsed.record->mechanisms[static_cast<size_t>(i)];
        const size_t index = m_trace.size();
        const int lookups = m_lookups, voids = m_voidLookups;
        m_trace.push_back({.depth = depth, .domain = domain, .term = parsed.terms[i]});
        QString note;
        const Match match = evaluate(mechanism, domain, depth, note);
        SpfTraceStep &step = m_trace[index];
        step.matched = match == Match::Yes;
        step.lookups = m_lookups - lookups;
        step.voidLookups = m_voidLookups - voids;
        step.note = note;
        if (match == Match::No)
            continue;
        Outcome outcome{SpfResult::TempError, step.term, note, {}, {}};
        if (match == Match::Yes) {
            outcome.result = resultOf(mechanism.qualifier);
            outcome.reason = QStringLiteral("%1 matches \"%2\" in the record of %3.")
                                 .arg(m_request.ip.toString(), step.term, shown(domain));
        } else if (match == Match::PermError) {
            outcome.result = SpfResult::PermError;
        }
        return outcome;
    }
    return std::nullopt;
}

SpfRun::Outcome SpfRun::followRedirect(const SpfRecord &record, const QString &domain, int depth)
{
    const size_t index = m_trace.size();
    const int lookups = m_lookups, voids = m_voidLookups;
    m_trace.push_back({.depth = depth, .domain = domain, .term = QLatin1String("redirect=") + record.redirect});
    QString note;
    Outcome outcome{SpfResult::PermError, {}, {}, {}, {}};
    if (spendLookup(note)) {
        const QString target = expandName(record.redirect, domain);
        outcome = checkHost(target, depth + 1);
        if (outcome.result == SpfResult::None) { // §6.1
            note = QStringLiteral("The redirect leads to \"%1\", which has no SPF record.").arg(shown(target));
            outcome = {SpfResult::PermError, {}, note, {}, {}};
        }
    } else {
        outcome.reason = note;
    }
    SpfTraceStep &step = m_trace[index];
    step.matched = !outcome.matched.isEmpty();
    step.lookups = m_lookups - lookups;
    step.voidLookups = m_voidLookups - voids;
    step.note = note;
    return outcome;
}

SpfRun::Match SpfRun::evaluate(const SpfMechanism &mechanism, const QString &domain, int depth, QString &note)
{
    using Kind = SpfMechanism::Kind;
    if (mechanism.kind == Kind::All)
        return Match::Yes;
    if (mechanism.network) {
        const bool mapped =
            mechanism.kind == Kind::Ip6 && mechanism.network->address().family() == IpAddress::Family::V4;
        return !mapped && mechanism.network->contains(m_request.ip) ? Match::Yes : Match::No;
    }
    if (!spendLookup(note))
        return Match::PermError;
    const QString target = mechanism.domainSpec.isEmpty() ? domain : expandName(mechanism.domainSpec, domain);
    if (mechanism.kind == Kind::Include)
        return evaluateInclude(target, depth, note);
    if (target.isEmpty()) { // §4.8 leaves it open: what is no name matches nobody
        note = QStringLiteral("The domain is no DNS name once its macros are filled in.");
        return Match::No;
    }
    switch (mechanism.kind) {
    case Kind::A: return evaluateA(mechanism, target, note);
    case Kind::Mx: return evaluateMx(mechanism, target, note);
    case Kind::Ptr: return evaluatePtr(target, note);
    case Kind::Exists: return evaluateExists(target, note);
    case Kind::All:
    case Kind::Include:
    case Kind::Ip4:
    case Kind::Ip6: break;
    }
    Q_UNREACHABLE();
}

SpfRun::Match SpfRun::evaluateInclude(const QString &target, int depth, QString &note)
{
    const Outcome inner = checkHost(target, depth + 1);
    switch (inner.result) { // §5.2, the table
    case SpfResult::Pass: return Match::Yes;
    case SpfResult::Fail:
    case SpfResult::SoftFail:
    case SpfResult::Neutral: return Match::No;
    case SpfResult::TempError: note = inner.reason; return Match::TempError;
    case SpfResult::PermError: note = inner.reason; return Match::PermError;
    case SpfResult::None:
        note = QStringLiteral("It includes \"%1\", which has no SPF record.").arg(shown(target));
        return Match::PermError;
    }
    Q_UNREACHABLE();
}

SpfRun::Match SpfRun::evaluateA(const SpfMechanism &mechanism, const QString &target, QString &note)
{
    const SpfAnswer answer = ask(target, addressType());
    if (answer.status == SpfAnswer::Status::Failed) {
        note = lookupFailed(target);
        return Match::TempError;
    }
    if (!spendVoid(answer, note))
        return Match::PermError;
    return covers(mechanism, answer) ? Match::Yes : Match::No;
}

SpfRun::Match SpfRun::evaluateMx(const SpfMechanism &mechanism, const QString &target, QString &note)
{
    const SpfAnswer answer = ask(target, SpfQueryType::Mx);
    if (answer.status == SpfAnswer::Status::Failed) {
        note = lookupFailed(target);
        return Match::TempError;
    }
    if (!spendVoid(answer, note))
        return Match::PermError;
    if (answer.names.size() > kMaxNames) {
        note = QStringLiteral("%1 has %2 mail servers; SPF allows 10.")
                   .arg(shown(target), QString::number(answer.names.size()));
        return Match::PermError;
    }
    for (const QString &exchange : answer.names) {
        const QString name = toQueryName(exchange);
        if (name.isEmpty()) // the null MX of RFC 7505
            continue;
        const SpfAnswer addresses = ask(name, addressType());
        if (addresses.status == SpfAnswer::Status::Failed) {
            note = lookupFailed(name);
            return Match::TempError;
        }
        if (covers(mechanism, addresses))
            return Match::Yes;
    }
    return Match::No;
}

SpfRun::Match SpfRun::evaluatePtr(const QString &target, QString &note)
{
    const SpfAnswer answer = reverseNames();
    if (!spendVoid(answer, note))
        return Match::PermError;
    for (const QString &name : answer.names) {
        if (isBelow(withoutDot(name), withoutDot(target)) && belongsToClient(name))
            return Match::Yes;
    }
    return Match::No; // §5.5: a DNS error is no match, not an error
}

SpfRun::Match SpfRun::evaluateExists(const QString &target, QString &note)
{
    const SpfAnswer answer = ask(target, SpfQueryType::A); // A for IPv6 clients too (§5.7)
    if (answer.status == SpfAnswer::Status::Failed) {
        note = lookupFailed(target);
        return Match::TempError;
    }
    if (!spendVoid(answer, note))
        return Match::PermError;
    return answer.status == SpfAnswer::Status::Found ? Match::Yes : Match::No;
}

bool SpfRun::covers(const SpfMechanism &mechanism, const SpfAnswer &answer) const
{
    const int prefix = m_request.ip.family() == IpAddress::Family::V4 ? mechanism.prefix4 : mechanism.prefix6;
    return std::ranges::any_of(answer.addresses, [&](const IpAddress &address) {
        return address.family() == m_request.ip.family() && IpNetwork::of(address, prefix).contains(m_request.ip);
    });
}

/// The first ten names of the client's address; more are not looked at (§4.6.4).
SpfAnswer SpfRun::reverseNames()
{
    if (!m_reverseNames) {
        m_reverseNames = ask(toReverseName(m_request.ip), SpfQueryType::Ptr);
        m_reverseNames->names.resize(std::min(kMaxNames, m_reverseNames->names.size()));
    }
    return *m_reverseNames;
}

bool SpfRun::belongsToClient(const QString &name)
{
    const QString queryName = toQueryName(name).toLower();
    if (queryName.isEmpty())
        return false;
    if (const auto known = m_validated.constFind(queryName); known != m_validated.constEnd())
        return *known;
    const SpfAnswer answer = ask(queryName, addressType());
    const bool belongs = std::ranges::find(answer.addresses, m_request.ip) != answer.addresses.end();
    m_validated.insert(queryName, belongs);
    return belongs;
}

/// §7.3 on "p": the domain itself, else a name below it, else any validated name, else "unknown".
QString SpfRun::validatedName(const QString &domain)
{
    QStringList names = reverseNames().names;
    const auto rank = [&](const QString &name) {
        if (withoutDot(name).compare(domain, Qt::CaseInsensitive) == 0)
            return 0;
        return isBelow(withoutDot(name), domain) ? 1 : 2;
    };
    std::ranges::stable_sort(names, {}, rank);
    const auto valid = std::ranges::find_if(names, [&](const QString &name) { return belongsToClient(name); });
    return valid == names.end() ? QStringLiteral("unknown") : withoutDot(*valid);
}

SpfMacroValues SpfRun::valuesFor(const QString &domain)
{
    return {.localPart = m_localPart,
            .senderDomain = m_senderDomain,
            .domain = domain,
            .helo = m_request.helo.left(kMaxAddressChars),
            .ip = m_request.ip,
            .receiver = m_request.receiver,
            .time = m_request.time,
            .validatedName = [this, domain] { return validatedName(domain); }};
}

QString SpfRun::expandName(const QString &spec, const QString &domain)
{
    if (!spec.contains(u'%'))
        return toQueryName(spec);
    const auto pieces = parseMacroString(spec, SpfMacroUse::DomainSpec);
    return pieces ? toQueryName(expandMacros(*pieces, valuesFor(domain))) : QString();
}

/// §6.2: whatever goes wrong, there is just no explanation.
QString SpfRun::explain(const Outcome &outcome)
{
    if (outcome.explanation.isEmpty())
        return {};
    const QString name = expandName(outcome.explanation, outcome.explanationDomain);
    if (name.isEmpty())
        return {};
    const SpfAnswer answer = ask(name, SpfQueryType::Txt);
    if (answer.status != SpfAnswer::Status::Found || answer.texts.size() != 1)
        return {};
    const auto pieces = parseMacroString(QString::fromLatin1(answer.texts.front()), SpfMacroUse::Explanation);
    if (!pieces) // a syntax fault, or an octet that is not US-ASCII
        return {};
    return expandMacros(*pieces, valuesFor(outcome.explanationDomain)).left(kMaxExplanationChars);
}

SpfQueryType SpfRun::addressType() const
{
    return m_request.ip.family() == IpAddress::Family::V4 ? SpfQueryType::A : SpfQueryType::Aaaa;
}

} // namespace relaywright
