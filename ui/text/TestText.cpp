// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/TestText.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct TestText {
    Q_DECLARE_TR_FUNCTIONS(TestText)
};

} // namespace

Choices<AuthMechanism> mechanismChoices()
{
    Choices<AuthMechanism> choices{{AuthMechanism::Auto, TestText::tr("The best that both know")}};
    for (const AuthMechanism mechanism :
         {AuthMechanism::Plain, AuthMechanism::Login, AuthMechanism::CramMd5, AuthMechanism::Ntlm,
          AuthMechanism::ScramSha1, AuthMechanism::ScramSha256, AuthMechanism::XOAuth2, AuthMechanism::OAuthBearer})
        choices.emplace_back(mechanism, QString::fromLatin1(toWire(mechanism)));
    choices.emplace_back(AuthMechanism::External, TestText::tr("EXTERNAL: the client certificate"));
    return choices;
}

Choices<std::optional<TlsVersion>> tlsVersionChoices(const QString &usual)
{
    return {{std::nullopt, usual},
            {TlsVersion::Tls10, QStringLiteral("TLS 1.0")},
            {TlsVersion::Tls11, QStringLiteral("TLS 1.1")},
            {TlsVersion::Tls12, QStringLiteral("TLS 1.2")},
            {TlsVersion::Tls13, QStringLiteral("TLS 1.3")}};
}

Choices<IpFamily> familyChoices()
{
    return {{IpFamily::Any, TestText::tr("IPv4 or IPv6")},
            {IpFamily::V4, TestText::tr("IPv4 only")},
            {IpFamily::V6, TestText::tr("IPv6 only")}};
}

Choices<std::optional<ProxySettings::Kind>> proxyChoices()
{
    return {{std::nullopt, TestText::tr("None")},
            {ProxySettings::Kind::Socks5, TestText::tr("SOCKS 5")},
            {ProxySettings::Kind::HttpConnect, TestText::tr("HTTP (CONNECT)")}};
}

Choices<Stage> stopChoices()
{
    Choices<Stage> choices{{Stage::Quit, TestText::tr("Nothing: send the message")}};
    for (const Stage stage :
         {Stage::Connect, Stage::Greeting, Stage::Ehlo, Stage::Tls, Stage::Auth, Stage::Mail, Stage::Rcpt})
        choices.emplace_back(stage, stageName(stage));
    return choices;
}

Choices<DsnRequest::Return> dsnReturnChoices()
{
    return {{DsnRequest::Return::Unsaid, TestText::tr("What the server likes")},
            {DsnRequest::Return::Full, TestText::tr("The whole message")},
            {DsnRequest::Return::Headers, TestText::tr("Its header only")}};
}

Choices<QByteArray> charsetChoices()
{
    return {{"utf-8", QStringLiteral("UTF-8")},
            {"iso-8859-1", QStringLiteral("ISO 8859-1")},
            {"us-ascii", QStringLiteral("US-ASCII")}};
}

QString endWords(const TestRecord &record)
{
    if (record.accepted())
        return TestText::tr("accepted");
    switch (record.outcome()) {
    case Outcome::Accepted: return TestText::tr("accepted for some recipients");
    case Outcome::StoppedAsAsked: return TestText::tr("stopped as asked");
    case Outcome::Cancelled: return TestText::tr("cancelled");
    default: break;
    }
    const auto reply = record.reply();
    if (!reply || reply->isPositive())
        return TestText::tr("failed: %1").arg(stageName(record.stage()));
    const auto enhanced = reply->enhanced();
    const QString code = QString::number(reply->code);
    return TestText::tr("refused: %1").arg(enhanced ? code + u' ' + enhanced->toString() : code);
}

} // namespace relaywright
