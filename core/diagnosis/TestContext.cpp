// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/diagnosis/TestContext.h"

#include "core/mail/DisplayName.h"
#include "core/session/PracticeGreeting.h"

#include <algorithm>

namespace relaywright {

namespace {

/// What the site says; of the sender only where the test was one of it.
DiagnosisContext siteContext(const Site &site, const QString &senderId)
{
    const auto sender = std::ranges::find(site.senders, senderId, &Sender::id);
    if (!senderId.isEmpty() && sender != site.senders.end())
        return contextOf(site, *sender);
    DiagnosisContext known;
    if (!site.organisation.acceptedDomains.empty()) // an empty site knows nothing
        known.organisation = site.organisation;
    known.permissionsChangedAt = lastPermissionChange(site);
    return known;
}

/// The first that was refused, else the first.
const EmailAddress *recipientOf(const TestRecord &record)
{
    if (record.transaction) {
        for (const RecipientResult &result : record.transaction->recipients) {
            if (!result.accepted)
                return &result.recipient;
        }
    }
    const auto &recipients = record.request.envelope.recipients;
    return recipients.empty() ? nullptr : &recipients.front();
}

/// DATA was said, and not answered with leave to send the message (RFC 5321 §4.1.1.4). BDAT carries its octets along.
bool stoppedAtDataCommand(const Transcript &transcript)
{
    using enum TranscriptLine::Direction;
    const auto isOfData = [](TranscriptLine::Direction direction, QLatin1String beginning) {
        return [direction, beginning](const TranscriptLine &line) {
            return line.direction == direction && line.stage == Stage::Data && line.text.startsWith(beginning);
        };
    };
    return std::ranges::any_of(transcript, isOfData(Sent, QLatin1String("DATA")))
           && std::ranges::none_of(transcript, isOfData(Received, QLatin1String("354")));
}

/// The MX host that the test spoke to, where it is one of them; else the preferred one.
QString mxOf(const QStringList &hosts, const QString &server)
{
    const auto same = std::ranges::find_if(
        hosts, [&server](const QString &host) { return host.compare(server, Qt::CaseInsensitive) == 0; });
    return same != hosts.end() ? *same : hosts.value(0);
}

} // namespace

std::optional<TokenClaims> tokenOf(const TestRequest &request, const Secret &password)
{
    const auto &credentials = request.connection.smtp.credentials;
    if (!credentials || !takesToken(credentials->mechanism))
        return std::nullopt;
    auto claims = readAccessToken(password);
    return claims ? std::optional(std::move(*claims)) : std::nullopt;
}

QByteArray mechanismOf(const TestRecord &record)
{
    for (auto at = record.transcript.rbegin(); at != record.transcript.rend(); ++at) {
        const TranscriptLine &line = *at;
        const bool auth = line.direction == TranscriptLine::Direction::Sent && line.stage == Stage::Auth
                          && line.text.startsWith(QLatin1String("AUTH "), Qt::CaseInsensitive);
        if (auth)
            return line.text.section(u' ', 1, 1).toLatin1().toUpper();
    }
    const auto &credentials = record.request.connection.smtp.credentials;
    if (!credentials || credentials->mechanism == AuthMechanism::Auto)
        return {};
    return toWire(credentials->mechanism);
}

QString headerFromOf(const LintedSenders &senders)
{
    const EmailAddress *address = firstFrom(senders);
    if (!address)
        return {};
    const QString &name = senders.from.front().displayName;
    return name.isEmpty() ? address->toString() : QStringLiteral("%1 <%2>").arg(name, address->toString());
}

QString headerFromOf(const TestRequest &request)
{
    if (!request.emlFile.isEmpty())
        return {};
    MessageDraft draft = request.message;
    draft.addressInDisplayName = draft.addressInDisplayName || request.quirks.addressInDisplayName;
    const QString name = displayNameOf(draft);
    const QString address = draft.from.toString();
    return name.isEmpty() ? address : QStringLiteral("%1 <%2>").arg(name, address);
}

DiagnosisContext contextOf(const TestRecord &record, const Site &site, const TestSurroundings &besides, TimePoint now)
{
    const TestRequest &request = record.request;
    const ConnectionSettings &connection = request.connection;
    DiagnosisContext known = siteContext(site, request.senderId);
    known.stage = record.stage();
    known.method = parseMethod(request.method);
    known.server = connection.server.toString();
    known.user = connection.smtp.credentials ? connection.smtp.credentials->user : QString();
    known.sender = request.envelope.sender ? request.envelope.sender->toString() : QString();
    known.headerFrom = request.emlFile.isEmpty() ? headerFromOf(request) : besides.headerFrom;
    if (const EmailAddress *recipient = recipientOf(record)) {
        known.recipient = recipient->toString();
        known.dnsMx = mxOf(besides.mxHosts.value(recipient->domain().toAscii()), connection.server.host.toString());
    }
    known.tlsActive = record.tls && !record.tls->protocol.isEmpty();
    known.tlsProtocol = record.tls ? record.tls->protocol : QString();
    known.beforeContent = stoppedAtDataCommand(record.transcript);
    known.saysHelo = connection.smtp.heloOnly;
    known.mechanism = mechanismOf(record);
    known.offeredMechanisms = record.capabilities.authMechanisms;
    known.token = besides.token;
    if (besides.ladder && besides.ladder->server.compare(known.server, Qt::CaseInsensitive) == 0)
        known.probeBlame = besides.ladder->blame;
    if (besides.permissionsChangedAt)
        known.permissionsChangedAt = besides.permissionsChangedAt;
    // A practice server decides by its own clock, which may stand on next month's day.
    known.now = practiceTime(record.transcript).value_or(now);
    return known;
}

std::optional<Diagnosis> diagnose(const TestRecord &record, const DiagnosisContext &known, const Knowledge &knowledge)
{
    if (!record.request.graph)
        return diagnose(record.finish, record.transaction, known, knowledge);
    if (!record.graph || record.graph->title.isEmpty())
        return std::nullopt;
    const GraphWords &words = *record.graph;
    const QString said = words.code.isEmpty() ? words.message : QStringLiteral("%1: %2").arg(words.code, words.message);
    Diagnosis diagnosis = diagnose(ServiceAnswer{words.status, said}, known, knowledge);
    diagnosis.seen = words.status > 0 ? QStringLiteral("HTTP %1 %2").arg(words.status).arg(said).trimmed() : said;
    if (!diagnosis.entryId.isEmpty())
        return diagnosis;
    if (words.cause.isEmpty())
        return std::nullopt; // the record's own sentence says it all
    diagnosis.title = words.title;
    diagnosis.causes = {Cause{.text = words.cause, .remedy = words.remedy}};
    diagnosis.remedies.clear();
    diagnosis.source = {QStringLiteral("Microsoft Graph error responses and resource types"),
                        QStringLiteral("https://learn.microsoft.com/graph/errors")};
    return diagnosis;
}

} // namespace relaywright
