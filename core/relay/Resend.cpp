// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Resend.h"

#include "core/relay/Conversation.h"
#include "core/relay/IncomingBody.h"

#include <utility>

namespace relaywright {

namespace {

void note(Spool &spool, const Clock &clock, const QueueId &id, const QByteArray &text)
{
    Conversation conversation(Conversation::Leg::Device, clock,
                              [&spool](const QueueId &of, const QByteArray &packed) { spool.note(of, packed); });
    conversation.add(Conversation::Voice::Note, text);
    conversation.endMessage(id);
}

SpoolMessage again(SpoolMessage before, const QueueId &id, TimePoint now, std::chrono::milliseconds expiry)
{
    SpoolMessage message;
    message.id = id;
    message.receivedAt = message.nextAttempt = now;
    message.expiresAt = now + expiry;
    message.source = std::move(before.source);
    message.helo = std::move(before.helo);
    message.user = std::move(before.user);
    message.sender = std::move(before.sender);
    message.recipients = std::move(before.recipients);
    message.utf8 = before.utf8;
    message.dsn = std::move(before.dsn);
    return message;
}

} // namespace

void resendMessage(Spool &spool, const Clock &clock, const QueueId &id, std::chrono::milliseconds expiry,
                   Spool::Done<QueueId> done)
{
    const auto onBody = [&spool, &clock, id, expiry, done](SpoolMessage before,
                                                           Result<std::unique_ptr<IncomingBody>> body) {
        if (!body)
            return done(tl::unexpected(body.error()));
        const QueueId fresh = spool.nextId();
        spool.accept(again(std::move(before), fresh, clock.now(), expiry), std::move(*body),
                     [&spool, &clock, id, fresh, done](const Result<void> &stored) {
                         if (!stored)
                             return done(tl::unexpected(stored.error()));
                         note(spool, clock, id, "sent again by an operator, as message " + fresh.toAscii());
                         note(spool, clock, fresh, "message " + id.toAscii() + " again, by an operator");
                         done(fresh);
                     });
    };
    spool.show(id, [&spool, id, onBody, done](const Result<MessageStory> &story) {
        if (!story)
            return done(tl::unexpected(story.error()));
        if (!isFinished(story->message.state))
            return done(failure(ErrorKind::Denied, QStringLiteral("Message %1 waits still.").arg(id.toString())));
        spool.keptBody(id, [onBody, message = story->message](Result<std::unique_ptr<IncomingBody>> body) {
            onBody(message, std::move(body));
        });
    });
}

} // namespace relaywright
