// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayControl.h"

#include "core/base/Endpoint.h"
#include "core/base/Text.h"
#include "core/relay/Timeline.h"

#include <algorithm>
#include <limits>

namespace relaywright {

namespace {

constexpr qsizetype kPieceOctets = 192 * 1024; // 256 KiB in base64

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

/// `An operator asked to hold message K3F90000001.`
QString wishSentence(const QString &word, const QueueSelection &selection, int changed)
{
    return selection.id ? QStringLiteral("An operator asked to %1 message %2.").arg(word, selection.id->toString())
                        : QStringLiteral("An operator asked to %1 all that wait: %2 messages.").arg(word).arg(changed);
}

} // namespace

struct RelayControl::Request {
    QLatin1String word;
    void (RelayControl::*answer)(const QJsonObject &, const Answer &);
    std::initializer_list<QLatin1String> arguments;
};

const RelayControl::Request RelayControl::kRequests[] = {
    {QLatin1String("status"), &RelayControl::answerStatus, {}},
    {QLatin1String("queue"),
     &RelayControl::answerQueue,
     {QLatin1String("offset"), QLatin1String("limit"), QLatin1String("text"), QLatin1String("state")}},
    {QLatin1String("show"), &RelayControl::answerShow, {QLatin1String("id")}},
    {QLatin1String("why"),
     &RelayControl::answerWhy,
     {QLatin1String("id"), QLatin1String("maxMessagesPerMinute"), QLatin1String("server")}},
    {QLatin1String("trace"),
     &RelayControl::answerTrace,
     {QLatin1String("sender"), QLatin1String("recipient"), QLatin1String("id"), QLatin1String("source"),
      QLatin1String("remoteId"), QLatin1String("state"), QLatin1String("since"), QLatin1String("until"),
      QLatin1String("limit"), QLatin1String("next")}},
    {QLatin1String("history"), &RelayControl::answerHistory, {}},
    {QLatin1String("sources"), &RelayControl::answerSources, {}},
    {QLatin1String("export"), &RelayControl::answerExport, {QLatin1String("id"), QLatin1String("offset")}},
    {QLatin1String("resend"), &RelayControl::answerResend, {QLatin1String("id")}},
    {QLatin1String("retry"), &RelayControl::answerChange, {QLatin1String("id")}},
    {QLatin1String("hold"), &RelayControl::answerChange, {QLatin1String("id")}},
    {QLatin1String("release"), &RelayControl::answerChange, {QLatin1String("id")}},
    {QLatin1String("delete"), &RelayControl::answerChange, {QLatin1String("id")}},
    {QLatin1String("pause"), &RelayControl::answerPause, {}},
    {QLatin1String("resume"), &RelayControl::answerPause, {}},
    {QLatin1String("reload"), &RelayControl::answerReload, {}},
    {QLatin1String("shutdown"), &RelayControl::answerShutDown, {}},
    {QLatin1String("secret"), &RelayControl::answerSecret, {QLatin1String("password")}},
    {QLatin1String("events"), &RelayControl::answerEvents, {QLatin1String("severity")}},
};

void RelayControl::handle(const QJsonObject &request, const Answer &reply)
{
    const QString word = request.value(QLatin1String("request")).toString();
    const auto known = std::ranges::find_if(kRequests, [&](const Request &one) { return one.word == word; });
    if (known == std::end(kRequests))
        return reply(failure(ErrorKind::Unsupported,
                             QStringLiteral("This relay does not know the request \"%1\". Is it an older version?")
                                 .arg(quotable(word, 40))));
    for (auto it = request.begin(); it != request.end(); ++it) {
        const QString name = it.key();
        if (name != QLatin1String("request") && std::ranges::find(known->arguments, name) == known->arguments.end())
            return reply(
                failure(ErrorKind::InvalidInput,
                        QStringLiteral("The request \"%1\" knows no argument \"%2\".").arg(word, quotable(name, 40))));
    }
    (this->*known->answer)(request, reply);
}

QString RelayControl::routeReason(const SpoolMessage &message) const
{
    return m_parts.waitFacts(message).route.reason;
}

void RelayControl::answerStatus(const QJsonObject &, const Answer &reply)
{
    reply(toJson(m_parts.status()));
}

void RelayControl::answerSources(const QJsonObject &, const Answer &reply)
{
    reply(m_parts.sources());
}

void RelayControl::answerHistory(const QJsonObject &, const Answer &reply)
{
    reply(toJson(m_parts.history()));
}

void RelayControl::answerQueue(const QJsonObject &request, const Answer &reply)
{
    const auto query = parseQueueQuery(request);
    if (!query)
        return reply(tl::unexpected(query.error()));
    m_parts.spool.queue(*query, [this, reply](const Result<QueueRows> &rows) {
        if (!rows)
            return reply(tl::unexpected(rows.error()));
        const SpoolCounts &counts = m_parts.spool.counts();
        QueuePage page{.total = static_cast<quint64>(counts.queued + counts.held),
                       .matching = static_cast<quint64>(rows->matching),
                       .messages = {}};
        for (const MessageStory &story : rows->stories)
            page.messages.push_back(queueEntry(story, routeReason(story.message)));
        reply(toJson(page));
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
        MessageTimeline timeline = timelineOf(*story, routeReason(story->message));
        timeline.hasContents = timeline.hasContents || m_parts.spool.keepsContentsOf(story->message.id);
        reply(toJson(timeline));
    });
}

void RelayControl::answerWhy(const QJsonObject &request, const Answer &reply)
{
    const auto id = readId(request);
    if (!id)
        return reply(tl::unexpected(id.error()));
    std::optional<int> perMinute;
    if (const QJsonValue wanted = request.value(QLatin1String("maxMessagesPerMinute")); !wanted.isUndefined()) {
        perMinute = wanted.toInt(0);
        if (*perMinute < 1)
            return reply(
                failure(ErrorKind::InvalidInput, QStringLiteral("maxMessagesPerMinute must be a number above 0.")));
    }
    QString server;
    if (const QJsonValue wanted = request.value(QLatin1String("server")); !wanted.isUndefined()) {
        const auto endpoint = Endpoint::parse(wanted.toString());
        if (!endpoint)
            return reply(tl::unexpected(endpoint.error()));
        server = endpoint->toString();
    }
    m_parts.spool.show(*id, [this, reply, id = *id, perMinute, server](const Result<MessageStory> &story) {
        if (!story)
            return reply(tl::unexpected(story.error()));
        if (isFinished(story->message.state))
            return reply(
                failure(ErrorKind::NotFound, QStringLiteral("Message %1 does not wait: it was %2. Look at its journal.")
                                                 .arg(id.toString(), toString(story->message.state))));
        WaitFacts facts = m_parts.waitFacts(story->message);
        facts.entry = queueEntry(*story, facts.route.reason);
        facts.expiresAt = story->message.expiresAt;
        facts.otherPerMinute = perMinute;
        facts.otherServer = server;
        for (const JournalEvent &event : story->events) {
            if (event.kind == JournalKind::Held) {
                facts.heldWhy = event.detail;
                facts.heldAt = event.at;
            }
        }
        m_parts.spool.ahead(id, [reply, facts = std::move(facts)](const Result<std::int64_t> &ahead) mutable {
            if (!ahead)
                return reply(tl::unexpected(ahead.error()));
            facts.ahead = static_cast<quint64>(*ahead);
            reply(toJson(explainWait(facts)));
        });
    });
}

void RelayControl::answerTrace(const QJsonObject &request, const Answer &reply)
{
    const auto query = parseTraceQuery(request);
    if (!query)
        return reply(tl::unexpected(query.error()));
    std::uint64_t before = 0;
    if (!query->next.isEmpty()) {
        const auto next = QueueId::parse(query->next);
        if (!next || next->sequence() == 0)
            return reply(failure(ErrorKind::InvalidInput, QStringLiteral("\"next\" must be what a page before gave.")));
        before = next->sequence();
    }
    m_parts.spool.trace(*query, before, [this, reply](const Result<TraceRows> &rows) {
        if (!rows)
            return reply(tl::unexpected(rows.error()));
        TracePage page;
        for (const MessageStory &story : rows->stories)
            page.messages.push_back(queueEntry(story, routeReason(story.message)));
        if (rows->next > 0)
            page.next = m_parts.spool.idOf(rows->next).toString();
        reply(toJson(page));
    });
}

void RelayControl::answerExport(const QJsonObject &request, const Answer &reply)
{
    const auto id = readId(request);
    if (!id)
        return reply(tl::unexpected(id.error()));
    const qint64 offset = request.value(QLatin1String("offset")).toInteger(0);
    if (offset < 0)
        return reply(failure(ErrorKind::InvalidInput, QStringLiteral("offset must be 0 or more.")));
    const auto from = static_cast<std::uint64_t>(offset);
    m_parts.spool.read(*id, from, kPieceOctets, [this, reply, id = *id, from](const Result<SpoolPiece> &piece) {
        if (!piece)
            return answerGone(id, piece.error(), reply);
        const std::uint64_t end = from + static_cast<std::uint64_t>(piece->octets.size());
        QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.relay-export/1")},
                         {QStringLiteral("id"), id.toString()},
                         {QStringLiteral("size"), static_cast<qint64>(piece->size)},
                         {QStringLiteral("offset"), static_cast<qint64>(from)},
                         {QStringLiteral("octets"), QString::fromLatin1(piece->octets.toBase64())}};
        if (end < piece->size)
            json.insert(QStringLiteral("next"), static_cast<qint64>(end));
        reply(json);
    });
}

