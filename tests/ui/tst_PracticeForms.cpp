// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/TestForm.h"
#include "ui/pages/PracticePage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/TestPage.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/SendPanel.h"

#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QString kScanner = QStringLiteral("scanner@contoso.com");

/// A port of this computer where nobody listens.
QString deadPort()
{
    QTcpServer server;
    if (!server.listen(QHostAddress::LocalHost))
        qFatal("no free port");
    return QString::number(server.serverPort());
}

} // namespace

/// The practice server's settings in the forms of other pages: its passwords stay out of the keychain, the person's own out
/// of it, and what was chosen for it holds wherever it is started.
class tst_PracticeForms : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_relay.reset();
        m_test.reset();
        m_practice.reset();
        m_bench = std::make_unique<Bench>();
        m_bench->workspace.create(contoso());
        QTRY_VERIFY(!m_bench->workspace.isPlanning());
        m_practice = std::make_unique<PracticePage>(m_bench->services);
        m_test = std::make_unique<TestPage>(m_bench->services);
        m_relay = std::make_unique<RelayPage>(m_bench->services);
        keep(kScanner, "the real one");
    }

    void aPasswordForThePracticeServerIsKeptNowhere()
    {
        m_test->fillFromPractice();
        form().password().type(QStringLiteral("made up")); // the site's mailbox takes any
        send();
        QVERIFY2(panel().record()->accepted(), qPrintable(m_test->verdictSentence()));
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
        QVERIFY(!m_bench->vault.isForThisRun(kScanner));
    }

    void itIsNotKeptWhenTheServerIsGone()
    {
        m_test->fillFromPractice();
        form().password().type(QStringLiteral("made up"));
        m_bench->practice.stop();
        send();
        QVERIFY(!panel().record()->accepted());
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
    }

    void aRealPasswordIsNotSentToIt()
    {
        m_test->fillFromPractice();
        form().password().clear();
        send();
        QVERIFY2(panel().record()->accepted(), qPrintable(m_test->verdictSentence()));
        // Its own account takes the made-up one only.
        PracticeChoice choice = m_bench->practice.choice();
        choice.tenant.accounts.clear();
        QVERIFY(m_bench->practice.start(choice));
        send();
        QVERIFY2(panel().record()->accepted(), qPrintable(m_test->verdictSentence()));
    }

    void fillingTheFormHidesNoPassword()
    {
        m_test->fillFromPractice();
        m_relay->fillFromPractice();
        QCOMPARE(form().draft().user, kScanner);
        QVERIFY(form().password().typed() == m_bench->practice.password());
        QVERIFY(!m_bench->vault.isForThisRun(kScanner));
        QCOMPARE(found(kScanner), QByteArray("the real one"));
    }

    void aPasswordOfPracticeGoesToNoOtherServer()
    {
        m_test->fillFromPractice();
        form().password().type(QStringLiteral("made up"));
        send();
        toDeadPort(form().draft());
        send(); // with the real one
        QVERIFY(form().password().typed().isEmpty());
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
        form().password().type(QStringLiteral("made up")); // typed once more, it is meant
        send();
        QCOMPARE(kept(kScanner), QByteArray("made up"));
    }

    void aTokenIsNobodysPassword()
    {
        TestDraft draft;
        draft.user = draft.from = draft.to = kScanner;
        draft.mechanism = AuthMechanism::XOAuth2;
        toDeadPort(draft);
        form().password().type(QStringLiteral("eyJ0.eyJ9.c2ln"));
        send();
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
        draft.mechanism = AuthMechanism::Auto;
        toDeadPort(draft);
        form().password().type(QStringLiteral("a new one"));
        send();
        QCOMPARE(kept(kScanner), QByteArray("a new one"));
    }

    void theRelayGetsItForThisRunOnly()
    {
        m_relay->fillFromPractice();
        m_relay->startRelay();
        QVERIFY(m_bench->shownRelay.password() == std::optional(m_bench->practice.password()));
        m_relay->form().password().type(QStringLiteral("made up"));
        m_relay->startRelay();
        QVERIFY(m_bench->shownRelay.password() == std::optional(Secret(QByteArray("made up"))));
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
        QVERIFY(!m_bench->vault.isForThisRun(kScanner));
        RelayDraft draft = m_relay->form().draft();
        draft.server = QStringLiteral("smtp.office365.com");
        draft.port = QStringLiteral("587");
        m_relay->form().setDraft(draft);
        m_relay->startRelay();
        QVERIFY(m_relay->form().password().typed().isEmpty());
        QTRY_VERIFY(!m_bench->shownRelay.password()); // the keychain's
        QCOMPARE(kept(kScanner), QByteArray("the real one"));
    }

    void whatWasTrustedHoldsAfterAChange()
    {
        m_test->fillFromPractice();
        m_relay->fillFromPractice();
        QTRY_VERIFY(!m_relay->form().draft().caFile.isEmpty());
        QFile file(m_relay->form().draft().caFile);
        QVERIFY(file.open(QIODevice::ReadOnly));
        PracticeChoice choice = m_bench->practice.choice();
        choice.tenant.securityDefaults = true;
        QVERIFY(m_bench->practice.start(choice));
        choice.tenant.securityDefaults = false;
        QVERIFY(m_bench->practice.start(choice));
        QCOMPARE(file.readAll(), m_bench->practice.authorityPem());
        send();
        QVERIFY2(panel().record()->accepted(), qPrintable(m_test->verdictSentence()));
    }

    void anotherPageStartsWhatWasChosen()
    {
        Site site = contoso();
        site.senders.front().signInAs = *EmailAddress::parse(QStringLiteral("hall@contoso.com"));
        site.organisation.rejectDirectSend = YesNo::Yes;
        m_bench->workspace.edit(QStringLiteral("test"), site);
        m_practice->findChild<PracticeSetup *>()->setMethod(PracticeMethod::DirectSend);
        Q_EMIT m_practice->findChild<PracticeSetup *>()->changed();
        QVERIFY(!m_bench->practice.isRunning());
        m_test->fillFromPractice();
        const PracticeChoice &choice = m_bench->practice.choice();
        QVERIFY(choice.method == PracticeMethod::DirectSend);
        QVERIFY(choice.tenant.rejectDirectSend);
        const auto &accounts = choice.tenant.accounts;
        QVERIFY(std::ranges::find(accounts, QStringLiteral("hall@contoso.com"), &PracticeAccount::user)
                != accounts.end());
        m_bench->practice.stop();
        m_relay->fillFromPractice();
        QVERIFY(m_bench->practice.isRunning());
        QVERIFY(m_bench->practice.method() == PracticeMethod::DirectSend);
        QVERIFY(m_relay->form().draft().user.isEmpty());
    }

    void aTestBeginsWithACleanForm()
    {
        TestDraft draft = form().draft();
        draft.to = QStringLiteral("megan@contoso.com");
        draft.subject = QStringLiteral("Scan 7");
        draft.mechanism = AuthMechanism::Ntlm;
        draft.envelopeFrom = QStringLiteral("bounces@contoso.com");
        draft.nullReversePath = true;
        draft.link.heloOnly = true;
        draft.link.proxyKind = ProxySettings::Kind::Socks5;
        draft.link.proxy = QStringLiteral("proxy.example.com:1080");
        draft.link.stopAfter = Stage::Ehlo;
        draft.extras.emlFile = QStringLiteral("/no/such.eml");
        form().setDraft(draft);
        m_test->fillFromPractice();
        const TestDraft filled = form().draft();
        QCOMPARE(filled.to, draft.to);
        QCOMPARE(filled.subject, draft.subject);
        QVERIFY(filled.mechanism == AuthMechanism::Auto);
        QVERIFY(filled.envelopeFrom.isEmpty() && !filled.nullReversePath);
        QVERIFY(filled.link == LinkDraft());
        QVERIFY(filled.extras == MessageExtras());
        send();
        QVERIFY2(panel().record()->accepted(), qPrintable(m_test->verdictSentence()));
    }

    void aSenderStaysWhatItIs()
    {
        const Sender printer = contoso().senders[1]; // neither TLS nor sign-in
        m_test->fillFromSender(printer.id);
        const TestDraft before = form().draft();
        QVERIFY(before.tls == TlsPolicy::None);
        m_test->fillFromPractice();
        TestDraft after = form().draft();
        QCOMPARE(after.port, QString::number(m_bench->practice.address().port));
        QVERIFY(!after.authorityPem.isEmpty());
        QVERIFY(form().password().typed().isEmpty()); // it has no sign-in
        after.server = before.server;
        after.port = before.port;
        after.authorityPem = before.authorityPem;
        QVERIFY(after == before);
        m_test->fillFromSender(contoso().senders[0].id);
        const QString user = form().draft().user;
        m_test->fillFromPractice();
        QCOMPARE(form().draft().user, user);
        if (!user.isEmpty())
            QVERIFY(form().password().typed() == m_bench->practice.passwordFor(user));
    }

