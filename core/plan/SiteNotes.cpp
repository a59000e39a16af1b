// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plan/Rules.h"

#include <algorithm>
#include <cmath>
#include <map>

// What holds for several senders together, and for every site.

namespace relaywright {

namespace {

using Weight = Reason::Weight;

constexpr qsizetype kMostNames = 6; // in a sentence; the rest is counted

/// A sender with the option that was chosen for it.
struct Chosen {
    const Sender *sender = nullptr;
    const Option *option = nullptr;
    const Network *network = nullptr;

    [[nodiscard]] bool by(Method method) const { return option->method == method; }
    [[nodiscard]] bool handsOnBy(Method method) const { return option->upstream && option->upstream->method == method; }
    /// How its mail enters Microsoft 365.
    [[nodiscard]] bool enters(Method method) const { return by(method) || handsOnBy(method); }
    [[nodiscard]] bool usesGraph() const { return option->upstream && !option->upstream->method; }
};

/// What the senders that submit through one mailbox ask of it together.
struct Load {
    int senders = 0;
    qint64 messagesPerMinute = 0;
    qint64 recipientsPerDay = 0;
};

class Notes {
public:
    Notes(const Site &site, const Plan &plan, const Figures &figures)
        : m_site(site), m_figures(figures)
    {
        for (std::size_t i = 0; i < site.senders.size(); ++i) {
            if (const Option *option = plan.senders[i].chosen())
                m_chosen.push_back({&site.senders[i], option, networkOf(site, site.senders[i])});
        }
    }

    std::vector<Reason> take()
    {
        addDeadlines();
        for (const auto &[mailbox, load] : loadByMailbox())
            addMailbox(mailbox, load);
        addConnector();
        addSpf();
        addTenantLimit();
        addPort25();
        addInternalOnly();
        addSmartHost();
        addApplicationDomain();
        for (const char *id : {"application-mail.valid-sender", "application-mail.authentication"})
            add(Weight::Warning, id, id, m_figures.knowledge.fact(QLatin1String(id)).statement);
        return std::move(m_notes);
    }

private:
    void add(Weight weight, const char *rule, const char *factId, QString sentence)
    {
        Reason reason;
        reason.weight = weight;
        reason.rule = QLatin1String(rule);
        reason.factId = QLatin1String(factId);
        reason.sentence = std::move(sentence);
        m_notes.push_back(std::move(reason));
    }

    template <class Predicate>
    [[nodiscard]] std::vector<const Chosen *> those(Predicate predicate) const
    {
        std::vector<const Chosen *> found;
        for (const Chosen &chosen : m_chosen) {
            if (predicate(chosen))
                found.push_back(&chosen);
        }
        return found;
    }

