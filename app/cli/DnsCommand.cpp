// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include "core/verify/Verification.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

/// One run over one domain; ends the program through the context.
class DnsRun : public QObject {
public:
    DnsRun(Domain domain, std::unique_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_context(context), m_domain(std::move(domain)), m_dns(std::move(dns))
    {
        Site site; // a site that is nothing but the domain: its checks are the domain's checks
        site.organisation.acceptedDomains = {m_domain};
        m_verification = std::make_unique<Verification>(site, Plan{}, context.knowledge, *m_dns);
        connect(m_verification.get(), &Verification::found, this,
                [this](const Finding &finding) { m_findings.push_back(finding); });
        connect(m_verification.get(), &Verification::finished, this, &DnsRun::report);
    }

    void start() { m_verification->start(); }

private:
    void report()
    {
        std::ranges::sort(m_findings, {}, [](const Finding &finding) { return finding.id.toStdString(); });
        QJsonArray findings;
        for (const Finding &finding : m_findings) {
            findings.append(toJson(finding));
            m_context.say(QStringLiteral("%1  %2").arg(toString(finding.verdict).leftJustified(14), finding.title));
            for (const QString &text : {finding.seen, finding.why, finding.todo}) {
                if (!text.isEmpty())
                    m_context.say(QString(16, u' ') + text);
            }
        }
        m_context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.dns/1")},
                         {QStringLiteral("domain"), m_domain.toAscii()},
                         {QStringLiteral("findings"), findings}});
        m_context.finish(exitCode());
    }

    int exitCode() const
    {
        const auto has = [this](Verdict verdict) {
            return std::ranges::find(m_findings, verdict, &Finding::verdict) != m_findings.end();
        };
        if (has(Verdict::Wrong))
            return AnswerIsNo;
        return has(Verdict::CouldNotTell) ? Environment : Done;
    }

    Context &m_context;
    Domain m_domain;
    std::unique_ptr<Resolver> m_dns;
    std::unique_ptr<Verification> m_verification;
    std::vector<Finding> m_findings;
};

std::optional<int> runDns(const std::string &text, Context &context)
{
    auto domain = Domain::parse(QString::fromStdString(text));
    if (!domain)
        return context.fail(domain.error());
    auto resolver = Resolver::create({.nameservers = context.nameservers});
    if (!resolver)
        return context.fail(resolver.error());
    (new DnsRun(std::move(*domain), std::move(*resolver), context))->start(); // owned by the context
    return std::nullopt;
}

} // namespace

void addDnsCommand(CLI::App &app, Command &chosen)
{
    const auto domain = std::make_shared<std::string>();
    CLI::App *dns = app.add_subcommand("dns", "How the world sees a domain: MX and SPF");
    dns->add_option("DOMAIN", *domain)->required();
    dns->callback([domain, &chosen] { chosen = [domain](Context &context) { return runDns(*domain, context); }; });
}

} // namespace relaywright::cli
