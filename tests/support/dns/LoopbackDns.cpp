// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dns/LoopbackDns.h"

#include "tests/support/dns/DnsPackets.h"

#include <QHash>
#include <QMultiMap>
#include <QNetworkDatagram>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUdpSocket>
#include <QtEndian>

#include <algorithm>
#include <functional>

namespace relaywright::test {

namespace {

constexpr qsizetype kPlainUdpOctets = 512;
constexpr qsizetype kEdnsUdpOctets = 1232;

struct Record {
    quint16 type;
    QByteArray data;
    QString target; // of a CNAME
};

} // namespace

class LoopbackDns::Private {
public:
    void listen(const QHostAddress &address, quint16 port)
    {
        // A free TCP port may be taken for UDP by somebody else: try again, where any port will do.
        for (int tries = 0; tries < (port ? 1 : 50) && udp.state() != QAbstractSocket::BoundState; ++tries) {
            tcp.close();
            if (tcp.listen(address, port))
                udp.bind(address, tcp.serverPort());
        }
        QObject::connect(&udp, &QUdpSocket::readyRead, &udp, [this] { onDatagrams(); });
        QObject::connect(&tcp, &QTcpServer::newConnection, &tcp, [this] { onConnections(); });
    }

    void onDatagrams()
    {
        while (udp.hasPendingDatagrams()) {
            const QNetworkDatagram datagram = udp.receiveDatagram();
            answer(datagram.data(), &udp, false, [this, datagram](const QByteArray &reply, Fault fault) {
                // Not QNetworkDatagram::makeReply: on another loopback address the reply would come from 127.0.0.1.
                QUdpSocket other;
                QUdpSocket &sender = fault == Fault::OtherPort ? other : udp;
                sender.writeDatagram(reply, datagram.senderAddress(), static_cast<quint16>(datagram.senderPort()));
            });
        }
    }

    void onConnections()
    {
        while (QTcpSocket *socket = tcp.nextPendingConnection()) {
            QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            QObject::connect(socket, &QTcpSocket::readyRead, &tcp, [this, socket] { onTcp(*socket); });
        }
    }

    void onTcp(QTcpSocket &socket)
    {
        while (socket.bytesAvailable() >= 2) {
            const auto length = qFromBigEndian<quint16>(socket.peek(2).constData());
            if (socket.bytesAvailable() < 2 + length)
                return;
            socket.skip(2);
            answer(socket.read(length), &socket, true, [&socket](const QByteArray &reply, Fault) {
                socket.write(number16(static_cast<quint16>(reply.size())) + reply);
            });
        }
    }

    /// Sends the reply, if there is one, when it is due; not if `context` is gone by then.
    void answer(const QByteArray &packet, QObject *context, bool overTcp,
                const std::function<void(const QByteArray &, Fault)> &send)
    {
        const auto question = readQuestion(packet);
        if (!question)
            return;
        const QString what = typeName(question->type) + u' ' + question->name;
        asked += what + (overTcp ? QLatin1String(" over TCP") : QLatin1String());
        flags += flagWords(*question);
        if (losses.value(question->name) > 0) {
            --losses[question->name];
            return;
        }
        const Fault fault = faults.value(question->name, faults.value(QString(), Fault::None));
        const QByteArray reply = replyTo(*question, fault, overTcp);
        waiting += what;
        mostAtOnce = std::max(mostAtOnce, waiting.size());
        const auto due = [this, what, reply, fault, send] {
            waiting.remove(what);
            if (!reply.isEmpty())
                send(reply, fault);
        };
        const auto delay = delays.value(question->name, delays.value(QString(), std::chrono::milliseconds(0)));
        if (delay.count() == 0)
            due();
        else
            QTimer::singleShot(delay, Qt::PreciseTimer, context, due);
    }

