// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <set>

namespace relaywright {

namespace {

/// Exchange Online answers 100 queries in five minutes, and each address is one.
constexpr qsizetype kMostAddresses = 80;

bool isTraced(const PlannedSender &planned)
{
    return planned.route() != Method::AzureCommunicationServices && planned.route() != Method::OnPremExchange;
}

struct Traced {
    QStringList addresses;
    PlannedSenders senders;
    qsizetype more = 0;
};

/// Behind a local relay that signs in, messages carry the mailbox's address; both are looked for.
Traced tracedOf(const RenderContext &context)
{
    Traced traced;
    std::set<QString> seen;
    for (const PlannedSender &planned : context.senders) {
        if (!isTraced(planned))
            continue;
        QStringList own;
        for (const EmailAddress &address : addressesOf(*planned.sender))
            own += address.toString();
        if (planned.route() != Method::ConnectorRelay && planned.route() != Method::DirectSend
            && !planned.mailbox().isEmpty())
            own += planned.mailbox();
        if (!own.isEmpty())
            traced.senders.push_back(planned);
        for (const QString &address : std::as_const(own)) {
            if (seen.insert(address.toCaseFolded()).second)
                traced.addresses += address;
        }
    }
    traced.more = std::max<qsizetype>(0, traced.addresses.size() - kMostAddresses);
    traced.addresses.resize(std::min(traced.addresses.size(), kMostAddresses));
    return traced;
}

PsScript body()
{
    return PsScript().code(uR"ps(
$end = [System.DateTime]::UtcNow
$start = $end.AddDays(-$Days)
foreach ($address in @($SenderAddress)) {
    if ($MessageId) {
        $messages = @(Get-MessageTraceV2 -SenderAddress $address -MessageId $MessageId -StartDate $start -EndDate $end)
    } else {
        $messages = @(Get-MessageTraceV2 -SenderAddress $address -StartDate $start -EndDate $end -ResultSize 1000)
    }
    Write-Output ('{0}: {1} message(s) since {2:u}.' -f $address, $messages.Count, $start)
    $messages | Sort-Object -Property 'Received' -Descending |
        Format-Table -Property 'Received', 'RecipientAddress', 'Status', 'FromIP', 'Subject' -AutoSize

    # What happened on the way, for those that did not arrive.
    foreach ($message in @($messages | Where-Object { [string] $_.Status -ne 'Delivered' } | Select-Object -First $MostDetails)) {
        Write-Output ('{0} to {1}: {2}' -f $message.Received, $message.RecipientAddress, $message.Status)
        Get-MessageTraceDetailV2 -MessageTraceId $message.MessageTraceId -RecipientAddress $message.RecipientAddress |
            Format-Table -Property 'Date', 'Event', 'Detail' -AutoSize -Wrap
    }
}
)ps");
}

} // namespace

std::vector<Artifact> renderMessageTraceScript(RenderContext &context)
{
    const Traced traced = tracedOf(context);
    if (traced.addresses.isEmpty())
        return {};
    ScriptPage page;
    page.kind = QStringLiteral("message-trace-script");
    page.stem = QStringLiteral("message-trace");
    page.title = QStringLiteral("Message trace of the senders");
    page.purpose =
        QStringLiteral("It changes nothing: it shows what became of messages from %1, so that a test message is "
                       "followed to its end. It is for %2.")
            .arg(joined(traced.addresses), namesOf(traced.senders));
    page.senders = traced.senders;
    page.changes = false;
    if (traced.more > 0)
        page.notIncluded = {
            QStringLiteral("%1 more address(es), because Exchange Online answers a limited number of queries "
                           "in a few minutes; name them with -SenderAddress.")
                .arg(traced.more)};
    page.before = {
        QStringLiteral("-Days goes back further, up to 10 days in one query; -MessageId finds one message by its "
                       "Message-ID with the angle brackets, as the test page of Relaywright shows it.")};
    page.parameters = {{QStringLiteral("How far back, in days."), u"[ValidateRange(1, 10)] [int] $Days = 2"},
                       {QStringLiteral("One message only."), u"[string] $MessageId"},
                       {QStringLiteral("For how many undelivered messages of a sender the details are asked for."),
                        u"[int] $MostDetails = 5"},
                       {QStringLiteral("Whose messages."), QStringLiteral("SenderAddress"), PsList{traced.addresses}}};
    page.verify = {
        QStringLiteral("Status Delivered means that Exchange Online put the message into the mailbox or handed it "
                       "to the recipient's server. A message that is missing after a quarter of an hour did not "
                       "reach this organisation.")};
    page.know = {context.knowledge.fact(QStringLiteral("message-trace.range")).statement,
                 context.knowledge.fact(QStringLiteral("message-trace.rate")).statement};
    return {makeScript(context, page, body())};
}

} // namespace relaywright
