// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/session/ClientRun.h"
#include "tests/support/ProxyServer.h"
#include "tests/support/SmtpSink.h"

#include <QTcpServer>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(relaywright::test::ProxyServer::Options)

namespace {

using Kind = ProxyServer::Kind;

ProxySettings proxyFor(const ProxyServer &proxy, Kind kind)
{
    return {.kind = kind == Kind::Http ? ProxySettings::Kind::HttpConnect : ProxySettings::Kind::Socks5,
            .proxy = *Endpoint::parse(QStringLiteral("127.0.0.1:%1").arg(proxy.port()))};
}

/// A server whose name only the proxy can look up.
ConnectionSettings throughProxy(const ProxyServer &proxy, Kind kind, std::uint16_t port)
{
    ConnectionSettings settings = settingsFor(port);
    settings.server = {*Host::parse(QStringLiteral("mail.behind-the-proxy.example")), port};
    settings.proxy = proxyFor(proxy, kind);
    return settings;
}

} // namespace

class tst_SmtpClientProxy : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sendsThroughIt_data()
    {
        QTest::addColumn<ProxyServer::Options>("options");
        QTest::addColumn<bool>("tls");
        for (const bool tls : {false, true}) {
            const char *how = tls ? "TLS" : "clear";
            QTest::addRow("SOCKS5, %s", how) << ProxyServer::Options{} << tls;
            QTest::addRow("SOCKS5 with sign-in, %s", how)
                << ProxyServer::Options{.user = "proxy user", .password = "proxy pass"} << tls;
            QTest::addRow("HTTP, %s", how) << ProxyServer::Options{.kind = Kind::Http} << tls;
            QTest::addRow("HTTP with sign-in, %s", how)
                << ProxyServer::Options{.kind = Kind::Http, .user = "proxy user", .password = "proxy pass"} << tls;
        }
    }
    void sendsThroughIt()
    {
        QFETCH(ProxyServer::Options, options);
        QFETCH(bool, tls);
        const QString name = QStringLiteral("mail.behind-the-proxy.example");
        SmtpSink sink(
            {.tls = tls ? SmtpSink::Tls::StartTls : SmtpSink::Tls::None, .identity = m_certificates.valid({name})});
        ProxyServer proxy(options);
        QVERIFY(sink.listen() && proxy.listen());
        ConnectionSettings settings = throughProxy(proxy, options.kind, sink.port());
        settings.smtp.tls = tls ? TlsPolicy::Required : TlsPolicy::None;
        settings.tls.caCertificatesPem = m_certificates.authorityPem();
        settings.proxy->user = QString::fromUtf8(options.user);
        settings.proxy->password = Secret::fromText(QString::fromUtf8(options.password));
        ClientRun run(settings);
        run.addMessage("Subject: x\r\n\r\nbody\r\n");
        QVERIFY2(run.run(), run.show());
        QVERIFY2(run.end().outcome == Outcome::Accepted, run.show());
        QCOMPARE_EQ(sink.messages().size(), 1u);
        QCOMPARE_EQ(sink.messages().front().tls, tls);
        QCOMPARE_EQ(proxy.targets(), QStringList{QStringLiteral("%1:%2").arg(name).arg(sink.port())});
        QVERIFY(
            run.text().contains(QStringLiteral("through the %1 proxy 127.0.0.1:%2")
                                    .arg(options.kind == Kind::Http ? QLatin1String("HTTP") : QLatin1String("SOCKS5"))
                                    .arg(proxy.port())));
        QVERIFY(!run.text().contains(QStringLiteral("proxy pass")));
    }

    void saysHowItRefuses_data()
    {
        QTest::addColumn<ProxyServer::Options>("options");
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const ProxyServer::Options &options, const char *user, const char *says) {
            QTest::newRow(name) << options << QString::fromUtf8(user) << QString::fromUtf8(says);
        };
        const ProxyServer::Options socksAuth{.user = "u", .password = "right"};
        const ProxyServer::Options httpAuth{.kind = Kind::Http, .user = "u", .password = "right"};
        row("SOCKS5, wants a sign-in", socksAuth, "", "wants a sign-in");
        row("SOCKS5, wrong password", socksAuth, "u", "did not take the user name u");
        row("SOCKS5, general failure", {.answer = 1}, "", "SOCKS5 proxy");
        row("SOCKS5, not allowed", {.answer = 2}, "", "or does not allow a connection to it");
        row("SOCKS5, network unreachable", {.answer = 3}, "", "no way through its network to mail.behind");
        row("SOCKS5, host unreachable", {.answer = 4}, "", "does not find the name mail.behind");
        row("SOCKS5, refused", {.answer = 5}, "", "could not connect to mail.behind");
        row("SOCKS5, closes", {.closesAtOnce = true}, "", "closed the connection before it had answered");
        row("SOCKS5, rubbish", {.talksRubbish = true}, "", "did not answer as such a proxy does");
        row("SOCKS5, silent", {.staysSilent = true}, "", "did not answer within 0.5 s");
        row("HTTP, wants a sign-in", httpAuth, "", "wants a sign-in");
        row("HTTP, wrong password", httpAuth, "u", "did not take the user name u");
        row("HTTP, 403", {.kind = Kind::Http, .answer = 403}, "", "does not allow a connection to mail.behind");
        row("HTTP, 404", {.kind = Kind::Http, .answer = 404}, "", "does not find the name mail.behind");
        row("HTTP, 502", {.kind = Kind::Http, .answer = 502}, "", "HTTP proxy 127.0.0.1");
        row("HTTP, 503", {.kind = Kind::Http, .answer = 503}, "", "could not connect to mail.behind");
        row("HTTP, closes", {.kind = Kind::Http, .closesAtOnce = true}, "",
            "closed the connection before it had answered");
        row("HTTP, rubbish", {.kind = Kind::Http, .talksRubbish = true}, "", "did not answer as such a proxy does");
        row("HTTP, silent", {.kind = Kind::Http, .staysSilent = true}, "", "did not answer within 0.5 s");
    }
    void saysHowItRefuses()
    {
        QFETCH(ProxyServer::Options, options);
        QFETCH(QString, user);
        QFETCH(QString, says);
        ProxyServer proxy(options);
        QVERIFY(proxy.listen());
        ConnectionSettings settings = throughProxy(proxy, options.kind, 25);
        settings.proxy->user = user;
        settings.proxy->password = Secret::fromText(QStringLiteral("wrong secret")); // unused without a user
        settings.connectPatience = options.staysSilent ? 500ms : 10s;
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, options.staysSilent ? Outcome::TimedOut : Outcome::ConnectionFailed);
        QCOMPARE_EQ(run.end().stage, Stage::Connect);
        QVERIFY2(run.end().detail.contains(says), qPrintable(run.end().detail));
        QVERIFY(run.end().detail.contains(QStringLiteral("127.0.0.1:%1").arg(proxy.port())));
        QVERIFY(!run.text().contains(QStringLiteral("wrong secret")));
    }

    void saysThatNoProxyListens()
    {
        ProxyServer gone({});
        QVERIFY(gone.listen());
        ConnectionSettings settings = throughProxy(gone, Kind::Socks5, 25);
        {
            QTcpServer closed;
            QVERIFY(closed.listen(QHostAddress::LocalHost));
            settings.proxy->proxy.port = closed.serverPort();
        }
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QVERIFY2(run.end().detail.contains(QStringLiteral("refused the connection")), qPrintable(run.end().detail));
    }

    void hasNoLocalAddressBehindAProxy()
    {
        ProxyServer proxy({});
        QVERIFY(proxy.listen());
        ConnectionSettings settings = throughProxy(proxy, Kind::Socks5, 25);
        settings.source = *IpAddress::parse(QStringLiteral("127.0.0.1"));
        ClientRun run(settings);
        QVERIFY2(run.run(), run.show());
        QCOMPARE_EQ(run.end().outcome, Outcome::ConnectionFailed);
        QVERIFY(run.end().detail.contains(QStringLiteral("no local address")));
        QCOMPARE_EQ(proxy.targets(), QStringList());
    }

private:
    TestCertificates m_certificates;
};

QTEST_GUILESS_MAIN(tst_SmtpClientProxy)
#include "tst_SmtpClientProxy.moc"
