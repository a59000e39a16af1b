// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/RelayDeviceCommands.h"

#include "app/cli/Terminal.h"

#include "core/relay/AdmissionWords.h"
#include "core/relay/Control.h"
#include "core/relay/PasswordHash.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <CLI/CLI.hpp>

namespace relaywright::cli {

namespace {

Result<RelayConfig> configOf(const QString &path)
{
    const auto content = readFile(path);
    if (!content)
        return tl::unexpected(content.error());
    auto config = parseRelayConfig(*content);
    if (!config)
        return failure(config.error().kind, QStringLiteral("%1: %2").arg(path, config.error().detail));
    for (const RelayAccount &account : config->accounts) {
        if (account.passwordHash.isEmpty())
            continue;
        if (const auto hash = PasswordHash::parse(account.passwordHash); !hash)
            return failure(hash.error().kind,
                           QStringLiteral("%1: the account %2: %3").arg(path, account.user, hash.error().detail));
    }
    return config;
}

/// The first sentence names its subject; the others stand below it.
void sayBlock(const QStringList &sentences, const Context &context)
{
    for (qsizetype i = 0; i < sentences.size(); ++i)
        context.say(i == 0 ? sentences[i] : QStringLiteral("    ") + sentences[i]);
}

QString describe(const RelayUpstream &upstream)
{
    if (upstream.graph)
        return QStringLiteral("Hands it to Microsoft Graph at %1, as %2 with access tokens.")
            .arg(upstream.server.toString(), upstream.user);
    QString signIn = QStringLiteral("without sign-in");
    if (!upstream.user.isEmpty())
        signIn = QStringLiteral("signed in as %1").arg(upstream.user);
    if (upstream.oauth)
        signIn += QStringLiteral(" with access tokens");
    const ClientCertificateFiles &shown = upstream.certificate;
    if (!shown.isEmpty())
        signIn += QStringLiteral(", showing the certificate in %1")
                      .arg(shown.pkcs12File.isEmpty() ? shown.certificateFile : shown.pkcs12File);
    return QStringLiteral("Hands it to %1, TLS %2, %3.")
        .arg(upstream.server.toString(), toString(upstream.tls), signIn);
}

std::optional<int> runCheck(const std::string &file, Context &context)
{
    const auto config = configOf(QString::fromStdString(file));
    if (!config)
        return context.fail(config.error());
    for (const RelayListener &listener : config->listeners)
        sayBlock(describe(listener), context);
    for (const RelayDevice &device : config->devices)
        sayBlock(describe(device, *config), context);
    context.say(describeOthers(*config));
    context.say(describe(config->upstream));
    context.say(QStringLiteral("The configuration is valid."));
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-check/1")},
                   {QStringLiteral("valid"), true},
                   {QStringLiteral("listeners"), listenersInWords(*config)},
                   {QStringLiteral("devices"), devicesInWords(*config)},
                   {QStringLiteral("config"), QJsonDocument::fromJson(toJson(*config)).object()}});
    return Done;
}

int sayHash(const Secret &password, const Context &context)
{
    const auto hash = PasswordHash::make(password);
    if (!hash)
        return context.fail(hash.error());
    context.say(hash->toString());
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.relay-password/1")},
                   {QStringLiteral("passwordHash"), hash->toString()}});
    return Done;
}

std::optional<int> runPassword(const std::string &from, Context &context)
{
    if (from.empty() && standardInputIsTerminal()) {
        const auto secret = askSecret(QStringLiteral("Password for the device: "));
        if (!secret)
            return context.fail(secret.error());
        return sayHash(*secret, context);
    }
    const auto ref = SecretRef::parse(from.empty() ? QStringLiteral("stdin") : QString::fromStdString(from));
    if (!ref)
        return context.fail(ref.error());
    const auto keychain = std::make_shared<KeychainSecretStore>();
    resolveSecret(*ref, *keychain, &context, [keychain, &context](const Result<Secret> &secret) {
        context.finish(secret ? sayHash(*secret, context) : context.fail(secret.error()));
    });
    return std::nullopt;
}

void saySources(const QJsonArray &sources, const Context &context)
{
    for (const QJsonValue &source : sources) {
        const QString user = source[u"user"].toString();
        const QString device = source[u"device"].toString();
        QStringList sentences{
            QStringLiteral("%1%2%3, last seen %4, messages %5")
                .arg(source[u"address"].toString(), user.isEmpty() ? QString() : QStringLiteral(" as %1").arg(user),
                     device.isEmpty() ? QStringLiteral(" (no row)") : QStringLiteral(" (%1)").arg(device),
                     source[u"lastSeen"].toString())
                .arg(source[u"messages"].toInt())};
        for (const QJsonValue &sentence : source[u"seen"].toArray())
            sentences += sentence.toString();
        sayBlock(sentences, context);
    }
    if (sources.isEmpty())
        context.say(QStringLiteral("Nobody has sent yet."));
}

std::optional<int> runSources(const std::string &control, Context &context)
{
    auto *const client = new ControlClient(QString::fromStdString(control), &context);
    client->request(QStringLiteral("sources"), {}, &context, [&context](const Result<QJsonObject> &answer) {
        if (!answer)
            return context.finish(context.fail(answer.error()));
        saySources((*answer)[u"sources"].toArray(), context);
        context.print(*answer);
        context.finish(Done);
    });
    return std::nullopt;
}

} // namespace

void addRelayDeviceCommands(CLI::App &relay, const std::shared_ptr<const std::string> &control, Command &chosen)
{
    const auto text = std::make_shared<std::string>();
    CLI::App *check = relay.add_subcommand("check", "Is this configuration valid, and who may do what with it?");
    check->add_option("CONFIG", *text)->required();
    check->callback([text, &chosen] { chosen = [text](Context &context) { return runCheck(*text, context); }; });

    CLI::App *password = relay.add_subcommand("password", "The hash of a device's password, for \"accounts\"");
    password->add_option("--password-from", *text,
                         "keychain:NAME, env:NAME, file:PATH or stdin; asked for at a terminal");
    password->callback([text, &chosen] { chosen = [text](Context &context) { return runPassword(*text, context); }; });

    CLI::App *sources = relay.add_subcommand("sources", "Who has sent, and what they showed of themselves");
    sources->callback(
        [control, &chosen] { chosen = [control](Context &context) { return runSources(*control, context); }; });
}

} // namespace relaywright::cli
