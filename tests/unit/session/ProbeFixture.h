// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/session/Probe.h"

#include <QTest>

#include <map>

namespace relaywright::test {

/// Answers what the test wrote down, through the event loop.
class WrittenDns final : public DnsClient {
public:
    std::map<DnsType, DnsAnswer> answers;
    QStringList asked;

    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override
    {
        asked += toString(type) + u' ' + name;
        QMetaObject::invokeMethod(
            context, [done = std::move(done), answer = answers[type]] { done(answer); }, Qt::QueuedConnection);
    }
    std::optional<DnsAnswer> known(const QString &, DnsType) override { return std::nullopt; }
};

inline DnsAnswer found(const char *address)
{
    return {.status = DnsAnswer::Status::Found, .addresses = {*IpAddress::parse(QString::fromUtf8(address))}};
}

inline ProbeSettings settingsFor(std::uint16_t port, const char *host = "127.0.0.1")
{
    ProbeSettings settings{.server = {*Host::parse(QString::fromUtf8(host)), port}};
    settings.ehloName = "probe.example";
    settings.patience = std::chrono::seconds(5);
    settings.connectPatience = std::chrono::seconds(5);
    settings.mailPorts.clear(); // the scripts have one connection each
    settings.webPort = 0;
    settings.tlsVersions = false;
    return settings;
}

inline QString states(const ProbeReport &report)
{
    QStringList words;
    for (const ProbeRung &rung : report.rungs)
        words += rung.id + u'=' + toString(rung.state);
    return words.join(u' ');
}

inline ProbeRung rung(const ProbeReport &report, const char *id)
{
    for (const ProbeRung &rung : report.rungs) {
        if (rung.id == QLatin1String(id))
            return rung;
    }
    return {};
}

/// Climbs once, and fails the test when a rung was not told as it was climbed.
inline ProbeReport run(const ProbeSettings &settings, DnsClient *dns = nullptr)
{
    Probe probe(settings, dns);
    std::optional<ProbeReport> report;
    QStringList live;
    QObject::connect(&probe, &Probe::rungDone, &probe, [&](const ProbeRung &rung) { live += rung.id; });
    QObject::connect(&probe, &Probe::finished, &probe, [&](const ProbeReport &done) { report = done; });
    probe.start();
    if (!QTest::qWaitFor([&] { return report.has_value(); }, 15'000))
        QTest::qFail("the probe never finished", __FILE__, __LINE__);
    if (live.size() != 9)
        QTest::qFail("not every rung was told as it was climbed", __FILE__, __LINE__);
    return report.value_or(ProbeReport{});
}

} // namespace relaywright::test
