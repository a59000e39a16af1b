// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SendJob.h"

#include "app/cli/Context.h"
#include "core/mail/Compose.h"
#include "core/mail/Header.h"

#include <QFileInfo>
#include <QMimeDatabase>
#include <QRandomGenerator>
#include <QSysInfo>

namespace relaywright::cli {

namespace {

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

tl::unexpected<Error> invalid(const QString &sentence)
{
    return failure(ErrorKind::InvalidInput, sentence);
}

Result<Envelope> envelopeOf(const SendOptions &options)
{
    Envelope envelope;
    if (!options.from.empty() && options.from != "<>") {
        const auto from = EmailAddress::parse(text(options.from));
        if (!from)
            return tl::unexpected(from.error());
        envelope.sender = *from;
    }
    for (const std::string &one : options.to) {
        const auto to = EmailAddress::parse(text(one));
        if (!to)
            return tl::unexpected(to.error());
        envelope.recipients.push_back(*to);
    }
    return envelope;
}

Result<std::vector<Attachment>> attachmentsOf(const SendOptions &options)
{
    std::vector<Attachment> attachments;
    for (const std::string &file : options.attachments) {
        auto content = readFile(text(file));
        if (!content)
            return tl::unexpected(content.error());
        const QString type = QMimeDatabase().mimeTypeForFileNameAndData(text(file), *content).name();
        attachments.push_back({QFileInfo(text(file)).fileName(), type.toLatin1(), std::move(*content)});
    }
    return attachments;
}

Result<QByteArray> messageOf(const SendOptions &options, const Envelope &envelope, TimePoint now)
{
    if (!options.messageFile.empty())
        return readFile(text(options.messageFile));
    if (!envelope.sender)
        return invalid(QStringLiteral("A message without a sender can only be sent from a file: use --message FILE."));
    auto attachments = attachmentsOf(options);
    if (!attachments)
        return tl::unexpected(attachments.error());
    const MessageDraft draft{*envelope.sender,      QString(),          envelope.recipients,
                             text(options.subject), text(options.body), std::move(*attachments),
                             std::nullopt};
    const QByteArray token = QByteArray::number(QRandomGenerator::system()->generate64(), 36);
    auto message = compose(draft, now, token);
    if (!message)
        return tl::unexpected(message.error());
    return message->octets;
}

Result<ClientSettings> smtpOf(const SendOptions &options)
{
    ClientSettings smtp;
    smtp.ehloName =
        options.ehloName.empty() ? QSysInfo::machineHostName().toUtf8() : QByteArray::fromStdString(options.ehloName);
    const auto tls = parseTlsPolicy(text(options.tls));
    if (!tls)
        return invalid(QStringLiteral("--tls must be one of none, opportunistic, starttls, implicit."));
    smtp.tls = *tls;
    const auto mechanism = parseAuthMechanism(text(options.auth));
    if (!mechanism)
        return invalid(QStringLiteral("--auth must be one of auto, plain, login, cram-md5, xoauth2."));
    if (!options.user.empty())
        smtp.credentials = Credentials{text(options.user), Secret(), *mechanism};
    if (!options.stopAfter.empty()) {
        const auto stage = parseStage(text(options.stopAfter));
        if (!stage)
            return invalid(QStringLiteral(
                "--stop-after must be one of connect, greeting, ehlo, tls, auth, mail, rcpt, data, quit."));
        smtp.stopAfter = *stage;
    }
    return smtp;
}

} // namespace

Result<SendJob> makeSendJob(const SendOptions &options, TimePoint now)
{
    const auto server = Endpoint::parse(text(options.server));
    if (!server)
        return tl::unexpected(server.error());
    auto smtp = smtpOf(options);
    if (!smtp)
        return tl::unexpected(smtp.error());
    SendJob job{{.server = *server, .smtp = std::move(*smtp), .tls = {.insecure = options.insecure}},
                {},
                {},
                {},
                {},
                text(options.transcriptFile)};
    job.connection.patience = std::chrono::seconds(options.patienceSeconds);
    job.connection.connectPatience = std::min(job.connection.connectPatience, job.connection.patience);
    if (!options.caFile.empty()) {
        auto pem = readFile(text(options.caFile));
        if (!pem)
            return tl::unexpected(pem.error());
        job.connection.tls.caCertificatesPem = std::move(*pem);
    }
    if (options.user.empty() != options.passwordFrom.empty())
        return invalid(
            QStringLiteral("To sign in, give both --user and --password-from; to send without, give neither."));
    if (!options.passwordFrom.empty()) {
        auto ref = SecretRef::parse(text(options.passwordFrom));
        if (!ref)
            return tl::unexpected(ref.error());
        job.password = std::move(*ref);
    }
    auto envelope = envelopeOf(options);
    if (!envelope)
        return tl::unexpected(envelope.error());
    job.envelope = std::move(*envelope);
    auto message = messageOf(options, job.envelope, now);
    if (!message)
        return tl::unexpected(message.error());
    job.message = std::move(*message);
    job.messageId = QString::fromUtf8(MessageHeader::read(job.message).value("Message-ID").value_or(QByteArray()));
    return job;
}

} // namespace relaywright::cli
