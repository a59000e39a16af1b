// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the session: reply lines, the EHLO list, and what an observer may see.
#include "core/smtp/ServerState.h"

#include "core/smtp/Transcript.h"

#include <algorithm>

namespace relaywright {

namespace {

QByteArray hidden()
{
    return hiddenSecret().toUtf8();
}

/// Where AUTH stands behind a blank, tab, CR or LF; -1: nowhere, or where it is an argument (EHLO names no such host).
qsizetype hiddenSignIn(QByteArrayView line)
{
    constexpr QByteArrayView kWord("AUTH");
    bool blankSoFar = true;
    for (qsizetype at = 1; at + kWord.size() <= line.size(); ++at) {
        const char before = line[at - 1];
        blankSoFar = blankSoFar && (before == ' ' || (before >= '\t' && before <= '\r'));
        if ((blankSoFar || before == '\n' || before == '\r')
            && line.sliced(at, kWord.size()).compare(kWord, Qt::CaseInsensitive) == 0)
            return at;
    }
    return -1;
}

/// Replies come from people and other servers too; none may break out of its line.
void appendLine(QByteArray &out, int code, char separator, const QByteArray &text)
{
    out += QByteArray::number(code);
    out += separator;
    const qsizetype begin = out.size();
    out += text;
    for (qsizetype i = begin; i < out.size(); ++i) {
        if (static_cast<unsigned char>(out.at(i)) < 0x20 && out.at(i) != '\t')
            out[i] = '?';
    }
    out += "\r\n";
}

} // namespace

void ServerSession::State::write(const Reply &reply)
{
    const qsizetype lines = std::max<qsizetype>(1, reply.lines.size());
    for (qsizetype i = 0; i < lines; ++i) {
        const qsizetype begin = out.size();
        appendLine(out, reply.code, i + 1 < lines ? '-' : ' ', reply.lines.value(i));
        if (observer)
            observer(Side::Us, out.mid(begin, out.size() - begin - 2));
    }
}

void ServerSession::State::writeRaw(QByteArrayView line)
{
    out.append(line.data(), line.size());
    if (observer)
        observer(Side::Us, line.chopped(2).toByteArray());
}

void ServerSession::State::showPeerLine(QByteArrayView line)
{
    if (mode == Mode::Auth)
        return observer(Side::Peer, hidden());
    // A blank in front, or a whole conversation on one line from a peer that ends its lines with LF: no command of ours,
    // and a sign-in all the same.
    if (const qsizetype begin = hiddenSignIn(line); begin >= 0) {
        authSeen = true;
        return observer(Side::Peer, line.first(begin).toByteArray() + "AUTH " + hidden());
    }
    const Verb verb = splitCommand(line).verb;
    if (verb == Verb::Unknown && authSeen)
        return observer(Side::Peer, hidden());
    if (verb != Verb::Auth)
        return observer(Side::Peer, line.toByteArray());
    authSeen = true;
    const QByteArrayList words = line.toByteArray().simplified().split(' ');
    // `AUTH dXNlcg==` without a mechanism is a secret too.
    const bool named = words.size() > 1 && parseAuthMechanism(QString::fromLatin1(words[1].left(32))).has_value();
    observer(Side::Peer, named ? "AUTH " + words[1] + (words.size() > 2 ? ' ' + hidden() : QByteArray()) : "AUTH " + hidden());
}

bool ServerSession::State::offers(QByteArrayView extension) const
{
    if (settings.extraExtensions.isEmpty())
        return extension == QByteArrayView("SMTPUTF8") || (settings.dsn && extension == QByteArrayView("DSN"));
    return std::ranges::any_of(settings.extraExtensions, [extension](const QByteArray &line) {
        return line.compare(extension, Qt::CaseInsensitive) == 0;
    });
}

bool ServerSession::State::canDo(AuthMechanism mechanism) const
{
    return SaslServer::supports(mechanism) && (mechanism != AuthMechanism::CramMd5 || settings.nonce);
}

Reply ServerSession::State::helloReply(const QByteArray &words) const
{
    Reply reply{250, {words.isEmpty() ? settings.serverName : settings.serverName + ' ' + words}};
    if (!helloExtended)
        return reply;
    static const QByteArrayList builtIn{"PIPELINING", "SIZE", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8",
                                        "STARTTLS",   "AUTH", "CHUNKING"};
    for (const QByteArray &line : settings.extraExtensions.isEmpty() ? builtIn : settings.extraExtensions) {
        if (line == "SIZE") {
            reply.lines += "SIZE " + QByteArray::number(settings.maxMessageOctets);
        } else if (line == "STARTTLS") {
            if (settings.startTls && !tls)
                reply.lines += line;
        } else if (line == "AUTH") {
            QByteArray mechanisms;
            for (const AuthMechanism mechanism : settings.authMechanisms)
                mechanisms += canDo(mechanism) ? ' ' + toWire(mechanism) : QByteArray();
            if (!mechanisms.isEmpty() && (tls || !settings.authOnlyInTls))
                reply.lines += line + mechanisms;
        } else if (line == "DSN" && !offers(line)) {
            continue;
        } else if (settings.chunking || (line != "CHUNKING" && line != "BINARYMIME")) {
            reply.lines += line;
        }
    }
    return reply;
}

} // namespace relaywright
