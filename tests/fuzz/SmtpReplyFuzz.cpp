// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/Diagnosis.h"
#include "core/smtp/Reply.h"

#include "tests/fuzz/Fuzz.h"

#include <algorithm>

using namespace relaywright;

namespace {

struct Parsed {
    std::vector<Reply> replies;
    bool isBroken = false;
    bool operator==(const Parsed &) const = default;
};

Parsed parsedInPieces(QByteArrayView octets, qsizetype piece)
{
    ReplyParser parser;
    Parsed parsed;
    for (qsizetype at = 0; at < octets.size() && !parser.isBroken(); at += piece) {
        const auto replies = parser.feed(octets.sliced(at, std::min(piece, octets.size() - at)));
        if (replies)
            parsed.replies.insert(parsed.replies.end(), replies->begin(), replies->end());
        else
            requireSentence(replies.error().detail);
    }
    parsed.isBroken = parser.isBroken();
    return parsed;
}

void checkReply(const Reply &reply)
{
    require(reply.code >= 200 && reply.code <= 599, "a reply has a code");
    require(!reply.lines.isEmpty() && reply.lines.size() <= ReplyParser::kMaxReplyLines, "a reply is bounded");
    require(!hasControlCharacters(reply.toString()), "a reply can be shown");
    const auto enhanced = reply.enhanced();
    require(!enhanced || EnhancedStatus::parse(enhanced->toString().toLatin1()) == enhanced,
            "an enhanced code reads the same when written again");
}

void checkExplanation(const Reply &reply)
{
    const Diagnosis diagnosis = diagnose(reply, {}, Knowledge::builtIn());
    require(!diagnosis.causes.empty() && !diagnosis.allRemedies().isEmpty(), "a reply is explained");
    require(!hasControlCharacters(diagnosis.title + diagnosis.seen), "an explanation can be shown");
}

} // namespace

/// What a server answers, in pieces of any size, and what a person pastes.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView octets = octetsOf(data + 1, size - 1);
    const Parsed whole = parsedInPieces(octets, std::max<qsizetype>(octets.size(), 1));
    require(parsedInPieces(octets, data[0] % 16 + 1) == whole, "replies do not depend on how they are cut");
    for (const Reply &reply : whole.replies)
        checkReply(reply);
    if (!whole.replies.empty()) // the whole catalogue is searched: once an input is enough
        checkExplanation(whole.replies.front());
    const QString text = QString::fromUtf8(octets);
    const auto pasted = parseReplyText(text);
    if (pasted)
        require(pasted->code >= 200 && pasted->code <= 599, "a pasted reply has a code");
    else
        requireSentence(pasted.error().detail);
    if (const auto diagnosis = diagnoseText(text, {}, Knowledge::builtIn()))
        require(!diagnosis->causes.empty() && !hasControlCharacters(diagnosis->seen), "a pasted text is explained");
    return 0;
}
