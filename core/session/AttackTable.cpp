// SPDX-License-Identifier: GPL-3.0-or-later
// What is tried. Each class has a history in other mail servers; docs/withstands.md names it.
#include "core/session/Attack.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace relaywright {

namespace {

using Wait = AttackStep::Wait;
using Refusal = AttackStep::Refusal;
using Kind = AttackRule::Kind;
using Steps = std::vector<AttackStep>;

constexpr qsizetype kLongLineOctets = 64 * 1024;
constexpr int kJunkCommands = 101;
constexpr int kWrongPasswords = 11;
constexpr int kHops = 110; // RFC 5321 §6.3 asks a server to notice a hundred

Steps operator+(Steps first, const Steps &second)
{
    std::copy(second.begin(), second.end(), std::back_inserter(first));
    return first;
}

/// The header of a message that has been round so often that no relay may take it.
QByteArray loopingHeader()
{
    QByteArray header;
    for (int hop = 0; hop < kHops; ++hop)
        header += "Received: from loop.invalid by loop.invalid; Thu, 1 Jan 2026 00:00:00 +0000\r\n";
    return header + "Subject: Relaywright self-test, may be deleted\r\n\r\n";
}

/// Makes the attacks for one listener and one envelope.
class Table {
public:
    Table(const ListenerLook &look, const AttackEnvelope &envelope) : m_look(look), m_envelope(envelope) {}
    [[nodiscard]] std::vector<Attack> make();

private:
    void addOpenRelay();
    void addSmuggling();
    void addStartTls();
    void addSignIn();
    void addChunks();
    void addGrammar();
    void addState();
    void addSlow();

    [[nodiscard]] Steps hello() const;
    [[nodiscard]] Steps insideTls() const;
    [[nodiscard]] Steps sender() const
    {
        return hello() + Steps{{.octets = "MAIL FROM:<" + m_envelope.sender + ">\r\n"}};
    }
    [[nodiscard]] Steps transaction() const { return sender() + Steps{recipient()}; }
    [[nodiscard]] AttackStep recipient() const { return {.octets = "RCPT TO:<" + m_envelope.recipient + ">\r\n"}; }
    [[nodiscard]] Steps data() const { return transaction() + Steps{{.octets = "DATA\r\n"}}; }

