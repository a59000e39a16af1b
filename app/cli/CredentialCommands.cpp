// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/Terminal.h"

#include "core/base/Text.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

struct CredentialOptions {
    std::string name;
    std::string passwordFrom;
};

using Store = std::shared_ptr<KeychainSecretStore>;

QJsonObject report(const char *action, const QString &name)
{
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.credentials/1")},
            {QStringLiteral("action"), QLatin1String(action)},
            {QStringLiteral("name"), name}};
}

Result<QString> nameOf(const CredentialOptions &options)
{
    const QString name = QString::fromStdString(options.name);
    if (name.trimmed().isEmpty() || hasControlCharacters(name))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The name must be one line of text, such as scanner@contoso.com."));
    return name;
}

void store(const Store &keychain, const QString &name, const Secret &secret, Context &context)
{
    keychain->write(name, secret, &context, [keychain, name, &context](Result<void> written) {
        if (!written)
            return context.finish(context.fail(written.error()));
        context.say(QStringLiteral("Stored \"%1\" in the keychain. Name it as keychain:%1.").arg(name));
        context.print(report("set", name));
        context.finish(Done);
    });
}

std::optional<int> runSet(const CredentialOptions &options, Context &context)
{
    const auto name = nameOf(options);
    if (!name)
        return context.fail(name.error());
    const auto keychain = std::make_shared<KeychainSecretStore>();
    if (options.passwordFrom.empty() && standardInputIsTerminal()) {
        const auto secret = askSecret(QStringLiteral("Password for %1: ").arg(*name));
        if (!secret)
            return context.fail(secret.error());
        store(keychain, *name, *secret, context);
        return std::nullopt;
    }
    const auto ref = SecretRef::parse(options.passwordFrom.empty() ? QStringLiteral("stdin")
                                                                   : QString::fromStdString(options.passwordFrom));
    if (!ref)
        return context.fail(ref.error());
    resolveSecret(*ref, *keychain, &context, [keychain, name = *name, &context](Result<Secret> secret) {
        if (!secret)
            return context.finish(context.fail(secret.error()));
        store(keychain, name, *secret, context);
    });
    return std::nullopt;
}

std::optional<int> runList(Context &context)
{
    const auto keychain = std::make_shared<KeychainSecretStore>();
    keychain->list(&context, [keychain, &context](Result<QStringList> names) {
        if (!names)
            return context.finish(context.fail(names.error()));
        for (const QString &name : *names)
            context.say(name);
        context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.credentials/1")},
                       {QStringLiteral("names"), QJsonArray::fromStringList(*names)}});
        context.finish(Done);
    });
    return std::nullopt;
}

std::optional<int> runDelete(const CredentialOptions &options, Context &context)
{
    const auto name = nameOf(options);
    if (!name)
        return context.fail(name.error());
    const auto keychain = std::make_shared<KeychainSecretStore>();
    keychain->remove(*name, &context, [keychain, name = *name, &context](Result<void> removed) {
        if (!removed)
            return context.finish(context.fail(removed.error()));
        context.say(QStringLiteral("Removed \"%1\" from the keychain.").arg(name));
        context.print(report("delete", name));
        context.finish(Done);
    });
    return std::nullopt;
}

} // namespace

void addCredentialCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<CredentialOptions>();
    CLI::App *credentials = app.add_subcommand("credentials", "Passwords in this computer's keychain");
    credentials->require_subcommand(1);
    credentials->fallthrough();

    CLI::App *set =
        credentials->add_subcommand("set", "Store one; asked for on the terminal, or read from standard input");
    set->add_option("NAME", options->name, "Such as scanner@contoso.com")->required();
    set->add_option("--password-from", options->passwordFrom, "env:NAME, file:PATH, credential:NAME or stdin");
    set->callback([options, &chosen] { chosen = [options](Context &context) { return runSet(*options, context); }; });

    CLI::App *list = credentials->add_subcommand("list", "The names that are stored, never the passwords");
    list->callback([&chosen] { chosen = [](Context &context) { return runList(context); }; });

    CLI::App *remove = credentials->add_subcommand("delete", "Remove one");
    remove->add_option("NAME", options->name)->required();
    remove->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runDelete(*options, context); }; });
}

} // namespace relaywright::cli
