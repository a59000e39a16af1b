// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/LocalRelays.h"
#include "core/artifacts/TextFile.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::uint16_t kPostfixPort = 25;

/// One Postfix: the relays of one network. The first takes what no table names.
struct RelayHost {
    const Network *network = nullptr;
    std::vector<LocalRelay> relays;
};

using Table = std::vector<std::pair<QString, QString>>;

/// Postfix signs in with a password and shows a certificate; OAuth takes a plug-in that is not everywhere.
bool canDo(const LocalRelay &relay, const RenderContext &context)
{
    return relay.upstream.method && relay.authentication != Authentication::OAuth && relay.missing(context).isEmpty();
}

/// Nothing that means something in main.cf: no space, comma, brace, dollar sign or quote.
bool isPlain(const QString &text)
{
    static const QRegularExpression plain(QStringLiteral("\\A[A-Za-z0-9._+@-]+\\z"));
    return plain.match(text).hasMatch();
}

QString nextHop(const LocalRelay &relay)
{
    return QStringLiteral("[%1]:%2").arg(relay.upstream.settings.host).arg(relay.upstream.settings.port);
}

/// smtp_tls_security_level: with a password only to the server whose certificate proves its name.
QString tlsLevel(const LocalRelay &relay)
{
    if (relay.signsIn())
        return QStringLiteral("secure");
    const QString planned = relay.upstream.settings.tls;
    if (relay.upstream.settings.byCertificate || planned == QLatin1String("starttls"))
        return QStringLiteral("encrypt");
    return planned == QLatin1String("none") ? QStringLiteral("none") : QStringLiteral("may");
}

QString inlineTable(const Table &table)
{
    QStringList entries;
    for (const auto &[key, value] : table)
        entries += QStringLiteral("{ %1 = %2 }").arg(key, value);
    return QLatin1String("inline:{ ") + entries.join(QLatin1String(", ")) + QLatin1String(" }");
}

/// The addresses of the senders of `relay` that a table can name, each once.
QStringList plainAddresses(const LocalRelay &relay)
{
    QStringList addresses;
    QSet<QString> seen;
    for (const PlannedSender &planned : relay.senders) {
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            const QString text = address.toString();
            const qsizetype before = seen.size();
            seen.insert(text.toCaseFolded());
            if (isPlain(text) && seen.size() > before)
                addresses += text;
        }
    }
    return addresses;
}

/// Senders whose address, or whose relay's mailbox, cannot stand in a configuration.
PlannedSenders unnamedSenders(const RelayHost &host)
{
    PlannedSenders unnamed;
    for (const LocalRelay &relay : host.relays) {
        const bool mailbox = !relay.signsIn() || isPlain(relay.mailbox);
        for (const PlannedSender &planned : relay.senders) {
            const auto addresses = addressesOf(*planned.sender);
            const bool plain =
                mailbox && !addresses.empty() && std::ranges::all_of(addresses, [](const EmailAddress &address) {
                    return isPlain(address.toString());
                });
            if (!plain)
                unnamed.push_back(planned);
        }
    }
    return unnamed;
}

QString myNetworks(const RelayHost &host)
{
    QStringList blocks{QStringLiteral("127.0.0.0/8"), QStringLiteral("[::1]/128")};
    if (!host.network)
        return blocks.join(QLatin1String(", "));
    for (const IpNetwork &block : host.network->lan) {
        const QString address = block.address().toString();
        const bool v6 = block.address().family() == IpAddress::Family::V6;
        blocks += QStringLiteral("%1/%2").arg(v6 ? u'[' + address + u']' : address).arg(block.prefixLength());
    }
    return blocks.join(QLatin1String(", "));
}

void addReceiving(TextFile &file, const RelayHost &host)
{
    file.line().comment(
        QStringLiteral("Takes mail from these networks only, for everybody; keeps nothing for itself."));
    file.line(QStringLiteral("compatibility_level = 3.6"));
    file.line(QStringLiteral("inet_interfaces = all"));
    file.line(QLatin1String("mynetworks = ") + myNetworks(host));
    file.line(QStringLiteral("smtpd_relay_restrictions = permit_mynetworks, reject"));
    file.line(QStringLiteral("mydestination ="));
}

