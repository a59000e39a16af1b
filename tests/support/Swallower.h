// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>
#include <QTcpSocket>

#include <functional>

namespace relaywright::test {

/// Answers each step of one transaction and then reads, or does not read, the message without keeping it.
class Swallower : public QTcpServer {
public:
    explicit Swallower(bool reads) : m_reads(reads)
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            m_socket = nextPendingConnection();
            m_socket->setReadBufferSize(256 * 1024);
            m_socket->write("220 mx\r\n");
            connect(m_socket, &QTcpSocket::readyRead, this, [this] { onReadyRead(); });
        });
    }
    qint64 octets = 0;
    std::function<void()> beforeGoodbye{}; ///< called when the client says QUIT, before it is answered

private:
    void onReadyRead()
    {
        if (m_inData && !m_reads)
            return;
        const QByteArray read = m_socket->readAll();
        if (read.startsWith("QUIT") && beforeGoodbye)
            beforeGoodbye();
        if (!m_inData) {
            m_inData = read.startsWith("DATA");
            m_socket->write(m_inData ? "354 go\r\n" : read.startsWith("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
            if (m_inData && !m_reads)
                m_socket->setReadBufferSize(1);
            return;
        }
        octets += read.size();
        m_tail = (m_tail + read).right(5);
        if (m_tail == "\r\n.\r\n") {
            m_inData = false;
            m_socket->write("250 taken\r\n");
        }
    }

    QTcpSocket *m_socket = nullptr;
    QByteArray m_tail;
    bool m_reads;
    bool m_inData = false;
};

} // namespace relaywright::test