    QByteArray replyTo(const DnsQuestion &question, Fault fault, bool overTcp)
    {
        switch (fault) {
        case Fault::Drop: return {};
        case Fault::Truncate: return overTcp ? found(question, false, kMaxTcp) : reply(question, 0, {}, {}, true);
        case Fault::TruncateAll: return reply(question, 0, {}, {}, true);
        case Fault::ServFail: return reply(question, 2, {}, {});
        case Fault::Refused: return reply(question, 5, {}, {});
        case Fault::NoEdns:
            if (question.edns)
                return reply(question, 1, {}, {});
            break;
        case Fault::WrongId: {
            DnsQuestion other = question;
            other.id = static_cast<quint16>(other.id + 1);
            return found(other, false, kMaxTcp);
        }
        case Fault::Malformed: return found(question, false, kMaxTcp).chopped(3);
        case Fault::Garbage:
            return reply(question, 0, {}, {}).first(12 + question.wire.size()).replace(6, 2, number16(40))
                   + QByteArray(200, '\xc1');
        case Fault::CnameLoop: {
            const QString other = QStringLiteral("loop.") + question.name;
            return reply(question, 0,
                         {record(question.name, {kTypeCname, wireName(other), other}),
                          record(other, {kTypeCname, wireName(question.name), question.name})},
                         {});
        }
        case Fault::Oversized: return found(question, false, kMaxTcp);
        case Fault::WrongQuestion: {
            DnsQuestion other = question;
            other.wire = wireName(QStringLiteral("other.test")) + question.wire.last(4);
            return found(other, false, kMaxTcp);
        }
        case Fault::OtherName: {
            QByteArrayList answers;
            for (const Record &each : records.values(question.name))
                answers += record(QStringLiteral("other.test"), each);
            return reply(question, 0, answers, {});
        }
        case Fault::PointerLoop: {
            const auto at = static_cast<quint16>(0xc000 | (12 + question.wire.size())); // where this very name is
            return reply(question, 0,
                         {number16(at) + number16(question.type) + number16(1) + number32(seconds) + number16(0)}, {});
        }
        case Fault::Refer:
            return reply(question, 0, {},
                         {record(QStringLiteral("test"), {kTypeNs, wireName(QStringLiteral("ns.test")), {}})});
        case Fault::OtherPort:
        case Fault::LeaveAlias:
        case Fault::None: break;
        }
        const qsizetype limit = overTcp ? kMaxTcp : question.edns ? kEdnsUdpOctets : kPlainUdpOctets;
        return found(question, fault == Fault::LeaveAlias, limit);
    }

    QByteArray found(const DnsQuestion &question, bool leaveAlias, qsizetype limit)
    {
        QByteArrayList answers;
        QSet<QString> seen;
        QString name = question.name;
        while (!seen.contains(name)) {
            seen.insert(name);
            const QList<Record> here = records.values(name);
            const auto cname = std::ranges::find(here, kTypeCname, &Record::type);
            if (cname == here.end() || question.type == kTypeCname)
                break;
            answers += record(name, *cname);
            if (leaveAlias)
                return reply(question, 0, answers, {});
            name = cname->target;
        }
        bool any = false;
        QList<Record> here = records.values(name);
        std::ranges::reverse(here); // QMultiMap gives the newest first
        for (const Record &each : std::as_const(here)) {
            if (each.type == question.type) {
                answers += record(name, each);
                any = true;
            }
        }
        const bool loops = !here.isEmpty() && here.front().type == kTypeCname && question.type != kTypeCname;
        QByteArrayList authority;
        if (!any && !loops)
            authority += soa();
        const QByteArray whole = reply(question, records.contains(name) ? 0 : 3, answers, authority);
        return whole.size() <= limit ? whole : reply(question, 0, {}, {}, true);
    }

    [[nodiscard]] QByteArray record(const QString &owner, const Record &record) const
    {
        return wireName(owner) + number16(record.type) + number16(1) + number32(seconds)
               + number16(static_cast<quint16>(record.data.size())) + record.data;
    }

    [[nodiscard]] QByteArray soaData(const QString &primary, quint32 serial) const
    {
        return wireName(primary) + wireName(QStringLiteral("admin.test")) + number32(serial) + number32(3600)
               + number32(600) + number32(86400) + number32(seconds);
    }

    /// Tells how long "there is nothing" stays true.
    [[nodiscard]] QByteArray soa() const
    {
        return record(QStringLiteral("test"), {kTypeSoa, soaData(QStringLiteral("ns.test"), 1), {}});
    }

    QByteArray reply(const DnsQuestion &question, int rcode, const QByteArrayList &answers,
                     const QByteArrayList &authority, bool truncated = false) const
    {
        int header = 0x8000 | (question.flags & kRecursionDesired) | rcode | (truncated ? kTruncated : 0);
        header |= authoritative ? kAuthoritative : kRecursionOffered;
        header |= authentic ? question.flags & kAuthentic : 0;
        return number16(question.id) + number16(static_cast<quint16>(header)) + number16(1)
               + number16(static_cast<quint16>(answers.size())) + number16(static_cast<quint16>(authority.size()))
               + number16(0) + question.wire + answers.join() + authority.join();
    }

    static constexpr qsizetype kMaxTcp = 65535;

