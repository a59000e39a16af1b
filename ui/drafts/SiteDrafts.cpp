// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/SiteDrafts.h"

#include "core/base/Text.h"
#include "core/mailauth/SpfRecord.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace relaywright {

namespace {

struct SiteDrafts { Q_DECLARE_TR_FUNCTIONS(SiteDrafts) };

constexpr int kMaxRate = 1'000'000;

void add(Problems &problems, const char *field, const QString &sentence)
{
    problems.push_back({QLatin1String(field), sentence});
}

/// Adds the first fault of a list of values.
template <class Parse>
void checkList(Problems &problems, const char *field, const QString &text, Parse parse)
{
    for (const QString &item : splitList(text)) {
        if (const auto value = parse(item); !value) {
            add(problems, field, value.error().detail);
            return;
        }
    }
}

template <class T, class Parse>
std::vector<T> parseList(const QString &text, Parse parse)
{
    std::vector<T> values;
    for (const QString &item : splitList(text)) {
        if (const auto value = parse(item))
            values.push_back(*value);
    }
    return values;
}

template <class T>
QString joined(const std::vector<T> &values)
{
    QStringList texts;
    for (const T &value : values)
        texts += value.toString();
    return texts.join(QLatin1String(", "));
}

void checkAddress(Problems &problems, const char *field, const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return;
    if (const auto address = EmailAddress::parse(trimmed); !address)
        add(problems, field, address.error().detail);
}

void keepAddress(std::optional<EmailAddress> &target, const QString &text)
{
    if (text.trimmed().isEmpty())
        target.reset();
    else if (const auto address = EmailAddress::parse(text.trimmed()))
        target = *address;
}

std::optional<int> parseRate(const QString &text)
{
    bool ok = false;
    const int value = text.trimmed().toInt(&ok);
    return ok && value > 0 && value <= kMaxRate ? std::optional<int>(value) : std::nullopt;
}

void checkRate(Problems &problems, const char *field, const QString &text)
{
    if (!text.trimmed().isEmpty() && !parseRate(text)) {
        add(problems, field, SiteDrafts::tr("Type a whole number from 1 to %1, or leave it empty if you don’t know.")
                                 .arg(kMaxRate));
    }
}

void keepRate(std::optional<int> &target, const QString &text)
{
    if (text.trimmed().isEmpty())
        target.reset();
    else if (const auto rate = parseRate(text))
        target = rate;
}

QString rateText(const std::optional<int> &rate)
{
    return rate ? QString::number(*rate) : QString();
}

QString addressText(const std::optional<EmailAddress> &address)
{
    return address ? address->toString() : QString();
}

} // namespace

OrganisationDraft draftOf(const Organisation &organisation)
{
    QStringList domains;
    for (const Domain &domain : organisation.acceptedDomains)
        domains += domain.toDisplay();
    return {.name = organisation.name,
            .domains = domains.join(QLatin1String(", ")),
            .cloud = organisation.cloud,
            .mxHost = organisation.mxHost ? organisation.mxHost->toString() : QString(),
            .existingSpf = organisation.existingSpf,
            .securityDefaults = organisation.securityDefaults,
            .smtpAuthDisabled = organisation.smtpAuthDisabled,
            .rejectDirectSend = organisation.rejectDirectSend,
            .onPremisesExchange = organisation.onPremisesExchange,
            .hveBilling = organisation.hveBilling,
            .azureSubscription = organisation.azureSubscription};
}

NetworkDraft draftOf(const Network &network)
{
    return {.egress = joined(network.egress),
            .lan = joined(network.lan),
            .staticEgress = network.staticEgress,
            .sharedEgress = network.sharedEgress,
            .port25Open = network.port25Open,
            .port587Open = network.port587Open,
            .port443Open = network.port443Open};
}

SenderDraft draftOf(const Sender &sender)
{
    return {.id = sender.id,
            .name = sender.name,
            .kind = sender.kind,
            .hosting = sender.hosting,
            .from = addressText(sender.from),
            .signInAs = addressText(sender.signInAs),
            .repliesTo = addressText(sender.repliesTo),
            .reach = sender.reach,
            .tls = sender.tls,
            .startTls = sender.startTls,
            .signIn = sender.signIn,
            .messagesPerMinute = rateText(sender.messagesPerMinute),
            .recipientsPerDay = rateText(sender.recipientsPerDay)};
}

