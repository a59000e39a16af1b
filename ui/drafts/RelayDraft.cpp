// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/RelayDraft.h"

#include "core/base/Text.h"
#include "ui/drafts/RelaySettings.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

struct RelayText {
    Q_DECLARE_TR_FUNCTIONS(RelayDraft)
};

void add(Problems &problems, const char *field, const QString &sentence)
{
    problems.push_back({QLatin1String(field), sentence});
}

std::optional<std::uint16_t> parsePort(const QString &text)
{
    bool ok = false;
    const int port = text.trimmed().toInt(&ok);
    return ok && port > 0 && port <= 65535 ? std::optional(static_cast<std::uint16_t>(port)) : std::nullopt;
}

void checkListenAddress(Problems &problems, const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed == QLatin1String("localhost"))
        return;
    if (const auto address = IpAddress::parse(trimmed); !address)
        add(problems, "listenAddress", address.error().detail);
}

void checkNetworks(Problems &problems, const QString &text, SignIn signIn)
{
    const QStringList items = splitList(text);
    const bool mustSignIn = signIn == SignIn::Required;
    if (items.isEmpty() && !mustSignIn) {
        add(problems, "networks",
            RelayText::tr(
                "List the addresses or networks of your devices, such as 192.0.2.0/24. Without it nobody may send."));
    }
    for (const QString &item : items) {
        const auto network = IpNetwork::parse(item);
        if (!network)
            return add(problems, "networks", network.error().detail);
        if (network->prefixLength() == 0 && !mustSignIn) {
            return add(problems, "networks",
                       RelayText::tr("%1 would let everybody on the internet send through this relay. "
                                     "List only your own networks.")
                           .arg(network->toString()));
        }
    }
}

void put(QJsonObject &members, const char *key, const QString &text)
{
    if (text.isEmpty())
        members.remove(QLatin1String(key));
    else
        members.insert(QLatin1String(key), text);
}

void put(QJsonObject &members, const char *key, bool value)
{
    if (value)
        members.insert(QLatin1String(key), true);
    else
        members.remove(QLatin1String(key));
}

/// The words of the file; the first is what holds without one.
template <class E>
using Words = std::vector<std::pair<E, QString>>;

const Words<MinimumTls> &minimumTlsWords()
{
    static const Words<MinimumTls> words{{MinimumTls::Tls12, QStringLiteral("1.2")},
                                         {MinimumTls::Tls10, QStringLiteral("1.0")},
                                         {MinimumTls::Tls11, QStringLiteral("1.1")},
                                         {MinimumTls::Tls13, QStringLiteral("1.3")}};
    return words;
}

const Words<SignIn> &signInWords()
{
    static const Words<SignIn> words{{SignIn::Off, QStringLiteral("off")},
                                     {SignIn::Optional, QStringLiteral("optional")},
                                     {SignIn::Required, QStringLiteral("required")}};
    return words;
}

const Words<BareNewlines> &newlineWords()
{
    static const Words<BareNewlines> words{{BareNewlines::Content, QStringLiteral("content")},
                                           {BareNewlines::Refuse, QStringLiteral("refuse")},
                                           {BareNewlines::EndsData, QStringLiteral("ends-data")}};
    return words;
}

const Words<TlsPolicy> &tlsWords()
{
    static const Words<TlsPolicy> words{{TlsPolicy::Required, toString(TlsPolicy::Required)},
                                        {TlsPolicy::None, toString(TlsPolicy::None)},
                                        {TlsPolicy::Opportunistic, toString(TlsPolicy::Opportunistic)},
                                        {TlsPolicy::Implicit, toString(TlsPolicy::Implicit)}};
    return words;
}

template <class E>
void putWord(QJsonObject &members, const char *key, const Words<E> &words, E value)
{
    const auto found = std::ranges::find(words, value, &std::pair<E, QString>::first);
    put(members, key, found == words.begin() ? QString() : found->second);
}

template <class E>
E wordOf(const QJsonObject &members, const char *key, const Words<E> &words)
{
    const QString text = members.value(QLatin1String(key)).toString();
    const auto found = std::ranges::find(words, text, &std::pair<E, QString>::second);
    return found == words.end() ? words.front().first : found->first;
}

QString endpointText(const QString &host, const QString &port)
{
    const QString address = host.trimmed();
    const bool bare = address.contains(u':') && !address.startsWith(u'[');
    const QString shown = bare ? QStringLiteral("[%1]").arg(address) : address;
    return port.trimmed().isEmpty() ? shown : QStringLiteral("%1:%2").arg(shown, port.trimmed());
}

