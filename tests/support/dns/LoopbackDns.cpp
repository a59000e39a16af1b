// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dns/LoopbackDns.h"

#include <QHash>
#include <QMultiMap>
#include <QNetworkDatagram>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUdpSocket>
#include <QtEndian>

#include <algorithm>
#include <optional>

namespace relaywright::test {

namespace {

constexpr quint16 kTypeA = 1, kTypeNs = 2, kTypeCname = 5, kTypeSoa = 6, kTypePtr = 12, kTypeMx = 15, kTypeTxt = 16,
                  kTypeAaaa = 28;
constexpr qsizetype kPlainUdpOctets = 512;
constexpr qsizetype kEdnsUdpOctets = 1232;

QByteArray number16(quint16 value)
{
    QByteArray octets(2, '\0');
    qToBigEndian(value, octets.data());
    return octets;
}

QByteArray number32(quint32 value)
{
    QByteArray octets(4, '\0');
    qToBigEndian(value, octets.data());
    return octets;
}

QByteArray wireName(const QString &name)
{
    QByteArray wire;
    for (const QByteArray &label : name.toUtf8().split('.')) {
        if (!label.isEmpty())
            wire += static_cast<char>(label.size()) + label;
    }
    return wire + '\0';
}

QString typeName(quint16 type)
{
    static const QHash<quint16, QString> names{{kTypeA, QStringLiteral("A")},         {kTypeNs, QStringLiteral("NS")},
                                               {kTypeCname, QStringLiteral("CNAME")}, {kTypePtr, QStringLiteral("PTR")},
                                               {kTypeMx, QStringLiteral("MX")},       {kTypeTxt, QStringLiteral("TXT")},
                                               {kTypeAaaa, QStringLiteral("AAAA")}};
    return names.value(type, QString::number(type));
}

struct Question {
    quint16 id = 0;
    QString name;
    quint16 type = 0;
    QByteArray wire; // the question section
    bool edns = false;
};

std::optional<Question> readQuestion(const QByteArray &packet)
{
    if (packet.size() < 17)
        return std::nullopt;
    Question question;
    question.id = qFromBigEndian<quint16>(packet.constData());
    question.edns = qFromBigEndian<quint16>(packet.constData() + 10) > 0;
    QByteArrayList labels;
    qsizetype at = 12;
    while (at < packet.size() && packet[at] != 0) {
        const auto length = static_cast<quint8>(packet[at]);
        labels += packet.mid(at + 1, length);
        at += length + 1;
    }
    if (at + 5 > packet.size())
        return std::nullopt;
    question.name = QString::fromUtf8(labels.join('.')).toLower();
    question.type = qFromBigEndian<quint16>(packet.constData() + at + 1);
    question.wire = packet.mid(12, at + 5 - 12);
    return question;
}

struct Record {
    quint16 type;
    QByteArray data;
    QString target; // of a CNAME
};

} // namespace

class LoopbackDns::Private {
public:
    void listen()
    {
        // A free TCP port may be taken for UDP by somebody else: try again.
        for (int tries = 0; tries < 50; ++tries) {
            if (tcp.listen(QHostAddress::LocalHost) && udp.bind(QHostAddress::LocalHost, tcp.serverPort()))
                break;
            tcp.close();
        }
        Q_ASSERT(udp.state() == QAbstractSocket::BoundState);
        QObject::connect(&udp, &QUdpSocket::readyRead, &udp, [this] { onDatagrams(); });
        QObject::connect(&tcp, &QTcpServer::newConnection, &tcp, [this] { onConnections(); });
    }

    void onDatagrams()
    {
        while (udp.hasPendingDatagrams()) {
            const QNetworkDatagram datagram = udp.receiveDatagram();
            const QByteArray reply = answer(datagram.data(), false);
            if (!reply.isEmpty())
                udp.writeDatagram(datagram.makeReply(reply));
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
            const QByteArray reply = answer(socket.read(length), true);
            if (!reply.isEmpty())
                socket.write(number16(static_cast<quint16>(reply.size())) + reply);
        }
    }

    QByteArray answer(const QByteArray &packet, bool overTcp)
    {
        const auto question = readQuestion(packet);
        if (!question)
            return {};
        asked +=
            typeName(question->type) + u' ' + question->name + (overTcp ? QLatin1String(" over TCP") : QLatin1String());
        const Fault fault = faults.value(question->name, faults.value(QString(), Fault::None));
        switch (fault) {
        case Fault::Drop: return {};
        case Fault::Truncate: return overTcp ? found(*question, false, kMaxTcp) : reply(*question, 0, {}, {}, true);
        case Fault::TruncateAll: return reply(*question, 0, {}, {}, true);
        case Fault::ServFail: return reply(*question, 2, {}, {});
        case Fault::Refused: return reply(*question, 5, {}, {});
        case Fault::NoEdns:
            if (question->edns)
                return reply(*question, 1, {}, {});
            break;
        case Fault::WrongId: {
            Question other = *question;
            other.id = static_cast<quint16>(other.id + 1);
            return found(other, false, kMaxTcp);
        }
        case Fault::Malformed: return found(*question, false, kMaxTcp).chopped(3);
        case Fault::Garbage:
            return reply(*question, 0, {}, {}).first(12 + question->wire.size()).replace(6, 2, number16(40))
                   + QByteArray(200, '\xc1');
        case Fault::LeaveAlias:
        case Fault::None: break;
        }
        const qsizetype limit = overTcp ? kMaxTcp : question->edns ? kEdnsUdpOctets : kPlainUdpOctets;
        return found(*question, fault == Fault::LeaveAlias, limit);
    }

    QByteArray found(const Question &question, bool leaveAlias, qsizetype limit)
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

    [[nodiscard]] QByteArray soa() const
    {
        const QByteArray data = wireName(QStringLiteral("ns.test")) + wireName(QStringLiteral("admin.test"))
                                + number32(1) + number32(3600) + number32(600) + number32(86400) + number32(seconds);
        return record(QStringLiteral("test"), {kTypeSoa, data, {}});
    }

    static QByteArray reply(const Question &question, int rcode, const QByteArrayList &answers,
                            const QByteArrayList &authority, bool truncated = false)
    {
        const auto flags = static_cast<quint16>(0x8180 | rcode | (truncated ? 0x0200 : 0));
        return number16(question.id) + number16(flags) + number16(1) + number16(static_cast<quint16>(answers.size()))
               + number16(static_cast<quint16>(authority.size())) + number16(0) + question.wire + answers.join()
               + authority.join();
    }

    static constexpr qsizetype kMaxTcp = 65535;

    QUdpSocket udp;
    QTcpServer tcp;
    QMultiMap<QString, Record> records;
    QHash<QString, Fault> faults;
    QStringList asked;
    quint32 seconds = 300;

    void add(const QString &name, quint16 type, const QByteArray &data, const QString &target = {})
    {
        records.insert(name.toLower(), {type, data, target.toLower()});
    }
};

LoopbackDns::LoopbackDns(QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->listen();
}

LoopbackDns::~LoopbackDns() = default;

Endpoint LoopbackDns::endpoint() const
{
    return {Host::of(IpAddress::fromV4(0x7f000001)), port()};
}

std::uint16_t LoopbackDns::port() const
{
    return d->tcp.serverPort();
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

} // namespace relaywright::test
