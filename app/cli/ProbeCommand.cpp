// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/dns/Resolver.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/session/Probe.h"

#include <QSysInfo>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct ProbeOptions {
    std::string server;
    std::string tls;
    std::string auth, user, passwordFrom;
    std::string from, to;
    std::string ehloName;
    std::string caFile;
    bool insecure = false;
    std::string stopAfter;
    int patienceSeconds = 30;
    bool oneConnection = false;
};

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

Result<void> takeEnvelope(const ProbeOptions &options, ProbeSettings &settings)
{
    for (const auto &[given, place] :
         {std::pair(&options.from, &settings.from), std::pair(&options.to, &settings.to)}) {
        if (given->empty())
            continue;
        auto address = EmailAddress::parse(QString::fromStdString(*given));
        if (!address)
            return tl::unexpected(address.error());
        *place = *address;
    }
    return {};
}

Result<void> takeSignIn(const ProbeOptions &options, ProbeSettings &settings)
{
    if (options.user.empty() != options.passwordFrom.empty())
        return invalid(QStringLiteral("To try a sign-in, give both --user and --password-from."));
    if (options.user.empty())
        return {};
    const auto mechanism =
        parseAuthMechanism(options.auth.empty() ? QStringLiteral("auto") : QString::fromStdString(options.auth));
    if (!mechanism)
        return invalid(QStringLiteral("--auth must be one of %1.").arg(authMechanismWords().join(QLatin1String(", "))));
    settings.credentials = Credentials{.user = QString::fromStdString(options.user), .mechanism = *mechanism};
    return {};
}

Result<ProbeSettings> settingsOf(const ProbeOptions &options, const Context &context)
{
    auto server = Endpoint::parse(QString::fromStdString(options.server));
    if (!server)
        return tl::unexpected(server.error());
    ProbeSettings settings{.server = *server};
    settings.ehloName =
        options.ehloName.empty() ? QSysInfo::machineHostName().toUtf8() : QByteArray::fromStdString(options.ehloName);
    settings.today = context.clock.today();
    settings.insecure = options.insecure;
    settings.patience = std::chrono::seconds(options.patienceSeconds);
    settings.connectPatience = std::min(settings.connectPatience, settings.patience);
    settings.stopAfter = QString::fromStdString(options.stopAfter);
    if (!settings.stopAfter.isEmpty() && !probeRungIds().contains(settings.stopAfter))
        return invalid(QStringLiteral("--stop-after must be one of %1.").arg(probeRungIds().join(QLatin1String(", "))));
    if (options.oneConnection) {
        settings.mailPorts.clear();
        settings.webPort = 0;
        settings.tlsVersions = false;
    }
    if (!options.tls.empty()) {
        settings.tls = parseTlsPolicy(QString::fromStdString(options.tls));
        if (!settings.tls)
            return invalid(QStringLiteral("--tls must be one of none, opportunistic, starttls, implicit."));
    }
    if (const auto fine = takeEnvelope(options, settings); !fine)
        return tl::unexpected(fine.error());
    if (const auto fine = takeSignIn(options, settings); !fine)
        return tl::unexpected(fine.error());
    if (!options.caFile.empty()) {
        auto pem = readFile(QString::fromStdString(options.caFile));
        if (!pem)
            return tl::unexpected(pem.error());
        settings.caCertificatesPem = *pem;
    }
    return settings;
}

int exitCode(const ProbeReport &report)
{
    if (report.state() != ProbeRung::State::Failed)
        return Done;
    // Without a connection there is no answer at all; further up the server has given one.
    return report.address.isEmpty() ? Environment : AnswerIsNo;
}

QString portsLine(const ProbeReport &report)
{
    QStringList words;
    for (const PortSight &port : report.mailPorts)
        words += QStringLiteral("%1 %2").arg(port.port).arg(toString(port.how));
    if (report.webPort)
        words += QStringLiteral("%1 %2").arg(report.webPort->port).arg(toString(report.webPort->how));
    return words.join(QLatin1String(", "));
}

QString versionsLine(const ProbeReport &report)
{
    QStringList words;
    for (const VersionSight &version : report.tlsVersions)
        words += QStringLiteral("%1 %2").arg(toString(version.version),
                                             version.accepted ? QStringLiteral("accepted") : QStringLiteral("refused"));
    return words.join(QLatin1String(", "));
}

void sayMore(const ProbeReport &report, const Context &context)
{
    if (report.mailPorts.size() > 1 || report.webPort)
        context.say(QStringLiteral("ports      ") + portsLine(report));
    if (!report.tlsVersions.empty())
        context.say(QStringLiteral("versions   ") + versionsLine(report));
    if (report.tls) {
        for (const CertificateSummary &certificate : report.tls->chain)
            context.say(QStringLiteral("chain      %1, issued by %2, until %3, %4")
                            .arg(certificate.subject, certificate.issuer,
                                 certificate.expires.toUTC().date().toString(Qt::ISODate), certificate.publicKey));
    }
    if (report.judgement.blame != Blame::Nobody)
        context.say(
            QStringLiteral("\nTo blame: %1. %2").arg(toString(report.judgement.blame), report.judgement.sentence));
}

