// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/Dmarc.h"

#include <algorithm>

namespace relaywright {

namespace {

/// The first step above `percent`; 100 when there is none.
int nextPercent(int percent, const std::vector<int> &steps)
{
    const auto next = std::ranges::find_if(steps, [&](int step) { return step > percent && step <= 100; });
    return next == steps.end() ? 100 : *next;
}

DmarcAdvice advice(const QString &sentence, const DmarcRecord &next)
{
    return {.sentence = sentence, .record = toText(next)};
}

DmarcAdvice quarantine(DmarcRecord record, int percent)
{
    record.policy = DmarcPolicy::Quarantine;
    record.percent = percent;
    return advice(
        percent == 100
            ? QStringLiteral("When the reports show no mail of yours that fails, let all mail that fails go to "
                             "the junk folder.")
            : QStringLiteral("When the reports show no mail of yours that fails, let %1 of 100 messages that "
                             "fail go to the junk folder.")
                  .arg(percent),
        record);
}

DmarcAdvice reject(DmarcRecord record, int percent)
{
    record.policy = DmarcPolicy::Reject;
    record.percent = percent;
    return advice(
        percent == 100
            ? QStringLiteral("When the reports show no mail of yours that fails, let receivers refuse all mail "
                             "that fails.")
            : QStringLiteral("When the reports show no mail of yours that fails, let receivers refuse %1 of 100 "
                             "messages that fail.")
                  .arg(percent),
        record);
}

/// The sub-domains one step stricter; nothing when they are as strict as the domain.
std::optional<DmarcAdvice> subdomains(DmarcRecord record)
{
    const DmarcPolicy now = record.subdomains.value_or(record.policy);
    if (now == DmarcPolicy::Reject)
        return std::nullopt;
    const bool last = now == DmarcPolicy::Quarantine;
    record.subdomains = last ? DmarcPolicy::Reject : DmarcPolicy::Quarantine;
    return advice(
        last ? QStringLiteral("The domain is protected, its sub-domains are not quite: let receivers refuse "
                              "what fails there too.")
             : QStringLiteral("The domain is protected, its sub-domains are not: let mail that fails there go to "
                              "the junk folder, when the reports show none of yours."),
        record);
}

} // namespace

std::optional<DmarcAdvice> nextStage(const DmarcRecord &record, const std::vector<int> &quarantineSteps)
{
    if (record.aggregate.empty() && record.policy == DmarcPolicy::None)
        return DmarcAdvice{.sentence =
                               QStringLiteral("First choose a mailbox for the reports and add \"rua=mailto:\" with "
                                              "its address: without reports nobody sees what a stricter policy "
                                              "would break."),
                           .record = {}};
    if (record.testing && record.policy != DmarcPolicy::None) {
        DmarcRecord next = record;
        next.testing = false;
        return advice(
            QStringLiteral("The record says that it is a test (t=y). When the reports show no mail of yours that "
                           "fails, take that tag away."),
            next);
    }
    switch (record.policy) {
    case DmarcPolicy::None: return quarantine(record, nextPercent(0, quarantineSteps));
    case DmarcPolicy::Quarantine:
        return record.percent < 100 ? quarantine(record, nextPercent(record.percent, quarantineSteps))
                                    : reject(record, 100);
    case DmarcPolicy::Reject:
        return record.percent < 100 ? std::optional(reject(record, nextPercent(record.percent, quarantineSteps)))
                                    : subdomains(record);
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
