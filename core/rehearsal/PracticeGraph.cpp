// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeGraph.h"

#include "core/base/Text.h"
#include "core/http/AnswerText.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

using Fault = TokenVerdict::Fault;

constexpr int kMaxDepth = 16;
constexpr qint64 kMostSlice = 4 * 1024 * 1024; // "keep each byte range less than 4 MB" (outlook-large-attachments)
constexpr std::chrono::hours kUploadLife{1};
const QString kDeleteAfterSubmit = QStringLiteral("Boolean 0x0E01"); // fact graph.sent-items.delete-after-submit
const QString kSend = QStringLiteral("Mail.Send");                   // fact graph.permission
const QString kWrite = QStringLiteral("Mail.ReadWrite");             // fact graph.permission.drafts

tl::unexpected<GraphRefusal> refused(int status, const char *code, const QString &message)
{
    return tl::unexpected<GraphRefusal>(GraphRefusal{status, QString::fromLatin1(code), message});
}

tl::unexpected<GraphRefusal> notFound()
{
    return refused(404, "ErrorItemNotFound", QStringLiteral("The specified object was not found in the store."));
}

tl::unexpected<GraphRefusal> badRequest(const char *message)
{
    return refused(400, "BadRequest",
                   QString::fromLatin1(message) + QStringLiteral(" (words of the practice service)"));
}

/// Which code and words Graph has for such a one is not known: there are none.
tl::unexpected<GraphRefusal> tooLarge()
{
    return refused(413, "", QString());
}

tl::unexpected<GraphRefusal> noRoom()
{
    return refused(503, "serviceNotAvailable",
                   QStringLiteral("The practice service holds as many drafts as it can. Send or delete some."));
}

tl::unexpected<GraphRefusal> tokenRefused(const TokenVerdict &verdict)
{
    switch (verdict.fault) {
    case Fault::NotIssued:
        return refused(401, "InvalidAuthenticationToken", QStringLiteral("Access token validation failure."));
    case Fault::WrongResource:
        return refused(401, "InvalidAuthenticationToken",
                       QStringLiteral("Access token validation failure. Invalid audience."));
    case Fault::OutOfTime:
        return refused(401, "InvalidAuthenticationToken",
                       QStringLiteral("Access token has expired or is not yet valid."));
    case Fault::NoPermission:
    case Fault::WrongMailbox: break;
    }
    return refused(403, "ErrorAccessDenied", QStringLiteral("Access is denied. Check credentials and try again."));
}

std::optional<QJsonObject> jsonOf(const HttpRequest &request)
{
    if (!request.field("Content-Type").toLower().startsWith("application/json")
        || isDeeperThan(request.body, kMaxDepth))
        return std::nullopt;
    const QJsonDocument document = QJsonDocument::fromJson(request.body);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

DraftAttachment attachmentOf(const QJsonObject &json)
{
    return {.name = quotable(json.value(u"name").toString(), 255),
            .contentType = json.value(u"contentType").toString(),
            .contentId = quotable(json.value(u"contentId").toString(), 255),
            .isInline = json.value(u"isInline").toBool()};
}

/// Base64 in one piece or in lines (RFC 4648 §3.3).
std::optional<QByteArray> decoded(QByteArray base64)
{
    base64.replace("\r", "").replace("\n", "");
    if (base64.size() % 4 != 0) // Qt would take what was cut off for text without padding
        return std::nullopt;
    auto read = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors);
    return read.decodingStatus == QByteArray::Base64DecodingStatus::Ok && !read.decoded.isEmpty()
               ? std::optional(read.decoded)
               : std::nullopt;
}

QString isoTime(TimePoint time)
{
    return toDateTime(time).toUTC().toString(Qt::ISODateWithMs);
}

} // namespace

/// A request with what its path and its token say.
struct PracticeGraph::Call {
    QString mailbox;     ///< whose mail it is, `/me` resolved
    QString application; ///< that asks
    QStringList path;    ///< behind the mailbox: `messages`, ID, `send`
    QString draft() const { return path.value(1); }
};

