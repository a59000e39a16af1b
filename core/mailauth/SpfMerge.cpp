// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfMerge.h"

#include "core/mailauth/SpfEvaluation.h"
#include "core/mailauth/SpfRemarks.h"

#include <algorithm>

namespace relaywright {

namespace {

using Kind = SpfMechanism::Kind;
constexpr qsizetype kMaxStringOctets = 255; // one <character-string> (RFC 1035 §3.3)
constexpr int kNearLookups = 8;

tl::unexpected<Error> atPlace(const QString &what, const SpfSyntaxError &error)
{
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral("%1 has a fault at character %2: %3").arg(what).arg(error.offset + 1).arg(error.sentence));
}

/// People paste records as zone files show them, `"v=spf1 ..." "..."`: the strings joined, else the text itself.
QString unquoted(const QString &text)
{
    if (!text.startsWith(u'"') || !text.endsWith(u'"') || text.size() < 2)
        return text;
    QString joined;
    bool inside = false;
    for (const QChar c : text) {
        if (c == u'"')
            inside = !inside;
        else if (inside)
            joined += c;
        else if (!c.isSpace())
            return text;
    }
    return joined;
}

Result<SpfMechanism> parseMechanism(const QString &text)
{
    const QString prefix = QStringLiteral("v=spf1 ");
    auto record = parseSpf(prefix + text);
    if (!record) {
        SpfSyntaxError error = record.error();
        error.offset = std::max<qsizetype>(0, error.offset - prefix.size());
        return atPlace(QStringLiteral("The mechanism \"%1\"").arg(text.left(80)), error);
    }
    const bool one = record->mechanisms.size() == 1 && record->redirect.isEmpty() && record->explanation.isEmpty()
                     && record->otherModifiers.isEmpty();
    if (!one || record->mechanisms.front().kind == Kind::All)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral(
                "\"%1\" is not one mechanism to add. Write one such as ip4:192.0.2.10 or include:spf.example.com.")
                .arg(text.left(80)));
    return record->mechanisms.front();
}

bool sameTarget(const SpfMechanism &a, const SpfMechanism &b)
{
    return a.kind == b.kind && a.network == b.network && a.prefix4 == b.prefix4 && a.prefix6 == b.prefix6
           && a.domainSpec.compare(b.domainSpec, Qt::CaseInsensitive) == 0;
}

bool covers(const SpfMechanism &wide, const SpfMechanism &narrow)
{
    if (wide.qualifier != narrow.qualifier)
        return false;
    if (sameTarget(wide, narrow))
        return true;
    return wide.network && narrow.network && wide.kind == narrow.kind
           && wide.network->prefixLength() <= narrow.network->prefixLength()
           && wide.network->contains(narrow.network->address());
}

/// The terms of a record as written, with what the parser made of them.
struct Terms {
    QStringList texts;
    SpfRecord record;

    /// Index of the first `all`, else of the redirect, else the end: new terms go before it.
    [[nodiscard]] qsizetype endAt() const
    {
        const bool hasAll = all() != record.mechanisms.end();
        for (qsizetype i = 0; i < texts.size(); ++i) {
            const QString lower = texts[i].toLower();
            if (hasAll ? lower.endsWith(QLatin1String("all")) && lower.size() <= 4
                       : lower.startsWith(QLatin1String("redirect=")))
                return i;
        }
        return texts.size();
    }

    [[nodiscard]] std::vector<SpfMechanism>::const_iterator all() const
    {
        return std::ranges::find(record.mechanisms, Kind::All, &SpfMechanism::kind);
    }
};

Result<Terms> readTerms(const std::optional<QString> &existing)
{
    const QString text = existing ? unquoted(existing->trimmed()) : QString();
    if (text.isEmpty())
        return Terms{{QStringLiteral("v=spf1"), QStringLiteral("~all")}, *parseSpf(QStringLiteral("v=spf1 ~all"))};
    const auto record = parseSpf(text);
    if (!record)
        return atPlace(QStringLiteral("The existing SPF record"), record.error());
    return Terms{text.split(u' ', Qt::SkipEmptyParts), *record};
}

void add(const SpfMechanism &mechanism, Terms &terms, SpfMergeResult &result)
{
    const QString text = toText(mechanism);
    const auto known =
        std::ranges::find_if(terms.record.mechanisms, [&](const SpfMechanism &m) { return covers(m, mechanism); });
    if (known != terms.record.mechanisms.end()) {
        const QString there = toText(*known);
        result.notes += there.compare(text, Qt::CaseInsensitive) == 0
                            ? QStringLiteral("\"%1\" is there already.").arg(text)
                            : QStringLiteral("\"%1\" is already covered by \"%2\".").arg(text, there);
        return;
    }
    const auto other =
        std::ranges::find_if(terms.record.mechanisms, [&](const SpfMechanism &m) { return sameTarget(m, mechanism); });
    if (other != terms.record.mechanisms.end())
        result.notes +=
            QStringLiteral("\"%1\" stands before it and decides first; take it out if the new \"%2\" shall count.")
                .arg(toText(*other), text);
    terms.texts.insert(terms.endAt(), text);
    terms.record.mechanisms.insert(terms.all(), mechanism);
    result.added += text;
}

