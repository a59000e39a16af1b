// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PlainSocket.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <array>

using namespace relaywright;

namespace {

/// Accepts one connection as a PlainSocket; `peer` is its other end.
class Pair : public QTcpServer {
public:
    Pair()
    {
        if (!listen(QHostAddress::LocalHost))
            return;
        peer.connectToHost(serverAddress(), serverPort());
        (void)QTest::qWaitFor([this] { return socket && peer.state() == QAbstractSocket::ConnectedState; }, 5000);
    }
    QByteArray readAll()
    {
        std::array<char, 4096> buffer;
        QByteArray all;
        for (;;) {
            const qint64 size = socket->read(buffer.data(), buffer.size());
            if (size <= 0)
                return all;
            all.append(buffer.data(), size);
        }
    }

    QTcpSocket peer;
    std::unique_ptr<PlainSocket> socket;

protected:
    void incomingConnection(qintptr descriptor) override { socket = std::make_unique<PlainSocket>(descriptor); }
};

} // namespace

class tst_PlainSocket : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatCame();
    void waitsWithoutSpinningUntilSomebodyReads();
    void sendsMoreThanTheSystemTakesAtOnce();
    void closingSendsTheRestAndThrowsAwayWhatComes();
    void theEndOfThePeerIsToldBehindItsLastOctets();
    void abortIsTheEndAtOnce();
    void givesItsDescriptorAway();
};

void tst_PlainSocket::readsWhatCame()
{
    Pair pair;
    QVERIFY(pair.socket);
    QCOMPARE(pair.readAll(), QByteArray());
    QSignalSpy readable(pair.socket.get(), &PlainSocket::readable);
    QByteArray got;
    connect(pair.socket.get(), &PlainSocket::readable, this, [&] { got += pair.readAll(); });
    for (const char *text : {"one", "two"}) {
        pair.peer.write(text);
        QTRY_VERIFY(got.endsWith(text));
    }
    pair.peer.write(QByteArray(100'000, 'x'));
    QTRY_COMPARE(got.size(), 100'006);
}

void tst_PlainSocket::waitsWithoutSpinningUntilSomebodyReads()
{
    Pair pair;
    QCOMPARE(pair.readAll(), QByteArray());
    QSignalSpy readable(pair.socket.get(), &PlainSocket::readable);
    pair.peer.write("waits");
    QTRY_COMPARE(readable.size(), 1);
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    QCOMPARE(readable.size(), 1);
    QCOMPARE(pair.readAll(), QByteArray("waits"));
    pair.peer.write("more");
    QTRY_COMPARE(readable.size(), 2);
    QCOMPARE(pair.readAll(), QByteArray("more"));
}

void tst_PlainSocket::sendsMoreThanTheSystemTakesAtOnce()
{
    Pair pair;
    pair.peer.setReadBufferSize(4096);
    QByteArray octets;
    for (int i = 0; octets.size() < 8'000'000; ++i)
        octets += QByteArray::number(i) + '\n';
    QSignalSpy sent(pair.socket.get(), &PlainSocket::sent);
    pair.socket->write(octets.first(5'000'000));
    pair.socket->write(octets.sliced(5'000'000));
    QVERIFY(pair.socket->unsent() > 0);
    pair.peer.setReadBufferSize(0);
    QByteArray got;
    QTRY_VERIFY_WITH_TIMEOUT((got += pair.peer.readAll()).size() == octets.size(), 20'000);
    QVERIFY(got == octets);
    QTRY_COMPARE(pair.socket->unsent(), 0);
    QCOMPARE(sent.size(), 1);
}

void tst_PlainSocket::closingSendsTheRestAndThrowsAwayWhatComes()
{
    Pair pair;
    QSignalSpy gone(pair.socket.get(), &PlainSocket::gone);
    pair.peer.write(QByteArray(50'000, 'y')); // nobody will read this
    pair.peer.setReadBufferSize(4096);
    const QByteArray octets(6'000'000, 'x');
    pair.socket->write(octets);
    pair.socket->close();
    pair.socket->write("too late");
    pair.peer.setReadBufferSize(0);
    QByteArray got;
    QTRY_VERIFY_WITH_TIMEOUT((got += pair.peer.readAll()).size() == octets.size(), 20'000);
    QTRY_COMPARE(pair.peer.state(), QAbstractSocket::UnconnectedState);
    QTRY_COMPARE(gone.size(), 1);
    got += pair.peer.readAll();
    QVERIFY(got == octets);
}

void tst_PlainSocket::theEndOfThePeerIsToldBehindItsLastOctets()
{
    Pair pair;
    QSignalSpy gone(pair.socket.get(), &PlainSocket::gone);
    QByteArray got;
    connect(pair.socket.get(), &PlainSocket::readable, this, [&] { got += pair.readAll(); });
    QCOMPARE(pair.readAll(), QByteArray());
    pair.peer.write("last words");
    pair.peer.disconnectFromHost();
    QTRY_COMPARE(gone.size(), 1);
    QCOMPARE(got, QByteArray("last words"));
    pair.socket->write("nobody hears it");
    QCOMPARE(pair.readAll(), QByteArray());
}

void tst_PlainSocket::abortIsTheEndAtOnce()
{
    Pair pair;
    QSignalSpy gone(pair.socket.get(), &PlainSocket::gone);
    pair.socket->abort();
    QCOMPARE(gone.size(), 1);
    pair.socket->abort();
    QCOMPARE(gone.size(), 1);
    QTRY_COMPARE(pair.peer.state(), QAbstractSocket::UnconnectedState);
}

void tst_PlainSocket::givesItsDescriptorAway()
{
    Pair pair;
    QTcpSocket other;
    QVERIFY(other.setSocketDescriptor(pair.socket->release()));
    pair.socket.reset();
    pair.peer.write("hello");
    QTRY_COMPARE(other.bytesAvailable(), 5);
    QCOMPARE(other.readAll(), QByteArray("hello"));
    other.write("and back");
    QTRY_COMPARE(pair.peer.bytesAvailable(), 8);
    QCOMPARE(pair.peer.readAll(), QByteArray("and back"));
}

QTEST_GUILESS_MAIN(tst_PlainSocket)
#include "tst_PlainSocket.moc"