PracticeGraph::PracticeGraph(std::shared_ptr<const PracticeTokenJudge> judge, Cloud cloud, Randomness randomness,
                             const Knowledge &knowledge)
    : m_judge(std::move(judge)), m_cloud(cloud), m_random(randomness), m_knowledge(knowledge),
      m_drafts(std::move(randomness))
{
}

HttpReply PracticeGraph::done(int status, const QJsonObject &json) const
{
    HttpReply reply{.status = status, .fields = {{"request-id", randomGuid(m_random).toLatin1()}}};
    if (json.isEmpty())
        return reply;
    reply.fields.push_back({"Content-Type", "application/json; charset=utf-8"});
    reply.body = QJsonDocument(json).toJson(QJsonDocument::Compact);
    return reply;
}

HttpReply PracticeGraph::refusal(const GraphRefusal &refusal, const HttpRequest &request, TimePoint now)
{
    HttpReply reply = done(refusal.status);
    const QString id = QString::fromLatin1(reply.fields.front().value);
    if (refusal.code.isEmpty())
        return reply;
    const QByteArray chosen = request.field("client-request-id");
    const QJsonObject inner{
        {QStringLiteral("date"), toDateTime(now).toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss"))},
        {QStringLiteral("request-id"), id},
        {QStringLiteral("client-request-id"), chosen.isEmpty() ? id : printable(chosen, 80)}};
    reply.fields.push_back({"Content-Type", "application/json"});
    reply.body =
        QJsonDocument(QJsonObject{{QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), refusal.code},
                                                                        {QStringLiteral("message"), refusal.message},
                                                                        {QStringLiteral("innerError"), inner}}}})
            .toJson(QJsonDocument::Compact);
    return reply;
}

HttpReply PracticeGraph::unavailableReply(int status)
{
    constexpr int kTooManyRequests = 429;
    ++m_counts.requests;
    ++m_counts.refused;
    if (status == kTooManyRequests)
        return refusal({status, QStringLiteral("ApplicationThrottled"),
                        QStringLiteral("Application is over its MailboxConcurrency limit.")},
                       {}, {});
    return refusal({status, QStringLiteral("serviceNotAvailable"), QStringLiteral("The service is not available.")}, {},
                   {});
}

PracticeGraph::Outcome PracticeGraph::answer(const HttpRequest &request, TimePoint now)
{
    constexpr int kFirstError = 400;
    ++m_counts.requests;
    Outcome outcome = route(request, now);
    if (outcome.reply.status >= kFirstError)
        ++m_counts.refused;
    if (outcome.message)
        ++m_counts.sent;
    return outcome;
}

void PracticeGraph::ended(const QString &lane)
{
    const auto found = m_open.find(lane);
    if (found != m_open.end() && --found->second <= 0)
        m_open.erase(found);
}

PracticeGraph::Outcome PracticeGraph::route(const HttpRequest &request, TimePoint now)
{
    const auto plain = [&](const Answer<Outcome> &answered) {
        return answered ? *answered : Outcome{.reply = refusal(answered.error(), request, now)};
    };
    if (request.path().startsWith("/upload/"))
        return plain(takeSlice(request, now));
    const auto call = readCall(request, now);
    if (!call)
        return {.reply = refusal(call.error(), request, now)};
    const QString lane = call->application + u' ' + call->mailbox.toLower();
    int &open = m_open[lane];
    if (open >= m_knowledge.number(QStringLiteral("graph.concurrent-requests"))) {
        HttpReply reply = refusal({429, QStringLiteral("ApplicationThrottled"),
                                   QStringLiteral("Application is over its MailboxConcurrency limit.")},
                                  request, now);
        reply.fields.push_back({"Retry-After", "1"});
        return {.reply = std::move(reply)};
    }
    ++open;
    Outcome outcome = plain(act(*call, request, now));
    outcome.lane = lane;
    return outcome;
}

