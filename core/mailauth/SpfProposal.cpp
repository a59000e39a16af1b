// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfProposal.h"

#include <QSet>

#include <algorithm>
#include <optional>

namespace relaywright {

namespace {

using Kind = SpfMechanism::Kind;
constexpr qsizetype kSmallRecordOctets = 450; // RFC 7208 §3.4

QString termFor(const IpNetwork &network)
{
    const bool v4 = network.address().family() == IpAddress::Family::V4;
    return (v4 ? QLatin1String("ip4:") : QLatin1String("ip6:")) + network.toString();
}

QStringList termsFor(const std::vector<IpNetwork> &networks)
{
    QStringList terms;
    for (const IpNetwork &network : networks)
        terms += termFor(network);
    return terms;
}

void collectDomains(const SpfNode &node, QSet<QString> &domains)
{
    domains.insert(node.domain);
    for (const SpfNode &child : node.children)
        collectDomains(child, domains);
}

/// Names such as `_spf1.contoso.com` that the tree does not use already.
class FreeNames {
public:
    explicit FreeNames(const SpfNode &root) : m_domain(root.domain) { collectDomains(root, m_taken); }
    QString next()
    {
        QString name;
        do {
            name = QStringLiteral("_spf%1.%2").arg(++m_number).arg(m_domain);
        } while (m_taken.contains(name));
        return name;
    }

private:
    QString m_domain;
    QSet<QString> m_taken;
    int m_number = 0;
};

/// Addresses in as few records as fit into 450 octets each.
std::vector<SpfProposal::Record> recordsFor(const QStringList &terms, FreeNames &names)
{
    std::vector<SpfProposal::Record> records;
    const QString begin = QStringLiteral("v=spf1"), end = QStringLiteral(" -all");
    for (const QString &term : terms) {
        const bool fits =
            !records.empty() && records.back().text.size() + 1 + term.size() + end.size() <= kSmallRecordOctets;
        if (!fits)
            records.push_back({names.next(), begin});
        records.back().text += u' ' + term;
    }
    for (SpfProposal::Record &record : records)
        record.text += end;
    return records;
}

QStringList includesOf(const std::vector<SpfProposal::Record> &records)
{
    QStringList terms;
    for (const SpfProposal::Record &record : records)
        terms += QLatin1String("include:") + record.name;
    return terms;
}

bool holdsOne(const SpfNode &node, const QStringList &domains)
{
    return domains.contains(node.domain, Qt::CaseInsensitive)
           || std::ranges::any_of(node.children, [&](const SpfNode &child) { return holdsOne(child, domains); });
}

bool canFlatten(const SpfNode &term, const SpfProposalFacts &facts)
{
    const QChar first = term.term.front();
    const bool passes = first != u'-' && first != u'~' && first != u'?';
    const bool redirects = term.term.startsWith(QLatin1String("redirect="), Qt::CaseInsensitive);
    return passes && !redirects && term.networksWhole && !term.failed && !term.networks.empty()
           && !holdsOne(term, facts.neverFlatten);
}

/// `texts` in place of the term; an empty list takes the term out.
struct Change {
    RecordFault at;
    QStringList texts;
};

QString changed(const QString &record, std::vector<Change> changes)
{
    std::ranges::sort(changes, std::ranges::greater(), [](const Change &change) { return change.at.offset; });
    QString text = record;
    for (const Change &change : changes)
        text.replace(change.at.offset, change.at.length, change.texts.join(u' '));
    return text.simplified();
}

QString costOf(const SpfNode &term)
{
    return term.lookups == 1 ? QStringLiteral("1 lookup") : QStringLiteral("%1 lookups").arg(term.lookups);
}

/// The record with these terms as addresses: in the record itself when it stays short, else in records of their own.
SpfProposal flattened(const SpfNode &root, const std::vector<const SpfNode *> &chosen)
{
    SpfProposal proposal;
    proposal.kind = SpfProposal::Kind::Flatten;
    proposal.lookups = root.lookups;
    std::vector<Change> changes;
    QStringList all;
    for (const SpfNode *term : chosen) {
        QStringList own = termsFor(term->networks);
        proposal.steps +=
            QStringLiteral("Replace \"%1\" (%2) by its addresses: %3").arg(term->term, costOf(*term), own.join(u' '));
        own.removeIf([&](const QString &text) { return all.contains(text); });
        all += own;
        changes.push_back({term->at, own});
        proposal.lookups -= term->lookups;
    }
    const QString whole = changed(root.record, changes);
    if (whole.size() <= kSmallRecordOctets) {
        proposal.records = {{root.domain, whole}};
        return proposal;
    }
    FreeNames names(root);
    const auto parts = recordsFor(all, names);
    for (Change &change : changes)
        change.texts.clear();
    const auto first = std::ranges::min_element(changes, {}, [](const Change &change) { return change.at.offset; });
    first->texts = includesOf(parts);
    proposal.records = {{root.domain, changed(root.record, changes)}};
    proposal.records.insert(proposal.records.end(), parts.begin(), parts.end());
    proposal.lookups += static_cast<int>(parts.size());
    return proposal;
}

std::optional<SpfProposal> flatten(const SpfNode &root, const SpfProposalFacts &facts)
{
    std::vector<const SpfNode *> candidates, chosen;
    QStringList kept;
    for (const SpfNode &child : root.children) {
        if (canFlatten(child, facts))
            candidates.push_back(&child);
        else if (holdsOne(child, facts.neverFlatten))
            kept += child.term;
    }
    // What saves most goes first; of equals the one with the fewest addresses.
    std::ranges::stable_sort(candidates, {},
                             [](const SpfNode *term) { return std::pair(-term->lookups, term->networks.size()); });
    for (const SpfNode *candidate : candidates) {
        chosen.push_back(candidate);
        SpfProposal proposal = flattened(root, chosen);
        if (proposal.lookups > kSpfMaxLookups)
            continue;
        if (!kept.isEmpty())
            proposal.steps += QStringLiteral("Kept as it is, because its provider changes the addresses: %1.")
                                  .arg(kept.join(QLatin1String(", ")));
        proposal.risk = QStringLiteral(
            "A provider may change its addresses without telling you, and then its mail fails. Write the addresses "
            "anew whenever the provider announces a change, and compare them once a month with "
            "relaywright-cli spf count.");
        return proposal;
    }
    return std::nullopt;
}

/// For a record that is too long, not too costly: its own addresses move out.
std::optional<SpfProposal> split(const SpfNode &root)
{
    const auto record = parseSpf(root.record);
    if (!record || root.lookups > kSpfMaxLookups)
        return std::nullopt;
    std::vector<Change> changes;
    QStringList moved;
    for (const SpfMechanism &mechanism : record->mechanisms) {
        if (mechanism.kind == Kind::All)
            break;
        if (mechanism.qualifier != SpfQualifier::Pass) // an exception must stay before what it is an exception of
            return std::nullopt;
        if (!mechanism.network)
            continue;
        moved += toText(mechanism);
        changes.push_back({{{}, mechanism.offset, mechanism.length}, {}});
    }
    if (moved.size() < 2)
        return std::nullopt;
    FreeNames names(root);
    const auto parts = recordsFor(moved, names);
    changes.front().texts = includesOf(parts);
    SpfProposal proposal;
    proposal.kind = SpfProposal::Kind::Split;
    proposal.lookups = root.lookups + static_cast<int>(parts.size());
    const QString own = changed(root.record, changes);
    if (proposal.lookups > kSpfMaxLookups || own.size() > kSmallRecordOctets)
        return std::nullopt;
    proposal.steps = {QStringLiteral("Move the %1 addresses of the record into %2, which it includes.")
                          .arg(moved.size())
                          .arg(includesOf(parts).join(QLatin1String(" and ")).remove(QLatin1String("include:")))};
    proposal.risk = QStringLiteral("Addresses that change must be changed there. Publish the new names first, and the "
                                   "domain's own record when all name servers have them.");
    proposal.records = {{root.domain, own}};
    proposal.records.insert(proposal.records.end(), parts.begin(), parts.end());
    return proposal;
}

std::optional<SpfProposal> subDomain(const SpfNode &root, const SpfProposalFacts &facts)
{
    if (facts.existing.isEmpty() || facts.added.isEmpty())
        return std::nullopt;
    SpfProposal proposal;
    proposal.kind = SpfProposal::Kind::SubDomain;
    for (const SpfNode &child : root.children) {
        if (facts.added.contains(child.term, Qt::CaseInsensitive))
            proposal.lookups += child.lookups;
    }
    const QString name = QLatin1String("apps.") + root.domain;
    const QString text = QStringLiteral("v=spf1 %1 ~all").arg(facts.added.join(u' '));
    if (proposal.lookups > kSpfMaxLookups || text.size() > kSmallRecordOctets)
        return std::nullopt;
    proposal.steps = {
        QStringLiteral("Leave the record of %1 as it is, and publish one for %2 with what was to be added.")
            .arg(root.domain, name),
        QStringLiteral("Let the applications send as addresses of %1, such as alerts@%1.").arg(name)};
    proposal.risk = QStringLiteral("Every application must be given its new sender address, and %1 must be set up "
                                   "wherever they sign in. Without a DMARC record of its own it is judged by that of "
                                   "%2.")
                        .arg(name, root.domain);
    proposal.records = {{name, text}};
    return proposal;
}

} // namespace

QString toString(SpfProposal::Kind kind)
{
    switch (kind) {
    case SpfProposal::Kind::Flatten: return QStringLiteral("flatten");
    case SpfProposal::Kind::Split: return QStringLiteral("split");
    case SpfProposal::Kind::SubDomain: return QStringLiteral("sub-domain");
    }
    Q_UNREACHABLE();
}

bool isOverLimits(const SpfNode &root)
{
    return root.lookups > kSpfMaxLookups || root.record.size() > kSmallRecordOctets;
}

std::vector<SpfProposal> proposeWithinLimits(const SpfNode &merged, const SpfProposalFacts &facts)
{
    std::vector<SpfProposal> proposals;
    if (!isOverLimits(merged))
        return proposals;
    const auto add = [&](const std::optional<SpfProposal> &proposal) {
        if (proposal)
            proposals.push_back(*proposal);
    };
    if (merged.lookups > kSpfMaxLookups)
        add(flatten(merged, facts));
    else
        add(split(merged));
    add(subDomain(merged, facts));
    return proposals;
}

} // namespace relaywright
