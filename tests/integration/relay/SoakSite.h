// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <QObject>
#include <QRandomGenerator>
#include <QTcpSocket>

#include <algorithm>
#include <atomic>
#include <deque>
#include <vector>

namespace relaywright::test {

/// Moves when the test says so, and is read by the relay's threads meanwhile.
class SoakClock final : public Clock {
public:
    explicit SoakClock(TimePoint start) : m_ms(start.time_since_epoch().count()) {}
    [[nodiscard]] TimePoint now() const override { return TimePoint(std::chrono::milliseconds(m_ms)); }
    void set(TimePoint to) { m_ms = to.time_since_epoch().count(); }

private:
    std::atomic<std::int64_t> m_ms;
};

/// A wish of one device at one moment.
struct SoakEvent {
    TimePoint at{};
    int device = 0;
    int recipients = 1;
};

/// What a site of `devices` sends on the day that begins at `midnight`: some messages of each over the working day, an alarm
/// that many send within one minute, and on two days of the week a mailing of the ERP. The same for the same day.
inline std::vector<SoakEvent> dayOf(TimePoint midnight, int day, int devices)
{
    using namespace std::chrono_literals;
    QRandomGenerator random(static_cast<quint32>(7919 + day));
    std::vector<SoakEvent> events;
    for (int device = 0; device < devices; ++device) {
        for (int i = random.bounded(2, 7); i > 0; --i)
            events.push_back(
                {midnight + 7h + std::chrono::seconds(random.bounded(12 * 3600)), device, 1 + random.bounded(2)});
    }
    for (int device = 0; device < devices; device += 3)
        events.push_back({midnight + 8h + std::chrono::seconds(random.bounded(60)), device, 1});
    if (day % 7 == 0 || day % 7 == 3) {
        for (int i = 0; i < 20; ++i)
            events.push_back({midnight + 18h + std::chrono::seconds(i), 0, 40});
    }
    std::ranges::stable_sort(events, {}, &SoakEvent::at);
    return events;
}

/// A device that keeps its connection to the relay and sends one message after another.
class SoakDevice : public QObject {
public:
    SoakDevice(int number, int &acknowledged) : m_number(number), m_acknowledged(acknowledged)
    {
        connect(&m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QTcpSocket::disconnected, this, [this] {
            m_step = Step::Closed;
            next();
        });
    }

    void send(std::uint16_t port, int recipients)
    {
        m_port = port;
        m_wishes.push_back(recipients);
        if (m_step == Step::Closed || m_step == Step::Ready)
            next();
    }
    void close() { m_socket.abort(); }
    [[nodiscard]] bool isIdle() const { return m_wishes.empty() && (m_step == Step::Closed || m_step == Step::Ready); }

private:
    enum class Step { Closed, Greeting, Ehlo, Ready, Envelope, Data };

    void next()
    {
        if (m_wishes.empty())
            return;
        if (m_step == Step::Closed) {
            m_step = Step::Greeting;
            m_socket.bind(QHostAddress(QStringLiteral("127.0.1.%1").arg(m_number % 200 + 1)));
            m_socket.connectToHost(QStringLiteral("127.0.0.1"), m_port);
            return;
        }
        m_step = Step::Envelope;
        m_answers = m_wishes.front() + 2;
        QByteArray envelope = "MAIL FROM:<device" + QByteArray::number(m_number) + "@example.com>\r\n";
        for (int i = 0; i < m_wishes.front(); ++i)
            envelope += "RCPT TO:<r" + QByteArray::number(i) + "@example.com>\r\n";
        m_socket.write(envelope + "DATA\r\n");
    }

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
        if (!line.startsWith('2') && !line.startsWith('3'))
            return m_socket.abort(); // and again over a new connection
        switch (m_step) {
        case Step::Closed: return;
        case Step::Greeting:
            m_step = Step::Ehlo;
            m_socket.write("EHLO device.example.com\r\n");
            return;
        case Step::Ehlo:
        case Step::Ready: m_step = Step::Ready; return next();
        case Step::Envelope:
            if (--m_answers > 0)
                return;
            m_step = Step::Data;
            m_socket.write("Subject: soak\r\n\r\n" + QByteArray("0123456789\r\n").repeated(50) + ".\r\n");
            return;
        case Step::Data:
            ++m_acknowledged;
            m_wishes.pop_front();
            m_step = Step::Ready;
            return next();
        }
    }

    int m_number;
    int &m_acknowledged;
    QTcpSocket m_socket;
    std::uint16_t m_port = 0;
    std::deque<int> m_wishes; ///< recipients of each message that waits
    Step m_step = Step::Closed;
    int m_answers = 0;
};

} // namespace relaywright::test
