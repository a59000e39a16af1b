// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfSurvey.h"
#include "core/verify/SpfBatch.h"
#include "core/verify/Verification.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QTest>

using namespace relaywright;
using namespace relaywright::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_Spf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void surveysOverTheNetwork();
    void saysWhatCouldNotBeTold();
    void asksNothingThatTheCacheKnows();
    void evaluatesARecordAsIfPublished();
    void answersABatchInItsOrder();
    void startsNoMoreThanItHolds();
    void endsAnEmptyBatch();
    void aBatchEndsWhenItIsDestroyed();

private:
    [[nodiscard]] SpfNode survey(const QString &domain, const std::optional<QString> &record = std::nullopt);
    [[nodiscard]] SpfVerdict check(const QString &ip, const QString &mailFrom, const SpfKnown &known = {});
    [[nodiscard]] static SpfRequest request(int last);

    std::unique_ptr<LoopbackDns> m_dns;
    std::unique_ptr<Resolver> m_resolver;
};

void tst_Spf::init()
{
    m_resolver.reset();
    m_dns = std::make_unique<LoopbackDns>();
    m_resolver = std::move(*Resolver::create({.nameservers = {m_dns->endpoint()}, .queryLimit = 5s}));
    m_dns->ttl(3600)
        .txt(u"example.com"_s, "v=spf1 ip4:192.0.2.7 include:mail.example.net mx -all")
        .txt(u"mail.example.net"_s, "v=spf1 ip4:198.51.100.0/24 a:h.example.net -all")
        .address(u"h.example.net"_s, u"203.0.113.1"_s)
        .mx(u"example.com"_s, 10, u"mx.example.com"_s)
        .address(u"mx.example.com"_s, u"192.0.2.1"_s);
}

SpfNode tst_Spf::survey(const QString &domain, const std::optional<QString> &record)
{
    std::optional<SpfNode> node;
    surveySpf(domain, record, *m_resolver, this, [&](const SpfNode &given) { node = given; });
    return !node && QTest::qWaitFor([&] { return node.has_value(); }, 10'000) ? *node : SpfNode{.term = u"none"_s};
}

SpfVerdict tst_Spf::check(const QString &ip, const QString &mailFrom, const SpfKnown &known)
{
    std::optional<SpfVerdict> verdict;
    checkSpf({.ip = *IpAddress::parse(ip), .helo = u"mail.example.com"_s, .mailFrom = mailFrom}, known, *m_resolver,
             this, [&](const SpfVerdict &given) { verdict = given; });
    return !verdict && QTest::qWaitFor([&] { return verdict.has_value(); }, 10'000) ? *verdict
                                                                                    : SpfVerdict{.reason = u"none"_s};
}

SpfRequest tst_Spf::request(int last)
{
    return {.ip = IpAddress::fromV4(0xc6336400U + static_cast<std::uint32_t>(last)),
            .helo = u"mail.example.com"_s,
            .mailFrom = last % 5 == 0 ? u"a@slow%1.example"_s.arg(last) : u"a@example.com"_s};
}

void tst_Spf::surveysOverTheNetwork()
{
    const SpfNode root = survey(u"example.com"_s);
    QCOMPARE(root.lookups, 3);
    QCOMPARE(root.children.front().networks.size(), 2u);
    QVERIFY(remarksOf(root).empty());
    QCOMPARE(root.strings, std::vector<int>{static_cast<int>(root.record.size())});
    QCOMPARE(survey(u"example.com"_s, u"v=spf1 a:h.example.net -all"_s).lookups, 1);
    QVERIFY(!survey(u"example.org"_s).record.size());
}

void tst_Spf::saysWhatCouldNotBeTold()
{
    m_dns->fault(u"h.example.net"_s, LoopbackDns::Fault::ServFail);
    const SpfNode root = survey(u"example.com"_s);
    QVERIFY(root.failed && root.children.front().failed && !root.children.back().failed);
}

void tst_Spf::asksNothingThatTheCacheKnows()
{
    QCOMPARE(toString(check(u"192.0.2.9"_s, u"u@example.com"_s).result), u"fail"_s);
    const qsizetype asked = m_dns->questions().size();
    QCOMPARE_GT(asked, 0);
    QCOMPARE(toString(check(u"192.0.2.10"_s, u"u@example.com"_s).result), u"fail"_s);
    QCOMPARE(m_dns->questions().size(), asked);
}

void tst_Spf::evaluatesARecordAsIfPublished()
{
    const SpfKnown published = withRecord(u"example.com"_s, u"v=spf1 ip4:203.0.113.9 include:mail.example.net -all"_s);
    QCOMPARE(toString(check(u"203.0.113.9"_s, u"u@example.com"_s).result), u"fail"_s);
    QCOMPARE(toString(check(u"203.0.113.9"_s, u"u@example.com"_s, published).result), u"pass"_s);
    QCOMPARE(toString(check(u"198.51.100.9"_s, u"u@Example.COM"_s, published).result), u"pass"_s);
    QCOMPARE(toString(check(u"192.0.2.7"_s, u"u@example.com"_s, published).result), u"fail"_s);
}

void tst_Spf::answersABatchInItsOrder()
{
    // Every fifth asks for a name of its own, so that later ones are ready before it.
    int next = 0;
    QStringList results;
    bool finished = false;
    SpfBatch batch([&next] { return next < 200 ? std::optional(request(next++)) : std::nullopt; }, *m_resolver);
    connect(&batch, &SpfBatch::checked, this, [&](const SpfVerdict &verdict) { results += toString(verdict.result); });
    connect(&batch, &SpfBatch::finished, this, [&] { finished = true; });
    batch.start();
    QTRY_VERIFY(finished);
    QCOMPARE(results.size(), 200);
    for (int i = 0; i < 200; ++i)
        QCOMPARE(results[i], i % 5 == 0 ? u"none"_s : u"pass"_s);
}

void tst_Spf::startsNoMoreThanItHolds()
{
    m_dns->fault(QString(), LoopbackDns::Fault::Drop);
    int taken = 0;
    SpfBatch batch([&taken] { return std::optional(request(++taken)); }, *m_resolver);
    batch.start();
    QTRY_VERIFY(!m_dns->questions().isEmpty());
    QCOMPARE(taken, 64);
}

void tst_Spf::endsAnEmptyBatch()
{
    bool finished = false;
    SpfBatch batch([] { return std::nullopt; }, *m_resolver);
    connect(&batch, &SpfBatch::finished, this, [&] { finished = true; });
    batch.start();
    QVERIFY(!finished);
    QTRY_VERIFY(finished);
}

void tst_Spf::aBatchEndsWhenItIsDestroyed()
{
    int next = 0;
    int seen = 0;
    auto batch = std::make_unique<SpfBatch>([&next] { return std::optional(request(++next % 4 + 1)); }, *m_resolver);
    connect(batch.get(), &SpfBatch::checked, this, [&] {
        if (++seen == 3)
            batch.release()->deleteLater();
    });
    batch->start();
    QTRY_VERIFY(!batch);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    const int taken = next;
    QCOMPARE(toString(check(u"192.0.2.7"_s, u"u@example.com"_s).result), u"pass"_s); // the loop goes on without it
    QCOMPARE(next, taken);
}

QTEST_GUILESS_MAIN(tst_Spf)
#include "tst_Spf.moc"
