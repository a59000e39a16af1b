// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/PersonSignIn.h"

#include "core/base/Random.h"
#include "core/oauth/TokenCarrier.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr int kMaxBrowserConnections = 16; // browsers open some to no purpose
constexpr std::chrono::seconds kRequestPatience{30};

/// What the browser shows then. Nothing of the request is in it.
QByteArray page(int status, const QString &sentence)
{
    const QByteArray body =
        QStringLiteral("<!doctype html><meta charset=\"utf-8\"><title>Relaywright</title>"
                       "<p style=\"font: 1.2em sans-serif; margin: 3em auto; max-width: 30em\">%1</p>")
            .arg(sentence.toHtmlEscaped())
            .toUtf8();
    return "HTTP/1.1 " + QByteArray::number(status) + (status == 200 ? " OK" : " Bad Request")
           + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + QByteArray::number(body.size())
           + "\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
             "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n"
           + body;
}

TokenTrouble over(const QString &title, const QString &error)
{
    TokenTrouble trouble;
    trouble.actor = TokenTrouble::Actor::User;
    trouble.title = title;
    trouble.remedy = QStringLiteral("Begin the sign-in again.");
    trouble.error = error;
    return trouble;
}

} // namespace

class PersonSignIn::Private : public QObject {
public:
    Private(PersonSignIn *owner, TokenClient &&ownClient, TokenCarrier &ownCarrier, const Clock &ownClock,
            const Knowledge &ownKnowledge)
        : q(owner), client(std::move(ownClient)), carrier(ownCarrier), clock(ownClock), knowledge(ownKnowledge)
    {
        timer.setSingleShot(true);
        connect(&timer, &QTimer::timeout, this, [this] { offer ? askWithCode() : onNobodyCame(); });
        for (QTcpServer *server : {&server4, &server6})
            connect(server, &QTcpServer::newConnection, this, [this, server] { accept(*server); });
    }

    [[nodiscard]] Result<void> inBrowser(const BrowserSignIn::Wishes &wishes, std::chrono::milliseconds patience);
    [[nodiscard]] Result<void> withDeviceCode();

private:
    [[nodiscard]] bool listen();
    void accept(QTcpServer &server);
    void read(QTcpSocket &socket);
    void answer(QTcpSocket &socket, int status, const QString &sentence);
    void onRedirect(QTcpSocket &socket, QByteArrayView target);
    void onNobodyCame();
    void onOffer(const DeviceCodeAnswer &answer);
    void askWithCode();
    void pollLater();
    void redeem(const TokenGrant &grant);
    void onTrouble(const TokenTrouble &trouble);
    void finish(const TokenAnswer &answer);

    PersonSignIn *q;
    const TokenClient client;
    TokenCarrier &carrier;
    const Clock &clock;
    const Knowledge &knowledge;
    QTimer timer;
    QTcpServer server4; // a browser may find localhost at either address
    QTcpServer server6;
    std::optional<BrowserSignIn> browser;
    std::optional<DeviceCodeOffer> offer;
    std::optional<DevicePolling> polling;
    bool isRedeemed = false; // the browser brought an answer
    bool isFinished = false;
};

bool PersonSignIn::Private::listen()
{
    for (QTcpServer *server : {&server4, &server6})
        server->setMaxPendingConnections(kMaxBrowserConnections);
    if (!server4.listen(QHostAddress::LocalHost, 0))
        return server6.listen(QHostAddress::LocalHostIPv6, 0);
    (void)server6.listen(QHostAddress::LocalHostIPv6, server4.serverPort()); // where there is IPv6
    return true;
}

Result<void> PersonSignIn::Private::inBrowser(const BrowserSignIn::Wishes &wishes, std::chrono::milliseconds patience)
{
    if (!listen())
        return failure(
            ErrorKind::Unreachable,
            QStringLiteral("No port of this computer can be had for the browser's answer: %1. Sign in with a "
                           "device code.")
                .arg(server4.errorString()));
    const quint16 port = server4.isListening() ? server4.serverPort() : server6.serverPort();
    auto begun = BrowserSignIn::begin(client, port, Secret(randomOctets(BrowserSignIn::kRandomOctets)), wishes);
    if (!begun)
        return tl::unexpected<Error>(begun.error());
    browser = std::move(*begun);
    timer.start(patience);
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT q->browserWanted(browser->url()); }, Qt::QueuedConnection);
    return {};
}

