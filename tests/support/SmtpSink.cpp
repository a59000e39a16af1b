// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/SmtpSink.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <algorithm>

namespace relaywright::test {

namespace {

/// QTcpServer that hands out descriptors, so that each becomes a QSslSocket.
class Listener : public QTcpServer {
public:
    std::function<void(qintptr)> accept;

protected:
    void incomingConnection(qintptr descriptor) override { accept(descriptor); }
};

QByteArray withoutDotStuffing(const QByteArray &wire)
{
    QByteArray data = wire;
    if (data.startsWith('.'))
        data.remove(0, 1);
    data.replace("\r\n.", "\r\n");
    return data;
}

/// The octets between `<` and `>`, and what follows them.
std::pair<QByteArray, QByteArray> splitPath(const QByteArray &argument)
{
    const qsizetype open = argument.indexOf('<');
    const qsizetype close = argument.indexOf('>', open);
    if (open < 0 || close < 0)
        return {argument.trimmed(), {}};
    return {argument.mid(open + 1, close - open - 1), argument.mid(close + 1).trimmed()};
}

} // namespace

struct SmtpSink::Private {
    Options options;
    Listener listener;
    std::uint16_t port = 0;
    std::vector<Connection *> connections;
    std::vector<SunkMessage> messages;
    QByteArrayList commands;
    std::map<QByteArray, std::deque<QByteArray>> once;
    std::map<QByteArray, QByteArray> always;
    std::map<QByteArray, QByteArray> recipients;
    int connectionCount = 0;
    int peak = 0;

    QByteArray answerFor(const QByteArray &verb, const QByteArray &usual)
    {
        if (auto it = once.find(verb); it != once.end() && !it->second.empty()) {
            const QByteArray reply = it->second.front();
            it->second.pop_front();
            return reply;
        }
        const auto it = always.find(verb);
        return it == always.end() ? usual : it->second;
    }
};

/// One client. Reads lines, answers one at a time and in order.
class SmtpSink::Connection : public QObject {
public:
    Connection(SmtpSink &sink, qintptr descriptor, int number) : QObject(&sink), m_sink(sink), m_number(number)
    {
        Options &options = sink.d->options;
        if (options.identity) {
            m_socket.setSslConfiguration(configuration(options));
        }
        m_socket.setSocketDescriptor(descriptor);
        connect(&m_socket, &QSslSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QSslSocket::disconnected, this, [this] { leave(); });
        m_delay.setSingleShot(true);
        connect(&m_delay, &QTimer::timeout, this, [this] { sendDelayed(); });
        if (options.tls == Tls::Implicit) {
            connect(&m_socket, &QSslSocket::encrypted, this, [this] { reply("CONNECT", greeting()); });
            m_socket.startServerEncryption();
        } else {
            reply("CONNECT", greeting());
        }
    }

    // The socket says goodbye while it is destroyed, when half of this is gone already.
    ~Connection() override { m_socket.disconnect(this); }

    void drop()
    {
        m_socket.abort();
        leave();
    }

private:
    static QSslConfiguration configuration(const Options &options)
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setLocalCertificateChain(QSslCertificate::fromData(options.identity->certificatePem));
        tls.setPrivateKey(QSslKey(options.identity->keyPem, QSsl::Ec));
        tls.setPeerVerifyMode(options.clientAuthorityPem.isEmpty() ? QSslSocket::VerifyNone : QSslSocket::VerifyPeer);
        if (!options.clientAuthorityPem.isEmpty())
            tls.setCaCertificates(QSslCertificate::fromData(options.clientAuthorityPem));
        if (options.onlyTls10) {
            tls.setProtocol(QSsl::AnyProtocol);
            tls.setBackendConfigurationOption("CipherString", QByteArray("DEFAULT@SECLEVEL=0"));
            tls.setBackendConfigurationOption("MinProtocol", QByteArray("TLSv1"));
            tls.setBackendConfigurationOption("MaxProtocol", QByteArray("TLSv1"));
        }
        return tls;
    }

    static QByteArray greeting() { return "220 sink.example.com ESMTP"; }

    void leave()
    {
        auto &connections = m_sink.d->connections;
        if (std::erase(connections, this) > 0)
            deleteLater();
    }

