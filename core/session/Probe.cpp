// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/Probe.h"

#include "core/session/ProbePrivate.h"
#include "core/session/ProbeRungs.h"

#include <QHostAddress>
#include <QHostInfo>

#include <algorithm>

namespace relaywright {

namespace {

using State = ProbeRung::State;

constexpr QLatin1String kLadder[] = {QLatin1String("name"),    QLatin1String("address"), QLatin1String("tcp"),
                                     QLatin1String("banner"),  QLatin1String("ehlo"),    QLatin1String("tls"),
                                     QLatin1String("sign-in"), QLatin1String("mail"),    QLatin1String("rcpt")};

std::vector<IpAddress> addressesOf(const QHostInfo &info)
{
    std::vector<IpAddress> addresses;
    const QList<QHostAddress> found = info.addresses();
    for (const QHostAddress &address : found) {
        if (const auto parsed = IpAddress::parse(address.toString());
            parsed && std::ranges::count(addresses, *parsed) == 0)
            addresses.push_back(*parsed);
    }
    return addresses;
}

} // namespace

// --- name and address -----------------------------------------------------------------------------------------------

void Probe::Private::start()
{
    if (m_started || m_finished)
        return;
    m_started = true;
    m_clock.start();
    m_report.server = settings.server.toString();
    const Host &host = settings.server.host;
    if (host.address()) {
        add({QStringLiteral("name"),
             State::Skipped,
             {},
             QStringLiteral("An address was given: there is no name to look up.")});
        return onAddresses({*host.address()}, {});
    }
    lookUp(host.toString());
}

void Probe::Private::lookUp(const QString &name)
{
    m_lookup = std::make_unique<QObject>();
    // Single labels and localhost are not in the DNS; the hosts file knows them.
    if (!dns || !name.contains(u'.')) {
        QHostInfo::lookupHost(name, m_lookup.get(), [this](const QHostInfo &info) {
            onAddresses(addressesOf(info), info.error() == QHostInfo::NoError ? QString() : info.errorString() + u'.');
        });
        return;
    }
    m_openQuestions = 2;
    for (const DnsType type : {DnsType::A, DnsType::Aaaa})
        dns->ask(name, type, m_lookup.get(), [this, name](const DnsAnswer &answer) { onDnsAnswer(answer, name); });
}

void Probe::Private::onDnsAnswer(const DnsAnswer &answer, const QString &name)
{
    std::ranges::copy(answer.addresses, std::back_inserter(m_addresses));
    if (answer.status == DnsAnswer::Status::NoName)
        m_dnsProblem = QStringLiteral("The DNS does not know the name %1.").arg(name);
    else if (!answer.detail.isEmpty())
        m_dnsProblem = answer.detail;
    if (--m_openQuestions == 0) {
        std::vector<IpAddress> found = std::exchange(m_addresses, {});
        std::ranges::sort(found); // IPv4 first: it works from more networks
        onAddresses(std::move(found), m_dnsProblem);
    }
}

void Probe::Private::onAddresses(std::vector<IpAddress> found, const QString &problem)
{
    m_addresses = std::move(found);
    const QString name = settings.server.host.toString();
    if (!has(kLadder[0])) {
        if (m_addresses.empty() && !problem.isEmpty()) {
            add({QStringLiteral("name"), State::Failed, name,
                 QStringLiteral("%1 was not found: %2 Check its spelling and this computer's name server.")
                     .arg(name, problem)});
            return finish();
        }
        add({QStringLiteral("name"), State::Ok, name, QStringLiteral("The name is known.")});
    }
    if (m_climbed || stopsAt(kLadder[0]))
        return finish();
    if (m_addresses.empty()) {
        add({QStringLiteral("address"),
             State::Failed,
             {},
             QStringLiteral(
                 "%1 has no address. Is it the name of a server? A mail domain's servers are in its MX records.")
                 .arg(name)});
        return finish();
    }
    add(addressRung(m_addresses));
    if (m_climbed || stopsAt(kLadder[1]))
        return finish();
    lookAtPorts();
    connectNext();
}

// --- the end -------------------------------------------------------------------------------------------------------

void Probe::Private::cancel()
{
    if (m_finished)
        return;
    m_lookup.reset();
    if (m_climbed) {
        m_report.cancelled = true;
        return conclude();
    }
    if (m_client)
        return m_client->cancel();
    m_report.cancelled = true;
    finish();
}

bool Probe::Private::has(QLatin1String id) const
{
    return std::ranges::any_of(m_report.rungs, [id](const ProbeRung &rung) { return rung.id == id; });
}

void Probe::Private::add(ProbeRung rung)
{
    if (m_climbed)
        return;
    rung.elapsed = std::chrono::milliseconds(m_clock.isValid() ? m_clock.restart() : 0);
    m_report.rungs.push_back(rung);
    Q_EMIT q->rungDone(rung);
}

/// No further rung is climbed.
void Probe::Private::finish()
{
    if (m_climbed)
        return;
    for (const QLatin1String id : kLadder) {
        if (has(id))
            continue;
        const bool unasked = (id == QLatin1String("mail") && !asksForTransaction())
                             || (id == QLatin1String("rcpt") && !settings.to) || !settings.stopAfter.isEmpty();
        add({QString(id),
             State::Skipped,
             {},
             unasked ? QStringLiteral("Not asked for.") : QStringLiteral("Not reached.")});
    }
    if (std::exchange(m_climbed, true)) // a handler of rungDone cancelled
        return;
    std::ranges::sort(m_report.rungs, {},
                      [](const ProbeRung &rung) { return std::ranges::find(kLadder, rung.id) - kLadder; });
    if (m_report.cancelled)
        return conclude();
    lookAtVersions();
    concludeWhenAllIsSeen();
}

QStringList probeRungIds()
{
    QStringList ids;
    for (const QLatin1String id : kLadder)
        ids += id;
    return ids;
}

Probe::Probe(ProbeSettings settings, DnsClient *dns, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), dns, this))
{
}

Probe::~Probe() = default;

void Probe::start()
{
    d->start();
}

void Probe::cancel()
{
    d->cancel();
}

} // namespace relaywright