private:
    [[nodiscard]] TestForm &form() const { return m_test->form(); }
    [[nodiscard]] SendPanel &panel() const { return m_test->sendPanel(); }
    void send()
    {
        QSignalSpy finished(m_test.get(), &TestPage::runFinished);
        m_test->send();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
    }
    void toDeadPort(TestDraft draft)
    {
        draft.server = QStringLiteral("127.0.0.1");
        draft.port = deadPort();
        form().setDraft(draft);
    }
    void keep(const QString &user, const char *password)
    {
        bool done = false;
        m_bench->keychain.write(user, Secret(QByteArray(password)), this,
                                [&done](const Result<void> &) { done = true; });
        QTRY_VERIFY(done);
    }
    /// In the keychain.
    QByteArray kept(const QString &user)
    {
        return readFrom([&](auto done) { m_bench->keychain.read(user, this, done); });
    }
    /// What a test would sign in with.
    QByteArray found(const QString &user)
    {
        return readFrom([&](auto done) { m_bench->vault.read(user, this, done); });
    }
    template <class Read>
    QByteArray readFrom(const Read &read)
    {
        std::optional<QByteArray> password;
        read([&password](const Result<Secret> &secret) {
            password = secret ? secret->reveal().toByteArray() : QByteArray();
        });
        return waitUntil([&] { return password.has_value(); }) ? *password : QByteArray("no answer");
    }
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<PracticePage> m_practice;
    std::unique_ptr<TestPage> m_test;
    std::unique_ptr<RelayPage> m_relay;
};

QTEST_MAIN(tst_PracticeForms)
#include "tst_PracticeForms.moc"
