// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/RehearseWeb.h"

#include <QJsonArray>

#include <CLI/CLI.hpp>

namespace relaywright::cli {

namespace {

tl::unexpected<Error> wrong(const QString &sentence) {
  return failure(ErrorKind::InvalidInput, sentence);
}

Result<std::optional<Endpoint>> placeOf(const std::string &text, bool isPlain) {
  if (text.empty())
    return std::optional<Endpoint>();
  const auto place = Endpoint::parse(QString::fromStdString(text));
  if (!place)
    return tl::unexpected(place.error());
  const bool isHere =
      place->host.address()
          ? place->host.address()->isLoopback()
          : place->host.toString() == QLatin1String("localhost");
  if (isPlain && !isHere)
    return wrong(QStringLiteral("--web-plain shows tokens to everybody on the "
                                "way to %1. Leave it away, or listen "
                                "on 127.0.0.1.")
                     .arg(place->toString()));
  return std::optional<Endpoint>(*place);
}

PracticeDirectory directoryOf(const PracticeTenant &tenant,
                              const std::optional<Secret> &applicationSecret) {
  std::vector<Domain> domains = tenant.acceptedDomains;
  if (domains.empty())
    domains.push_back(*Domain::parse(QStringLiteral("contoso.com")));
  PracticeDirectory directory = madeUpDirectory(domains, {}, systemRandomness);
  directory.cloud = tenant.cloud;
  for (const PracticeAccount &account : tenant.accounts) {
    if (const auto name = EmailAddress::parse(account.user))
      directory.users.push_back({.name = *name,
                                 .objectId = randomGuid(systemRandomness),
                                 .sendAs = account.sendAs});
  }
  if (applicationSecret)
    directory.applications.front().secrets = {{*applicationSecret}};
  return directory;
}

} // namespace

void addRehearseWebOptions(CLI::App &rehearse, RehearseWebOptions &o) {
  const std::string group = "Access tokens";
  rehearse
      .add_option("--sign-in", o.signIn,
                  "HOST:PORT of a practice sign-in service (Entra); XOAUTH2 "
                  "then takes its tokens and no others")
      ->group(group);
  rehearse
      .add_option("--graph", o.graph,
                  "HOST:PORT of a practice Microsoft Graph, with --sign-in")
      ->group(group);
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
                  "clock-skew=-10m, token-life=30s, new-key-each-token, "
                  "refresh-once; may be repeated")
      ->expected(1)
      ->take_all()
      ->group(group);
  rehearse
      .add_flag("--web-plain", o.isPlain,
                "These services speak http, for programs on this computer")
      ->group(group);
}

Result<RehearseWebWish>
readRehearseWebOptions(const RehearseWebOptions &options) {
  RehearseWebWish wish{.isPlain = options.isPlain};
  const bool isAlone = !options.graph.empty() || !options.secretFrom.empty() ||
                       !options.faults.empty() || options.isPlain;
  if (options.signIn.empty() && isAlone)
    return wrong(QStringLiteral("--graph, --application-secret-from, "
                                "--web-fault and --web-plain need --sign-in, "
                                "such as --sign-in 127.0.0.1:0."));
  const auto signIn = placeOf(options.signIn, options.isPlain);
  if (!signIn)
    return tl::unexpected(signIn.error());
  const auto graph = placeOf(options.graph, options.isPlain);
  if (!graph)
    return tl::unexpected(graph.error());
  wish.signIn = *signIn;
  wish.graph = *graph;
  if (!options.secretFrom.empty()) {
    const auto reference =
        SecretRef::parse(QString::fromStdString(options.secretFrom));
    if (!reference)
      return tl::unexpected(reference.error());
    wish.secretFrom = *reference;
  }
  for (const std::string &fault : options.faults) {
    if (const auto added =
            addWebFault(wish.faults, QString::fromStdString(fault));
        !added)
      return tl::unexpected(added.error());
  }
  return wish;
}

RehearseWeb::RehearseWeb(const RehearseWebWish &wish,
                         const PracticeTenant &tenant,
                         std::shared_ptr<PracticeIdentity> identity,
                         const std::optional<Secret> &applicationSecret,
                         const Clock &clock, const Knowledge &knowledge)
    : m_faults(webFaultWords(wish.faults)),
      m_isSecretMadeUp(!applicationSecret) {
  PracticeWebSettings settings{.listen = *wish.signIn,
                               .tls = !wish.isPlain,
                               .identity = std::move(identity),
                               .faults = wish.faults};
  m_signIn = std::make_unique<PracticeSignInService>(
      settings, directoryOf(tenant, applicationSecret), clock, knowledge);
  if (!wish.graph)
    return;
  settings.listen = *wish.graph;
  m_graph = std::make_unique<PracticeGraphService>(settings, m_signIn->judge(),
                                                   clock, knowledge);
}

Result<void> RehearseWeb::start() {
  if (auto started = m_signIn->start(); !started || !m_graph)
    return started;
  return m_graph->start();
}

void RehearseWeb::stop() {
  m_signIn->stop();
  if (m_graph)
    m_graph->stop();
}

/// Of the practice service only, made to be shown; another one is its owner's
/// business.
QString RehearseWeb::shownSecret() const {
  const PracticeApplication &application =
      m_signIn->directory().applications.front();
  return m_isSecretMadeUp
             ? QString::fromLatin1(application.secrets.front().value.reveal())
             : QString();
}

QStringList RehearseWeb::lines() const {
  const PracticeDirectory &directory = m_signIn->directory();
  const QString secret = shownSecret();
  QStringList lines{
      QStringLiteral("sign-in: %1").arg(m_signIn->baseUrl().toString()),
      QStringLiteral("tenant: %1").arg(directory.tenantId),
      QStringLiteral("application: %1").arg(directory.applications.front().id) +
          (secret.isEmpty() ? QString()
                            : QStringLiteral(" secret %1").arg(secret))};
  if (m_graph)
    lines += QStringLiteral("graph: %1").arg(m_graph->baseUrl().toString());
  if (!m_faults.isEmpty())
    lines += QStringLiteral("faults of these: %1").arg(m_faults.join(u' '));
  return lines;
}

QJsonObject RehearseWeb::json() const {
  const PracticeDirectory &directory = m_signIn->directory();
  QJsonArray users;
  for (const PracticeUser &user : directory.users)
    users += user.name.toString();
  QJsonObject json{
      {QStringLiteral("signIn"), m_signIn->baseUrl().toString()},
      {QStringLiteral("tenant"), directory.tenantId},
      {QStringLiteral("application"), directory.applications.front().id},
      {QStringLiteral("users"), users},
      {QStringLiteral("faults"), QJsonArray::fromStringList(m_faults)}};
  if (m_isSecretMadeUp)
    json.insert(QStringLiteral("secret"), shownSecret());
  if (m_graph)
    json.insert(QStringLiteral("graph"), m_graph->baseUrl().toString());
  return json;
}

} // namespace relaywright::cli
