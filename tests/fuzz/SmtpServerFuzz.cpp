// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Overloaded.h"
#include "core/smtp/ServerSession.h"

#include "tests/fuzz/Fuzz.h"

#include <algorithm>

using namespace relaywright;

namespace {

/// What must not depend on how octets are cut into packets.
struct Talk {
    QByteArray output;
    QByteArrayList hellos;
    QByteArrayList messages;
    int mails = 0;
    int recipients = 0;
    bool operator==(const Talk &) const = default;
};

/// The owner of a session: says yes to everybody but those who sign in, and looks whether the session keeps its order.
class Owner {
public:
    explicit Owner(const ServerSettings &settings) : m_session(settings)
    {
        m_session.start();
        pump();
    }

    void hear(QByteArrayView octets)
    {
        if (m_closed)
            return;
        m_session.receive(octets);
        pump();
    }
    [[nodiscard]] Talk take() { return std::move(m_talk); }

private:
    void pump()
    {
        while (auto event = m_session.next())
            std::visit([this](const auto &one) { on(one); }, *event);
        m_talk.output += m_session.takeOutput();
    }

    void on(const HelloReceived &hello)
    {
        require(!hasControlCharacters(QString::fromLatin1(hello.name)) && hello.name.size() <= 255,
                "a name is one word");
        m_talk.hellos += hello.name;
        m_session.answerHello();
    }
    void on(const MailReceived &mail)
    {
        require(!m_inTransaction, "a transaction begins once");
        require(!mail.sender || !hasControlCharacters(mail.sender->toString()), "a sender carries no command");
        m_inTransaction = true;
        ++m_talk.mails;
        m_session.answer({250, {"2.1.0 OK"}});
    }
    void on(const RcptReceived &rcpt)
    {
        require(m_inTransaction, "a recipient comes behind a sender");
        require(!hasControlCharacters(rcpt.recipient.toString()), "a recipient carries no command");
        ++m_recipients;
        ++m_talk.recipients;
        m_session.answer({250, {"2.1.5 OK"}});
    }
    void on(const DataStarting &)
    {
        require(m_inTransaction && m_recipients > 0, "data comes behind a recipient");
        m_session.answer({354, {"Go on"}});
    }
    void on(const DataChunk &chunk)
    {
        require(chunk.octets.size() <= 64 * 1024, "pieces are bounded");
        m_message += chunk.octets;
    }
    void on(const DataEnded &ended)
    {
        require(ended.octets == static_cast<std::uint64_t>(m_message.size()), "the octets that were counted came");
        m_talk.messages += std::exchange(m_message, {});
        forget();
        m_session.answer({250, {"2.0.0 Taken"}});
    }
    void on(const DataDropped &) { m_message.clear(); }
    void on(const AuthReceived &) { m_session.answerAuth(false); }
    void on(const TlsWanted &)
    {
        m_talk.output += m_session.takeOutput();
        forget();
        m_session.onTlsEstablished();
    }
    void on(const ResetReceived &) { forget(); }
    void on(const RuleRefused &) {}
    void on(const CloseWanted &) { m_closed = true; }

    void forget()
    {
        m_inTransaction = false;
        m_recipients = 0;
        m_message.clear();
    }

    ServerSession m_session;
    Talk m_talk;
    QByteArray m_message;
    int m_recipients = 0;
    bool m_inTransaction = false;
    bool m_closed = false;
};

Talk played(const ServerSettings &settings, QByteArrayView octets, qsizetype piece)
{
    Owner owner(settings);
    for (qsizetype at = 0; at < octets.size(); at += piece)
        owner.hear(octets.sliced(at, std::min(piece, octets.size() - at)));
    return owner.take();
}

void checkReplies(const QByteArray &output)
{
    require(output.isEmpty() || output.endsWith("\r\n"), "a reply ends its line");
    for (const QByteArray &line : output.split('\n').mid(0, output.count('\n'))) {
        require(line.endsWith('\r') && line.size() <= 600, "a reply is lines");
        require(line.size() >= 4 && line[0] >= '2' && line[0] <= '5', "a reply has a code");
        require(!hasControlCharacters(QString::fromLatin1(line.chopped(1))),
                "a reply repeats nothing of a stranger's controls");
    }
}

} // namespace

/// The first octet chooses what the listener offers, the second the size of the packets, the rest is what a peer says.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2)
        return 0;
    ServerSettings settings;
    settings.serverName = "mx.example.com";
    settings.chunking = (data[0] & 1) != 0;
    settings.bareNewlines = (data[0] & 2) == 0    ? BareNewlines::Content
                            : (data[0] & 32) == 0 ? BareNewlines::EndsData
                                                  : BareNewlines::Refuse;
    settings.dsn = (data[0] & 64) != 0;
    settings.nonce = [] { return QByteArray(16, 'n'); };
    settings.startTls = (data[0] & 4) != 0;
    settings.authOnlyInTls = (data[0] & 8) != 0;
    settings.maxMessageOctets = (data[0] & 16) != 0 ? 64 : 1 << 20;
    settings.authMechanisms = {AuthMechanism::Plain, AuthMechanism::Login, AuthMechanism::CramMd5};
    const QByteArrayView octets = octetsOf(data + 2, size - 2);
    const Talk whole = played(settings, octets, std::max<qsizetype>(octets.size(), 1));
    checkReplies(whole.output);
    const Talk cut = played(settings, octets, data[1] % 32 + 1);
    checkReplies(cut.output);
    if (!settings.startTls) // whether something follows it is a matter of packets
        require(cut == whole, "a conversation does not depend on how it is cut");
    return 0;
}
