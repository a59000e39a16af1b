// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Verdict.h"

#include <QTest>

using namespace relaywright;

namespace {

EmailAddress address(const char *text)
{
    return *EmailAddress::parse(QString::fromLatin1(text));
}

Reply reply(const char *text)
{
    return *parseReplyText(QString::fromLatin1(text));
}

const EmailAddress kA = address("a@example.com");
const EmailAddress kB = address("b@example.com");

/// The fates of a and b, as letters: D delivered, W waits, R refused.
QString fates(const AttemptVerdict &verdict)
{
    QString letters;
    for (const RecipientVerdict &one : verdict.recipients)
        letters += one.fate == Fate::Delivered ? u'D' : one.fate == Fate::Refused ? u'R' : u'W';
    return letters;
}

} // namespace

Q_DECLARE_METATYPE(relaywright::TransactionResult)
Q_DECLARE_METATYPE(relaywright::Finish)

class tst_Verdict : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTransactions_data();
    void readsTransactions();
    void keepsEachRecipientsOwnWords();
    void aBrokenFinalDotIsInDoubt();
    void readsConversationsThatNeverBecameReady_data();
    void readsConversationsThatNeverBecameReady();
};

void tst_Verdict::readsTransactions_data()
{
    QTest::addColumn<TransactionResult>("result");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<int>("news");
    const auto row = [](const char *tag, const TransactionResult &result, const char *expected, RouteNews news) {
        QTest::newRow(tag) << result << QString::fromLatin1(expected) << static_cast<int>(news);
    };
    const auto rcpt = [](const EmailAddress &who, const char *text) {
        const Reply own = reply(text);
        return RecipientResult{who, own, own.isPositive()};
    };
    const auto both = [&](const char *a, const char *b) { return std::vector{rcpt(kA, a), rcpt(kB, b)}; };
    using enum Outcome;
    row("taken", {Accepted, Stage::Data, reply("250 2.0.0 ok"), both("250 ok", "250 ok")}, "DD", RouteNews::Success);
    row("one unknown", {Accepted, Stage::Data, reply("250 2.0.0 ok"), both("250 ok", "550 5.1.1 unknown")}, "DR", RouteNews::Success);
    row("one greylisted", {Accepted, Stage::Data, reply("250 2.0.0 ok"), both("451 4.3.0 later", "250 ok")}, "WD", RouteNews::Success);
    row("MAIL later", {RefusedByServer, Stage::Mail, reply("451 4.3.0 later"), {}}, "WW", RouteNews::None);
    row("MAIL never", {RefusedByServer, Stage::Mail, reply("550 5.7.60 not your mailbox"), {}}, "RR", RouteNews::None);
    row("MAIL without sign-in", {RefusedByServer, Stage::Mail, reply("530 5.7.57 Client not authenticated"), {}}, "WW", RouteNews::SignInRefused);
    row("all RCPT refused", {RefusedByServer, Stage::Rcpt, reply("550 5.1.1 no"), both("550 5.1.1 no", "450 4.2.1 later")}, "RW", RouteNews::None);
    row("all RCPT refused, one never asked", {RefusedByServer, Stage::Rcpt, reply("550 5.1.1 no"), {rcpt(kA, "550 5.1.1 no"), {kB, std::nullopt, false}}}, "RW", RouteNews::None);
    row("content refused", {RefusedByServer, Stage::Data, reply("554 5.7.1 spam"), both("250 ok", "550 5.1.1 no")}, "RR", RouteNews::None);
    row("content later", {RefusedByServer, Stage::Data, reply("452 4.3.1 full"), both("250 ok", "550 5.1.1 no")}, "WR", RouteNews::None);
    row("432 slows", {RefusedByServer, Stage::Data, reply("432 4.3.2 concurrent connections limit exceeded"), both("250 ok", "250 ok")}, "WW", RouteNews::Throttled);
    row("421 slows", {RefusedByServer, Stage::Mail, reply("421 4.3.2 shutting down"), {}}, "WW", RouteNews::Throttled);
    row("4.7.x slows", {RefusedByServer, Stage::Mail, reply("451 4.7.500 server busy"), {}}, "WW", RouteNews::Throttled);
    row("lost", {ConnectionLost, Stage::Data, std::nullopt, both("250 ok", "250 ok")}, "WW", RouteNews::Unreachable);
    row("lost after a refused recipient", {ConnectionLost, Stage::Data, std::nullopt, both("250 ok", "550 5.1.1 no")}, "WR", RouteNews::Unreachable);
    row("silent", {TimedOut, Stage::Mail, std::nullopt, {}}, "WW", RouteNews::Unreachable);
    row("too large", {MessageTooLarge, Stage::Mail, std::nullopt, {}}, "RR", RouteNews::None);
    row("needs SMTPUTF8", {NeedsSmtpUtf8, Stage::Mail, std::nullopt, {}}, "RR", RouteNews::None);
}

