// SPDX-License-Identifier: GPL-3.0-or-later
// Where a test is filled from: one that was made before, or the plan of a sender.
#include "ui/drafts/TestDraft.h"

#include "core/base/Size.h"

#include <algorithm>

namespace relaywright {

namespace {

QString secondsOf(std::chrono::milliseconds time)
{
    return QString::number(std::max<qint64>(1, std::chrono::ceil<std::chrono::seconds>(time).count()));
}

LinkDraft linkOf(const TestRequest &request)
{
    const ConnectionSettings &connection = request.connection;
    LinkDraft link;
    link.ehloName = QString::fromLatin1(connection.smtp.ehloName);
    link.heloOnly = connection.smtp.heloOnly;
    link.family = connection.family;
    link.source = connection.source ? connection.source->toString() : QString();
    if (connection.proxy) {
        link.proxyKind = connection.proxy->kind;
        link.proxy = connection.proxy->proxy.toString();
        link.proxyUser = connection.proxy->user;
    }
    link.connectSeconds = secondsOf(connection.connectPatience);
    link.answerSeconds = secondsOf(connection.patience);
    for (const auto &[stage, limit] : connection.stagePatience)
        link.stageSeconds[stage] = secondsOf(limit).toInt();
    link.pipelining = connection.smtp.pipelining;
    link.chunking = connection.smtp.chunking;
    link.announceSize = connection.smtp.announceSize;
    link.claimedSize = connection.smtp.claimedSize ? sizeText(*connection.smtp.claimedSize) : QString();
    link.stopAfter = connection.smtp.stopAfter;
    link.smtpUtf8 = request.smtpUtf8;
    link.notifySuccess = request.dsn.success;
    link.notifyFailure = request.dsn.failure;
    link.notifyDelay = request.dsn.delay;
    link.notifyNever = request.dsn.never;
    link.dsnReturn = request.dsn.returned;
    link.dsnEnvelopeId = QString::fromUtf8(request.dsn.envelopeId);
    return link;
}

MessageExtras extrasOf(const TestRequest &request)
{
    const MessageDraft &message = request.message;
    MessageExtras extras;
    extras.fromName = message.fromName;
    extras.sender = message.sender ? message.sender->toString() : QString();
    extras.replyTo = message.replyTo ? message.replyTo->toString() : QString();
    extras.html = message.html;
    QStringList headers;
    for (const auto &[name, value] : message.headers)
        headers += QStringLiteral("%1: %2").arg(QString::fromLatin1(name), value);
    extras.headers = headers.join(u'\n');
    extras.charset = message.charset;
    extras.fill = request.fillOctets > 0 ? sizeText(request.fillOctets) : QString();
    extras.emlFile = request.emlFile;
    extras.quirks = request.quirks;
    return extras;
}

TlsDraft tlsOf(const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    return {tls.minimum,
            tls.maximum,
            tls.ciphers,
            tls.serverName,
            tls.expectedName,
            request.caFile,
            request.certificate.pkcs12File.isEmpty() ? request.certificate.certificateFile
                                                     : request.certificate.pkcs12File,
            request.certificate.keyFile,
            tls.insecure};
}

} // namespace

TestDraft draftOf(const TestRequest &request)
{
    const ConnectionSettings &connection = request.connection;
    TestDraft draft;
    draft.account = request.account;
    if (request.graph) {
        draft.graph = true;
        draft.mailbox = request.graph->mailbox.toString();
        draft.saveToSentItems = request.graph->saveToSentItems;
    } else {
        draft.server = connection.server.host.toString();
        draft.port = QString::number(connection.server.port);
    }
    draft.tls = connection.smtp.tls;
    draft.signInWithoutTls = connection.smtp.allowAuthWithoutTls;
    draft.authorityPem = connection.tls.caCertificatesPem;
    if (const auto &credentials = connection.smtp.credentials) {
        draft.user = credentials->user;
        draft.mechanism = credentials->mechanism;
        draft.actAs = credentials->authorizationId;
        draft.realm = credentials->realm;
    }
    draft.tlsDetails = tlsOf(request);
    draft.link = linkOf(request);
    if (!(request.message.from == anybody()))
        draft.from = request.message.from.toString();
    draft.nullReversePath = !request.envelope.sender && !request.graph;
    if (!request.graph && request.envelope.sender && request.envelope.sender->toString() != draft.from)
        draft.envelopeFrom = request.envelope.sender->toString();
    QStringList recipients;
    for (const EmailAddress &recipient : request.envelope.recipients)
        recipients += recipient.toString();
    draft.to = recipients.join(QLatin1String(", "));
    draft.subject = request.message.subject;
    draft.text = request.message.text;
    draft.attachments = request.attachments;
    draft.extras = extrasOf(request);
    draft.senderId = request.senderId;
    draft.method = parseMethod(request.method);
    return draft;
}

TestDraft fillIn(TestDraft draft, const Site &site, const Sender &sender, const Option &option)
{
    // The plan may say it in words only: "the computer that runs Relaywright".
    draft.server = Host::parse(option.settings.host) ? option.settings.host : QString();
    if (draft.server.isEmpty() && site.organisation.mxHost && option.method != Method::LocalRelay)
        draft.server = site.organisation.mxHost->toString();
    if (option.settings.port != 0)
        draft.port = QString::number(option.settings.port);
    draft.tls = parseTlsPolicy(option.settings.tls).value_or(TlsPolicy::Opportunistic);
    draft.user = option.settings.authentication == Authentication::Basic ? option.settings.user : QString();
    if (draft.user.isEmpty() && option.settings.authentication == Authentication::Basic && sender.signInAs)
        draft.user = sender.signInAs->toString();
    if (sender.from)
        draft.from = sender.from->toString();
    draft.envelopeFrom = sender.envelopeFrom ? sender.envelopeFrom->toString() : QString();
    draft.authorityPem.clear();
    draft.account.clear();
    draft.graph = false;
    draft.senderId = sender.id;
    draft.method = option.method;
    return draft;
}

} // namespace relaywright
