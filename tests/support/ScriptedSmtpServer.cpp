// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ScriptedSmtpServer.h"

#include <QRegularExpression>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <functional>
#include <vector>

namespace relaywright::test {

namespace {

class Listener : public QTcpServer {
public:
    std::function<void(qintptr)> accept;

protected:
    void incomingConnection(qintptr descriptor) override { accept(descriptor); }
};

enum class Kind { Send, SendRaw, Exact, Match, Data, AnyLine, Tls, Pause, Silence, Drop, Close, End };

struct Step {
    Kind kind;
    int line;
    QByteArray text;
};

/// Octets of an `S!` line: \r \n \t \0 \\ and \xNN.
QByteArray unescaped(const QByteArray &text)
{
    QByteArray octets;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            octets += text[i];
            continue;
        }
        switch (text[++i]) {
        case 'r': octets += '\r'; break;
        case 'n': octets += '\n'; break;
        case 't': octets += '\t'; break;
        case '0': octets += '\0'; break;
        case 'x':
            octets += QByteArray::fromHex(text.mid(i + 1, 2));
            i += 2;
            break;
        default: octets += text[i];
        }
    }
    return octets;
}

Step parseStep(const QByteArray &line, int number)
{
    struct Form { const char *prefix; Kind kind; };
    static constexpr Form kForms[] = {
        {"S: ", Kind::Send}, {"S! ", Kind::SendRaw}, {"C: ", Kind::Exact}, {"C~ ", Kind::Match}, {"PAUSE ", Kind::Pause},
    };
    for (const Form &form : kForms) {
        if (line.startsWith(form.prefix))
            return {form.kind, number, line.mid(qsizetype(qstrlen(form.prefix)))};
    }
    struct Word { const char *word; Kind kind; };
    static constexpr Word kWords[] = {
        {"C.", Kind::Data}, {"C*", Kind::AnyLine}, {"TLS", Kind::Tls}, {"SILENCE", Kind::Silence},
        {"DROP", Kind::Drop}, {"CLOSE", Kind::Close}, {"END", Kind::End}, {"S:", Kind::Send}, {"C:", Kind::Exact},
    };
    for (const Word &word : kWords) {
        if (line.trimmed() == word.word)
            return {word.kind, number, {}};
    }
    qFatal("ScriptedSmtpServer: line %d of the script is no step: %s", number, line.constData());
}

std::vector<Step> parseScript(const QString &script)
{
    std::vector<Step> steps;
    const QByteArrayList lines = script.toUtf8().split('\n');
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QByteArray line = lines[i];
        while (line.startsWith(' '))
            line.remove(0, 1);
        if (!line.isEmpty() && !line.startsWith('#'))
            steps.push_back(parseStep(line, static_cast<int>(i + 1)));
    }
    return steps;
}

} // namespace

struct ScriptedSmtpServer::Private {
    std::optional<TestIdentity> identity;
    Listener listener;
    std::vector<std::vector<Step>> scripts;
    QString difference;
    QByteArrayList received;
    QByteArrayList data;
    int connections = 0;
    int played = 0;

    void differs(int script, int line, const QString &what)
    {
        if (difference.isEmpty())
            difference = QStringLiteral("script %1, line %2: %3").arg(script).arg(line).arg(what);
    }
};

/// Plays one script; it is a child of its server and closes with it.
class ScriptedSmtpServer::Connection : public QObject {
public:
    Connection(ScriptedSmtpServer &server, qintptr descriptor, int number, std::vector<Step> steps)
        : QObject(&server), m_server(server), m_number(number), m_steps(std::move(steps))
    {
        if (const auto &identity = server.d->identity) {
            m_socket.setLocalCertificateChain(QSslCertificate::fromData(identity->certificatePem));
            m_socket.setPrivateKey(QSslKey(identity->keyPem, QSsl::Ec));
            m_socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        }
        m_socket.setSocketDescriptor(descriptor);
        connect(&m_socket, &QSslSocket::readyRead, this, [this] {
            m_input += m_socket.readAll();
            play();
        });
        connect(&m_socket, &QSslSocket::encrypted, this, [this] { advance(); });
        connect(&m_socket, &QSslSocket::disconnected, this, [this] { onClosed(); });
        // A refused certificate ends the handshake; the script's END or SILENCE after TLS still counts as played.
        connect(&m_socket, &QSslSocket::errorOccurred, this, [this] {
            if (m_next < m_steps.size() && m_steps[m_next].kind == Kind::Tls)
                m_handshakeFailed = true;
        });
        play();
    }

    // The socket says goodbye while it is destroyed, when half of this is gone already.
    ~Connection() override { m_socket.disconnect(this); }

private:
    void advance()
    {
        ++m_next;
        play();
    }

    /// As many steps as can be done now.
    void play()
    {
        while (m_next < m_steps.size() && !m_server.isDifferent() && step(m_steps[m_next]))
            ++m_next;
        if (m_next == m_steps.size() && !m_counted) {
            m_counted = true;
            m_server.onScriptPlayed();
        }
    }

    /// True when the step is done; false when it waits for something.
    bool step(const Step &step)
    {
        switch (step.kind) {
        case Kind::Send: return send(step.text + "\r\n");
        case Kind::SendRaw: return send(unescaped(step.text));
        case Kind::Exact:
        case Kind::Match:
        case Kind::AnyLine: return takeLine(step);
        case Kind::Data: return takeData();
        case Kind::Tls: return startTls(step);
        case Kind::Pause: return pause(step);
        case Kind::Silence:
        case Kind::End: return m_closed;
        case Kind::Drop:
            m_ours = true;
            m_socket.abort();
            return true;
        case Kind::Close:
            m_ours = true;
            m_socket.disconnectFromHost();
            return true;
        }
        Q_UNREACHABLE();
    }

