// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/NameServer.h"

#include "core/dns/Wire.h"

#include <QRandomGenerator>

namespace relaywright {

namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr int kFormErr = 1;

struct Question {
    QString name;
    QByteArray wire;
    DnsType type = DnsType::A;
    NameServer::Done done;
    QueryForm form;
    bool overTcp = false;
};
using QuestionPtr = std::shared_ptr<Question>;

QString labelOf(const Endpoint &server)
{
    return server.port == kDnsPort ? server.host.toString() : server.toString();
}

DnsReply withoutPacket(AresChannel::End end, const Question &question)
{
    const auto reply = [&](const QString &sentence, DnsAnswer::Status status = DnsAnswer::Status::Failed) {
        return DnsReply{.answer = noAnswer(sentence, question.name, question.type, status), .next = {}};
    };
    if (question.overTcp)
        return reply(
            QStringLiteral("The answer about %1 %2 does not come over UDP as a whole, and the name server did not "
                           "give it over TCP. Open TCP port 53 in the firewall, or ask another name server."));
    switch (end) {
    case AresChannel::End::TimedOut:
        return reply(QStringLiteral("No name server answered about %1 %2 in time. Check the network connection, or ask "
                                    "another name server."),
                     DnsAnswer::Status::TimedOut);
    case AresChannel::End::NoServer:
        return reply(
            QStringLiteral("No name server could be reached to ask about %1 %2. Check the network connection."));
    case AresChannel::End::Packet:
    case AresChannel::End::Failed: break;
    }
    return reply(QStringLiteral("The question about %1 %2 failed on this computer. Try again later."));
}

} // namespace

class NameServer::Private {
public:
    Private(const Endpoint &server, std::chrono::milliseconds limit, bool recursion,
            std::unique_ptr<AresChannel> channel)
        : m_server(server), m_label(labelOf(server)), m_limit(limit), m_recursion(recursion), m_udp(std::move(channel))
    {
    }

    void ask(const QString &name, DnsType type, Done done)
    {
        const auto question = std::make_shared<Question>(Question{.name = name,
                                                                  .wire = wireName(name).value_or(QByteArray()),
                                                                  .type = type,
                                                                  .done = std::move(done),
                                                                  .form = {.recursion = m_recursion, .edns = m_edns}});
        Q_ASSERT(!question->wire.isEmpty());
        send(question);
    }

    [[nodiscard]] const QString &label() const { return m_label; }

private:
    void send(const QuestionPtr &question)
    {
        if (question->overTcp && !m_tcp) {
            auto tcp = AresChannel::open(m_server, AresChannel::Transport::Tcp, m_limit);
            if (!tcp)
                return question->done(withoutPacket(AresChannel::End::Failed, *question));
            m_tcp = std::move(*tcp);
        }
        AresChannel &channel = question->overTcp ? *m_tcp : *m_udp;
        const auto id = static_cast<quint16>(QRandomGenerator::system()->bounded(0x10000)); // hard to guess: RFC 5452
        channel.send(makeQuery(id, question->wire, question->type, question->form),
                     [this, question](AresChannel::End end, QByteArrayView packet) { onEnd(question, end, packet); });
    }

    void onEnd(const QuestionPtr &question, AresChannel::End end, QByteArrayView packet)
    {
        if (end != AresChannel::End::Packet)
            return question->done(withoutPacket(end, *question));
        DnsReply reply = readDnsReply(packet, question->name, question->type);
        if (reply.rcode == kFormErr && question->form.edns) {
            m_edns = question->form.edns = false;
            return send(question);
        }
        // Damage may be the work of a box between that meddles with UDP, or of the end of c-ares' buffer.
        if ((reply.truncated || reply.malformed) && !question->overTcp) {
            question->overTcp = true;
            return send(question);
        }
        reply.answer.server = m_label;
        question->done(reply);
    }

    Endpoint m_server;
    QString m_label;
    std::chrono::milliseconds m_limit;
    bool m_recursion;
    bool m_edns = true; ///< until the server says that it does not know it
    std::unique_ptr<AresChannel> m_udp;
    std::unique_ptr<AresChannel> m_tcp; ///< once it is needed
};

NameServer::NameServer(std::unique_ptr<Private> priv) : d(std::move(priv)) {}
NameServer::~NameServer() = default;

Result<std::unique_ptr<NameServer>> NameServer::open(const Endpoint &server, std::chrono::milliseconds limit,
                                                     bool recursion)
{
    auto channel = AresChannel::open(server, AresChannel::Transport::Udp, limit);
    if (!channel)
        return tl::unexpected(channel.error());
    return std::unique_ptr<NameServer>(
        new NameServer(std::make_unique<Private>(server, limit, recursion, std::move(*channel))));
}

void NameServer::ask(const QString &name, DnsType type, Done done)
{
    d->ask(name, type, std::move(done));
}

const QString &NameServer::label() const
{
    return d->label();
}

} // namespace relaywright