void RelayControl::answerGone(const QueueId &id, const Error &error, const Answer &reply)
{
    if (error.kind != ErrorKind::NotFound)
        return reply(tl::unexpected(error));
    m_parts.spool.show(id, [reply, id](const Result<MessageStory> &story) {
        if (!story)
            return reply(tl::unexpected(story.error()));
        reply(failure(ErrorKind::Denied,
                      QStringLiteral("Message %1 was %2, and its contents are not kept. Let the device send it again. "
                                     "\"keepContentsDays\" keeps those of messages that end from then on.")
                          .arg(id.toString(), toString(story->message.state))));
    });
}

void RelayControl::resendEnded(const QueueId &id, const Answer &reply)
{
    m_parts.resend(id, [this, id, reply](const Result<QueueId> &fresh) {
        if (!fresh)
            return answerGone(id, fresh.error(), reply);
        m_parts.delivery.wake();
        m_parts.tell(wishSentence(QStringLiteral("send again"), {id}, 1));
        reply(QJsonObject{{QStringLiteral("id"), fresh->toString()}});
    });
}

/// What waits needs no copy.
void RelayControl::answerResend(const QJsonObject &request, const Answer &reply)
{
    const auto id = readId(request);
    if (!id)
        return reply(tl::unexpected(id.error()));
    const auto done = [this, reply, id = *id](const Result<int> &changed) {
        if (!changed)
            return changed.error().kind == ErrorKind::NotFound ? resendEnded(id, reply)
                                                               : reply(tl::unexpected(changed.error()));
        m_parts.delivery.wake();
        m_parts.tell(wishSentence(QStringLiteral("send again"), {id}, 1));
        reply(QJsonObject{{QStringLiteral("id"), id.toString()}});
    };
    m_parts.spool.release({*id}, [this, done, id = *id](const Result<int> &released) {
        if (released || released.error().kind != ErrorKind::NotFound)
            return done(released);
        m_parts.delivery.tryNow();
        m_parts.spool.retry({id}, done);
    });
}