Problems check(const OrganisationDraft &draft)
{
    Problems problems;
    if (splitList(draft.domains).isEmpty())
        add(problems, "domains", SiteDrafts::tr("Type the domain that your devices send as, such as contoso.com."));
    else
        checkList(problems, "domains", draft.domains, &Domain::parse);
    if (!draft.mxHost.trimmed().isEmpty()) {
        if (const auto host = Host::parse(draft.mxHost.trimmed()); !host)
            add(problems, "mxHost", host.error().detail);
    }
    if (!draft.existingSpf.trimmed().isEmpty()) {
        if (const auto record = parseSpf(draft.existingSpf.trimmed()); !record)
            add(problems, "existingSpf", record.error().sentence);
    }
    return problems;
}

Problems check(const NetworkDraft &draft)
{
    Problems problems;
    checkList(problems, "egress", draft.egress, &IpNetwork::parse);
    checkList(problems, "lan", draft.lan, &IpNetwork::parse);
    for (const IpNetwork &block : parseList<IpNetwork>(draft.egress, &IpNetwork::parse)) {
        if (problems.empty() && block.address().isPrivate()) {
            add(problems, "egress",
                SiteDrafts::tr(
                    "%1 is a private address. Type the address that the internet sees, from your provider or router.")
                    .arg(block.toString()));
        }
    }
    return problems;
}

Problems check(const SenderDraft &draft)
{
    Problems problems;
    if (draft.name.trimmed().isEmpty())
        add(problems, "name", SiteDrafts::tr("Give it a name that people recognise, such as “Scanner, ground floor”."));
    else if (hasControlCharacters(draft.name))
        add(problems, "name", SiteDrafts::tr("The name holds a character that cannot be shown. Type it again."));
    checkAddress(problems, "from", draft.from);
    checkAddress(problems, "signInAs", draft.signInAs);
    checkAddress(problems, "repliesTo", draft.repliesTo);
    checkRate(problems, "messagesPerMinute", draft.messagesPerMinute);
    checkRate(problems, "recipientsPerDay", draft.recipientsPerDay);
    return problems;
}

Organisation applyTo(Organisation base, const OrganisationDraft &draft)
{
    const Problems problems = check(draft);
    base.name = hasControlCharacters(draft.name) ? base.name : draft.name.trimmed();
    if (problemOf(problems, QStringLiteral("domains")).isEmpty())
        base.acceptedDomains = parseList<Domain>(draft.domains, &Domain::parse);
    base.cloud = draft.cloud;
    if (draft.mxHost.trimmed().isEmpty())
        base.mxHost.reset();
    else if (const auto host = Host::parse(draft.mxHost.trimmed()))
        base.mxHost = *host;
    if (problemOf(problems, QStringLiteral("existingSpf")).isEmpty())
        base.existingSpf = draft.existingSpf.trimmed();
    base.securityDefaults = draft.securityDefaults;
    base.smtpAuthDisabled = draft.smtpAuthDisabled;
    base.rejectDirectSend = draft.rejectDirectSend;
    base.onPremisesExchange = draft.onPremisesExchange;
    base.hveBilling = draft.hveBilling;
    base.azureSubscription = draft.azureSubscription;
    return base;
}

Network applyTo(Network base, const NetworkDraft &draft)
{
    const Problems problems = check(draft);
    if (problemOf(problems, QStringLiteral("egress")).isEmpty())
        base.egress = parseList<IpNetwork>(draft.egress, &IpNetwork::parse);
    if (problemOf(problems, QStringLiteral("lan")).isEmpty())
        base.lan = parseList<IpNetwork>(draft.lan, &IpNetwork::parse);
    base.staticEgress = draft.staticEgress;
    base.sharedEgress = draft.sharedEgress;
    base.port25Open = draft.port25Open;
    base.port587Open = draft.port587Open;
    base.port443Open = draft.port443Open;
    return base;
}

Sender applyTo(Sender base, const SenderDraft &draft)
{
    if (problemOf(check(draft), QStringLiteral("name")).isEmpty())
        base.name = draft.name.trimmed();
    base.kind = draft.kind;
    base.hosting = draft.hosting;
    keepAddress(base.from, draft.from);
    keepAddress(base.signInAs, draft.signInAs);
    keepAddress(base.repliesTo, draft.repliesTo);
    base.reach = draft.reach;
    base.tls = draft.tls;
    base.startTls = draft.startTls;
    base.signIn = draft.signIn;
    keepRate(base.messagesPerMinute, draft.messagesPerMinute);
    keepRate(base.recipientsPerDay, draft.recipientsPerDay);
    return base;
}

} // namespace relaywright
