// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"
#include "core/relay/Control.h"
#include "core/relay/ControlSocket.h"
#include "core/relay/PrivateFolder.h"

#include <QJsonDocument>
#include <QLocalSocket>
#include <QPointer>
#include <QTimer>

#include <utility>

namespace relaywright {

namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr qint64 kMaxReplyOctets = 64 << 20;

using Done = std::function<void(Result<QJsonObject>)>;

} // namespace

Error noRelayAnswers(const QString &name)
{
    return {ErrorKind::Unreachable, QStringLiteral("No relay \"%1\" of this user answers. Start it in the tray or with "
                                                   "\"relaywright-cli relay run CONFIG\".")
                                        .arg(name)};
}

Result<void> checkControlFolder(const QString &name)
{
    const QString folder = controlSocketFolder();
    if (folder.isEmpty())
        return {};
    const auto checked = checkPrivateFolder(folder);
    if (!checked && checked.error().kind == ErrorKind::NotFound)
        return tl::unexpected(noRelayAnswers(name));
    return checked;
}

Result<QJsonObject> readControlReply(const QByteArray &line)
{
    const auto reply = parseJsonObject(line);
    if (!reply)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("The relay answered with something that is not JSON. Is it another version?"));
    if (reply->value(QLatin1String("ok")).toBool())
        return reply->value(QLatin1String("result")).toObject();
    return failure(parseControlWord(reply->value(QLatin1String("kind")).toString()),
                   reply->value(QLatin1String("detail")).toString());
}

namespace {

/// One question and its answer; deletes itself.
class Exchange final : public QObject {
public:
    Exchange(QString name, QByteArray line, QObject *context, Done done, QObject *parent)
        : QObject(parent), m_name(std::move(name)), m_line(std::move(line)), m_context(context), m_done(std::move(done))
    {
        connect(&m_socket, &QLocalSocket::connected, this, [this] { m_socket.write(m_line); });
        connect(&m_socket, &QLocalSocket::readyRead, this, [this] { onReadyRead(); });
        connect(&m_socket, &QLocalSocket::errorOccurred, this,
                [this] { finish(tl::unexpected(noRelayAnswers(m_name))); });
        connect(&m_timer, &QTimer::timeout, this, [this] {
            finish(failure(ErrorKind::Timeout,
                           QStringLiteral("The relay \"%1\" did not answer within 5 seconds.").arg(m_name)));
        });
        m_timer.setSingleShot(true);
    }

    void start()
    {
        m_timer.start(kPatience);
        if (const auto checked = checkControlFolder(m_name); !checked)
            return finish(tl::unexpected(checked.error()));
        m_socket.connectToServer(controlSocketName(m_name));
    }

private:
    void onReadyRead()
    {
        m_reply += m_socket.readAll();
        if (const qsizetype end = m_reply.indexOf('\n'); end >= 0)
            finish(readControlReply(m_reply.left(end)));
        else if (m_reply.size() > kMaxReplyOctets)
            finish(failure(ErrorKind::Unsupported, QStringLiteral("The relay's answer is too long.")));
    }

    void finish(Result<QJsonObject> result)
    {
        if (!m_done)
            return;
        m_timer.stop();
        m_socket.disconnect(this);
        deleteLater();
        // Never inside the call that asked.
        if (m_context)
            QMetaObject::invokeMethod(
                m_context, [done = std::exchange(m_done, nullptr), result = std::move(result)] { done(result); },
                Qt::QueuedConnection);
        m_done = nullptr;
    }

    QString m_name;
    QByteArray m_line;
    QPointer<QObject> m_context;
    Done m_done;
    QLocalSocket m_socket;
    QTimer m_timer;
    QByteArray m_reply;
};

} // namespace

class ControlClient::Private {
public:
    QString name;

    template <class T, class Parse>
    static Done typed(Parse parse, std::function<void(Result<T>)> done)
    {
        return [parse, done = std::move(done)](const Result<QJsonObject> &result) {
            done(result ? parse(*result) : Result<T>(tl::unexpected(result.error())));
        };
    }
};

ControlClient::ControlClient(const QString &name, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->name = name;
}