    const ListenerLook &m_look;
    const AttackEnvelope &m_envelope;
    std::vector<Attack> m_attacks;
};

Steps Table::insideTls() const
{
    return {{.octets = "EHLO selftest.invalid\r\n"},
            {.octets = "STARTTLS\r\n",
             .refusal = Refusal::Withstood,
             .whenRefused = QStringLiteral("so there is no TLS that could be tricked")},
            {.wait = Wait::Handshake},
            {.octets = "EHLO selftest.invalid\r\n"}};
}

Steps Table::hello() const
{
    if (!m_look.mailNeedsTls)
        return {{.octets = "EHLO selftest.invalid\r\n"}};
    Steps steps = insideTls();
    steps[1].refusal = Refusal::CannotTell;
    return steps;
}

void Table::addOpenRelay()
{
    const struct {
        const char *id;
        QByteArray path;
    } spellings[] = {
        {"percent", "<v%other.invalid@dst.invalid>"},          {"source-route", "<@dst.invalid:v@other.invalid>"},
        {"quoted", "<\"v@other.invalid\"@dst.invalid>"},       {"bang", "<other.invalid!v>"},
        {"bang-with-domain", "<other.invalid!v@dst.invalid>"}, {"no-domain", "<v>"},
        {"two-ats", "<v@other.invalid@dst.invalid>"},          {"folder", "<../../x@>"}};
    for (const auto &[id, path] : spellings)
        m_attacks.push_back(
            {.id = QStringLiteral("open-relay.") + QLatin1String(id),
             .title = QStringLiteral("Have mail routed further: RCPT TO:") + QString::fromLatin1(path),
             .steps = sender() + Steps{{.octets = "RCPT TO:" + path + "\r\n"}},
             .rule = {.kind = Kind::Refused},
             .failed = QStringLiteral("Strangers can have such addresses carried on to anybody, and lists of "
                                      "open relays test for them."),
             .remedy = QStringLiteral("Refuse recipients that name a route.")});
}

void Table::addSmuggling()
{
    const struct {
        const char *id;
        const char *title;
        QByteArray end;
    } variants[] = {{"lf-dot-lf", "LF . LF", "\n.\n"},
                    {"lf-dot-crlf", "LF . CRLF", "\n.\r\n"},
                    {"crlf-dot-lf", "CRLF . LF", "\r\n.\n"},
                    {"crlf-dot-crcrlf", "CRLF . CR CRLF", "\r\n.\r\r\n"},
                    {"lf-dot-cr", "LF . CR", "\n.\r"},
                    {"cr-dot-cr", "CR . CR", "\r.\r"},
                    {"cr-dot-crlf", "CR . CRLF", "\r.\r\n"},
                    {"crlf-dot-cr", "CRLF . CR", "\r\n.\r"},
                    {"nul", "CRLF NUL . CRLF", QByteArray("\r\n\0.\r\n", 6)}};
    const QByteArray smuggled = "MAIL FROM:<smuggled@example.invalid>\r\nRCPT TO:<" + m_envelope.recipient
                                + ">\r\nDATA\r\n" + loopingHeader() + "smuggled\r\n.\r\n";
    for (const auto &[id, title, end] : variants)
        m_attacks.push_back(
            {.id = QStringLiteral("smuggling.") + QLatin1String(id),
             .title = QStringLiteral("Smuggle a second message behind %1").arg(QLatin1String(title)),
             .steps = data()
                      + Steps{{.octets = loopingHeader() + "body" + end + smuggled + "QUIT\r\n", .wait = Wait::Close}},
             .rule = {.kind = Kind::MostReplies, .count = 2}, // to the data, and to QUIT
             .failed = QStringLiteral("What stands inside a message is taken for commands: anybody who sends "
                                      "through this server can forge mail of others (SMTP smuggling)."),
             .remedy = QStringLiteral("Take nothing but CRLF . CRLF for the end of a message."),
             .endsData = true});
    m_attacks.push_back({.id = QStringLiteral("loop"),
                         .title = QStringLiteral("Hand over a message that has made %1 hops").arg(kHops),
                         .steps = data() + Steps{{.octets = loopingHeader() + "round and round\r\n.\r\n"}},
                         .rule = {.kind = Kind::Refused},
                         .failed = QStringLiteral("Mail that goes in a circle is not stopped here."),
                         .remedy = QStringLiteral("Refuse messages with more than a hundred Received fields."),
                         .endsData = true});
}

void Table::addStartTls()
{
    const AttackStep injected{.octets = "STARTTLS\r\nNOOP\r\nMAIL FROM:<injected@example.invalid>\r\n",
                              .refusal = Refusal::Withstood,
                              .whenRefused = QStringLiteral("so nothing can be carried into TLS")};
    m_attacks.push_back(
        {.id = QStringLiteral("starttls.injection"),
         .title = QStringLiteral("Put commands behind STARTTLS in the clear"),
         .steps = {{.octets = "EHLO selftest.invalid\r\n"},
                   injected,
                   {.wait = Wait::Handshake},
                   {.octets = "EHLO selftest.invalid\r\nRCPT TO:<" + m_envelope.recipient + ">\r\nQUIT\r\n",
                    .wait = Wait::Close}},
         .rule = {.kind = Kind::MostReplies, .count = 3},
         .failed = QStringLiteral("Somebody on the line can put commands in front of those that come inside TLS."),
         .remedy = QStringLiteral("Throw away what comes before the handshake, or close the connection.")});
}

void Table::addSignIn()
{
    const Steps greeted{{.octets = "EHLO selftest.invalid\r\n"}};
    const QString failed = QStringLiteral("A password that is sent so can be read by everybody on the line.");
    const QString remedy =
        QStringLiteral("Offer and take sign-in inside TLS only; where a device cannot do TLS, let it send "
                       "by its address instead.");
    if (!m_look.implicitTls) {
        m_attacks.push_back({.id = QStringLiteral("cleartext.offered"),
                             .title = QStringLiteral("Is sign-in offered without TLS?"),
                             .steps = greeted,
                             .rule = {.kind = Kind::NotOffered, .word = "AUTH"},
                             .failed = failed,
                             .remedy = remedy});
        m_attacks.push_back({.id = QStringLiteral("cleartext.taken"),
                             .title = QStringLiteral("Sign in without TLS (with a made-up account)"),
                             .steps = greeted + Steps{{.octets = "AUTH PLAIN AHNlbGZ0ZXN0AG5vdC1hLXBhc3N3b3Jk\r\n"}},
                             .rule = {.kind = Kind::RefusedUnread},
                             .failed = failed,
                             .remedy = remedy});
    }
    const Steps way = m_look.startTls && !m_look.implicitTls ? insideTls() : greeted;
    const struct {
        const char *id;
        const char *title;
        QByteArray line;
    } nonsense[] = {
        {"long", "12,000 octets of base64", "AUTH PLAIN " + QByteArray(12'000, 'A')},
        {"padding", "base64 that is only padding", "AUTH PLAIN ="},
        {"cancelled", "a sign-in that is called off at once", "AUTH PLAIN *"},
        {"line-ends", "a user name with line ends in it", "AUTH PLAIN AHUNClJTRVQNCgBw"}, // \0u CRLF RSET CRLF \0p
        {"unknown", "a mechanism that does not exist", "AUTH SELFTEST AAAA"}};
    for (const auto &[id, title, line] : nonsense)
        m_attacks.push_back({.id = QStringLiteral("auth.") + QLatin1String(id),
                             .title = QStringLiteral("Sign in with %1").arg(QLatin1String(title)),
                             .steps = way + Steps{{.octets = line + "\r\nQUIT\r\n", .wait = Wait::Close}},
                             .rule = {.kind = Kind::Refused, .count = 2},
                             .failed = QStringLiteral("Nonsense must be refused with one reply and nothing more."),
                             .remedy = QStringLiteral("Update the server; what reads its sign-ins is faulty.")});
    m_attacks.push_back(
        {.id = QStringLiteral("auth.guessing"),
         .title = QStringLiteral("Guess %1 passwords on one connection").arg(kWrongPasswords),
         .steps =
             way
             + Steps{{.octets = QByteArray("AUTH PLAIN AHNlbGZ0ZXN0AG5vdC1hLXBhc3N3b3Jk\r\n").repeated(kWrongPasswords)
                                + "QUIT\r\n",
                      .wait = Wait::Close}},
         .rule = {.kind = Kind::CutOff, .count = kWrongPasswords, .word = "535"},
         .failed = QStringLiteral("Passwords can be guessed here as fast as the line allows."),
         .remedy = QStringLiteral("End a conversation after a few wrong passwords.")});
}

void Table::addChunks()
{
    const struct {
        const char *id;
        const char *title;
        bool inTransaction;
        QByteArray octets;
        Kind kind;
        int count;
    } cases[] = {
        {"without-recipient", "BDAT before RCPT, with a command as its content", false,
         "BDAT 6 LAST\r\nNOOP\r\nQUIT\r\n", Kind::Refused, 2},
        {"negative", "BDAT with a negative length", true, "BDAT -1\r\nQUIT\r\n", Kind::Refused, 2},
        {"overflow", "BDAT with a length beyond 64 bits", true, "BDAT 99999999999999999999\r\nQUIT\r\n", Kind::Refused,
         2},
        {"dot", "A lone dot inside a chunk", true, "BDAT 7\r\n.\r\nabcdRSET\r\nQUIT\r\n", Kind::MostReplies, 3},
        {"command", "A command inside a chunk", true, "BDAT 6\r\nNOOP\r\nRSET\r\nQUIT\r\n", Kind::MostReplies, 3}};
    for (const auto &one : cases)
        m_attacks.push_back({.id = QStringLiteral("bdat.") + QLatin1String(one.id),
                             .title = QLatin1String(one.title),
                             .steps = (one.inTransaction ? transaction() : hello())
                                      + Steps{{.octets = one.octets, .wait = Wait::Close}},
                             .rule = {.kind = one.kind, .count = one.count},
                             .failed = QStringLiteral("The octets of a chunk are taken for commands."),
                             .remedy = QStringLiteral("Switch CHUNKING off, or update the server.")});
    m_attacks.push_back({.id = QStringLiteral("bdat.then-data"),
                         .title = QStringLiteral("DATA after a chunk"),
                         .steps = transaction()
                                  + Steps{{.octets = "BDAT 4\r\nabcd",
                                           .refusal = Refusal::Withstood,
                                           .whenRefused = QStringLiteral("so there are no chunks here")},
                                          {.octets = "DATA\r\n"}},
                         .rule = {.kind = Kind::Refused},
                         .failed = QStringLiteral("Two ways to send a message are mixed up."),
                         .remedy = QStringLiteral("Switch CHUNKING off, or update the server.")});
}

void Table::addGrammar()
{
    m_attacks.push_back(
        {.id = QStringLiteral("line-too-long"),
         .title = QStringLiteral("A command of %1 octets").arg(kLongLineOctets),
         .steps = hello()
                  + Steps{{.octets = "NOOP " + QByteArray(kLongLineOctets, 'a') + "\r\nQUIT\r\n", .wait = Wait::Close}},
         .rule = {.kind = Kind::Refused, .count = 2},
         .failed = QStringLiteral("Nothing bounds a line, so a peer can fill the server's memory."),
         .remedy = QStringLiteral("Set a limit for command lines.")});
    m_attacks.push_back({.id = QStringLiteral("junk"),
                         .title = QStringLiteral("%1 commands that do not exist").arg(kJunkCommands),
                         .steps = hello()
                                  + Steps{{.octets = QByteArray("XSELFTEST\r\n").repeated(kJunkCommands) + "QUIT\r\n",
                                           .wait = Wait::Close}},
                         .rule = {.kind = Kind::CutOff, .count = kJunkCommands + 1},
                         .failed = QStringLiteral("A peer may talk nonsense for ever."),
                         .remedy = QStringLiteral("End a conversation after some errors.")});
    m_attacks.push_back(
        {.id = QStringLiteral("web"),
         .title = QStringLiteral("A web request with commands in its body"),
         .steps = {{.octets = "POST / HTTP/1.1\r\nHost: selftest.invalid\r\n\r\nEHLO selftest.invalid\r\nQUIT\r\n",
                    .wait = Wait::Close}},
         .rule = {.kind = Kind::CutOff, .count = 5},
         .failed = QStringLiteral("A web page can make a browser inside your network send mail through this server."),
         .remedy = QStringLiteral("Close the connection when a web request comes.")});
    m_attacks.push_back(
        {.id = QStringLiteral("size"),
         .title = QStringLiteral("Announce a message of a terabyte"),
         .steps = hello() + Steps{{.octets = "MAIL FROM:<" + m_envelope.sender + "> SIZE=1099511627776\r\n"}},
         .rule = {.kind = Kind::Refused},
         .failed = QStringLiteral("It finds out that a message is too large only when it has come."),
         .remedy = QStringLiteral("Set a limit for messages.")});
    const struct {
        const char *id;
        const char *title;
        QByteArray line;
    } addresses[] = {{"shell", "A shell command as sender", "MAIL FROM:<;sleep 66;>"},
                     {"options", "Program options as sender", "MAIL FROM:<\"a\\\" -X/tmp/x b\"@example.invalid>"},
                     {"carriage-return", "A sender with a bare CR", "MAIL FROM:<a\r@example.invalid>"},
                     {"nul", "A sender with a NUL", QByteArray("MAIL FROM:<a\0@example.invalid>", 30)},
                     {"line-feed", "A second command behind a bare LF",
                      "MAIL FROM:<a@example.invalid>\nRCPT TO:<v@example.invalid>"},
                     {"path", "A sender that is a path", "MAIL FROM:<../../x@>"}};
    for (const auto &[id, title, line] : addresses)
        m_attacks.push_back(
            {.id = QStringLiteral("address.") + QLatin1String(id),
             .title = QLatin1String(title),
             .steps = hello() + Steps{{.octets = line + "\r\nQUIT\r\n", .wait = Wait::Close}},
             .rule = {.kind = Kind::Refused, .count = 2},
             .failed = QStringLiteral(
                 "What is no address gets further than it may: servers have run such text as a command."),
             .remedy = QStringLiteral("Update the server; it takes what RFC 5321 does not know.")});
}

void Table::addState()
{
    const QString failed = QStringLiteral("What was said before counts after it should be forgotten.");
    const QString remedy = QStringLiteral("Update the server; its conversation loses its state in the wrong place.");
    const auto add = [&](const char *id, const char *title, const Steps &steps, AttackRule rule) {
        m_attacks.push_back({.id = QStringLiteral("state.") + QLatin1String(id),
                             .title = QLatin1String(title),
                             .steps = steps,
                             .rule = std::move(rule),
                             .failed = failed,
                             .remedy = remedy});
    };
    const AttackRule refused{.kind = Kind::Refused};
    const AttackStep again{.octets = "EHLO selftest.invalid\r\n"};
    const AttackStep startTls = insideTls()[1];
    const AttackStep mail{.octets = "MAIL FROM:<" + m_envelope.sender + ">\r\n", .refusal = Refusal::GoOn};
    add("mail-across-starttls", "MAIL before STARTTLS, RCPT inside TLS",
        {again, mail, startTls, {.wait = Wait::Handshake}, {.octets = again.octets}, recipient()}, refused);
    add("mail-across-ehlo", "MAIL, EHLO, then RCPT", sender() + Steps{again, recipient()}, refused);
    add("starttls-twice", "STARTTLS inside TLS", insideTls() + Steps{{.octets = "STARTTLS\r\n"}}, refused);
    add("starttls-offered-inside", "Is STARTTLS offered inside TLS?", insideTls(),
        {.kind = Kind::NotOffered, .word = "STARTTLS"});
    add("auth-in-transaction", "AUTH inside a transaction",
        sender() + Steps{{.octets = "AUTH PLAIN AHNlbGZ0ZXN0AG5vdC1hLXBhc3N3b3Jk\r\n"}}, {.kind = Kind::RefusedUnread});
    add("data-without-recipient", "DATA before RCPT", sender() + Steps{{.octets = "DATA\r\n"}}, refused);
}

void Table::addSlow()
{
    using namespace std::chrono_literals;
    const QString remedy = QStringLiteral("Set limits of time for commands and for messages.");
    const QString failed = QStringLiteral("A few slow peers can keep all its connections.");
    m_attacks.push_back({.id = QStringLiteral("slow.command"),
                         .title = QStringLiteral("One octet of a command every five seconds"),
                         .steps = hello() + Steps{{.octets = "N", .wait = Wait::Drip, .pause = 5s, .limit = 6min}},
                         .rule = {.kind = Kind::ClosesInTime},
                         .failed = failed,
                         .remedy = remedy,
                         .slow = true});
    m_attacks.push_back({.id = QStringLiteral("slow.data"),
                         .title = QStringLiteral("One octet of a message every second"),
                         .steps = data() + Steps{{.octets = "x", .wait = Wait::Drip, .pause = 1s, .limit = 3min}},
                         .rule = {.kind = Kind::ClosesInTime},
                         .failed = failed,
                         .remedy = remedy,
                         .slow = true});
}

std::vector<Attack> Table::make()
{
    addOpenRelay();
    addSmuggling();
    addStartTls();
    addSignIn();
    addChunks();
    addGrammar();
    addState();
    addSlow();
    return std::move(m_attacks);
}

} // namespace

Attack pregreetingAttack()
{
    return {.id = QStringLiteral("pregreeting"),
            .title = QStringLiteral("Speak before the greeting"),
            .steps = {{.octets = "EHLO selftest.invalid\r\n", .wait = Wait::Nothing}},
            .rule = {.kind = Kind::GreetsLate},
            .failed = QStringLiteral("Programs that send junk mail do not wait; nothing stops them here."),
            .remedy = QStringLiteral("Refuse peers that speak first, unless a device of yours does so.")};
}

Attack stillThereAttack()
{
    return {.id = QStringLiteral("still-there"),
            .title = QStringLiteral("Does it still answer after all that?"),
            .steps = {{.octets = "EHLO selftest.invalid\r\n"}},
            .rule = {.kind = Kind::Answers},
            .failed = QStringLiteral("One of the attacks before has stopped it."),
            .remedy = QStringLiteral("Start it again and run the checks one by one (--only) to find which.")};
}

std::vector<Attack> attacksOn(const ListenerLook &look, const AttackEnvelope &envelope)
{
    return Table(look, envelope).make();
}

} // namespace relaywright
