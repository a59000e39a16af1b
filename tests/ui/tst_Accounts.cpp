// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/AccountsFixture.h"

#include "core/relay/RelayConfig.h"
#include "ui/engine/AccountDesk.h"
#include "ui/models/AccountModel.h"
#include "ui/text/AccountText.h"
#include "ui/theme/Theme.h"
#include "ui/views/AccountDetails.h"
#include "ui/views/AccountProgress.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QClipboard>
#include <QMessageBox>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QString kName = accountName();
const QString kOldPlace = secretPlace();

} // namespace

/// What is done with the accounts that are there.
class tst_Accounts : public AccountsTest {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init() { open(); }
    void cleanup() { close(); }
    void withoutAKeychainThePageSaysSo();
    void aTestShowsWhatTheTokenSays();
    void theWrongObjectIdIsNamed();
    void anExpiredSecretIsSaidWithItsRemedy();
    void aTestNotesNothingOfAnAccountThatChanged();
    void aNewSecretTakesTheOldOnesPlace();
    void aNewSecretThatFailsLeavesTheOldOne();
    void aSecretElsewhereIsNotWrittenOver();
    void aRemovedAccountTakesItsSecretAlong();
    void theSecretThatTheRelayUsesStays();
    void whoUsesItAndWhenItEndsIsSaid();
};

void tst_Accounts::withoutAKeychainThePageSaysSo()
{
    m_page.reset();
    m_bench = std::make_unique<Bench>(nullptr, false);
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Unavailable);
    m_page = std::make_unique<AccountsPage>(m_bench->services);
    m_page->show();
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("No keychain service answers")));
    m_page->openForm();
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("start it before you add one")));
}