    /// Sends the answer to `verb`; `usual` unless the test asked for another. True when that was 2xx or 3xx.
    bool reply(const QByteArray &verb, const QByteArray &usual)
    {
        const QByteArray answer = m_sink.d->answerFor(verb, usual);
        send(answer);
        return answer.startsWith('2') || answer.startsWith('3');
    }

    void send(const QByteArray &answer)
    {
        if (answer == "silence") {
            m_silent = true;
        } else if (answer == "drop") {
            m_silent = true;
            m_socket.abort();
        } else if (m_sink.d->options.answerDelay.count() == 0) {
            write(answer);
        } else {
            m_delayed.push_back(answer);
            if (!m_delay.isActive())
                m_delay.start(m_sink.d->options.answerDelay);
        }
    }

    void sendDelayed()
    {
        write(m_delayed.front());
        m_delayed.pop_front();
        if (!m_delayed.empty())
            m_delay.start(m_sink.d->options.answerDelay);
        read();
    }

    void write(const QByteArray &answer)
    {
        m_socket.write(answer + "\r\n");
        m_socket.flush();
        if (m_closing)
            m_socket.disconnectFromHost();
    }

    void read()
    {
        m_input += m_socket.readAll();
        while (!m_silent && m_delayed.empty() && m_socket.state() == QAbstractSocket::ConnectedState) {
            if (m_inData ? !takeMessage() : !takeLine())
                return;
        }
    }

    bool takeLine()
    {
        const qsizetype end = m_input.indexOf("\r\n");
        if (end < 0)
            return false;
        const QByteArray line = m_input.left(end);
        m_input.remove(0, end + 2);
        m_sink.d->commands += line;
        onLine(line);
        Q_EMIT m_sink.commandReceived(line);
        return true;
    }

    bool takeMessage()
    {
        // The dot may be the very first line: an empty message.
        const bool empty = m_input.startsWith(".\r\n");
        const qsizetype end = empty ? 0 : m_input.indexOf("\r\n.\r\n");
        if (end < 0)
            return false;
        m_current.wire = m_input.left(empty ? 0 : end + 2);
        m_input.remove(0, empty ? 3 : end + 5);
        m_inData = false;
        m_current.data = withoutDotStuffing(m_current.wire);
        m_current.tls = m_socket.isEncrypted();
        m_current.user = m_user;
        m_current.connection = m_number;
        // Stored before the answer goes: a client that is killed between the two shows as a message here.
        const QByteArray answer = m_sink.d->answerFor("MESSAGE", "250 2.6.0 stored");
        m_current.clientCertificate =
            m_socket.peerCertificate().subjectInfo(QSslCertificate::CommonName).value(0).toUtf8();
        if (answer.startsWith('2'))
            m_sink.d->messages.push_back(m_current);
        send(answer);
        resetTransaction();
        if (answer.startsWith('2'))
            Q_EMIT m_sink.messageStored();
        return true;
    }

    void resetTransaction()
    {
        m_current = {};
        m_haveMail = false;
    }

    void onLine(const QByteArray &line)
    {
        if (m_authStep != AuthStep::None)
            return onAuthLine(line);
        const QByteArray upper = line.toUpper();
        if (upper.startsWith("EHLO") || upper.startsWith("HELO"))
            return onHello(upper.startsWith("EHLO"));
        if (upper == "STARTTLS")
            return onStartTls();
        if (upper.startsWith("AUTH "))
            return onAuth(line.mid(5));
        if (upper.startsWith("MAIL FROM:"))
            return onMail(line.mid(10));
        if (upper.startsWith("RCPT TO:"))
            return onRcpt(line.mid(8));
        if (upper == "DATA")
            return onData();
        if (upper == "RSET") {
            resetTransaction();
            reply("RSET", "250 2.0.0 reset");
        } else if (upper == "NOOP") {
            reply("NOOP", "250 2.0.0 ok");
        } else if (upper == "QUIT") {
            m_closing = true;
            reply("QUIT", "221 2.0.0 bye");
        } else {
            send("500 5.5.1 not known here");
        }
    }

