// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Delivery.h"
#include "core/relay/IncomingBody.h"
#include "core/secrets/MemorySecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "tests/support/SmtpSink.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace relaywright::test {

inline EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

/// A spool and a delivery without the rest of a relay: messages are put into the spool as if devices had sent them.
class DeliveryFixture {
public:
    DeliveryFixture() : spool(*Spool::open(m_dir.filePath(QStringLiteral("spool")), clock))
    {
        using namespace std::chrono_literals;
        settings.common = {.hostName = "relay.example.com",
                           .postmaster = {},
                           .bounceFrom = address("relay@example.com"),
                           .waits = {.down = {300ms}, .held = {1h}, .slowed = {300ms}, .slowedForLong = 200ms}};
    }
    ~DeliveryFixture() { stop(); }
    /// Of a server that is not there (yet).
    static std::uint16_t freePort()
    {
        SmtpSink probe;
        return probe.listen() ? probe.port() : 0;
    }

    /// The port of a smart host in clear text.
    static RelayUpstream host(std::uint16_t port)
    {
        return {.server = *Endpoint::parse(QStringLiteral("localhost:%1").arg(port)),
                .tls = TlsPolicy::None,
                .maxMessagesPerMinute = 100'000};
    }
    void addRoute(const QString &name, std::vector<RelayUpstream> hosts, std::vector<DkimSigning> dkim = {})
    {
        settings.routes.push_back({.route = {name, std::move(hosts), std::move(dkim)}, .authorities = {}});
    }
    void addDevice(RelayDevice device) { settings.devices.push_back(std::move(device)); }

    void start()
    {
        delivery = std::make_unique<Delivery>(
            settings, *spool, clock,
            [this](const SecretRef &ref, QObject *context, std::function<void(Result<Secret>)> done) {
                resolveSecret(ref, secrets, context, std::move(done));
            },
            [](const TokenAccount &) { return nullptr; }); // whole relays are tested with accounts
        QObject::connect(delivery.get(), &Delivery::logged, delivery.get(),
                         [this](const QString &line) { log += line; });
        QObject::connect(delivery.get(), &Delivery::routeChanged, delivery.get(),
                         [this](const QString &, const QString &, const QString &sentence) { log += sentence; });
        QObject::connect(delivery.get(), &Delivery::settled, delivery.get(),
                         [this](const Settlement &settlement) { settlements.push_back(settlement); });
        delivery->start({});
    }

    void stop()
    {
        if (!delivery)
            return;
        QSignalSpy stopped(delivery.get(), &Delivery::stopped);
        delivery->shutDown();
        (void)QTest::qWaitFor([&] { return stopped.count() > 0; }, 15'000);
        delivery.reset();
    }
    /// As a new program would begin, with the spool of the old one.
    void restart()
    {
        stop();
        spool.reset();
        spool = *Spool::open(m_dir.filePath(QStringLiteral("spool")), clock);
        start();
    }

    SpoolMessage message(const QString &source = QStringLiteral("192.0.2.7"))
    {
        SpoolMessage made;
        made.id = spool->nextId();
        made.receivedAt = made.nextAttempt = clock.now();
        made.expiresAt = clock.now() + settings.common.expiry;
        made.source = source;
        made.sender = address("scanner@example.com");
        made.recipients = {address("b@example.com")};
        return made;
    }
    QueueId accept(SpoolMessage made,
                   const QByteArray &octets = "From: Scanner <scanner@example.com>\r\nSubject: s\r\n\r\nbody\r\n")
    {
        const QueueId id = made.id;
        auto body = std::make_unique<IncomingBody>(spool->folder());
        for (qsizetype at = 0; at < octets.size(); at += 64 * 1024)
            body->append(octets.mid(at, 64 * 1024));
        bool stored = false;
        spool->accept(std::move(made), std::move(body),
                      [&](const Result<void> &result) { stored = result.has_value(); });
        (void)QTest::qWaitFor([&] { return stored; });
        if (delivery)
            delivery->wake();
        return id;
    }
    QueueId accept(const QString &source = QStringLiteral("192.0.2.7")) { return accept(message(source)); }

    /// `Deferred: 451 no`, one event a line.
    QString story(const QueueId &id)
    {
        std::optional<Result<MessageStory>> shown;
        spool->show(id, [&](Result<MessageStory> result) { shown = std::move(result); });
        (void)QTest::qWaitFor([&] { return shown.has_value(); });
        QString text;
        for (const JournalEvent &event : shown &&*shown ? (*shown)->events : std::vector<JournalEvent>())
            text += toString(event.kind) + QStringLiteral(": ") + event.detail + u'\n';
        return text;
    }

    QTemporaryDir &folder() { return m_dir; }

private:
    QTemporaryDir m_dir;

public:
    SystemClock clock;
    std::unique_ptr<Spool> spool;
    MemorySecretStore secrets;
    DeliverySettings settings{.routes = {}, .devices = {}, .common = {.bounceFrom = address("relay@example.com")}};
    std::unique_ptr<Delivery> delivery;
    QStringList log;
    std::vector<Settlement> settlements;
};

} // namespace relaywright::test
