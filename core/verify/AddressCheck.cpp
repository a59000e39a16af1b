// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/AddressCheck.h"

#include "core/base/Text.h"
#include "core/mailauth/SpfMacro.h"
#include "core/verify/Checks.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNames = 4; // of one address; more say nothing more

/// The names that a list must have and must not have (RFC 5782 §5); lists of IPv6 addresses have ::ffff:127.0.0.2.
QString testPoint(const IpAddress &address, const QString &zone, bool listed)
{
    const QString last = listed ? QStringLiteral("2") : QStringLiteral("1");
    if (address.family() == IpAddress::Family::V4)
        return last + QLatin1String(".0.0.127.") + zone;
    return last + QLatin1String(".0.0.0.0.0.f.7.f.f.f.f.") + QStringLiteral("0.").repeated(20) + zone;
}

/// Names that providers make from the address itself: `192-0-2-10.dyn.example.net`.
bool looksGeneric(const QString &name, const IpAddress &address)
{
    if (address.family() != IpAddress::Family::V4)
        return false;
    const QStringList octets = address.toString().split(u'.');
    int found = 0;
    for (const QString &octet : octets)
        found += name.contains(octet) ? 1 : 0;
    return found == octets.size() && name.count(u'-') + name.count(u'.') >= octets.size();
}

bool isIn127(const DnsAnswer &answer)
{
    return std::ranges::all_of(answer.addresses, [](const IpAddress &a) {
        return a.family() == IpAddress::Family::V4 && a.octets()[0] == 127;
    });
}

bool isRefusal(const DnsAnswer &answer)
{
    return std::ranges::any_of(answer.addresses, [](const IpAddress &a) {
        return a.octets()[0] == 127 && a.octets()[1] == 255 && a.octets()[2] == 255;
    });
}

QString listingWords(const BlocklistLook &look)
{
    switch (listingOf(look)) {
    case Listing::NotListed: return QStringLiteral("not listed");
    case Listing::Refused:
        return QStringLiteral("%1: the list does not answer this resolver").arg(answerWords(DnsType::A, look.answer));
    case Listing::NotAList:
        return QStringLiteral(
            "the list does not work, or not for this kind of address: it fails its own test addresses");
    case Listing::Silent:
        return failed(look.answer)        ? look.answer.detail
               : failed(look.listedPoint) ? look.listedPoint.detail
                                          : look.unlistedPoint.detail;
    case Listing::Listed: break;
    }
    QString words =
        QLatin1String("listed: ") + answerWords(DnsType::A, look.answer).replace(u'\n', QLatin1String(", "));
    if (!look.reason.texts.isEmpty())
        words += QLatin1String(" (") + printable(look.reason.texts.front(), 300) + u')';
    return words;
}

void lookAtReverse(const IpAddress &address, const CheckRun &run, const Report &report)
{
    run.dns.ask(toReverseName(address), DnsType::Ptr, run.scope, [address, run, report](const DnsAnswer &names) {
        const auto type = address.family() == IpAddress::Family::V4 ? DnsType::A : DnsType::Aaaa;
        std::vector<Question> questions;
        for (const QString &name : names.names.first(std::min(kMaxNames, names.names.size())))
            questions.push_back({name, type});
        askAll(run, questions, [address, names, report](const std::vector<DnsAnswer> &addresses) {
            report(judgeReverse(address, names, addresses));
        });
    });
}

void askReasons(std::vector<BlocklistLook> looks, const IpAddress &address, const QStringList &weighty,
                const CheckRun &run, const Report &report)
{
    std::vector<Question> questions;
    std::vector<size_t> places;
    for (size_t i = 0; i < looks.size(); ++i) {
        if (listingOf(looks[i]) == Listing::Listed) {
            questions.push_back({blocklistName(address, looks[i].zone), DnsType::Txt});
            places.push_back(i);
        }
    }
    askAll(run, questions,
           [looks = std::move(looks), places, address, weighty, report](const std::vector<DnsAnswer> &reasons) mutable {
               for (size_t i = 0; i < reasons.size(); ++i)
                   looks[places[i]].reason = reasons[i];
               report(judgeBlocklists(address, looks, weighty));
           });
}

