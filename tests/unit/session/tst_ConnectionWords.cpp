// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ConnectionWords.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_ConnectionWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nameTheServerAndWhatToDo_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QString>("advice");
        const Endpoint server = *Endpoint::parse(QStringLiteral("smtp.example.com:587"));
        const Endpoint mx = *Endpoint::parse(QStringLiteral("smtp.example.com:25"));
        const QString why = QStringLiteral("reason");
        using enum QAbstractSocket::SocketError;
        QTest::newRow("unknown name") << connectFailure(server, HostNotFoundError, why)
                                      << QStringLiteral("does not know the name smtp.example.com");
        QTest::newRow("refused") << connectFailure(server, ConnectionRefusedError, why)
                                 << QStringLiteral("refused the connection");
        QTest::newRow("system's timeout")
            << connectFailure(server, SocketTimeoutError, why) << QStringLiteral("may block port 587");
        QTest::newRow("no route") << connectFailure(server, NetworkError, why)
                                  << QStringLiteral("no way through the network");
        QTest::newRow("anything else") << connectFailure(server, UnknownSocketError, why) << QStringLiteral("reason");
        QTest::newRow("our timeout, port 25")
            << connectTimeout(mx, 30s) << QStringLiteral("within 30 s. Many networks block port 25");
        QTest::newRow("closed at once") << connectionLoss(server, Stage::Greeting)
                                        << QStringLiteral("without a greeting");
        QTest::newRow("closed at STARTTLS")
            << connectionLoss(server, Stage::Tls) << QStringLiteral("where TLS was to begin");
        QTest::newRow("closed later") << connectionLoss(server, Stage::Rcpt)
                                      << QStringLiteral("before it had answered RCPT TO");
        QTest::newRow("silent at once") << silence(server, Stage::Greeting, 1500ms) << QStringLiteral("within 1.5 s");
        QTest::newRow("silent later") << silence(server, Stage::Data, 10min)
                                      << QStringLiteral("did not answer the message within 600 s");
        QTest::newRow("handshake, implicit") << handshakeFailure(server, true, why) << QStringLiteral("use STARTTLS");
        QTest::newRow("handshake") << handshakeFailure(server, false, why) << QStringLiteral("TLS 1.2 or newer");
    }
    void nameTheServerAndWhatToDo()
    {
        QFETCH(QString, sentence);
        QFETCH(QString, advice);
        QVERIFY2(sentence.contains(QStringLiteral("smtp.example.com:")), qPrintable(sentence));
        QVERIFY2(sentence.contains(advice), qPrintable(sentence));
        QVERIFY(sentence.endsWith(u'.'));
    }
};

QTEST_GUILESS_MAIN(tst_ConnectionWords)
#include "tst_ConnectionWords.moc"
