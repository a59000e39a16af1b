// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfRemarks.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

using Kind = SpfMechanism::Kind;
using Weight = SpfRemark::Weight;

SpfRemark remark(Weight weight, const char *id, const QString &sentence, const RecordFault &at = {})
{
    return {weight, QString::fromLatin1(id), {sentence, at.offset, at.length}};
}

RecordFault placeOf(const SpfMechanism &mechanism)
{
    return {{}, mechanism.offset, mechanism.length};
}

/// Bounded, as a stranger writes the record.
void add(SpfNode &node, const SpfRemark &one)
{
    constexpr size_t kMaxRemarks = 100;
    if (node.remarks.size() < kMaxRemarks)
        node.remarks.push_back(one);
}

/// Same term, or inside a network that stands before it with the same qualifier.
bool repeats(const SpfMechanism &later, const SpfMechanism &earlier)
{
    if (later.qualifier != earlier.qualifier || later.kind != earlier.kind)
        return false;
    if (later.network && earlier.network)
        return earlier.network->prefixLength() <= later.network->prefixLength()
               && earlier.network->contains(later.network->address());
    return later.domainSpec.compare(earlier.domainSpec, Qt::CaseInsensitive) == 0 && later.prefix4 == earlier.prefix4
           && later.prefix6 == earlier.prefix6;
}

/// Bounded: of a record with thousands of terms only the first are compared with each other.
void remarkOnDuplicates(SpfNode &node, const std::vector<SpfMechanism> &mechanisms)
{
    constexpr size_t kMaxCompared = 300;
    const size_t count = std::min(kMaxCompared, mechanisms.size());
    for (size_t i = 0; i < count; ++i) {
        for (size_t k = 0; k < i; ++k) {
            if (!repeats(mechanisms[i], mechanisms[k]))
                continue;
            const QString before = toText(mechanisms[k]), after = toText(mechanisms[i]);
            add(node, remark(Weight::Attention, "duplicate",
                             before == after
                                 ? QStringLiteral("\"%1\" stands twice; remove one of them.").arg(after)
                                 : QStringLiteral("\"%1\" is inside \"%2\" already; remove it.").arg(after, before),
                             placeOf(mechanisms[i])));
            break;
        }
    }
}

void remarkOnNetworks(SpfNode &node, const std::vector<SpfMechanism> &mechanisms)
{
    for (const SpfMechanism &mechanism : mechanisms) {
        if (mechanism.network && mechanism.network->prefixLength() == 0 && mechanism.qualifier == SpfQualifier::Pass)
            add(node, remark(Weight::Wrong, "passes-everyone",
                             QStringLiteral("\"%1\" lets every address in the world pass. Name your own addresses.")
                                 .arg(toText(mechanism)),
                             placeOf(mechanism)));
        if (mechanism.kind == Kind::Ptr)
            add(node, remark(Weight::Attention, "ptr",
                             QStringLiteral("\"%1\" is slow and unreliable, and RFC 7208 §5.5 says not to publish it; "
                                            "some receivers ignore it. Name the addresses with ip4 and ip6.")
                                 .arg(toText(mechanism)),
                             placeOf(mechanism)));
    }
}

