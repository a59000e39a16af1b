// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/AddressExistence.h"
#include "tests/support/SmtpSink.h"
#include "tests/support/dns/LoopbackDns.h"

#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QLatin1String(text));
}

std::vector<AddressQuestion> questions(std::initializer_list<const char *> addresses)
{
    std::vector<AddressQuestion> list;
    for (const char *one : addresses)
        list.push_back({address(one), {QStringLiteral("From of Scanner")}});
    return list;
}

Endpoint here(std::uint16_t port)
{
    return {*Host::parse(QStringLiteral("127.0.0.1")), port};
}

/// Takes the addresses it was told of and no other: a server that knows who exists.
struct KnowingServer {
    SmtpSink sink;
    KnowingServer() { sink.answerAlways("RCPT", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"); }
    void knows(const char *one) { sink.answerRecipient(one, "250 2.1.5 Recipient OK"); }
};

} // namespace

class tst_AddressExistence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsKnownFromUnknown()
    {
        KnowingServer server;
        QVERIFY(server.sink.listen());
        server.knows("scanner@contoso.com");
        const auto answers =
            ask(questions({"scanner@contoso.com", "gone@contoso.com"}), {.server = here(server.sink.port())});
        QCOMPARE_EQ(answers.size(), 2U);
        QCOMPARE_EQ(answers[0].verdict, AddressAnswer::Verdict::Taken);
        QVERIFY(answers[0].sentence.contains(QStringLiteral("no proof")));
        QCOMPARE_EQ(answers[1].verdict, AddressAnswer::Verdict::Unknown);
        QVERIFY(answers[1].seen.startsWith(QStringLiteral("550 5.1.10")));
        QVERIFY(server.sink.messages().empty());
        const QByteArray commands = server.sink.commands().join('\n');
        QVERIFY(commands.contains("MAIL FROM:<>"));
        QVERIFY(!commands.contains("DATA"));
    }

