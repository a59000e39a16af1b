// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayControl.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright {

namespace {

using Answer = ControlServer::Reply;

constexpr int kUsualLimit = 1000;
constexpr int kMaxLimit = 100'000;

QString stateWord(const MessageStory &story)
{
    if (story.claimed)
        return QStringLiteral("delivering");
    if (story.message.state == MessageState::Queued && story.message.attempts > 0)
        return QStringLiteral("deferred");
    return toString(story.message.state);
}

QJsonObject toJson(const JournalEvent &event)
{
    return {{QStringLiteral("at"), toDateTime(event.at).toString(Qt::ISODateWithMs)},
            {QStringLiteral("event"), toString(event.kind)},
            {QStringLiteral("detail"), event.detail}};
}

Result<QueueId> readId(const QJsonObject &request)
{
    const QJsonValue id = request.value(QLatin1String("id"));
    if (!id.isString())
        return failure(ErrorKind::InvalidInput, QStringLiteral("Say which message: its queue id is missing."));
    return QueueId::parse(id.toString());
}

Result<QueueSelection> readSelection(const QJsonObject &request)
{
    if (!request.contains(QLatin1String("id")))
        return QueueSelection{};
    const auto id = readId(request);
    if (!id)
        return tl::unexpected(id.error());
    return QueueSelection{*id};
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
    entry.lastReply = message.lastReply.isEmpty() && message.state == MessageState::Queued ? routeReason : message.lastReply;
    return entry;
}

void RelayControl::handle(const QJsonObject &request, const Answer &reply)
{
    const QString word = request.value(QLatin1String("request")).toString();
    if (word == QLatin1String("status"))
        return reply(toJson(m_parts.status()));
    if (word == QLatin1String("queue"))
        return answerQueue(request, reply);
    if (word == QLatin1String("show"))
        return answerShow(request, reply);
    if (word == QLatin1String("retry") || word == QLatin1String("hold") || word == QLatin1String("release")
        || word == QLatin1String("delete"))
        return answerChange(word, request, reply);
    if (word == QLatin1String("secret"))
        return answerSecret(request, reply);
    if (word == QLatin1String("pause") || word == QLatin1String("resume")) {
        m_parts.delivery.setPaused(word == QLatin1String("pause"));
        return reply(QJsonObject());
    }
    if (word == QLatin1String("shutdown")) {
        reply(QJsonObject());
        return m_parts.shutDown();
    }
    reply(failure(ErrorKind::Unsupported, QStringLiteral("This relay does not know the request \"%1\". Is it an older version?").arg(word.left(40))));
}

void RelayControl::answerQueue(const QJsonObject &request, const Answer &reply)
{
    const int limit = std::clamp(request.value(QLatin1String("limit")).toInt(kUsualLimit), 1, kMaxLimit);
    m_parts.spool.list(limit, [this, reply](const Result<std::vector<MessageStory>> &stories) {
        if (!stories)
            return reply(tl::unexpected(stories.error()));
        QJsonArray messages;
        for (const MessageStory &story : *stories)
            messages.append(toJson(queueEntry(story, m_parts.delivery.route().reason())));
        const SpoolCounts &counts = m_parts.spool.counts();
        reply(QJsonObject{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-queue/1")},
                          {QStringLiteral("total"), static_cast<qint64>(counts.queued + counts.held)},
                          {QStringLiteral("messages"), messages}});
    });
}

void RelayControl::answerShow(const QJsonObject &request, const Answer &reply)
{
    const auto id = readId(request);
    if (!id)
        return reply(tl::unexpected(id.error()));
    m_parts.spool.show(*id, [this, reply](const Result<MessageStory> &story) {
        if (!story)
            return reply(tl::unexpected(story.error()));
        QJsonArray events;
        for (const JournalEvent &event : story->events)
            events.append(toJson(event));
        reply(QJsonObject{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-message/1")},
                          {QStringLiteral("message"), toJson(queueEntry(*story, m_parts.delivery.route().reason()))},
                          {QStringLiteral("events"), events}});
    });
}

void RelayControl::answerChange(const QString &word, const QJsonObject &request, const Answer &reply)
{
    const auto selection = readSelection(request);
    if (!selection)
        return reply(tl::unexpected(selection.error()));
    const Spool::Done<int> done = [this, reply](const Result<int> &changed) {
        if (!changed)
            return reply(tl::unexpected(changed.error()));
        m_parts.delivery.wake();
        reply(QJsonObject{{QStringLiteral("changed"), *changed}});
    };
    if (word == QLatin1String("retry")) {
        m_parts.delivery.tryNow();
        m_parts.spool.retry(*selection, done);
    } else if (word == QLatin1String("hold")) {
        m_parts.spool.hold(*selection, done);
    } else if (word == QLatin1String("release")) {
        m_parts.spool.release(*selection, done);
    } else if (selection->id) {
        m_parts.spool.remove(*selection->id, done);
    } else {
        reply(failure(ErrorKind::InvalidInput, QStringLiteral("Say which message to delete: its queue id is missing.")));
    }
}

void RelayControl::answerSecret(const QJsonObject &request, const Answer &reply)
{
    const Secret password = Secret::fromText(request.value(QLatin1String("password")).toString());
    if (password.isEmpty())
        return reply(failure(ErrorKind::InvalidInput, QStringLiteral("The password is missing.")));
    m_parts.delivery.setPassword(password, PasswordOrigin::Operator);
    reply(QJsonObject());
}

} // namespace relaywright
