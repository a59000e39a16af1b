// SPDX-License-Identifier: GPL-3.0-or-later
// The message itself (DATA and BDAT), sign-in, and the owner's answers.
#include "core/smtp/ServerState.h"

#include <algorithm>
#include <utility>

namespace relaywright {

std::optional<Reply> ServerSession::State::dataObstacle() const
{
    if (!hello)
        return settings.words.helloFirst;
    if (!transaction)
        return settings.words.mailFirst;
    if (transaction->failed)
        return Reply{503, {"5.5.1 An earlier part was refused; send RSET"}};
    if (transaction->accepted > 0)
        return std::nullopt;
    return transaction->refused > 0 ? Reply{554, {"5.5.1 No valid recipients"}} : settings.words.rcptFirst;
}

void ServerSession::State::onData(QByteArrayView argument)
{
    if (!argument.isEmpty())
        return fault(settings.words.badArguments);
    if (const auto obstacle = dataObstacle())
        return fault(*obstacle);
    if (transaction->bdat)
        return fault({503, {"5.5.1 DATA may not follow BDAT"}});
    if (transaction->binary)
        return fault({503, {"5.5.1 A binary message comes with BDAT, not with DATA"}});
    emitAwaiting(DataStarting{}, Awaits::DataStart);
}

bool ServerSession::State::stepData()
{
    if (!hasInput())
        return false;
    const QByteArrayView rest = QByteArrayView(in).sliced(at);
    QByteArray piece;
    piece.reserve(std::min(rest.size(), kPieceOctets));
    const DataReader::Step step = reader.read(rest, piece, kPieceOctets);
    at += step.consumed;
    transaction->octets += static_cast<std::uint64_t>(piece.size());
    if (refusesNewlines(piece))
        return true;
    if (transaction->octets > transaction->maxOctets) {
        transaction->tooLarge = true;
        dropData();
    } else if (!piece.isEmpty()) {
        events.emplace_back(DataChunk{std::move(piece)});
    }
    const bool ended = step.state == DataReader::State::Ended || step.state == DataReader::State::EndedBare;
    if (ended)
        endData(step.state == DataReader::State::EndedBare);
    return ended || step.consumed > 0;
}

void ServerSession::State::endData(bool bare)
{
    mode = Mode::Command;
    closeAfterData = bare;
    if (!transaction->tooLarge) {
        transaction->dataOpen = false;
        return emitAwaiting(DataEnded{transaction->octets}, Awaits::DataEnd);
    }
    ruleFault(SettingsRule::MessageSize, settings.words.tooLarge);
    endTransaction();
    if (closeAfterData)
        shut(QStringLiteral("the peer ended data with bare line feeds"));
}

bool ServerSession::State::refusesNewlines(QByteArrayView piece)
{
    if (settings.bareNewlines != BareNewlines::Refuse)
        return false;
    transaction->newlines.read(piece);
    if (!transaction->newlines.sawAny())
        return false;
    const Reply refusal{550, {"5.5.2 A bare CR or LF stands in the message; end lines with CRLF"}};
    write(refusal);
    events.emplace_back(RuleRefused{SettingsRule::BareNewlines, refusal});
    shut(QStringLiteral("a bare CR or LF in the message"));
    return true;
}

void ServerSession::State::dropData()
{
    if (transaction && std::exchange(transaction->dataOpen, false))
        events.emplace_back(DataDropped{});
}

void ServerSession::State::onBdat(QByteArrayView argument)
{
    if (!settings.chunking) {
        // The octets that follow would be read as commands (CVE-2017-16943 and its kin).
        writeRaw("502 5.5.1 CHUNKING was not offered\r\n");
        return shut(QStringLiteral("BDAT without CHUNKING"));
    }
    const auto parsed = parseBdatArgument(argument);
    if (const auto *wrong = std::get_if<BdatFault>(&parsed)) {
        // How many octets follow cannot be known, so the conversation cannot go on.
        write(*wrong == BdatFault::TooLarge ? settings.words.tooLarge : settings.words.badArguments);
        return shut(QStringLiteral("BDAT without a size"));
    }
    const BdatArgument &chunk = std::get<BdatArgument>(parsed);
    bdatOctets = bdatRemaining = chunk.octets;
    bdatLast = chunk.last;
    bdatRefusal = dataObstacle();
    mode = Mode::Bdat;
    if (bdatRefusal)
        return;
    if (chunk.octets > transaction->maxOctets - transaction->octets) {
        bdatRefusal = settings.words.tooLarge;
        return;
    }
    if (!std::exchange(transaction->bdat, true))
        emitAwaiting(DataStarting{}, Awaits::DataStart);
}

bool ServerSession::State::stepBdat()
{
    const auto available = static_cast<std::uint64_t>(in.size() - at);
    const std::uint64_t take = std::min({available, bdatRemaining, static_cast<std::uint64_t>(kPieceOctets)});
    if (take == 0 && bdatRemaining > 0)
        return false;
    const auto size = static_cast<qsizetype>(take);
    if (!bdatRefusal && size > 0) {
        if (refusesNewlines(QByteArrayView(in).sliced(at, size)))
            return true;
        events.emplace_back(DataChunk{in.sliced(at, size)});
        transaction->octets += take;
    }
    at += size;
    bdatRemaining -= take;
    if (bdatRemaining == 0)
        endChunk();
    return true;
}

void ServerSession::State::endChunk()
{
    mode = Mode::Command;
    if (bdatRefusal) {
        if (transaction) {
            dropData();
            transaction->bdat = true;
            transaction->failed = true;
        }
        const Reply refusal = *std::exchange(bdatRefusal, std::nullopt);
        return refusal == settings.words.tooLarge ? ruleFault(SettingsRule::MessageSize, refusal) : fault(refusal);
    }
    if (!bdatLast && bdatOctets == 0)
        countJunk(); // it brings nothing and could go on for ever
    if (mode == Mode::Closed)
        return;
    if (!bdatLast)
        return writeRaw("250 2.0.0 " + QByteArray::number(bdatOctets) + " octets received\r\n");
    transaction->dataOpen = false;
    emitAwaiting(DataEnded{transaction->octets}, Awaits::DataEnd);
}

void ServerSession::State::onAuth(QByteArrayView argument)
{
    const qsizetype space = argument.indexOf(' ');
    const QByteArrayView word = space < 0 ? argument : argument.first(space);
    if (settings.authMechanisms.empty())
        return ruleFault(SettingsRule::SignInNotOffered, {502, {"5.5.1 Authentication is not offered here"}}, word);
    if (!hello)
        return fault(settings.words.helloFirst);
    if (transaction)
        return fault({503, {"5.5.1 AUTH may not stand inside a mail transaction"}});
    if (!user.isEmpty())
        return fault({503, {"5.5.1 Already authenticated"}});
    if (settings.authOnlyInTls && !tls)
        return ruleFault(SettingsRule::TlsFirst, settings.words.authNeedsTls, word);
    const QByteArrayView initial = space < 0 ? QByteArrayView() : argument.sliced(space + 1).trimmed();
    const auto mechanism = word.size() > 32 ? std::nullopt : parseAuthMechanism(QString::fromLatin1(word));
    if (!mechanism || std::ranges::find(settings.authMechanisms, *mechanism) == settings.authMechanisms.end()
        || !canDo(*mechanism))
        return ruleFault(SettingsRule::SignInNotOffered, settings.words.unknownMechanism, word);
    if (*mechanism == AuthMechanism::CramMd5)
        sasl.emplace(*mechanism, cramMd5Challenge(settings.nonce(), settings.serverName));
    else
        sasl.emplace(*mechanism);
    onSaslStep(sasl->start(initial));
}

void ServerSession::State::onSaslStep(SaslStep step)
{
    if (const auto *challenge = std::get_if<SaslChallenge>(&step)) {
        mode = Mode::Auth;
        return write({334, {challenge->line}});
    }
    mode = Mode::Command;
    const AuthMechanism mechanism = sasl->mechanism();
    sasl.reset();
    if (auto *claim = std::get_if<SaslClaim>(&step)) {
        claimedUser = claim->user;
        return emitAwaiting(AuthReceived{mechanism, claim->user, std::move(claim->password), std::move(claim->proof)},
                            Awaits::Auth);
    }
    switch (std::get<SaslFault>(step)) {
    case SaslFault::Malformed:
        return fault({501, {"5.5.2 Cannot decode the response"}});
    case SaslFault::Cancelled:
        return fault({501, {"5.7.0 Authentication cancelled"}});
    case SaslFault::Refused:
        return refuseSignIn({535, {"5.7.8 Authentication credentials invalid"}});
    }
}

void ServerSession::State::refuseSignIn(const Reply &reply)
{
    write(reply);
    if (reply.code == 421)
        return shut(QStringLiteral("closed with 421"));
    if (++authFailures <= settings.maxAuthFailures)
        return;
    writeRaw("421 4.7.0 Too many failed sign-ins; closing the connection\r\n");
    shut(QStringLiteral("too many failed sign-ins"));
}

void ServerSession::State::onAnswer(const Reply &reply)
{
    const bool positive = reply.isPositive();
    switch (std::exchange(awaits, Awaits::Nothing)) {
    case Awaits::Nothing:
    case Awaits::Auth: // answerAuth
        return;
    case Awaits::Hello:
        hello = hello || positive;
        break;
    case Awaits::Mail:
        if (positive)
            transaction = offered;
        offered.reset();
        break;
    case Awaits::Rcpt:
        ++(positive ? transaction->accepted : transaction->refused);
        break;
    case Awaits::DataStart:
        return onDataStartAnswer(reply);
    case Awaits::DataEnd:
        transaction.reset();
        junk = positive ? 0 : junk;
        break;
    }
    write(reply);
    if (reply.code == 421)
        shut(QStringLiteral("closed with 421"));
    else if (std::exchange(closeAfterData, false))
        shut(QStringLiteral("the peer ended data with bare line feeds"));
}

void ServerSession::State::onDataStartAnswer(const Reply &reply)
{
    const bool goOn = reply.code == 354;
    transaction->dataOpen = goOn;
    if (mode == Mode::Bdat && reply.code != 421) {
        if (!goOn)
            bdatRefusal = reply;
        return;
    }
    write(reply);
    if (reply.code == 421)
        return shut(QStringLiteral("closed with 421"));
    if (!goOn) {
        transaction.reset();
        return;
    }
    mode = Mode::Data;
    reader = DataReader(settings.bareNewlines == BareNewlines::EndsData ? DataReader::BareLf::EndsData
                                                                        : DataReader::BareLf::Content);
}

} // namespace relaywright