    /// "Fax and Scanner", "Fax, Scanner and 12 more"; by name, so that the order of the senders does not matter.
    static QString namesOf(const std::vector<const Chosen *> &some)
    {
        QStringList names;
        for (const Chosen *chosen : some)
            names += chosen->sender->name.trimmed().isEmpty() ? chosen->sender->id : chosen->sender->name.trimmed();
        names.sort();
        if (names.size() > kMostNames) {
            const qsizetype more = names.size() - kMostNames + 1;
            names = names.mid(0, kMostNames - 1) + QStringList{QStringLiteral("%1 more").arg(countWords(more))};
        }
        const QString last = names.takeLast();
        return names.isEmpty() ? last : QStringLiteral("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
    }

    void addDeadline(const char *rule, const char *factId, QDate ends, const QString &what)
    {
        const auto affected =
            std::ranges::count_if(m_chosen, [&](const Chosen &chosen) { return chosen.option->worksUntil == ends; });
        if (affected == 0)
            return;
        const QString whose = affected == 1 ? QStringLiteral("One sender depends")
                                            : QStringLiteral("%1 senders depend").arg(countWords(affected));
        add(Weight::Warning, rule, factId, QStringLiteral("%1 on %2 %3.").arg(whose, what, dateWords(ends)));
    }

    void addDeadlines()
    {
        addDeadline("site.basic-off-by-default", "smtp-auth.basic.off-by-default", m_figures.basicEnds,
                    QStringLiteral("sign-in with a password, which is switched off by default on"));
        addDeadline("site.hve-basic-until", "hve.basic.until", m_figures.highVolumeBasicEnds,
                    QStringLiteral("High Volume Email with a password, which it supports until"));
    }

    [[nodiscard]] std::map<QString, Load> loadByMailbox() const
    {
        std::map<QString, Load> loads;
        for (const Chosen &chosen : m_chosen) {
            const bool mailbox = chosen.enters(Method::ClientSubmission) || chosen.usesGraph();
            if (!mailbox || !chosen.sender->signInAs)
                continue;
            Load &load = loads[chosen.sender->signInAs->toString().toLower()];
            // Behind a relay the senders share the relay's connections, not the mailbox's.
            load.senders += chosen.by(Method::ClientSubmission) ? 1 : 0;
            load.messagesPerMinute += chosen.sender->messagesPerMinute.value_or(0);
            load.recipientsPerDay += chosen.sender->recipientsPerDay.value_or(0);
        }
        return loads;
    }

    void addMailbox(const QString &mailbox, const Load &load)
    {
        const qint64 devices = m_figures.number("service-account.devices");
        const qint64 perMinute = m_figures.number("client-submission.messages-per-minute");
        const qint64 perDay = m_figures.number("client-submission.recipients-per-day");
        if (load.senders > devices)
            add(Weight::Change, "site.devices-per-account", "service-account.devices",
                QStringLiteral("Give some senders another mailbox: %1 share %2 and its %3 connections, and %4 is the "
                               "most for one mailbox.")
                    .arg(countWords(load.senders), mailbox,
                         countWords(m_figures.number("client-submission.connections")), countWords(devices)));
        if (load.recipientsPerDay > perDay)
            add(Weight::Change, "site.recipients-per-day", "client-submission.recipients-per-day",
                QStringLiteral(
                    "The senders that share %1 write to %2 recipients a day together; a mailbox may write to %3.")
                    .arg(mailbox, countWords(load.recipientsPerDay), countWords(perDay)));
        if (load.messagesPerMinute > perMinute)
            add(Weight::Warning, "site.messages-per-minute", "client-submission.messages-per-minute",
                QStringLiteral("The senders that share %1 may reach %2 messages a minute together; beyond %3 they are "
                               "slowed down.")
                    .arg(mailbox, countWords(load.messagesPerMinute), countWords(perMinute)));
    }

    /// Blocks of networks, each once, in their order.
    static QString addressesOf(const std::vector<const Chosen *> &some)
    {
        std::vector<IpNetwork> blocks;
        for (const Chosen *chosen : some) {
            if (chosen->network)
                std::ranges::copy(chosen->network->egress, std::back_inserter(blocks));
        }
        std::ranges::sort(blocks);
        blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end()); // clang 14 lacks the range form
        QStringList words;
        for (const IpNetwork &block : blocks)
            words += block.toString();
        return words.join(QStringLiteral(", "));
    }

    void addConnector()
    {
        const auto byAddress = those([](const Chosen &chosen) {
            return chosen.enters(Method::ConnectorRelay) && !chosen.option->settings.byCertificate;
        });
        const auto byCertificate = those([](const Chosen &chosen) {
            return chosen.by(Method::ConnectorRelay) && chosen.option->settings.byCertificate;
        });
        if (byAddress.size() > 1)
            add(Weight::For, "site.one-connector", "connector-relay.unshared-ip",
                QStringLiteral("One inbound connector for %1 serves %2 together.")
                    .arg(addressesOf(byAddress), namesOf(byAddress)));
        if (byCertificate.size() > 1)
            add(Weight::For, "site.one-certificate-connector", "connector-relay.certificate",
                QStringLiteral("One inbound connector for a wildcard certificate of the domain serves %1 together.")
                    .arg(namesOf(byCertificate)));
    }

    void addSpf()
    {
        std::map<QString, std::vector<const Chosen *>> byDomain;
        for (const Chosen &chosen : m_chosen) {
            const auto &from = reversePathOf(*chosen.sender);
            const bool byAddress = chosen.enters(Method::ConnectorRelay) && !chosen.option->settings.byCertificate;
            if (from && (chosen.by(Method::DirectSend) || byAddress))
                byDomain[from->domain().toAscii()].push_back(&chosen);
        }
        for (const auto &[domain, some] : byDomain) {
            const QString addresses = addressesOf(some);
            if (!addresses.isEmpty())
                add(Weight::Change, "site.one-spf-record", "connector-relay.spf",
                    QStringLiteral("One SPF record of %1 lists %2 for %3; two records would make both worthless.")
                        .arg(domain, addresses, namesOf(some)));
        }
    }

