// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphAnswer.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

constexpr int kStatuses[] = {200, 201, 202, 204, 302, 400, 401, 403, 404, 407, 413, 429, 500, 502, 503, 504};
constexpr GraphStep kSteps[] = {GraphStep::SendMail,  GraphStep::CreateDraft, GraphStep::ForgetWhenSent,
                                GraphStep::Attach,    GraphStep::OpenUpload,  GraphStep::Upload,
                                GraphStep::SendDraft, GraphStep::DeleteDraft};
const TimePoint kNow(1795000000s);

void checkTrouble(GraphStep step, const GraphTrouble &trouble)
{
    requireSentence(trouble.sentence());
    for (const QString &shown : {trouble.code, trouble.message, trouble.requestId})
        require(!hasControlCharacters(shown) && shown.size() < 1000, "what is shown is printable and bounded");
    require(!trouble.wait || (*trouble.wait >= 0s && *trouble.wait <= 24h), "a wait is at most a day");
    const bool isSending = step == GraphStep::SendMail || step == GraphStep::SendDraft;
    require(trouble.kind != GraphTrouble::Kind::Unsure || isSending, "only what sends can have sent");
    require(trouble.kind != GraphTrouble::Kind::MessageRefused || (trouble.status >= 400 && trouble.status < 500),
            "a message is refused by Graph's own word only");
}

} // namespace

/// What Graph, or whoever stands before it, answers: the first octet chooses the status, the second the step and the type; a
/// line of its own is Retry-After, the next one Date, the rest the content.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    const GraphStep step = kSteps[data[1] % std::size(kSteps)];
    HttpAnswer answer{.status = kStatuses[data[0] % std::size(kStatuses)]};
    answer.fields = {{"Content-Type", (data[1] & 64) != 0 ? "text/html" : "application/json"}};
    const QByteArrayList parts = octetsOf(data + 2, size - 2).toByteArray().split('\n');
    if (parts.size() > 2) {
        answer.fields.push_back({"Retry-After", parts[0]});
        answer.fields.push_back({"Date", parts[1]});
        answer.fields.push_back({"request-id", parts[1]});
        answer.body = Secret(parts.mid(2).join('\n'));
    } else {
        answer.body = Secret(parts.join('\n'));
    }
    const auto reply = readGraphAnswer(step, answer, kNow, Knowledge::builtIn());
    if (!reply) {
        checkTrouble(step, reply.error());
        return 0;
    }
    require(answer.status >= 200 && answer.status < 300, "an error is no success");
    require(step != GraphStep::CreateDraft || (!reply->draft.isEmpty() && !hasControlCharacters(reply->draft)),
            "a draft has an id");
    require(step != GraphStep::OpenUpload || reply->upload.isValid(), "an upload has an address");
    return 0;
}
