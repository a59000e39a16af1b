// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"
#include "core/verify/Verification.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <cstdio>
#include <utility>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::milliseconds kDelay = 1s;
constexpr double kLimit = 1.2; // of the slowest single answer

void publish(LoopbackDns &dns)
{
    dns.txt(u"contoso.com"_s, "v=spf1 include:spf.protection.outlook.com include:spf.example.net -all")
        .txt(u"spf.protection.outlook.com"_s, "v=spf1 ip4:198.51.100.0/24 -all")
        .txt(u"spf.example.net"_s, "v=spf1 ip4:203.0.113.0/24 -all")
        .mx(u"contoso.com"_s, 10, u"contoso-com.mail.protection.outlook.com"_s)
        .txt(u"_dmarc.contoso.com"_s, "v=DMARC1; p=reject; rua=mailto:dmarc@contoso.com")
        .txt(u"_smtp._tls.contoso.com"_s, "v=TLSRPTv1; rua=mailto:tls@contoso.com");
}

/// Milliseconds that all checks of the domain take.
qint64 run(LoopbackDns &dns)
{
    const auto resolver = Resolver::create({.nameservers = {dns.endpoint()}, .queryLimit = 10s});
    Site site;
    site.organisation.acceptedDomains = {*Domain::parse(u"contoso.com"_s)};
    Verification verification(site, Plan{}, Knowledge::builtIn(), **resolver);
    QObject::connect(&verification, &Verification::finished, &verification, [] { QCoreApplication::exit(0); });
    QElapsedTimer watch;
    watch.start();
    verification.start();
    QCoreApplication::exec();
    return watch.elapsed();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    bool isWithin = true;
    // The first depends on nothing; the second is the last step of three that wait for one another.
    for (const auto &[name, what] : {std::pair(u"_dmarc.contoso.com"_s, "one slow answer"),
                                     std::pair(u"spf.example.net"_s, "a slow include")}) {
        LoopbackDns dns;
        publish(dns);
        dns.delay(name, kDelay);
        const qint64 took = run(dns);
        const double ratio = static_cast<double>(took) / static_cast<double>(kDelay.count());
        isWithin = isWithin && ratio <= kLimit;
        std::printf("dns, %s: %lld ms, %.2f of the slowest answer (limit %.2f)\n", what, static_cast<long long>(took), ratio,
                    kLimit);
    }
    return isWithin ? 0 : 1;
}