void lookAtBlocklists(const IpAddress &address, const QStringList &zones, const QStringList &weighty,
                      const CheckRun &run, const Report &report)
{
    std::vector<Question> questions;
    for (const QString &zone : zones) {
        for (const QString &name :
             {blocklistName(address, zone), testPoint(address, zone, true), testPoint(address, zone, false)})
            questions.push_back({name, DnsType::A});
    }
    askAll(run, questions, [=](const std::vector<DnsAnswer> &answers) {
        std::vector<BlocklistLook> looks;
        for (qsizetype i = 0; i < zones.size(); ++i) {
            const auto at = static_cast<size_t>(3 * i);
            looks.push_back({.zone = zones[i],
                             .answer = answers[at],
                             .reason = {},
                             .listedPoint = answers[at + 1],
                             .unlistedPoint = answers[at + 2]});
        }
        askReasons(std::move(looks), address, weighty, run, report);
    });
}

} // namespace

QString blocklistName(const IpAddress &address, const QString &zone)
{
    QString name = toReverseName(address);
    name.truncate(name.lastIndexOf(u'.', name.lastIndexOf(u'.') - 1)); // without in-addr.arpa, ip6.arpa
    return name + u'.' + zone;
}

Listing listingOf(const BlocklistLook &look)
{
    if (failed(look.answer) || failed(look.listedPoint) || failed(look.unlistedPoint))
        return Listing::Silent;
    if (isRefusal(look.answer) || isRefusal(look.listedPoint))
        return Listing::Refused;
    if (look.listedPoint.status != DnsAnswer::Status::Found || look.unlistedPoint.status == DnsAnswer::Status::Found
        || !isIn127(look.answer))
        return Listing::NotAList;
    return look.answer.status == DnsAnswer::Status::Found ? Listing::Listed : Listing::NotListed;
}

Finding judgeReverse(const IpAddress &address, const DnsAnswer &names, const std::vector<DnsAnswer> &addresses)
{
    Finding finding;
    finding.why =
        QStringLiteral("Many receivers refuse or distrust an address without a name, or with a name that does "
                       "not lead back to it; over IPv6 nearly all do.");
    finding.evidence = {evidenceOf(toReverseName(address), DnsType::Ptr, names)};
    const auto type = address.family() == IpAddress::Family::V4 ? DnsType::A : DnsType::Aaaa;
    QString confirmed; // the first name that leads back
    bool unclear = false;
    for (size_t i = 0; i < addresses.size(); ++i) {
        finding.evidence.push_back(evidenceOf(names.names[static_cast<qsizetype>(i)], type, addresses[i]));
        const auto &leadTo = addresses[i].addresses;
        if (confirmed.isEmpty() && std::ranges::find(leadTo, address) != leadTo.end())
            confirmed = names.names[static_cast<qsizetype>(i)];
        unclear = unclear || failed(addresses[i]);
    }
    const QString ask = QStringLiteral("Ask the internet provider, whose zone it is, to set the PTR record of %1 to a "
                                       "name of yours that has this address.")
                            .arg(address.toString());
    if (failed(names)) {
        couldNotTell(finding, names.detail);
    } else if (names.names.isEmpty()) {
        finding.seen = QStringLiteral("The address has no name.");
        judge(finding, address.family() == IpAddress::Family::V4 ? Verdict::Attention : Verdict::Wrong, ask);
    } else if (!confirmed.isEmpty()) {
        finding.seen = QStringLiteral("Its name is %1, and that leads back to it.").arg(confirmed);
        if (looksGeneric(confirmed, address))
            judge(finding, Verdict::Attention,
                  QStringLiteral("The name looks like one that the provider gives to every line, which some receivers "
                                 "distrust. ")
                      + ask);
        else
            finding.verdict = Verdict::Good;
    } else if (unclear) {
        couldNotTell(
            finding,
            QStringLiteral("Its name is %1; whether that leads back could not be told.").arg(names.names.front()));
    } else {
        finding.seen = QStringLiteral("Its name is %1, which does not lead back to %2.")
                           .arg(names.names.front(), address.toString());
        judge(finding, Verdict::Attention, ask);
    }
    return finding;
}

