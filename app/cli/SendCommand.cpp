// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"
#include "app/cli/SayDiagnosis.h"
#include "app/cli/SendJob.h"

#include "core/diagnosis/Diagnosis.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/session/SmtpClient.h"

#include <QBuffer>
#include <QJsonArray>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

bool has8Bit(const QByteArray &octets)
{
    return std::ranges::any_of(octets, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// One send from sign-in to verdict; ends the program through the context.
class SendRun : public QObject {
public:
    SendRun(SendJob job, Context &context) : QObject(&context), m_context(context), m_job(std::move(job)) {}

    void start()
    {
        if (!m_job.password)
            return open();
        resolveSecret(*m_job.password, m_keychain, this, [this](Result<Secret> secret) {
            if (!secret) {
                const bool badValue = secret.error().kind == ErrorKind::InvalidInput;
                m_context.complain(secret.error().detail);
                return m_context.finish(badValue ? InvalidInput : Environment);
            }
            m_job.connection.smtp.credentials->secret = *secret;
            open();
        });
    }

private:
    void open()
    {
        m_client = std::make_unique<SmtpClient>(m_job.connection);
        m_message.setData(m_job.message);
        m_message.open(QIODevice::ReadOnly);
        connect(m_client.get(), &SmtpClient::lineAdded, this, [this](const TranscriptLine &line) {
            m_transcript.push_back(line);
            m_context.say(toText(line));
        });
        connect(m_client.get(), &SmtpClient::ready, this, [this] {
            if (m_transaction)
                m_client->quit();
            else
                m_client->submit({m_job.envelope, &m_message, has8Bit(m_job.message)});
        });
        connect(m_client.get(), &SmtpClient::transactionDone, this,
                [this](const TransactionResult &result) { m_transaction = result; });
        connect(m_client.get(), &SmtpClient::finished, this, &SendRun::onFinished);
        m_client->open();
    }

    void onFinished(const Finish &finish)
    {
        DiagnosisContext known;
        known.server = m_job.connection.server.toString();
        known.user = m_job.connection.smtp.credentials ? m_job.connection.smtp.credentials->user : QString();
        known.sender = toPath(m_job.envelope.sender);
        const auto diagnosis = diagnose(finish, m_transaction, known, m_context.knowledge);
        const Outcome outcome = m_transaction ? m_transaction->outcome : finish.outcome;
        sayVerdict(outcome, finish);
        if (diagnosis)
            sayDiagnosis(*diagnosis, m_context);
        m_context.print(report(outcome, finish, diagnosis));
        const bool saved = saveTranscript();
        m_context.finish(saved ? exitCode(outcome) : Environment);
    }

    void sayVerdict(Outcome outcome, const Finish &finish)
    {
        m_context.say();
        if (outcome == Outcome::Accepted)
            m_context.say(QStringLiteral("Accepted: %1 took the message. Message-ID %2")
                              .arg(m_job.connection.server.toString(), m_job.messageId));
        else if (outcome == Outcome::StoppedAsAsked)
            m_context.say(QStringLiteral("Stopped as asked; everything up to there went well."));
        else
            m_context.say(QStringLiteral("Not sent (%1).").arg(toString(outcome)));
        if (!finish.detail.isEmpty() && outcome != Outcome::Accepted)
            m_context.say(finish.detail);
        if (!m_transaction)
            return;
        for (const RecipientResult &one : m_transaction->recipients) {
            if (!one.accepted && one.reply)
                m_context.say(
                    QStringLiteral("  refused for %1: %2").arg(one.recipient.toString(), one.reply->toString()));
        }
        if (m_transaction->inDoubt)
            m_context.say(
                QStringLiteral("The connection broke after the whole message was sent: the server may have taken it."));
    }

    QJsonObject report(Outcome outcome, const Finish &finish, const std::optional<Diagnosis> &diagnosis) const
    {
        const std::optional<Reply> &reply = m_transaction ? m_transaction->reply : finish.reply;
        QJsonObject json{{QStringLiteral("schema"), QStringLiteral("relaywright.send/1")},
                         {QStringLiteral("server"), m_job.connection.server.toString()},
                         {QStringLiteral("outcome"), toString(outcome)},
                         {QStringLiteral("stage"), toString(m_transaction ? m_transaction->stage : finish.stage)},
                         {QStringLiteral("messageId"), m_job.messageId},
                         {QStringLiteral("transcript"), toJson(m_transcript)}};
        if (reply)
            json.insert(QStringLiteral("reply"), reply->toString());
        if (m_transaction) {
            QJsonArray recipients;
            for (const RecipientResult &one : m_transaction->recipients)
                recipients.append(
                    QJsonObject{{QStringLiteral("recipient"), one.recipient.toString()},
                                {QStringLiteral("accepted"), one.accepted},
                                {QStringLiteral("reply"), one.reply ? one.reply->toString() : QString()}});
            json.insert(QStringLiteral("recipients"), recipients);
            json.insert(QStringLiteral("inDoubt"), m_transaction->inDoubt);
        }
        if (const auto &tls = m_client->tls())
            json.insert(QStringLiteral("tls"),
                        QJsonObject{{QStringLiteral("protocol"), tls->protocol},
                                    {QStringLiteral("cipher"), tls->cipher},
                                    {QStringLiteral("faults"), QJsonArray::fromStringList(tls->faults)}});
        if (diagnosis)
            json.insert(QStringLiteral("diagnosis"), toJson(*diagnosis));
        return json;
    }

    bool saveTranscript() const
    {
        if (m_job.transcriptFile.isEmpty())
            return true;
        const auto written = writeFile(m_job.transcriptFile, toText(m_transcript).toUtf8());
        if (!written)
            m_context.complain(written.error().detail);
        return written.has_value();
    }

    int exitCode(Outcome outcome) const
    {
        switch (outcome) {
        case Outcome::Accepted: {
            const bool everyone = std::ranges::all_of(m_transaction->recipients, &RecipientResult::accepted);
            return everyone ? Done : AnswerIsNo;
        }
        case Outcome::StoppedAsAsked: return Done;
        case Outcome::ConnectionFailed:
        case Outcome::ConnectionLost:
        case Outcome::TimedOut:
        case Outcome::ProtocolViolation:
        case Outcome::Cancelled: return Environment;
        case Outcome::RefusedByServer:
        case Outcome::TlsNotOffered:
        case Outcome::TlsFailed:
        case Outcome::AuthNotOffered:
        case Outcome::AuthNeedsTls:
        case Outcome::MessageTooLarge:
        case Outcome::NeedsSmtpUtf8: return AnswerIsNo;
        }
        Q_UNREACHABLE();
    }

    Context &m_context;
    SendJob m_job;
    KeychainSecretStore m_keychain;
    std::unique_ptr<SmtpClient> m_client;
    QBuffer m_message;
    Transcript m_transcript;
    std::optional<TransactionResult> m_transaction;
};

std::optional<int> runSend(const SendOptions &options, Context &context)
{
    auto job = makeSendJob(options, context.clock.now());
    if (!job)
        return context.fail(job.error());
    (new SendRun(std::move(*job), context))->start(); // owned by the context
    return std::nullopt;
}

} // namespace

void addSendCommand(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<SendOptions>();
    CLI::App *send = app.add_subcommand("send", "Send a message and watch the conversation");
    send->add_option("--server", options->server, "HOST:PORT")->required();
    send->add_option("--tls", options->tls, "none, opportunistic, starttls or implicit")->capture_default_str();
    send->add_option("--auth", options->auth, "auto, plain, login, cram-md5 or xoauth2")->capture_default_str();
    send->add_option("--user", options->user, "Sign in as this user");
    send->add_option("--password-from", options->passwordFrom,
                     "keychain:NAME, env:NAME, file:PATH, credential:NAME or stdin");
    send->add_option("--from", options->from, "Sender, for the envelope and the From: header")->required();
    send->add_option("--to", options->to, "Recipient; may be repeated")->required()->expected(1)->take_all();
    send->add_option("--subject", options->subject, "Subject")->capture_default_str();
    send->add_option("--body", options->body, "Text")->capture_default_str();
    send->add_option("--message", options->messageFile, "Send this file as it is, instead of composing one");
    send->add_option("--attach", options->attachments, "Attach this file; may be repeated")->expected(1)->take_all();
    send->add_option("--ca-file", options->caFile, "Trust the certificates of this PEM file too");
    send->add_flag("--insecure", options->insecure, "Go on with any certificate; its faults are shown");
    send->add_option("--stop-after", options->stopAfter, "End politely after this stage, such as auth or rcpt");
    send->add_option("--transcript", options->transcriptFile, "Save the conversation to this file");
    send->add_option("--ehlo", options->ehloName, "The name to say in EHLO; this computer's by default");
    send->add_option("--patience", options->patienceSeconds, "Wait at most so many seconds for any answer")
        ->capture_default_str()
        ->check(CLI::Range(1, 3600));
    send->callback([options, &chosen] { chosen = [options](Context &context) { return runSend(*options, context); }; });
}

} // namespace relaywright::cli
