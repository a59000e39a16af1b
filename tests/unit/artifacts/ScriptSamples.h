// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/ApplicationSetUp.h"
#include "tests/unit/artifacts/SampleSite.h"

#include <vector>

namespace relaywright::test {

/// Sites that between them ask for every script there is, whatever `advise` would choose today. `name` stands in each
/// text that a person types freely.
struct ScriptSample {
    QString label;
    Sample sample;
};

inline Option optionFor(Method method, Authentication authentication, std::uint16_t port = 587)
{
    Option option = Sample::option(method);
    option.settings.authentication = authentication;
    option.settings.port = port;
    return option;
}

inline Option relayedBy(std::optional<Method> upstream, Authentication authentication, std::uint16_t port)
{
    Option option = Sample::option(Method::LocalRelay);
    option.upstream = Upstream{upstream, {}};
    option.upstream->settings.authentication = authentication;
    option.upstream->settings.port = port;
    return option;
}

class ScriptSampleBuilder {
public:
    ScriptSampleBuilder(const QString &label, const QString &name) : m_sample{label, {}}, m_name(name)
    {
        Organisation &organisation = m_sample.sample.site.organisation;
        organisation.name = name;
        organisation.internalDomain = domain("corp.contoso.com");
        organisation.applicationDomain = domain("apps.contoso.com");
        m_sample.sample.site.networks.front().relayHost = *Host::parse(QStringLiteral("relay.corp.contoso.com"));
    }

    Sender &add(const char *id, const Option &option, const char *from, const char *signInAs = nullptr)
    {
        Sender &sender = m_sample.sample.add(id, option.method, from, signInAs);
        m_sample.sample.plan.senders.back().options = {option};
        sender.name = m_name.isEmpty() ? sender.id : m_name;
        sender.vendor = m_name;
        return sender;
    }

    Organisation &organisation() { return m_sample.sample.site.organisation; }
    Network &network() { return m_sample.sample.site.networks.front(); }
    [[nodiscard]] const ScriptSample &done() const { return m_sample; }

private:
    ScriptSample m_sample;
    QString m_name;
};

inline ScriptSample submissionSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("submission"), name);
    Sender &scanner = site.add("scanner", optionFor(Method::ClientSubmission, Authentication::Basic),
                               "o'brien@contoso.com", "devices@contoso.com");
    scanner.alsoFrom = {address("fax$x`y@contoso.com"), address("scan@example.net")};
    scanner.repliesTo = address("helpdesk@contoso.com");
    scanner.recipientsPerMessage = 700;
    scanner.largestMessageOctets = 60'000'000;
    site.add("erp", optionFor(Method::ClientSubmission, Authentication::OAuth), "erp@contoso.com").alsoFrom = {
        address("invoices@contoso.com")};
    site.add("monitor", optionFor(Method::ClientSubmission, Authentication::Basic), "monitor@contoso.com").reach =
        Reach::Internal;
    return site.done();
}

inline ScriptSample connectorSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("connector"), name);
    site.organisation().tenant = domain("contoso.onmicrosoft.com");
    site.network().egress = {block("192.0.2.10"), block("2001:db8::/64")};
    Sender &erp =
        site.add("erp", optionFor(Method::ConnectorRelay, Authentication::CertificateOrIp, 25), "erp@contoso.com");
    erp.repliesTo = address("accounts@contoso.com");
    erp.reach = Reach::External;
    Option byCertificate = optionFor(Method::ConnectorRelay, Authentication::CertificateOrIp, 25);
    byCertificate.settings.byCertificate = true;
    site.add("gateway", byCertificate, "gateway@contoso.com");
    site.add("alarm", optionFor(Method::ConnectorRelay, Authentication::CertificateOrIp, 25), "alarm@contoso.com")
        .reach = Reach::Internal;
    return site.done();
}

inline ScriptSample directSendSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("direct-send"), name);
    site.organisation().cloud = Cloud::GccHigh;
    site.organisation().acceptedDomains.clear();
    site.add("alarm", optionFor(Method::DirectSend, Authentication::None, 25), "alarm@contoso.com").repliesTo =
        address("helpdesk@contoso.com");
    return site.done();
}

inline ScriptSample localRelaySample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("local-relay"), name);
    site.add("fax", relayedBy(Method::ClientSubmission, Authentication::Basic, 587), "fax@contoso.com",
             "devices@contoso.com");
    site.add("ups", relayedBy(Method::ConnectorRelay, Authentication::CertificateOrIp, 25), "ups@contoso.com");
    site.add("scale", relayedBy(std::nullopt, Authentication::OAuth, 443), "scale@contoso.com");
    Sender &service =
        site.add("crm", optionFor(Method::AzureCommunicationServices, Authentication::Basic), "crm@contoso.com");
    service.hosting = Hosting::ThirdParty;
    service.network = QStringLiteral("office");
    return site.done();
}

