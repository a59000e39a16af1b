// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/RehearseWeb.h"
#include "core/base/Result.h"
#include "core/base/Secret.h"
#include "core/knowledge/Knowledge.h"
#include "core/rehearsal/PracticeServer.h"

#include <QDate>
#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace relaywright::cli {

/// The options of `rehearse` as they were typed.
struct RehearseOptions {
    std::string method = "client-submission";
    std::string listen = "127.0.0.1:0";
    std::string caOut;
    std::string events;
    std::string today;
    std::string site;
    std::vector<std::string> accounts;
    std::vector<std::string> tokens;
    std::vector<std::string> sendAs;
    std::vector<std::string> disabledMailboxes;
    std::vector<std::string> enabledMailboxes;
    std::vector<std::string> policyMailboxes;
    std::vector<std::string> restrictedMailboxes;
    std::vector<std::string> fullMailboxes;
    std::vector<std::string> ordinaryMailboxes;
    std::vector<std::string> refusedApplications;
    std::vector<std::string> domains;
    std::vector<std::string> mailboxes;
    std::vector<std::string> connectorNetworks;
    std::vector<std::string> connectorCertificates;
    std::string clientCa;
    std::string reputation = "good";
    std::string basicRemoved;
    std::vector<std::string> faults;
    RehearseWebOptions web;
    bool smtpAuthDisabled = false;
    bool securityDefaults = false;
    bool blockBasic = false;
    bool keepBasic = false;
    bool rejectDirectSend = false;
    bool partnerConnector = false;
    bool allowLegacyTls = false;
    bool wrongRegion = false;
    bool dmarcReject = false;
};

void addRehearseOptions(CLI::App &rehearse, RehearseOptions &options);

/// Whose secret must be fetched before the server starts.
struct AccountWish {
    QString user;
    SecretRef secret;
    bool isToken = false;
};

/// What the options ask for. The accounts have no secrets yet.
struct RehearseWish {
    PracticeSettings settings;
    std::vector<AccountWish> secrets;
    RehearseWebWish web{};
    std::optional<QDate> today;
};

/// Reads the files that are named. Error: InvalidInput, saying which option is wrong and how it is written.
[[nodiscard]] Result<RehearseWish> readRehearseOptions(const RehearseOptions &options, const Knowledge &knowledge);

} // namespace relaywright::cli
