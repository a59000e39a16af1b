// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/SiteText.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace relaywright {

namespace {
struct SiteText { Q_DECLARE_TR_FUNCTIONS(SiteText) };
} // namespace

Choices<YesNo> yesNoChoices()
{
    return {{YesNo::Yes, SiteText::tr("Yes")},
            {YesNo::No, SiteText::tr("No")},
            {YesNo::Unknown, SiteText::tr("I don’t know")}};
}

Choices<std::optional<Cloud>> cloudChoices()
{
    return {{Cloud::Worldwide, SiteText::tr("Worldwide (also GCC)")},
            {Cloud::GccHigh, SiteText::tr("US Government GCC High")},
            {Cloud::Dod, SiteText::tr("US Government DoD")},
            {Cloud::China, SiteText::tr("China, operated by 21Vianet")},
            {std::nullopt, SiteText::tr("I don’t know")}};
}

Choices<SenderKind> senderKindChoices()
{
    return {{SenderKind::Printer, SiteText::tr("Printer")},
            {SenderKind::Scanner, SiteText::tr("Scanner or multifunction device")},
            {SenderKind::Nas, SiteText::tr("Network storage")},
            {SenderKind::Ups, SiteText::tr("UPS or building control")},
            {SenderKind::Fax, SiteText::tr("Fax server")},
            {SenderKind::Erp, SiteText::tr("Business application (ERP, CRM)")},
            {SenderKind::Database, SiteText::tr("Database server")},
            {SenderKind::Backup, SiteText::tr("Backup software")},
            {SenderKind::Monitoring, SiteText::tr("Monitoring")},
            {SenderKind::WebApp, SiteText::tr("Web application")},
            {SenderKind::Saas, SiteText::tr("Cloud service of somebody else")},
            {SenderKind::Script, SiteText::tr("Script")},
            {SenderKind::Other, SiteText::tr("Something else")}};
}

Choices<TlsAbility> tlsAbilityChoices()
{
    return {{TlsAbility::Tls13, SiteText::tr("TLS 1.3")},
            {TlsAbility::Tls12, SiteText::tr("TLS 1.2")},
            {TlsAbility::Tls11, SiteText::tr("TLS 1.1")},
            {TlsAbility::Tls10, SiteText::tr("TLS 1.0")},
            {TlsAbility::Ssl3, SiteText::tr("SSL 3.0 only")},
            {TlsAbility::None, SiteText::tr("No encryption")},
            {TlsAbility::Unknown, SiteText::tr("I don’t know")}};
}

Choices<SignInAbility> signInChoices()
{
    return {{SignInAbility::Basic, SiteText::tr("User name and password")},
            {SignInAbility::OAuth, SiteText::tr("OAuth (modern authentication)")},
            {SignInAbility::Ntlm, SiteText::tr("NTLM")},
            {SignInAbility::ClientCertificate, SiteText::tr("Client certificate")},
            {SignInAbility::None, SiteText::tr("It cannot sign in")},
            {SignInAbility::Unknown, SiteText::tr("I don’t know")}};
}

Choices<Reach> reachChoices()
{
    return {{Reach::Internal, SiteText::tr("Only people in our organisation")},
            {Reach::External, SiteText::tr("Only people outside")},
            {Reach::Both, SiteText::tr("Both, inside and outside")},
            {Reach::Unknown, SiteText::tr("I don’t know")}};
}

Choices<Hosting> hostingChoices()
{
    return {{Hosting::OwnLan, SiteText::tr("On our own network")},
            {Hosting::ThirdParty, SiteText::tr("At a hoster or service provider")},
            {Hosting::Azure, SiteText::tr("In Azure")},
            {Hosting::Unknown, SiteText::tr("I don’t know")}};
}

Choices<TlsPolicy> tlsPolicyChoices()
{
    return {{TlsPolicy::Required, SiteText::tr("STARTTLS required")},
            {TlsPolicy::Opportunistic, SiteText::tr("STARTTLS where offered")},
            {TlsPolicy::Implicit, SiteText::tr("TLS from the start")},
            {TlsPolicy::None, SiteText::tr("No encryption")}};
}

QString dayText(QDate date)
{
    static const QRegularExpression weekday(QStringLiteral("[\\s,]*dddd[\\s,.]*"));
    return QLocale().toString(date, QLocale().dateFormat(QLocale::LongFormat).remove(weekday));
}

QString stageName(Stage stage)
{
    switch (stage) {
    case Stage::Connect:  return SiteText::tr("Connect");
    case Stage::Greeting: return SiteText::tr("Greeting");
    case Stage::Ehlo:     return SiteText::tr("Hello");
    case Stage::Tls:      return SiteText::tr("TLS");
    case Stage::Auth:     return SiteText::tr("Sign-in");
    case Stage::Mail:     return SiteText::tr("Sender");
    case Stage::Rcpt:     return SiteText::tr("Recipients");
    case Stage::Data:     return SiteText::tr("Message");
    case Stage::Quit:     return SiteText::tr("Goodbye");
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
