// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"
#include "app/cli/ArtifactFiles.h"
#include "app/cli/Context.h"

#include "core/artifacts/ApplicationSetUp.h"
#include "core/oauth/AccountBook.h"
#include "core/site/SiteDocument.h"

#include <QDir>
#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace relaywright::cli {

namespace {

struct SetUpOptions {
    std::string mailbox;
    std::string method;
    std::string cloud;
    std::string tenant;
    std::string application;
    std::string objectId;
    std::string outFolder;
    bool person = false;
};

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

/// They have the same words; Graph is none.
std::optional<Method> methodOf(TokenUse use)
{
    return parseMethod(toString(use));
}

/// What is wanted, and the application that it is for; an account of the mailbox's name says what the options do not.
struct Wanted {
    ApplicationSetUp setUp;
    QString applicationId;
};

Result<Wanted> wantedOf(const SetUpOptions &options, const AccountBook &book)
{
    const QString name = QString::fromStdString(options.mailbox);
    const auto mailbox = EmailAddress::parse(name);
    if (!mailbox)
        return tl::unexpected<Error>(mailbox.error());
    Wanted wanted{{.mailbox = *mailbox, .method = Method::ClientSubmission}, QStringLiteral("APPLICATION-ID")};
    ApplicationSetUp &setUp = wanted.setUp;
    if (const BookedAccount *account = findAccount(book, name)) {
        setUp.method = methodOf(account->account.use);
        setUp.cloud = account->account.cloud;
        setUp.signsInAsPerson = account->account.holder() == TokenHolder::User;
        wanted.applicationId = account->account.application.toString();
        setUp.isRegistered = true;
    }
    if (!options.method.empty()) {
        const auto use = parseTokenUse(QString::fromStdString(options.method));
        if (!use)
            return invalid(QStringLiteral("--method is client-submission, high-volume-email or graph."));
        setUp.method = methodOf(*use);
    }
    if (!options.cloud.empty()) {
        const auto cloud = parseCloud(QString::fromStdString(options.cloud));
        if (!cloud)
            return tl::unexpected<Error>(cloud.error());
        setUp.cloud = *cloud;
    }
    if (!options.tenant.empty()) {
        const auto tenant = Domain::parse(QString::fromStdString(options.tenant));
        if (!tenant)
            return invalid(QStringLiteral("--tenant: %1").arg(tenant.error().detail));
        setUp.tenant = *tenant;
    }
    const std::array ids{std::pair("--application", options.application), std::pair("--object-id", options.objectId)};
    for (const auto &[option, text] : ids) {
        if (!text.empty() && !ApplicationId::parse(QString::fromStdString(text)))
            return invalid(QStringLiteral("%1 takes an id such as 2f1c8a7e-5b0d-4c39-9a53-6f0f3f3f1a11.")
                               .arg(QLatin1String(option)));
    }
    if (!options.application.empty()) {
        wanted.applicationId = QString::fromStdString(options.application);
        setUp.isRegistered = true;
    }
    setUp.signsInAsPerson = setUp.signsInAsPerson || options.person;
    return wanted;
}

int runSetUp(const SetUpOptions &options, const Context &context)
{
    const auto book = readAccountBook(userAccountBook());
    if (!book)
        return context.fail(book.error());
    const auto wanted = wantedOf(options, *book);
    if (!wanted)
        return context.fail(wanted.error());
    const std::vector<Artifact> scripts = renderSetUp(wanted->setUp, context.clock.today(), context.knowledge);
    const QString folder = QString::fromStdString(options.outFolder);
    if (!folder.isEmpty()) {
        if (const auto saved = saveAll(scripts, folder); !saved)
            return context.fail(saved.error());
    }
    QJsonArray list;
    for (const Artifact &script : scripts) {
        const QString call = callOf(script, wanted->applicationId, QString::fromStdString(options.objectId));
        QJsonObject json = toJson(script, folder.isEmpty());
        json.insert(QStringLiteral("call"), call);
        list.append(json);
        context.say(QStringLiteral("%1\n    %2").arg(script.title, call));
        if (folder.isEmpty())
            context.say(script.text);
    }
    if (!folder.isEmpty())
        context.say(QStringLiteral("The scripts are in %1. Read them, run them with -WhatIf, then without.")
                        .arg(QDir::toNativeSeparators(folder)));
    context.say(QStringLiteral("Then: relaywright-cli oauth login %1, and relaywright-cli oauth prove %1 --wait.")
                    .arg(wanted->setUp.mailbox.toString()));
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.oauth/1")},
                   {QStringLiteral("action"), QStringLiteral("setup")},
                   {QStringLiteral("name"), wanted->setUp.mailbox.toString()},
                   {QStringLiteral("artifacts"), list}});
    return Done;
}

} // namespace

void addSetUpCommand(CLI::App &oauth, Command &chosen)
{
    const auto options = std::make_shared<SetUpOptions>();
    CLI::App *setUp = oauth.add_subcommand(
        "setup",
        "The scripts that an administrator runs in Entra and Exchange Online before a mailbox can send with tokens");
    setUp->add_option("MAILBOX", options->mailbox, "Such as scanner@contoso.com; an account of that name says the rest")
        ->required();
    setUp->add_option("--method", options->method, "client-submission (default) high-volume-email graph");
    setUp->add_option("--cloud", options->cloud, "worldwide (default) gcc-high dod china");
    setUp->add_option("--tenant", options->tenant, "A domain of the organisation, where the mailbox has another");
    setUp->add_flag("--person", options->person, "A person signs in through the application, in place of itself");
    setUp->add_option("--application", options->application, "The application (client) id, once it is registered");
    setUp->add_option("--object-id", options->objectId, "The object id of its enterprise application");
    setUp->add_option("--out", options->outFolder, "The folder to write them to; without it they are shown");
    setUp->callback([options, &chosen] {
        chosen = [options](Context &context) -> std::optional<int> { return runSetUp(*options, context); };
    });
}

} // namespace relaywright::cli
