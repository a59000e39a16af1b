// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/Context.h"

#include <QCoreApplication>
#include <QDir>
#include <QHostInfo>

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

using namespace relaywright;

namespace {

/// CLI11 takes its arguments in reverse; Qt has decoded them on every system.
std::vector<std::string> reversedArguments()
{
    std::vector<std::string> arguments;
    const QStringList given = QCoreApplication::arguments().mid(1);
    for (auto it = given.crbegin(); it != given.crend(); ++it)
        arguments.push_back(it->toStdString());
    return arguments;
}

std::optional<int> readNameservers(const std::vector<std::string> &texts, cli::Context &context)
{
    for (const std::string &text : texts) {
        const auto endpoint = Endpoint::parse(QString::fromStdString(text), 53);
        if (!endpoint)
            return context.fail(endpoint.error());
        if (endpoint->host.address()) {
            context.nameservers.push_back(*endpoint);
            continue;
        }
        // Its own name is the one thing that only the system can look up.
        const QHostInfo found = QHostInfo::fromName(endpoint->host.toString());
        if (found.addresses().isEmpty())
            return context.fail({ErrorKind::InvalidInput,
                                 QStringLiteral("The name server %1 has no address. Name one by its address, such as "
                                                "192.0.2.53 or 192.0.2.53:5353.")
                                     .arg(endpoint->host.toString())});
        for (const QHostAddress &address : found.addresses())
            context.nameservers.push_back({*Host::parse(address.toString()), endpoint->port});
    }
    return std::nullopt;
}

/// A folder that was named must be there; the usual one need not.
std::optional<int> readKnowledge(const QString &folder, cli::Context &context)
{
    if (!folder.isEmpty() && !QDir(folder).exists())
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("There is no folder %1. Name one with files of facts.").arg(folder)});
    auto knowledge = Knowledge::withFolder(folder.isEmpty() ? userKnowledgeFolder() : folder);
    if (!knowledge)
        return context.fail(knowledge.error());
    context.knowledge = std::move(*knowledge);
    return std::nullopt;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("relaywright-cli"));
    QCoreApplication::setApplicationVersion(QStringLiteral(RELAYWRIGHT_VERSION));

    cli::Context context;
    cli::Command chosen;
    std::vector<std::string> nameservers;
    std::string knowledgeFolder;

    CLI::App app("Makes printers, scanners and applications send mail through Microsoft 365.\n"
                 "Exit codes: 0 yes or done, 1 the answer is no, 2 wrong usage, 3 invalid file or value, "
                 "4 network, keychain or disk.",
                 "relaywright-cli");
    app.set_version_flag("--version", RELAYWRIGHT_VERSION);
    app.add_flag("--json", context.json, "One JSON document on standard output");
    app.add_option("--nameserver", nameservers, "Ask this DNS server, HOST[:PORT]; may be repeated")
        ->expected(1)
        ->take_all();
    app.add_option("--knowledge", knowledgeFolder,
                   "Folder with *.json files that override the built-in facts; by default relaywright/knowledge among "
                   "your data");
    app.require_subcommand(1);
    app.fallthrough();
    cli::addPlanCommands(app, chosen);
    cli::addImportCommand(app, chosen);
    cli::addSpfCommands(app, chosen);
    cli::addDnsCommand(app, chosen);
    cli::addPropagationCommand(app, chosen);
    cli::addProbeCommand(app, chosen);
    cli::addAddressesCommand(app, chosen);
    cli::addSendCommand(app, chosen);
    cli::addRecordCommands(app, chosen);
    cli::addDiagnoseCommand(app, chosen);
    cli::addLintCommand(app, chosen);
    cli::addTokenCommand(app, chosen);
    cli::addOAuthCommands(app, chosen);
    cli::addDkimCommands(app, chosen);
    cli::addCredentialCommands(app, chosen);
    cli::addRelayCommands(app, chosen);
    cli::addRehearseCommand(app, chosen);
    try {
        app.parse(reversedArguments());
    } catch (const CLI::ParseError &problem) {
        return app.exit(problem) == 0 ? cli::Done : cli::WrongUsage; // help and version are no mistakes
    }
    if (const auto code = readNameservers(nameservers, context))
        return *code;
    if (const auto code = readKnowledge(QString::fromStdString(knowledgeFolder), context))
        return *code;
    if (const auto code = chosen(context))
        return *code;
    if (const auto code = context.finishedWith())
        return *code;
    return QCoreApplication::exec();
}
