// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/session/TestRequest.h"

#include <QJsonObject>

namespace relaywright {

/// What Microsoft Graph said in the end. Printable.
struct GraphWords {
    int status = 0;      ///< of HTTP; 0: it was not asked, or did not answer
    QString code{};      ///< `ErrorAccessDenied`; empty where the message was taken
    QString message{};   ///< in its own words
    QString requestId{}; ///< by which Microsoft finds the try
    QString title{};     ///< whole sentence: what happened; empty where the message was taken
    QString cause{};     ///< whole sentence: the likeliest cause; may be empty
    QString remedy{};    ///< whole sentence: what to do
    bool operator==(const GraphWords &) const = default;
};

/// What one run did and saw. It can be kept, compared, exported and run again; nothing secret is in it.
struct TestRecord {
    TestRequest request;
    TimePoint startedAt{};
    QString host{};        ///< name of the computer it ran on
    QString peerAddress{}; ///< empty: there was no connection
    Finish finish{};
    std::optional<TransactionResult> transaction{}; ///< nothing: it did not come to MAIL
    std::optional<TlsSummary> tls{};
    std::optional<GraphWords> graph{}; ///< of a test that goes through it
    Capabilities capabilities{}; ///< of the last EHLO
    Transcript transcript{};
    QString messageId{};
    std::uint64_t messageOctets = 0;

    /// The server took the message, for every recipient.
    [[nodiscard]] bool accepted() const;
    /// Of the transaction where there was one, else of the conversation.
    [[nodiscard]] Outcome outcome() const;
    [[nodiscard]] Stage stage() const;                ///< where it was decided
    [[nodiscard]] std::optional<Reply> reply() const; ///< the deciding one
};

/// "schema": "relaywright.test-record/1". Error on reading: InvalidInput with the JSON path.
[[nodiscard]] QJsonObject toJson(const TestRecord &record);
[[nodiscard]] Result<TestRecord> testRecordFromJson(const QByteArray &json);

} // namespace relaywright
