// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/JsonReader.h"
#include "core/relay/Control.h"
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

Result<QJsonObject> readReply(const QByteArray &line)
{
    const auto reply = parseJsonObject(line);
    if (!reply)
        return failure(ErrorKind::Unsupported, QStringLiteral("The relay answered with something that is not JSON. Is it another version?"));
    if (reply->value(QLatin1String("ok")).toBool())
        return reply->value(QLatin1String("result")).toObject();
    return failure(parseControlWord(reply->value(QLatin1String("kind")).toString()), reply->value(QLatin1String("detail")).toString());
}

/// One question and its answer; deletes itself.
class Exchange final : public QObject {
public:
    Exchange(QString name, QByteArray line, QObject *context, Done done, QObject *parent)
        : QObject(parent), m_name(std::move(name)), m_line(std::move(line)), m_context(context), m_done(std::move(done))
    {
        connect(&m_socket, &QLocalSocket::connected, this, [this] { m_socket.write(m_line); });
        connect(&m_socket, &QLocalSocket::readyRead, this, [this] { onReadyRead(); });
        connect(&m_socket, &QLocalSocket::errorOccurred, this, [this] { finish(noRelay()); });
        connect(&m_timer, &QTimer::timeout, this, [this] {
            finish(failure(ErrorKind::Timeout, QStringLiteral("The relay \"%1\" did not answer within 5 seconds.").arg(m_name)));
        });
        m_timer.setSingleShot(true);
    }

    void start()
    {
        m_timer.start(kPatience);
        // A socket in a folder that is not ours alone may be somebody else's who waits for a password.
        if (const QString folder = controlSocketFolder(); !folder.isEmpty()) {
            if (const auto checked = checkPrivateFolder(folder); !checked)
                return finish(checked.error().kind == ErrorKind::NotFound ? noRelay() : tl::unexpected(checked.error()));
        }
        m_socket.connectToServer(controlSocketName(m_name));
    }

private:
    [[nodiscard]] tl::unexpected<Error> noRelay() const
    {
        return failure(ErrorKind::Unreachable,
                       QStringLiteral("No relay \"%1\" of this user answers. Start it in the tray or with "
                                      "\"relaywright-cli relay run CONFIG\".").arg(m_name));
    }

    void onReadyRead()
    {
        m_reply += m_socket.readAll();
        if (const qsizetype end = m_reply.indexOf('\n'); end >= 0)
            finish(readReply(m_reply.left(end)));
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
            QMetaObject::invokeMethod(m_context, [done = std::exchange(m_done, nullptr), result = std::move(result)] { done(result); },
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
    request(QStringLiteral("status"), {}, context, [done = std::move(done)](const Result<QJsonObject> &result) {
        done(result ? parseRelayStatus(*result) : Result<RelayStatus>(tl::unexpected(result.error())));
    });
}

void ControlClient::queue(QObject *context, std::function<void(Result<std::vector<QueueEntry>>)> done)
{
    request(QStringLiteral("queue"), {}, context, [done = std::move(done)](const Result<QJsonObject> &result) {
        if (!result)
            return done(tl::unexpected(result.error()));
        std::vector<QueueEntry> entries;
        const QJsonArray messages = result->value(QLatin1String("messages")).toArray();
        for (const QJsonValue &message : messages) {
            auto entry = parseQueueEntry(message.toObject());
            if (!entry)
                return done(tl::unexpected(entry.error()));
            entries.push_back(std::move(*entry));
        }
        done(std::move(entries));
    });
}

} // namespace relaywright