void remarkOnEnd(SpfNode &node, const SpfRecord &record, bool decides)
{
    const auto all = std::ranges::find(record.mechanisms, Kind::All, &SpfMechanism::kind);
    if (all == record.mechanisms.end()) {
        if (decides && record.redirect.isEmpty())
            add(node, remark(Weight::Attention, "no-all",
                             QStringLiteral("The record has no \"all\" at its end: servers it does not list count as "
                                            "neutral. End it in \"~all\", and in \"-all\" when every server is "
                                            "listed.")));
        return;
    }
    if (all->qualifier == SpfQualifier::Pass)
        add(node, remark(Weight::Wrong, "passes-everyone",
                         QStringLiteral("\"%1\" lets every server in the world pass. Change it to \"~all\" or "
                                        "\"-all\".")
                             .arg(node.record.mid(all->offset, all->length)),
                         placeOf(*all)));
    if (all->qualifier == SpfQualifier::Neutral && decides)
        add(node, remark(Weight::Attention, "neutral-all",
                         QStringLiteral("\"?all\" says nothing about servers that are not listed. Change it to "
                                        "\"~all\", and to \"-all\" when every server is listed."),
                         placeOf(*all)));
    const auto behind = std::next(all);
    if (behind != record.mechanisms.end())
        add(node, remark(Weight::Attention, "after-all",
                         QStringLiteral("What stands behind \"%1\" is never looked at: move it before, or remove it.")
                             .arg(toText(*all)),
                         {{},
                          behind->offset,
                          record.mechanisms.back().offset + record.mechanisms.back().length - behind->offset}));
    if (!record.redirect.isEmpty())
        add(node, remark(Weight::Attention, "after-all",
                         QStringLiteral("\"redirect=%1\" is never looked at, because the record has \"%2\". Remove "
                                        "one of them.")
                             .arg(record.redirect, toText(*all)),
                         placeOf(*all)));
}

void remarkOnLength(SpfNode &node)
{
    constexpr qsizetype kMaxStringOctets = 255;   // one <character-string> (RFC 1035 §3.3)
    constexpr qsizetype kSmallRecordOctets = 450; // fits a UDP answer of 512 octets (RFC 7208 §3.4)
    if (node.strings.empty() && node.record.size() > kMaxStringOctets)
        add(node, remark(Weight::Attention, "long-string",
                         QStringLiteral("The record has %1 octets, and a string in the DNS has at most 255: publish it "
                                        "as several strings of one TXT record.")
                             .arg(node.record.size())));
    if (node.record.size() > kSmallRecordOctets)
        add(node, remark(Weight::Attention, "long-record",
                         QStringLiteral("The record has %1 octets; over 450 it may not fit a plain DNS answer (RFC "
                                        "7208 §3.4), and then some receivers do not get it. Shorten it.")
                             .arg(node.record.size())));
}

void collect(const SpfNode &node, std::vector<const SpfRemark *> &remarks)
{
    for (const SpfRemark &one : node.remarks)
        remarks.push_back(&one);
    for (const SpfNode &child : node.children)
        collect(child, remarks);
}

} // namespace

SpfRemark noRecord(const SpfNode &term)
{
    if (term.term.isEmpty())
        return remark(Weight::Wrong, "no-record",
                      QStringLiteral("%1 publishes no SPF record.").arg(term.domain.left(100)));
    return remark(Weight::Wrong, "no-record",
                  QStringLiteral("\"%1\" leads to %2, which publishes no SPF record (any more): receivers give a "
                                 "permanent error. Remove the term, or ask the provider for the right name.")
                      .arg(term.term.left(100), term.domain),
                  term.at);
}

SpfRemark severalRecords(const SpfNode &term, qsizetype count)
{
    return remark(Weight::Wrong, "two-records",
                  QStringLiteral("%1 publishes %2 SPF records; receivers give a permanent error and use neither. Join "
                                 "them into one.")
                      .arg(term.domain)
                      .arg(count),
                  term.at);
}

SpfRemark loop(const SpfNode &term)
{
    return remark(Weight::Wrong, "loop",
                  QStringLiteral("\"%1\" leads back to a record that it is part of, without end: receivers give a "
                                 "permanent error. Remove it.")
                      .arg(term.term.left(100)),
                  term.at);
}

SpfRemark tooDeep(const SpfNode &term)
{
    return remark(Weight::Wrong, "too-deep",
                  QStringLiteral("\"%1\" was not followed: there are far more records than the 10 lookups that "
                                 "receivers allow. Remove includes.")
                      .arg(term.term.left(100)),
                  term.at);
}

SpfRemark includedTwice(const SpfNode &term)
{
    return remark(Weight::Attention, "duplicate",
                  QStringLiteral("\"%1\" asks for %2 again, which was included before, and its lookups count twice. "
                                 "Remove one of them.")
                      .arg(term.term.left(100), term.domain),
                  term.at);
}

