// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/ServerState.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kMaxHelloOctets = 255;

bool isHelloName(QByteArrayView name)
{
    return !name.isEmpty() && name.size() <= kMaxHelloOctets
        && std::ranges::all_of(name, [](char c) { return c > ' ' && static_cast<unsigned char>(c) < 0x7f; });
}

std::optional<Reply> obstacle(bool is, const Reply &reply)
{
    return is ? std::optional(reply) : std::nullopt;
}

/// Ends at CRLF; a bare CR or LF is part of the line. Negative: no end yet.
qsizetype findLineEnd(QByteArrayView text, bool &bareLineFeed)
{
    for (const char *from = text.begin(); from < text.end();) {
        const auto *lf = static_cast<const char *>(std::memchr(from, '\n', static_cast<std::size_t>(text.end() - from)));
        if (!lf)
            return -1;
        if (lf > text.begin() && lf[-1] == '\r')
            return lf - 1 - text.begin();
        bareLineFeed = true;
        from = lf + 1;
    }
    return -1;
}

} // namespace

ServerSession::State::State(std::shared_ptr<const ServerSettings> settingsIn)
    : kept(std::move(settingsIn)), tls(settings.implicitTls)
{
    parameters = {.smtpUtf8 = offers("SMTPUTF8"), .dsn = offers("DSN"), .auth = !settings.authMechanisms.empty(),
                  .binaryMime = settings.chunking && offers("BINARYMIME")};
}

void ServerSession::State::append(QByteArrayView octets)
{
    if (at == in.size()) {
        in.resize(0);
        in.append(octets);
    } else { // moving or growing in place would leave a piece of a password behind
        const QByteArrayView rest = QByteArrayView(in).sliced(at);
        QByteArray joined;
        joined.reserve(rest.size() + octets.size());
        joined.append(rest).append(octets);
        in.swap(joined);
        if (mode == Mode::Command || mode == Mode::Auth)
            wipe(joined);
    }
    at = 0;
}

bool ServerSession::State::step()
{
    switch (mode) {
    case Mode::Command:
    case Mode::Auth:
        return stepLine();
    case Mode::Data:
        return stepData();
    case Mode::Bdat:
        return stepBdat();
    case Mode::Greeting:
    case Mode::Tls:
    case Mode::Closed:
        return false;
    }
    Q_UNREACHABLE();
}

bool ServerSession::State::stepLine()
{
    if (!hasInput())
        return false;
    if (skipping)
        return skipLine();
    const QByteArrayView rest = QByteArrayView(in).sliced(at);
    const bool auth = mode == Mode::Auth || (rest.size() >= 5 && rest.first(5).compare("AUTH ", Qt::CaseInsensitive) == 0);
    const qsizetype limit = auth ? kMaxAuthLineOctets : kMaxLineOctets;
    const qsizetype length = findLineEnd(rest, bareLineFeed);
    if (length + 2 > limit || (length < 0 && rest.size() > limit)) {
        skipping = length < 0;
        skippedCr = rest.back() == '\r';
        const qsizetype taken = skipping ? rest.size() : length + 2;
        if (auth)
            std::memset(in.data() + at, 0, static_cast<std::size_t>(taken));
        at += taken;
        mode = Mode::Command;
        sasl.reset();
        fault(auth ? Reply{500, {"5.5.6 Authentication exchange line is too long"}} : Reply{500, {"5.5.2 Line too long"}});
        return true;
    }
    if (length < 0)
        return false;
    const qsizetype begin = at;
    at += length + 2;
    onLine(rest.first(length));
    // A password went by: `in` still holds it, unless the answer has already emptied it.
    if (auth && begin + length <= in.size())
        std::memset(in.data() + begin, 0, static_cast<std::size_t>(length));
    return true;
}

bool ServerSession::State::skipLine()
{
    const QByteArrayView rest = QByteArrayView(in).sliced(at);
    if (skippedCr && rest.front() == '\n') {
        ++at;
        skipping = false;
        return true;
    }
    const qsizetype length = findLineEnd(rest, bareLineFeed);
    at += length < 0 ? rest.size() : length + 2;
    skipping = length < 0;
    skippedCr = rest.back() == '\r';
    return true;
}