inline ScriptSample exchangeServerSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("exchange-server"), name);
    site.organisation().exchangeServer = *Host::parse(QStringLiteral("mail.corp.contoso.com"));
    const Option option = optionFor(Method::OnPremExchange, Authentication::CertificateOrIp, 25);
    Sender &invoices = site.add("invoices", option, "invoices@contoso.com");
    invoices.reach = Reach::Both;
    invoices.lanAddress = *IpAddress::parse(QStringLiteral("10.1.2.3"));
    invoices.recipientsPerMessage = 400;
    invoices.largestMessageOctets = 50'000'000;
    invoices.repliesTo = address("accounts@contoso.com");
    Sender &alarm = site.add("alarm", option, "alarm@contoso.com");
    alarm.reach = Reach::Internal;
    return site.done();
}

inline ScriptSample highVolumeSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("high-volume"), name);
    Sender &press = site.add("press", optionFor(Method::HighVolumeEmail, Authentication::Basic), "press@contoso.com");
    press.repliesTo = address("editor@contoso.com");
    press.alsoFrom = {address("intranet@contoso.com")};
    site.add("payroll", optionFor(Method::HighVolumeEmail, Authentication::OAuth), "payroll@contoso.com");
    return site.done();
}

/// Nothing that a script could use is known: it must stop with a sentence, or ask.
inline ScriptSample unknownSample(const QString &name)
{
    ScriptSampleBuilder site(QStringLiteral("unknown"), name);
    site.organisation() = Organisation{};
    site.organisation().name = name;
    site.network() = Network{};
    site.network().id = QStringLiteral("office");
    site.add("relay", optionFor(Method::ConnectorRelay, Authentication::CertificateOrIp, 25), "relay@example.com");
    Option byCertificate = optionFor(Method::ConnectorRelay, Authentication::CertificateOrIp, 25);
    byCertificate.settings.byCertificate = true;
    site.add("gateway", byCertificate, "gateway@example.com");
    site.add("server", optionFor(Method::OnPremExchange, Authentication::CertificateOrIp, 25), "server@example.com");
    site.add("nobody", optionFor(Method::ClientSubmission, Authentication::Basic), nullptr);
    return site.done();
}

inline std::vector<ScriptSample> scriptSamples(const QString &name = {})
{
    return {submissionSample(name),     connectorSample(name),  directSendSample(name), localRelaySample(name),
            exchangeServerSample(name), highVolumeSample(name), unknownSample(name)};
}

/// What one application needs, for every way in which it may send.
struct SetUpSample {
    QString label;
    std::vector<Artifact> scripts;
};

inline std::vector<SetUpSample> setUpSamples()
{
    const ApplicationSetUp bySmtp{
        .mailbox = address("o'brien@contoso.com"), .method = Method::ClientSubmission, .tenant = domain("contoso.com")};
    ApplicationSetUp byGraph = bySmtp;
    byGraph.method.reset();
    byGraph.cloud = Cloud::GccHigh;
    byGraph.tenant.reset();
    ApplicationSetUp highVolume = bySmtp;
    highVolume.method = Method::HighVolumeEmail;
    ApplicationSetUp person = bySmtp;
    person.signsInAsPerson = true;
    const auto scripts = [](const ApplicationSetUp &setUp) {
        return renderSetUp(setUp, QDate(2026, 11, 22), Knowledge::builtIn());
    };
    return {{QStringLiteral("set-up-smtp"), scripts(bySmtp)},
            {QStringLiteral("set-up-graph"), scripts(byGraph)},
            {QStringLiteral("set-up-high-volume"), scripts(highVolume)},
            {QStringLiteral("set-up-person"), scripts(person)}};
}

/// Texts that try to leave a literal, a comment or a line.
struct Attack {
    const char *label;
    QString text;
};

inline std::vector<Attack> attacks()
{
    return {{"quotes of every kind", QStringLiteral("O'Brien’s \"printer\" ‘a’ ‚b‛ “c” „d‟")},
            {"a command behind each single quote",
             QStringLiteral("'; Remove-Mailbox a; ’; Remove-Mailbox b; ‘; Remove-Mailbox c; ‚; Remove-Mailbox d; ‛; "
                            "Remove-Mailbox e; '")},
            {"expansion", QStringLiteral("$(Remove-Mailbox x) ${env:PATH} $env:PATH `$x @(1)")},
            {"a backtick before the end", QStringLiteral("x`'`’`")},
            {"a command on a line of its own", QStringLiteral("x\r\nRemove-Mailbox y\n\u2028Remove-Mailbox z\u0085w")},
            {"here-strings", QStringLiteral("@'\nx\n'@ @\"\ny\n\"@")},
            {"the ends of block comments", QStringLiteral("#> Remove-Mailbox x <# --%")},
            {"NUL and escape", QStringLiteral("a") + QChar(0) + QStringLiteral("b\x1b[2J")},
            {"right to left", QStringLiteral("\u202ecod.exe\u2066'\u200f\u061c")},
            {"half a character", QStringLiteral("a") + QChar(0xd83d) + u'\''},
            {"10 KB", QStringLiteral("’'x ").repeated(2600)},
            {"10 KB without a space", QStringLiteral("’").repeated(10240)}};
}

} // namespace relaywright::test
