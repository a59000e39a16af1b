// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/ZoneServers.h"

#include "core/base/Text.h"

#include <QNetworkInterface>

#include <algorithm>

namespace relaywright {

namespace {

using Status = DnsAnswer::Status;

constexpr qsizetype kMaxServers = 16;

bool hasIpv6()
{
    return std::ranges::any_of(QNetworkInterface::allAddresses(), [](const QHostAddress &address) {
        return address.protocol() == QHostAddress::IPv6Protocol && address.isGlobal();
    });
}

/// One search; it lives as long as its questions.
class Search : public std::enable_shared_from_this<Search> {
public:
    Search(const QString &name, DnsClient &dns, QObject *context, std::function<void(const ZoneServers &)> done)
        : m_name(name), m_dns(dns), m_context(context), m_done(std::move(done))
    {
    }

    void askForServers(const QString &zone)
    {
        m_dns.ask(zone, DnsType::Ns, m_context,
                  [self = shared_from_this(), zone](const DnsAnswer &answer) { self->onServers(zone, answer); });
    }

private:
    void onServers(const QString &zone, const DnsAnswer &answer)
    {
        if (answer.status == Status::Failed || answer.status == Status::TimedOut)
            return fail(answer.detail);
        // Behind an alias the servers are those of the alias' target.
        if (answer.status == Status::Found && answer.aliases.isEmpty())
            return askForAddresses(zone, answer.names);
        const QString above = zone.section(u'.', 1);
        if (above.count(u'.') == 0) // a top-level domain holds no records of ours
            return fail(QStringLiteral("The DNS knows no zone for %1: neither it nor a name above it has name servers "
                                       "(NS). Check how the name is written.")
                            .arg(quotable(m_name)));
        askForServers(above);
    }

    void askForAddresses(const QString &zone, const QStringList &names)
    {
        m_found.zone = zone;
        QStringList sorted = names;
        sorted.sort();
        sorted.removeDuplicates();
        m_names = sorted.first(std::min(sorted.size(), kMaxServers));
        m_addresses.resize(static_cast<size_t>(m_names.size()) * 2);
        m_missing = m_addresses.size();
        for (size_t i = 0; i < m_addresses.size(); ++i) {
            m_dns.ask(m_names[static_cast<qsizetype>(i / 2)], i % 2 ? DnsType::Aaaa : DnsType::A, m_context,
                      [self = shared_from_this(), i](const DnsAnswer &answer) {
                          self->m_addresses[i] = answer.addresses;
                          if (--self->m_missing == 0)
                              self->finish();
                      });
        }
    }

    void finish()
    {
        const bool withIpv6 = hasIpv6();
        for (size_t i = 0; i < m_addresses.size(); ++i) {
            for (const IpAddress &address : m_addresses[i]) {
                const bool usable = withIpv6 || address.family() == IpAddress::Family::V4 || address.isLoopback();
                const bool isNew =
                    std::ranges::find(m_found.servers, address, &ZoneServers::Server::address) == m_found.servers.end();
                if (usable && isNew && m_found.servers.size() < kMaxServers)
                    m_found.servers.push_back({m_names[static_cast<qsizetype>(i / 2)], address});
            }
        }
        if (m_found.servers.empty())
            return fail(
                QStringLiteral("The name servers of %1 (%2) have no address that can be asked from here. Check the "
                               "NS records at the registrar.")
                    .arg(m_found.zone, quotable(m_names.join(QStringLiteral(", ")), 200)));
        m_done(m_found);
    }

    void fail(const QString &problem)
    {
        m_found.servers.clear();
        m_found.problem = problem;
        m_done(m_found);
    }

    QString m_name;
    DnsClient &m_dns;
    QObject *m_context;
    std::function<void(const ZoneServers &)> m_done;
    ZoneServers m_found;
    QStringList m_names;
    std::vector<std::vector<IpAddress>> m_addresses; ///< A and AAAA of each name in turn
    size_t m_missing = 0;
};

} // namespace

void findZoneServers(const QString &name, DnsClient &dns, QObject *context,
                     std::function<void(const ZoneServers &)> done)
{
    QString start = name.toLower();
    if (start.endsWith(u'.'))
        start.chop(1);
    std::make_shared<Search>(start, dns, context, std::move(done))->askForServers(start);
}

} // namespace relaywright
