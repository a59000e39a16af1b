// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Overloaded.h"
#include "core/smtp/ServerSession.h"

#include <QList>

namespace relaywright {

/// Plays the owner of a ServerSession: says yes to everything, unless told otherwise, and writes down what happened.
struct ServerTalk {
    explicit ServerTalk(ServerSettings settings = plainSettings()) : session(std::move(settings)) {}

    static ServerSettings plainSettings()
    {
        ServerSettings settings;
        settings.serverName = "mx.dst.test";
        return settings;
    }
    /// STARTTLS, and sign-in inside it only.
    static ServerSettings tlsSettings()
    {
        ServerSettings settings = plainSettings();
        settings.startTls = true;
        settings.authMechanisms = {AuthMechanism::Plain, AuthMechanism::Login, AuthMechanism::XOAuth2};
        return settings;
    }
    /// Sign-in in the clear as well.
    static ServerSettings signInSettings()
    {
        ServerSettings settings = tlsSettings();
        settings.authOnlyInTls = false;
        return settings;
    }
    /// Codes of the replies in `output`, one per reply.
    static QStringList codes(const QByteArray &output)
    {
        QStringList list;
        for (const QByteArray &line : output.split('\n')) {
            if (line.size() > 3 && line[3] == ' ')
                list += QString::fromLatin1(line.left(3));
        }
        return list;
    }
    static inline const QByteArray kMail{"MAIL FROM:<a@src.test>\r\n"};
    static inline const QByteArray kRcpt{"RCPT TO:<b@dst.test>\r\n"};

    QByteArray start()
    {
        session.start();
        return pump();
    }
    /// What comes back for `octets`.
    QByteArray say(const QByteArray &octets)
    {
        session.receive(octets);
        return pump();
    }
    /// The same, one octet at a time.
    QByteArray drip(const QByteArray &octets)
    {
        QByteArray answers;
        for (const char octet : octets)
            answers += say(QByteArray(1, octet));
        return answers;
    }
    QByteArray pump()
    {
        while (auto event = session.next())
            std::visit([this](const auto &e) { on(e); }, *event);
        return session.takeOutput();
    }

    void on(const HelloReceived &hello)
    {
        hellos += hello.name;
        session.answerHello();
    }
    void on(const MailReceived &mail)
    {
        mails.push_back(mail);
        if (messageLimit)
            session.limitMessage(*messageLimit);
        session.answer(mailAnswer);
    }
    void on(const RcptReceived &rcpt)
    {
        recipients += rcpt.recipient.toString();
        asked.push_back(rcpt.dsn);
        session.answer(rcptAnswer);
    }
    void on(const DataStarting &) { session.answer(dataAnswer); }
    void on(const DataChunk &chunk)
    {
        largestChunk = std::max(largestChunk, chunk.octets.size());
        current += chunk.octets;
    }
    void on(const DataEnded &ended)
    {
        countedOctets = ended.octets;
        messages += std::exchange(current, {});
        if (answersData)
            session.answer({250, {"2.0.0 Taken"}});
    }
    void on(const DataDropped &)
    {
        ++drops;
        current.clear();
    }
    void on(const AuthReceived &auth)
    {
        auths.push_back(auth);
        session.answerAuth(authAccepted);
    }
    void on(const TlsWanted &) { ++tlsWishes; }
    void on(const ResetReceived &) { ++resets; }
    void on(const RuleRefused &refused) { rules.push_back(refused); }
    void on(const CloseWanted &close)
    {
        ++closes;
        closeReason = close.reason;
    }

    ServerSession session;
    Reply mailAnswer{250, {"2.1.0 OK"}};
    Reply rcptAnswer{250, {"2.1.5 OK"}};
    Reply dataAnswer{354, {"Go on"}};
    std::optional<std::uint64_t> messageLimit;
    bool answersData = true;
    bool authAccepted = true;

    QByteArrayList hellos;
    std::vector<MailReceived> mails;
    QStringList recipients;
    std::vector<DsnRecipient> asked; ///< with each of them
    QByteArrayList messages;
    QByteArray current;
    qsizetype largestChunk = 0;
    std::uint64_t countedOctets = 0;
    std::vector<AuthReceived> auths;
    std::vector<RuleRefused> rules;
    int drops = 0;
    int resets = 0;
    int closes = 0;
    int tlsWishes = 0;
    QString closeReason;
};

} // namespace relaywright
