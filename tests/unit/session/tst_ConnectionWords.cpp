// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ConnectionWords.h"

#include "core/session/HandshakeWords.h"
#include "core/session/ProxyWords.h"

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
        ConnectionSettings implicit{.server = server, .smtp = {.tls = TlsPolicy::Implicit}};
        const ConnectionSettings settings{.server = server};
        ConnectionSettings old{.server = server,
                               .tls = {.maximum = TlsVersion::Tls10, .ciphers = QStringLiteral("HIGH")}};
        const auto alert = [](const char *text) {
            return QStringLiteral("error:0A000:SSL routines::%1").arg(QLatin1String(text));
        };
        const auto row = [](const char *name, const QString &sentence, const char *advice) {
            QTest::newRow(name) << sentence << QString::fromUtf8(advice);
        };
        row("no TLS", handshakeFailure(implicit, false, alert("wrong version number")), "use STARTTLS");
        row("no TLS after STARTTLS", handshakeFailure(settings, false, alert("wrong version number")), "not TLS");
        row("version", handshakeFailure(settings, false, alert("tlsv1 alert protocol version")),
            "offered was TLS 1.2 to TLS 1.3");
        row("one version", handshakeFailure(old, false, alert("unsupported protocol")), "offered was TLS 1.0 only");
        row("cipher", handshakeFailure(settings, false, alert("sslv3 alert handshake failure")), "no cipher in common");
        row("listed cipher", handshakeFailure(old, false, alert("no shared cipher")), "Leave the list of ciphers out");
        row("no certificate, TLS 1.2", handshakeFailure(settings, true, alert("sslv3 alert handshake failure")),
            "demands a client certificate");
        row("no certificate, TLS 1.3", handshakeFailure(settings, true, alert("tlsv13 alert certificate required")),
            "demands a client certificate");
        row("certificate refused", handshakeFailure(settings, true, alert("tlsv1 alert unknown ca")),
            "refused our client certificate");
        row("weak", handshakeFailure(settings, false, alert("dh key too small")), "too weak");
        row("handshake", handshakeFailure(settings, false, why), "reason");
        const ProxySettings proxy{.proxy = *Endpoint::parse(QStringLiteral("proxy.example.com:1080"))};
        row("proxy, silent", proxyTimeout(proxy, server, 5s),
            "SOCKS5 proxy proxy.example.com:1080 did not answer within 5 s");
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
