// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/TestRequest.h"

namespace relaywright {

namespace {

QString spoken(TlsVersion version)
{
    return QStringLiteral("TLS ") + toString(version).mid(3);
}

void addTls(QStringList &lines, const TestRequest &request)
{
    const TlsSettings &tls = request.connection.tls;
    if (tls.minimum)
        lines += QStringLiteral("%1 at least").arg(spoken(*tls.minimum));
    if (tls.maximum)
        lines += QStringLiteral("%1 at most").arg(spoken(*tls.maximum));
    if (!tls.ciphers.isEmpty())
        lines += QStringLiteral("Only these ciphers: %1").arg(tls.ciphers);
    if (!tls.serverName.isEmpty())
        lines += QStringLiteral("Asks for the certificate of %1 (SNI)").arg(tls.serverName);
    if (!tls.expectedName.isEmpty())
        lines += QStringLiteral("The certificate must be for %1").arg(tls.expectedName);
    if (tls.insecure)
        lines += QStringLiteral("Accepts any certificate");
    if (!request.certificate.isEmpty())
        lines += QStringLiteral("Shows a client certificate: %1")
                     .arg(request.certificate.pkcs12File.isEmpty() ? request.certificate.certificateFile
                                                                   : request.certificate.pkcs12File);
}

void addNetwork(QStringList &lines, const ConnectionSettings &connection)
{
    if (connection.family != IpFamily::Any)
        lines += connection.family == IpFamily::V4 ? QStringLiteral("IPv4 only") : QStringLiteral("IPv6 only");
    if (connection.source)
        lines += QStringLiteral("Connects from %1").arg(connection.source->toString());
    if (connection.proxy)
        lines += QStringLiteral("Goes through the proxy %1").arg(connection.proxy->proxy.toString());
}

void addConversation(QStringList &lines, const ClientSettings &smtp)
{
    if (smtp.heloOnly)
        lines += QStringLiteral("Says HELO, so it sees no extension: no STARTTLS, no sign-in");
    if (!smtp.pipelining)
        lines += QStringLiteral("Waits for every answer");
    if (smtp.chunking)
        lines += QStringLiteral("Sends the message in chunks (BDAT)");
    if (!smtp.announceSize)
        lines += QStringLiteral("Does not say the size of the message");
    if (smtp.claimedSize)
        lines += QStringLiteral("Says that the message has %1 octets").arg(*smtp.claimedSize);
    if (smtp.allowAuthWithoutTls)
        lines += QStringLiteral("Signs in without TLS where there is none");
    if (smtp.stopAfter != Stage::Quit)
        lines += QStringLiteral("Stops after %1").arg(toString(smtp.stopAfter));
}

void addEnvelope(QStringList &lines, const TestRequest &request)
{
    if (!request.envelope.sender)
        lines += QStringLiteral("The reverse-path is empty (<>)");
    else if (request.emlFile.isEmpty() && !(*request.envelope.sender == request.message.from))
        lines += QStringLiteral("From: says %1, MAIL FROM says %2")
                     .arg(request.message.from.toString(), request.envelope.sender->toString());
    if (request.dsn.asked)
        lines += QStringLiteral("Asks for delivery reports");
    if (request.smtpUtf8)
        lines += QStringLiteral("Asks for SMTPUTF8");
}

void addGraph(QStringList &lines, const TestByGraph &graph)
{
    lines += QStringLiteral("Goes through Microsoft Graph, from the mailbox %1").arg(graph.mailbox.toString());
    if (!graph.saveToSentItems)
        lines += QStringLiteral("Leaves no copy in Sent Items");
}

void addMessage(QStringList &lines, const TestRequest &request)
{
    if (request.quirks.noDate)
        lines += QStringLiteral("The message has no Date");
    if (request.quirks.noMessageId)
        lines += QStringLiteral("The message has no Message-ID");
    if (request.quirks.bareLineFeeds)
        lines += QStringLiteral("A bare LF ends its lines");
    if (request.quirks.addressInDisplayName)
        lines += QStringLiteral("The display name holds an address");
}

} // namespace

QStringList peculiarities(const TestRequest &request)
{
    QStringList lines;
    if (request.graph) {
        addGraph(lines, *request.graph);
        addMessage(lines, request);
        return lines;
    }
    if (request.connection.smtp.tls == TlsPolicy::None)
        lines += QStringLiteral("No TLS");
    if (request.connection.smtp.tls == TlsPolicy::Opportunistic)
        lines += QStringLiteral("Goes on without TLS where none is offered");
    addTls(lines, request);
    addNetwork(lines, request.connection);
    addConversation(lines, request.connection.smtp);
    addEnvelope(lines, request);
    addMessage(lines, request);
    return lines;
}

} // namespace relaywright
