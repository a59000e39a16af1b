// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Subject.h"

#include "core/site/SiteDocument.h"

#include <QLocale>

#include <algorithm>

namespace relaywright {

namespace {

QString kindWords(SenderKind kind)
{
    switch (kind) {
    case SenderKind::Printer: return QStringLiteral("The printer");
    case SenderKind::Scanner: return QStringLiteral("The scanner");
    case SenderKind::Nas: return QStringLiteral("The storage");
    case SenderKind::Ups: return QStringLiteral("The UPS");
    case SenderKind::Fax: return QStringLiteral("The fax");
    case SenderKind::Erp: return QStringLiteral("The ERP system");
    case SenderKind::Database: return QStringLiteral("The database");
    case SenderKind::Backup: return QStringLiteral("The backup");
    case SenderKind::Monitoring: return QStringLiteral("The monitoring");
    case SenderKind::WebApp: return QStringLiteral("The web application");
    case SenderKind::Saas: return QStringLiteral("The service");
    case SenderKind::Script: return QStringLiteral("The script");
    case SenderKind::Other: return QStringLiteral("The sender");
    }
    Q_UNREACHABLE();
}

const Network *outgoingNetwork(const Site &site, const Sender &sender)
{
    const bool elsewhere = sender.hosting == Hosting::ThirdParty || sender.hosting == Hosting::Azure;
    return elsewhere && sender.network.isEmpty() ? nullptr : networkOf(site, sender);
}

/// A connector only where every condition of it is known to hold; else a mailbox.
Method upstreamOf(const Subject &subject)
{
    const bool ownAddress = subject.staticEgress() == YesNo::Yes && subject.sharedEgress() == YesNo::No
                            && !subject.connectorAddresses().isEmpty();
    const bool reachable = subject.port25() == YesNo::Yes && subject.organisation().mxHost && !subject.mxIsGateway();
    const qint64 recipients = subject.knowledge.number(QStringLiteral("connector-relay.recipients-per-message"));
    const bool mayRelay = subject.fromAccepted() && subject.sender.hosting == Hosting::OwnLan
                          && !Subject::above(subject.sender.recipientsPerMessage, recipients);
    return ownAddress && reachable && mayRelay ? Method::ConnectorRelay : Method::ClientSubmission;
}

} // namespace

Subject::Subject(const Site &theSite, const Sender &theSender, const Knowledge &theKnowledge, QDate theDay)
    : site(theSite), sender(theSender), knowledge(theKnowledge), today(theDay),
      network(outgoingNetwork(theSite, theSender))
{
    relayUpstream = upstreamOf(*this);
}

QString Subject::name() const
{
    return sender.name.trimmed().isEmpty() ? kindWords(sender.kind) : sender.name.trimmed();
}

bool Subject::tlsAtLeast(TlsAbility least) const
{
    return !tlsUnknown() && static_cast<int>(sender.tls) >= static_cast<int>(least);
}

QString Subject::tlsWords() const
{
    switch (sender.tls) {
    case TlsAbility::Unknown: return QStringLiteral("may or may not do TLS");
    case TlsAbility::None: return QStringLiteral("cannot use TLS");
    case TlsAbility::Ssl3: return QStringLiteral("can do SSL 3.0 at most");
    case TlsAbility::Tls10: return QStringLiteral("can do TLS 1.0 at most");
    case TlsAbility::Tls11: return QStringLiteral("can do TLS 1.1 at most");
    case TlsAbility::Tls12: return QStringLiteral("can do TLS 1.2");
    case TlsAbility::Tls13: return QStringLiteral("can do TLS 1.3");
    }
    Q_UNREACHABLE();
}

bool Subject::certificate() const
{
    return sender.signIn == SignInAbility::ClientCertificate && tlsAtLeast(TlsAbility::Tls10);
}

bool Subject::isBox() const
{
    switch (sender.kind) {
    case SenderKind::Printer:
    case SenderKind::Scanner:
    case SenderKind::Nas:
    case SenderKind::Ups:
    case SenderKind::Fax: return true;
    default: return false;
    }
}

bool Subject::fromAccepted() const
{
    return sender.from
           && std::ranges::find(organisation().acceptedDomains, sender.from->domain())
                  != organisation().acceptedDomains.end();
}

bool Subject::fromNotAccepted() const
{
    return sender.from && !organisation().acceptedDomains.empty() && !fromAccepted();
}

bool Subject::mxIsGateway() const
{
    if (!organisation().mxHost)
        return false;
    const QString host = organisation().mxHost->toString();
    const QJsonArray suffixes = knowledge.fact(QStringLiteral("mx.suffixes")).value.toArray();
    return std::none_of(suffixes.begin(), suffixes.end(),
                        [&](const QJsonValue &suffix) { return host.endsWith(u'.' + suffix.toString()); });
}

QStringList Subject::connectorAddresses() const
{
    QStringList addresses;
    const qint64 shortest = knowledge.number(QStringLiteral("connector-relay.ipv4-prefix.shortest"));
    for (const IpNetwork &block : network ? network->egress : std::vector<IpNetwork>()) {
        if (block.address().family() == IpAddress::Family::V4 && block.prefixLength() >= shortest)
            addresses += block.toString();
    }
    return addresses;
}

QString Subject::egressWords() const
{
    QStringList addresses;
    for (const IpNetwork &block : network ? network->egress : std::vector<IpNetwork>())
        addresses += block.toString();
    return addresses.join(QStringLiteral(", "));
}

bool Subject::spfLists() const
{
    if (!network || network->egress.empty())
        return false;
    const QStringList terms = organisation().existingSpf.toLower().split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(network->egress, [&](const IpNetwork &block) {
        const bool v4 = block.address().family() == IpAddress::Family::V4;
        const QString term = (v4 ? QStringLiteral("ip4:") : QStringLiteral("ip6:")) + block.toString();
        return terms.contains(term) || terms.contains(u'+' + term);
    });
}

bool Subject::messageAbove(qint64 limitOctets) const
{
    return sender.largestMessageOctets && *sender.largestMessageOctets > static_cast<std::uint64_t>(limitOctets);
}

QString Subject::submissionHostFact() const
{
    return organisation().cloud ? QStringLiteral("client-submission.host.%1").arg(toString(*organisation().cloud))
                                : QString();
}

QString Subject::submissionHost() const
{
    return organisation().cloud ? knowledge.text(submissionHostFact()) : QString();
}

QString Subject::submissionHostWords() const
{
    return organisation().cloud ? submissionHost() : QStringLiteral("Exchange Online");
}

std::uint16_t Subject::submissionPort() const
{
    const bool only25 = port587() == YesNo::No && port25() == YesNo::Yes;
    return static_cast<std::uint16_t>(knowledge.number(only25 ? QStringLiteral("client-submission.port.alternative")
                                                              : QStringLiteral("client-submission.port")));
}

QDate Subject::basicEnds() const
{
    return knowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"));
}

bool Subject::basicIsOver() const
{
    return today > basicEnds();
}

QString dateWords(QDate date)
{
    return QLocale::c().toString(date, QStringLiteral("d MMMM yyyy"));
}

QString countWords(qint64 count)
{
    return QLocale(QLocale::English, QLocale::UnitedStates).toString(count);
}

} // namespace relaywright
