// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/Knowledge.h"
#include "core/plan/Plan.h"
#include "core/site/Inventory.h"

#include <QElapsedTimer>
#include <QRandomGenerator>

#include <cstdio>
#include <limits>

using namespace relaywright;

namespace {

YesNo anyAnswer(QRandomGenerator &random)
{
    return static_cast<YesNo>(random.bounded(3));
}

/// An inventory as messy as real ones: a third of the answers missing.
Site messySite(int senders)
{
    QRandomGenerator random(1);
    Site site;
    site.organisation.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    for (int i = 0; i < 8; ++i) {
        Network network;
        network.id = QStringLiteral("site-%1").arg(i);
        network.egress = {*IpNetwork::parse(QStringLiteral("192.0.2.%1").arg(i + 1))};
        network.staticEgress = anyAnswer(random);
        network.sharedEgress = anyAnswer(random);
        network.port25Open = anyAnswer(random);
        network.port587Open = anyAnswer(random);
        site.networks.push_back(network);
    }
    for (int i = 0; i < senders; ++i) {
        Sender sender;
        sender.id = QStringLiteral("sender-%1").arg(i);
        sender.name = QStringLiteral("Sender %1").arg(i);
        sender.kind = static_cast<SenderKind>(random.bounded(13));
        sender.network = site.networks[random.bounded(8)].id;
        sender.hosting = static_cast<Hosting>(random.bounded(4));
        sender.from = *EmailAddress::parse(QStringLiteral("s%1@contoso.com").arg(i));
        sender.reach = static_cast<Reach>(random.bounded(4));
        sender.tls = static_cast<TlsAbility>(random.bounded(7));
        sender.startTls = anyAnswer(random);
        sender.signIn = static_cast<SignInAbility>(random.bounded(6));
        site.senders.push_back(sender);
    }
    return site;
}

} // namespace

/// Reads an inventory of 10,000 lines, plans its senders, and prints the best of five runs each; exit code 1 over the limit
/// of two seconds for both.
int main(int argc, char **argv)
{
    const int kSenders = argc > 1 ? std::atoi(argv[1]) : 10000;
    constexpr qint64 kLimitMs = 2000;
    const Site site = messySite(kSenders);
    const QByteArray csv = writeInventory(site.senders).toUtf8();
    qint64 bestImport = std::numeric_limits<qint64>::max();
    qint64 bestPlan = std::numeric_limits<qint64>::max();
    for (int run = 0; run < 5; ++run) {
        QElapsedTimer timer;
        timer.start();
        const auto text = decodeInventory(csv);
        const auto table = parseInventory(text->text);
        const auto inventory = readInventory(*table, guessMapping(*table), {});
        bestImport = std::min(bestImport, timer.restart());
        const Plan plan = advise(site, Knowledge::builtIn(), QDate(2026, 11, 22));
        bestPlan = std::min(bestPlan, timer.elapsed());
        if (inventory->senders != site.senders || plan.senders.size() != site.senders.size())
            return 1;
    }
    std::printf("%d senders imported in %lld ms and planned in %lld ms (best of 5; limit %lld ms for both)\n", kSenders,
                static_cast<long long>(bestImport), static_cast<long long>(bestPlan), static_cast<long long>(kLimitMs));
    return bestImport + bestPlan <= kLimitMs ? 0 : 1;
}
