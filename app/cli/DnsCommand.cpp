// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/base/Clock.h"
#include "core/base/Text.h"
#include "core/mailauth/DkimKey.h"
#include "core/plan/Plan.h"
#include "core/site/SiteDocument.h"
#include "core/verify/Verification.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace relaywright::cli {

namespace {

struct DnsOptions {
    std::string domain;
    std::vector<std::string> selectors;
    std::string site;
    std::vector<std::string> addresses;
    std::vector<std::string> only;
    std::string save;
    std::string since;
    bool noBlocklists = false;
};

/// What is looked at, and what was seen the last time.
struct DnsTask {
    Site site;
    Plan plan;
    QString subject;
    VerificationSettings settings;
    std::optional<SavedRun> since;
};

/// One run; ends the program through the context.
class DnsRun : public QObject {
public:
    DnsRun(DnsTask task, const DnsOptions &options, std::unique_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_context(context), m_task(std::move(task)), m_save(QString::fromStdString(options.save)),
          m_dns(std::move(dns)), m_verification(std::make_unique<Verification>(
                                     m_task.site, m_task.plan, context.knowledge, *m_dns, m_task.settings))
    {
        connect(m_verification.get(), &Verification::found, this,
                [this](const Finding &finding) { m_findings.push_back(finding); });
        connect(m_verification.get(), &Verification::finished, this, &DnsRun::report);
    }

    /// Error when `--only` names no check of this run.
    Result<void> start()
    {
        for (const QString &id : m_task.settings.only) {
            if (std::ranges::find(m_verification->checks(), id, &Check::id) == m_verification->checks().end())
                return failure(
                    ErrorKind::InvalidInput,
                    QStringLiteral("There is no check \"%1\" here. Run without --only to see the ids with --json.")
                        .arg(id));
        }
        onInterrupt(this, [this] { m_verification->cancel(); }); // what is known by then is told
        m_verification->start();
        return {};
    }

private:
    void report()
    {
        sortAsPlanned();
        const SavedRun now{toDateTime(m_context.clock.now()), m_task.subject, m_findings};
        QString why;
        for (const Finding &finding : m_findings) {
            say(finding, finding.why != why);
            why = finding.why;
        }
        sayCounts();
        const auto drifts = m_task.since ? compare(comparable(*m_task.since), now) : std::vector<Drift>();
        if (m_task.since)
            say(drifts, m_task.since->when);
        m_context.print(document(now, drifts));
        if (!m_save.isEmpty()) {
            if (const auto saved = writeFile(m_save, QJsonDocument(toJson(now)).toJson()); !saved)
                return m_context.finish(m_context.fail(saved.error()));
        }
        m_context.finish(exitCode());
    }

    /// Lines that this run was told to leave out are no change.
    SavedRun comparable(SavedRun since) const
    {
        if (m_task.settings.only.isEmpty() && m_task.settings.blocklists)
            return since;
        std::erase_if(since.findings, [this](const Finding &finding) {
            return std::ranges::find(m_verification->checks(), finding.id, &Check::id)
                   == m_verification->checks().end();
        });
        return since;
    }

    void sortAsPlanned()
    {
        QHash<QString, qsizetype> places;
        for (const Check &check : m_verification->checks())
            places.insert(check.id, places.size());
        std::ranges::sort(m_findings, {}, [&](const Finding &finding) { return places.value(finding.id); });
    }

    void sayCounts() const
    {
        const auto count = [this](Verdict verdict) {
            return QString::number(std::ranges::count(m_findings, verdict, &Finding::verdict));
        };
        m_context.say();
        m_context.say(QStringLiteral("%1 wrong, %2 attention, %3 could not be told, %4 good")
                          .arg(count(Verdict::Wrong), count(Verdict::Attention), count(Verdict::CouldNotTell),
                               count(Verdict::Good)));
        if (const size_t left = m_verification->checks().size() - m_findings.size())
            m_context.complain(QStringLiteral("%1 checks were not finished.").arg(left));
    }

    /// The reason stands once for lines that share it.
    void say(const Finding &finding, bool withWhy) const
    {
        m_context.say(
            QStringLiteral("%1  %2  [%3]").arg(toString(finding.verdict).leftJustified(14), finding.title, finding.id));
        const QString indent(16, u' ');
        for (const QString &text :
             {finding.seen, finding.verdict == Verdict::Good || !withWhy ? QString() : finding.why, finding.todo}) {
            if (!text.isEmpty())
                m_context.say(indent + QString(text).replace(u'\n', u'\n' + indent));
        }
        if (!finding.proposal.isEmpty())
            m_context.say(indent + QStringLiteral("proposed: ") + finding.proposal);
    }

    void say(const std::vector<Drift> &drifts, const QDateTime &when) const
    {
        m_context.say();
        m_context.say(drifts.empty() ? QStringLiteral("Nothing changed since %1.").arg(when.toString(Qt::ISODate))
                                     : QStringLiteral("What changed since %1:").arg(when.toString(Qt::ISODate)));
        for (const Drift &drift : drifts) {
            m_context.say(QStringLiteral("%1  %2").arg(toString(drift.kind).leftJustified(14), drift.sentence));
            if (!drift.before.isEmpty())
                m_context.say(QStringLiteral("  before  ")
                              + QString(drift.before).replace(u'\n', QLatin1String(" / ")));
            if (!drift.now.isEmpty())
                m_context.say(QStringLiteral("  now     ") + QString(drift.now).replace(u'\n', QLatin1String(" / ")));
        }
    }

    QJsonObject document(const SavedRun &now, const std::vector<Drift> &drifts) const
    {
        QJsonObject json = toJson(now);
        json.insert(QStringLiteral("schema"), QStringLiteral("relaywright.dns/1"));
        json.insert(QStringLiteral("domain"), m_task.subject);
        if (m_task.since) {
            QJsonArray changes;
            for (const Drift &drift : drifts)
                changes.append(toJson(drift));
            json.insert(QStringLiteral("changes"), changes);
        }
        return json;
    }

    int exitCode() const
    {
        const auto has = [this](Verdict verdict) {
            return std::ranges::find(m_findings, verdict, &Finding::verdict) != m_findings.end();
        };
        if (has(Verdict::Wrong))
            return AnswerIsNo;
        if (m_findings.size() < m_verification->checks().size())
            return Environment;
        return has(Verdict::CouldNotTell) ? Environment : Done;
    }

    Context &m_context;
    DnsTask m_task;
    QString m_save;
    std::unique_ptr<Resolver> m_dns;
    std::unique_ptr<Verification> m_verification;
    std::vector<Finding> m_findings;
};

/// A sender that stands for whatever connects from the given addresses, so that these are checked too.
void addAddresses(Site &site, Plan &plan, const std::vector<IpNetwork> &addresses)
{
    Network network;
    network.id = QStringLiteral("given");
    network.egress = addresses;
    Sender sender;
    sender.id = QStringLiteral("given");
    sender.name = QStringLiteral("the given addresses");
    site.networks = {network};
    site.senders = {sender};
    Option option;
    option.method = Method::DirectSend;
    option.fit = Fit::Fits;
    plan.senders = {{sender.id, {option}, {}}};
}

Result<void> readAddresses(const DnsOptions &options, DnsTask &task)
{
    std::vector<IpNetwork> addresses;
    for (const std::string &text : options.addresses) {
        const auto address = IpAddress::parse(QString::fromStdString(text));
        if (!address)
            return tl::unexpected(address.error());
        if (address->isPrivate())
            return failure(
                ErrorKind::InvalidInput,
                QStringLiteral("%1 is an address of a local network. Name the public address that receivers see.")
                    .arg(address->toString()));
        addresses.push_back(IpNetwork::of(*address, address->bits()));
    }
    if (!addresses.empty())
        addAddresses(task.site, task.plan, addresses);
    return {};
}

Result<void> readSite(const DnsOptions &options, const Context &context, DnsTask &task)
{
    const auto text = readFile(QString::fromStdString(options.site));
    if (!text)
        return tl::unexpected(text.error());
    auto site = parseSite(*text);
    if (!site)
        return tl::unexpected(site.error());
    task.site = std::move(*site);
    task.plan = advise(task.site, context.knowledge, context.clock.today());
    return {};
}

/// The domain comes first, so that its lines do and it is what the site's first domain would be.
Result<void> readDomain(const DnsOptions &options, DnsTask &task)
{
    const auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return tl::unexpected(domain.error());
    auto &domains = task.site.organisation.acceptedDomains;
    std::erase(domains, *domain);
    domains.insert(domains.begin(), *domain);
    task.subject = domain->toAscii();
    return {};
}

Result<DnsTask> taskOf(const DnsOptions &options, const Context &context)
{
    DnsTask task;
    if (!options.site.empty()) {
        if (const auto read = readSite(options, context, task); !read)
            return tl::unexpected(read.error());
    }
    if (const auto read = readDomain(options, task); !read)
        return tl::unexpected(read.error());
    if (const auto read = readAddresses(options, task); !read)
        return tl::unexpected(read.error());
    for (const std::string &each : options.selectors) {
        const QString selector = QString::fromStdString(each);
        if (!isDkimSelector(selector))
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" cannot be a DKIM selector: letters, digits, hyphens and dots only.")
                               .arg(quotable(selector)));
        task.settings.selectors += selector;
    }
    for (const std::string &id : options.only)
        task.settings.only += QString::fromStdString(id);
    task.settings.blocklists = !options.noBlocklists;
    task.settings.reach = !options.site.empty();
    if (options.since.empty())
        return task;
    const auto text = readFile(QString::fromStdString(options.since));
    if (!text)
        return tl::unexpected(text.error());
    auto since = readSavedRun(*text);
    if (!since)
        return tl::unexpected(since.error());
    if (since->subject != task.subject)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The saved run is about %1, not about %2. Name the file of a run about %2.")
                           .arg(quotable(since->subject), task.subject));
    task.since = std::move(*since);
    return task;
}