SpfRemark voidLookup(const SpfNode &term)
{
    return remark(Weight::Attention, "void",
                  QStringLiteral("\"%1\" finds nothing in the DNS under %2. Receivers allow 2 such lookups: remove the "
                                 "term.")
                      .arg(term.term.left(100), term.domain),
                  term.at);
}

SpfRemark manyExchanges(const SpfNode &term, qsizetype count)
{
    return remark(Weight::Wrong, "many-exchanges",
                  QStringLiteral("\"%1\" finds %2 mail servers; over 10 receivers give a permanent error. Name their "
                                 "addresses with ip4 and ip6.")
                      .arg(term.term.left(100))
                      .arg(count),
                  term.at);
}

SpfRemark dependsOnSender(const SpfNode &term)
{
    return remark(Weight::Attention, "depends-on-sender",
                  QStringLiteral("\"%1\" has macros: which servers it lets pass, and what it costs below, depends on "
                                 "the message. Check each sender.")
                      .arg(term.term.left(100)),
                  term.at);
}

void remarkOnRecord(SpfNode &node, const SpfRecord &record, bool decides)
{
    const std::vector<SpfMechanism> terms(record.mechanisms.begin(),
                                          std::ranges::find(record.mechanisms, Kind::All, &SpfMechanism::kind));
    remarkOnNetworks(node, terms);
    remarkOnDuplicates(node, terms);
    remarkOnEnd(node, record, decides);
    remarkOnLength(node);
}

void remarkOnLimits(SpfNode &root)
{
    std::vector<SpfRemark> limits;
    if (root.lookups > kSpfMaxLookups)
        limits.push_back(remark(Weight::Wrong, "over-lookups",
                                QStringLiteral("The record costs %1 DNS lookups in all; over 10 receivers give a "
                                               "permanent error. Remove includes that are no longer used, or replace "
                                               "them by their addresses.")
                                    .arg(root.lookups)));
    if (root.voidLookups > kSpfMaxVoidLookups)
        limits.push_back(remark(Weight::Wrong, "over-voids",
                                QStringLiteral("%1 lookups find nothing in the DNS; over 2 receivers give a permanent "
                                               "error. Remove the terms that find nothing.")
                                    .arg(root.voidLookups)));
    root.remarks.insert(root.remarks.begin(), limits.begin(), limits.end());
}

QJsonObject toJson(const SpfNode &node)
{
    QJsonArray remarks, children, networks;
    for (const SpfRemark &one : node.remarks)
        remarks.append(QJsonObject{{QStringLiteral("id"), one.id},
                                   {QStringLiteral("wrong"), one.weight == Weight::Wrong},
                                   {QStringLiteral("sentence"), one.place.sentence},
                                   {QStringLiteral("offset"), one.place.offset},
                                   {QStringLiteral("length"), one.place.length}});
    for (const SpfNode &child : node.children)
        children.append(toJson(child));
    for (const IpNetwork &network : node.networks)
        networks.append(network.toString());
    return {{QStringLiteral("term"), node.term},
            {QStringLiteral("offset"), node.at.offset},
            {QStringLiteral("length"), node.at.length},
            {QStringLiteral("domain"), node.domain},
            {QStringLiteral("record"), node.record},
            {QStringLiteral("lookups"), node.lookups},
            {QStringLiteral("voids"), node.voidLookups},
            {QStringLiteral("networks"), networks},
            {QStringLiteral("networksWhole"), node.networksWhole},
            {QStringLiteral("failed"), node.failed},
            {QStringLiteral("remarks"), remarks},
            {QStringLiteral("children"), children}};
}

std::vector<const SpfRemark *> remarksOf(const SpfNode &root)
{
    std::vector<const SpfRemark *> remarks;
    collect(root, remarks);
    std::ranges::stable_sort(remarks, {}, [](const SpfRemark *one) { return one->weight == Weight::Wrong ? 0 : 1; });
    return remarks;
}

} // namespace relaywright
