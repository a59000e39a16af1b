// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Advice.h"
#include "app/cli/SpfCommands.h"
#include "app/cli/SpfMergeReport.h"

#include "core/base/Domain.h"
#include "core/site/SiteDocument.h"
#include "core/verify/Targets.h"
#include "core/verify/Verification.h"

#include <algorithm>
#include <map>
#include <utility>

namespace relaywright::cli {

namespace {

SpfEnd endOf(const SpfOptions &options)
{
    if (options.end == "soft")
        return SpfEnd::SoftFail;
    return options.end == "hard" ? SpfEnd::Fail : SpfEnd::Keep;
}

/// The one SPF record among a domain's TXT records, nothing when it has none.
Result<std::optional<QString>> publishedSpf(const DnsAnswer &answer, const QString &domain)
{
    using Status = DnsAnswer::Status;
    if (answer.status == Status::Failed || answer.status == Status::TimedOut)
        return failure(ErrorKind::Unreachable, answer.detail);
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.size() > 1)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 publishes %2 SPF records, which makes every check fail. Join them to one first.")
                .arg(domain)
                .arg(records.size()));
    if (records.isEmpty())
        return std::optional<QString>();
    return std::optional<QString>(QString::fromLatin1(records.first()));
}

/// Includes of Microsoft's own clouds: their addresses change, and an include follows.
QStringList includesOfClouds(const Knowledge &knowledge)
{
    QStringList names;
    for (const Cloud cloud : {Cloud::Worldwide, Cloud::GccHigh, Cloud::Dod, Cloud::China}) {
        if (const Fact *fact = knowledge.find(QStringLiteral("spf.include.") + toString(cloud)))
            names += fact->value.toString();
    }
    return names;
}