    bool send(const QByteArray &octets)
    {
        m_socket.write(octets);
        m_socket.flush();
        return true;
    }

    bool pause(const Step &step)
    {
        if (!m_pausing) {
            m_pausing = true;
            QTimer::singleShot(std::chrono::milliseconds(step.text.toInt()), this, [this] {
                m_pausing = false;
                advance();
            });
        }
        return false;
    }

    bool startTls(const Step &step)
    {
        if (m_socket.mode() != QSslSocket::UnencryptedMode)
            return false;
        if (!m_server.d->identity)
            qFatal("ScriptedSmtpServer: TLS in the script needs an identity");
        // The client must wait for our 220: what it already said would count as said inside TLS otherwise.
        if (!m_input.isEmpty() && step.line > 1)
            m_server.d->differs(m_number, step.line, QStringLiteral("\"%1\" came before the handshake")
                                                        .arg(QString::fromLatin1(m_input.toPercentEncoding(" :<>@"))));
        m_socket.startServerEncryption();
        return false;
    }

    bool takeLine(const Step &step)
    {
        const qsizetype end = m_input.indexOf("\r\n");
        if (end < 0)
            return false;
        const QByteArray line = m_input.left(end);
        m_input.remove(0, end + 2);
        m_server.d->received += line;
        const auto pattern = QRegularExpression::anchoredPattern(QString::fromUtf8(step.text));
        const bool fits = step.kind == Kind::AnyLine || (step.kind == Kind::Exact && line == step.text)
            || (step.kind == Kind::Match && QRegularExpression(pattern).match(QString::fromUtf8(line)).hasMatch());
        if (!fits)
            m_server.d->differs(m_number, step.line, QStringLiteral("expected \"%1\", got \"%2\"")
                                                        .arg(QString::fromUtf8(step.text), QString::fromUtf8(line)));
        return fits;
    }

    bool takeData()
    {
        const bool empty = m_input.startsWith(".\r\n");
        const qsizetype end = empty ? 0 : m_input.indexOf("\r\n.\r\n");
        if (end < 0)
            return false;
        m_server.d->data += m_input.left(empty ? 0 : end + 2);
        m_input.remove(0, empty ? 3 : end + 5);
        return true;
    }

    void onClosed()
    {
        m_closed = true;
        const bool early = m_next < m_steps.size() && m_steps[m_next].kind != Kind::End
            && m_steps[m_next].kind != Kind::Silence && !m_ours && !m_handshakeFailed;
        if (early)
            m_server.d->differs(m_number, m_steps[m_next].line, QStringLiteral("the client closed the connection here"));
        else if (m_handshakeFailed)
            m_next = m_steps.size();
        play();
    }

    ScriptedSmtpServer &m_server;
    const int m_number;
    const std::vector<Step> m_steps;
    size_t m_next = 0;
    QSslSocket m_socket;
    QByteArray m_input;
    bool m_pausing = false;
    bool m_closed = false;
    bool m_ours = false; // we closed it
    bool m_handshakeFailed = false;
    bool m_counted = false;
};

ScriptedSmtpServer::ScriptedSmtpServer(const QString &script, std::optional<TestIdentity> identity, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>())
{
    d->identity = std::move(identity);
    d->scripts.push_back(parseScript(script));
    d->listener.accept = [this](qintptr descriptor) {
        const auto number = static_cast<size_t>(++d->connections);
        if (number > d->scripts.size()) {
            d->differs(d->connections, 0, QStringLiteral("one connection more than there are scripts"));
            QTcpSocket refused;
            refused.setSocketDescriptor(descriptor);
            refused.abort();
            return;
        }
        new Connection(*this, descriptor, d->connections, d->scripts[number - 1]);
    };
    if (!d->listener.listen(QHostAddress(QHostAddress::LocalHost), 0))
        qFatal("ScriptedSmtpServer: no free port: %s", qPrintable(d->listener.errorString()));
}

ScriptedSmtpServer::~ScriptedSmtpServer()
{
    d->listener.close();
    qDeleteAll(findChildren<QObject *>(Qt::FindDirectChildrenOnly));
}

void ScriptedSmtpServer::nextConnection(const QString &script)
{
    d->scripts.push_back(parseScript(script));
}

std::uint16_t ScriptedSmtpServer::port() const
{
    return d->listener.serverPort();
}

bool ScriptedSmtpServer::isDone() const
{
    return d->difference.isEmpty() && d->played == static_cast<int>(d->scripts.size());
}

bool ScriptedSmtpServer::isDifferent() const
{
    return !d->difference.isEmpty();
}

QString ScriptedSmtpServer::difference() const
{
    return d->difference;
}

const QByteArrayList &ScriptedSmtpServer::received() const
{
    return d->received;
}

const QByteArrayList &ScriptedSmtpServer::data() const
{
    return d->data;
}

int ScriptedSmtpServer::connectionCount() const
{
    return d->connections;
}

void ScriptedSmtpServer::onScriptPlayed()
{
    ++d->played;
    if (isDone())
        Q_EMIT done();
}

} // namespace relaywright::test