void tst_Accounts::aTestShowsWhatTheTokenSays()
{
    store(kOldPlace, newPassword().toLatin1());
    keep(kName, m_service->application(kOldPlace));
    QCOMPARE(m_page->model().index(0).data(SubtitleRole).toString(), QStringLiteral("Not tried yet."));
    m_bench->clock.advance(std::chrono::hours(2));
    button(QStringLiteral("Test now"))->click();
    QVERIFY(!button(QStringLiteral("Test now"))->isEnabled());
    QTRY_VERIFY(!m_page->desk().isBusy());
    QCOMPARE(booked()->lastSuccess, m_bench->clock.now());
    QVERIFY(saysLine(QStringLiteral("The sign-in succeeded just now.")));
    QVERIFY(saysLine(QStringLiteral("The token is for https://outlook.office365.com, as it must be.")));
    QVERIFY(button(QStringLiteral("Test now"))->isEnabled());
    button(QStringLiteral("Copy it"))->click();
    const QStringList copied = QApplication::clipboard()->text().split(u'\n');
    QCOMPARE(copied.size(), m_page->details().lines().size() + 2);
    QCOMPARE(copied.front(), kName);
    QCOMPARE(copied.back(), m_page->details().idRemark());
    button(QStringLiteral("Copy the id"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QLatin1String(SignInService::kObjectId));
}

void tst_Accounts::theWrongObjectIdIsNamed()
{
    store(kOldPlace, newPassword().toLatin1());
    keep(kName, m_service->application(kOldPlace));
    button(QStringLiteral("Test now"))->click();
    QTRY_VERIFY(!m_page->desk().isBusy());
    const auto given = [this](const QString &id) {
        m_page->details().givenId().setText(id);
        return m_page->details().idRemark();
    };
    const QString right = QLatin1String(SignInService::kObjectId);
    QVERIFY(given({}).startsWith(QStringLiteral("The object id of the enterprise application is ") + right));
    QVERIFY(given(u' ' + right.toUpper()).contains(QStringLiteral("as it must be")));
    QVERIFY(
        given(QStringLiteral("99999999-1e64-4f0e-b2a8-55c0ffee0001")).contains(QStringLiteral("App registrations")));
    QVERIFY(given(QLatin1String(SignInService::kApplication)).contains(QStringLiteral("as -AppId")));
    QVERIFY(given(QStringLiteral("relay")).startsWith(QStringLiteral("That is no object id")));
}

void tst_Accounts::anExpiredSecretIsSaidWithItsRemedy()
{
    store(kOldPlace, newPassword().toLatin1());
    keep(kName, m_service->application(kOldPlace));
    m_service->script = [](const QByteArray &) { return SignInService::refused("invalid_client", "7000222"); };
    button(QStringLiteral("Test now"))->click();
    QTRY_VERIFY(!m_page->desk().isBusy());
    QVERIFY(saysLine(QStringLiteral("The client secret has expired.")));
    QVERIFY(saysLine(QStringLiteral("Make a new secret")));
    QVERIFY(saysLine(QStringLiteral("11111111-2222-3333-4444-555555555555")));
    QVERIFY(!booked()->lastSuccess);
    QCOMPARE(m_page->model().index(0).data(ToneRole).toInt(), static_cast<int>(Tone::Wrong));
    QVERIFY(m_page->details().idRemark().isEmpty());
}

void tst_Accounts::aTestNotesNothingOfAnAccountThatChanged()
{
    store(kOldPlace, newPassword().toLatin1());
    keep(kName, m_service->application(kOldPlace));
    TokenAccount other = m_service->application(QStringLiteral("another"));
    m_service->script = [this, other](const QByteArray &) {
        keep(kName, other); // another program, while the service thinks
        return SignInService::granted(m_service->applicationToken());
    };
    button(QStringLiteral("Test now"))->click();
    QTRY_VERIFY(!m_page->desk().isBusy());
    QVERIFY(booked()->account == other);
    QVERIFY(!booked()->lastSuccess);
    QVERIFY(saysLine(QStringLiteral("Another program changed or removed this account")));
}

void tst_Accounts::aNewSecretTakesTheOldOnesPlace()
{
    const QByteArray before = newPassword().toLatin1();
    const QByteArray after = newPassword().toLatin1();
    store(kOldPlace, before);
    const TokenAccount account = m_service->application(kOldPlace);
    keep(kName, account, QDate(2026, 12, 1));
    QStringList during;
    m_service->script = [&](const QByteArray &) {
        during = places(); // both are there while the new one is tried
        return SignInService::granted(m_service->applicationToken());
    };
    replaceWith(after, QStringLiteral("2028-11-20"));
    QCOMPARE(during, (QStringList{kOldPlace, kOldPlace + QStringLiteral(" 2")}));
    QVERIFY(formOf(m_service->requests().front()).contains(after.right(10)));
    QVERIFY(booked()->account == account); // so that the relay's file and scripts still name it
    QCOMPARE(booked()->proofEnds, QDate(2028, 11, 20));
    QCOMPARE(booked()->lastSuccess, m_bench->clock.now());
    QCOMPARE(stored(kOldPlace), after);
    QCOMPARE(places(), QStringList{kOldPlace});
    QCOMPARE(m_page->progress().steps().size(), 4);
    QVERIFY(m_page->progress().isVisible());
    QVERIFY(saysLine(QStringLiteral("The new one is in use")));
}

void tst_Accounts::aNewSecretThatFailsLeavesTheOldOne()
{
    const QByteArray before = newPassword().toLatin1();
    store(kOldPlace, before);
    keep(kName, m_service->application(kOldPlace), QDate(2026, 12, 1));
    const BookedAccount unchanged = *booked();
    m_service->script = [](const QByteArray &) { return SignInService::refused("invalid_client", "7000215"); };
    replaceWith(newPassword().toLatin1());
    QVERIFY(*booked() == unchanged);
    QCOMPARE(stored(kOldPlace), before);
    QTRY_COMPARE(places(), QStringList{kOldPlace});
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("AADSTS7000215")));
    QVERIFY(m_page->message()->sentence().endsWith(QStringLiteral("The old one stays in use.")));
    const QStringList steps = m_page->progress().steps();
    QVERIFY(steps[1].contains(QStringLiteral("this did not succeed")));
    QVERIFY(line(QStringLiteral("Client secret"))); // the form stays for another try
    // It says nothing of the old one.
    QVERIFY(m_page->model().index(0).data(ToneRole).toInt() != static_cast<int>(Tone::Wrong));
}

void tst_Accounts::aSecretElsewhereIsNotWrittenOver()
{
    const QString path = m_bench->folder.filePath(QStringLiteral("given-by-the-test-secret"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    const QByteArray before = newPassword().toLatin1();
    file.write(before);
    file.close();
    TokenAccount account = m_service->application({});
    account.proof = KeptClientSecret{*SecretRef::parse(QStringLiteral("file:") + path)};
    keep(kName, account);
    const QByteArray after = newPassword().toLatin1();
    replaceWith(after);
    QCOMPARE(std::get<KeptClientSecret>(booked()->account.proof).secret, SecretRef::keychain(kOldPlace));
    QCOMPARE(stored(kOldPlace), after);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), before);
    QVERIFY(saysLine(QStringLiteral("not Relaywright’s to change")));
}

