// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfCommands.h"

#include "core/base/Domain.h"
#include "core/mailauth/SpfMerge.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright::cli {

namespace {

int sayMerged(const std::optional<QString> &existing, const SpfOptions &options, const Context &context)
{
    QStringList mechanisms;
    for (const std::string &mechanism : options.add)
        mechanisms += QString::fromStdString(mechanism);
    const auto merged = mergeSpf(existing, mechanisms);
    if (!merged)
        return context.fail(merged.error());
    context.say(merged->record);
    for (const QString &note : merged->notes)
        context.say(QStringLiteral("  ") + note);
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.spf-merge/1")},
                   {QStringLiteral("record"), merged->record},
                   {QStringLiteral("changed"), merged->changed},
                   {QStringLiteral("added"), QJsonArray::fromStringList(merged->added)},
                   {QStringLiteral("notes"), QJsonArray::fromStringList(merged->notes)},
                   {QStringLiteral("zone"), toZoneStrings(merged->record)}});
    return Done;
}

/// The one SPF record among a domain's TXT records, nothing when it has none.
Result<std::optional<QString>> publishedSpf(const DnsAnswer &answer, const Domain &domain)
{
    using Status = DnsAnswer::Status;
    if (answer.status == Status::Failed || answer.status == Status::TimedOut)
        return failure(ErrorKind::Unreachable, answer.detail);
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.size() > 1)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 publishes %2 SPF records, which makes every check fail. Join them to one first.")
                .arg(domain.toAscii())
                .arg(records.size()));
    if (records.isEmpty())
        return std::optional<QString>();
    return std::optional<QString>(QString::fromLatin1(records.first()));
}

} // namespace

std::optional<int> runSpfMerge(const SpfOptions &options, Context &context)
{
    if (!options.record.empty())
        return sayMerged(QString::fromStdString(options.record), options, context);
    const auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return context.fail(domain.error());
    const auto dns = openResolver(context);
    if (!dns)
        return context.fail(dns.error());
    (*dns)->ask(domain->toAscii(), DnsType::Txt, &context,
                [dns = *dns, options, &context, domain = *domain](const DnsAnswer &answer) {
                    const auto existing = publishedSpf(answer, domain);
                    context.finish(existing ? sayMerged(*existing, options, context) : context.fail(existing.error()));
                });
    return std::nullopt;
}

} // namespace relaywright::cli