void RelayControl::answerChange(const QJsonObject &request, const Answer &reply)
{
    const QString word = request.value(QLatin1String("request")).toString();
    const auto selection = readSelection(request);
    if (!selection)
        return reply(tl::unexpected(selection.error()));
    const Spool::Done<int> done = [this, reply, word, selection = *selection](const Result<int> &changed) {
        if (!changed)
            return reply(tl::unexpected(changed.error()));
        m_parts.delivery.wake();
        if (*changed > 0)
            m_parts.tell(wishSentence(word, selection, *changed));
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
        reply(
            failure(ErrorKind::InvalidInput, QStringLiteral("Say which message to delete: its queue id is missing.")));
    }
}

void RelayControl::answerPause(const QJsonObject &request, const Answer &reply)
{
    const bool pause = request.value(QLatin1String("request")) == QLatin1String("pause");
    if (m_parts.delivery.isPaused() != pause)
        m_parts.tell(pause ? QStringLiteral("Delivery was paused by an operator.")
                           : QStringLiteral("Delivery was resumed by an operator."));
    m_parts.delivery.setPaused(pause);
    reply(QJsonObject());
}

void RelayControl::answerReload(const QJsonObject &, const Answer &reply)
{
    m_parts.tell(QStringLiteral("An operator asked to read the configuration again."));
    if (auto reloaded = m_parts.reload(); !reloaded)
        return reply(tl::unexpected(reloaded.error()));
    reply(QJsonObject());
}

void RelayControl::answerShutDown(const QJsonObject &, const Answer &reply)
{
    reply(QJsonObject());
    m_parts.shutDown();
}

void RelayControl::answerSecret(const QJsonObject &request, const Answer &reply)
{
    const Secret password = Secret::fromText(request.value(QLatin1String("password")).toString());
    if (password.isEmpty())
        return reply(failure(ErrorKind::InvalidInput, QStringLiteral("The password is missing.")));
    if (!m_parts.delivery.setPassword(password))
        return reply(failure(ErrorKind::InvalidInput,
                             QStringLiteral("No smart host of this relay signs in with a password that can be typed. "
                                            "Mend its sign-in in the relay's configuration.")));
    reply(QJsonObject());
}

/// The server does the rest: it knows who asked.
void RelayControl::answerEvents(const QJsonObject &request, const Answer &reply)
{
    const auto severity = parseSeverity(request.value(QLatin1String("severity")).toString(QStringLiteral("info")));
    if (!severity)
        return reply(tl::unexpected(severity.error()));
    reply(QJsonObject());
}

} // namespace relaywright