void addRoutes(TextFile &file, const RelayHost &host)
{
    const LocalRelay &first = host.relays.front();
    file.line().comment(QStringLiteral("Hands it on; the brackets mean this very host and no MX look-up."));
    file.line(QLatin1String("relayhost = ") + nextHop(first));
    file.line(QLatin1String("smtp_tls_security_level = ") + tlsLevel(first));
    if (host.relays.size() > 1) {
        Table routes;
        Table levels;
        for (const LocalRelay &relay : host.relays) {
            // Rewriting comes before routing: a mailbox that sends in its own name is the sender by then.
            const bool rewritten = relay.signsIn() && relay.needsOwnAddress();
            const QStringList senders = rewritten ? QStringList{relay.mailbox} : plainAddresses(relay);
            for (const QString &sender : senders) {
                if (isPlain(sender))
                    routes.emplace_back(sender, nextHop(relay));
            }
            const std::pair level(nextHop(relay), tlsLevel(relay));
            if (std::ranges::find(levels, level) == levels.end())
                levels.push_back(level);
        }
        file.line(QLatin1String("sender_dependent_relayhost_maps = ") + inlineTable(routes));
        file.line(QLatin1String("smtp_tls_policy_maps = ") + inlineTable(levels));
    }
    file.comment(QStringLiteral("Red Hat and Fedora keep the authorities in /etc/pki/tls/certs/ca-bundle.crt."));
    file.line(QStringLiteral("smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt"));
}

void addSignIn(TextFile &file, const RelayHost &host, const RenderContext &context)
{
    const auto signsIn = [](const LocalRelay &relay) { return relay.signsIn(); };
    if (std::ranges::any_of(host.relays, signsIn)) {
        file.line().comment(
            QStringLiteral("Signs in. Exchange Online offers LOGIN. The password is in a file of its own."));
        file.line(QStringLiteral("smtp_sasl_auth_enable = yes"));
        if (host.relays.size() > 1)
            file.line(QStringLiteral("smtp_sender_dependent_authentication = yes"));
        file.line(QStringLiteral("smtp_sasl_password_maps = ${default_database_type}:/etc/postfix/sasl_passwd"));
        file.line(QStringLiteral("smtp_sasl_security_options = noanonymous"));
        file.line(QStringLiteral("smtp_sasl_mechanism_filter = login, plain"));
        file.line(QStringLiteral("smtp_destination_concurrency_limit = %1")
                      .arg(context.knowledge.number(QStringLiteral("client-submission.connections"))));
    }
    if (std::ranges::any_of(host.relays, [](const LocalRelay &r) { return r.upstream.settings.byCertificate; })) {
        file.line().comment(QStringLiteral("Shows this certificate: the whole chain, of a public authority."));
        file.line(QStringLiteral("smtp_tls_cert_file = /etc/postfix/client-chain.pem"));
        file.line(QStringLiteral("smtp_tls_key_file = /etc/postfix/client-key.pem"));
    }
}

/// Where a mailbox may only send as itself, every message gets its address.
void addRewriting(TextFile &file, const RelayHost &host)
{
    Table table;
    for (const LocalRelay &relay : host.relays) {
        if (!relay.signsIn() || !relay.needsOwnAddress() || !isPlain(relay.mailbox))
            continue;
        for (const QString &address : plainAddresses(relay)) {
            if (address.compare(relay.mailbox, Qt::CaseInsensitive) != 0)
                table.emplace_back(address, relay.mailbox);
        }
    }
    if (table.empty())
        return;
    file.line().comment(
        QStringLiteral("The mailbox sends in its own name. Once it has Send As on an address, take the "
                       "address out of this table; unlike Relaywright's relay Postfix sets no Reply-To."));
    file.line(QLatin1String("sender_canonical_maps = ") + inlineTable(table));
    file.line(QStringLiteral("sender_canonical_classes = envelope_sender, header_sender"));
}

/// The lines of sasl_passwd, with a word where the password belongs.
QStringList passwordLines(const RelayHost &host)
{
    QStringList lines;
    for (const LocalRelay &relay : host.relays) {
        if (!relay.signsIn() || !isPlain(relay.mailbox))
            continue;
        // By sender where several mailboxes share one server, else by server.
        const QString key = host.relays.size() > 1 ? relay.mailbox : nextHop(relay);
        const QString line = QStringLiteral("%1 %2:PASSWORD").arg(key, relay.mailbox);
        lines += line;
    }
    lines.removeDuplicates();
    return lines;
}

std::set<std::uint16_t> portsOf(const RelayHost &host)
{
    std::set<std::uint16_t> ports;
    for (const LocalRelay &relay : host.relays)
        ports.insert(relay.ports.begin(), relay.ports.end());
    return ports;
}