    /// What people outside get in a day, as far as it counts: not High Volume Email, not Azure.
    void addTenantLimit()
    {
        if (!m_site.organisation.mailLicences || *m_site.organisation.mailLicences < 1)
            return;
        const auto limit =
            static_cast<qint64>(500.0 * std::pow(*m_site.organisation.mailLicences, 0.7) + 9500.0); // TERRL's formula
        qint64 external = 0;
        for (const Chosen &chosen : m_chosen) {
            const bool counts = !chosen.enters(Method::HighVolumeEmail)
                                && !chosen.enters(Method::AzureCommunicationServices)
                                && !chosen.by(Method::DirectSend) && chosen.sender->reach != Reach::Internal;
            external += counts ? chosen.sender->recipientsPerDay.value_or(0) : 0;
        }
        if (external == 0)
            return;
        const bool over = external > limit;
        add(over ? Weight::Change : Weight::Warning, over ? "site.tenant-limit-exceeded" : "site.tenant-limit",
            "tenant.external-recipients",
            QStringLiteral("The senders write to up to %1 recipients outside a day; with %2 licences the whole "
                           "organisation, its people included, may write to %3.")
                    .arg(countWords(external), countWords(*m_site.organisation.mailLicences), countWords(limit))
                + (over ? QStringLiteral(" Move the largest to Azure Communication Services.") : QString()));
    }

    void addPort25()
    {
        const auto some = those([](const Chosen &chosen) {
            return chosen.by(Method::DirectSend) || chosen.enters(Method::ConnectorRelay)
                   || (chosen.enters(Method::ClientSubmission) && chosen.option->settings.port == 25
                       && !chosen.by(Method::LocalRelay));
        });
        if (some.empty())
            add(Weight::For, "site.port25-not-needed", "port25.providers",
                QStringLiteral("Nothing needs outbound port 25: close it in the firewall for the whole site."));
        else
            add(Weight::Warning, "site.port25-needed", "port25.providers",
                QStringLiteral("Outbound port 25 is needed for %1; close it for everything else.").arg(namesOf(some)));
    }

    void addInternalOnly()
    {
        const auto some = those([](const Chosen &chosen) {
            return chosen.sender->reach == Reach::Internal && !chosen.by(Method::DirectSend)
                   && !chosen.enters(Method::HighVolumeEmail);
        });
        if (!some.empty())
            add(Weight::Change, "site.internal-only", "application-mail.internal-only",
                QStringLiteral("Block mail to the internet for %1 with a mail-flow rule: only people inside are to be "
                               "written to, and a captured device could do harm outside.")
                    .arg(namesOf(some)));
    }

    void addSmartHost()
    {
        const auto some = those([](const Chosen &chosen) {
            return chosen.by(Method::LocalRelay) || chosen.by(Method::OnPremExchange);
        });
        if (some.size() < 2)
            return;
        const auto &domain = m_site.organisation.internalDomain;
        const QString name =
            domain ? QStringLiteral("smtp.%1").arg(domain->toAscii()) : QStringLiteral("smtp.<your internal domain>");
        add(Weight::For, "site.smart-host-name", "application-mail.smart-host-name",
            QStringLiteral("Let %1 use one name, %2, instead of a server's own name or address: it can move without a "
                           "visit to every device.")
                .arg(namesOf(some), name));
    }

    void addApplicationDomain()
    {
        const auto &kept = m_site.organisation.applicationDomain;
        if (!kept) {
            const char *id = "application-mail.own-domain";
            add(Weight::Warning, id, id, m_figures.knowledge.fact(QLatin1String(id)).statement);
            return;
        }
        const auto others = those([&](const Chosen &chosen) {
            const auto &from = reversePathOf(*chosen.sender);
            return from && !(from->domain() == *kept);
        });
        if (!others.empty())
            add(Weight::Warning, "site.outside-application-domain", "application-mail.own-domain",
                QStringLiteral("%1 is kept for applications, but %2 would send from another domain.")
                    .arg(kept->toAscii(), namesOf(others)));
    }

    const Site &m_site;
    const Figures &m_figures;
    std::vector<Chosen> m_chosen;
    std::vector<Reason> m_notes;
};

} // namespace

std::vector<Reason> siteNotes(const Site &site, const Plan &plan, const Figures &figures)
{
    return site.senders.empty() ? std::vector<Reason>() : Notes(site, plan, figures).take();
}

} // namespace relaywright
