// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace relaywright::cli {

/// The words of `send` as they stand on the command line. An empty one was not given: then what `--site` or `--like`
/// brings stays, or the usual.
struct SendOptions {
    // where to
    std::string server;
    bool ipv4 = false, ipv6 = false;
    std::string source;
    std::string proxy;
    std::string proxyPasswordFrom;
    bool graph = false; ///< through Microsoft Graph, in place of a server
    std::string graphService;
    bool noSentCopy = false;
    // TLS
    std::string tls;
    std::string tlsMinimum, tlsMaximum;
    std::string ciphers;
    std::string serverName;
    std::string verifyName;
    std::string caFile;
    bool insecure = false;
    std::string clientCertificate, clientKey, pkcs12;
    std::string keyPassphraseFrom;
    // sign-in
    std::string auth;
    std::string user;
    std::string passwordFrom;
    std::string account; ///< of `oauth login`: its token in place of a password
    std::string actAs;
    std::string realm;
    bool signInWithoutTls = false;
    // the conversation
    std::string ehloName;
    bool heloOnly = false;
    bool noPipelining = false;
    bool chunking = false;
    bool noSize = false;
    std::string claimedSize;
    std::string dsn, dsnReturn, dsnEnvelopeId;
    bool smtpUtf8 = false;
    std::string stopAfter;
    int patienceSeconds = 0;
    std::vector<std::string> stagePatience;
    // envelope and message
    std::string from, mailFrom, headerFrom, fromName;
    std::vector<std::string> to;
    std::string senderField;
    std::string replyTo;
    std::string subject, body, bodyFile;
    std::string htmlFile;
    std::vector<std::string> headers;
    std::string charset;
    std::vector<std::string> attachments;
    std::string fill;
    std::string messageFile;
    bool noDate = false, noMessageId = false, bareLineFeeds = false, addressInName = false;
    // from elsewhere
    std::string site, sender, method;
    bool all = false;
    bool asThisComputer = false;
    std::string like;
    // before it goes, and the explanation
    bool dns = false;
    bool checkOnly = false;
    std::string permissionsChanged;
    // series
    int repeat = 1;
    int perMinute = 0;
    // what is kept
    std::string transcriptFile;
    std::string recordFile;
    std::string recordFolder;
};

/// Adds the options to `send`, in groups.
void addSendOptions(CLI::App &send, SendOptions &options);

} // namespace relaywright::cli
