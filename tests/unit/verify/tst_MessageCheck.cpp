// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MessageCheck.h"

#include <QTest>

using namespace relaywright;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromUtf8(text));
}

LintedSenders from(const char *text)
{
    LintedSenders senders;
    senders.from = readAddressList(text).mailboxes;
    return senders;
}

LintEnvelope envelope(const char *text)
{
    return {.known = true, .mailFrom = address(text)};
}

DnsAnswer status(DnsAnswer::Status value)
{
    DnsAnswer answer;
    answer.status = value;
    return answer;
}

DnsAnswer mx(const char *host)
{
    DnsAnswer answer = status(DnsAnswer::Status::Found);
    answer.exchanges = {{10, QString::fromLatin1(host)}};
    return answer;
}

DmarcLook policy(const char *record, const char *domain = "contoso.com")
{
    DmarcLook look;
    look.domain = look.recordDomain = QString::fromLatin1(domain);
    look.record = *parseDmarc(QString::fromLatin1(record));
    return look;
}

QStringList ids(const std::vector<LintRemark> &remarks)
{
    QStringList found;
    for (const LintRemark &remark : remarks)
        found += remark.id;
    return found;
}

} // namespace

class tst_MessageCheck : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fromIsComparedWithTheEnvelope();
    void aDomainMustTakeMail_data();
    void aDomainMustTakeMail();
    void alignmentIsForetold_data();
    void alignmentIsForetold();
    void whatIsNotKnownIsNotJudged();
};

void tst_MessageCheck::fromIsComparedWithTheEnvelope()
{
    QCOMPARE_EQ(ids(compareSenders(from("Scanner <Scanner@contoso.com>"), envelope("scanner@CONTOSO.com"))),
                QStringList());
    const auto remarks = compareSenders(from("scanner@contoso.com"), envelope("devices@contoso.com"));
    QCOMPARE_EQ(ids(remarks), QStringList{QStringLiteral("from.other-than-envelope")});
    QVERIFY(remarks.front().sentence.contains(QStringLiteral("devices@contoso.com")));
    QVERIFY(compareSenders(from("scanner@contoso.com"), LintEnvelope{.known = true, .mailFrom = {}}).empty());
    QVERIFY(compareSenders(from("scanner@contoso.com"), LintEnvelope{}).empty());
    QVERIFY(compareSenders(from("nobody"), envelope("devices@contoso.com")).empty());
}

void tst_MessageCheck::aDomainMustTakeMail_data()
{
    QTest::addColumn<DnsAnswer>("exchanges");
    QTest::addColumn<DnsAnswer>("addresses");
    QTest::addColumn<QStringList>("found");
    using Status = DnsAnswer::Status;
    const auto row = [](const char *tag, const DnsAnswer &exchanges, Status addresses, const char *found) {
        QTest::newRow(tag) << exchanges << status(addresses)
                           << (*found ? QStringList{QString::fromLatin1(found)} : QStringList());
    };
    row("an MX host", mx("mail.contoso.com"), Status::NoData, "");
    row("a null MX", mx(""), Status::Found, "domain.takes-no-mail");
    row("no such domain", status(Status::NoName), Status::NoName, "domain.unknown");
    row("an address alone", status(Status::NoData), Status::Found, "domain.no-mx");
    row("neither", status(Status::NoData), Status::NoData, "domain.no-mx");
    row("silence", status(Status::TimedOut), Status::TimedOut, "");
    row("silence about the address", status(Status::NoData), Status::Failed, "");
}

void tst_MessageCheck::aDomainMustTakeMail()
{
    QFETCH(DnsAnswer, exchanges);
    QFETCH(DnsAnswer, addresses);
    QFETCH(QStringList, found);
    QCOMPARE_EQ(ids(judgeMailDomain(QStringLiteral("contoso.com"), exchanges, addresses)), found);
}

void tst_MessageCheck::alignmentIsForetold_data()
{
    QTest::addColumn<QByteArray>("mailFrom");
    QTest::addColumn<QByteArray>("record");
    QTest::addColumn<int>("level"); // -1: no remark
    QTest::newRow("the same domain") << QByteArray("a@contoso.com") << QByteArray("v=DMARC1; p=reject") << -1;
    QTest::newRow("a sub-domain") << QByteArray("a@mail.contoso.com") << QByteArray("v=DMARC1; p=reject") << -1;
    QTest::newRow("a sub-domain, strictly")
        << QByteArray("a@mail.contoso.com") << QByteArray("v=DMARC1; p=reject; aspf=s")
        << int(LintRemark::Level::Wrong);
    QTest::newRow("another organisation")
        << QByteArray("a@example.org") << QByteArray("v=DMARC1; p=quarantine") << int(LintRemark::Level::Wrong);
    QTest::newRow("another organisation, watched")
        << QByteArray("a@example.org") << QByteArray("v=DMARC1; p=none") << int(LintRemark::Level::Attention);
}

void tst_MessageCheck::alignmentIsForetold()
{
    QFETCH(QByteArray, mailFrom);
    QFETCH(QByteArray, record);
    QFETCH(int, level);
    const auto remarks = judgeAlignment(QStringLiteral("contoso.com"), envelope(mailFrom), policy(record));
    QCOMPARE_EQ(remarks.empty(), level < 0);
    if (level >= 0)
        QCOMPARE_EQ(int(remarks.front().level), level);
}

void tst_MessageCheck::whatIsNotKnownIsNotJudged()
{
    const QString domain = QStringLiteral("contoso.com");
    DmarcLook silent = policy("v=DMARC1; p=reject");
    silent.unanswered = QStringLiteral("No answer.");
    QVERIFY(judgeAlignment(domain, envelope("a@example.org"), silent).empty());
    QVERIFY(judgeAlignment(domain, envelope("a@example.org"), DmarcLook{}).empty());
    QVERIFY(judgeAlignment(domain, LintEnvelope{}, policy("v=DMARC1; p=reject")).empty());
}

QTEST_GUILESS_MAIN(tst_MessageCheck)
#include "tst_MessageCheck.moc"
