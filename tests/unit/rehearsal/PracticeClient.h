// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeServer.h"
#include "core/session/SmtpClient.h"

#include <QBuffer>

#include <functional>
#include <optional>

namespace relaywright {

inline EmailAddress address(const QByteArray &text)
{
    return EmailAddress::parse(QString::fromLatin1(text)).value();
}

constexpr const char *kPracticePassword = "Passw0rd-in-the-clear";

/// A tenant contoso.com with the mailbox scanner@contoso.com; loopback is no address of its connector.
inline PracticeSettings practice(PracticeMethod method)
{
    PracticeSettings settings;
    settings.method = method;
    PracticeAccount scanner;
    scanner.user = QStringLiteral("scanner@contoso.com");
    scanner.password = Secret(QByteArray(kPracticePassword));
    scanner.accessToken = Secret(QByteArray("good-token"));
    settings.tenant.accounts = {scanner};
    return settings;
}

inline QByteArray message(const QByteArray &from)
{
    return "From: " + from
           + "\r\nTo: x@example.com\r\nSubject: Scan 7\r\nMessage-ID: <7@scanner.contoso.com>\r\n"
             "Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\nA scan.\r\n";
}

/// How the real client behaves.
struct Wish {
    TlsPolicy tls = TlsPolicy::Required;
    const char *password = kPracticePassword; ///< nullptr: no sign-in
    QByteArray p1 = "scanner@contoso.com";    ///< empty: the null reverse-path
    QByteArray content = message("Scanner <scanner@contoso.com>");
    QByteArray recipient = "anybody@example.com";
    AuthMechanism mechanism = AuthMechanism::Auto;
    QByteArray ehloName = "scanner.contoso.com";
    std::function<void(ConnectionSettings &)> more{};
    bool lineEndsAsTheyAre = false;
};

/// What the conversation and the transaction came to.
struct Sent {
    std::optional<TransactionResult> result;
    std::optional<Finish> finish;
    QString transcript;
};

/// One message through the real client.
inline Sent send(const PracticeServer &server, const Wish &wish)
{
    ConnectionSettings settings{.server = server.address()};
    settings.smtp.ehloName = wish.ehloName;
    settings.smtp.tls = wish.tls;
    if (wish.password)
        settings.smtp.credentials =
            Credentials{QStringLiteral("scanner@contoso.com"), Secret(QByteArray(wish.password)), wish.mechanism};
    settings.tls.caCertificatesPem = server.authorityPem();
    settings.tls.expectedName = practiceHostName();
    settings.patience = std::chrono::seconds(20);
    if (wish.more)
        wish.more(settings);
    QBuffer content;
    content.setData(wish.content);
    content.open(QIODevice::ReadOnly);
    OutgoingMessage outgoing{.content = &content};
    outgoing.envelope.sender = wish.p1.isEmpty() ? ReversePath() : ReversePath(address(wish.p1));
    outgoing.envelope.recipients = {address(wish.recipient)};
    outgoing.lineEndsAsTheyAre = wish.lineEndsAsTheyAre;
    Sent sent;
    SmtpClient client(settings);
    QObject::connect(&client, &SmtpClient::lineAdded, &client,
                     [&](const TranscriptLine &line) { sent.transcript += toText(line) + u'\n'; });
    QObject::connect(&client, &SmtpClient::ready, &client, [&] {
        if (sent.result)
            client.quit();
        else
            client.submit(outgoing);
    });
    QObject::connect(&client, &SmtpClient::transactionDone, &client,
                     [&](const TransactionResult &result) { sent.result = result; });
    QObject::connect(&client, &SmtpClient::finished, &client, [&](const Finish &finish) { sent.finish = finish; });
    client.open();
    (void)QTest::qWaitFor([&] { return sent.finish.has_value(); }, 30000);
    return sent;
}

/// The reply that decided, of the transaction or of the conversation, or the word of its outcome.
inline QString verdict(const Sent &sent)
{
    if (sent.result && sent.result->reply)
        return sent.result->reply->toString();
    if (sent.finish && sent.finish->reply)
        return sent.finish->reply->toString();
    return sent.finish ? toString(sent.finish->outcome) : QStringLiteral("nothing");
}

} // namespace relaywright
