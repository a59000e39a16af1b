// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfSurvey.h"

#include "core/mailauth/SpfMacro.h"
#include "core/mailauth/SpfRecordCache.h"
#include "core/mailauth/SpfRemarks.h"

#include <QSet>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>

namespace relaywright {

namespace {

using Kind = SpfMechanism::Kind;
using Status = SpfAnswer::Status;

constexpr int kMaxRecords = 60;
constexpr qsizetype kMaxDepth = 10;
constexpr size_t kMaxQuestions = 400;
constexpr int kMaxTerms = 1000;       // that become nodes; more are counted only
constexpr size_t kMaxNetworks = 2000; // of one node
constexpr qsizetype kMaxExchanges = 10;

using Key = std::pair<QString, SpfQueryType>;

Key keyOf(const SpfQuery &query)
{
    return {query.name.toLower(), query.type};
}

/// Where `redirect=` stands in the text.
RecordFault placeOfRedirect(const QString &record)
{
    const qsizetype start = record.indexOf(QLatin1String(" redirect="), 0, Qt::CaseInsensitive) + 1;
    const qsizetype end = record.indexOf(u' ', start);
    return {{}, start, (end < 0 ? record.size() : end) - start};
}

/// Where an `all` stands before it, a term is never reached (RFC 7208 §5.1, §6.1).
std::span<const SpfMechanism> reached(const SpfRecord &record)
{
    const auto all = std::ranges::find(record.mechanisms, Kind::All, &SpfMechanism::kind);
    return {record.mechanisms.begin(), all};
}

void addNetwork(SpfNode &node, const IpNetwork &network)
{
    if (node.networks.size() < kMaxNetworks)
        node.networks.push_back(network);
    else
        node.networksWhole = false;
}

void keepDistinct(std::vector<IpNetwork> &networks)
{
    std::set<IpNetwork> seen;
    std::erase_if(networks, [&](const IpNetwork &network) { return !seen.insert(network).second; });
}

bool isPassing(const SpfNode &term)
{
    return !term.term.startsWith(u'-') && !term.term.startsWith(u'~') && !term.term.startsWith(u'?');
}

bool isRedirect(const SpfNode &term)
{
    return term.term.startsWith(QLatin1String("redirect="), Qt::CaseInsensitive);
}

void addAddresses(SpfNode &node, const SpfMechanism &mechanism, const SpfAnswer &answer)
{
    for (const IpAddress &address : answer.addresses) {
        const int prefix = address.family() == IpAddress::Family::V4 ? mechanism.prefix4 : mechanism.prefix6;
        addNetwork(node, IpNetwork::of(address, prefix));
    }
}

} // namespace

/// Walks the tree anew whenever an answer can have brought new questions, and sums it up when none is open; records are
/// parsed once.
struct SpfSurvey::State {
    QString domain;
    std::map<Key, SpfAnswer> answers;
    std::set<Key> asked;
    std::vector<SpfQuery> fresh; ///< asked for, and not handed out yet
    SpfRecordCache parsed;
    std::optional<SpfNode> result;

    // Of one walk:
    int records = 0;
    int terms = 0;
    bool waits = false;
    QStringList path;       ///< domains from the root down, for loops
    QSet<QString> included; ///< domains of includes seen so far, for duplicates

    void advance()
    {
        records = terms = 0;
        waits = false;
        included.clear();
        SpfNode root;
        root.domain = domain;
        walkRecord(root, nullptr);
        if (waits)
            return;
        conclude(root, true);
        remarkOnLimits(root);
        result = std::move(root);
    }

    /// Null while the answer is not there.
    const SpfAnswer *ask(const QString &name, SpfQueryType type)
    {
        const Key key = keyOf({name, type});
        if (const auto known = answers.find(key); known != answers.end())
            return &known->second;
        if (asked.size() >= kMaxQuestions && !asked.contains(key)) {
            static const SpfAnswer notAsked{.status = Status::Failed, .texts = {}, .addresses = {}, .names = {}};
            return &notAsked;
        }
        if (!asked.contains(key)) {
            asked.insert(key);
            fresh.push_back({key.first, type});
        }
        waits = true;
        return nullptr;
    }

