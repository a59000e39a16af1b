// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/QueueId.h"
#include "core/relay/SpoolMessage.h"
#include "tests/support/SmtpSink.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QSet>
#include <QTcpSocket>

#include <algorithm>
#include <map>
#include <vector>

namespace relaywright::test {

inline QByteArray sumOf(const QByteArray &message)
{
    return QCryptographicHash::hash(message, QCryptographicHash::Sha256);
}

/// What a device had a 250 for.
struct Acknowledged {
    QByteArray sum;     ///< of the message
    QByteArray queueId; ///< as the 250 named it
};
using AllAcknowledged = std::map<QByteArray, Acknowledged>; ///< by token

/// One device: sends numbered messages one after another, over new connections when it is told to, and notes which got
/// their 250. A refusal is no reason to stop.
class CampaignDevice : public QObject {
public:
    /// `acknowledged` receives each message that got its 250.
    CampaignDevice(int number, AllAcknowledged &acknowledged) : m_number(number), m_acknowledged(acknowledged)
    {
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] { m_step = -1; });
    }

    void connectTo(std::uint16_t port)
    {
        m_socket.abort();
        m_step = 0;
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    }
    [[nodiscard]] bool isQuiet() const { return m_step < 0; }
    [[nodiscard]] int refusals() const { return m_refusals; }

private:
    void read()
    {
        while (m_socket.canReadLine()) {
            const QByteArray line = m_socket.readLine();
            if (line.size() > 3 && line[3] == ' ')
                onReply(line);
        }
    }

    void onReply(const QByteArray &line)
    {
        if (line.startsWith("421"))
            return m_socket.abort();
        if (!line.startsWith('2') && !line.startsWith('3')) {
            ++m_refusals;
            m_step = 1;
            return say("RSET");
        }
        switch (m_step++) {
        case 0: return say("EHLO device.example.com");
        case 1: return say("MAIL FROM:<device@example.com>");
        case 2: return say("RCPT TO:<b@example.com>");
        case 3: return say("DATA");
        case 4:
            m_token = "token-" + QByteArray::number(m_number) + '-' + QByteArray::number(++m_count) + "-end";
            // Every tenth is large enough for a file of its own.
            m_message = "Subject: " + m_token + "\r\n\r\n"
                        + QByteArray("0123456789\r\n").repeated(m_count % 10 == 0 ? 12'000 : 20);
            return say(m_message + '.');
        default:
            m_acknowledged[m_token] = {sumOf(m_message), line.trimmed().split(' ').last()};
            m_step = 2;
            return say("MAIL FROM:<device@example.com>");
        }
    }

    void say(const QByteArray &line) { m_socket.write(line + "\r\n"); }

    int m_number;
    AllAcknowledged &m_acknowledged;
    QTcpSocket m_socket;
    QByteArray m_token;
    QByteArray m_message;
    int m_step = -1;
    int m_count = 0;
    int m_refusals = 0;
};

/// What the smart host got: messages by their token, and reports about them.
class Arrivals : public QObject {
public:
    struct Copy {
        QByteArray queueId; ///< from our Received field
        qint64 at = 0;      ///< ms since the start
        QByteArray sum;     ///< of the message below our Received field
    };

    explicit Arrivals(SmtpSink &sink) : m_sink(sink)
    {
        m_clock.start();
        connect(&sink, &SmtpSink::messageStored, this, [this] {
            take(m_sink.messages().back());
            m_sink.forget(); // a long campaign would fill the memory
        });
    }

    [[nodiscard]] qint64 elapsed() const { return m_clock.elapsed(); }
    /// It arrived, or its sender was told that it does not.
    [[nodiscard]] bool isSettled(const QByteArray &token) const
    {
        return copies.contains(token) || reported.contains(token);
    }

    std::map<QByteArray, std::vector<Copy>> copies;
    QSet<QByteArray> reported;

private:
    void take(const SunkMessage &message)
    {
        const QByteArray &data = message.data;
        const qsizetype at = data.indexOf("token-");
        if (at < 0)
            return;
        const QByteArray token = data.mid(at, data.indexOf("-end", at) + 4 - at);
        if (message.reversePath.isEmpty()) {
            reported.insert(token);
            return;
        }
        const qsizetype id = data.indexOf(" id ") + 4;
        copies[token].push_back(
            {data.mid(id, data.indexOf(';', id) - id), m_clock.elapsed(), sumOf(data.mid(data.indexOf("Subject: ")))});
    }

    SmtpSink &m_sink;
    QElapsedTimer m_clock;
};

/// How often the relay's journal tells this of a message; negative when it cannot be read.
inline std::int64_t journalCount(Database &spool, const QByteArray &queueId, JournalKind kind)
{
    const auto id = QueueId::parse(QString::fromLatin1(queueId));
    auto statement = spool.prepare("SELECT COUNT(*) FROM journal WHERE seq = ? AND kind = ?");
    if (!id || !statement)
        return -1;
    statement->bind(1, static_cast<std::int64_t>(id->sequence())).bind(2, static_cast<std::int64_t>(kind));
    return statement->step() == Statement::Step::Row ? statement->integer(0) : -1;
}

/// The smart host refused a message and then the report of it, too: a report has no sender that could be told (RFC 5321
/// §6.1), so nothing arrives, and all that is left is the journal, which must say so.
inline bool isReportRefused(Database &spool, const QByteArray &queueId)
{
    const auto id = QueueId::parse(QString::fromLatin1(queueId));
    auto statement = spool.prepare("SELECT detail FROM journal WHERE seq = ? AND kind = ?");
    if (!id || !statement)
        return false;
    statement->bind(1, static_cast<std::int64_t>(id->sequence()))
        .bind(2, static_cast<std::int64_t>(JournalKind::Bounced));
    if (statement->step() != Statement::Step::Row)
        return false;
    const QByteArray report = statement->octets(0).split(' ').last(); // "a report goes to ... as K3F9000001A"
    return journalCount(spool, report, JournalKind::Refused) == 1
           && journalCount(spool, report, JournalKind::NoBounce) == 1;
}

/// Messages that arrived more than once.
struct Repeated {
    int inWindow = 0; ///< a kill fell between the smart host's final 250 and the commit of it
    int inDoubt = 0;  ///< the line broke behind the final dot, and the journal says so
    QByteArrayList unexplained;
};

/// `restarts`: when a new relay began, in ms; what an old one sent came in before.
inline Repeated repeatedOf(const Arrivals &arrivals, const std::vector<qint64> &restarts, Database &spool)
{
    Repeated repeated;
    for (const auto &[token, copies] : arrivals.copies) {
        if (copies.size() == 1)
            continue;
        const bool sameMessage =
            std::ranges::all_of(copies, [&](const Arrivals::Copy &copy) { return copy.queueId == copies[0].queueId; });
        bool killedBetween = true; // each copy but the last was cut off by a kill
        for (std::size_t i = 0; i + 1 < copies.size(); ++i) {
            const auto restart = std::ranges::lower_bound(restarts, copies[i].at);
            killedBetween = killedBetween && restart != restarts.end() && *restart <= copies[i + 1].at;
        }
        if (sameMessage && killedBetween && journalCount(spool, copies[0].queueId, JournalKind::Delivered) == 1)
            ++repeated.inWindow;
        else if (sameMessage && journalCount(spool, copies[0].queueId, JournalKind::InDoubt) > 0)
            ++repeated.inDoubt;
        else
            repeated.unexplained.push_back(token + " as " + copies[0].queueId + (sameMessage ? "" : ", two messages")
                                           + (killedBetween ? "" : ", no kill between"));
    }
    return repeated;
}

} // namespace relaywright::test