/// Writes the end that was asked for; true when that changed something.
bool setEnd(SpfEnd end, Terms &terms, QStringList &notes)
{
    if (end == SpfEnd::Keep)
        return false;
    const bool hasAll = terms.all() != terms.record.mechanisms.end();
    if (!hasAll && !terms.record.redirect.isEmpty()) {
        notes += QStringLiteral("The record ends in \"redirect=%1\", so the record there says how it ends. Change it "
                                "there.")
                     .arg(terms.record.redirect);
        return false;
    }
    const QString wanted = end == SpfEnd::Fail ? QStringLiteral("-all") : QStringLiteral("~all");
    const qsizetype at = terms.endAt();
    const QString before = hasAll ? terms.texts[at] : QString();
    if (before == wanted)
        return false;
    if (hasAll)
        terms.texts[at] = wanted;
    else
        terms.texts.append(wanted);
    notes += before.isEmpty() ? QStringLiteral("The record now ends in \"%1\".").arg(wanted)
                              : QStringLiteral("The end changes from \"%1\" to \"%2\".").arg(before, wanted);
    if (end == SpfEnd::Fail)
        notes += QStringLiteral("With \"-all\" receivers may refuse what comes from other servers. Publish it when the "
                                "reports of the watch period show no server of yours that is missing; until then "
                                "\"~all\".");
    return true;
}

void noteLookups(const SpfRecord &record, QStringList &notes)
{
    const auto count =
        std::ranges::count_if(record.mechanisms, [](const SpfMechanism &m) { return needsLookup(m.kind); })
        + (record.redirect.isEmpty() ? 0 : 1);
    if (count > kSpfMaxLookups)
        notes += QStringLiteral("The record's own terms cost %1 DNS lookups; over 10 receivers give up with a "
                                "permanent error. Remove includes that are no longer used.")
                     .arg(count);
    else if (count >= kNearLookups)
        notes += QStringLiteral("The record's own terms cost %1 of 10 DNS lookups, and what they include costs more. "
                                "Count them before publishing.")
                     .arg(count);
    else if (count > 0)
        notes += QStringLiteral(
                     "The record's own terms cost %1 of 10 DNS lookups, not counting what the included records cost.")
                     .arg(count);
}

/// What the survey says of a record without the DNS: its end, duplicates, ptr, length.
void noteRemarks(const QString &text, QStringList &notes)
{
    const auto record = parseSpf(text);
    if (!record)
        return;
    SpfNode node;
    node.record = text;
    remarkOnRecord(node, *record, true);
    for (const SpfRemark &remark : node.remarks)
        notes += remark.place.sentence;
}

QString quoted(const QByteArray &octets)
{
    QString text;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            text += QLatin1Char('\\');
        if (octet < 0x20 || octet > 0x7e)
            text += QStringLiteral("\\%1").arg(octet, 3, 10, QLatin1Char('0'));
        else
            text += QLatin1Char(c);
    }
    return u'"' + text + u'"';
}

} // namespace

Result<SpfMergeResult> mergeSpf(const std::optional<QString> &existing, const QStringList &mechanisms, SpfEnd end)
{
    auto terms = readTerms(existing);
    if (!terms)
        return tl::unexpected(terms.error());
    SpfMergeResult result;
    for (const QString &text : mechanisms) {
        const auto mechanism = parseMechanism(text.trimmed());
        if (!mechanism)
            return tl::unexpected(mechanism.error());
        add(*mechanism, *terms, result);
    }
    const bool isNew = !existing || existing->trimmed().isEmpty();
    const bool endChanged = setEnd(end, *terms, result.notes);
    result.record = terms->texts.join(u' ');
    result.changed = isNew || endChanged || !result.added.isEmpty();
    if (isNew && end != SpfEnd::Fail)
        result.notes += QStringLiteral("There was no record: this one ends in \"~all\". Make it \"-all\" once every "
                                       "server that sends as the domain is listed.");
    else if (!result.added.isEmpty())
        result.notes += QStringLiteral(
            "Every term that was there is kept; replace the old record, so that there is one SPF record only.");
    noteLookups(terms->record, result.notes);
    noteRemarks(result.record, result.notes);
    return result;
}

QString toZoneStrings(const QString &txt)
{
    const QByteArray octets = txt.toUtf8();
    QStringList strings;
    for (qsizetype i = 0; i < octets.size() || i == 0; i += kMaxStringOctets)
        strings += quoted(octets.mid(i, kMaxStringOctets));
    return strings.join(u' ');
}

} // namespace relaywright