/// Both halves of what stands in the file, also where it is no address.
void splitEndpoint(const QString &text, std::uint16_t usualPort, QString &host, QString &port)
{
    if (const auto endpoint = Endpoint::parse(text, usualPort)) {
        host = endpoint->host.toString();
        port = QString::number(endpoint->port);
        return;
    }
    const qsizetype colon = text.lastIndexOf(u':');
    host = colon < 0 ? text : text.left(colon);
    port = colon < 0 ? QString() : text.mid(colon + 1);
}

void putListener(QJsonObject &members, const RelayDraft &draft)
{
    put(members, "listen", endpointText(draft.listenAddress, draft.listenPort));
    members.insert(QStringLiteral("networks"), QJsonArray::fromStringList(splitList(draft.networks)));
    putDeviceTls(members, draft.deviceTls);
    putWord(members, "minimumTls", minimumTlsWords(), draft.minimumTls);
    putWord(members, "signIn", signInWords(), draft.signIn);
    put(members, "signInWithoutTls", draft.signInWithoutTls);
    putWord(members, "bareNewlines", newlineWords(), draft.bareNewlines);
    put(members, "certificateFile", draft.certificateFile);
    put(members, "keyFile", draft.keyFile);
}

void readListener(RelayDraft &draft, const QJsonObject &members)
{
    splitEndpoint(members.value(QLatin1String("listen")).toString(QStringLiteral("127.0.0.1:2525")), 2525,
                  draft.listenAddress, draft.listenPort);
    QStringList networks;
    for (const QJsonValue &network : members.value(QLatin1String("networks")).toArray())
        networks += network.toString();
    draft.networks = networks.join(QLatin1String(", "));
    draft.deviceTls = deviceTlsIn(members);
    draft.minimumTls = wordOf(members, "minimumTls", minimumTlsWords());
    draft.signIn = wordOf(members, "signIn", signInWords());
    draft.signInWithoutTls = members.value(QLatin1String("signInWithoutTls")).toBool();
    draft.bareNewlines = wordOf(members, "bareNewlines", newlineWords());
    draft.certificateFile = members.value(QLatin1String("certificateFile")).toString();
    draft.keyFile = members.value(QLatin1String("keyFile")).toString();
}

void putHost(QJsonObject &members, const RelayDraft &draft)
{
    const QString user = draft.user.trimmed();
    if (!draft.graph) {
        put(members, "server", endpointText(draft.server, draft.port));
        members.insert(QStringLiteral("tls"), toString(draft.tls));
        put(members, "caFile", draft.caFile);
    }
    put(members, "user", user);
    put(members, "password",
        user.isEmpty() || draft.graph || !draft.oauth.isEmpty() ? QString()
        : draft.password.isEmpty()                              ? SecretRef::keychain(user).toString()
                                                                : draft.password);
    if (draft.oauth != members.value(QLatin1String("oauth")).toObject())
        members.remove(QStringLiteral("secretEnds")); // it was another secret's
    if (draft.oauth.isEmpty())
        members.remove(QStringLiteral("oauth"));
    else
        members.insert(QStringLiteral("oauth"), draft.oauth);
    put(members, "sendAs", draft.sendAs.trimmed());
}

void readHost(RelayDraft &draft, const QJsonObject &members)
{
    const auto text = [&members](const char *key) { return members.value(QLatin1String(key)).toString(); };
    draft.graph = members.contains(QLatin1String("graph"));
    splitEndpoint(text("server"), 587, draft.server, draft.port);
    draft.tls = wordOf(members, "tls", tlsWords());
    draft.user = text("user");
    const QString kept = text("password");
    draft.password = kept == SecretRef::keychain(draft.user).toString() ? QString() : kept;
    draft.oauth = members.value(QLatin1String("oauth")).toObject();
    draft.caFile = text("caFile");
    draft.sendAs = text("sendAs");
}

} // namespace

