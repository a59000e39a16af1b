// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Subject.h"

#include "core/site/SiteDocument.h"

#include <QLocale>

#include <algorithm>
#include <string_view>

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

/// The published SPF record names every address that the mail may come from.
bool spfListsEgress(const Organisation &organisation, const Network *network)
{
    if (!network || network->egress.empty() || organisation.existingSpf.isEmpty())
        return false;
    const QStringList terms = organisation.existingSpf.toLower().split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(network->egress, [&](const IpNetwork &block) {
        const bool v4 = block.address().family() == IpAddress::Family::V4;
        const QString term = (v4 ? QStringLiteral("ip4:") : QStringLiteral("ip6:")) + block.toString();
        return terms.contains(term) || terms.contains(u'+' + term);
    });
}

/// Without a list of them: the rules ask this for every sender, often.
template <class Predicate>
bool anyAddress(const Sender &sender, Predicate is)
{
    return (sender.from && is(*sender.from)) || (sender.envelopeFrom && is(*sender.envelopeFrom))
           || std::ranges::any_of(sender.alsoFrom, is);
}

template <class Predicate>
QString addressesWhere(const Sender &sender, Predicate is)
{
    QStringList found;
    for (const EmailAddress &address : addressesOf(sender)) {
        if (is(address))
            found += address.toString();
    }
    return found.join(QStringLiteral(", "));
}

bool isAccepted(const EmailAddress &address, const Organisation &organisation)
{
    const auto &accepted = organisation.acceptedDomains;
    return std::ranges::find(accepted, address.domain()) != accepted.end();
}

} // namespace

Figures::Figures(const Knowledge &theKnowledge)
    : knowledge(theKnowledge), basicEnds(theKnowledge.date(QStringLiteral("smtp-auth.basic.off-by-default"))),
      highVolumeBasicEnds(theKnowledge.date(QStringLiteral("hve.basic.until"))),
      exchangeSuffixes(theKnowledge.texts(QStringLiteral("mx.suffixes"))),
      initialSuffixes(theKnowledge.texts(QStringLiteral("dns.microsoft-run")))
{
    for (const auto &[id, fact] : theKnowledge.facts()) {
        if (fact.value.isDouble())
            m_numbers.emplace(id.toStdString(), fact.value.toInteger());
    }
}

qint64 Figures::number(const char *factId) const
{
    if (const auto known = m_byLiteral.find(factId); known != m_byLiteral.end())
        return known->second;
    const auto found = m_numbers.find(std::string_view(factId));
    Q_ASSERT_X(found != m_numbers.end(), "plan", factId);
    return m_byLiteral[factId] = found == m_numbers.end() ? 0 : found->second;
}

Subject subjectOf(const Site &site, const Sender &sender, const Figures &figures, QDate today)
{
    const Network *network = outgoingNetwork(site, sender);
    return {site.organisation, sender, network, figures, today, spfListsEgress(site.organisation, network)};
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
    return sender.signIn == SignInAbility::ClientCertificate && tlsAtLeast(TlsAbility::Tls10)
           && !sender.habits.heloOnly;
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

bool Subject::onlyOtherPortThan(std::initializer_list<std::uint16_t> ports) const
{
    return sender.onlyPort && std::ranges::find(ports, *sender.onlyPort) == ports.end();
}

bool Subject::writesOutside() const
{
    return sender.reach == Reach::External || sender.reach == Reach::Both;
}

bool Subject::fromNotAccepted() const
{
    const auto &from = reversePathOf(sender);
    return from && !organisation.acceptedDomains.empty() && !isAccepted(*from, organisation);
}

bool Subject::sendsFromOutside() const
{
    return !organisation.acceptedDomains.empty()
           && anyAddress(sender, [this](const EmailAddress &a) { return !isAccepted(a, organisation); });
}

QString Subject::addressesNotAccepted() const
{
    return addressesWhere(sender, [this](const EmailAddress &a) { return !isAccepted(a, organisation); });
}

bool Subject::sendsAsOthers() const
{
    return sender.signInAs && anyAddress(sender, [this](const EmailAddress &a) { return !(a == *sender.signInAs); });
}

QString Subject::addressesOtherThanMailbox() const
{
    return addressesWhere(sender, [this](const EmailAddress &a) { return !(a == *sender.signInAs); });
}

QString Subject::mailboxWords() const
{
    return sender.signInAs ? sender.signInAs->toString() : QStringLiteral("its mailbox");
}

bool Subject::fromInitialDomain() const
{
    const auto &from = reversePathOf(sender);
    return from && isBelowAny(from->domain().toAscii(), figures.initialSuffixes);
}

bool Subject::exceedsInitialDomain() const
{
    return writesOutside() && above(sender.recipientsPerDay, figure("tenant.onmicrosoft.external-recipients"))
           && fromInitialDomain();
}

QString Subject::initialDomainSentence() const
{
    return QStringLiteral("%1 writes to %2 recipients a day from the tenant's own onmicrosoft domain, which reaches %3 "
                          "people outside a day: send from a domain of the organisation.")
        .arg(name(), countWords(*sender.recipientsPerDay),
             countWords(figure("tenant.onmicrosoft.external-recipients")));
}

bool Subject::mxIsGateway() const
{
    if (!organisation.mxHost)
        return false;
    return !isBelowAny(organisation.mxHost->toString(), figures.exchangeSuffixes);
}

bool Subject::connectorTakes(const IpNetwork &block) const
{
    return block.address().family() == IpAddress::Family::V4
           && block.prefixLength() >= figure("connector-relay.ipv4-prefix.shortest");
}

bool Subject::hasConnectorAddress() const
{
    return network && std::ranges::any_of(network->egress, [this](const IpNetwork &b) { return connectorTakes(b); });
}

QString Subject::connectorAddresses() const
{
    QStringList addresses;
    for (const IpNetwork &block : network ? network->egress : std::vector<IpNetwork>()) {
        if (connectorTakes(block))
            addresses += block.toString();
    }
    return addresses.join(QStringLiteral(", "));
}

QString Subject::egressWords() const
{
    QStringList addresses;
    for (const IpNetwork &block : network ? network->egress : std::vector<IpNetwork>())
        addresses += block.toString();
    return addresses.join(QStringLiteral(", "));
}

bool Subject::messageAbove(qint64 limitOctets) const
{
    return sender.largestMessageOctets && *sender.largestMessageOctets > static_cast<std::uint64_t>(limitOctets);
}

QString Subject::submissionHost() const
{
    if (!organisation.cloud)
        return {};
    return knowledge().text(QStringLiteral("client-submission.host.%1").arg(toString(*organisation.cloud)));
}

QString Subject::submissionHostWords() const
{
    return organisation.cloud ? submissionHost() : QStringLiteral("Exchange Online");
}

QString Subject::graphHost() const
{
    if (!organisation.cloud)
        return {};
    const Fact *host = knowledge().find(QStringLiteral("graph.host.%1").arg(toString(*organisation.cloud)));
    return host ? host->value.toString() : QString();
}

std::uint16_t Subject::submissionPort() const
{
    const std::uint16_t usual = static_cast<std::uint16_t>(figure("client-submission.port"));
    const std::uint16_t other = static_cast<std::uint16_t>(figure("client-submission.port.alternative"));
    if (sender.onlyPort == other)
        return other;
    return sender.onlyPort != usual && port587() == YesNo::No && port25() == YesNo::Yes ? other : usual;
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
