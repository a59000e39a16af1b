// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MessageCheck.h"

#include <QSignalSpy>
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

/// Answers from a table; of the rest it knows no name. Silent when it is told to be.
class WrittenDns final : public DnsClient {
public:
    void ask(const QString &name, DnsType type, QObject *context, std::function<void(const DnsAnswer &)> done) override
    {
        asked += name;
        if (isSilent)
            return;
        const DnsAnswer answer = answers.value(name + QString::number(int(type)), status(DnsAnswer::Status::NoName));
        QMetaObject::invokeMethod(
            context, [answer, done = std::move(done)] { done(answer); }, Qt::QueuedConnection);
    }
    std::optional<DnsAnswer> known(const QString &, DnsType) override { return std::nullopt; }
    void set(const char *name, DnsType type, const DnsAnswer &answer)
    {
        answers[QString::fromLatin1(name) + QString::number(int(type))] = answer;
    }
    QHash<QString, DnsAnswer> answers;
    QStringList asked;
    bool isSilent = false;
};

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
    void aRecipientMustBeReachable_data();
    void aRecipientMustBeReachable();
    void asksAboutSendersAndRecipients();
    void aSilentDnsIsNotWaitedFor();
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

void tst_MessageCheck::aRecipientMustBeReachable_data()
{
    QTest::addColumn<DnsAnswer>("exchanges");
    QTest::addColumn<DnsAnswer>("addresses");
    QTest::addColumn<bool>("reachable");
    using enum DnsAnswer::Status;
    QTest::newRow("an MX") << mx("mail.example.com") << status(NoData) << true;
    QTest::newRow("an address alone") << status(NoData) << status(Found) << true;
    QTest::newRow("no name") << status(NoName) << status(NoName) << false;
    QTest::newRow("a null MX") << mx("") << status(Found) << false;
    QTest::newRow("neither") << status(NoData) << status(NoData) << false;
    QTest::newRow("silence") << status(TimedOut) << status(TimedOut) << true;
    QTest::newRow("silence about the address") << status(NoData) << status(Failed) << true;
}

void tst_MessageCheck::aRecipientMustBeReachable()
{
    QFETCH(DnsAnswer, exchanges);
    QFETCH(DnsAnswer, addresses);
    QFETCH(bool, reachable);
    const auto remarks = judgeRecipientDomain(QStringLiteral("example.com"), exchanges, addresses);
    QCOMPARE_EQ(remarks.empty(), reachable);
}

void tst_MessageCheck::asksAboutSendersAndRecipients()
{
    WrittenDns dns;
    dns.set("contoso.com", DnsType::Mx, mx("mail.contoso.com"));
    LintEnvelope given = envelope("scanner@contoso.com");
    given.recipients = {address("a@contoso.com"), address("b@nowhere.example"), address("c@nowhere.example")};
    MessageCheck check(from("scanner@contoso.com"), given, dns);
    QSignalSpy finished(&check, &MessageCheck::finished);
    check.start();
    QVERIFY(finished.wait());
    QCOMPARE_EQ(ids(finished.front().front().value<std::vector<LintRemark>>()),
                QStringList{QStringLiteral("recipient.no-mx")});
    QCOMPARE_EQ(check.mxHosts(),
                (QHash<QString, QStringList>{{QStringLiteral("contoso.com"), {QStringLiteral("mail.contoso.com")}}}));
    QCOMPARE_EQ(dns.asked.count(QStringLiteral("nowhere.example")), 3);
}

void tst_MessageCheck::aSilentDnsIsNotWaitedFor()
{
    WrittenDns dns;
    dns.isSilent = true;
    MessageCheck check(from("scanner@contoso.com"), envelope("scanner@contoso.com"), dns);
    QSignalSpy finished(&check, &MessageCheck::finished);
    check.start(std::chrono::milliseconds(1));
    QVERIFY(finished.wait());
    QVERIFY(finished.front().front().value<std::vector<LintRemark>>().empty());
    QVERIFY(!dns.asked.isEmpty());
}

QTEST_GUILESS_MAIN(tst_MessageCheck)
#include "tst_MessageCheck.moc"