void PersonSignIn::Private::accept(QTcpServer &server)
{
    while (QTcpSocket *socket = server.nextPendingConnection()) {
        if (server.findChildren<QTcpSocket *>().size() > kMaxBrowserConnections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        socket->setReadBufferSize(kMaxRedirectOctets + 1);
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(*socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(kRequestPatience, socket, [socket] { socket->abort(); });
    }
}

/// The first line is enough: `GET /?code=…&state=… HTTP/1.1`.
void PersonSignIn::Private::read(QTcpSocket &socket)
{
    const QByteArray seen = socket.peek(kMaxRedirectOctets + 1);
    if (!seen.contains('\n')) {
        if (seen.size() > kMaxRedirectOctets)
            answer(socket, 400, QStringLiteral("That is no answer of a sign-in."));
        return;
    }
    if (!seen.contains("\r\n\r\n") && seen.size() <= kMaxRedirectOctets)
        return; // the rest of its header: closing before it came would reset the connection
    const QByteArrayList words = seen.left(seen.indexOf('\n')).trimmed().split(' ');
    if (words.size() != 3 || words[0] != "GET")
        return answer(socket, 400, QStringLiteral("That is no answer of a sign-in."));
    onRedirect(socket, words[1]);
}

void PersonSignIn::Private::answer(QTcpSocket &socket, int status, const QString &sentence)
{
    socket.disconnect(this);
    (void)socket.readAll();
    socket.write(page(status, sentence));
    socket.flush(); // whoever hears of it may end the process
    socket.disconnectFromHost();
}

void PersonSignIn::Private::onRedirect(QTcpSocket &socket, QByteArrayView target)
{
    if (isRedeemed) // a browser may say it twice; a code is good once
        return answer(socket, 400, QStringLiteral("This sign-in is over. Go back to Relaywright."));
    const RedirectAnswer said = browser->read(target, knowledge);
    if (const auto *foreign = std::get_if<ForeignRedirect>(&said))
        return answer(socket, 400, foreign->sentence);
    isRedeemed = true;
    if (const auto *trouble = std::get_if<TokenTrouble>(&said)) {
        answer(socket, 200,
               QStringLiteral("The sign-in did not succeed. Relaywright says more. This page may be closed."));
        return finish(*trouble);
    }
    answer(socket, 200, QStringLiteral("The sign-in is done. Go back to Relaywright; this page may be closed."));
    server4.close();
    server6.close();
    timer.stop();
    redeem(browser->grantFor(std::get<RedirectCode>(said)));
}

void PersonSignIn::Private::onNobodyCame()
{
    finish(over(QStringLiteral("Nobody signed in in the browser in time."), QStringLiteral("expired")));
}

Result<void> PersonSignIn::Private::withDeviceCode()
{
    const auto request = deviceCodeRequest(client);
    if (!request)
        return tl::unexpected<Error>(request.error());
    carrier.askForDeviceCode(*request, this, [this](const DeviceCodeAnswer &answer) { onOffer(answer); });
    return {};
}

void PersonSignIn::Private::onOffer(const DeviceCodeAnswer &answer)
{
    if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
        return finish(*trouble);
    offer = std::get<DeviceCodeOffer>(answer);
    polling.emplace(*offer, clock.now());
    pollLater();
    Q_EMIT q->codeOffered(*offer);
}

void PersonSignIn::Private::pollLater()
{
    timer.start(std::max(std::chrono::milliseconds(0), *polling->nextPoll() - clock.now()));
}

void PersonSignIn::Private::askWithCode()
{
    redeem(DeviceCodeGrant{offer->deviceCode});
}

void PersonSignIn::Private::redeem(const TokenGrant &grant)
{
    const auto request = tokenRequest(client, grant);
    if (!request)
        return finish(over(request.error().detail, QStringLiteral("invalid_request")));
    carrier.ask(*request, this, [this](const TokenAnswer &answer) {
        if (const auto *trouble = std::get_if<TokenTrouble>(&answer))
            return onTrouble(*trouble);
        finish(answer);
    });
}

void PersonSignIn::Private::onTrouble(const TokenTrouble &trouble)
{
    if (!polling)
        return finish(trouble);
    polling->onTrouble(trouble, clock.now());
    if (polling->nextPoll())
        return pollLater();
    finish(trouble.kind == TokenTrouble::Kind::Wait ? over(
               QStringLiteral("The device code has ended before it was entered."), QStringLiteral("expired_token"))
                                                    : trouble);
}

void PersonSignIn::Private::finish(const TokenAnswer &answer)
{
    timer.stop();
    server4.close();
    server6.close();
    if (std::exchange(isFinished, true))
        return;
    // Whoever hears it may take this down, also while a socket of it is being read.
    QMetaObject::invokeMethod(
        this, [this, answer] { Q_EMIT q->finished(answer); }, Qt::QueuedConnection);
}

PersonSignIn::PersonSignIn(TokenClient client, TokenCarrier &carrier, const Clock &clock, const Knowledge &knowledge,
                           QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(client), carrier, clock, knowledge))
{
}

PersonSignIn::~PersonSignIn() = default;

Result<void> PersonSignIn::inBrowser(const BrowserSignIn::Wishes &wishes, std::chrono::milliseconds patience)
{
    return d->inBrowser(wishes, patience);
}

Result<void> PersonSignIn::withDeviceCode()
{
    return d->withDeviceCode();
}

} // namespace relaywright