/// Merges, counts and tries the new record; ends the program through the context.
class MergeRun : public QObject {
public:
    MergeRun(const SpfOptions &options, const QString &domain, std::vector<PathExpectation> paths,
             std::shared_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_options(options), m_paths(std::move(paths)), m_dns(std::move(dns)), m_context(context)
    {
        m_outcome.domain = domain;
    }

    /// Looks the record up first.
    void start()
    {
        m_dns->ask(m_outcome.domain, DnsType::Txt, this, [this](const DnsAnswer &answer) {
            const auto existing = publishedSpf(answer, m_outcome.domain);
            if (!existing)
                return m_context.finish(m_context.fail(existing.error()));
            startFrom(*existing);
        });
    }

    void startFrom(const std::optional<QString> &existing)
    {
        QStringList mechanisms;
        for (const std::string &mechanism : m_options.add)
            mechanisms += QString::fromStdString(mechanism);
        auto merged = mergeSpf(existing, mechanisms, endOf(m_options));
        if (!merged)
            return m_context.finish(m_context.fail(merged.error()));
        m_outcome.existing = existing;
        m_outcome.merged = std::move(*merged);
        if (m_outcome.domain.isEmpty())
            return report();
        survey(existing, m_outcome.before);
        survey(m_outcome.merged.record, m_outcome.after);
        for (const PathExpectation &path : m_paths)
            follow(path);
        for (const auto &[include, paths] : m_throughCloud)
            followThroughCloud(include, paths);
    }

private:
    void survey(const std::optional<QString> &record, std::optional<SpfNode> &node)
    {
        ++m_open;
        surveySpf(m_outcome.domain, record.value_or(QString()), *m_dns, this, [this, &node](const SpfNode &root) {
            node = root;
            settle();
        });
    }

    void follow(const PathExpectation &path)
    {
        using Leaves = PathExpectation::Leaves;
        const bool known = !path.envelopeDomain.isEmpty();
        if (known && path.leaves == Leaves::FromSite && !path.egress.empty()) {
            for (const IpAddress &address : path.egress)
                tryFrom(path, address);
        } else if (known && path.leaves == Leaves::ThroughExchangeOnline && !path.spfInclude.isEmpty()) {
            m_throughCloud[path.spfInclude].push_back(path);
        } else {
            m_outcome.senders.push_back(whatIf(path));
        }
    }

    /// Takes the first address of each family of those that the cloud's own record lets pass.
    void followThroughCloud(const QString &include, const std::vector<PathExpectation> &paths)
    {
        ++m_open;
        surveySpf(include, std::nullopt, *m_dns, this, [this, paths](const SpfNode &root) {
            std::vector<IpAddress> addresses;
            for (const auto family : {IpAddress::Family::V4, IpAddress::Family::V6}) {
                const auto first = std::ranges::find(
                    root.networks, family, [](const IpNetwork &network) { return network.address().family(); });
                if (first != root.networks.end())
                    addresses.push_back(first->address());
            }
            for (const PathExpectation &path : paths) {
                for (const IpAddress &address : addresses)
                    tryFrom(path, address);
                if (addresses.empty())
                    m_outcome.senders.push_back(whatIf(path));
            }
            settle();
        });
    }

    static SpfWhatIf whatIf(const PathExpectation &path)
    {
        return {.id = path.senderId,
                .name = path.senderName,
                .domain = path.envelopeDomain,
                .way = path.wayName,
                .address = std::nullopt,
                .before = std::nullopt,
                .after = std::nullopt};
    }

    void tryFrom(const PathExpectation &path, const IpAddress &address)
    {
        const size_t index = m_outcome.senders.size();
        m_outcome.senders.push_back(whatIf(path));
        m_outcome.senders.back().address = address;
        evaluate(index, m_outcome.existing, &SpfWhatIf::before, m_before);
        evaluate(index, m_outcome.merged.record, &SpfWhatIf::after, m_after);
    }

    /// What is computed once for all senders of one domain and address.
    struct Shared {
        std::vector<size_t> waiting;
        std::optional<SpfVerdict> verdict;
    };
    using SharedChecks = std::map<std::pair<QString, IpAddress>, Shared>;

    void evaluate(size_t index, const std::optional<QString> &record, std::optional<SpfVerdict> SpfWhatIf::*verdict,
                  SharedChecks &checks)
    {
        const SpfWhatIf &sender = m_outcome.senders[index];
        const auto [place, isNew] = checks.try_emplace({sender.domain, *sender.address});
        Shared &shared = place->second; // a map's element stays where it is
        if (shared.verdict)
            m_outcome.senders[index].*verdict = shared.verdict;
        else
            shared.waiting.push_back(index);
        if (!isNew)
            return;
        ++m_open;
        const SpfRequest request{
            .ip = *sender.address, .helo = sender.domain, .mailFrom = QLatin1String("postmaster@") + sender.domain};
        checkSpf(request, withRecord(m_outcome.domain, record.value_or(QString())), *m_dns, this,
                 [this, &shared, verdict](const SpfVerdict &given) {
                     shared.verdict = given;
                     for (const size_t each : shared.waiting)
                         m_outcome.senders[each].*verdict = given;
                     settle();
                 });
    }

    void settle()
    {
        if (--m_open == 0)
            report();
    }

    void report()
    {
        if (m_outcome.after)
            m_outcome.proposals =
                proposeWithinLimits(*m_outcome.after, {.existing = m_outcome.existing.value_or(QString()),
                                                       .added = m_outcome.merged.added,
                                                       .neverFlatten = includesOfClouds(m_context.knowledge)});
        sayMerge(m_outcome, m_context);
        m_context.print(toJson(m_outcome));
        m_context.finish(exitCodeOf(m_outcome));
    }

    SpfOptions m_options;
    std::vector<PathExpectation> m_paths;
    std::shared_ptr<Resolver> m_dns;
    Context &m_context;
    SpfMergeOutcome m_outcome;
    std::map<QString, std::vector<PathExpectation>> m_throughCloud; ///< by the cloud's include
    SharedChecks m_before, m_after;
    int m_open = 0;
};

} // namespace

std::optional<int> runSpfMerge(SpfOptions options, Context &context)
{
    Targets targets;
    QString name = QString::fromStdString(options.domain);
    if (!options.site.empty()) {
        const auto advice = adviseFrom(QString::fromStdString(options.site), context.clock.today(), context);
        if (!advice)
            return context.fail(advice.error());
        targets = targetsOf(advice->site, advice->plan, context.knowledge);
        const auto &accepted = advice->site.organisation.acceptedDomains;
        if (name.isEmpty() && !accepted.empty())
            name = accepted.front().toAscii();
    }
    if (!name.isEmpty()) {
        const auto domain = Domain::parse(name);
        if (!domain)
            return context.fail(domain.error());
        name = domain->toAscii();
    }
    if (options.add.empty()) {
        const auto domain = std::ranges::find(targets.domains, name, &DomainExpectation::domain);
        if (domain == targets.domains.end() || domain->spfNeeds.isEmpty())
            return context.fail(
                {ErrorKind::InvalidInput,
                 QStringLiteral("The plan of this site needs nothing in the SPF record of %1. Name what to "
                                "add with --add.")
                     .arg(name.isEmpty() ? QStringLiteral("its domain") : name)});
        for (const QString &need : domain->spfNeeds)
            options.add.push_back(need.toStdString());
    }
    const auto dns = openResolver(context);
    if (!dns)
        return context.fail(dns.error());
    auto *const run = new MergeRun(options, name, std::move(targets.paths), *dns, context); // owned by the context
    if (options.record.empty())
        run->start();
    else
        run->startFrom(QString::fromStdString(options.record));
    return context.finishedWith();
}

} // namespace relaywright::cli
