// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/http/HttpQuestion.h"
#include "core/knowledge/Knowledge.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>
#include <variant>

namespace relaywright {

/// What was asked of Graph.
enum class GraphStep { SendMail, CreateDraft, ForgetWhenSent, Attach, OpenUpload, Upload, SendDraft, DeleteDraft };

[[nodiscard]] QString toString(GraphStep step); ///< send-mail create-draft forget-when-sent attach open-upload ...

/// Why a message was not sent, or may not have been. Every text is printable and bounded, and none holds a secret.
struct GraphTrouble {
    enum class Kind {
        Wait,          ///< it may pass by itself: this message again, not before `wait`
        SignInRefused, ///< nothing of this account goes until somebody has acted: hold its queue, refuse no message for it
        MessageRefused, ///< this message only, for good
        Unsure,         ///< it was handed over and no answer came: it may have been sent. Never repeat it by itself
    };
    Kind kind = Kind::Wait;
    std::optional<std::chrono::seconds> wait{}; ///< what the service asked for (Retry-After); at most a day

    QString title{};   ///< whole sentence: what happened
    QString cause{};   ///< whole sentence: the likeliest cause; may be empty
    QString remedy{};  ///< whole sentence: what to do
    QString entryId{}; ///< of the error catalogue: `http.throttled`; empty: not one of it

    int status = 0;      ///< of HTTP; 0: there was no answer
    QString code{};      ///< Graph's: `ErrorAccessDenied`
    QString message{};   ///< Graph's own words
    QString requestId{}; ///< by which Microsoft finds the try
    bool operator==(const GraphTrouble &) const = default;

    /// Title, cause and remedy as a text of whole sentences, with Graph's code where there is one.
    [[nodiscard]] QString sentence() const;
};
[[nodiscard]] QString toString(GraphTrouble::Kind kind); ///< wait sign-in-refused message-refused unsure

/// Graph took the message (202): it will be delivered or bounced by Exchange Online. That is no proof of delivery.
struct GraphSent {
    QString requestId{};   ///< by which Microsoft finds the try
    QStringList remarks{}; ///< whole sentences for the journal: what was changed in the header (GraphRecipients.h)
    bool operator==(const GraphSent &) const = default;
};
using GraphOutcome = std::variant<GraphSent, GraphTrouble>;

/// More than any answer of Graph to what is asked here; an engine stops reading there.
constexpr qsizetype kMaxGraphAnswerOctets = 256 * 1024;

/// An answer that says that a step is done.
struct GraphReply {
    QString requestId{};
    QString draft{}; ///< of CreateDraft: the id, at most 1,000 visible characters
    QUrl upload{};   ///< of OpenUpload: the address; a secret
    bool operator==(const GraphReply &) const = default;
};

/// Reads what came back for a step. It is a stranger's text: JSON of at most kMaxGraphAnswerOctets and 16 levels. A web page in
/// place of JSON is named as what it is. `now` is for a Retry-After that is a date.
[[nodiscard]] tl::expected<GraphReply, GraphTrouble> readGraphAnswer(GraphStep step, const HttpAnswer &answer,
                                                                     TimePoint now, const Knowledge &knowledge);

/// What it means that a step brought no answer: Unsure where the message may have been sent by it.
[[nodiscard]] GraphTrouble troubleWithoutAnswer(GraphStep step, const HttpLoss &loss);

} // namespace relaywright
