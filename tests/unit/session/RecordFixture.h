// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"

namespace relaywright::test {

[[nodiscard]] inline EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QLatin1String(text));
}

/// A plain test of today.
[[nodiscard]] inline TestRequest plainTest()
{
    TestRequest request{.connection = {.server = {*Host::parse(QStringLiteral("mx.example.com")), 587}},
                        .message = {.from = address("a@example.com")}};
    request.connection.smtp.ehloName = "console.example";
    request.envelope = {address("a@example.com"), {address("b@example.com")}};
    request.message.to = request.envelope.recipients;
    request.message.subject = QStringLiteral("A test");
    request.message.text = QStringLiteral("Hello.");
    return request;
}

[[nodiscard]] inline TranscriptLine said(Stage stage, const char *text, bool tls = false)
{
    return {.direction = TranscriptLine::Direction::Sent, .stage = stage, .tls = tls, .text = QString::fromUtf8(text)};
}
[[nodiscard]] inline TranscriptLine got(Stage stage, const char *text, bool tls = false)
{
    const bool refusal = text[0] == '4' || text[0] == '5';
    return {.direction = TranscriptLine::Direction::Received,
            .stage = stage,
            .tls = tls,
            .refusal = refusal,
            .text = QString::fromUtf8(text)};
}
[[nodiscard]] inline TranscriptLine noted(Stage stage, const char *text)
{
    return {.stage = stage, .text = QString::fromUtf8(text)};
}

/// Refused at RCPT, with nearly every field in use.
[[nodiscard]] inline TestRecord refusedTest()
{
    TestRecord record{.request = plainTest()};
    record.startedAt = TimePoint(std::chrono::milliseconds(1'795'262'700'123));
    record.host = QStringLiteral("desk");
    record.peerAddress = QStringLiteral("192.0.2.1");
    const Reply refusal{550, {"5.7.64 TenantAttribution; Relay Access Denied", "5.7.64 second line"}};
    record.finish = {Outcome::Accepted, Stage::Quit, std::nullopt, {}};
    record.transaction = TransactionResult{
        Outcome::RefusedByServer, Stage::Rcpt, refusal, {{address("b@example.com"), refusal, false}}, false};
    record.capabilities.serverName = "mx.example.com";
    record.capabilities.pipelining = true;
    record.capabilities.sizeLimitOctets = 157286400;
    record.capabilities.authMechanisms = {"LOGIN", "XOAUTH2"};
    TlsSummary tls;
    tls.protocol = QStringLiteral("TLSv1.3");
    tls.cipher = QStringLiteral("TLS_AES_256_GCM_SHA384");
    tls.certificateNames = {QStringLiteral("mx.example.com")};
    tls.issuer = QStringLiteral("Example CA");
    tls.expires = QDateTime(QDate(2027, 1, 31), QTime(0, 0), Qt::UTC);
    tls.faults = {QStringLiteral("The certificate is for <b>, not for mx.example.com.")};
    tls.chain = {{.names = {QStringLiteral("mx.example.com")},
                  .subject = QStringLiteral("CN=mx.example.com"),
                  .issuer = QStringLiteral("CN=Example CA"),
                  .begins = QDateTime(QDate(2026, 1, 31), QTime(0, 0), Qt::UTC),
                  .expires = tls.expires,
                  .publicKey = QStringLiteral("EC 256"),
                  .fingerprintSha256 = QStringLiteral("AB:CD")}};
    record.tls = tls;
    record.transcript = {noted(Stage::Connect, "Connecting to mx.example.com:587."),
                         got(Stage::Greeting, "220 mx.example.com ready"),
                         said(Stage::Ehlo, "EHLO console.example"),
                         got(Stage::Ehlo, "250-mx.example.com"),
                         got(Stage::Ehlo, "250 PIPELINING"),
                         said(Stage::Mail, "MAIL FROM:<a@example.com>", true),
                         said(Stage::Rcpt, "RCPT TO:<b@example.com>", true),
                         got(Stage::Mail, "250 2.1.0 ok", true),
                         got(Stage::Rcpt, "550-5.7.64 TenantAttribution; Relay Access Denied", true),
                         got(Stage::Rcpt, "550 5.7.64 second line", true)};
    record.transcript[1].sinceStart = std::chrono::milliseconds(250);
    record.transcript.back().sinceStart = std::chrono::milliseconds(1000);
    record.messageId = QStringLiteral("<relaywright1@example.com>");
    record.messageOctets = 512;
    return record;
}

} // namespace relaywright::test