/// One climb; ends the program through the context, which owns it.
class ProbeRun : public QObject {
public:
    ProbeRun(ProbeSettings settings, std::shared_ptr<Resolver> dns, Context &context)
        : QObject(&context), m_context(context), m_settings(std::move(settings)), m_dns(std::move(dns))
    {
    }

    void start(const std::optional<SecretRef> &password)
    {
        if (!password)
            return climb();
        resolveSecret(*password, m_keychain, this, [this](Result<Secret> secret) {
            if (!secret)
                return m_context.finish(m_context.fail(secret.error()));
            m_settings.credentials->secret = *secret;
            climb();
        });
    }

private:
    void climb()
    {
        m_probe = std::make_unique<Probe>(std::move(m_settings), m_dns.get());
        connect(m_probe.get(), &Probe::rungDone, this, [this](const ProbeRung &rung) {
            m_context.say(
                QStringLiteral("%1 %2 %3")
                    .arg(toString(rung.state).leftJustified(10), displayName(rung).leftJustified(12), rung.seen));
            if (!rung.detail.isEmpty())
                m_context.say(QString(24, u' ') + rung.detail);
        });
        connect(m_probe.get(), &Probe::finished, this, [this](const ProbeReport &report) {
            sayMore(report, m_context);
            m_context.print(toJson(report));
            m_context.finish(report.cancelled ? Environment : exitCode(report));
        });
        onInterrupt(this, [this] { m_probe->cancel(); });
        m_probe->start();
    }

    Context &m_context;
    ProbeSettings m_settings;
    std::shared_ptr<Resolver> m_dns;
    KeychainSecretStore m_keychain;
    std::unique_ptr<Probe> m_probe;
};

std::optional<int> runProbe(const ProbeOptions &options, Context &context)
{
    if (!options.auth.empty() && options.user.empty() && options.passwordFrom.empty()) {
        context.complain(
            QStringLiteral("Nobody signs in, so --auth does nothing. Give --user and --password-from as well, or "
                           "leave it out."));
        return WrongUsage;
    }
    auto settings = settingsOf(options, context);
    if (!settings)
        return context.fail(settings.error());
    std::optional<SecretRef> password;
    if (!options.passwordFrom.empty()) {
        auto ref = SecretRef::parse(QString::fromStdString(options.passwordFrom));
        if (!ref)
            return context.fail(ref.error());
        password = std::move(*ref);
    }
    std::shared_ptr<Resolver> dns;
    if (!context.nameservers.empty()) {
        auto resolver = Resolver::create({.nameservers = context.nameservers});
        if (!resolver)
            return context.fail(resolver.error());
        dns = std::move(*resolver);
    }
    (new ProbeRun(std::move(*settings), std::move(dns), context))->start(password); // owned by the context
    return std::nullopt;
}

} // namespace

void addProbeCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<ProbeOptions>();
    CLI::App *probe =
        app.add_subcommand("probe", "The ladder: name, address, TCP, banner, EHLO, TLS, sign-in, MAIL, RCPT");
    probe->footer(
        "Besides the ladder: TCP on 25, 465, 587 and 443 side by side, every version of TLS, the chain, and who is "
        "to blame.");
    probe->add_option("SERVER", options->server, "HOST:PORT")->required();
    probe->add_option("--tls", options->tls,
                      "none, opportunistic, starttls or implicit; by default what the port suggests");
    probe->add_option("--user", options->user, "Try to sign in as this user; no message is sent");
    probe->add_option("--password-from", options->passwordFrom,
                      "keychain:NAME, env:NAME, file:PATH, credential:NAME or stdin");
    probe->add_option("--auth", options->auth, "Mechanism of the sign-in; auto by default");
    probe->add_option("--from", options->from, "Ask MAIL FROM with this sender");
    probe->add_option("--to", options->to, "Ask RCPT TO with this recipient; no message is sent");
    probe->add_option("--ehlo", options->ehloName, "The name to say; this computer's by default");
    probe->add_option("--ca-file", options->caFile, "Trust the certificates of this PEM file too");
    probe->add_flag("--insecure", options->insecure, "Sign in although the certificate is faulty");
    probe->add_option("--stop-after", options->stopAfter,
                      "The last rung: " + probeRungIds().join(QLatin1String(" ")).toStdString());
    probe->add_option("--patience", options->patienceSeconds, "Wait at most so many seconds for any answer")
        ->capture_default_str()
        ->check(CLI::Range(1, 600));
    probe->add_flag("--one-connection", options->oneConnection,
                    "The ladder alone, without a look at ports and versions");
    probe->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runProbe(*options, context); }; });
}

} // namespace relaywright::cli
