// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkRoundTrip(DmarcRecord record)
{
    auto again = parseDmarc(toText(record));
    require(again.has_value(), "what is written can be read");
    record.remarks.clear();
    again->remarks.clear();
    require(*again == record, "a record reads the same when written anew");
}

/// The stages lead somewhere, each by a record that can be published.
void checkStages(DmarcRecord record)
{
    for (int stage = 0; stage < 20; ++stage) {
        const auto advice = nextStage(record, {10, 25, 50, 100});
        if (!advice)
            return;
        requireSentence(advice->sentence);
        if (advice->record.isEmpty())
            return;
        const auto next = parseDmarc(advice->record);
        require(next.has_value(), "a stage is a record");
        record = *next;
    }
    require(false, "the stages end");
}

void checkEvaluation(const std::optional<DmarcRecord> &record, const QString &from, const QString &other)
{
    for (const SpfResult spf : {SpfResult::Pass, SpfResult::TempError, SpfResult::Fail}) {
        const MailPath path{.fromDomain = from, .envelopeDomain = other, .spf = spf, .signingDomain = other};
        const DmarcOutcome outcome = evaluateDmarc(path, record, from);
        requireSentence(outcome.why);
        const bool aligned = outcome.spfAligned || outcome.dkimAligned;
        require((outcome.result == DmarcOutcome::Result::NoPolicy) == !record, "a record is a policy");
        require(!record || aligned == (outcome.result == DmarcOutcome::Result::Pass), "what aligns passes");
    }
}

void checkNames(const QString &a, const QString &b)
{
    require(isAligned(a, b, false) == isAligned(b, a, false), "alignment has no order");
    require(!isAligned(a, b, true) || isAligned(a, b, false), "strict is stricter than relaxed");
    for (const QString &name : dmarcNames(a))
        require(name.startsWith(QLatin1String("_dmarc.")) && name.size() <= 260, "a name to ask is bounded");
    require(reportLeaveName(a, b).isEmpty() || !isAligned(a, b, false), "nobody needs leave within an organisation");
}

} // namespace

/// The first line is a record, two more are domains.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView octets = octetsOf(data, size);
    const QStringList lines = QString::fromLatin1(octets).split(u'\n');
    const QString &text = lines.front();
    const QString from = lines.value(1, QStringLiteral("mail.contoso.com"));
    const QString other = lines.value(2, QStringLiteral("contoso.com"));
    checkNames(from, other);
    const auto record = parseDmarc(text);
    checkEvaluation(record ? std::optional(*record) : std::nullopt, from, other);
    if (!record) {
        requireFault(record.error(), text.size());
        return 0;
    }
    require(isDmarcRecord(text.toLatin1()), "what can be read means to be a record");
    require(record->remarks.size() <= 50, "remarks are bounded");
    for (const RecordFault &remark : record->remarks)
        requireFault(remark, text.size());
    checkRoundTrip(*record);
    checkStages(*record);
    return 0;
}
