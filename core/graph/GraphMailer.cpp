// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMailer.h"

#include "core/base/Size.h"
#include "core/graph/GraphMessage.h"
#include "core/graph/GraphRecipients.h"
#include "core/http/HttpCarrier.h"
#include "core/mail/Header.h"

#include <QIODevice>
#include <QPointer>
#include <QTimer>

#include <optional>
#include <utility>

namespace relaywright {

namespace {

using Kind = GraphTrouble::Kind;

constexpr qint64 kSliceOctets = 3 * 1024 * 1024; // "keep each byte range less than 4 MB" (outlook-large-attachments)

GraphTrouble troubleHere(Kind kind, const char *title, const QString &cause, const QString &remedy)
{
    GraphTrouble trouble;
    trouble.kind = kind;
    trouble.title = QString::fromLatin1(title);
    trouble.cause = cause;
    trouble.remedy = remedy;
    return trouble;
}

GraphTrouble troubleOf(const Error &error)
{
    if (error.kind == ErrorKind::Storage)
        return troubleHere(Kind::Wait, "The message was not sent.", {}, error.detail);
    return troubleHere(Kind::MessageRefused, "The message cannot go through Microsoft Graph.", {}, error.detail);
}

GraphTrouble tooLargeWithoutDrafts(qint64 limit)
{
    return troubleHere(
        Kind::MessageRefused, "The message is too large for one request to Microsoft Graph.",
        QStringLiteral(
            "One request takes %1 of a message, and a larger one needs the permission Mail.ReadWrite, which this "
            "application does not have.")
            .arg(sizeText(static_cast<std::uint64_t>(limit))),
        QStringLiteral("Grant Mail.ReadWrite to the application and give consent, or send a smaller message."));
}

GraphTrouble noCopyWithoutDrafts()
{
    return troubleHere(
        Kind::SignInRefused, "A copy in Sent Items cannot be avoided with the permissions of this application.",
        QStringLiteral(
            "Microsoft Graph keeps a copy of every message that it gets as MIME, unless it is sent as a draft that "
            "vanishes, which needs the permission Mail.ReadWrite."),
        QStringLiteral("Grant Mail.ReadWrite to the application and give consent, or let this account keep copies."));
}

/// One message on its way. Deletes itself behind its end.
class GraphErrand : public QObject {
public:
    struct House {
        const GraphService &service;
        const GraphMailer::Settings &settings;
        const Clock &clock;
        const Knowledge &knowledge;
        HttpCarrier &carrier;
        GraphMailer &mailer;
        QObject &background; ///< for what nobody waits for
    };

    GraphErrand(House house, const GraphMail &mail, Secret token, QObject *context, GraphMailer::Done done,
                QObject *parent)
        : QObject(parent), m_house(house), m_mail(mail), m_token(std::move(token)), m_context(context),
          m_done(std::move(done))
    {
        connect(context, &QObject::destroyed, this, [this] { onContextGone(); });
        later([this] { begin(); });
    }

private:
    /// Behind the events that wait: the steps of a large message leave room for others.
    void later(std::function<void()> call) { QTimer::singleShot(0, this, std::move(call)); }

    void begin()
    {
        if (!m_mail.mime->seek(0))
            return fail(troubleOf(unreadable()));
        const auto header =
            headerForEnvelope(m_mail.mime->read(MessageHeader::kMaxHeaderOctets + 1), m_mail.recipients);
        if (!header)
            return fail(troubleOf(header.error()));
        m_header = *header;
        const qint64 limit = mimeThatFits(m_house.knowledge.number(QStringLiteral("graph.request-size")));
        const bool isLarge = m_header.octets.size() + m_mail.mime->size() - m_header.size > limit;
        const bool mayDraft = m_mail.permissions.contains(
            m_house.knowledge.text(QStringLiteral("graph.permission.drafts")), Qt::CaseInsensitive);
        if (isLarge && !mayDraft)
            return fail(tooLargeWithoutDrafts(limit));
        if (!m_mail.saveToSentItems && !mayDraft)
            return fail(noCopyWithoutDrafts());
        if (isLarge) {
            m_finder = std::make_unique<GraphPartFinder>(m_mail.mime, m_header.size);
            return findParts();
        }
        if (!m_mail.mime->seek(m_header.size))
            return fail(troubleOf(unreadable()));
        const QByteArray rest = m_mail.mime->read(m_mail.mime->size() - m_header.size);
        if (rest.size() != m_mail.mime->size() - m_header.size)
            return fail(troubleOf(unreadable()));
        if (m_mail.saveToSentItems)
            return ask(GraphStep::SendMail, m_house.service.sendMail(m_mail.mailbox, m_header.octets + rest));
        ask(GraphStep::CreateDraft, m_house.service.createDraft(m_mail.mailbox, m_header.octets + rest));
    }

