// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"
#include "core/knowledge/Knowledge.h"
#include "core/plan/Plan.h"
#include "core/site/Site.h"

#include <algorithm>

namespace relaywright::test {

inline Domain domain(const char *text)
{
    return *Domain::parse(QString::fromUtf8(text));
}
inline EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}
inline IpNetwork block(const char *text)
{
    return *IpNetwork::parse(QString::fromUtf8(text));
}

/// Contoso with one network; senders and their plans are added one by one, so that each test says what it is about and
/// none depends on what advise would choose.
struct Sample {
    Site site;
    Plan plan;

    Sample()
    {
        site.organisation.name = QStringLiteral("Contoso");
        site.organisation.acceptedDomains = {domain("contoso.com")};
        site.organisation.mxHost = *Host::parse(QStringLiteral("contoso-com.mail.protection.outlook.com"));
        site.organisation.existingSpf = QStringLiteral("v=spf1 include:spf.protection.outlook.com -all");
        Network office;
        office.id = QStringLiteral("office");
        office.egress = {block("192.0.2.10")};
        office.lan = {block("10.1.0.0/16")};
        site.networks = {office};
        plan.asOf = QDate(2026, 11, 22);
    }

    Sender &add(const char *id, Method method, const char *from = "scanner@contoso.com", const char *signInAs = nullptr)
    {
        Sender sender;
        sender.id = QString::fromUtf8(id);
        sender.name = QString::fromUtf8(id);
        sender.network = QStringLiteral("office");
        if (from)
            sender.from = address(from);
        if (signInAs)
            sender.signInAs = address(signInAs);
        site.senders.push_back(sender);
        plan.senders.push_back({.senderId = sender.id, .options = {option(method)}});
        return site.senders.back();
    }

    static Option option(Method method)
    {
        Option chosen;
        chosen.method = method;
        chosen.fit = Fit::Fits;
        switch (method) {
        case Method::ClientSubmission:
            chosen.settings = {
                QStringLiteral("smtp.office365.com"), 587, QStringLiteral("starttls"), Authentication::Basic, {}};
            break;
        case Method::LocalRelay:
            chosen.settings = {QString(), 2525, QStringLiteral("none"), Authentication::None, {}};
            chosen.upstream = Upstream{Method::ClientSubmission, {}};
            break;
        default:
            chosen.settings = {QStringLiteral("contoso-com.mail.protection.outlook.com"),
                               25,
                               QStringLiteral("opportunistic"),
                               Authentication::None,
                               {}};
        }
        return chosen;
    }

    Option &chosen(int index = 0) { return plan.senders[static_cast<size_t>(index)].options.front(); }
    std::vector<Artifact> all() const { return render(site, plan, Knowledge::builtIn()); }
    std::vector<Artifact> of(const char *kind) const
    {
        std::vector<Artifact> some = all();
        std::erase_if(some, [kind](const Artifact &artifact) { return artifact.kind != QLatin1String(kind); });
        return some;
    }
    /// The one of this kind; an empty one when there is none or more than one.
    Artifact only(const char *kind) const
    {
        const std::vector<Artifact> some = of(kind);
        return some.size() == 1 ? some.front() : Artifact{};
    }
};

} // namespace relaywright::test