Problems check(const RelayDraft &draft)
{
    Problems problems;
    checkListenAddress(problems, draft.listenAddress);
    if (!parsePort(draft.listenPort))
        add(problems, "listenPort", RelayText::tr("Type a port from 1 to 65535; devices expect 25."));
    checkNetworks(problems, draft.networks, draft.signIn);
    if (draft.graph)
        return problems; // what is wrong with the rest the relay's own reader says
    if (draft.server.trimmed().isEmpty())
        add(problems, "server", RelayText::tr("Type the server that takes the mail on, such as smtp.office365.com."));
    else if (const auto host = Host::parse(draft.server.trimmed()); !host)
        add(problems, "server", host.error().detail);
    if (!parsePort(draft.port))
        add(problems, "port", RelayText::tr("Type a port from 1 to 65535; submission uses 587."));
    if (!draft.sendAs.trimmed().isEmpty()) {
        if (const auto address = EmailAddress::parse(draft.sendAs.trimmed()); !address)
            add(problems, "sendAs", address.error().detail);
    }
    return problems;
}

Problems problemsOf(const Error &error)
{
    // `$.listeners[0].networks[2]: what is wrong`
    static const QRegularExpression path(
        QStringLiteral("\\A\\$\\.(?:listeners\\[0\\]|upstream)\\.([A-Za-z0-9]+)(?:\\[\\d+\\])?:? (.*)\\z"),
        QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = path.match(error.detail);
    if (!match.hasMatch())
        return {};
    const QString sentence = match.captured(2);
    return {{match.captured(1), sentence.left(1).toUpper() + sentence.mid(1)}};
}

Result<RelayConfig> toConfig(const RelayDraft &draft, const std::optional<RelayConfig> &base)
{
    const Problems problems = check(draft);
    if (!problems.empty())
        return failure(ErrorKind::InvalidInput, problems.front().sentence);
    return toConfig(withBasics(base ? settingsOf(*base) : freshSettings(), draft));
}

RelayDraft draftOf(const RelayConfig &config)
{
    return draftOf(settingsOf(config));
}

QJsonObject withBasics(QJsonObject settings, const RelayDraft &draft)
{
    SettingsRows listeners = listenersIn(settings);
    if (listeners.empty())
        listeners.resize(1);
    putListener(listeners.front().members, draft); // what the page does not ask stays, also of other listeners
    putListeners(settings, listeners);
    SettingsRows hosts = hostsIn(settings);
    if (hosts.empty() || !hosts.front().route.isEmpty())
        hosts.insert(hosts.begin(), SettingsRow{});
    putHost(hosts.front().members, draft);
    putHosts(settings, hosts);
    QJsonArray accounts;
    for (const RelayAccount &account : draft.accounts) {
        QJsonObject one{{QStringLiteral("user"), account.user}};
        put(one, "passwordHash", account.passwordHash);
        put(one, "password", account.password ? account.password->toString() : QString());
        accounts.append(one);
    }
    if (accounts.isEmpty())
        settings.remove(QStringLiteral("accounts"));
    else
        settings.insert(QStringLiteral("accounts"), accounts);
    return settings;
}

RelayDraft draftOf(const QJsonObject &settings)
{
    RelayDraft draft;
    if (const SettingsRows listeners = listenersIn(settings); !listeners.empty())
        readListener(draft, listeners.front().members);
    if (const SettingsRows hosts = hostsIn(settings); !hosts.empty() && hosts.front().route.isEmpty())
        readHost(draft, hosts.front().members);
    for (const QJsonValue &value : settings.value(QLatin1String("accounts")).toArray()) {
        const QJsonObject one = value.toObject();
        RelayAccount account{.user = one.value(QLatin1String("user")).toString(),
                             .passwordHash = one.value(QLatin1String("passwordHash")).toString(),
                             .password = {}};
        if (const auto kept = SecretRef::parse(one.value(QLatin1String("password")).toString()))
            account.password = *kept;
        draft.accounts.push_back(std::move(account));
    }
    return draft;
}

void putDeviceTls(QJsonObject &listener, DeviceTls tls)
{
    listener.insert(QStringLiteral("startTls"), tls == DeviceTls::Offered || tls == DeviceTls::Required);
    put(listener, "implicitTls", tls == DeviceTls::Implicit);
    // A listener with TLS from the start may say so too; it means the same there.
    if (tls != DeviceTls::Implicit)
        put(listener, "requireTls", tls == DeviceTls::Required);
}

DeviceTls deviceTlsIn(const QJsonObject &listener)
{
    const bool implicit = listener.value(QLatin1String("implicitTls")).toBool();
    if (implicit)
        return DeviceTls::Implicit;
    if (!listener.value(QLatin1String("startTls")).toBool(true))
        return DeviceTls::None;
    return listener.value(QLatin1String("requireTls")).toBool() ? DeviceTls::Required : DeviceTls::Offered;
}

} // namespace relaywright
