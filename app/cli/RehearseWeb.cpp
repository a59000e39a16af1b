// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/RehearseWeb.h"

#include "core/rehearsal/EntraCodes.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

namespace relaywright::cli {

namespace {

tl::unexpected<Error> wrong(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

Result<std::optional<Endpoint>> placeOf(const std::string &text, bool isPlain)
{
    if (text.empty())
        return std::optional<Endpoint>();
    const auto place = Endpoint::parse(QString::fromStdString(text));
    if (!place)
        return tl::unexpected(place.error());
    const bool isHere = place->host.address() ? place->host.address()->isLoopback()
                                              : place->host.toString() == QLatin1String("localhost");
    if (isPlain && !isHere)
        return wrong(QStringLiteral("--web-plain shows tokens to everybody on the "
                                    "way to %1. Leave it away, or listen "
                                    "on 127.0.0.1.")
                         .arg(place->toString()));
    return std::optional<Endpoint>(*place);
}

/// Those with an option of their own as the others are written.
QStringList faultWords(const RehearseWebOptions &options)
{
    QStringList words;
    for (const std::string &fault : options.faults)
        words += QString::fromStdString(fault);
    if (!options.refuseSignIn.empty())
        words += QStringLiteral("refuse-sign-in=%1").arg(QString::fromStdString(options.refuseSignIn));
    if (!options.rotateKeyAfter.empty())
        words += QStringLiteral("rotate-key-after=%1").arg(QString::fromStdString(options.rotateKeyAfter));
    return words;
}

} // namespace

std::string refusalCodesHelp()
{
    QString text = QStringLiteral("Codes of --refuse-sign-in:\n");
    for (const EntraCode &code : entraCodes(Knowledge::builtIn()))
        text += QStringLiteral("  %1  %2\n").arg(entraCodeText(code.number), -13).arg(code.title);
    return text.toStdString();
}

void addRehearseWebOptions(CLI::App &rehearse, RehearseWebOptions &o)
{
    const std::string group = "Access tokens";
    rehearse
        .add_option("--sign-in", o.signIn,
                    "HOST:PORT of a practice sign-in service (Entra); XOAUTH2 "
                    "then takes its tokens and no others")
        ->group(group);
    rehearse.add_option("--graph", o.graph, "HOST:PORT of a practice Microsoft Graph, with --sign-in")->group(group);
    rehearse
        .add_option("--application-secret-from", o.secretFrom,
                    "keychain:NAME, env:NAME or file:PATH, where the client "
                    "secret of the practice application is kept "
                    "(one is made up)")
        ->group(group);
    rehearse
        .add_option("--web-fault", o.faults,
                    "Do wrong: late=5s, status=429|500|503, retry-after=30s, "
                    "malformed-json, huge-json, drop-in-answer, "
                    "clock-skew=-10m, token-life=30s, refuse-sign-in=AADSTS7000222, "
                    "rotate-key-after=10, new-key-each-token, refresh-once; "
                    "may be repeated")
        ->expected(1)
        ->take_all()
        ->group(group);
    rehearse
        .add_option("--refuse-sign-in", o.refuseSignIn,
                    "Refuse every token request with this code of Entra's, such as AADSTS7000222 "
                    "(--web-fault refuse-sign-in=CODE); the codes stand below")
        ->group(group);
    rehearse
        .add_option("--rotate-key-after", o.rotateKeyAfter,
                    "Sign with a new key after so many tokens, and publish the one before as well, "
                    "as Entra rolls over (--web-fault rotate-key-after=N)")
        ->group(group);
    rehearse.add_flag("--web-plain", o.isPlain, "These services speak http, for programs on this computer")
        ->group(group);
}

Result<RehearseWebWish> readRehearseWebOptions(const RehearseWebOptions &options)
{
    const QStringList faults = faultWords(options);
    const bool isAlone = !options.graph.empty() || !options.secretFrom.empty() || !faults.empty() || options.isPlain;
    if (options.signIn.empty() && isAlone)
        return wrong(QStringLiteral("--graph, --application-secret-from, "
                                    "--web-fault, --refuse-sign-in, --rotate-key-after and --web-plain need --sign-in, "
                                    "such as --sign-in 127.0.0.1:0."));
    if (options.signIn.empty())
        return RehearseWebWish();
    const auto signIn = placeOf(options.signIn, options.isPlain);
    if (!signIn)
        return tl::unexpected(signIn.error());
    const auto graph = placeOf(options.graph, options.isPlain);
    if (!graph)
        return tl::unexpected(graph.error());
    PracticeWebChoice services{.signIn = **signIn, .graph = *graph, .tls = !options.isPlain};
    for (const QString &fault : faults) {
        if (const auto added = addWebFault(services.faults, fault); !added)
            return tl::unexpected(added.error());
    }
    RehearseWebWish wish{.services = std::move(services)};
    if (!options.secretFrom.empty()) {
        const auto reference = SecretRef::parse(QString::fromStdString(options.secretFrom));
        if (!reference)
            return tl::unexpected(reference.error());
        wish.secretFrom = *reference;
    }
    return wish;
}

QStringList webLines(const PracticeWeb &web)
{
    const auto secret = web.madeUpSecret();
    QStringList lines{
        QStringLiteral("sign-in: %1").arg(web.signIn().baseUrl().toString()),
        QStringLiteral("tenant: %1").arg(web.directory().tenantId),
        QStringLiteral("application: %1").arg(web.application().id)
            + (secret ? QStringLiteral(" secret %1").arg(QString::fromLatin1(secret->reveal())) : QString())};
    if (web.graph())
        lines += QStringLiteral("graph: %1").arg(web.graph()->baseUrl().toString());
    if (const QStringList faults = webFaultWords(web.faults()); !faults.isEmpty())
        lines += QStringLiteral("faults of these: %1").arg(faults.join(u' '));
    return lines;
}

QJsonObject webJson(const PracticeWeb &web)
{
    QJsonArray users;
    for (const PracticeUser &user : web.directory().users)
        users += user.name.toString();
    QJsonObject json{{QStringLiteral("signIn"), web.signIn().baseUrl().toString()},
                     {QStringLiteral("tenant"), web.directory().tenantId},
                     {QStringLiteral("application"), web.application().id},
                     {QStringLiteral("users"), users},
                     {QStringLiteral("faults"), QJsonArray::fromStringList(webFaultWords(web.faults()))}};
    if (const auto secret = web.madeUpSecret())
        json.insert(QStringLiteral("secret"), QString::fromLatin1(secret->reveal()));
    if (web.graph())
        json.insert(QStringLiteral("graph"), web.graph()->baseUrl().toString());
    return json;
}

} // namespace relaywright::cli
