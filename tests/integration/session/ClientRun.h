// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SmtpClient.h"
#include "core/smtp/Transcript.h"

#include <QBuffer>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

namespace relaywright::test {

/// Settings for a server of the test on this machine.
[[nodiscard]] inline ConnectionSettings settingsFor(std::uint16_t port, TlsPolicy tls = TlsPolicy::None)
{
    return {.server = {*Host::parse(QStringLiteral("127.0.0.1")), port},
            .smtp = {.ehloName = "console.example", .tls = tls},
            .patience = std::chrono::seconds(10)};
}

[[nodiscard]] inline Credentials credentialsOf(const QString &user, const QString &password,
                                               AuthMechanism mechanism = AuthMechanism::Auto)
{
    return {.user = user, .secret = Secret::fromText(password), .mechanism = mechanism};
}

/// One client from `open` to `finished`, with all it said. It submits its messages one after another and then quits.
struct ClientRun {
    explicit ClientRun(const ConnectionSettings &settings) : client(settings)
    {
        QObject::connect(&client, &SmtpClient::lineAdded, &client, [this](const TranscriptLine &line) {
            afterTheEnd = afterTheEnd || !ends.empty();
            lines.push_back(line);
        });
        QObject::connect(&client, &SmtpClient::ready, &client, [this] { onReady(); });
        QObject::connect(&client, &SmtpClient::transactionDone, &client, [this](const TransactionResult &result) {
            afterTheEnd = afterTheEnd || !ends.empty();
            results.push_back(result);
        });
        QObject::connect(&client, &SmtpClient::finished, &client,
                         [this](const Finish &finish) { ends.push_back(finish); });
        QObject::connect(&client, &SmtpClient::messageProgress, &client,
                         [this](qint64 sent, qint64 total) { progress.emplace_back(sent, total); });
    }

    void addMessage(const QByteArray &octets, const QStringList &recipients = {QStringLiteral("b@example.com")})
    {
        auto file = std::make_unique<QBuffer>();
        file->setData(octets);
        file->open(QIODevice::ReadOnly);
        addMessage(std::move(file), recipients);
    }
    void addMessage(std::unique_ptr<QIODevice> file, const QStringList &recipients = {QStringLiteral("b@example.com")})
    {
        Envelope envelope{.sender = *EmailAddress::parse(QStringLiteral("a@example.com")), .recipients = {}};
        for (const QString &recipient : recipients)
            envelope.recipients.push_back(*EmailAddress::parse(recipient));
        messages.push_back({std::move(envelope), file.get(), false});
        files.push_back(std::move(file));
    }

    /// The message added last, to be changed before the run.
    [[nodiscard]] OutgoingMessage &lastMessage() { return messages.back(); }

    /// To `finished`; false when it does not come. What comes after it in one more round of the loop is looked at too.
    [[nodiscard]] bool run(std::chrono::milliseconds limit = std::chrono::seconds(20))
    {
        QEventLoop loop; // qWaitFor sleeps ten milliseconds between looks, which a large message feels
        QObject::connect(&client, &SmtpClient::finished, &loop, &QEventLoop::quit);
        QTimer::singleShot(limit, &loop, &QEventLoop::quit);
        client.open();
        if (ends.empty())
            loop.exec();
        QCoreApplication::processEvents();
        return ends.size() == 1 && !afterTheEnd;
    }

    [[nodiscard]] const Finish &end() const { return ends.front(); }
    [[nodiscard]] QString text() const { return toText(lines); }
    [[nodiscard]] QByteArray show() const { return text().toUtf8(); }

    SmtpClient client;
    Transcript lines;
    std::vector<TransactionResult> results;
    std::vector<Finish> ends;
    std::vector<std::pair<qint64, qint64>> progress;
    int readyCount = 0;
    bool afterTheEnd = false;

private:
    void onReady()
    {
        afterTheEnd = afterTheEnd || !ends.empty();
        const auto next = static_cast<std::size_t>(readyCount++);
        if (next < messages.size())
            client.submit(messages[next]);
        else
            client.quit();
    }

    std::vector<OutgoingMessage> messages;
    std::vector<std::unique_ptr<QIODevice>> files;
};

} // namespace relaywright::test