QStringList stepsFor(const RelayHost &host)
{
    QStringList steps{
        QStringLiteral("Install Postfix and what it signs in with: postfix and libsasl2-modules on Debian, postfix and "
                       "cyrus-sasl-plain on Red Hat."),
        QStringLiteral("Keep a copy of /etc/postfix/main.cf and of master.cf, then add the lines below to main.cf; a "
                       "parameter that stands there already is replaced.")};
    const QStringList passwords = passwordLines(host);
    if (!passwords.isEmpty())
        steps +=
            QStringLiteral("Make the file /etc/postfix/sasl_passwd, which root alone may read (chmod 600), with the "
                           "lines shown under \"sasl_passwd\" and the mailbox's password for the word PASSWORD; then: "
                           "postmap /etc/postfix/sasl_passwd");
    for (const std::uint16_t port : portsOf(host)) {
        if (port != kPostfixPort)
            steps +=
                QStringLiteral("Let it listen on port %1: postconf -M '%1/inet=%1 inet n - y - - smtpd'").arg(port);
    }
    steps += QStringLiteral("postfix check, then: systemctl restart postfix");
    return steps;
}

Artifact fileFor(const RelayHost &host, RenderContext &context)
{
    PlannedSenders senders;
    for (const LocalRelay &relay : host.relays)
        std::ranges::copy(relay.senders, std::back_inserter(senders));
    const QString title = QStringLiteral("Postfix as local relay for %1").arg(namesOf(senders));
    const QString purpose =
        QStringLiteral(
            "It lets a Postfix take mail from %1 and hand it on to %2. Use it in place of Relaywright's own relay, "
            "not beside it: on a server that runs Postfix already, or where the relay must be a system service.")
            .arg(namesOf(senders), host.relays.front().server());
    TextFile file(QStringLiteral("#"));
    file.comment(title);
    file.comment(
        QStringLiteral("Made by Relaywright from the plan of %1. Lines for /etc/postfix/main.cf, Postfix 3.6 or newer.")
            .arg(context.plan.asOf.toString(Qt::ISODate)));
    file.comment().comment(QLatin1String("What it changes, and for whom: ") + purpose);
    file.comment().comment(QStringLiteral("Apply: in this order, as root.")).steps(stepsFor(host));
    file.comment(QStringLiteral("Verify: postconf -n shows the lines; relaywright-cli send --server localhost:%1 --tls "
                                "opportunistic with a sender's address; the mail log says status=sent.")
                     .arg(*portsOf(host).begin()));
    const QStringList passwords = passwordLines(host);
    file.comment(QStringLiteral("Roll back: put the copies back%1; then: systemctl restart postfix")
                     .arg(passwords.isEmpty() ? QString()
                                              : QStringLiteral(" and remove sasl_passwd and what postmap made of it")));
    if (!passwords.isEmpty()) {
        file.comment().comment(QStringLiteral("sasl_passwd:"));
        for (const QString &line : passwords)
            file.line(QLatin1String("#   ") + line);
    }
    if (const PlannedSenders unnamed = unnamedSenders(host); !unnamed.empty())
        file.comment().comment(
            QStringLiteral("By hand: the addresses of %1 are not known, or they or the mailbox hold "
                           "characters that mean something to Postfix; their mail goes to relayhost as "
                           "it is, and such a mailbox is missing in sasl_passwd.")
                .arg(namesOf(unnamed)));
    addReceiving(file, host);
    addRoutes(file, host);
    addSignIn(file, host, context);
    addRewriting(file, host);
    return {.kind = QStringLiteral("postfix-config"),
            .fileName = context.fileName(QStringLiteral("postfix-main"), QStringLiteral(".cf")),
            .title = title,
            .purpose = purpose,
            .mediaType = QStringLiteral("text/plain"),
            .text = file.toString(),
            .senders = idsOf(senders)};
}

} // namespace

std::vector<Artifact> renderPostfixConfigs(RenderContext &context)
{
    std::vector<RelayHost> hosts;
    for (LocalRelay &relay : localRelays(context)) {
        if (!canDo(relay, context))
            continue;
        auto host = std::ranges::find(hosts, relay.network, &RelayHost::network);
        if (host == hosts.end())
            host = hosts.insert(hosts.end(), RelayHost{relay.network, {}});
        host->relays.push_back(std::move(relay));
    }
    std::vector<Artifact> artifacts;
    for (const RelayHost &host : hosts)
        artifacts.push_back(fileFor(host, context));
    return artifacts;
}

} // namespace relaywright