    void findParts()
    {
        const auto isDone = m_finder->step();
        if (!isDone)
            return fail(troubleOf(isDone.error()));
        if (!*isDone)
            return later([this] { findParts(); });
        const qint64 limit = mimeThatFits(m_house.knowledge.number(QStringLiteral("graph.request-size")));
        auto plan = planDraft(m_mail.mime, m_header.octets, m_header.size, *m_finder, limit,
                              m_house.knowledge.number(QStringLiteral("graph.attachment.most")));
        m_finder.reset();
        if (!plan)
            return fail(troubleOf(plan.error()));
        m_brought = std::move(plan->brought);
        ask(GraphStep::CreateDraft, m_house.service.createDraft(m_mail.mailbox, plan->mime));
    }

    void ask(GraphStep step, HttpQuestion question)
    {
        m_step = step;
        if (step != GraphStep::Upload)
            question.bearer = m_token;
        question.maxAnswerOctets = kMaxGraphAnswerOctets;
        question.patience = m_house.settings.patience;
        m_house.carrier.ask(question, this, [this, step](const HttpOutcome &outcome) {
            const QPointer<GraphErrand> self(this);
            Q_EMIT m_house.mailer.answered(step, outcome ? outcome->status : 0);
            if (!self) // whoever heard it gave the message up
                return;
            if (!outcome)
                return fail(troubleWithoutAnswer(step, outcome.error()));
            const auto reply = readGraphAnswer(step, *outcome, m_house.clock.now(), m_house.knowledge);
            if (!reply)
                return fail(reply.error());
            goOn(step, *reply);
        });
        const auto *body = std::get_if<QByteArray>(&question.body);
        Q_EMIT m_house.mailer.asked(step, body ? body->size() : 0); // last: this may be gone then
    }

    void goOn(GraphStep step, const GraphReply &reply)
    {
        switch (step) {
        case GraphStep::SendMail:
        case GraphStep::SendDraft: return end(GraphSent{reply.requestId, m_header.remarks});
        case GraphStep::CreateDraft:
            m_draft = reply.draft;
            if (!m_mail.saveToSentItems)
                return ask(GraphStep::ForgetWhenSent, m_house.service.forgetWhenSent(m_mail.mailbox, m_draft));
            return bringNext();
        case GraphStep::ForgetWhenSent:
        case GraphStep::Attach: return bringNext();
        case GraphStep::OpenUpload:
            if (!m_house.service.trustsUploadAt(reply.upload))
                return fail(
                    troubleHere(Kind::Wait, "Microsoft Graph told an address that no attachment is uploaded to.",
                                QStringLiteral("It is not https."), QStringLiteral("It is tried again by itself.")));
            m_uploadAt = reply.upload;
            m_offset = 0;
            return uploadSlice();
        case GraphStep::Upload: return uploadSlice();
        case GraphStep::DeleteDraft: return;
        }
        Q_UNREACHABLE();
    }