void tst_Accounts::aRemovedAccountTakesItsSecretAlong()
{
    store(kOldPlace, newPassword().toLatin1());
    store(QStringLiteral("shared"), newPassword().toLatin1());
    keep(kName, m_service->application(kOldPlace));
    keep(QStringLiteral("erp"), m_service->application(QStringLiteral("shared")));
    m_page->choose(kName);
    answerQuestion(QStringLiteral("Cancel"));
    QVERIFY(booked());
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
    answerQuestion(QStringLiteral("Remove"));
    QTRY_VERIFY(!m_page->desk().isBusy());
    QVERIFY(!booked());
    QCOMPARE(places(), QStringList{QStringLiteral("shared")});
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("is removed")));
    QTRY_VERIFY(!m_page->findChild<QMessageBox *>());
    m_page->choose(QStringLiteral("erp"));
    answerQuestion(QStringLiteral("Remove"));
    QTRY_VERIFY(!m_page->desk().isBusy());
    QVERIFY(m_bench->accounts.accounts().empty());
    QCOMPARE(places(), QStringList{QStringLiteral("shared")}); // that name may have other users
    QVERIFY(button(QStringLiteral("Add an account…")));        // of the empty page
}

void tst_Accounts::theSecretThatTheRelayUsesStays()
{
    store(kOldPlace, newPassword().toLatin1());
    const TokenAccount account = m_service->application(kOldPlace);
    RelayConfig config = *parseRelayConfig(
        R"({"schema": "relaywright.relay/1", "listeners": [{"networks": ["127.0.0.0/8"]}], "upstream": {"server": "smtp.office365.com:587"}})");
    config.upstream.user = kName;
    config.upstream.oauth = account;
    m_bench->shownRelay.showConfig(config);
    keep(kName, account);
    answerQuestion(QStringLiteral("Remove"));
    QTRY_VERIFY(!m_page->desk().isBusy());
    QVERIFY(!booked());
    QCOMPARE(places(), QStringList{kOldPlace});
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("The relay still signs in with it")));
}

void tst_Accounts::whoUsesItAndWhenItEndsIsSaid()
{
    m_bench->workspace.create(contoso());
    const TokenAccount account = m_service->application(kOldPlace);
    RelayConfig config = *parseRelayConfig(
        R"({"schema": "relaywright.relay/1", "listeners": [{"networks": ["127.0.0.0/8"]}], "upstream": {"server": "smtp.office365.com:587"}})");
    config.upstream.server = *Endpoint::parse(QStringLiteral("smtp.office365.com:587"), 587);
    config.upstream.oauth = account;
    m_bench->shownRelay.showConfig(config);
    keep(kName, account, m_bench->clock.today().addDays(12));
    QCOMPARE(sendersOf(kName, m_bench->workspace.site()), QStringList{QStringLiteral("Scanner, ground floor")});
    QCOMPARE(sendersOf(QStringLiteral("invoices@contoso.com"), m_bench->workspace.site()),
             QStringList{QStringLiteral("ERP, invoices and reminders")});
    QCOMPARE(smartHostsOf(account, config), QStringList{QStringLiteral("smtp.office365.com:587")});
    const QModelIndex row = m_page->model().index(0);
    QVERIFY(row.data(SubtitleRole).toString().startsWith(QStringLiteral("Ends in 12 day")));
    QCOMPARE(row.data(ToneRole).toInt(), static_cast<int>(Tone::Attention));
    keep(kName, account, m_bench->clock.today().addDays(31));
    QCOMPARE(proofEndOf(*booked(), m_bench->clock.today()).tone, Tone::Good);
    keep(kName, account, m_bench->clock.today().addDays(-1));
    QCOMPARE(m_page->model().index(0).data(ToneRole).toInt(), static_cast<int>(Tone::Wrong));
    // Days pass while the page is not seen.
    keep(kName, account, m_bench->clock.today().addDays(31));
    m_bench->clock.advance(std::chrono::hours(24));
    m_page->prepare();
    QCOMPARE(m_page->model().index(0).data(ToneRole).toInt(), static_cast<int>(Tone::Attention));
}

QTEST_MAIN(tst_Accounts)
#include "tst_Accounts.moc"
