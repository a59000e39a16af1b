// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"
#include "core/artifacts/PowerShell.h"

#include <map>
#include <optional>
#include <set>

// Internal to core/artifacts: what the renderers of the single kinds share.
namespace relaywright {

/// A sender that has a chosen method, with what belongs to it.
struct PlannedSender {
    const Sender *sender = nullptr;
    const Option *option = nullptr;
    const Network *network = nullptr;   ///< may be none
    QString sharedMailbox;              ///< of a local relay: the mailbox that the relay has from another of its senders
    /// How its mail enters Microsoft 365: the method, or the upstream of a local relay.
    [[nodiscard]] std::optional<Method> route() const;
    /// The settings of that way: the sender's own, or those of the relay's upstream.
    [[nodiscard]] const MethodSettings &entry() const;
    /// True when its way is Microsoft Graph, which only a local relay can take.
    [[nodiscard]] bool usesGraph() const;
    /// The mailbox that signs in for it, empty when none is known.
    [[nodiscard]] QString mailbox() const;
    /// As people call it, without what a page or script may not show; never empty.
    [[nodiscard]] QString name() const;
};

using PlannedSenders = std::vector<PlannedSender>;

class RenderContext {
public:
    RenderContext(const Site &site, const Plan &plan, const Knowledge &knowledge);

    const Site &site;
    const Plan &plan;
    const Knowledge &knowledge;
    PlannedSenders senders;             ///< in the site's order

    /// The fact `prefix.CLOUD`, `spf.include.worldwide`; an unknown cloud is taken for the worldwide one.
    [[nodiscard]] QString cloudText(const QString &prefix) const;
    [[nodiscard]] std::optional<Domain> primaryDomain() const;
    [[nodiscard]] PlannedSenders withRoute(Method method) const;
    /// A file name that no other file of this run has, made of letters, digits, dots and hyphens.
    [[nodiscard]] QString fileName(const QString &stem, const QString &extension);

private:
    std::set<QString> m_fileNames;
    std::map<QString, int> m_nextNumber; ///< of a file name that is taken
};

/// "a, b and c"; long lists end in "and 12 more".
[[nodiscard]] QString joined(QStringList words);
/// "Scanner, Franking machine and ERP", as `joined`.
[[nodiscard]] QString namesOf(const PlannedSenders &senders);
[[nodiscard]] QStringList idsOf(const PlannedSenders &senders);

/// Makes the artifacts of one kind or family; none when the plan does not call for them.
using Renderer = std::vector<Artifact> (*)(RenderContext &context);

[[nodiscard]] std::vector<Artifact> renderDnsRecords(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderAzureSetup(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderRelayConfigs(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderPostfixConfigs(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderLinuxFirewall(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderDeviceSheets(RenderContext &context);

// Scripts for Exchange Online.
[[nodiscard]] std::vector<Artifact> renderConnectorScripts(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderSmtpAuthScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderAuthenticationPolicyScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderSendAsScripts(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderSharedMailboxScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderApplicationAccessScripts(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderHveAccountsScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderDirectSendScripts(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderConnectionFilterScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderMailFlowRulesScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderDkimScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderMessageTraceScript(RenderContext &context);

// Scripts for the site's own servers.
[[nodiscard]] std::vector<Artifact> renderReceiveConnectorScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderIisSmtpScript(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderWindowsFirewallScripts(RenderContext &context);
[[nodiscard]] std::vector<Artifact> renderWindowsDnsScript(RenderContext &context);

} // namespace relaywright
