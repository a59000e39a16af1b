// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Compose.h"
#include "core/session/Certificate.h"
#include "core/session/SmtpClient.h"

#include <QJsonObject>
#include <QUrl>

namespace relaywright {

class JsonReader;

/// What is wrong with a message on purpose, because the device does it so.
struct MessageQuirks {
    bool noDate = false;
    bool noMessageId = false;
    bool bareLineFeeds = false; ///< LF alone ends its lines; of an .eml: its line ends go out as they stand
    bool addressInDisplayName = false;
    bool operator==(const MessageQuirks &) const = default;
};

/// Through Microsoft Graph, over HTTPS, in place of an SMTP server.
struct TestByGraph {
    EmailAddress mailbox;        ///< that sends
    QUrl service{};              ///< scheme, host and port; empty: Microsoft's, in the cloud of the account
    bool saveToSentItems = true; ///< false needs Mail.ReadWrite
    bool operator==(const TestByGraph &) const = default;
};

/// Everything that one test needs and nothing secret: what a person chose, a script asked for, or a sender of the site
/// would do. It can be kept, shown, compared and run again.
struct TestRequest {
    ConnectionSettings
        connection; ///< credentials hold user and mechanism; secret, client key and proxy password are empty
    ClientCertificateFiles certificate{};
    QString caFile{};          ///< PEM, trusted besides `connection`'s own
    Envelope envelope{};       ///< P1 and recipients
    MessageDraft message;      ///< P2, subject, text; `attachments` are added from the files below
    QStringList attachments{}; ///< file paths
    std::uint64_t fillOctets = 0; ///< an attachment of so many octets that say nothing is added: a large scan
    QString emlFile{};         ///< not empty: this message as it is, in place of `message`
    DsnRequest dsn{};
    MessageQuirks quirks{};
    QString account{}; ///< that the user keeps, whose access token signs in; empty: a password does, or nobody
    std::optional<TestByGraph> graph{}; ///< then what is of SMTP counts for nothing
    bool smtpUtf8 = false; ///< asked for even where no address needs it
    QString senderId{};    ///< of the site, when it acts as one
    QString method{};      ///< contract word; empty: not known
};

/// What a TestRequest needs from the keychain, a file or a person just before it runs.
struct TestSecrets {
    Secret password{}; ///< or access token
    Secret proxyPassword{};
    Secret keyPassphrase{};
};

/// "schema": "relaywright.test/1" (part of a record). Never a secret. Error on reading: InvalidInput with the JSON path.
[[nodiscard]] QJsonObject toJson(const TestRequest &request);
[[nodiscard]] Result<TestRequest> testRequestFromJson(const QJsonObject &json);
/// The same inside another document; errors go to `reader`.
[[nodiscard]] TestRequest testRequestFromJson(JsonReader &reader);

/// In words, a line each: what differs from a plain test of today ("TLS 1.0 at most", "Says HELO").
[[nodiscard]] QStringList peculiarities(const TestRequest &request);

/// Stands where an address must be and none is meant: From of a message that comes from an .eml file.
[[nodiscard]] EmailAddress anybody();

} // namespace relaywright