void tst_Verdict::readsTransactions()
{
    QFETCH(TransactionResult, result);
    QFETCH(QString, expected);
    QFETCH(int, news);
    const AttemptVerdict verdict = judge(Envelope{std::nullopt, {kA, kB}}, result);
    QCOMPARE(fates(verdict), expected);
    QCOMPARE(static_cast<int>(verdict.route), news);
    QVERIFY(!verdict.summary.isEmpty());
    QVERIFY(!verdict.inDoubt);
}

void tst_Verdict::keepsEachRecipientsOwnWords()
{
    const TransactionResult result{Outcome::Accepted, Stage::Data, reply("250 2.0.0 taken"),
                                   {{kA, reply("250 ok"), true}, {kB, reply("452 4.5.3 too many recipients"), false}}};
    const AttemptVerdict verdict = judge(Envelope{std::nullopt, {kA, kB}}, result);
    QCOMPARE(verdict.recipients[0].reply, QStringLiteral("250 2.0.0 taken"));
    QCOMPARE(verdict.recipients[1].reply, QStringLiteral("452 4.5.3 too many recipients"));
    QVERIFY(verdict.retryAtOnce);
}

void tst_Verdict::aBrokenFinalDotIsInDoubt()
{
    TransactionResult result{Outcome::ConnectionLost, Stage::Data, std::nullopt, {{kA, reply("250 ok"), true}}};
    result.inDoubt = true;
    const AttemptVerdict verdict = judge(Envelope{std::nullopt, {kA}}, result);
    QVERIFY(verdict.inDoubt);
    QCOMPARE(fates(verdict), QStringLiteral("W"));
}

void tst_Verdict::readsConversationsThatNeverBecameReady_data()
{
    QTest::addColumn<Finish>("finish");
    QTest::addColumn<int>("news");
    const auto row = [](const char *tag, const Finish &finish, RouteNews news) { QTest::newRow(tag) << finish << static_cast<int>(news); };
    using enum Outcome;
    row("refused connection", {ConnectionFailed, Stage::Connect}, RouteNews::Unreachable);
    row("no TLS", {TlsNotOffered, Stage::Tls}, RouteNews::Unreachable);
    row("bad certificate", {TlsFailed, Stage::Tls}, RouteNews::Unreachable);
    row("STARTTLS not now", {RefusedByServer, Stage::Tls, reply("454 4.7.0 TLS not available")}, RouteNews::Throttled);
    row("wrong password", {RefusedByServer, Stage::Auth, reply("535 5.7.139 Authentication unsuccessful")}, RouteNews::SignInRefused);
    row("sign-in broken for now", {RefusedByServer, Stage::Auth, reply("451 4.3.0 later")}, RouteNews::Unreachable);
    row("no mechanism", {AuthNotOffered, Stage::Auth}, RouteNews::SignInRefused);
    row("busy greeting", {RefusedByServer, Stage::Greeting, reply("421 4.3.2 busy")}, RouteNews::Throttled);
    row("no service", {RefusedByServer, Stage::Greeting, reply("554 5.7.1 go away")}, RouteNews::Unreachable);
    row("stopped by us", {Cancelled, Stage::Connect}, RouteNews::None);
}

void tst_Verdict::readsConversationsThatNeverBecameReady()
{
    QFETCH(Finish, finish);
    QFETCH(int, news);
    const ConnectionVerdict verdict = judge(finish);
    QCOMPARE(static_cast<int>(verdict.route), news);
    QVERIFY(!verdict.summary.isEmpty());
}

QTEST_GUILESS_MAIN(tst_Verdict)
#include "tst_Verdict.moc"