void ServerSession::State::onLine(QByteArrayView line)
{
    if (observer)
        showPeerLine(line);
    if (mode == Mode::Auth)
        return onSaslStep(sasl->answer(line));
    const Command command = splitCommand(line);
    if (hasControlOctets(line))
        return fault(command.verb == Verb::Unknown ? settings.words.unknownCommand : settings.words.badArguments);
    onCommand(command);
}

void ServerSession::State::onCommand(const Command &command)
{
    switch (command.verb) {
    case Verb::Helo:
    case Verb::Ehlo:
        return onHello(command.argument, command.verb == Verb::Ehlo);
    case Verb::Mail:
        return onMail(command.argument);
    case Verb::Rcpt:
        return onRcpt(command.argument);
    case Verb::Data:
        return onData(command.argument);
    case Verb::Bdat:
        return onBdat(command.argument);
    case Verb::StartTls:
        return onStartTls(command.argument);
    case Verb::Auth:
        return onAuth(command.argument);
    case Verb::Rset:
        return command.argument.isEmpty() ? onReset() : fault(settings.words.badArguments);
    case Verb::Noop:
        writeRaw("250 2.0.0 OK\r\n");
        return countJunk();
    case Verb::Vrfy:
        if (command.argument.isEmpty())
            return fault(settings.words.badArguments);
        writeRaw("252 2.5.2 Cannot verify a user, but will take mail and try to deliver it\r\n");
        return countJunk();
    case Verb::Expn:
        return fault({502, {"5.5.1 Lists are not shown here"}});
    case Verb::Help:
        writeRaw("214 2.0.0 See RFC 5321\r\n");
        return countJunk();
    case Verb::Quit:
        writeRaw("221 2.0.0 Closing the connection\r\n");
        return shut(QStringLiteral("the peer said QUIT"));
    case Verb::Http:
        writeRaw("554 5.5.0 This is a mail server, not a web server\r\n");
        return shut(QStringLiteral("the peer speaks HTTP"));
    case Verb::Unknown:
        return fault(settings.words.unknownCommand);
    }
}

void ServerSession::State::onHello(QByteArrayView name, bool extended)
{
    if (!isHelloName(name))
        return fault(settings.words.badHello);
    if (hello) {
        countJunk();
        if (mode == Mode::Closed)
            return;
    }
    endTransaction();
    helloExtended = extended;
    emitAwaiting(HelloReceived{name.toByteArray(), extended}, Awaits::Hello);
}

void ServerSession::State::onMail(QByteArrayView argument)
{
    const GrammarWords &words = settings.words;
    auto stop = obstacle(!hello, words.helloFirst);
    if (!stop)
        stop = obstacle(transaction.has_value(), words.mailTwice);
    if (stop)
        return fault(*stop);
    if (settings.requireTls && !tls)
        return ruleFault(SettingsRule::TlsFirst, words.tlsFirst);
    if (settings.requireAuth && user.isEmpty())
        return ruleFault(SettingsRule::SignInFirst, words.authFirst);
    auto parsed = parseMailArgument(argument, parameters);
    if (const auto *wrong = std::get_if<ArgumentFault>(&parsed))
        return onArgumentFault(*wrong, words.badSender);
    MailArgument &mail = std::get<MailArgument>(parsed);
    if (mail.sizeOctets && *mail.sizeOctets > settings.maxMessageOctets)
        return ruleFault(SettingsRule::MessageSize, words.tooLarge);
    offered = Transaction{.utf8 = mail.utf8, .binary = mail.binary, .maxOctets = settings.maxMessageOctets};
    emitAwaiting(MailReceived{std::move(mail.sender), mail.sizeOctets, mail.eightBit, mail.utf8, mail.binary,
                              std::move(mail.dsn)},
                 Awaits::Mail);
}