    void believesNoServerThatTakesEveryAddress()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        const auto answers = ask(questions({"scanner@contoso.com"}), {.server = here(sink.port())});
        QCOMPARE_EQ(answers[0].verdict, AddressAnswer::Verdict::CannotTell);
        QVERIFY(answers[0].sentence.contains(QStringLiteral("cannot exist")));
    }

    void asksTheMxOfEachDomain()
    {
        KnowingServer server;
        QVERIFY(server.sink.listen());
        server.knows("scanner@contoso.com");
        server.knows("erp@fabrikam.com");
        m_dns.mx(QStringLiteral("contoso.com"), 10, QStringLiteral("localhost"));
        m_dns.mx(QStringLiteral("fabrikam.com"), 10, QStringLiteral("localhost"));
        const auto answers = ask(questions({"scanner@contoso.com", "erp@fabrikam.com", "x@nowhere.example"}),
                                 {.port = server.sink.port()});
        QCOMPARE_EQ(answers.size(), 3U);
        QCOMPARE_EQ(answers[0].verdict, AddressAnswer::Verdict::Taken);
        QCOMPARE_EQ(answers[1].verdict, AddressAnswer::Verdict::Taken);
        QCOMPARE_EQ(answers[2].verdict, AddressAnswer::Verdict::CannotTell);
        QVERIFY2(answers[2].seen.contains(QStringLiteral("MX")) || !answers[2].seen.isEmpty(),
                 qPrintable(answers[2].seen));
        QCOMPARE_EQ(server.sink.connectionCount(), 2);
    }

    void saysWhyNobodyAnswered()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answerAlways("MAIL", "550 5.7.1 your address is on a list");
        const auto answers = ask(questions({"scanner@contoso.com"}), {.server = here(sink.port())});
        QCOMPARE_EQ(answers[0].verdict, AddressAnswer::Verdict::CannotTell);
        QVERIFY2(answers[0].seen.contains(QStringLiteral("on a list")), qPrintable(answers[0].seen));
    }

    void isCancelled()
    {
        SmtpSink sink;
        QVERIFY(sink.listen());
        sink.answerAlways("RCPT", "silence");
        AddressExistence existence(questions({"scanner@contoso.com"}), {.server = here(sink.port())}, *m_resolver);
        QSignalSpy finished(&existence, &AddressExistence::finished);
        QSignalSpy answered(&existence, &AddressExistence::answered);
        existence.start();
        QTRY_VERIFY(sink.commands().join(' ').contains("RCPT TO"));
        existence.cancel();
        QCOMPARE(finished.size(), 1);
        QCOMPARE(answered.size(), 0);
    }

    void collectsEachAddressOnce()
    {
        Site site;
        Sender scanner, ups;
        scanner.name = QStringLiteral("Scanner");
        scanner.from = address("scanner@contoso.com");
        scanner.signInAs = address("Scanner@contoso.com");
        scanner.repliesTo = address("helpdesk@contoso.com");
        ups.name = QStringLiteral("UPS");
        ups.from = address("ups@contoso.com");
        ups.alsoFrom = {address("alarm@contoso.com")};
        ups.repliesTo = address("helpdesk@contoso.com");
        site.senders = {scanner, ups};
        const auto list = addressesToCheck(site);
        QCOMPARE_EQ(list.size(), 4U);
        QCOMPARE_EQ(list[0].uses,
                    (QStringList{QStringLiteral("From of Scanner"), QStringLiteral("sign-in of Scanner")}));
        QCOMPARE_EQ(list[1].uses,
                    (QStringList{QStringLiteral("replies to Scanner"), QStringLiteral("replies to UPS")}));
    }

    void judgesEveryKindOfReply_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("taken") << 250 << QByteArray("2.1.5 ok") << QStringLiteral("taken");
        QTest::newRow("forwarded") << 251 << QByteArray("will forward") << QStringLiteral("taken");
        QTest::newRow("unknown at Exchange Online's edge")
            << 550 << QByteArray("5.4.1 [a@contoso.com]: Recipient address rejected: Access denied") << QStringLiteral("unknown");
        QTest::newRow("no relay at Exchange Online") << 550 << QByteArray("5.4.1 Relay Access Denied")
                                                     << QStringLiteral("cannot-tell");
        QTest::newRow("unknown at the consumer service")
            << 550 << QByteArray("5.5.0 Requested action not taken: mailbox unavailable") << QStringLiteral("unknown");
        QTest::newRow("unknown") << 550 << QByteArray("5.1.1 user unknown") << QStringLiteral("unknown");
        QTest::newRow("policy") << 550 << QByteArray("5.7.1 blocked") << QStringLiteral("cannot-tell");
        QTest::newRow("no enhanced code") << 550 << QByteArray("no") << QStringLiteral("cannot-tell");
        QTest::newRow("later") << 450 << QByteArray("4.2.1 later") << QStringLiteral("cannot-tell");
    }
    void judgesEveryKindOfReply()
    {
        QFETCH(int, code);
        QFETCH(QByteArray, text);
        const auto answer =
            judgeAddress(questions({"a@contoso.com"}).front(), Reply{code, {text}}, Reply{550, {"5.1.1 no"}});
        QTEST(toString(answer.verdict), "verdict");
        QVERIFY(answer.sentence.endsWith(u'.'));
    }

private:
    std::vector<AddressAnswer> ask(std::vector<AddressQuestion> list, AddressExistenceSettings settings)
    {
        AddressExistence existence(std::move(list), std::move(settings), *m_resolver);
        std::vector<AddressAnswer> answers;
        connect(&existence, &AddressExistence::answered, this,
                [&](const AddressAnswer &answer) { answers.push_back(answer); });
        QSignalSpy finished(&existence, &AddressExistence::finished);
        existence.start();
        if (!QTest::qWaitFor([&] { return finished.size() == 1; }, 20000))
            QTest::qFail("the question was never answered", __FILE__, __LINE__);
        return answers;
    }

    LoopbackDns m_dns;
    std::unique_ptr<Resolver> m_resolver = std::move(*Resolver::create({.nameservers = {m_dns.endpoint()}}));
};

QTEST_GUILESS_MAIN(tst_AddressExistence)
#include "tst_AddressExistence.moc"
