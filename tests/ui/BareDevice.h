// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QTcpSocket>
#include <QTest>

#include <cstdint>

namespace relaywright::test {

/// A device on a bare socket: what a server on this computer answers to each line.
class BareDevice {
public:
    explicit BareDevice(std::uint16_t port) { m_socket.connectToHost(QStringLiteral("127.0.0.1"), port); }
    /// Sends `octets`; true as soon as `expected` is among all answers so far.
    bool say(const QByteArray &octets, const QByteArray &expected)
    {
        m_socket.write(octets);
        return QTest::qWaitFor(
            [&] {
                m_answers += m_socket.readAll();
                return m_answers.contains(expected);
            },
            10'000);
    }
    void leave() { m_socket.disconnectFromHost(); }
    [[nodiscard]] const QByteArray &answers() const { return m_answers; }

private:
    QTcpSocket m_socket;
    QByteArray m_answers;
};

/// An old scanner's message with an attachment, without Date and Message-ID, up to the final dot.
inline QByteArray bareScan()
{
    return "From: Hall scanner <hall@contoso.com>\r\nTo: jane@contoso.com\r\nSubject: Scan 7\r\n"
           "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nYour scan.\r\n--b\r\n"
           "Content-Type: application/pdf\r\nContent-Disposition: attachment; "
           "filename=scan.pdf\r\n\r\n%PDF\r\n--b--\r\n.\r\n";
}

/// The whole conversation of that scanner, HELO and no TLS.
inline bool sendBareScan(std::uint16_t port)
{
    BareDevice device(port);
    const bool sent = device.say(
        "HELO hall.contoso.com\r\nMAIL FROM:<hall@contoso.com>\r\nRCPT TO:<jane@contoso.com>\r\nDATA\r\n" + bareScan(),
        "250 2.0.0 OK");
    device.leave();
    return sent;
}

} // namespace relaywright::test
