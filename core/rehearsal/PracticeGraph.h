// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/HttpRequest.h"
#include "core/rehearsal/PracticeDrafts.h"
#include "core/rehearsal/PracticeTokenJudge.h"
#include "core/rehearsal/ReceivedMessage.h"

#include <QUrl>

#include <map>
#include <memory>
#include <optional>

namespace relaywright {

/// What a practice Graph says of a failure (https://learn.microsoft.com/graph/errors): `{"error":{"code":…,"message":…}}`.
struct GraphRefusal {
    int status = 400;
    QString code{}; ///< `ErrorAccessDenied`
    QString message{};
    bool operator==(const GraphRefusal &) const = default;
};

/// What a practice Graph has done so far.
struct GraphCounts {
    int requests = 0;
    int refused = 0;
    int sent = 0; ///< messages
    bool operator==(const GraphCounts &) const = default;
};

/// A practice Microsoft Graph, as far as sending goes: request in, answer and perhaps a message out; the clock and the
/// randomness are the caller's. Of version 1.0, for `/users/ADDRESS` and `/me`:
/// - `POST /sendMail`, `POST /messages`: MIME in base64 as text/plain, at most fact graph.request-size (413 above);
/// - `PATCH` and `DELETE /messages/ID`, `POST /messages/ID/send`;
/// - `POST /messages/ID/attachments` below fact graph.attachment.one-request, and `createUploadSession` from it on up to fact
///   graph.attachment.most, with `PUT` of its slices in order, each below 4 MB.
/// The token is judged as Graph would: 401 for one that is not Graph's or has ended, 403 without Mail.Send or Mail.ReadWrite
/// or for a mailbox that is not open to it. More than fact graph.concurrent-requests at once of an application for a
/// mailbox are put off (429). The recipients are those of To, Cc and Bcc.
///
/// Messages in Graph's own JSON form are not taken. Where Microsoft tells no words, they are ours and say so.
class PracticeGraph {
public:
    /// `knowledge` outlives it.
    PracticeGraph(std::shared_ptr<const PracticeTokenJudge> judge, Cloud cloud, Randomness randomness,
                  const Knowledge &knowledge);

    /// Where it is; set before the first request.
    void setBase(const QUrl &base) { m_base = base; }

    struct Outcome {
        HttpReply reply{};
        std::optional<ReceivedMessage> message{}; ///< that was sent; without peer and TLS
        QString lane{}; ///< application and mailbox; give it to `ended` when the answer is out; empty: counts for none
    };
    [[nodiscard]] Outcome answer(const HttpRequest &request, TimePoint now);
    void ended(const QString &lane);
    /// An answer that says that the service cannot, now: 429, 500, 503.
    [[nodiscard]] HttpReply unavailableReply(int status);

    [[nodiscard]] const GraphCounts &counts() const { return m_counts; }
    [[nodiscard]] std::size_t draftCount() const { return m_drafts.count(); }

private:
    struct Call;
    template <class T>
    using Answer = tl::expected<T, GraphRefusal>;

    [[nodiscard]] Outcome route(const HttpRequest &request, TimePoint now);
    [[nodiscard]] Answer<Call> readCall(const HttpRequest &request, TimePoint now) const;
    [[nodiscard]] Answer<Outcome> act(const Call &call, const HttpRequest &request, TimePoint now);
    [[nodiscard]] Answer<Outcome> sendMail(const Call &call, const HttpRequest &request, TimePoint now);
    [[nodiscard]] Answer<Outcome> createDraft(const Call &call, const HttpRequest &request);
    [[nodiscard]] Answer<Outcome> change(PracticeDraft &draft, const QString &id, const HttpRequest &request);
    [[nodiscard]] Answer<Outcome> attach(const Call &call, const HttpRequest &request);
    [[nodiscard]] Answer<Outcome> openUpload(const Call &call, const HttpRequest &request, TimePoint now);
    [[nodiscard]] Answer<Outcome> takeSlice(const HttpRequest &request, TimePoint now);
    [[nodiscard]] Answer<QByteArray> mimeOf(const HttpRequest &request) const;
    [[nodiscard]] Answer<ReceivedMessage> messageOf(const Call &call, const QByteArray &mime, TimePoint now) const;
    [[nodiscard]] HttpReply refusal(const GraphRefusal &refusal, const HttpRequest &request, TimePoint now);
    [[nodiscard]] HttpReply done(int status, const QJsonObject &json = {}) const;

    std::shared_ptr<const PracticeTokenJudge> m_judge;
    Cloud m_cloud;
    Randomness m_random;
    const Knowledge &m_knowledge;
    QUrl m_base;
    PracticeDrafts m_drafts;
    std::map<QString, int> m_open; ///< requests under way, by lane
    GraphCounts m_counts;
};

} // namespace relaywright
