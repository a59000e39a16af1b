// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/DkimCheck.h"

#include "core/base/Text.h"
#include "core/verify/Checks.h"

#include <QSslKey>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kLeastRsaBits = 1024; // RFC 8301 §3.2: shorter ones must not be used
constexpr int kGoodRsaBits = 2048;
constexpr int kEd25519Octets = 32;

const QString kWhy = QStringLiteral("DKIM signs each message with a key of the domain. It is what lets DMARC pass when "
                                    "mail is forwarded, and large receivers ask for it.");

QStringList keyRecords(const DnsAnswer &answer)
{
    QStringList records;
    for (const QByteArray &text : answer.texts)
        records += QString::fromLatin1(text);
    return records;
}

bool leadsToTenant(const DomainExpectation &expected, const DnsAnswer &alias)
{
    return std::ranges::any_of(alias.names,
                               [&](const QString &name) { return isBelowAny(name, expected.dkimTargets); });
}

/// Receivers of mail pass over a key that is for something else, or for SHA-1 alone (RFC 6376 §3.6.1, RFC 8301 §3.1).
bool isForMail(const DkimKey &key)
{
    const auto &services = key.services;
    const bool service =
        services.isEmpty() || services.contains(QLatin1String("*")) || services.contains(QLatin1String("email"));
    return service && (key.hashes.isEmpty() || key.hashes.contains(QLatin1String("sha256")));
}

/// `makeLonger` says how to get a longer key.
void judgeStrength(Finding &finding, const DkimKey &key, const QString &makeLonger)
{
    const int bits = keyBits(key);
    finding.seen += QStringLiteral(" The key is %1, %2 bits.").arg(quotable(key.keyType), QString::number(bits));
    if (!isForMail(key))
        return judge(
            finding, Verdict::Wrong,
            QStringLiteral("The record says that the key is not for mail (s=), or for SHA-1 only (h=), so receivers "
                           "ignore its signatures. Take that tag out."));
    if (bits == 0)
        return judge(
            finding, Verdict::Wrong,
            QStringLiteral("The key cannot be read as a %1 key. Publish the record again as its maker gives it.")
                .arg(quotable(key.keyType)));
    if (key.keyType == QLatin1String("rsa") && bits < kLeastRsaBits)
        return judge(finding, Verdict::Wrong,
                     QStringLiteral("A key of %1 bits is too short, and receivers ignore its signatures. ").arg(bits)
                         + makeLonger);
    QStringList steps;
    if (key.testing())
        steps += QStringLiteral("The flag t=y says that the domain only tests DKIM, and receivers may take the mail as "
                                "unsigned. Take the flag out.");
    if (key.keyType == QLatin1String("rsa") && bits < kGoodRsaBits)
        steps += makeLonger;
    judge(finding, steps.isEmpty() ? Verdict::Good : Verdict::Attention, steps.join(u' '));
}

/// The key record that a selector leads to.
void judgeKey(Finding &finding, const DkimLook &look, const QString &makeLonger)
{
    const QStringList records = keyRecords(look.key);
    if (records.size() > 1)
        return judge(finding, Verdict::Wrong,
                     QStringLiteral("There are %1 TXT records where one key must stand, so receivers take any of them. "
                                    "Remove all but the right one.")
                         .arg(records.size()));
    const auto key = parseDkimKey(records.front());
    if (!key)
        return judge(finding, Verdict::Wrong, mendWords(QStringLiteral("the key record"), key.error()));
    if (key->revoked())
        return judge(
            finding, Verdict::Wrong,
            QStringLiteral("The key is revoked (p= is empty): no signature of this selector counts. Publish the "
                           "key in use, or take the selector out of use."));
    judgeStrength(finding, *key, makeLonger);
}

std::vector<Evidence> evidenceFor(const QString &domain, const DkimLook &look)
{
    const QString name = dkimName(look.selector, domain);
    return {evidenceOf(name, DnsType::Cname, look.alias), evidenceOf(name, DnsType::Txt, look.key)};
}

void lookAt(const QString &selector, const QString &domain, const CheckRun &run,
            std::function<void(const DkimLook &)> done)
{
    const QString name = dkimName(selector, domain);
    askAll(run, {{name, DnsType::Cname}, {name, DnsType::Txt}},
           [selector, done = std::move(done)](const std::vector<DnsAnswer> &answers) {
               done({selector, answers[0], answers[1]});
           });
}

PlannedCheck checkOf(const QString &domain, const QString &selector, const QString &title,
                     std::function<Finding(const DkimLook &)> judgeLook)
{
    return {{{QStringLiteral("dkim.%1.%2").arg(domain, selector), Topic::Dkim, title}},
            [domain, selector, judgeLook = std::move(judgeLook)](const CheckRun &run, const Report &report) {
                lookAt(selector, domain, run, [judgeLook, report](const DkimLook &look) { report(judgeLook(look)); });
            }};
}

} // namespace

int keyBits(const DkimKey &key)
{
    if (key.keyType == QLatin1String("ed25519"))
        return key.key.size() == kEd25519Octets ? kEd25519Octets * 8 : 0;
    if (key.keyType != QLatin1String("rsa"))
        return 0;
    const QSslKey rsa(key.key, QSsl::Rsa, QSsl::Der, QSsl::PublicKey);
    return rsa.isNull() ? 0 : std::max(0, rsa.length());
}

