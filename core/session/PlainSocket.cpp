// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PlainSocket.h"

#include <array>
#include <utility>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace relaywright {

namespace {

constexpr qint64 kDrainOctets = 16 * 1024;

#ifdef Q_OS_WIN
SOCKET native(qintptr descriptor)
{
    return static_cast<SOCKET>(descriptor);
}
bool wouldBlock()
{
    return ::WSAGetLastError() == WSAEWOULDBLOCK;
}
bool wasInterrupted()
{
    return false;
}
void closeNative(qintptr descriptor)
{
    ::closesocket(native(descriptor));
}
constexpr int kGoodbye = SD_SEND;
constexpr int kSendFlags = 0;
constexpr int kReceiveFlags = 0;
void makeNonBlocking(qintptr descriptor)
{
    u_long on = 1;
    ::ioctlsocket(native(descriptor), FIONBIO, &on);
}
#else
int native(qintptr descriptor)
{
    return static_cast<int>(descriptor);
}
bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}
bool wasInterrupted()
{
    return errno == EINTR;
}
void closeNative(qintptr descriptor)
{
    ::close(native(descriptor));
}
constexpr int kGoodbye = SHUT_WR;
#ifdef MSG_NOSIGNAL
constexpr int kNoSignal = MSG_NOSIGNAL;
#else
constexpr int kNoSignal = 0; // SO_NOSIGPIPE, below
#endif
constexpr int kSendFlags = kNoSignal | MSG_DONTWAIT;
constexpr int kReceiveFlags = MSG_DONTWAIT;
void makeNonBlocking(qintptr)
{
    // Each call says it: that spares two for every connection.
}
#endif

void switchOn(qintptr descriptor, int level, int option)
{
    const int on = 1;
    ::setsockopt(native(descriptor), level, option, reinterpret_cast<const char *>(&on), sizeof on);
}

/// Octets received; 0 at the other side's end, -1 when there is nothing now or the connection is broken.
qint64 receive(qintptr descriptor, char *to, qint64 most)
{
    for (;;) {
        const auto size = ::recv(native(descriptor), to, static_cast<std::size_t>(most), kReceiveFlags);
        if (size >= 0 || !wasInterrupted())
            return size;
    }
}

} // namespace

PlainSocket::PlainSocket(qintptr descriptor, QObject *parent)
    : QObject(parent), m_descriptor(descriptor), m_reads(descriptor, QSocketNotifier::Read)
{
    makeNonBlocking(descriptor);
    switchOn(descriptor, IPPROTO_TCP, TCP_NODELAY); // a reply waits for nobody's acknowledgement
    switchOn(descriptor, SOL_SOCKET, SO_KEEPALIVE);
#ifdef SO_NOSIGPIPE
    switchOn(descriptor, SOL_SOCKET, SO_NOSIGPIPE);
#endif
    connect(&m_reads, &QSocketNotifier::activated, this, &PlainSocket::onReadable);
}

PlainSocket::~PlainSocket()
{
    if (m_descriptor < 0)
        return;
    m_reads.setEnabled(false);
    m_writes.reset();
    closeNative(m_descriptor);
}

qint64 PlainSocket::read(char *to, qint64 most)
{
    if (m_descriptor < 0 || m_closing)
        return 0;
    if (!m_mayHaveMore) {
        m_reads.setEnabled(true);
        return 0;
    }
    const qint64 size = receive(m_descriptor, to, most);
    m_mayHaveMore = size == most; // less: the notifier tells when more has come
    if (size > 0)
        return size;
    if (size == 0 || !wouldBlock())
        end();
    return 0;
}

void PlainSocket::onReadable()
{
    if (m_closing) {
        static thread_local std::array<char, kDrainOctets> rubbish;
        const qint64 size = receive(m_descriptor, rubbish.data(), kDrainOctets);
        if (size == 0 || (size < 0 && !wouldBlock()))
            end();
        return;
    }
    m_mayHaveMore = true;
    Q_EMIT readable();
    if (m_descriptor >= 0 && m_mayHaveMore)
        m_reads.setEnabled(false); // nobody wants it now; the next `read` that finds nothing more switches it on
}

void PlainSocket::write(QByteArrayView octets)
{
    if (m_descriptor < 0 || m_closing)
        return;
    while (m_unsent.isEmpty() && !octets.isEmpty()) {
        const auto size =
            ::send(native(m_descriptor), octets.data(), static_cast<std::size_t>(octets.size()), kSendFlags);
        if (size >= 0)
            octets = octets.sliced(static_cast<qsizetype>(size));
        else if (wouldBlock())
            break;
        else if (!wasInterrupted())
            return end();
    }
    if (octets.isEmpty())
        return;
    m_unsent.append(octets);
    if (m_writes)
        return;
    m_writes = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Write);
    connect(m_writes.get(), &QSocketNotifier::activated, this, &PlainSocket::onWritable);
}

void PlainSocket::onWritable()
{
    while (!m_unsent.isEmpty()) {
        const auto size =
            ::send(native(m_descriptor), m_unsent.constData(), static_cast<std::size_t>(m_unsent.size()), kSendFlags);
        if (size >= 0)
            m_unsent.remove(0, static_cast<qsizetype>(size));
        else if (wouldBlock())
            return;
        else if (!wasInterrupted())
            return end();
    }
    dropWrites();
    if (m_closing)
        return sayGoodbye();
    Q_EMIT sent();
}

void PlainSocket::dropWrites()
{
    if (!m_writes)
        return;
    m_writes->setEnabled(false);
    m_writes.release()->deleteLater(); // it may be the one that calls
}

void PlainSocket::close()
{
    if (m_descriptor < 0 || std::exchange(m_closing, true))
        return;
    m_reads.setEnabled(true);
    if (m_unsent.isEmpty())
        sayGoodbye();
}

void PlainSocket::sayGoodbye()
{
    // Closing with octets unread would reset the connection and could take our last reply with it.
    ::shutdown(native(m_descriptor), kGoodbye);
}

void PlainSocket::abort()
{
    end();
}

qintptr PlainSocket::release()
{
    Q_ASSERT(m_unsent.isEmpty());
    m_reads.setEnabled(false);
    m_writes.reset();
    return std::exchange(m_descriptor, -1);
}

void PlainSocket::end()
{
    if (m_descriptor < 0)
        return;
    m_reads.setEnabled(false);
    dropWrites();
    closeNative(std::exchange(m_descriptor, -1));
    Q_EMIT gone();
}

} // namespace relaywright
