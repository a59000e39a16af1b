// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Timeline.h"

#include "core/relay/Conversation.h"

#include <algorithm>

namespace relaywright {

namespace {

QString stateWord(const MessageStory &story)
{
    if (story.claimed)
        return QStringLiteral("delivering");
    if (story.message.state == MessageState::Queued && story.message.attempts > 0)
        return QStringLiteral("deferred");
    return toString(story.message.state);
}

} // namespace

QueueEntry queueEntry(const MessageStory &story, const QString &routeReason)
{
    const SpoolMessage &message = story.message;
    QueueEntry entry;
    entry.id = message.id.toString();
    entry.receivedAt = message.receivedAt;
    entry.sender = toPath(message.sender);
    for (const EmailAddress &recipient : message.recipients)
        entry.recipients += recipient.toString();
    entry.octets = message.body.size;
    entry.source = message.source;
    entry.state = stateWord(story);
    entry.attempts = message.attempts;
    if (message.state == MessageState::Queued)
        entry.nextAttempt = message.nextAttempt;
    entry.lastReply =
        message.lastReply.isEmpty() && message.state == MessageState::Queued ? routeReason : message.lastReply;
    entry.finishedAt = story.finishedAt;
    if (message.state == MessageState::Delivered)
        entry.remoteId = remoteIdIn(message.lastReply);
    return entry;
}

MessageTimeline timelineOf(const MessageStory &story, const QString &routeReason)
{
    MessageTimeline timeline{queueEntry(story, routeReason), {}, !isFinished(story.message.state)};
    std::vector<MessageTimeline::Line> said;
    for (const QByteArray &packed : story.conversations)
        std::ranges::move(unpackConversation(packed), std::back_inserter(said));
    // In one millisecond: what the device said, what became of it, what was said upstream.
    const auto isDevice = [](const MessageTimeline::Line &line) { return line.leg == QLatin1String("device"); };
    // Not that of std::ranges: clang 14 cannot read what it answers.
    const auto upstream = std::stable_partition(said.begin(), said.end(), isDevice);
    std::move(said.begin(), upstream, std::back_inserter(timeline.lines));
    for (const JournalEvent &event : story.events)
        timeline.lines.push_back({event.at, QStringLiteral("queue"), toString(event.kind), event.detail});
    std::move(upstream, said.end(), std::back_inserter(timeline.lines));
    std::ranges::stable_sort(timeline.lines, {}, &MessageTimeline::Line::at);
    return timeline;
}

} // namespace relaywright
