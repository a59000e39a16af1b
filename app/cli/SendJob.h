// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Secret.h"
#include "core/session/SmtpClient.h"

#include <optional>
#include <string>
#include <vector>

namespace relaywright::cli {

/// The words of `send` as they stand on the command line.
struct SendOptions {
    std::string server;
    std::string tls = "starttls";
    std::string auth = "auto";
    std::string user;
    std::string passwordFrom;
    std::string from;
    std::vector<std::string> to;
    std::string subject = "Test message from Relaywright";
    std::string body = "This is a test message from Relaywright.";
    std::string messageFile;
    std::vector<std::string> attachments;
    std::string caFile;
    bool insecure = false;
    std::string stopAfter;
    std::string transcriptFile;
    std::string ehloName;
    int patienceSeconds = 600; ///< upper bound of every wait; the final dot may take that long (RFC 5321 §4.5.3.2.6)
};

/// Everything checked, before anything goes on the wire.
struct SendJob {
    ConnectionSettings connection;
    std::optional<SecretRef> password;
    Envelope envelope;
    QByteArray message;
    QString messageId;
    QString transcriptFile;
};

/// Error: InvalidInput, naming the option or file.
[[nodiscard]] Result<SendJob> makeSendJob(const SendOptions &options, TimePoint now);

} // namespace relaywright::cli