Finding judgeBlocklists(const IpAddress &address, const std::vector<BlocklistLook> &looks, const QStringList &weighty)
{
    Finding finding;
    finding.why = QStringLiteral("Receivers refuse mail from listed addresses. A list that did not answer is neither "
                                 "good nor bad.");
    QStringList listed, refusing, silent;
    bool heavy = false;
    for (const BlocklistLook &look : looks) {
        Evidence evidence = evidenceOf(blocklistName(address, look.zone), DnsType::A, look.answer);
        evidence.answer = listingWords(look);
        finding.evidence.push_back(evidence);
        const Listing listing = listingOf(look);
        if (listing == Listing::Listed) {
            listed += look.zone;
            heavy = heavy || weighty.contains(look.zone);
        } else if (listing == Listing::Refused) {
            refusing += look.zone;
        } else if (listing != Listing::NotListed) {
            silent += look.zone;
        }
    }
    const auto asked = static_cast<qsizetype>(looks.size());
    const qsizetype told = asked - refusing.size() - silent.size();
    finding.seen = QStringLiteral("%1 of %2 lists answered; listed on %3.")
                       .arg(told)
                       .arg(asked)
                       .arg(listed.isEmpty() ? QStringLiteral("none of them") : listed.join(QLatin1String(", ")));
    if (!refusing.isEmpty())
        finding.seen += QStringLiteral(" Not answering this resolver: %1.").arg(refusing.join(QLatin1String(", ")));
    if (!silent.isEmpty())
        finding.seen += QStringLiteral(" No usable answer: %1.").arg(silent.join(QLatin1String(", ")));
    if (!listed.isEmpty())
        judge(finding, heavy ? Verdict::Wrong : Verdict::Attention,
              QStringLiteral("Find what sends unwanted mail from %1 and stop it, then ask each list for removal on its "
                             "web page. Until then send by another way, such as client submission.")
                  .arg(address.toString()));
    else if (told == 0)
        judge(finding, Verdict::CouldNotTell,
              QStringLiteral("Ask through a resolver of your own: public ones are refused by most lists."));
    else if (std::ranges::any_of(weighty,
                                 [&](const QString &zone) { return refusing.contains(zone) || silent.contains(zone); }))
        judge(
            finding, Verdict::CouldNotTell,
            QStringLiteral("The list that matters most did not answer (%1). Ask through a resolver of your own: public "
                           "ones are refused.")
                .arg(weighty.join(QLatin1String(", "))));
    else if (2 * told < asked)
        judge(finding, Verdict::CouldNotTell,
              QStringLiteral(
                  "Most lists did not answer. Run the check again later, or ask through a resolver of your own."));
    else
        finding.verdict = Verdict::Good;
    return finding;
}

void addAddressChecks(const Targets &targets, const VerificationSettings &settings, PlannedChecks &checks)
{
    for (const IpAddress &address : targets.egress) {
        const QString text = address.toString();
        checks.push_back(
            {{{QStringLiteral("addresses.%1.ptr").arg(text), Topic::Addresses,
               QStringLiteral("Name of the address %1").arg(text)}},
             [address](const CheckRun &run, const Report &report) { lookAtReverse(address, run, report); }});
        if (!settings.blocklists)
            continue;
        checks.push_back({{{QStringLiteral("addresses.%1.blocklists").arg(text), Topic::Addresses,
                            QStringLiteral("Blocklists about %1").arg(text)}},
                          [address, zones = targets.blocklists,
                           weighty = targets.weightyBlocklists](const CheckRun &run, const Report &report) {
                              lookAtBlocklists(address, zones, weighty, run, report);
                          }});
    }
}

} // namespace relaywright
