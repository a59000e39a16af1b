// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/IncomingBody.h"
#include "core/relay/LogEntry.h"
#include "core/relay/Spool.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

namespace relaywright::test {

/// A spool in a folder of its own and calls that wait for their answers.
class SpoolFixture {
public:
    SpoolFixture() { (void)open(); }

    [[nodiscard]] QString path() const { return m_dir.filePath(QStringLiteral("spool")); }
    [[nodiscard]] Result<void> open()
    {
        auto opened = Spool::open(path(), clock);
        if (!opened)
            return tl::unexpected(opened.error());
        spool = std::move(*opened);
        return {};
    }
    void close() { spool.reset(); }

    /// Waits until the callback given to `call` ran.
    template <class T>
    Result<T> wait(const std::function<void(Spool::Done<T>)> &call)
    {
        std::optional<Result<T>> result;
        call([&result](Result<T> value) { result = std::move(value); });
        if (!QTest::qWaitFor([&] { return result.has_value(); }, 10'000))
            return failure(ErrorKind::Timeout, QStringLiteral("no answer from the spool"));
        return *result;
    }

    Result<QueueId> accept(const QByteArray &octets, const QStringList &recipients = {QStringLiteral("b@example.com")})
    {
        SpoolMessage message;
        message.id = spool->nextId();
        message.receivedAt = message.nextAttempt = clock.now();
        message.expiresAt = clock.now() + std::chrono::hours(48);
        message.source = QStringLiteral("192.0.2.7");
        message.sender = *EmailAddress::parse(QStringLiteral("a@example.com"));
        for (const QString &recipient : recipients)
            message.recipients.push_back(*EmailAddress::parse(recipient));
        auto body = std::make_unique<IncomingBody>(spool->folder());
        for (qsizetype at = 0; at < octets.size(); at += 64 * 1024)
            body->append(octets.mid(at, 64 * 1024));
        const QueueId id = message.id;
        auto done = wait<void>([&](Spool::Done<void> answer) { spool->accept(std::move(message), std::move(body), std::move(answer)); });
        return done ? Result<QueueId>(id) : Result<QueueId>(tl::unexpected(done.error()));
    }
    Result<Claim> claim(int limit = 100)
    {
        return wait<Claim>([&](Spool::Done<Claim> answer) { spool->claim(limit, clock.now(), std::move(answer)); });
    }
    Result<void> settle(const Settlement &settlement)
    {
        return wait<void>([&](Spool::Done<void> answer) { spool->settle(settlement, std::move(answer)); });
    }
    Result<MessageStory> show(const QueueId &id)
    {
        return wait<MessageStory>([&](Spool::Done<MessageStory> answer) { spool->show(id, std::move(answer)); });
    }

    FakeClock clock{TimePoint(std::chrono::milliseconds(1'795'000'000'000))};
    std::unique_ptr<Spool> spool;

private:
    QTemporaryDir m_dir;
};

/// The octets of a claimed message, wherever they are.
inline QByteArray octetsOf(const SpoolMessage &message, const SpoolFolder &folder)
{
    if (message.body.fileName.isEmpty())
        return message.body.octets;
    auto file = folder.openBody(message.body.fileName, message.body.size);
    return file ? (*file)->readAll() : QByteArray();
}

/// Runs SQL on the closed spool's database, as a fault or a stranger would.
inline bool tamper(const SpoolFixture &fixture, const char *sql)
{
    auto database = Database::open(fixture.path() + QStringLiteral("/spool.sqlite"));
    return database && database->execute(sql);
}

/// Changes the octets `from` to `to` in the log of a closed spool; `sealed` makes the record's checksum fit again, as
/// somebody would who knows how it is made.
inline bool tamperLog(const SpoolFixture &fixture, const QByteArray &from, const QByteArray &to, bool sealed)
{
    const QDir folder(fixture.path() + QStringLiteral("/log"));
    for (const QString &name : folder.entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadWrite))
            return false;
        const QByteArray octets = file.readAll();
        const qsizetype at = octets.indexOf(from);
        if (at < 0)
            continue;
        const qsizetype begin = octets.lastIndexOf("RWL1", at);
        const auto segment = name.left(8).toUInt(nullptr, 16);
        const auto length =
            recordLength(QByteArrayView(octets).sliced(begin), segment, static_cast<std::uint32_t>(begin));
        if (!length || from.size() != to.size())
            return false;
        QByteArray record = octets.mid(begin, *length);
        record.replace(at - begin, from.size(), to);
        if (sealed)
            sealRecord(record, *length, segment, static_cast<std::uint32_t>(begin));
        return file.seek(begin) && file.write(record) == record.size();
    }
    return false;
}

inline int logFiles(const SpoolFixture &fixture)
{
    return static_cast<int>(QDir(fixture.path() + QStringLiteral("/log")).entryList(QDir::Files).size());
}

} // namespace relaywright::test