    void bringNext()
    {
        if (m_next == m_brought.size())
            return ask(GraphStep::SendDraft, m_house.service.sendDraft(m_mail.mailbox, m_draft));
        const GraphPart &part = m_brought[m_next++];
        m_reader.emplace(m_mail.mime, part);
        m_attachment = part.attachment;
        if (m_attachment.sizeBytes >= m_house.knowledge.number(QStringLiteral("graph.attachment.one-request")))
            return ask(GraphStep::OpenUpload, m_house.service.openUpload(m_mail.mailbox, m_draft, m_attachment));
        const auto octets = m_reader->read(m_attachment.sizeBytes);
        if (!octets)
            return fail(troubleOf(octets.error()));
        ask(GraphStep::Attach, m_house.service.attach(m_mail.mailbox, m_draft, m_attachment, *octets));
    }

    void uploadSlice()
    {
        if (m_offset >= m_attachment.sizeBytes)
            return bringNext();
        const auto slice = m_reader->read(std::min(kSliceOctets, m_attachment.sizeBytes - m_offset));
        if (!slice || slice->isEmpty())
            return fail(troubleOf(slice ? unreadable() : slice.error()));
        const qint64 offset = std::exchange(m_offset, m_offset + slice->size());
        ask(GraphStep::Upload, GraphService::upload(m_uploadAt, *slice, offset, m_attachment.sizeBytes));
    }

    static Error unreadable()
    {
        return {ErrorKind::Storage, QStringLiteral("The stored message cannot be read; check the disk.")};
    }

    void fail(GraphTrouble trouble)
    {
        if (trouble.kind != Kind::Unsure)
            removeDraft();
        end(std::move(trouble));
    }

    /// Nobody waits for it: a draft that stays is a nuisance, and no mail.
    void removeDraft()
    {
        if (m_draft.isEmpty())
            return;
        HttpQuestion question = m_house.service.deleteDraft(m_mail.mailbox, std::exchange(m_draft, {}));
        question.bearer = m_token;
        question.patience = m_house.settings.patience;
        m_house.carrier.ask(question, &m_house.background, [](const HttpOutcome &) {});
    }

    void onContextGone()
    {
        if (m_step != GraphStep::SendDraft)
            removeDraft(); // else it may be on its way
        delete this;
    }

    void end(GraphOutcome outcome)
    {
        const bool isWanted = m_context;
        const GraphMailer::Done call = std::exchange(m_done, nullptr);
        disconnect(m_context, nullptr, this, nullptr);
        deleteLater();
        if (call && isWanted)
            call(std::move(outcome));
    }

    House m_house;
    GraphMail m_mail;
    Secret m_token;
    QPointer<QObject> m_context;
    GraphMailer::Done m_done;
    GraphHeader m_header;
    std::unique_ptr<GraphPartFinder> m_finder;
    GraphStep m_step = GraphStep::SendMail;
    QString m_draft;
    std::vector<GraphPart> m_brought;
    std::size_t m_next = 0;
    GraphAttachment m_attachment;
    std::optional<GraphPartReader> m_reader;
    QUrl m_uploadAt;
    qint64 m_offset = 0;
};

} // namespace

class GraphMailer::Private {
public:
    Private(GraphService serviceIn, Settings given, const Clock &clockIn, const Knowledge &knowledgeIn)
        : service(std::move(serviceIn)), settings(std::move(given)), clock(clockIn), knowledge(knowledgeIn),
          carrier({.authoritiesPem = settings.authoritiesPem, .systemProxy = settings.systemProxy})
    {
    }

    GraphService service;
    Settings settings;
    const Clock &clock;
    const Knowledge &knowledge;
    QObject background;
    HttpCarrier carrier;
    QObject errands; // last: they end before the rest goes
};

GraphMailer::GraphMailer(GraphService service, Settings settings, const Clock &clock, const Knowledge &knowledge,
                         QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(service), std::move(settings), clock, knowledge))
{
}

GraphMailer::~GraphMailer() = default;

void GraphMailer::send(const GraphMail &mail, const Secret &token, QObject *context, Done done)
{
    Q_ASSERT(mail.mime);
    new GraphErrand({d->service, d->settings, d->clock, d->knowledge, d->carrier, *this, d->background}, mail, token,
                    context, std::move(done), &d->errands);
}

} // namespace relaywright