PracticeGraph::Answer<PracticeGraph::Call> PracticeGraph::readCall(const HttpRequest &request, TimePoint now) const
{
    QStringList path;
    for (const QByteArray &segment : request.path().split('/'))
        path += QUrl::fromPercentEncoding(segment); // one by one: an id may hold a slash
    const bool isMe = path.value(2) == QLatin1String("me");
    const bool isUser = path.value(2) == QLatin1String("users") && !path.value(3).isEmpty();
    if (path.value(1) != QLatin1String("v1.0") || (!isMe && !isUser))
        return refused(404, "ResourceNotFound", QStringLiteral("Resource not found."));
    const QByteArray authorization = request.field("Authorization");
    constexpr qsizetype kSchemeOctets = 7;
    if (!authorization.toLower().startsWith("bearer ") || authorization.size() == kSchemeOctets)
        return refused(401, "InvalidAuthenticationToken", QStringLiteral("Access token is empty."));
    const Secret token(authorization.mid(kSchemeOctets).trimmed());
    Call call{.mailbox = isMe ? QString() : path.value(3), .application = {}, .path = path.mid(isMe ? 3 : 4)};
    if (call.path.isEmpty())
        return refused(404, "ResourceNotFound", QStringLiteral("Resource not found."));
    const bool isSending = call.path.last() == QLatin1String("sendMail") || call.path.last() == QLatin1String("send");
    const TokenNeed need{.use = TokenUse::Graph, .mailbox = call.mailbox, .cloud = m_cloud};
    const auto claims = m_judge->judge(token, need, {isSending ? kSend : kWrite}, m_knowledge, now);
    if (!claims && isMe && claims.error().fault == Fault::WrongMailbox)
        return refused(400, "BadRequest",
                       QStringLiteral("/me request is only valid with delegated authentication flow."));
    const bool isKnown = isMe || m_judge->directory().hasMailbox(call.mailbox);
    if (!claims && (isKnown || claims.error().fault != Fault::WrongMailbox))
        return tokenRefused(claims.error());
    if (!isKnown)
        return refused(404, "ErrorInvalidUser",
                       QStringLiteral("The requested user '%1' is invalid.").arg(quotable(call.mailbox)));
    if (isMe)
        call.mailbox = claims->user;
    call.application = claims->applicationId;
    return call;
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::act(const Call &call, const HttpRequest &request,
                                                                 TimePoint now)
{
    const QString what = call.path.value(0);
    const qsizetype depth = call.path.size();
    const bool isPost = request.method == "POST";
    if (what == QLatin1String("sendMail") && depth == 1)
        return isPost ? sendMail(call, request, now) : badRequest("Send a message with POST.");
    if (what != QLatin1String("messages"))
        return refused(404, "ResourceNotFound", QStringLiteral("Resource not found."));
    if (depth == 1)
        return isPost ? createDraft(call, request) : badRequest("Make a draft with POST.");
    PracticeDraft *draft = m_drafts.find(call.mailbox, call.draft());
    if (!draft)
        return notFound();
    if (depth == 2 && request.method == "PATCH")
        return change(*draft, call.draft(), request);
    if (depth == 2 && request.method == "DELETE") {
        m_drafts.remove(call.draft());
        return Outcome{.reply = done(204)};
    }
    const QString rest = call.path.mid(2).join(u'/');
    if (isPost && rest == QLatin1String("attachments"))
        return attach(call, request);
    if (isPost && rest == QLatin1String("attachments/createUploadSession"))
        return openUpload(call, request, now);
    if (!isPost || rest != QLatin1String("send"))
        return refused(404, "ResourceNotFound", QStringLiteral("Resource not found."));
    const QByteArray boundary = "practice-" + m_random(18).toBase64(QByteArray::Base64UrlEncoding);
    auto message = messageOf(call, withAttachments(*draft, boundary), now);
    if (!message)
        return tl::unexpected(message.error());
    m_drafts.remove(call.draft());
    return Outcome{.reply = done(202), .message = std::move(*message)};
}

PracticeGraph::Answer<QByteArray> PracticeGraph::mimeOf(const HttpRequest &request) const
{
    if (request.body.size() > m_knowledge.number(QStringLiteral("graph.request-size")))
        return tooLarge();
    if (!request.field("Content-Type").toLower().startsWith("text/plain"))
        return badRequest("Hand the message over as MIME in base64, with the Content-Type text/plain.");
    auto mime = decoded(request.body);
    if (!mime)
        return refused(400, "ErrorMimeContentInvalidBase64String",
                       QStringLiteral("Invalid base64 string for MIME content."));
    return *mime;
}

PracticeGraph::Answer<ReceivedMessage> PracticeGraph::messageOf(const Call &call, const QByteArray &mime,
                                                                TimePoint now) const
{
    const MessageHeader header = MessageHeader::read(mime);
    ReceivedMessage message{.time = now, .signedInAs = call.mailbox, .envelope = {}, .octets = 0, .content = mime};
    for (const char *name : {"To", "Cc", "Bcc"}) {
        for (const EmailAddress &one : readAddressList(header.value(name).value_or(QByteArray())).addresses()) {
            auto &recipients = message.envelope.recipients;
            if (std::find(recipients.begin(), recipients.end(), one) == recipients.end())
                recipients.push_back(one);
        }
    }
    if (message.envelope.recipients.empty())
        return refused(400, "ErrorInvalidRecipients", QStringLiteral("At least one recipient isn't valid."));
    const auto own = EmailAddress::parse(call.mailbox);
    const PracticeUser *user = m_judge->directory().user(call.mailbox);
    for (const EmailAddress &author : readAddressList(header.value("From").value_or(QByteArray())).addresses()) {
        const bool isGranted =
            user && std::find(user->sendAs.begin(), user->sendAs.end(), author) != user->sendAs.end();
        if (!isGranted && (!own || !(author == *own)))
            return refused(
                403, "ErrorSendAsDenied",
                QStringLiteral("The user account which was used to submit this request does not have the right "
                               "to send mail on behalf of the specified sending account."));
    }
    message.envelope.sender = own ? ReversePath(*own) : ReversePath();
    message.octets = static_cast<std::uint64_t>(mime.size());
    message.internalId = randomGuid(m_random);
    describeByHeader(message, mime);
    return message;
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::sendMail(const Call &call, const HttpRequest &request,
                                                                      TimePoint now)
{
    const auto mime = mimeOf(request);
    if (!mime)
        return tl::unexpected(mime.error());
    auto message = messageOf(call, *mime, now);
    if (!message)
        return tl::unexpected(message.error());
    return Outcome{.reply = done(202), .message = std::move(*message)};
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::createDraft(const Call &call, const HttpRequest &request)
{
    const auto mime = mimeOf(request);
    if (!mime)
        return tl::unexpected(mime.error());
    const auto id = m_drafts.add(call.mailbox, *mime);
    if (!id)
        return noRoom();
    const QByteArray subject = MessageHeader::read(*mime).value("Subject").value_or(QByteArray());
    return Outcome{.reply = done(201, {{QStringLiteral("id"), *id},
                                       {QStringLiteral("subject"), printable(subject.trimmed(), 300)},
                                       {QStringLiteral("isDraft"), true}})};
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::change(PracticeDraft &draft, const QString &id,
                                                                    const HttpRequest &request)
{
    const auto json = jsonOf(request);
    if (!json)
        return badRequest("Say in JSON what to change.");
    const QJsonArray properties = json->value(u"singleValueExtendedProperties").toArray();
    for (const auto &property : properties) {
        const QJsonObject one = property.toObject();
        if (one.value(u"id").toString().compare(kDeleteAfterSubmit, Qt::CaseInsensitive) == 0)
            draft.isForgottenWhenSent = one.value(u"value").toString() == QLatin1String("true");
    }
    return Outcome{.reply = done(200, {{QStringLiteral("id"), id}, {QStringLiteral("isDraft"), true}})};
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::attach(const Call &call, const HttpRequest &request)
{
    const auto json = jsonOf(request);
    if (!json || json->value(u"@odata.type").toString() != QLatin1String("#microsoft.graph.fileAttachment"))
        return badRequest("Send a #microsoft.graph.fileAttachment in JSON.");
    const auto octets = decoded(json->value(u"contentBytes").toString().toLatin1());
    if (!octets)
        return badRequest("The contentBytes are no base64.");
    if (octets->size() >= m_knowledge.number(QStringLiteral("graph.attachment.one-request")))
        return tooLarge();
    DraftAttachment attachment = attachmentOf(*json);
    attachment.octets = *octets;
    const auto id = m_drafts.attach(call.mailbox, call.draft(), std::move(attachment));
    if (!id)
        return noRoom();
    return Outcome{.reply =
                       done(201, {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.fileAttachment")},
                                  {QStringLiteral("id"), *id},
                                  {QStringLiteral("size"), octets->size()}})};
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::openUpload(const Call &call, const HttpRequest &request,
                                                                        TimePoint now)
{
    const auto json = jsonOf(request);
    const QJsonObject item = json ? json->value(u"AttachmentItem").toObject() : QJsonObject();
    const qint64 size = item.value(u"size").toInteger(0);
    if (item.value(u"attachmentType").toString() != QLatin1String("file") || size <= 0)
        return badRequest("Describe the file with attachmentType, name and size in AttachmentItem.");
    if (size < m_knowledge.number(QStringLiteral("graph.attachment.one-request")))
        return refused(400, "ErrorAttachmentSizeShouldNotBeLessThanMinimumSize",
                       QStringLiteral("Attachment size must be greater than the minimum size."));
    if (size > m_knowledge.number(QStringLiteral("graph.attachment.most")))
        return tooLarge();
    const TimePoint expires = now + kUploadLife;
    const auto name = m_drafts.open(
        {.draft = call.draft(), .attachment = attachmentOf(item), .sizeBytes = size, .expires = expires}, now);
    if (!name)
        return noRoom();
    const QString url =
        m_base.toString(QUrl::FullyEncoded) + QStringLiteral("/upload/") + QString::fromLatin1(name->reveal());
    return Outcome{.reply = done(201, {{QStringLiteral("uploadUrl"), url},
                                       {QStringLiteral("expirationDateTime"), isoTime(expires)},
                                       {QStringLiteral("nextExpectedRanges"), QJsonArray{QStringLiteral("0-")}}})};
}

PracticeGraph::Answer<PracticeGraph::Outcome> PracticeGraph::takeSlice(const HttpRequest &request, TimePoint now)
{
    const Secret name(request.path().mid(QByteArrayView("/upload/").size()));
    DraftUpload *upload = m_drafts.upload(name, now);
    if (!upload)
        return notFound();
    if (request.method == "DELETE") {
        m_drafts.forget(name);
        return Outcome{.reply = done(204)};
    }
    // "Do not specify an Authorization request header": the address is the permission, and the token is nobody's business.
    if (!request.field("Authorization").isEmpty())
        return badRequest("An upload takes no access token. Leave the Authorization header away.");
    const auto range = ContentRange::parse(request.field("Content-Range"));
    if (request.method != "PUT" || !range || range->last - range->first + 1 != request.body.size())
        return badRequest("Send a slice with PUT, and say in Content-Range which octets of how many it has.");
    if (request.body.size() > kMostSlice)
        return tooLarge();
    QByteArray &octets = upload->attachment.octets;
    if (range->size != upload->sizeBytes || range->first != octets.size())
        return refused(416, "BadRequest",
                       QStringLiteral("The next slice begins at %1 of %2 octets (words of the practice service).")
                           .arg(octets.size())
                           .arg(upload->sizeBytes));
    octets += request.body;
    if (octets.size() < upload->sizeBytes)
        return Outcome{
            .reply = done(200, {{QStringLiteral("ExpirationDateTime"), isoTime(upload->expires)},
                                {QStringLiteral("NextExpectedRanges"), QJsonArray{QString::number(octets.size())}}})};
    const QString id = m_drafts.finish(name);
    Outcome outcome{.reply = done(201)};
    outcome.reply.fields.push_back({"Location", m_base.toEncoded() + "/attachments/" + QUrl::toPercentEncoding(id)});
    return outcome;
}

} // namespace relaywright