ControlClient::~ControlClient() = default;

void ControlClient::request(const QString &command, const QJsonObject &arguments, QObject *context, Done done)
{
    QJsonObject question = arguments;
    question.insert(QStringLiteral("request"), command);
    const QByteArray line = QJsonDocument(question).toJson(QJsonDocument::Compact) + '\n';
    (new Exchange(d->name, line, context, std::move(done), this))->start();
}

void ControlClient::status(QObject *context, std::function<void(Result<RelayStatus>)> done)
{
    request(QStringLiteral("status"), {}, context, Private::typed<RelayStatus>(&parseRelayStatus, std::move(done)));
}

void ControlClient::queue(QObject *context, std::function<void(Result<std::vector<QueueEntry>>)> done)
{
    queue(QueueQuery(), context, [done = std::move(done)](Result<QueuePage> page) {
        done(page ? Result<std::vector<QueueEntry>>(std::move(page->messages)) : tl::unexpected(page.error()));
    });
}

void ControlClient::queue(const QueueQuery &query, QObject *context, std::function<void(Result<QueuePage>)> done)
{
    request(QStringLiteral("queue"), toJson(query), context,
            Private::typed<QueuePage>(&parseQueuePage, std::move(done)));
}

void ControlClient::show(const QString &id, QObject *context, std::function<void(Result<MessageTimeline>)> done)
{
    request(QStringLiteral("show"), {{QStringLiteral("id"), id}}, context,
            Private::typed<MessageTimeline>(&parseMessageTimeline, std::move(done)));
}

void ControlClient::why(const QString &id, QObject *context, std::function<void(Result<WaitExplanation>)> done)
{
    request(QStringLiteral("why"), {{QStringLiteral("id"), id}}, context,
            Private::typed<WaitExplanation>(&parseWaitExplanation, std::move(done)));
}

void ControlClient::trace(const TraceQuery &query, QObject *context, std::function<void(Result<TracePage>)> done)
{
    request(QStringLiteral("trace"), toJson(query), context,
            Private::typed<TracePage>(&parseTracePage, std::move(done)));
}

void ControlClient::history(QObject *context, std::function<void(Result<TrafficHistory>)> done)
{
    request(QStringLiteral("history"), {}, context,
            Private::typed<TrafficHistory>(&parseTrafficHistory, std::move(done)));
}

namespace {

/// Asks for one piece after another.
struct Export : std::enable_shared_from_this<Export> {
    QPointer<ControlClient> client;
    QPointer<QObject> context;
    QString id;
    std::function<bool(const QByteArray &)> take;
    std::function<void(Result<quint64>)> done;
    qint64 offset = 0;

    void askNext()
    {
        const QJsonObject arguments{{QStringLiteral("id"), id}, {QStringLiteral("offset"), offset}};
        client->request(QStringLiteral("export"), arguments, context,
                        [self = shared_from_this()](const Result<QJsonObject> &piece) { self->onPiece(piece); });
    }
    void onPiece(const Result<QJsonObject> &piece)
    {
        if (!piece)
            return done(tl::unexpected(piece.error()));
        const QByteArray octets = QByteArray::fromBase64(piece->value(QLatin1String("octets")).toString().toLatin1());
        const qint64 size = piece->value(QLatin1String("size")).toInteger(-1);
        if (!take(octets))
            return done(failure(ErrorKind::Cancelled, QStringLiteral("The export was stopped.")));
        offset += octets.size();
        if (offset == size)
            return done(static_cast<quint64>(size));
        if (octets.isEmpty() || offset > size)
            return done(failure(ErrorKind::Unsupported,
                                QStringLiteral("The relay's pieces do not fit together. Is it another version?")));
        if (client && context)
            askNext();
    }
};

} // namespace

void ControlClient::exportMessage(const QString &id, QObject *context,
                                  std::function<bool(const QByteArray &octets)> take,
                                  std::function<void(Result<quint64>)> done)
{
    const auto whole = std::make_shared<Export>();
    whole->client = this;
    whole->context = context;
    whole->id = id;
    whole->take = std::move(take);
    whole->done = std::move(done);
    whole->askNext();
}

} // namespace relaywright
