// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/RunFacts.h"

#include <QDateTime>

namespace relaywright {

namespace {

QString versions(const TlsSettings &tls)
{
    const QString from = tls.minimum ? toString(*tls.minimum) : QStringLiteral("tls1.2");
    return tls.maximum ? QStringLiteral("%1 to %2").arg(from, toString(*tls.maximum))
                       : QStringLiteral("%1 or newer").arg(from);
}

QString signIn(const TestRequest &request)
{
    if (!request.account.isEmpty())
        return QStringLiteral("access token of the account %1").arg(request.account);
    const auto &credentials = request.connection.smtp.credentials;
    return credentials ? QStringLiteral("%1 (%2)").arg(credentials->user, toString(credentials->mechanism))
                       : QStringLiteral("none");
}

QString family(IpFamily family)
{
    switch (family) {
    case IpFamily::Any: return QStringLiteral("any");
    case IpFamily::V4: return QStringLiteral("IPv4 only");
    case IpFamily::V6: return QStringLiteral("IPv6 only");
    }
    Q_UNREACHABLE();
}

QString recipients(const Envelope &envelope)
{
    QStringList texts;
    for (const EmailAddress &address : envelope.recipients)
        texts += address.toString();
    return texts.join(QLatin1String(", "));
}

QString message(const TestRequest &request)
{
    if (!request.emlFile.isEmpty())
        return request.emlFile;
    return request.attachments.isEmpty()
               ? request.message.subject
               : QStringLiteral("%1 (with %2)")
                     .arg(request.message.subject, request.attachments.join(QLatin1String(", ")));
}

QString spoken(const std::optional<TlsSummary> &tls)
{
    return tls && !tls->protocol.isEmpty() ? QStringLiteral("%1, %2").arg(tls->protocol, tls->cipher)
                                           : QStringLiteral("none");
}

struct EndWords {
    QString label;
    QString clause;
};

EndWords wordsOf(Outcome outcome)
{
    switch (outcome) {
    case Outcome::Accepted: return {QStringLiteral("accepted"), QStringLiteral("was accepted")};
    case Outcome::StoppedAsAsked: return {QStringLiteral("stopped as asked"), QStringLiteral("stopped as asked")};
    case Outcome::RefusedByServer: return {QStringLiteral("refused"), QStringLiteral("was refused by the server")};
    case Outcome::TlsNotOffered: return {QStringLiteral("no TLS offered"), QStringLiteral("was offered no TLS")};
    case Outcome::TlsFailed: return {QStringLiteral("TLS failed"), QStringLiteral("came to no TLS")};
    case Outcome::AuthNotOffered:
        return {QStringLiteral("no sign-in offered"), QStringLiteral("was offered no sign-in that it can use")};
    case Outcome::AuthNeedsTls:
        return {QStringLiteral("sign-in needs TLS"),
                QStringLiteral("ended before the password would have gone without TLS")};
    case Outcome::MessageTooLarge:
        return {QStringLiteral("too large"), QStringLiteral("has a message that is larger than the server takes")};
    case Outcome::NeedsSmtpUtf8:
        return {QStringLiteral("SMTPUTF8 needed"), QStringLiteral("needs SMTPUTF8, which the server does not offer")};
    case Outcome::ConnectionFailed: return {QStringLiteral("no connection"), QStringLiteral("found no connection")};
    case Outcome::ConnectionLost: return {QStringLiteral("connection lost"), QStringLiteral("lost the connection")};
    case Outcome::TimedOut: return {QStringLiteral("no answer"), QStringLiteral("had no answer in time")};
    case Outcome::ProtocolViolation:
        return {QStringLiteral("not SMTP"), QStringLiteral("was answered with something that is not SMTP")};
    case Outcome::Cancelled: return {QStringLiteral("cancelled"), QStringLiteral("was cancelled")};
    }
    Q_UNREACHABLE();
}

} // namespace

RunFacts factsOf(const TestRecord &record)
{
    const ConnectionSettings &connection = record.request.connection;
    const bool smtp = !record.request.graph;
    const auto ofSmtp = [smtp](const QString &value) { return smtp ? value : QString(); };
    return {
        {QStringLiteral("Ran on"), record.host},
        {QStringLiteral("Server"), connection.server.toString()},
        {QStringLiteral("Address reached"), record.peerAddress},
        {QStringLiteral("Network"), ofSmtp(family(connection.family))},
        {QStringLiteral("Connects from"), connection.source ? connection.source->toString() : QString()},
        {QStringLiteral("Proxy"), connection.proxy ? connection.proxy->proxy.toString() : QString()},
        {QStringLiteral("TLS asked for"), ofSmtp(toString(connection.smtp.tls))},
        {QStringLiteral("TLS versions"), ofSmtp(versions(connection.tls))},
        {QStringLiteral("TLS spoken"), ofSmtp(spoken(record.tls))},
        {QStringLiteral("Certificate"),
         record.tls ? record.tls->certificateNames.join(QLatin1String(", ")) : QString()},
        {QStringLiteral("Certificate faults"), record.tls ? record.tls->faults.join(u' ') : QString()},
        {QStringLiteral("EHLO name"), ofSmtp(QString::fromUtf8(connection.smtp.ehloName))},
        {QStringLiteral("Sign-in"), signIn(record.request)},
        {QStringLiteral("MAIL FROM (P1)"), ofSmtp(toPath(record.request.envelope.sender))},
        {QStringLiteral("From (P2)"),
         record.request.emlFile.isEmpty() ? record.request.message.from.toString() : QString()},
        {QStringLiteral("Recipients"), recipients(record.request.envelope)},
        {QStringLiteral("Message"), message(record.request)},
        {QStringLiteral("Special"), peculiarities(record.request).join(QLatin1String("; "))},
    };
}

QString endInWords(const TestRecord &record)
{
    const Outcome outcome = record.outcome();
    if (outcome == Outcome::Accepted)
        return record.accepted() ? QStringLiteral("was accepted")
                                 : QStringLiteral("was accepted, but not for every recipient");
    if (outcome == Outcome::StoppedAsAsked)
        return QStringLiteral("stopped where it was asked to, without a refusal");
    QString reply = record.reply() ? QStringLiteral(": ") + record.reply()->toString() : QString();
    while (reply.endsWith(u'.')) // the sentence has one of its own
        reply.chop(1);
    return wordsOf(outcome).clause + QStringLiteral(" at %1").arg(toString(record.stage())) + reply;
}

QString shortEnd(const TestRecord &record)
{
    if (record.outcome() == Outcome::Accepted && !record.accepted())
        return QStringLiteral("partly accepted");
    return wordsOf(record.outcome()).label;
}

} // namespace relaywright
