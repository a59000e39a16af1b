// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include "core/dns/Resolver.h"
#include "core/session/Probe.h"

#include <QSysInfo>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct ProbeOptions {
    std::string server;
    std::string tls;
    std::string from;
    std::string to;
    std::string caFile;
};

Result<ProbeSettings> settingsOf(const ProbeOptions &options)
{
    auto server = Endpoint::parse(QString::fromStdString(options.server));
    if (!server)
        return tl::unexpected(server.error());
    ProbeSettings settings{.server = *server};
    settings.ehloName = QSysInfo::machineHostName().toUtf8();
    if (!options.tls.empty()) {
        settings.tls = parseTlsPolicy(QString::fromStdString(options.tls));
        if (!settings.tls)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("--tls must be one of none, opportunistic, starttls, implicit."));
    }
    if (!options.from.empty()) {
        auto from = EmailAddress::parse(QString::fromStdString(options.from));
        if (!from)
            return tl::unexpected(from.error());
        settings.from = *from;
    }
    if (!options.to.empty()) {
        auto to = EmailAddress::parse(QString::fromStdString(options.to));
        if (!to)
            return tl::unexpected(to.error());
        settings.to = *to;
    }
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

std::optional<int> runProbe(const ProbeOptions &options, Context &context)
{
    auto settings = settingsOf(options);
    if (!settings)
        return context.fail(settings.error());
    std::shared_ptr<Resolver> dns;
    if (!context.nameservers.empty()) {
        auto resolver = Resolver::create({.nameservers = context.nameservers});
        if (!resolver)
            return context.fail(resolver.error());
        dns = std::move(*resolver);
    }
    auto *probe = new Probe(std::move(*settings), dns.get(), &context);
    QObject::connect(probe, &Probe::rungDone, &context, [&context](const ProbeRung &rung) {
        context.say(QStringLiteral("%1 %2 %3")
                        .arg(toString(rung.state).leftJustified(10), displayName(rung).leftJustified(12), rung.seen));
        if (!rung.detail.isEmpty())
            context.say(QString(24, u' ') + rung.detail);
    });
    QObject::connect(probe, &Probe::finished, &context, [&context, dns](const ProbeReport &report) {
        context.print(toJson(report));
        context.finish(exitCode(report));
    });
    probe->start();
    return std::nullopt;
}

} // namespace

void addProbeCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<ProbeOptions>();
    CLI::App *probe =
        app.add_subcommand("probe", "The ladder: name, address, TCP, banner, EHLO, TLS, sign-in, MAIL, RCPT");
    probe->add_option("SERVER", options->server, "HOST:PORT")->required();
    probe->add_option("--tls", options->tls,
                      "none, opportunistic, starttls or implicit; by default what the port suggests");
    probe->add_option("--from", options->from, "Ask MAIL FROM with this sender");
    probe->add_option("--to", options->to, "Ask RCPT TO with this recipient; no message is sent");
    probe->add_option("--ca-file", options->caFile, "Trust the certificates of this PEM file too");
    probe->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runProbe(*options, context); }; });
}

} // namespace relaywright::cli
