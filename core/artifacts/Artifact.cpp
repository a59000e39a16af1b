// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include "core/site/SiteDocument.h"

#include <QHash>

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

constexpr qsizetype kMaxStem = 80;
constexpr qsizetype kMaxNames = 8;

/// Every kind, in the order in which an administrator applies them.
constexpr Renderer kRenderers[] = {
    renderDnsRecords,
    renderDkimScript,
    renderConnectorScripts,
    renderSmtpAuthScript,
    renderAuthenticationPolicyScript,
    renderSharedMailboxScript,
    renderSendAsScripts,
    renderApplicationAccessScripts,
    renderHveAccountsScript,
    renderDirectSendScripts,
    renderConnectionFilterScript,
    renderMailFlowRulesScript,
    renderReceiveConnectorScript,
    renderIisSmtpScript,
    renderWindowsFirewallScripts,
    renderWindowsDnsScript,
    renderAzureSetup,
    renderRelayConfigs,
    renderPostfixConfigs,
    renderLinuxFirewall,
    renderDeviceSheets,
    renderMessageTraceScript,
};

QString safeStem(const QString &text)
{
    QString stem;
    const QString lower = text.normalized(QString::NormalizationForm_KD).toLower();
    for (const QChar c : lower) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'.';
        if (plain && !(c == u'.' && (stem.isEmpty() || stem.endsWith(u'.'))))
            stem += c;
        else if (!c.isMark() && !stem.isEmpty() && !stem.endsWith(u'-'))
            stem += u'-';
    }
    stem.truncate(kMaxStem);
    while (stem.endsWith(u'-') || stem.endsWith(u'.'))
        stem.chop(1);
    return stem.isEmpty() ? QStringLiteral("file") : stem;
}

/// A sender behind a relay needs no mailbox of its own: where another sender of the same relay names one, that signs in
/// for both, and one relay does for all.
void shareMailboxes(PlannedSenders &senders)
{
    const auto relayOf = [](const PlannedSender &planned) {
        return std::pair(planned.network, planned.option->upstream->method);
    };
    const auto isBehindRelay = [](const PlannedSender &planned) {
        return planned.option->method == Method::LocalRelay && planned.option->upstream;
    };
    std::map<std::pair<const Network *, std::optional<Method>>, QString> named;
    for (const PlannedSender &planned : senders) {
        if (isBehindRelay(planned) && planned.sender->signInAs)
            named.try_emplace(relayOf(planned), planned.sender->signInAs->toString());
    }
    for (PlannedSender &planned : senders) {
        if (!isBehindRelay(planned) || planned.sender->signInAs || !planned.option->upstream->settings.user.isEmpty())
            continue;
        if (const auto other = named.find(relayOf(planned)); other != named.end())
            planned.sharedMailbox = other->second;
    }
}

} // namespace

std::optional<Method> PlannedSender::route() const
{
    if (option->method != Method::LocalRelay)
        return option->method;
    return option->upstream ? option->upstream->method : std::nullopt;
}

const MethodSettings &PlannedSender::entry() const
{
    return option->method == Method::LocalRelay && option->upstream ? option->upstream->settings : option->settings;
}

bool PlannedSender::usesGraph() const
{
    return option->upstream && !option->upstream->method;
}

QString PlannedSender::mailbox() const
{
    if (!entry().user.isEmpty())
        return entry().user; // of High Volume Email an account of its own, never the mailbox that others sign in with
    if (sender->signInAs)
        return sender->signInAs->toString();
    if (!sharedMailbox.isEmpty())
        return sharedMailbox;
    return sender->from ? sender->from->toString() : QString();
}

QString PlannedSender::name() const
{
    const QString name = withoutHiddenCharacters(sender->name).trimmed();
    return name.isEmpty() ? sender->id : name;
}

RenderContext::RenderContext(const Site &theSite, const Plan &thePlan, const Knowledge &theKnowledge)
    : site(theSite), plan(thePlan), knowledge(theKnowledge)
{
    QHash<QString, const SenderPlan *> plans;
    for (const SenderPlan &senderPlan : plan.senders)
        plans.insert(senderPlan.senderId, &senderPlan);
    for (const Sender &sender : site.senders) {
        const SenderPlan *planned = plans.value(sender.id);
        if (const Option *option = planned ? planned->chosen() : nullptr)
            senders.push_back({&sender, option, networkOf(site, sender), {}});
    }
    shareMailboxes(senders);
}

QString RenderContext::cloudText(const QString &prefix) const
{
    return knowledge.text(prefix + u'.' + toString(site.organisation.cloud.value_or(Cloud::Worldwide)));
}

std::optional<Domain> RenderContext::primaryDomain() const
{
    const auto &domains = site.organisation.acceptedDomains;
    return domains.empty() ? std::nullopt : std::optional(domains.front());
}

PlannedSenders RenderContext::withRoute(Method method) const
{
    PlannedSenders found;
    std::ranges::copy_if(senders, std::back_inserter(found),
                         [method](const PlannedSender &s) { return s.route() == method; });
    return found;
}

QString RenderContext::fileName(const QString &stem, const QString &extension)
{
    const QString safe = safeStem(stem);
    QString name = safe + extension;
    int &number = m_nextNumber.try_emplace(name, 2).first->second;
    while (!m_fileNames.insert(name).second)
        name = QStringLiteral("%1-%2%3").arg(safe).arg(number++).arg(extension);
    return name;
}

QString joined(QStringList words)
{
    if (words.size() > kMaxNames) {
        const qsizetype more = words.size() - kMaxNames + 1;
        words = words.mid(0, kMaxNames - 1) + QStringList{QStringLiteral("%1 more").arg(more)};
    }
    const QString last = words.isEmpty() ? QString() : words.takeLast();
    return words.isEmpty() ? last : words.join(QLatin1String(", ")) + QLatin1String(" and ") + last;
}

QString namesOf(const PlannedSenders &senders)
{
    QStringList names;
    for (const PlannedSender &sender : senders)
        names += sender.name();
    return joined(names);
}

QStringList idsOf(const PlannedSenders &senders)
{
    QStringList ids;
    for (const PlannedSender &sender : senders)
        ids += sender.sender->id;
    return ids;
}

std::vector<Artifact> render(const Site &site, const Plan &plan, const Knowledge &knowledge)
{
    RenderContext context(site, plan, knowledge);
    std::vector<Artifact> all;
    for (const Renderer renderKind : kRenderers) {
        std::vector<Artifact> some = renderKind(context);
        std::ranges::move(some, std::back_inserter(all));
    }
    return all;
}

QByteArray fileContent(const Artifact &artifact)
{
    if (artifact.mediaType != QLatin1String("text/x-powershell"))
        return artifact.text.toUtf8();
    // Windows PowerShell 5.1 reads a script without a byte order mark in the machine's old code page.
    QString text = artifact.text;
    text.replace(u'\n', QLatin1String("\r\n"));
    return QByteArrayLiteral("\xEF\xBB\xBF") + text.toUtf8();
}

} // namespace relaywright