void ServerSession::State::onRcpt(QByteArrayView argument)
{
    const GrammarWords &words = settings.words;
    if (!hello)
        return fault(words.helloFirst);
    if (!transaction)
        return fault(words.mailFirst);
    if (transaction->bdat)
        return fault({503, {"5.5.1 The message has already begun"}});
    auto parsed = parseRcptArgument(argument, transaction->utf8, parameters, settings.postmaster);
    if (const auto *wrong = std::get_if<ArgumentFault>(&parsed))
        return onArgumentFault(*wrong, words.badRecipient);
    if (transaction->accepted >= settings.maxRecipients) {
        write(words.tooManyRecipients);
        events.emplace_back(RuleRefused{SettingsRule::Recipients, words.tooManyRecipients});
        return;
    }
    RcptArgument &rcpt = std::get<RcptArgument>(parsed);
    emitAwaiting(RcptReceived{std::move(rcpt.recipient), std::move(rcpt.dsn)}, Awaits::Rcpt);
}

void ServerSession::State::onStartTls(QByteArrayView argument)
{
    if (!settings.startTls)
        return fault({502, {"5.5.1 STARTTLS is not available here"}});
    if (tls)
        return fault({503, {"5.5.1 TLS is already active"}});
    if (!argument.isEmpty())
        return fault(settings.words.badArguments);
    // Whoever is in the middle could have put them there to be read as if they had come inside TLS (CVE-2011-0411).
    if (hasInput())
        return refuseInjection();
    if (!hello)
        return fault(settings.words.helloFirst);
    if (settings.startTlsRefusal) {
        fault(*settings.startTlsRefusal);
        return settings.startTlsRefusal->code == 421 ? shut(QStringLiteral("closed with 421")) : void();
    }
    endTransaction();
    hello = false;
    user.clear();
    writeRaw("220 2.0.0 Ready to start TLS\r\n");
    mode = Mode::Tls;
    events.emplace_back(TlsWanted{});
}

void ServerSession::State::onReset()
{
    const bool had = transaction.has_value();
    endTransaction();
    writeRaw("250 2.0.0 OK\r\n");
    if (!had)
        countJunk();
}

void ServerSession::State::onArgumentFault(ArgumentFault faultIn, const Reply &badAddress)
{
    switch (faultIn) {
    case ArgumentFault::Syntax:
        return fault(settings.words.badArguments);
    case ArgumentFault::Address:
        return fault(badAddress);
    case ArgumentFault::NeedsSmtpUtf8:
        return fault({553, {"5.6.7 This address needs SMTPUTF8"}});
    case ArgumentFault::UnknownParameter:
        return fault({555, {"5.5.4 Parameter not recognized"}});
    }
}

void ServerSession::State::fault(const Reply &reply)
{
    write(reply);
    countJunk();
}

void ServerSession::State::ruleFault(SettingsRule rule, const Reply &reply, QByteArrayView mechanism)
{
    constexpr qsizetype kMaxMechanismChars = 20; // RFC 4422 §3.1
    const bool isName =
        mechanism.size() <= kMaxMechanismChars && std::ranges::all_of(mechanism, [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
    events.emplace_back(RuleRefused{rule, reply, isName ? mechanism.toByteArray().toUpper() : QByteArray()});
    fault(reply);
}

void ServerSession::State::countJunk()
{
    if (++junk <= settings.maxJunkCommands)
        return;
    writeRaw("421 4.7.0 Too many commands without a message; closing the connection\r\n");
    shut(QStringLiteral("too many commands without a message"));
}

void ServerSession::State::emitAwaiting(ServerEvent event, Awaits what)
{
    events.push_back(std::move(event));
    awaits = what;
}

void ServerSession::State::endTransaction()
{
    if (!transaction)
        return;
    dropData();
    transaction.reset();
    events.emplace_back(ResetReceived{});
}

void ServerSession::State::refuseInjection()
{
    writeRaw("554 5.5.0 Nothing may follow STARTTLS before the handshake\r\n");
    shut(QStringLiteral("the peer sent octets behind STARTTLS"));
}

void ServerSession::State::shut(const QString &reason)
{
    if (mode == Mode::Closed)
        return;
    dropData();
    transaction.reset();
    sasl.reset();
    awaits = Awaits::Nothing;
    mode = Mode::Closed;
    wipe(in);
    in.clear();
    at = 0;
    events.emplace_back(CloseWanted{reason});
}

} // namespace relaywright