    void onHello(bool extended)
    {
        resetTransaction();
        const Options &options = m_sink.d->options;
        QByteArrayList lines{"sink.example.com"};
        if (extended) {
            lines += options.capabilities;
            if (options.tls == Tls::StartTls && !m_socket.isEncrypted())
                lines += "STARTTLS";
            if (mayAuth())
                lines += options.judgeToken ? "AUTH " + options.tokenMechanism : QByteArray("AUTH PLAIN LOGIN");
        }
        QByteArray answer;
        for (qsizetype i = 0; i < lines.size(); ++i)
            answer += (i ? "\r\n250" : "250") + QByteArray(i + 1 < lines.size() ? "-" : " ") + lines[i];
        reply("EHLO", answer);
    }

    bool mayAuth() const
    {
        const Options &options = m_sink.d->options;
        return !options.user.isEmpty() && (options.tls == Tls::None || m_socket.isEncrypted());
    }

    void onStartTls()
    {
        const Options &options = m_sink.d->options;
        if (options.tls != Tls::StartTls || m_socket.isEncrypted())
            return send("503 5.5.1 no TLS now");
        if (!reply("STARTTLS", "220 2.0.0 go ahead"))
            return;
        m_input.clear(); // RFC 3207 §4.2: nothing said in the clear counts
        resetTransaction();
        m_socket.startServerEncryption();
    }

    void onAuth(const QByteArray &argument)
    {
        if (!mayAuth())
            return send("503 5.5.1 no sign-in now");
        const QByteArrayList parts = argument.split(' ');
        const QByteArray mechanism = parts[0].toUpper();
        const Options &options = m_sink.d->options;
        if (options.judgeToken) {
            if (mechanism != options.tokenMechanism)
                return send("504 5.5.4 mechanism not known");
            if (parts.size() > 1)
                return judgeToken(parts[1]);
            m_authStep = AuthStep::Token;
            return send("334 ");
        }
        if (mechanism == "PLAIN" && parts.size() > 1)
            return finishPlain(parts[1]);
        if (mechanism == "PLAIN") {
            m_authStep = AuthStep::Plain;
            send("334 ");
        } else if (mechanism == "LOGIN" && parts.size() > 1) {
            m_loginUser = QByteArray::fromBase64(parts[1]);
            m_authStep = AuthStep::LoginPassword;
            send("334 UGFzc3dvcmQ6");
        } else if (mechanism == "LOGIN") {
            m_authStep = AuthStep::LoginUser;
            send("334 VXNlcm5hbWU6");
        } else {
            send("504 5.5.4 mechanism not known");
        }
    }

    void onAuthLine(const QByteArray &line)
    {
        const AuthStep step = std::exchange(m_authStep, AuthStep::None);
        if (line == "*")
            return send("501 5.7.0 given up");
        if (step == AuthStep::Plain)
            return finishPlain(line);
        if (step == AuthStep::Token)
            return judgeToken(line);
        if (step == AuthStep::TokenRefused) // the empty answer to what is wrong
            return send("535 5.7.3 Authentication unsuccessful");
        if (step == AuthStep::LoginPassword)
            return finishAuth(m_loginUser, QByteArray::fromBase64(line));
        m_loginUser = QByteArray::fromBase64(line);
        m_authStep = AuthStep::LoginPassword;
        send("334 UGFzc3dvcmQ6");
    }

    /// `user=NAME^Aauth=Bearer TOKEN^A^A`, and nearly the same in RFC 7628.
    void judgeToken(const QByteArray &base64)
    {
        const Options &options = m_sink.d->options;
        const QByteArrayList parts = QByteArray::fromBase64(base64).split('\1');
        const QByteArray named = options.tokenMechanism == "XOAUTH2" ? "user=" + options.user
                                                                     : "n,a=" + options.user + ",";
        const QByteArray bearer = parts.value(1);
        const bool good = parts.size() == 4 && parts[0] == named && bearer.startsWith("auth=Bearer ")
                          && options.judgeToken(bearer.mid(12));
        if (good) {
            m_user = reply("AUTH", "235 2.7.0 Authentication successful") ? options.user : QByteArray();
            return;
        }
        m_authStep = AuthStep::TokenRefused;
        send("334 " + QByteArray("{\"status\":\"401\"}").toBase64());
    }

    void finishPlain(const QByteArray &base64)
    {
        const QByteArrayList parts = QByteArray::fromBase64(base64).split('\0');
        finishAuth(parts.value(1), parts.value(2));
    }

    void finishAuth(const QByteArray &user, const QByteArray &password)
    {
        const Options &options = m_sink.d->options;
        const bool good = user == options.user && password == options.password;
        const bool accepted = reply("AUTH", good ? "235 2.7.0 Authentication successful"
                                                 : "535 5.7.3 Authentication unsuccessful");
        m_user = accepted ? user : QByteArray();
    }

