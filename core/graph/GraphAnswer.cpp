// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphAnswer.h"

#include "core/base/Text.h"
#include "core/http/AnswerText.h"

#include <QJsonDocument>

#include <algorithm>

namespace relaywright {

namespace {

using Kind = GraphTrouble::Kind;

constexpr int kMaxDepth = 16; // the draft that comes back has lists of recipients and a body
constexpr qsizetype kMaxWordChars = 80;
constexpr qsizetype kMaxMessageChars = 500;
constexpr qsizetype kMaxIdChars = 1000;
constexpr qsizetype kMaxAddressChars = 8192;
constexpr int kAccepted = 202;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kProxySignIn = 407;
constexpr int kTimeout = 408;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;
constexpr int kBadGateway = 502;
constexpr int kGatewayTimeout = 504;

constexpr auto kTriedLater = "It is tried again by itself.";
constexpr auto kLookFirst =
    "Look into Sent Items of the mailbox, or into the message trace, before it is sent again: it may have gone.";

bool isSending(GraphStep step)
{
    return step == GraphStep::SendMail || step == GraphStep::SendDraft;
}

/// What Graph says of a failure (https://learn.microsoft.com/graph/errors).
struct GraphFault {
    QString code, message, requestId;
};

QString requestIdOf(const HttpAnswer &answer, const QJsonObject &error)
{
    QString id = error.value(u"innerError").toObject().value(u"request-id").toString();
    if (id.isEmpty())
        id = QString::fromLatin1(answer.field("request-id"));
    return quotable(id, kMaxWordChars);
}

/// The catalogue's answers of a web service; an entry may stand for a status, for words of the answer, or for both.
const ErrorEntry *entryOf(int status, const QString &text, const Knowledge &knowledge)
{
    for (const ErrorEntry &entry : knowledge.errors()) {
        if (entry.stages != QStringList{QStringLiteral("http")} || (entry.codes.empty() && entry.phrase.isEmpty()))
            continue;
        const bool codeFits =
            entry.codes.empty() || std::find(entry.codes.begin(), entry.codes.end(), status) != entry.codes.end();
        if (codeFits && (entry.phrase.isEmpty() || entry.phraseFits(text)))
            return &entry;
    }
    return nullptr;
}

Kind kindOf(GraphStep step, int status, const QString &code)
{
    if (status == kTooManyRequests || status == kTimeout)
        return Kind::Wait;
    // Somebody in between gave up on Graph, who may have the message.
    if (isSending(step) && (status == kBadGateway || status == kGatewayTimeout))
        return Kind::Unsure;
    if (status >= kServerError || status == kProxySignIn || (status >= 300 && status < 400))
        return Kind::Wait;
    if (code == QLatin1String("ErrorSendAsDenied"))
        return Kind::MessageRefused; // another From would go
    if (status == kUnauthorized || status == kForbidden)
        return Kind::SignInRefused;
    // No mailbox there concerns all of its mail; a draft or an upload that is gone only this try.
    if (status == kNotFound)
        return step == GraphStep::SendMail || step == GraphStep::CreateDraft
                       || code == QLatin1String("ErrorInvalidUser")
                       || code == QLatin1String("MailboxNotEnabledForRESTAPI")
                   ? Kind::SignInRefused
                   : Kind::Wait;
    // The answers to slices are about the upload, which a new draft begins anew.
    return step == GraphStep::Upload ? Kind::Wait : Kind::MessageRefused;
}

void describe(GraphTrouble &trouble)
{
    const QString status = QString::number(trouble.status);
    switch (trouble.kind) {
    case Kind::Wait:
        trouble.title = trouble.status == kTooManyRequests
                            ? QStringLiteral("Microsoft Graph asks for a pause.")
                            : QStringLiteral("Microsoft Graph is not available now (status %1).").arg(status);
        trouble.remedy = QString::fromLatin1(kTriedLater);
        break;
    case Kind::SignInRefused:
        trouble.title = QStringLiteral("Microsoft Graph refused the sign-in of this account (status %1).").arg(status);
        trouble.remedy =
            QStringLiteral("Check the application's permissions and consent, the mailbox, and what Exchange "
                           "Online lets the application do with it.");
        break;
    case Kind::MessageRefused:
        trouble.title = QStringLiteral("Microsoft Graph refused the message (status %1).").arg(status);
        trouble.remedy = QStringLiteral("Do what its words say, and send the message again.");
        break;
    case Kind::Unsure:
        trouble.title =
            QStringLiteral("The message was handed over, and no answer of Microsoft Graph came (status %1).")
                .arg(status);
        trouble.remedy = QString::fromLatin1(kLookFirst);
        break;
    }
}

QString asSentence(QString words)
{
    if (!words.isEmpty() && !words.endsWith(u'.'))
        words += u'.';
    return words;
}

GraphTrouble troubleOf(GraphStep step, int status, const GraphFault &fault, const Knowledge &knowledge)
{
    GraphTrouble trouble;
    trouble.status = status;
    trouble.code = fault.code;
    trouble.message = fault.message;
    trouble.requestId = fault.requestId;
    trouble.kind = kindOf(step, status, fault.code);
    describe(trouble);
    const ErrorEntry *entry = entryOf(status, fault.code + u' ' + fault.message, knowledge);
    if (entry && trouble.kind != Kind::Unsure) {
        trouble.entryId = entry->id;
        trouble.title = entry->title;
        trouble.cause = entry->causes.front().text;
        trouble.remedy = entry->causes.front().remedy;
        if (trouble.remedy.isEmpty())
            trouble.remedy = entry->remedies.value(0);
        if (entry->retry)
            trouble.kind = Kind::Wait;
    } else if (!fault.message.isEmpty()) {
        trouble.cause = asSentence(QStringLiteral("It says: %1").arg(fault.message));
    }
    return trouble;
}

/// Not Graph: a proxy, a guest portal, a load balancer in trouble. The network's fault refuses no mail.
GraphTrouble notGraph(GraphStep step, const HttpAnswer &answer, const char *cause)
{
    GraphTrouble trouble;
    trouble.status = answer.status;
    // What was handed over and answered as taken may be taken, though the words are strange.
    trouble.kind = isSending(step) && answer.status >= 200 && answer.status < 300 ? Kind::Unsure : Kind::Wait;
    trouble.title = QStringLiteral("What answered was not Microsoft Graph (status %1).").arg(answer.status);
    trouble.cause = QString::fromLatin1(cause);
    trouble.remedy =
        trouble.kind == Kind::Unsure
            ? QString::fromLatin1(kLookFirst)
            : QStringLiteral(
                "Let whoever runs the network open HTTPS to Microsoft Graph without a sign-in of its own.");
    return trouble;
}

bool isPage(const HttpAnswer &answer)
{
    return answer.body.reveal().trimmed().startsWith('<')
           || answer.field("Content-Type").toLower().startsWith("text/html");
}

GraphTrouble withoutJson(GraphStep step, const HttpAnswer &answer, const Knowledge &knowledge)
{
    if (answer.status == kProxySignIn)
        return notGraph(step, answer, "The proxy wants a user name and password.");
    if (answer.status >= 300 && answer.status < 400)
        return notGraph(step, answer, "It wanted to send the request elsewhere, and the request holds a token.");
    // Graph answers a token that it does not take, and a pause, without words at times.
    const bool isOwn =
        answer.status == kUnauthorized || answer.status == kTooManyRequests || answer.status >= kServerError;
    if (isOwn)
        return troubleOf(step, answer.status, {{}, {}, requestIdOf(answer, {})}, knowledge);
    if (isPage(answer))
        return notGraph(step, answer, "It sent a web page, as proxies and guest portals do.");
    if (answer.body.reveal().trimmed().isEmpty() && answer.status >= 400 && !answer.field("request-id").isEmpty())
        return troubleOf(step, answer.status, {{}, {}, requestIdOf(answer, {})}, knowledge);
    return notGraph(step, answer, "The answer is no JSON, or cut off.");
}

bool isSuccess(GraphStep step, int status)
{
    return isSending(step) ? status == kAccepted : status >= 200 && status < 300;
}

/// An id that can stand in a path; what does not look like one is none.
QString idOf(const QJsonObject &json)
{
    const QString id = json.value(u"id").toString();
    const bool isGood = !id.isEmpty() && id.size() <= kMaxIdChars
                        && std::all_of(id.begin(), id.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
    return isGood ? id : QString();
}

} // namespace

QString toString(GraphStep step)
{
    switch (step) {
    case GraphStep::SendMail: return QStringLiteral("send-mail");
    case GraphStep::CreateDraft: return QStringLiteral("create-draft");
    case GraphStep::ForgetWhenSent: return QStringLiteral("forget-when-sent");
    case GraphStep::Attach: return QStringLiteral("attach");
    case GraphStep::OpenUpload: return QStringLiteral("open-upload");
    case GraphStep::Upload: return QStringLiteral("upload");
    case GraphStep::SendDraft: return QStringLiteral("send-draft");
    case GraphStep::DeleteDraft: return QStringLiteral("delete-draft");
    }
    Q_UNREACHABLE();
}

QString toString(GraphTrouble::Kind kind)
{
    switch (kind) {
    case Kind::Wait: return QStringLiteral("wait");
    case Kind::SignInRefused: return QStringLiteral("sign-in-refused");
    case Kind::MessageRefused: return QStringLiteral("message-refused");
    case Kind::Unsure: return QStringLiteral("unsure");
    }
    Q_UNREACHABLE();
}

QString GraphTrouble::sentence() const
{
    QStringList sentences{title, cause, remedy};
    if (!code.isEmpty())
        sentences += QStringLiteral("Code: %1.").arg(code);
    sentences.removeAll(QString());
    return sentences.join(u' ');
}

tl::expected<GraphReply, GraphTrouble> readGraphAnswer(GraphStep step, const HttpAnswer &answer, TimePoint now,
                                                       const Knowledge &knowledge)
{
    const auto failed = [&](GraphTrouble trouble) {
        trouble.wait = retryAfterOf(answer.field("Retry-After"), answer.field("Date"), now);
        return tl::unexpected<GraphTrouble>(std::move(trouble));
    };
    const QByteArrayView body = answer.body.reveal();
    const bool isDone = isSuccess(step, answer.status);
    const bool isJsonNeeded = step == GraphStep::CreateDraft || step == GraphStep::OpenUpload;
    if (isDone && isPage(answer))
        return failed(notGraph(step, answer, "It sent a web page, as proxies and guest portals do."));
    if (isDone && !isJsonNeeded)
        return GraphReply{.requestId = requestIdOf(answer, {})};
    if (body.size() > kMaxGraphAnswerOctets)
        return failed(notGraph(step, answer, "The answer is longer than any answer of Microsoft Graph."));
    if (isDeeperThan(body, kMaxDepth))
        return failed(notGraph(step, answer, "The answer is nested deeper than any answer of Microsoft Graph."));
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromRawData(body.data(), body.size()));
    if (!document.isObject())
        return failed(withoutJson(step, answer, knowledge));
    const QJsonObject json = document.object();
    if (!isDone) {
        const QJsonObject error = json.value(u"error").toObject();
        if (isSending(step) && answer.status >= 200 && answer.status < 300)
            return failed(notGraph(step, answer, "Microsoft Graph takes a message with another status."));
        return failed(
            troubleOf(step, answer.status,
                      {quotable(error.value(u"code").toString(), kMaxWordChars),
                       quotable(error.value(u"message").toString(), kMaxMessageChars), requestIdOf(answer, error)},
                      knowledge));
    }
    GraphReply reply{.requestId = requestIdOf(answer, {})};
    reply.draft = idOf(json);
    const QString address = json.value(u"uploadUrl").toString();
    if (address.size() <= kMaxAddressChars)
        reply.upload = QUrl(address, QUrl::StrictMode);
    if (step == GraphStep::CreateDraft && reply.draft.isEmpty())
        return failed(notGraph(step, answer, "The answer does not tell the draft's id."));
    if (step == GraphStep::OpenUpload && (address.isEmpty() || !reply.upload.isValid()))
        return failed(notGraph(step, answer, "The answer does not tell where to upload the attachment."));
    return reply;
}

GraphTrouble troubleWithoutAnswer(GraphStep step, const HttpLoss &loss)
{
    GraphTrouble trouble;
    trouble.cause = loss.error.detail;
    if (isSending(step) && loss.sentWhole) {
        trouble.kind = Kind::Unsure;
        trouble.title = QStringLiteral("The message was handed over to Microsoft Graph, and no answer came.");
        trouble.remedy = QString::fromLatin1(kLookFirst);
    } else if (loss.error.kind == ErrorKind::InvalidInput) {
        trouble.kind = Kind::SignInRefused;
        trouble.title = QStringLiteral("Microsoft Graph was not asked.");
        trouble.remedy = QStringLiteral("Correct the settings of this account.");
    } else {
        trouble.kind = Kind::Wait;
        trouble.title = QStringLiteral("Microsoft Graph cannot be reached.");
        trouble.remedy = loss.error.kind == ErrorKind::TlsFailed
                             ? QStringLiteral("Let whoever runs the network open HTTPS to Microsoft Graph without "
                                              "looking inside, or trust the authority that signs there.")
                             : QString::fromLatin1(kTriedLater);
    }
    return trouble;
}

} // namespace relaywright