    /// The record of `node.domain` with all below it. `parent` holds the term that leads here; null for the root.
    void walkRecord(SpfNode &node, SpfNode *parent)
    {
        const SpfAnswer *answer = ask(node.domain, SpfQueryType::Txt);
        if (!answer)
            return;
        ++records;
        if (answer->status == Status::Failed) {
            node.failed = true;
            node.networksWhole = false;
            return;
        }
        if (!selectRecord(node, *answer, parent))
            return;
        const auto found = parsed.parse(node.record.toLatin1());
        const auto &record = found->record;
        if (!record) {
            node.remarks.push_back({SpfRemark::Weight::Wrong, QStringLiteral("syntax"), record.error()});
            node.networksWhole = false;
            return;
        }
        path.push_back(node.domain);
        for (const SpfMechanism &mechanism : reached(*record))
            walkTerm(node, mechanism);
        const bool ends = record->mechanisms.size() > reached(*record).size();
        if (!ends && !record->redirect.isEmpty())
            walkRedirect(node, record->redirect);
        path.pop_back();
    }

    bool selectRecord(SpfNode &node, const SpfAnswer &answer, SpfNode *parent)
    {
        QList<qsizetype> spf;
        for (qsizetype i = 0; i < answer.texts.size(); ++i) {
            if (isSpfRecord(answer.texts[i]))
                spf += i;
        }
        if (spf.size() == 1) {
            node.record = QString::fromLatin1(answer.texts[spf.front()]);
            const auto index = static_cast<size_t>(spf.front());
            if (index < answer.textStrings.size())
                node.strings = answer.textStrings[index];
            return true;
        }
        node.networksWhole = false;
        SpfNode &holder = parent ? *parent : node; // whose text is underlined
        holder.remarks.push_back(spf.isEmpty() ? noRecord(node) : severalRecords(node, spf.size()));
        return false;
    }

    void walkTerm(SpfNode &parent, const SpfMechanism &mechanism)
    {
        const bool passes = mechanism.qualifier == SpfQualifier::Pass;
        parent.networksWhole = parent.networksWhole && passes;
        if (mechanism.network) {
            const bool mapped =
                mechanism.kind == Kind::Ip6 && mechanism.network->address().family() == IpAddress::Family::V4;
            if (passes && !mapped)
                addNetwork(parent, *mechanism.network);
            return;
        }
        if (++terms > kMaxTerms) {
            ++parent.lookups;
            parent.networksWhole = false;
            return;
        }
        SpfNode node;
        node.term = parent.record.sliced(mechanism.offset, mechanism.length);
        node.at = {{}, mechanism.offset, mechanism.length};
        node.lookups = 1;
        const bool fixed = !mechanism.domainSpec.contains(u'%');
        node.domain = mechanism.domainSpec.isEmpty() ? parent.domain
                      : fixed                        ? toQueryName(mechanism.domainSpec).toLower()
                                                     : QString();
        if (!fixed || mechanism.kind == Kind::Ptr) {
            node.networksWhole = false;
            if (!fixed)
                parent.remarks.push_back(dependsOnSender(node));
        } else if (mechanism.kind == Kind::Include) {
            include(parent, node);
        } else {
            walkAddresses(parent, node, mechanism);
        }
        parent.children.push_back(std::move(node));
    }

    void walkRedirect(SpfNode &parent, const QString &spec)
    {
        SpfNode node;
        node.at = placeOfRedirect(parent.record);
        node.term = parent.record.sliced(node.at.offset, node.at.length);
        node.lookups = 1;
        if (spec.contains(u'%')) {
            node.networksWhole = false;
            parent.remarks.push_back(dependsOnSender(node));
        } else {
            node.domain = toQueryName(spec).toLower();
            include(parent, node);
        }
        parent.children.push_back(std::move(node));
    }

    void include(SpfNode &parent, SpfNode &node)
    {
        if (path.contains(node.domain)) {
            parent.remarks.push_back(loop(node));
        } else if (path.size() >= kMaxDepth || records >= kMaxRecords) {
            parent.remarks.push_back(tooDeep(node));
        } else {
            if (included.contains(node.domain))
                parent.remarks.push_back(includedTwice(node));
            included.insert(node.domain);
            walkRecord(node, &parent);
            return;
        }
        node.networksWhole = false;
    }