    void onMail(const QByteArray &argument)
    {
        if (!m_sink.d->options.user.isEmpty() && m_user.isEmpty())
            return send("530 5.7.57 Client not authenticated to send mail");
        if (m_haveMail)
            return send("503 5.5.1 one transaction at a time");
        if (!reply("MAIL", "250 2.1.0 sender ok"))
            return;
        m_haveMail = true;
        std::tie(m_current.reversePath, m_current.mailParameters) = splitPath(argument);
    }

    void onRcpt(const QByteArray &argument)
    {
        if (!m_haveMail)
            return send("503 5.5.1 MAIL first");
        const QByteArray address = splitPath(argument).first;
        const auto &recipients = m_sink.d->recipients;
        if (const auto it = recipients.find(address); it != recipients.end()) {
            send(it->second);
            if (it->second.startsWith('2'))
                m_current.forwardPaths += address;
        } else if (reply("RCPT", "250 2.1.5 recipient ok")) {
            m_current.forwardPaths += address;
        }
    }

    void onData()
    {
        if (m_current.forwardPaths.isEmpty())
            return send("503 5.5.1 no valid recipients");
        m_inData = reply("DATA", "354 go ahead");
    }

    enum class AuthStep { None, Plain, LoginUser, LoginPassword, Token, TokenRefused };

    SmtpSink &m_sink;
    const int m_number;
    QSslSocket m_socket;
    QTimer m_delay;
    std::deque<QByteArray> m_delayed;
    QByteArray m_input;
    QByteArray m_user;
    QByteArray m_loginUser;
    SunkMessage m_current;
    AuthStep m_authStep = AuthStep::None;
    bool m_inData = false;
    bool m_haveMail = false;
    bool m_silent = false;
    bool m_closing = false;
};

SmtpSink::SmtpSink(QObject *parent) : SmtpSink(Options{}, parent) {}

SmtpSink::SmtpSink(Options options, QObject *parent) : QObject(parent), d(std::make_unique<Private>())
{
    d->port = options.port;
    d->options = std::move(options);
    Q_ASSERT(d->options.tls == Tls::None || d->options.identity);
    d->listener.accept = [this](qintptr descriptor) {
        d->connections.push_back(new Connection(*this, descriptor, ++d->connectionCount));
        d->peak = std::max(d->peak, openConnections());
    };
}

SmtpSink::~SmtpSink()
{
    close();
}

bool SmtpSink::listen()
{
    if (!d->listener.listen(QHostAddress(QHostAddress::LocalHost), d->port))
        return false;
    d->port = d->listener.serverPort();
    return true;
}

std::uint16_t SmtpSink::port() const
{
    return d->port;
}

void SmtpSink::close()
{
    d->listener.close();
    dropConnections();
}

void SmtpSink::dropConnections()
{
    const auto connections = d->connections;
    for (Connection *connection : connections)
        connection->drop();
}

void SmtpSink::answer(const QByteArray &verb, const QByteArray &reply)
{
    d->once[verb].push_back(reply);
}

void SmtpSink::answerAlways(const QByteArray &verb, const QByteArray &reply)
{
    d->always[verb] = reply;
}

void SmtpSink::answerRecipient(const QByteArray &address, const QByteArray &reply)
{
    d->recipients[address] = reply;
}

void SmtpSink::clearAnswers()
{
    d->once.clear();
    d->always.clear();
    d->recipients.clear();
}

const std::vector<SunkMessage> &SmtpSink::messages() const
{
    return d->messages;
}

int SmtpSink::countContaining(const QByteArray &needle) const
{
    return static_cast<int>(std::ranges::count_if(d->messages, [&](const SunkMessage &message) {
        return message.data.contains(needle);
    }));
}

int SmtpSink::connectionCount() const
{
    return d->connectionCount;
}

int SmtpSink::openConnections() const
{
    return static_cast<int>(d->connections.size());
}

int SmtpSink::peakConnections() const
{
    return d->peak;
}

const QByteArrayList &SmtpSink::commands() const
{
    return d->commands;
}

void SmtpSink::forget()
{
    d->messages.clear();
    d->commands.clear();
}

} // namespace relaywright::test
