// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"
#include "core/relay/ControlSocket.h"

#include "core/base/JsonReader.h"

#include <QJsonDocument>
#include <QLocalSocket>

namespace relaywright {

namespace {

constexpr qint64 kMaxLineOctets = 64 * 1024; // an event is a few hundred

} // namespace

class ControlSubscription::Private {
public:
    Private(ControlSubscription *owner, QString ownName, RelayEvent::Severity ownLeast)
        : q(owner), name(std::move(ownName)), least(ownLeast)
    {
    }
    void onReadyRead();
    void onLine(const QByteArray &line);
    void end(Error error);

    ControlSubscription *q;
    QString name;
    RelayEvent::Severity least;
    QLocalSocket socket;
    bool isStarted = false;
    bool isEnded = false;
};

void ControlSubscription::Private::end(Error error)
{
    if (std::exchange(isEnded, true))
        return;
    socket.disconnect(q);
    socket.abort();
    // Never inside `start`.
    QMetaObject::invokeMethod(
        q, [this, error = std::move(error)] { Q_EMIT q->ended(error); }, Qt::QueuedConnection);
}

void ControlSubscription::Private::onReadyRead()
{
    while (!isEnded && socket.canReadLine())
        onLine(socket.readLine(kMaxLineOctets));
    if (!isEnded && socket.bytesAvailable() >= kMaxLineOctets)
        end({ErrorKind::Unsupported, QStringLiteral("The relay sent a line that is too long.")});
}

void ControlSubscription::Private::onLine(const QByteArray &line)
{
    const auto json = parseJsonObject(line);
    if (json && json->contains(QLatin1String("event"))) {
        if (const auto event = parseRelayEvent(json->value(QLatin1String("event")).toObject()))
            Q_EMIT q->happened(*event);
        return;
    }
    if (const auto reply = readControlReply(line); !reply)
        return end(reply.error());
    if (!std::exchange(isStarted, true))
        Q_EMIT q->started();
}

ControlSubscription::ControlSubscription(const QString &name, RelayEvent::Severity least, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, name, least))
{
    d->socket.setReadBufferSize(kMaxLineOctets);
    connect(&d->socket, &QLocalSocket::connected, this, [this] {
        const QJsonObject question{{QStringLiteral("request"), QStringLiteral("events")},
                                   {QStringLiteral("severity"), toString(d->least)}};
        d->socket.write(QJsonDocument(question).toJson(QJsonDocument::Compact) + '\n');
    });
    connect(&d->socket, &QLocalSocket::readyRead, this, [this] { d->onReadyRead(); });
    connect(&d->socket, &QLocalSocket::errorOccurred, this, [this] {
        d->onReadyRead(); // its last words
        d->end(d->isStarted ? Error{ErrorKind::Cancelled, QStringLiteral("The relay \"%1\" has ended.").arg(d->name)}
                            : noRelayAnswers(d->name));
    });
}

ControlSubscription::~ControlSubscription()
{
    d->socket.disconnect(this);
}

void ControlSubscription::start()
{
    if (const auto checked = checkControlFolder(d->name); !checked)
        return d->end(checked.error());
    d->socket.connectToServer(controlSocketName(d->name));
}

} // namespace relaywright
