// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendOptions.h"

#include "core/smtp/Sasl.h"

#include <CLI/CLI.hpp>

namespace relaywright::cli {

namespace {

constexpr const char *kReferences = "keychain:NAME, env:NAME, file:PATH, credential:NAME or stdin";

void addWhere(CLI::App &send, SendOptions &o)
{
    const std::string group = "Where to";
    send.add_option("--server", o.server, "HOST:PORT")->group(group);
    auto *v4 = send.add_flag("-4,--ipv4", o.ipv4, "Connect by IPv4 only")->group(group);
    send.add_flag("-6,--ipv6", o.ipv6, "Connect by IPv6 only")->group(group)->excludes(v4);
    send.add_option("--source", o.source, "Connect from this address of this computer")->group(group);
    send.add_option("--proxy", o.proxy, "socks5://[USER@]HOST:PORT or http://[USER@]HOST:PORT")->group(group);
    send.add_option("--proxy-password-from", o.proxyPasswordFrom, kReferences)->group(group);
    send.add_flag("--graph", o.graph, "Through Microsoft Graph with --account, over HTTPS: no server is named")
        ->group(group);
    send.add_option("--graph-service", o.graphService, "Another Graph than Microsoft's: https://HOST:PORT")
        ->group(group);
    send.add_flag("--no-sent-copy", o.noSentCopy, "Keep no copy in Sent Items; that needs Mail.ReadWrite")
        ->group(group);
}

void addTls(CLI::App &send, SendOptions &o)
{
    const std::string group = "TLS";
    send.add_option("--tls", o.tls, "none, opportunistic, starttls (usual) or implicit")->group(group);
    send.add_option("--tls-min", o.tlsMinimum, "tls1.0, tls1.1, tls1.2 (usual) or tls1.3")->group(group);
    send.add_option("--tls-max", o.tlsMaximum, "The same; the newest is usual")->group(group);
    send.add_option("--ciphers", o.ciphers, "OpenSSL's list of ciphers")->group(group);
    send.add_option("--sni", o.serverName, "Ask for the certificate of this name")->group(group);
    send.add_option("--verify-name", o.verifyName, "The certificate must be for this name")->group(group);
    send.add_option("--ca-file", o.caFile, "Trust the certificates of this PEM file too")->group(group);
    send.add_flag("--insecure", o.insecure, "Go on with any certificate; its faults are shown")->group(group);
    send.add_option("--client-cert", o.clientCertificate, "Show this certificate (PEM) when asked for one")
        ->group(group);
    send.add_option("--client-key", o.clientKey, "Its key, where it is in another file")->group(group);
    send.add_option("--client-p12", o.pkcs12, "Certificate and key in a PKCS#12 file (.pfx, .p12)")->group(group);
    send.add_option("--key-passphrase-from", o.keyPassphraseFrom, kReferences)->group(group);
}

void addSignIn(CLI::App &send, SendOptions &o)
{
    const std::string group = "Sign-in";
    const std::string words = authMechanismWords().join(QLatin1String(", ")).toStdString();
    send.add_option("--auth", o.auth, words)->group(group);
    send.add_option("--user", o.user, "Sign in as this user")->group(group);
    send.add_option("--password-from", o.passwordFrom,
                    std::string(kReferences)
                        + "; the access token for xoauth2 and oauthbearer. {user} stands for the user, for --all")
        ->group(group);
    send.add_option("--account", o.account,
                    "Sign in with an access token of this account (see oauth login), with xoauth2 unless --auth says "
                    "oauthbearer; as the mailbox that it is named after, or --user")
        ->group(group);
    send.add_option("--act-as", o.actAs, "Act as this other user (PLAIN, SCRAM, EXTERNAL)")->group(group);
    send.add_option("--realm", o.realm, "Domain, for NTLM")->group(group);
    send.add_flag("--auth-without-tls", o.signInWithoutTls, "Show the password to everybody on the line")->group(group);
}

void addConversation(CLI::App &send, SendOptions &o)
{
    const std::string group = "The conversation";
    send.add_option("--ehlo", o.ehloName, "The name to say; this computer's by default")->group(group);
    send.add_flag("--helo", o.heloOnly, "Say HELO, as old devices do: no STARTTLS, no sign-in")->group(group);
    send.add_flag("--no-pipelining", o.noPipelining, "Wait for every answer")->group(group);
    send.add_flag("--chunking", o.chunking, "Send the message with BDAT where it is offered")->group(group);
    send.add_flag("--no-size", o.noSize, "Do not say the size of the message")->group(group);
    send.add_option("--size", o.claimedSize, "Say this size in place of the true one")->group(group);
    send.add_option("--dsn", o.dsn, "Ask for reports: never, or success, failure, delay with commas")->group(group);
    send.add_option("--dsn-return", o.dsnReturn, "full or headers")->group(group);
    send.add_option("--dsn-envid", o.dsnEnvelopeId, "Envelope id for the reports")->group(group);
    send.add_flag("--smtputf8", o.smtpUtf8, "Ask for SMTPUTF8 even where no address needs it")->group(group);
    send.add_option("--stop-after", o.stopAfter, "End politely after this stage, such as auth or rcpt")->group(group);
    send.add_option("--patience", o.patienceSeconds, "Wait at most so many seconds for any answer")
        ->check(CLI::Range(1, 3600))
        ->group(group);
    send.add_option("--stage-patience", o.stagePatience, "STAGE=SECONDS, such as data=60; may be repeated")
        ->expected(1)
        ->take_all()
        ->group(group);
}

void addMessage(CLI::App &send, SendOptions &o)
{
    const std::string group = "Envelope and message";
    send.add_option("--from", o.from, "Sender, for MAIL FROM (P1) and the From field (P2)")->group(group);
    send.add_option("--mail-from", o.mailFrom, "P1 where it is another one; '<>' for none")->group(group);
    send.add_option("--header-from", o.headerFrom, "P2 where it is another one")->group(group);
    send.add_option("--header-sender", o.senderField, "A Sender field beside the From field")->group(group);
    send.add_option("--from-name", o.fromName, "Display name of the From field")->group(group);
    send.add_option("--to", o.to, "Recipient; may be repeated")->expected(1)->take_all()->group(group);
    send.add_option("--reply-to", o.replyTo, "Where answers go")->group(group);
    send.add_option("--subject", o.subject, "Subject")->group(group);
    send.add_option("--body", o.body, "Text")->group(group);
    send.add_option("--body-file", o.bodyFile, "Text from a file (UTF-8)")->group(group);
    send.add_option("--html-file", o.htmlFile, "HTML from a file (UTF-8), beside the text")->group(group);
    send.add_option("--header", o.headers, "'Name: value', a field of your own; may be repeated")
        ->expected(1)
        ->take_all()
        ->group(group);
    send.add_option("--charset", o.charset, "Of text and HTML: utf-8 (usual), iso-8859-1 or us-ascii")->group(group);
    send.add_option("--attach", o.attachments, "Attach this file; may be repeated")
        ->expected(1)
        ->take_all()
        ->group(group);
    send.add_option("--fill", o.fill, "Attach so much of nothing, such as 25M: a large scan")->group(group);
    send.add_option("--message,--eml", o.messageFile, "Send this file as it is, instead of composing one")
        ->group(group);
    send.add_flag("--no-date", o.noDate, "Leave the Date field out")->group(group);
    send.add_flag("--no-message-id", o.noMessageId, "Leave the Message-ID field out")->group(group);
    send.add_flag("--bare-lf", o.bareLineFeeds, "End lines of the message with LF alone; of a file: as they stand")
        ->group(group);
    send.add_flag("--address-in-name", o.addressInName, "Put an address into the display name")->group(group);
}

void addSources(CLI::App &send, SendOptions &o)
{
    const std::string group = "From a site or an earlier test";
    auto *site = send.add_option("--site", o.site, "Site document with the sender")->group(group);
    auto *sender =
        send.add_option("--sender", o.sender, "Behave like this sender of the site")->needs(site)->group(group);
    send.add_flag("--all", o.all, "Test every sender of the site, one after another")
        ->needs(site)
        ->excludes(sender)
        ->group(group);
    send.add_option("--method", o.method, "By this method; the plan's choice by default")->needs(site)->group(group);
    send.add_flag("--as-this-computer", o.asThisComputer, "With today's TLS and manners in place of the sender's")
        ->needs(site)
        ->group(group);
    send.add_option("--like", o.like, "Run the test of this record again; other options override")
        ->excludes(site)
        ->group(group);
    const std::string checks = "Before it goes, and the explanation";
    auto *only = send.add_flag("--check-only", o.checkOnly, "Look at the message as it would be sent, and send nothing")
                     ->group(checks);
    send.add_flag(
            "--dns", o.dns,
            "Ask the DNS about the domains of sender and recipients meanwhile, 3 seconds at most; of several tests "
            "only with --check-only")
        ->group(checks);
    only->excludes("--stop-after");
    send.add_option("--permissions-changed", o.permissionsChanged,
                    "When a permission was changed last, such as 2026-11-22T10:00:00Z: it may take two hours to act")
        ->group(checks);
    const std::string series = "Several messages";
    send.add_option("--repeat", o.repeat, "Send so many times")->check(CLI::Range(1, 10000))->group(series);
    send.add_option("--per-minute", o.perMinute, "At most so many a minute; 30 at most unless the target is local")
        ->check(CLI::Range(1, 6000))
        ->group(series);
    const std::string kept = "What is kept";
    send.add_option("--transcript", o.transcriptFile, "Save the conversation to this file")->group(kept);
    send.add_option("--record", o.recordFile, "Save the test with all it saw (JSON), for compare, transcript, --like")
        ->group(kept);
    send.add_option("--records", o.recordFolder, "The same for each test of several, in this folder")->group(kept);
}

} // namespace

void addSendOptions(CLI::App &send, SendOptions &options)
{
    addWhere(send, options);
    addTls(send, options);
    addSignIn(send, options);
    addConversation(send, options);
    addMessage(send, options);
    addSources(send, options);
}

} // namespace relaywright::cli
