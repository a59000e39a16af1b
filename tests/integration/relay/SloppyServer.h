// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <algorithm>
#include <array>

namespace relaywright::test {

/// A mail server that makes every mistake a self-test looks for: any line end ends a line, any dot ends a message, what
/// came before TLS counts inside it, passwords are taken in the clear, chunks are read as commands, nothing is bounded and
/// nothing is forgotten. On 127.0.0.1 and a free port, in the test's event loop.
class SloppyServer : public QTcpServer {
public:
    explicit SloppyServer(TestIdentity identity) : m_identity(std::move(identity)) {}

    std::chrono::milliseconds greetingDelay{0};
    bool stopsAfterJunk = false; ///< nobody is served any more once somebody has said XSELFTEST
    bool implicitTls = false;
    int messages = 0;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setLocalCertificate(QSslCertificate(m_identity.certificatePem));
        socket->setPrivateKey(QSslKey(m_identity.keyPem, QSsl::Ec));
        auto *session = new Session{.server = *this, .socket = *socket};
        connect(socket, &QObject::destroyed, this, [session] { delete session; });
        connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
        const auto greet = [this, session, socket] {
            socket->write("220 sloppy.example ESMTP\r\n");
            connect(socket, &QSslSocket::readyRead, this, [session] { session->read(); });
            connect(socket, &QSslSocket::encrypted, this, [session] { session->work(); });
            session->read();
        };
        if (!implicitTls)
            return QTimer::singleShot(greetingDelay, socket, greet);
        connect(socket, &QSslSocket::encrypted, this, greet, Qt::SingleShotConnection);
        socket->startServerEncryption();
    }

private:
    struct Session {
        SloppyServer &server;
        QSslSocket &socket;
        QByteArray buffer{};
        bool inData = false;

        void read()
        {
            buffer += socket.readAll();
            if (socket.mode() == QSslSocket::UnencryptedMode || socket.isEncrypted())
                work();
        }

        void work()
        {
            while (inData ? takeData() : takeLine()) {}
        }

        bool takeData()
        {
            static const std::array<QByteArray, 10> kEnds{"\r\n.\r\r\n", QByteArray("\r\n\0.\r\n", 6),
                                                          "\r\n.\r\n",   "\r\n.\n",
                                                          "\r\n.\r",     "\r.\r\n",
                                                          "\n.\r\n",     "\n.\n",
                                                          "\n.\r",       "\r.\r"}; // longest first
            qsizetype first = -1;
            qsizetype length = 0;
            for (const QByteArray &end : kEnds) {
                const qsizetype at = buffer.indexOf(end);
                if (at >= 0 && (first < 0 || at < first)) {
                    first = at;
                    length = end.size();
                }
            }
            if (first < 0)
                return false;
            buffer.remove(0, first + length);
            inData = false;
            ++server.messages;
            return say("250 taken");
        }

        bool takeLine()
        {
            const qsizetype end = buffer.indexOf('\n');
            if (end < 0)
                return false;
            const QByteArray line = buffer.left(end).trimmed();
            buffer.remove(0, end + 1);
            const QByteArray verb = line.left(4).toUpper();
            if (verb == "EHLO")
                return say("250-sloppy.example\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 CHUNKING");
            if (verb == "DATA") {
                inData = true;
                return say("354 go");
            }
            if (verb == "STAR") {
                say("220 go");
                if (!socket.isEncrypted())
                    socket.startServerEncryption();
                return socket.isEncrypted();
            }
            if (verb == "AUTH")
                return say(line.startsWith("AUTH PLAIN AHNlbGZ0ZXN0") ? "535 wrong" : "235 welcome");
            if (verb == "BDAT" && line == "BDAT 4")
                buffer.remove(0, 4);
            if (verb == "QUIT") {
                say("221 bye");
                socket.disconnectFromHost();
                return false;
            }
            if (verb == "XSEL" && server.stopsAfterJunk)
                server.close();
            return say(QByteArrayList{"MAIL", "RCPT", "NOOP", "RSET", "BDAT"}.contains(verb) ? "250 fine"
                                                                                             : "500 what?");
        }

        bool say(const QByteArray &reply)
        {
            socket.write(reply + "\r\n");
            return true;
        }
    };

    TestIdentity m_identity;
};

} // namespace relaywright::test