    QUdpSocket udp;
    QTcpServer tcp;
    QMultiMap<QString, Record> records;
    QHash<QString, Fault> faults;
    QHash<QString, std::chrono::milliseconds> delays;
    QHash<QString, int> losses;
    QStringList asked;
    QStringList flags;
    QSet<QString> waiting;
    qsizetype mostAtOnce = 0;
    quint32 seconds = 300;
    bool authentic = false;
    bool authoritative = false;

    void add(const QString &name, quint16 type, const QByteArray &data, const QString &target = {})
    {
        records.insert(name.toLower(), {type, data, target.toLower()});
    }
};

LoopbackDns::LoopbackDns(QObject *parent) : LoopbackDns(QStringLiteral("127.0.0.1"), 0, parent)
{
    Q_ASSERT(isListening());
}

LoopbackDns::LoopbackDns(const QString &address, std::uint16_t port, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>())
{
    d->listen(QHostAddress(address), port);
}

LoopbackDns::~LoopbackDns() = default;

bool LoopbackDns::isListening() const
{
    return d->udp.state() == QAbstractSocket::BoundState;
}

Endpoint LoopbackDns::endpoint() const
{
    return {Host::of(*IpAddress::parse(d->udp.localAddress().toString())), port()};
}

std::uint16_t LoopbackDns::port() const
{
    return d->udp.localPort();
}

LoopbackDns &LoopbackDns::txt(const QString &name, const QByteArray &text)
{
    QByteArray data;
    for (qsizetype i = 0; i < text.size() || i == 0; i += 255) {
        const QByteArray part = text.mid(i, 255);
        data += static_cast<char>(part.size()) + part;
    }
    d->add(name, kTypeTxt, data);
    return *this;
}

LoopbackDns &LoopbackDns::address(const QString &name, const QString &ip)
{
    const IpAddress address = *IpAddress::parse(ip);
    const bool v4 = address.family() == IpAddress::Family::V4;
    d->add(name, v4 ? kTypeA : kTypeAaaa,
           QByteArray(reinterpret_cast<const char *>(address.octets().data()), v4 ? 4 : 16));
    return *this;
}

LoopbackDns &LoopbackDns::mx(const QString &name, std::uint16_t preference, const QString &exchange)
{
    d->add(name, kTypeMx, number16(preference) + wireName(exchange));
    return *this;
}

LoopbackDns &LoopbackDns::ptr(const QString &reverseName, const QString &name)
{
    d->add(reverseName, kTypePtr, wireName(name));
    return *this;
}

LoopbackDns &LoopbackDns::ns(const QString &name, const QString &server)
{
    d->add(name, kTypeNs, wireName(server));
    return *this;
}

LoopbackDns &LoopbackDns::cname(const QString &name, const QString &target)
{
    d->add(name, kTypeCname, wireName(target), target);
    return *this;
}

LoopbackDns &LoopbackDns::soa(const QString &name, const QString &primary, std::uint32_t serial)
{
    d->add(name, kTypeSoa, d->soaData(primary, serial));
    return *this;
}

LoopbackDns &LoopbackDns::tlsa(const QString &name, std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                               const QByteArray &data)
{
    QByteArray head;
    for (const std::uint8_t number : {usage, selector, matching})
        head += static_cast<char>(number);
    d->add(name, kTypeTlsa, head + data);
    return *this;
}

LoopbackDns &LoopbackDns::forget(const QString &name)
{
    d->records.remove(name.toLower());
    return *this;
}

LoopbackDns &LoopbackDns::delay(const QString &name, std::chrono::milliseconds delay)
{
    d->delays.insert(name.toLower(), delay);
    return *this;
}

LoopbackDns &LoopbackDns::lose(const QString &name, int count)
{
    d->losses.insert(name.toLower(), count);
    return *this;
}

LoopbackDns &LoopbackDns::refuseTcp()
{
    d->tcp.close();
    return *this;
}

LoopbackDns &LoopbackDns::authentic(bool authentic)
{
    d->authentic = authentic;
    return *this;
}

LoopbackDns &LoopbackDns::authoritative(bool authoritative)
{
    d->authoritative = authoritative;
    return *this;
}

LoopbackDns &LoopbackDns::fault(const QString &name, Fault fault)
{
    d->faults.insert(name.toLower(), fault);
    return *this;
}

LoopbackDns &LoopbackDns::ttl(std::uint32_t seconds)
{
    d->seconds = seconds;
    return *this;
}

const QStringList &LoopbackDns::questions() const
{
    return d->asked;
}

const QStringList &LoopbackDns::flags() const
{
    return d->flags;
}

qsizetype LoopbackDns::mostAtOnce() const
{
    return d->mostAtOnce;
}

} // namespace relaywright::test
