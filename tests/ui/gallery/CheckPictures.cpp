// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/models/FindingModel.h"
#include "ui/pages/CheckPage.h"
#include "ui/views/FindingDetails.h"
#include "ui/views/VerdictBar.h"
#include "ui/window/MainWindow.h"

#include <cstring>

namespace relaywright::test {

namespace {

SpfNode node(const char *term, const char *domain, const char *record, int lookups)
{
    SpfNode made;
    made.term = QString::fromLatin1(term);
    made.domain = QString::fromLatin1(domain);
    made.record = QString::fromLatin1(record);
    made.lookups = lookups;
    return made;
}

SpfRemark remark(const SpfNode &in, SpfRemark::Weight weight, const char *id, const char *at, const char *sentence)
{
    const qsizetype offset = in.record.indexOf(QLatin1String(at));
    return {weight,
            QString::fromLatin1(id),
            {QString::fromLatin1(sentence), offset, offset < 0 ? 0 : static_cast<qsizetype>(std::strlen(at))}};
}

/// A record with most of what can be wrong in one.
Finding spfFinding()
{
    SpfNode root = node("", "contoso.com",
                        "v=spf1 include:spf.protection.outlook.com include:_spf.mailer.example a:old.contoso.com "
                        "ip4:192.0.2.300 ptr ip4:198.51.100.0/24 ip4:198.51.100.0/24 ?all",
                        11);
    using Weight = SpfRemark::Weight;
    root.remarks = {remark(root, Weight::Wrong, "syntax", "ip4:192.0.2.300",
                           "\"192.0.2.300\" is not an IPv4 address: each of its four numbers is at most 255."),
                    remark(root, Weight::Wrong, "over-lookups", "",
                           "The record costs 11 lookups, and receivers stop at 10 with a permanent error."),
                    remark(root, Weight::Attention, "ptr", "ptr",
                           "\"ptr\" is slow and unreliable, and receivers may ignore it. Name the addresses instead."),
                    remark(root, Weight::Attention, "neutral-all", "?all",
                           "\"?all\" says nothing about other servers. End with \"~all\".")};
    SpfNode microsoft = node("include:spf.protection.outlook.com", "spf.protection.outlook.com",
                             "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8:400::/48 -all", 1);
    microsoft.networks = {*IpNetwork::parse(QStringLiteral("203.0.113.0/24")),
                          *IpNetwork::parse(QStringLiteral("2001:db8:400::/48"))};
    SpfNode mailer =
        node("include:_spf.mailer.example", "_spf.mailer.example",
             "v=spf1 include:_a.mailer.example include:_b.mailer.example mx a:mail.mailer.example ~all", 7);
    for (const char *name : {"_a.mailer.example", "_b.mailer.example"}) {
        SpfNode part = node("", name, "v=spf1 ip4:198.51.100.64/26 ip4:198.51.100.128/26 ~all", 1);
        part.term = QStringLiteral("include:%1").arg(part.domain);
        for (const char *net : {"198.51.100.64/26", "198.51.100.128/26"})
            part.networks.push_back(*IpNetwork::parse(QString::fromLatin1(net)));
        mailer.children.push_back(part);
    }
    mailer.children.push_back(node("mx", "_spf.mailer.example", "", 1));
    SpfNode gone = node("a:old.contoso.com", "old.contoso.com", "", 1);
    gone.voidLookups = 1;
    gone.remarks = {{Weight::Attention,
                     QStringLiteral("void"),
                     {QStringLiteral("The DNS knows no address of old.contoso.com. Take the term out."), 0, 0}}};
    root.children = {microsoft, mailer, gone};
    for (SpfNode &child : root.children)
        child.at = {{}, root.record.indexOf(child.term), child.term.size()};
    root.voidLookups = 1;
    Finding finding;
    finding.id = QStringLiteral("spf.contoso.com");
    finding.topic = Topic::Spf;
    finding.verdict = Verdict::Wrong;
    finding.title = QStringLiteral("SPF record of contoso.com");
    finding.seen = QStringLiteral("One record with 11 of 10 lookups and a fault at character 84.");
    finding.why =
        QStringLiteral("Receivers look there for the servers that may send as the domain; exactly one record must "
                       "exist, and it must not cost more than 10 lookups.");
    finding.todo =
        QStringLiteral("Publish the record below in place of the one that is there. It keeps what works, leaves out "
                       "what is wrong, and adds the address that your direct senders use.");
    finding.mends = QStringLiteral("spf-record");
    finding.proposal =
        QStringLiteral("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com include:_spf.mailer.example "
                       "ip4:198.51.100.0/24 ~all");
    finding.evidence = {
        {QStringLiteral("TXT contoso.com"), root.record, QStringLiteral("192.0.2.53"), std::chrono::minutes(60), true},
        {QStringLiteral("TXT spf.protection.outlook.com"), microsoft.record, QStringLiteral("192.0.2.53"),
         std::chrono::minutes(5), false},
        {QStringLiteral("A old.contoso.com"), QStringLiteral("no such name"), QStringLiteral("192.0.2.53"),
         std::chrono::minutes(15), true}};
    finding.spf = std::make_shared<const SpfNode>(root);
    return finding;
}

Finding predictionFinding()
{
    Finding finding;
    finding.id = QStringLiteral("prediction.old-printer-in-the-warehouse");
    finding.topic = Topic::Prediction;
    finding.verdict = Verdict::Attention;
    finding.title = QStringLiteral("Old printer in the warehouse, by local relay");
    finding.seen =
        QStringLiteral("Now: SPF softfail for contoso.com from 192.0.2.10, no DKIM signature of contoso.com, so "
                       "DMARC fails and the receiver does as the policy \"none\" says.\n"
                       "With the proposed SPF record: SPF pass, aligned, so DMARC passes.");
    finding.why = QStringLiteral("Receivers put mail that fails DMARC into junk or refuse it.");
    finding.todo = QStringLiteral("Publish the SPF record.");
    finding.mends = QStringLiteral("spf-record");
    return finding;
}

void paintDrift(Camera &camera, MainWindow &window, Bench &bench)
{
    CheckPage &page = window.checkPage();
    camera.expect(waitUntil([&] {
                      return !bench.checkHistory.moments(CheckHistory::keyOf({}, QStringLiteral("Contoso"))).empty();
                  }),
                  "the run is kept");
    bench.clock.advance(std::chrono::hours(30));
    bench.dns.setTxt(QStringLiteral("contoso.com"), "v=spf1 include:spf.protection.outlook.com ip4:192.0.2.10 ?all");
    page.run();
    camera.expect(waitUntil([&] { return !page.isRunning() && page.findings().driftCount() > 0; }, 30'000),
                  "a change is told");
    page.select(QStringLiteral("spf.contoso.com"));
    camera.shoot(window, QStringLiteral("page-check-drift"));
}

} // namespace

void paintCheck(Camera &camera, MainWindow &window, Bench &bench)
{
    window.showPage(QStringLiteral("check"));
    CheckPage &page = window.checkPage();
    camera.shoot(window, QStringLiteral("page-check-not-yet"));
    page.run();
    camera.expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "checks finished");
    camera.expect(page.findings().lineCount() > 2, "checks found something");
    camera.shoot(window, QStringLiteral("page-check"));
    paintDrift(camera, window, bench);
    Finding spf = spfFinding();
    page.findings().take({spf, predictionFinding()});
    for (const Finding &finding : {spf, predictionFinding()}) {
        page.select(finding.id);
        camera.shoot(window, QStringLiteral("page-check-%1").arg(toString(finding.topic)));
    }
    page.select(spf.id);
    window.resize(960, 600);
    camera.shoot(window, QStringLiteral("small-check-spf"));
    window.resize(1160, 760);
    page.verdicts().choose(1);
    camera.shoot(window, QStringLiteral("page-check-filtered"));
    page.verdicts().choose(-1);
    page.select(spf.id);
    camera.shoot(page.details(), QStringLiteral("part-check-details"));
    page.run();
    page.cancel();
    camera.shoot(window, QStringLiteral("page-check-cancelled"));
}

} // namespace relaywright::test