std::optional<int> runDns(const DnsOptions &options, Context &context)
{
    auto task = taskOf(options, context);
    if (!task)
        return context.fail(task.error());
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return context.fail(resolver.error());
    auto *const run = new DnsRun(std::move(*task), options, std::move(*resolver), context); // owned by the context
    if (const auto started = run->start(); !started)
        return context.fail(started.error());
    return std::nullopt;
}

} // namespace

void addDnsCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<DnsOptions>();
    CLI::App *dns =
        app.add_subcommand("dns", "How the world sees a domain: MX, SPF, DKIM, DMARC, TLS policies, addresses");
    dns->add_option("DOMAIN", options->domain, "Such as contoso.com")->required();
    dns->add_option("--selector", options->selectors,
                    "A DKIM selector besides those of Exchange Online; may be repeated")
        ->expected(1)
        ->take_all();
    auto *site = dns->add_option("--site", options->site, "A site: what receivers decide about each of its senders");
    dns->add_option("--ip", options->addresses, "An address that mail leaves from; may be repeated")
        ->expected(1)
        ->take_all()
        ->excludes(site);
    dns->add_option("--only", options->only, "The id of one check; may be repeated")->expected(1)->take_all();
    dns->add_option("--save", options->save, "Keep the run in this file");
    dns->add_option("--since", options->since, "Compare with a run that was saved");
    dns->add_flag("--no-blocklists", options->noBlocklists, "Ask no public lists about the addresses");
    dns->callback([options, &chosen] { chosen = [options](Context &context) { return runDns(*options, context); }; });
}

} // namespace relaywright::cli
