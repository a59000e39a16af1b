// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AnswerCache.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

class tst_AnswerCache : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsEachTypeOfANameByItself();
    void keepsNothingWithoutTtl();
    void forgetsWhenTheTtlIsOver();
    void isBoundedInNumber();
    void isBoundedInOctets();
};

namespace {

DnsKey keyOf(const QString &name)
{
    return DnsKey::of(name, DnsType::Txt);
}

DnsAnswer textOf(const QByteArray &text, std::chrono::seconds ttl = 300s)
{
    return {.status = DnsAnswer::Status::Found, .texts = {text}, .ttl = ttl};
}

} // namespace

void tst_AnswerCache::keepsEachTypeOfANameByItself()
{
    AnswerCache cache;
    cache.keep(keyOf(QStringLiteral("Example.COM.")), textOf("one"));
    QCOMPARE(cache.find(keyOf(QStringLiteral("example.com")))->texts, QByteArrayList{"one"});
    QVERIFY(!cache.find(DnsKey::of(QStringLiteral("example.com"), DnsType::Mx)));
    cache.keep(keyOf(QStringLiteral("example.com")), textOf("two"));
    QCOMPARE(cache.find(keyOf(QStringLiteral("example.com")))->texts, QByteArrayList{"two"});
}

void tst_AnswerCache::keepsNothingWithoutTtl()
{
    AnswerCache cache;
    cache.keep(keyOf(QStringLiteral("example.com")), textOf("now", 0s));
    QVERIFY(!cache.find(keyOf(QStringLiteral("example.com"))));
}

void tst_AnswerCache::forgetsWhenTheTtlIsOver()
{
    AnswerCache cache;
    cache.keep(keyOf(QStringLiteral("short.example.com")), textOf("short", 1s));
    cache.keep(keyOf(QStringLiteral("long.example.com")), textOf("long", 300s));
    QTRY_VERIFY(!cache.find(keyOf(QStringLiteral("short.example.com"))));
    const auto left = cache.find(keyOf(QStringLiteral("long.example.com")))->ttl;
    QVERIFY2(left < 300s && left > 200s, qPrintable(QString::number(left.count())));
}

void tst_AnswerCache::isBoundedInNumber()
{
    AnswerCache cache;
    constexpr int kMany = 10'000;
    for (int i = 0; i < kMany; ++i)
        cache.keep(keyOf(QStringLiteral("h%1.example.com").arg(i)), textOf("x"));
    int held = 0;
    for (int i = 0; i < kMany; ++i)
        held += cache.find(keyOf(QStringLiteral("h%1.example.com").arg(i))) ? 1 : 0;
    QCOMPARE_LE(held, 4000);
    QVERIFY(cache.find(keyOf(QStringLiteral("h%1.example.com").arg(kMany - 1))));
}

void tst_AnswerCache::isBoundedInOctets()
{
    AnswerCache cache;
    qsizetype held = 0;
    for (int i = 0; i < 600; ++i)
        cache.keep(keyOf(QStringLiteral("h%1.example.com").arg(i)), textOf(QByteArray(60'000, 'x')));
    for (int i = 0; i < 600; ++i)
        held += cache.find(keyOf(QStringLiteral("h%1.example.com").arg(i))) ? 60'000 : 0;
    QCOMPARE_LE(held, 16 * 1024 * 1024);
    QCOMPARE_GE(held, 60'000);
}

QTEST_GUILESS_MAIN(tst_AnswerCache)
#include "tst_AnswerCache.moc"