Finding judgeExchangeSelector(const DomainExpectation &expected, const DkimLook &look)
{
    const QString name = dkimName(look.selector, expected.domain);
    Finding finding;
    finding.why = kWhy
                  + QStringLiteral(" Without it Exchange Online signs for the onmicrosoft.com domain, which does "
                                   "not count for DMARC of %1.")
                        .arg(expected.domain);
    finding.mends = QStringLiteral("dkim-record");
    finding.evidence = evidenceFor(expected.domain, look);
    const QString publish =
        QStringLiteral(
            "Read the target with Get-DkimSigningConfig (it cannot be built from the domain's name), publish "
            "%1 as a CNAME to it, and enable DKIM for the domain.")
            .arg(name);
    if (failed(look.alias)) {
        couldNotTell(finding, look.alias.detail);
        return finding;
    }
    if (look.alias.names.isEmpty()) {
        const bool own = look.key.status == DnsAnswer::Status::Found;
        finding.seen = own ? QStringLiteral("%1 is a TXT record, not a CNAME into the tenant.").arg(name)
                           : QStringLiteral("%1 does not exist.").arg(name);
        judge(finding, own ? Verdict::Wrong : Verdict::Attention, publish);
        return finding;
    }
    finding.seen = QStringLiteral("It leads to %1.").arg(look.alias.names.front());
    if (!leadsToTenant(expected, look.alias)) {
        judge(finding, Verdict::Wrong,
              QStringLiteral("That is no name of Microsoft 365, so Exchange Online cannot sign with this selector. ")
                  + publish);
    } else if (failed(look.key)) {
        couldNotTell(finding, finding.seen + u' ' + look.key.detail);
    } else if (look.key.status != DnsAnswer::Status::Found) {
        judge(
            finding, Verdict::Attention,
            QStringLiteral("No key is there yet. Enable DKIM for the domain (Set-DkimSigningConfig -Enabled $true); if "
                           "it is enabled, compare the target with Get-DkimSigningConfig."));
    } else {
        judgeKey(finding, look,
                 QStringLiteral("Make it 2048 bits: Rotate-DkimSigningConfig with -KeySize 2048, twice, with some days "
                                "between."));
    }
    if (finding.verdict == Verdict::Good)
        finding.mends.clear();
    return finding;
}

Finding judgeOtherSelector(const QString &domain, const DkimLook &look)
{
    Finding finding;
    finding.why = kWhy;
    finding.evidence = evidenceFor(domain, look);
    if (failed(look.key)) {
        couldNotTell(finding, look.key.detail);
        return finding;
    }
    finding.seen = look.alias.names.isEmpty() ? QStringLiteral("The domain publishes it.")
                                              : QStringLiteral("It leads to %1.").arg(look.alias.names.front());
    if (look.key.status == DnsAnswer::Status::Found) {
        judgeKey(finding, look, QStringLiteral("Ask the service that signs with it for a key of 2048 bits."));
        return finding;
    }
    finding.seen = QStringLiteral("%1 has no key.").arg(dkimName(look.selector, domain));
    judge(finding, Verdict::Wrong,
          QStringLiteral("Check the spelling of the selector (s= in the DKIM-Signature of a message that was sent), or "
                         "publish the record that the sending service shows."));
    return finding;
}

std::optional<bool> canSign(const DomainExpectation &expected, const std::vector<DkimLook> &looks)
{
    bool unclear = false;
    for (const DkimLook &look : looks) {
        unclear = unclear || failed(look.alias) || failed(look.key);
        if (!leadsToTenant(expected, look.alias) || look.key.texts.size() != 1)
            continue;
        const auto key = parseDkimKey(QString::fromLatin1(look.key.texts.front()));
        if (key && !key->revoked() && isForMail(*key) && keyBits(*key) >= kLeastRsaBits)
            return true;
    }
    return unclear ? std::nullopt : std::optional(false);
}

void lookAtSelectors(const DomainExpectation &domain, const CheckRun &run,
                     std::function<void(const std::vector<DkimLook> &)> done)
{
    std::vector<Question> questions;
    for (const QString &selector : domain.dkimSelectors) {
        const QString name = dkimName(selector, domain.domain);
        questions.push_back({name, DnsType::Cname});
        questions.push_back({name, DnsType::Txt});
    }
    askAll(run, questions, [domain, done = std::move(done)](const std::vector<DnsAnswer> &answers) {
        std::vector<DkimLook> looks;
        for (size_t i = 0; i + 1 < answers.size(); i += 2)
            looks.push_back({domain.dkimSelectors[static_cast<qsizetype>(i / 2)], answers[i], answers[i + 1]});
        done(looks);
    });
}

void addDkimChecks(const Targets &targets, const VerificationSettings &settings, PlannedChecks &checks)
{
    for (const DomainExpectation &domain : targets.domains) {
        for (const QString &selector : domain.dkimSelectors)
            checks.push_back(checkOf(domain.domain, selector,
                                     QStringLiteral("DKIM of %1, selector %2").arg(domain.domain, selector),
                                     [domain](const DkimLook &look) { return judgeExchangeSelector(domain, look); }));
        for (const QString &selector : settings.selectors) {
            if (domain.dkimSelectors.contains(selector, Qt::CaseInsensitive))
                continue;
            checks.push_back(
                checkOf(domain.domain, selector, QStringLiteral("DKIM of %1, selector %2").arg(domain.domain, selector),
                        [name = domain.domain](const DkimLook &look) { return judgeOtherSelector(name, look); }));
        }
    }
}

} // namespace relaywright