    /// a, mx, exists
    void walkAddresses(SpfNode &parent, SpfNode &node, const SpfMechanism &mechanism)
    {
        bool isVoid = false;
        if (mechanism.kind == Kind::Mx) {
            const SpfAnswer *exchanges = ask(node.domain, SpfQueryType::Mx);
            if (!exchanges)
                return;
            node.failed = exchanges->status == Status::Failed;
            isVoid = exchanges->status == Status::Void;
            if (exchanges->names.size() > kMaxExchanges)
                parent.remarks.push_back(manyExchanges(node, exchanges->names.size()));
            for (const QString &name : exchanges->names.first(std::min(kMaxExchanges, exchanges->names.size()))) {
                if (!toQueryName(name).isEmpty()) // not the null MX
                    std::ignore = takeAddresses(node, mechanism, toQueryName(name));
            }
        } else if (mechanism.kind == Kind::A) {
            isVoid = takeAddresses(node, mechanism, node.domain);
        } else {
            const SpfAnswer *answer = ask(node.domain, SpfQueryType::A);
            node.failed = answer && answer->status == Status::Failed;
            isVoid = answer && answer->status == Status::Void;
            node.networksWhole = false; // without macros it passes everyone or nobody
        }
        if (node.failed)
            node.networksWhole = false;
        if (isVoid) {
            node.voidLookups = 1;
            parent.remarks.push_back(voidLookup(node));
        }
    }

    /// True when the name has an address of neither family.
    bool takeAddresses(SpfNode &node, const SpfMechanism &mechanism, const QString &name)
    {
        const SpfAnswer *v4 = ask(name, SpfQueryType::A);
        const SpfAnswer *v6 = ask(name, SpfQueryType::Aaaa);
        if (!v4 || !v6)
            return false;
        addAddresses(node, mechanism, *v4);
        addAddresses(node, mechanism, *v6);
        node.failed = node.failed || v4->status == Status::Failed || v6->status == Status::Failed;
        return v4->status == Status::Void && v6->status == Status::Void;
    }

    /// Sums up from the leaves, once all answers are there. `decides`: the end of this record says what happens to
    /// servers that none lists.
    void conclude(SpfNode &node, bool decides)
    {
        for (SpfNode &child : node.children) {
            conclude(child, decides && isRedirect(child));
            node.lookups += child.lookups;
            node.voidLookups += child.voidLookups;
            node.failed = node.failed || child.failed;
            node.networksWhole = node.networksWhole && child.networksWhole;
            for (const IpNetwork &network : child.networks) {
                if (isPassing(child))
                    addNetwork(node, network);
            }
        }
        keepDistinct(node.networks);
        if (node.record.isEmpty())
            return;
        if (const auto found = parsed.parse(node.record.toLatin1()); found->record)
            remarkOnRecord(node, *found->record, decides);
    }
};

SpfSurvey::SpfSurvey(const QString &domain, std::optional<QString> record)
    : m_state(std::make_unique<State>(State{.domain = toQueryName(domain).toLower()}))
{
    if (m_state->domain.isEmpty()) {
        SpfNode root;
        root.domain = domain;
        root.networksWhole = false;
        root.remarks.push_back(noRecord(root));
        m_state->result = root;
        return;
    }
    if (record)
        m_state->answers[keyOf({m_state->domain, SpfQueryType::Txt})] = {
            .status = Status::Found, .texts = {record->toLatin1()}, .addresses = {}, .names = {}};
    m_state->advance();
}

SpfSurvey::~SpfSurvey() = default;
SpfSurvey::SpfSurvey(SpfSurvey &&) noexcept = default;
SpfSurvey &SpfSurvey::operator=(SpfSurvey &&) noexcept = default;

std::vector<SpfQuery> SpfSurvey::pending()
{
    return std::exchange(m_state->fresh, {});
}

void SpfSurvey::feed(const SpfQuery &query, const SpfAnswer &answer)
{
    const Key key = keyOf(query);
    if (m_state->result || !m_state->asked.contains(key) || m_state->answers.contains(key))
        return;
    m_state->answers[key] = answer;
    const bool leadsOn = query.type == SpfQueryType::Txt || query.type == SpfQueryType::Mx;
    const bool isLast = m_state->answers.size() >= m_state->asked.size();
    if (leadsOn || isLast)
        m_state->advance();
}

const std::optional<SpfNode> &SpfSurvey::result() const
{
    return m_state->result;
}

const SpfNode *costliest(const SpfNode &root)
{
    // What is below a term costs less than the term with all below it.
    const auto most = std::ranges::max_element(root.children, {}, &SpfNode::lookups);
    return most == root.children.end() || most->lookups == 0 ? nullptr : &*most;
}

} // namespace relaywright
