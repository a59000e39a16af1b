// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace relaywright {

/// One accepted TCP connection without TLS. A listener has thousands of short ones, and QTcpSocket asks the system how much
/// there is before each read, and arms and disarms itself around each write; this one reads when it is told that there
/// is something and writes at once what the system takes.
class PlainSocket : public QObject {
    Q_OBJECT
public:
    /// Takes over the descriptor of a connected socket.
    explicit PlainSocket(qintptr descriptor, QObject *parent = nullptr);
    ~PlainSocket() override;

    /// Up to `most` octets; 0 when there are none now. The end of the other side is told by `gone`.
    [[nodiscard]] qint64 read(char *to, qint64 most);
    void write(QByteArrayView octets);
    /// Octets that the system has not taken yet.
    [[nodiscard]] qint64 unsent() const { return m_unsent.size(); }
    /// Sends what is unsent, says goodbye and throws away what still comes; then `gone`.
    void close();
    /// At once; then `gone`.
    void abort();
    /// The descriptor for somebody else, who closes it; nothing may be unsent. This object is dead afterwards.
    [[nodiscard]] qintptr release();

Q_SIGNALS:
    void readable();
    /// All that was written is on its way.
    void sent();
    /// Once. Nothing can be read or written any more.
    void gone();

private:
    void onReadable();
    void onWritable();
    void dropWrites();
    void sayGoodbye();
    void end();

    qintptr m_descriptor;
    QSocketNotifier m_reads;
    std::unique_ptr<QSocketNotifier> m_writes; // while something is unsent
    QByteArray m_unsent;
    bool m_mayHaveMore = true; // until a read shows that there is no more
    bool m_closing = false;
};

} // namespace relaywright
