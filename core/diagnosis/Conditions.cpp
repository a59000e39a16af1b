// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Conditions.h"

#include "core/base/Text.h"
#include "core/diagnosis/Match.h"
#include "core/oauth/TokenJudgement.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <functional>

namespace relaywright {

namespace {

/// What a condition looks at.
struct Known {
    const DiagnosisContext &context;
    const Knowledge &knowledge;
};

using Reason = QString (*)(const Known &);

struct Condition {
    const char *word;
    Reason reason;
};

QString when(bool holds, const char *sentence)
{
    return holds ? QString::fromLatin1(sentence) : QString();
}

QString when(bool holds, const QString &sentence)
{
    return holds ? sentence : QString();
}

QString shown(const QString &text)
{
    return printable(text.toUtf8(), 320);
}

// ---- the site's switches

bool siteSays(const Known &known, YesNo Organisation::*fact, YesNo answer)
{
    return known.context.organisation && (*known.context.organisation).*fact == answer;
}

bool networkSays(const Known &known, YesNo Network::*fact, YesNo answer)
{
    return known.context.network && (*known.context.network).*fact == answer;
}

// ---- the sender's abilities

const Sender *deviceOf(const Known &known)
{
    return known.context.siteSender ? &*known.context.siteSender : nullptr;
}

QString deviceReason(const Known &known, bool (*holds)(const Sender &), const char *predicate)
{
    const Sender *device = deviceOf(known);
    return when(
        device && holds(*device),
        device
            ? QStringLiteral("The inventory says that %1 %2.").arg(shown(device->name), QString::fromLatin1(predicate))
            : QString());
}

bool hasOldTls(const Sender &sender)
{
    return sender.tls != TlsAbility::Unknown && sender.tls != TlsAbility::Tls12 && sender.tls != TlsAbility::Tls13;
}

QString burstReason(const Known &known)
{
    const Sender *device = deviceOf(known);
    const qint64 most = known.knowledge.number(QStringLiteral("client-submission.messages-per-minute"));
    const bool bursts = device && device->messagesPerMinute && *device->messagesPerMinute > most;
    return when(bursts, bursts ? QStringLiteral("The inventory says that %1 sends up to %2 messages a minute.")
                                     .arg(shown(device->name), QString::number(*device->messagesPerMinute))
                               : QString());
}

QString largeReason(const Known &known)
{
    const Sender *device = deviceOf(known);
    const auto most =
        static_cast<std::uint64_t>(known.knowledge.number(QStringLiteral("client-submission.size-default")));
    const bool large = device && device->largestMessageOctets && *device->largestMessageOctets > most;
    return when(large, large ? QStringLiteral("The inventory says that %1 sends messages of up to %2 MB.")
                                   .arg(shown(device->name), QString::number(*device->largestMessageOctets / 1000000))
                             : QString());
}

// ---- addresses

QString addressIn(const QString &from)
{
    const qsizetype open = from.lastIndexOf(u'<');
    return open < 0 ? from.trimmed() : from.sliced(open + 1).section(u'>', 0, 0).trimmed();
}

bool same(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

QString comparedToUser(const Known &known, const QString &address, bool equal, const char *what)
{
    const QString &user = known.context.user;
    if (address.isEmpty() || !user.contains(u'@') || same(address, user) != equal)
        return {};
    return equal ? QStringLiteral("The %1 %2 is the account that signed in.")
                       .arg(QString::fromLatin1(what), shown(address))
                 : QStringLiteral("The %1 is %2, and the account that signed in is %3.")
                       .arg(QString::fromLatin1(what), shown(address), shown(user));
}

QString nameHoldsAddress(const Known &known)
{
    const qsizetype open = known.context.headerFrom.lastIndexOf(u'<');
    const QString name = open < 0 ? QString() : known.context.headerFrom.first(open).trimmed();
    return when(name.contains(u'@'), QStringLiteral("The display name in From is %1.").arg(shown(name)));
}

/// Nothing when the site's domains or the address are not known.
std::optional<bool> isAccepted(const Known &known, const QString &address)
{
    const QString domain = address.section(u'@', -1).toLower();
    if (!known.context.organisation || known.context.organisation->acceptedDomains.empty() || !address.contains(u'@'))
        return std::nullopt;
    return std::ranges::any_of(known.context.organisation->acceptedDomains,
                               [&](const Domain &accepted) { return accepted.toAscii() == domain; });
}

QString domainReason(const Known &known, const QString &address, bool accepted)
{
    if (isAccepted(known, address) != accepted)
        return {};
    const QString domain = shown(address.section(u'@', -1));
    return accepted ? QStringLiteral("The site lists %1 among its accepted domains.").arg(domain)
                    : QStringLiteral("The site does not list %1 among its accepted domains.").arg(domain);
}

// ---- the server

QString hostOf(const QString &server)
{
    static const QRegularExpression form(QStringLiteral("^\\[?(.*?)\\]?(:\\d{1,5})?$"));
    const int colons = static_cast<int>(server.count(u':'));
    return (colons > 1 && !server.startsWith(u'[') ? server : form.match(server).captured(1)).toLower();
}

bool isFactHost(const Known &known, const QString &prefix)
{
    const QString host = hostOf(known.context.server);
    return !host.isEmpty() && std::ranges::any_of(known.knowledge.facts(), [&](const auto &item) {
        return item.first.startsWith(prefix) && item.second.value.toString().toLower() == host;
    });
}

bool isMx(const Known &known)
{
    const QString host = hostOf(known.context.server);
    const bool ofSite = known.context.organisation && known.context.organisation->mxHost
                        && known.context.organisation->mxHost->toString() == host;
    return !host.isEmpty() && (ofSite || isBelowAny(host, known.knowledge.texts(QStringLiteral("mx.suffixes"))));
}

bool isSubmission(const Known &known)
{
    return isFactHost(known, QStringLiteral("client-submission.host."))
           || isFactHost(known, QStringLiteral("client-submission.legacy-tls.host."));
}

QString serverReason(const Known &known, bool holds, const char *words)
{
    return when(holds, shown(hostOf(known.context.server)) + u' ' + QString::fromLatin1(words));
}

bool isOtherServer(const Known &known)
{
    return !hostOf(known.context.server).isEmpty() && !isMx(known) && !isSubmission(known)
           && !isFactHost(known, QStringLiteral("hve.host")) && !isFactHost(known, QStringLiteral("acs.host"));
}

bool isRetiredName(const QString &host)
{
    static const QRegularExpression form(QStringLiteral("^smtp-[a-z]+\\.outlook\\.com$"));
    return form.match(host).hasMatch();
}

QString mxReason(const Known &known, bool here)
{
    const QString mx = known.context.dnsMx.toLower();
    const QString host = hostOf(known.context.server);
    if (mx.isEmpty() || host.isEmpty() || (mx == host) != here)
        return {};
    return here ? QStringLiteral("DNS names %1 as the MX host.").arg(shown(mx))
                : QStringLiteral("DNS names %1 as the MX host, not %2.").arg(shown(mx), shown(host));
}

QString portReason(const Known &known, int port)
{
    return when(portOf(known.context.server) == port, QStringLiteral("The connection was to port %1.").arg(port));
}

// ---- the sign-in name

/// CONTOSO\scanner, as Windows has it.
bool hasDomainBefore(const QString &user)
{
    return user.indexOf(u'\\') > 0 && !user.contains(u'@');
}

/// Exchange Online takes addresses alone. Elsewhere other names are rightful: DOMAIN\user at an Exchange server on
/// premises, a plain name at other servers, RESOURCE.APPLICATION.TENANT at Azure Communication Services.
bool wantsAddress(const Known &known)
{
    using enum Method;
    const auto method = known.context.method;
    if (method == OnPremExchange || method == AzureCommunicationServices)
        return false;
    if (method == ClientSubmission || method == HighVolumeEmail || isSubmission(known)
        || isFactHost(known, QStringLiteral("hve.host")))
        return true;
    return hostOf(known.context.server).isEmpty() && !hasDomainBefore(known.context.user);
}

QString plainNameReason(const Known &known)
{
    const QString &user = known.context.user;
    return when(!user.isEmpty() && !user.contains(u'@'),
                QStringLiteral("The sign-in name %1 is no e-mail address.").arg(shown(user)));
}

QString noAddressReason(const Known &known)
{
    return wantsAddress(known) ? plainNameReason(known) : QString();
}

// ---- the conversation

bool usedOldTls(const Known &known)
{
    const QString &protocol = known.context.tlsProtocol;
    return protocol == QLatin1String("TLSv1") || protocol == QLatin1String("TLSv1.0")
           || protocol == QLatin1String("TLSv1.1") || protocol.startsWith(QLatin1String("SSL"));
}

bool offers(const Known &known, const QByteArray &mechanism)
{
    return std::ranges::any_of(known.context.offeredMechanisms, [&](const QByteArray &offered) {
        return offered.compare(mechanism, Qt::CaseInsensitive) == 0;
    });
}

QString offeredList(const Known &known)
{
    return shown(QString::fromLatin1(known.context.offeredMechanisms.join(' ')));
}

QString mechanismReason(const Known &known)
{
    const bool missing = !known.context.mechanism.isEmpty() && !known.context.offeredMechanisms.isEmpty()
                         && !offers(known, known.context.mechanism);
    return when(missing, QStringLiteral("The sign-in used %1, and the server offers %2.")
                             .arg(shown(QString::fromLatin1(known.context.mechanism)), offeredList(known)));
}

QString passwordReason(const Known &known)
{
    const bool missing =
        !known.context.offeredMechanisms.isEmpty() && !offers(known, "LOGIN") && !offers(known, "PLAIN");
    return when(missing,
                QStringLiteral("The server offers %1, and none of them takes a password.").arg(offeredList(known)));
}

bool usedToken(const Known &known)
{
    const QByteArray mechanism = known.context.mechanism.toUpper();
    return known.context.token || mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER";
}

// ---- the token

/// The remark on one claim, where there is a token; judged as far as server and method tell what it is for.
std::optional<TokenRemark> remarkOn(const Known &known, TokenRemark::About about)
{
    if (!known.context.token)
        return std::nullopt;
    TokenNeed need;
    need.mailbox = known.context.user;
    if (known.context.method == Method::HighVolumeEmail || isFactHost(known, QStringLiteral("hve.host")))
        need.use = TokenUse::HighVolumeEmail;
    if (known.context.organisation)
        takeOrganisation(need, *known.context.organisation);
    const TimePoint now = known.context.now.value_or(TimePoint{});
    for (TokenRemark &remark : judgeToken(*known.context.token, need, known.knowledge, now)) {
        if (remark.about == about && (known.context.now || about != TokenRemark::About::Expiry))
            return remark;
    }
    return std::nullopt;
}

QString tokenReason(const Known &known, TokenRemark::About about, TokenRemark::Level level)
{
    const auto remark = remarkOn(known, about);
    return remark && remark->level == level ? remark->sentence : QString();
}

QString otherUserReason(const Known &known)
{
    const bool comparable =
        known.context.token && !known.context.token->user.isEmpty() && !known.context.user.isEmpty();
    return comparable ? tokenReason(known, TokenRemark::About::Identity, TokenRemark::Level::Attention) : QString();
}

QString otherTenantReason(const Known &known)
{
    const bool named = known.context.token && !known.context.token->tenantId.isEmpty();
    return named ? tokenReason(known, TokenRemark::About::Tenant, TokenRemark::Level::Attention) : QString();
}

QString fittingTokenReason(const Known &known)
{
    using enum TokenRemark::About;
    for (const auto about : {Audience, Permission, Identity, Expiry, Tenant}) {
        const auto remark = remarkOn(known, about);
        if (!remark || remark->level != TokenRemark::Level::Good)
            return {};
    }
    return QStringLiteral("The token's audience, permission, identity and end are as they must be.");
}

// ---- dates

QString deadlineReason(const Known &known, bool passed)
{
    const QDate day = dayOf(known.context);
    const QDate deadline = known.knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"));
    if (!day.isValid() || (day >= deadline) != passed)
        return {};
    return (passed ? QStringLiteral("Sign-in with a password is off by default since %1.")
                   : QStringLiteral("Sign-in with a password is announced to be off by default from %1 on only."))
        .arg(deadline.toString(Qt::ISODate));
}

QString freshReason(const Known &known)
{
    const auto until = permissionsActAt(known.context, known.knowledge);
    return when(until.has_value(),
                until ? QStringLiteral("Permissions were changed a short while ago; the change may not "
                                       "act before %1 UTC.")
                            .arg(toDateTime(*until).toUTC().toString(QStringLiteral("HH:mm")))
                      : QString());
}

QString blameReason(const Known &known, const char *word, const char *sentence)
{
    return when(known.context.probeBlame == QLatin1String(word), sentence);
}

template <Method method>
QString methodReason(const Known &known)
{
    return when(known.context.method == method, QStringLiteral("The method is %1.").arg(displayName(method)));
}

const auto kConditions = std::to_array<Condition>({
    {"security-defaults-on", [](const Known &k) { return when(siteSays(k, &Organisation::securityDefaults, YesNo::Yes), "The site says that security defaults are on."); }},
    {"security-defaults-off", [](const Known &k) { return when(siteSays(k, &Organisation::securityDefaults, YesNo::No), "The site says that security defaults are off."); }},
    {"smtp-auth-off", [](const Known &k) { return when(siteSays(k, &Organisation::smtpAuthDisabled, YesNo::Yes), "The site says that SMTP AUTH is switched off for the organisation."); }},
    {"smtp-auth-on", [](const Known &k) { return when(siteSays(k, &Organisation::smtpAuthDisabled, YesNo::No), "The site says that SMTP AUTH is on for the organisation."); }},
    {"direct-send-rejected", [](const Known &k) { return when(siteSays(k, &Organisation::rejectDirectSend, YesNo::Yes), "The site says that the organisation rejects direct send."); }},
    {"direct-send-taken", [](const Known &k) { return when(siteSays(k, &Organisation::rejectDirectSend, YesNo::No), "The site says that the organisation takes direct send."); }},
    {"hybrid", [](const Known &k) { return when(siteSays(k, &Organisation::hybrid, YesNo::Yes), "The site says that an Exchange server on premises is joined to Exchange Online."); }},
    {"hve-billing-missing", [](const Known &k) { return when(siteSays(k, &Organisation::hveBilling, YesNo::No), "The site says that there is no billing policy for High Volume Email."); }},
    {"port-25-closed", [](const Known &k) { return when(networkSays(k, &Network::port25Open, YesNo::No), "The site says that outbound port 25 is closed in this network."); }},
    {"port-25-open", [](const Known &k) { return when(networkSays(k, &Network::port25Open, YesNo::Yes), "The site says that outbound port 25 is open in this network."); }},
    {"port-587-closed", [](const Known &k) { return when(networkSays(k, &Network::port587Open, YesNo::No), "The site says that outbound port 587 is closed in this network."); }},
    {"port-587-open", [](const Known &k) { return when(networkSays(k, &Network::port587Open, YesNo::Yes), "The site says that outbound port 587 is open in this network."); }},
    {"egress-changes", [](const Known &k) { return when(networkSays(k, &Network::staticEgress, YesNo::No), "The site says that its public address changes."); }},
    {"egress-shared", [](const Known &k) { return when(networkSays(k, &Network::sharedEgress, YesNo::Yes), "The site says that others share its public address."); }},
    {"device-tls-old", [](const Known &k) { return deviceReason(k, &hasOldTls, "cannot do TLS 1.2"); }},
    {"device-tls-new", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.tls == TlsAbility::Tls12 || s.tls == TlsAbility::Tls13; }, "can do TLS 1.2 or newer"); }},
    {"device-no-starttls", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.startTls == YesNo::No; }, "cannot do STARTTLS"); }},
    {"device-starttls", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.startTls == YesNo::Yes; }, "can do STARTTLS"); }},
    {"device-no-sign-in", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.signIn == SignInAbility::None; }, "cannot sign in"); }},
    {"device-no-oauth", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.signIn != SignInAbility::Unknown && s.signIn != SignInAbility::OAuth; }, "cannot do OAuth"); }},
    {"device-oauth", [](const Known &k) { return deviceReason(k, [](const Sender &s) { return s.signIn == SignInAbility::OAuth; }, "can do OAuth"); }},
    {"device-bursts", &burstReason},
    {"device-large-messages", &largeReason},
    {"sender-is-user", [](const Known &k) { return comparedToUser(k, k.context.sender, true, "envelope sender"); }},
    {"sender-is-not-user", [](const Known &k) { return comparedToUser(k, k.context.sender, false, "envelope sender"); }},
    {"from-is-user", [](const Known &k) { return comparedToUser(k, addressIn(k.context.headerFrom), true, "address in From"); }},
    {"from-is-not-user", [](const Known &k) { return comparedToUser(k, addressIn(k.context.headerFrom), false, "address in From"); }},
    {"from-name-holds-address", &nameHoldsAddress},
    {"sender-domain-accepted", [](const Known &k) { return domainReason(k, k.context.sender, true); }},
    {"sender-domain-foreign", [](const Known &k) { return domainReason(k, k.context.sender, false); }},
    {"sender-onmicrosoft", [](const Known &k) { return when(isBelowAny(k.context.sender.section(u'@', -1), k.knowledge.texts(QStringLiteral("dns.microsoft-run"))), QStringLiteral("The sender is %1.").arg(shown(k.context.sender))); }},
    {"recipient-inside", [](const Known &k) { return domainReason(k, k.context.recipient, true); }},
    {"recipient-outside", [](const Known &k) { return domainReason(k, k.context.recipient, false); }},
    {"user-no-address", &noAddressReason},
    {"user-plain-name", &plainNameReason},
    {"says-helo", [](const Known &k) { return k.context.saysHelo ? QStringLiteral("The first command was HELO.") : deviceReason(k, [](const Sender &s) { return s.habits.heloOnly; }, "says HELO"); }},
    {"server-is-submission", [](const Known &k) { return serverReason(k, isSubmission(k), "is the server of client submission."); }},
    {"server-is-mx", [](const Known &k) { return serverReason(k, isMx(k), "is an MX host."); }},
    {"server-is-hve", [](const Known &k) { return serverReason(k, isFactHost(k, QStringLiteral("hve.host")), "is the server of High Volume Email."); }},
    {"server-is-acs", [](const Known &k) { return serverReason(k, isFactHost(k, QStringLiteral("acs.host")), "is the server of Azure Communication Services."); }},
    {"server-is-other", [](const Known &k) { return serverReason(k, isOtherServer(k), "is none of the servers of Exchange Online."); }},
    {"server-is-address", [](const Known &k) { return serverReason(k, bool(IpAddress::parse(hostOf(k.context.server))), "is an address, not a name."); }},
    {"server-name-retired", [](const Known &k) { return serverReason(k, isRetiredName(hostOf(k.context.server)), "is a regional name that was retired."); }},
    {"mx-elsewhere", [](const Known &k) { return mxReason(k, false); }},
    {"mx-here", [](const Known &k) { return mxReason(k, true); }},
    {"port-25", [](const Known &k) { return portReason(k, 25); }},
    {"port-465", [](const Known &k) { return portReason(k, 465); }},
    {"port-587", [](const Known &k) { return portReason(k, 587); }},
    {"tls-active", [](const Known &k) { return when(k.context.tlsActive == true, "The connection was encrypted."); }},
    {"tls-missing", [](const Known &k) { return when(k.context.tlsActive == false, "The connection was not encrypted."); }},
    {"tls-old-used", [](const Known &k) { return when(usedOldTls(k), QStringLiteral("The connection used %1.").arg(shown(k.context.tlsProtocol))); }},
    {"mechanism-not-offered", &mechanismReason},
    {"password-not-offered", &passwordReason},
    {"sign-in-by-token", [](const Known &k) { return when(usedToken(k), "The sign-in was by an access token."); }},
    {"sign-in-by-password", [](const Known &k) { return when(!usedToken(k) && !k.context.mechanism.isEmpty() && k.context.mechanism.toUpper() != "EXTERNAL", "The sign-in was by a password."); }},
    {"token-wrong-audience", [](const Known &k) { return tokenReason(k, TokenRemark::About::Audience, TokenRemark::Level::Wrong); }},
    {"token-wrong-permission", [](const Known &k) { return tokenReason(k, TokenRemark::About::Permission, TokenRemark::Level::Wrong); }},
    {"token-other-user", &otherUserReason},
    {"token-expired", [](const Known &k) { return tokenReason(k, TokenRemark::About::Expiry, TokenRemark::Level::Wrong); }},
    {"token-personal", [](const Known &k) { return tokenReason(k, TokenRemark::About::Tenant, TokenRemark::Level::Wrong); }},
    {"token-other-tenant", &otherTenantReason},
    {"token-fits", &fittingTokenReason},
    {"token-of-application", [](const Known &k) { return when(k.context.token && k.context.token->isApplication, "The token is that of an application, not of a user."); }},
    {"password-retired", [](const Known &k) { return deadlineReason(k, true); }},
    {"password-not-retired", [](const Known &k) { return deadlineReason(k, false); }},
    {"permissions-fresh", &freshReason},
    {"blame-local-firewall", [](const Known &k) { return blameReason(k, "local-firewall", "The ladder of tests blames a firewall of this network."); }},
    {"blame-provider", [](const Known &k) { return blameReason(k, "provider", "The ladder of tests blames the internet provider, which blocks the port."); }},
    {"blame-dns", [](const Known &k) { return blameReason(k, "dns", "The ladder of tests blames DNS."); }},
    {"blame-server", [](const Known &k) { return blameReason(k, "server", "The ladder of tests blames the server."); }},
    {"blame-account", [](const Known &k) { return blameReason(k, "account", "The ladder of tests blames the account."); }},
    {"blame-policy", [](const Known &k) { return blameReason(k, "policy", "The ladder of tests blames a policy."); }},
    {"method-client-submission", &methodReason<Method::ClientSubmission>},
    {"method-direct-send", &methodReason<Method::DirectSend>},
    {"method-connector-relay", &methodReason<Method::ConnectorRelay>},
    {"method-local-relay", &methodReason<Method::LocalRelay>},
    {"method-high-volume-email", &methodReason<Method::HighVolumeEmail>},
    {"method-azure-communication-services", &methodReason<Method::AzureCommunicationServices>},
    {"method-onprem-exchange", &methodReason<Method::OnPremExchange>},
});

} // namespace

QString reasonOf(const QString &condition, const DiagnosisContext &context, const Knowledge &knowledge)
{
    const auto found = std::ranges::find_if(
        kConditions, [&](const Condition &candidate) { return condition == QLatin1String(candidate.word); });
    return found == kConditions.end() ? QString() : found->reason({context, knowledge});
}

QStringList knownConditions()
{
    QStringList words;
    for (const Condition &condition : kConditions)
        words += QString::fromLatin1(condition.word);
    return words;
}

QDate dayOf(const DiagnosisContext &context)
{
    if (context.today.isValid() || !context.now)
        return context.today;
    return toDateTime(*context.now).toUTC().date();
}

std::optional<TimePoint> permissionsActAt(const DiagnosisContext &context, const Knowledge &knowledge)
{
    if (!context.permissionsChangedAt || !context.now)
        return std::nullopt;
    const TimePoint until = *context.permissionsChangedAt + rightsSpreadIn(knowledge);
    return until > *context.now ? std::optional(until) : std::nullopt;
}

} // namespace relaywright
