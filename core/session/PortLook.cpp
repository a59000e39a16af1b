// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PortLook.h"

#include <QElapsedTimer>
#include <QHostAddress>
#include <QNetworkProxy>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>

namespace relaywright {

class PortLook::Private {
public:
    Private(const IpAddress &theAddress, std::chrono::milliseconds theLimit,
            std::function<void(std::vector<PortSight>)> theDone, PortLook *look)
        : address(theAddress), limit(theLimit), done(std::move(theDone)), q(look)
    {
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, q, [this] { end(); });
    }

    void start();
    void settle(std::size_t index, PortSight::How how);
    void end();

    IpAddress address;
    std::chrono::milliseconds limit;
    std::function<void(std::vector<PortSight>)> done;
    PortLook *q;
    std::vector<PortSight> sights;
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    std::vector<bool> settled;
    QTimer timer;
    QElapsedTimer clock;
};

namespace {

PortSight::How howOf(QAbstractSocket::SocketError error)
{
    switch (error) {
    case QAbstractSocket::ConnectionRefusedError: return PortSight::How::Refused;
    case QAbstractSocket::SocketTimeoutError: return PortSight::How::TimedOut;
    default: return PortSight::How::Unreachable;
    }
}

} // namespace

void PortLook::Private::start()
{
    clock.start();
    timer.start(limit);
    settled.resize(sights.size(), false);
    for (std::size_t i = 0; i < sights.size(); ++i) {
        sockets.push_back(std::make_unique<QTcpSocket>());
        QTcpSocket *socket = sockets.back().get();
        socket->setProxy(QNetworkProxy::NoProxy);
        QObject::connect(socket, &QTcpSocket::connected, q, [this, i] { settle(i, PortSight::How::Connected); });
        QObject::connect(socket, &QTcpSocket::errorOccurred, q,
                         [this, i](QAbstractSocket::SocketError error) { settle(i, howOf(error)); });
    }
    for (std::size_t i = 0; i < sights.size(); ++i)
        sockets[i]->connectToHost(QHostAddress(address.toString()), sights[i].port);
}

void PortLook::Private::settle(std::size_t index, PortSight::How how)
{
    if (settled[index])
        return;
    settled[index] = true;
    sights[index].how = how;
    sights[index].took = std::chrono::milliseconds(clock.elapsed());
    if (std::ranges::find(settled, false) == settled.end())
        timer.start(0); // through the loop: a refusal may come out of connectToHost
}

void PortLook::Private::end()
{
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        sockets[i]->disconnect(q);
        sockets[i]->abort();
        if (!settled[i])
            sights[i].took = limit; // and it stays TimedOut
    }
    if (const auto report = std::exchange(done, nullptr))
        report(sights);
}

PortLook::PortLook(const IpAddress &address, const std::vector<std::uint16_t> &ports, std::chrono::milliseconds limit,
                   std::function<void(std::vector<PortSight>)> done, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(address, limit, std::move(done), this))
{
    for (const std::uint16_t port : ports)
        d->sights.push_back({.port = port});
}

PortLook::~PortLook() = default;

void PortLook::start()
{
    d->start();
}

} // namespace relaywright
