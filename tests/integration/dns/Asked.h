// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QTest>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright::test {

inline std::unique_ptr<Resolver> resolverFor(const std::vector<Endpoint> &servers,
                                             std::chrono::milliseconds limit = std::chrono::seconds(5),
                                             bool direct = false)
{
    auto resolver = Resolver::create({.nameservers = servers, .queryLimit = limit, .direct = direct});
    if (!resolver)
        qFatal("%s", qPrintable(resolver.error().detail));
    return std::move(*resolver);
}

/// An answer that comes through the event loop.
struct Asked {
    QObject context;
    std::optional<DnsAnswer> answer;
    int times = 0;

    Asked(Resolver &resolver, const QString &name, DnsType type)
    {
        resolver.ask(name, type, &context, [this](const DnsAnswer &given) {
            answer = given;
            ++times;
        });
    }
};

} // namespace relaywright::test

#define WAIT_FOR(asked) QTRY_VERIFY_WITH_TIMEOUT((asked).answer.has_value(), 15'000)
