// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SourceBook.h"

#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kStart = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC));

MailSource at(const char *address, const QString &user = {})
{
    return {*IpAddress::parse(QString::fromLatin1(address)), user};
}

IpAddress numbered(int number)
{
    return IpAddress::fromV4(0x0a000000u + static_cast<std::uint32_t>(number));
}

DeviceProfile seenAt(const IpAddress &address, const QString &helo)
{
    DeviceProfile profile;
    profile.address = address;
    profile.firstSeen = profile.lastSeen = kStart;
    profile.conversations = 1;
    profile.saidEhlo = true;
    profile.helo = helo;
    profile.tlsOffered = ClientHello{{0x0303, 0x0301}, {0x002f, 0xc013}, QStringLiteral("relay.example.com")};
    profile.signInTried = {QStringLiteral("NTLM")};
    profile.headerFrom = {*EmailAddress::parse(QStringLiteral("scan@contoso.com"))};
    profile.missingFields = {QStringLiteral("Date")};
    profile.longLinesInMessages = profile.bareCarriageReturnInMessages = profile.undeclaredEightBit = true;
    profile.largestMessageOctets = 1ull << 33;
    return profile;
}

} // namespace

class tst_SourceLimits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theMinuteMovesAlong()
    {
        SourceLimits limits;
        const MailSource hall = at("10.0.0.5");
        const SourceLimits::Limits three{.perMinute = 3};
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(limits.spent(hall, three, kStart + i * 10s), SourceLimits::Spent::Nothing);
            limits.count(hall, kStart + i * 10s);
        }
        QCOMPARE(limits.spent(hall, three, kStart + 59s), SourceLimits::Spent::Minute);
        QCOMPARE(limits.spent(hall, three, kStart + 62s), SourceLimits::Spent::Nothing); // the first has left
        limits.count(hall, kStart + 62s);
        QCOMPARE(limits.spent(hall, three, kStart + 63s), SourceLimits::Spent::Minute);
        QCOMPARE(limits.spent(at("10.0.0.6"), three, kStart + 63s), SourceLimits::Spent::Nothing); // another source
        QCOMPARE(limits.spent(at("10.0.0.5", QStringLiteral("erp")), three, kStart + 63s),
                 SourceLimits::Spent::Nothing);
    }

    void noWindowOfAnyKindHoldsMoreThanTheLimit()
    {
        SourceLimits limits;
        const MailSource hall = at("10.0.0.5");
        const SourceLimits::Limits both{.perMinute = 7, .perDay = 100};
        std::vector<TimePoint> sent;
        for (TimePoint now = kStart; now < kStart + 36h; now += 1700ms) {
            if (limits.spent(hall, both, now) != SourceLimits::Spent::Nothing)
                continue;
            limits.count(hall, now);
            sent.push_back(now);
        }
        const auto most = [&sent](std::chrono::milliseconds window) {
            std::size_t worst = 0;
            for (std::size_t begin = 0, end = 0; end < sent.size(); ++end) {
                while (sent[end] - sent[begin] >= window)
                    ++begin;
                worst = std::max(worst, end - begin + 1);
            }
            return worst;
        };
        QCOMPARE(most(1min), 7u);
        QCOMPARE(most(24h), 100u);
        QVERIFY(sent.size() > 100); // it goes on the next day
    }

    void whatWasNotTakenDoesNotCount()
    {
        SourceLimits limits;
        const MailSource hall = at("10.0.0.5");
        limits.count(hall, kStart);
        limits.takeBack(hall);
        limits.takeBack(hall); // more than there were
        QCOMPARE(limits.spent(hall, {.perMinute = 1, .perDay = 1}, kStart), SourceLimits::Spent::Nothing);
        limits.count(hall, kStart);
        QCOMPARE(limits.spent(hall, {.perMinute = 5, .perDay = 1}, kStart), SourceLimits::Spent::Day);
    }

    void aClockThatIsSetBackBlocksNobodyForLonger()
    {
        SourceLimits limits;
        const MailSource hall = at("10.0.0.5");
        limits.count(hall, kStart + 20h);
        limits.count(hall, kStart + 23h);
        const SourceLimits::Limits one{.perDay = 2};
        QCOMPARE(limits.spent(hall, one, kStart), SourceLimits::Spent::Day);
        QCOMPARE(limits.spent(hall, one, kStart + 25h), SourceLimits::Spent::Nothing);
    }

    void theDaysCountsSurviveARestart()
    {
        SourceLimits before;
        const MailSource hall = at("10.0.0.5", QStringLiteral("erp"));
        before.count(hall, kStart - 30h);
        before.count(hall, kStart - 10h);
        before.count(hall, kStart);
        SourceLimits after;
        after.restore(before.toJson(), kStart + 1h);
        QCOMPARE(after.spent(hall, {.perDay = 2}, kStart + 1h), SourceLimits::Spent::Day);
        QCOMPARE(after.spent(hall, {.perDay = 3}, kStart + 1h), SourceLimits::Spent::Nothing);
        QCOMPARE(after.spent(hall, {.perDay = 2}, kStart + 15h), SourceLimits::Spent::Nothing);
    }
    void whatIsNoListOfCountsIsLeftOut()
    {
        const QJsonArray odd{
            QJsonValue(7), QJsonObject{{QStringLiteral("address"), QStringLiteral("x")}},
            QJsonObject{{QStringLiteral("address"), QStringLiteral("10.0.0.5")},
                        {QStringLiteral("day"),
                         QJsonArray{QJsonArray{1, -5}, QJsonArray{QStringLiteral("a")}, 3, QJsonArray{1e18, 1e18}}}}};
        SourceLimits limits;
        limits.restore(odd, kStart);
        QCOMPARE(limits.spent(at("10.0.0.5"), {.perDay = 1}, kStart), SourceLimits::Spent::Nothing);
    }

    void onlySoManySourcesAreKnown()
    {
        SourceLimits limits;
        for (int i = 0; i < 10'050; ++i)
            limits.count({numbered(i)}, kStart + i * 1ms);
        QCOMPARE(limits.size(), SourceLimits::kMaxSources);
        QCOMPARE(limits.spent({numbered(0)}, {.perDay = 1}, kStart), SourceLimits::Spent::Nothing); // forgotten
        QCOMPARE(limits.spent({numbered(10'049)}, {.perDay = 1}, kStart), SourceLimits::Spent::Day);
        DeviceProfiles profiles;
        for (int i = 0; i < 10'050; ++i)
            profiles.record({numbered(i)}, seenAt(numbered(i), QStringLiteral("x")));
        QCOMPARE(profiles.size(), DeviceProfiles::kMaxSources);
        QVERIFY(!profiles.find({numbered(0)}));
        QVERIFY(profiles.find({numbered(10'049)}));
        QCOMPARE(profiles.entries().front().source.address, numbered(10'049));
    }

    void connectionsAreCounted()
    {
        SourceLimits limits;
        const IpAddress hall = numbered(5);
        limits.connected(hall);
        limits.connected(hall);
        QCOMPARE(limits.connections(hall), 2);
        limits.disconnected(hall);
        limits.disconnected(hall);
        limits.disconnected(hall);
        QCOMPARE(limits.connections(hall), 0);
    }

    void theBookIsKeptInAPrivateFile()
    {
        QTemporaryDir folder;
        FakeClock clock(kStart);
        const MailSource hall = at("10.0.0.5", QStringLiteral("erp"));
        const DeviceProfile profile = seenAt(hall.address, QStringLiteral("hall"));
        {
            SourceBook book(folder.path(), clock);
            QSignalSpy seen(&book, &SourceBook::sourceSeen);
            book.record(hall, profile);
            book.record(hall, profile);
            book.limits().count(hall, kStart);
            QCOMPARE(seen.count(), 2);
            QCOMPARE(seen[0][1].toBool(), true);
            QCOMPARE(seen[1][1].toBool(), false);
        }
        const QFileInfo file(folder.filePath(QStringLiteral("sources.json")));
        QVERIFY(file.exists());
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
                 QFile::Permissions());
        SourceBook book(folder.path(), clock);
        QVERIFY(book.profiles().find(hall));
        DeviceProfile twice = merged(profile, profile);
        QCOMPARE(*book.profiles().find(hall), twice);
        QCOMPARE(book.limits().spent(hall, {.perDay = 1}, kStart), SourceLimits::Spent::Day);
    }
    void aDamagedBookIsEmpty()
    {
        QTemporaryDir folder;
        FakeClock clock(kStart);
        for (const QByteArray &octets :
             {QByteArray("{\"schema\": \"relaywright.relay-memory/1\", \"sources\": [{\"address\": 3}, 7, {}]}"),
              QByteArray("{"), QByteArray("\xff\xfe"), QByteArray("[]")}) {
            QFile file(folder.filePath(QStringLiteral("sources.json")));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(octets);
            file.close();
            QCOMPARE(SourceBook(folder.path(), clock).profiles().size(), 0u);
        }
    }
};

QTEST_GUILESS_MAIN(tst_SourceLimits)
#include "tst_SourceLimits.moc"
