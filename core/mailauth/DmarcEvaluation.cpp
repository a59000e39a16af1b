// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include "core/base/Domain.h"
#include "core/mailauth/OrganisationalDomain.h"
#include "core/mailauth/TagList.h"

namespace relaywright {

namespace {

constexpr QLatin1String kPrefix("_dmarc.");
/// Where Exchange Online signs until DKIM is enabled for the domain itself (knowledge: dkim.without).
constexpr QLatin1String kInitialDomains(".onmicrosoft.com");

/// Lower-case A-labels; empty when it is no domain.
QString normalised(const QString &domain)
{
    return parseDnsName(domain).value_or(QString());
}

/// How a domain stands to the From domain, as the end of "..., which".
QString relation(const QString &domain, const QString &fromDomain, bool aligned, bool strict)
{
    if (domain == fromDomain)
        return QStringLiteral("is the From domain");
    if (aligned)
        return QStringLiteral("belongs to the same organisation as the From domain %1").arg(fromDomain);
    if (strict && isAligned(domain, fromDomain, false))
        return QStringLiteral("is not exactly the From domain %1, as the policy demands").arg(fromDomain);
    return QStringLiteral("is not of the same organisation as the From domain %1").arg(fromDomain);
}

/// The path with its domains as they are compared, and what aligned.
struct Judged {
    QString from;
    QString envelope;
    QString signer;
    bool envelopeAligned = false; ///< whatever SPF says
    bool signerAligned = false;
    bool strictSpf = false;
    bool strictDkim = false;
};

Judged judge(const MailPath &path, const std::optional<DmarcRecord> &record)
{
    Judged judged{.from = normalised(path.fromDomain),
                  .envelope = normalised(path.envelopeDomain),
                  .signer = normalised(path.signingDomain),
                  .strictSpf = record && record->strictSpf,
                  .strictDkim = record && record->strictDkim};
    judged.envelopeAligned = isAligned(judged.envelope, judged.from, judged.strictSpf);
    judged.signerAligned = isAligned(judged.signer, judged.from, judged.strictDkim);
    return judged;
}

QString spfSentence(const Judged &judged, SpfResult spf)
{
    if (judged.envelope.isEmpty())
        return QStringLiteral("SPF has no domain to look at, so it does not count.");
    const QString which = relation(judged.envelope, judged.from, judged.envelopeAligned, judged.strictSpf);
    if (spf == SpfResult::Pass)
        return QStringLiteral("SPF passes for %1, which %2, so it %3.")
            .arg(judged.envelope, which,
                 judged.envelopeAligned ? QStringLiteral("counts") : QStringLiteral("does not count"));
    if (spf == SpfResult::TempError)
        return QStringLiteral("SPF of %1, which %2, could not be computed: its DNS gave no answer.")
            .arg(judged.envelope, which);
    return QStringLiteral("SPF gives %1 for %2, and only a pass counts.").arg(toString(spf), judged.envelope);
}

QString dkimSentence(const Judged &judged)
{
    if (judged.signer.isEmpty())
        return QStringLiteral("There is no DKIM signature that counts.");
    const QString which = relation(judged.signer, judged.from, judged.signerAligned, judged.strictDkim);
    if (judged.signerAligned)
        return QStringLiteral("The DKIM signature is of %1, which %2, so it counts.").arg(judged.signer, which);
    QString sentence =
        QStringLiteral("The DKIM signature is of %1, which %2, so it does not count.").arg(judged.signer, which);
    if (judged.signer.endsWith(kInitialDomains))
        sentence +=
            QStringLiteral(" Exchange Online signs for that domain until DKIM is enabled for %1: publish its two "
                           "CNAME records and enable it.")
                .arg(judged.from);
    return sentence;
}

/// What holds only as long as nobody forwards the mail, or changes it.
QString passSentence(const DmarcOutcome &outcome)
{
    if (outcome.spfAligned && outcome.dkimAligned)
        return QStringLiteral(
            "One is enough, so DMARC passes, and goes on passing when the mail is forwarded unchanged.");
    if (outcome.dkimAligned)
        return QStringLiteral("One of the two is enough, so DMARC passes.");
    return QStringLiteral("One of the two is enough, so DMARC passes; not when the mail is forwarded, because SPF then "
                          "looks at another server and no signature stands in for it.");
}

QString consequence(const DmarcRecord &record, DmarcPolicy policy, const QString &recordDomain)
{
    QString wish;
    switch (policy) {
    case DmarcPolicy::None:
        return QStringLiteral("DMARC fails; the policy of %1 is none, so receivers deliver the mail as they would "
                              "without it.")
            .arg(recordDomain);
    case DmarcPolicy::Quarantine: wish = QStringLiteral("put it into the junk folder"); break;
    case DmarcPolicy::Reject: wish = QStringLiteral("refuse it"); break;
    }
    QString sentence = QStringLiteral("DMARC fails; the policy of %1 is %2, so it asks receivers to %3.")
                           .arg(recordDomain, toString(policy), wish);
    if (record.percent < 100)
        sentence += QStringLiteral(" It asks that for %1 of 100 such messages only.").arg(record.percent);
    if (record.testing)
        sentence +=
            QStringLiteral(" It says that it is a test (t=y), so receivers that know this tag do one step less.");
    return sentence;
}

QString withoutPrefix(const QString &recordDomain)
{
    const QString domain = normalised(recordDomain);
    return domain.startsWith(kPrefix) ? domain.sliced(kPrefix.size()) : domain;
}

} // namespace

QStringList dmarcNames(const QString &fromDomain)
{
    const QString domain = normalised(fromDomain);
    if (domain.isEmpty())
        return {};
    const QString organisation = organisationalDomain(domain);
    QStringList names{kPrefix + domain};
    if (organisation != domain)
        names += kPrefix + organisation;
    return names;
}

DmarcPolicy policyFor(const DmarcRecord &record, const QString &recordDomain, const QString &fromDomain)
{
    const bool own = withoutPrefix(recordDomain) == normalised(fromDomain);
    return own ? record.policy : record.subdomains.value_or(record.policy);
}

QString reportLeaveName(const QString &domain, const QString &reportDomain)
{
    const QString reported = normalised(domain), target = normalised(reportDomain);
    if (reported.isEmpty() || target.isEmpty() || isAligned(reported, target, false))
        return {};
    return reported + QLatin1String("._report._dmarc.") + target;
}

bool isReportLeave(QByteArrayView text)
{
    const QString record = QString::fromLatin1(text);
    return isDmarcRecord(text)
           && versionFault(parseTagList(record), record, QLatin1String("DMARC1"), {}).sentence.isEmpty();
}

bool isAligned(const QString &a, const QString &b, bool strict)
{
    const QString left = normalised(a), right = normalised(b);
    if (left.isEmpty() || right.isEmpty())
        return false;
    return left == right || (!strict && organisationalDomain(left) == organisationalDomain(right));
}

DmarcOutcome evaluateDmarc(const MailPath &path, const std::optional<DmarcRecord> &record, const QString &recordDomain)
{
    using Result = DmarcOutcome::Result;
    const Judged judged = judge(path, record);
    DmarcOutcome outcome;
    outcome.spfAligned = path.spf == SpfResult::Pass && judged.envelopeAligned;
    outcome.dkimAligned = judged.signerAligned;
    QStringList why{spfSentence(judged, path.spf), dkimSentence(judged)};
    const bool passes = outcome.spfAligned || outcome.dkimAligned;
    if (!record) {
        why += passes
                   ? QStringLiteral("DMARC would pass, but no policy is published for %1, so nobody computes it.")
                         .arg(judged.from)
                   : QStringLiteral("DMARC would fail, but no policy is published for %1, so receivers judge by rules "
                                    "of their own.")
                         .arg(judged.from);
        outcome.result = Result::NoPolicy;
    } else if (passes) {
        why += passSentence(outcome);
        outcome.result = Result::Pass;
    } else if (path.spf == SpfResult::TempError && judged.envelopeAligned) {
        why += QStringLiteral("Whether DMARC passes could not be told; look again later.");
        outcome.result = Result::CouldNotTell;
    } else {
        outcome.disposition = policyFor(*record, recordDomain, judged.from);
        why += consequence(*record, outcome.disposition, withoutPrefix(recordDomain));
        outcome.result = Result::Fail;
    }
    outcome.why = why.join(u' ');
    return outcome;
}

QString toString(DmarcOutcome::Result result)
{
    using Result = DmarcOutcome::Result;
    switch (result) {
    case Result::NoPolicy: return QStringLiteral("no-policy");
    case Result::Pass: return QStringLiteral("pass");
    case Result::Fail: return QStringLiteral("fail");
    case Result::CouldNotTell: return QStringLiteral("could-not-tell");
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
