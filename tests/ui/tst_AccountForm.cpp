// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/AccountsFixture.h"

#include "tests/unit/oauth/MadeIdentity.h"
#include "ui/engine/AccountDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/forms/CertificateEntry.h"
#include "ui/text/AccountText.h"
#include "ui/theme/Theme.h"
#include "ui/views/AccountDetails.h"
#include "ui/views/AccountProgress.h"

#include <QApplication>
#include <QClipboard>
#include <QTest>
#include <QUrlQuery>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QString kName = accountName();
const QString kOldPlace = secretPlace();

} // namespace

/// How an account is added: by secret, by certificate, and as a person.
class tst_AccountForm : public AccountsTest {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init() { open(); }
    void cleanup() { close(); }
    void anApplicationIsAddedWithItsSecret();
    void whatIsMissingIsSaidAtItsField();
    void aSecretThatDoesNotWorkIsNotKept();
    void anApplicationIsAddedWithItsCertificate();
    void aPersonSignsInInTheBrowser();
    void aPersonSignsInWithACode();
    void aCancelledSignInKeepsNothing();
};

void tst_AccountForm::anApplicationIsAddedWithItsSecret()
{
    const QString secret = newPassword();
    button(QStringLiteral("Add an account…"))->click(); // of the empty page
    fill(AccountWay::Secret);
    QTest::keyClicks(line(QStringLiteral("Client secret")), secret);
    QTest::keyClicks(line(QStringLiteral("Ends on")), QStringLiteral("2027-11-23"));
    submitAndWait();
    QVERIFY(booked());
    QCOMPARE(std::get<KeptClientSecret>(booked()->account.proof).secret, SecretRef::keychain(kOldPlace));
    QCOMPARE(booked()->proofEnds, QDate(2027, 11, 23));
    QCOMPARE(booked()->lastSuccess, m_bench->clock.now());
    QCOMPARE(stored(kOldPlace), secret.toLatin1());
    QCOMPARE(m_service->requests().size(), 1);
    QVERIFY(saysLine(QStringLiteral("The account is kept")));
    QVERIFY(saysLine(QStringLiteral("The token holds SMTP.SendAsApp (roles).")));
    QVERIFY(m_page->details().idRemark().contains(QLatin1String(SignInService::kObjectId)));
    QVERIFY(m_page->form().secret().isEmpty());
    QFile file(m_bench->folder.filePath(QStringLiteral("accounts.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(secret.toLatin1()));
}

void tst_AccountForm::whatIsMissingIsSaidAtItsField()
{
    keep(QStringLiteral("erp@contoso.com"), m_service->application(QStringLiteral("erp")));
    m_page->openForm();
    AccountDraft draft{.name = QStringLiteral("erp@contoso.com"),
                       .way = AccountWay::Secret,
                       .tenant = QStringLiteral("organizations"),
                       .application = QStringLiteral("not an id")};
    m_page->form().setDraft(draft);
    QTest::keyClicks(line(QStringLiteral("Ends on")), QStringLiteral("2020-01-01"));
    button(QStringLiteral("Sign in and keep it"))->click();
    QVERIFY(!m_page->desk().isBusy());
    QStringList problems;
    for (const Field *field : m_page->form().findChildren<Field *>()) {
        if (field->isVisible() && !field->problem().isEmpty())
            problems += field->problem();
    }
    QCOMPARE(problems.size(), 5);
    QVERIFY(problems[0].contains(QStringLiteral("There is an account of that name already.")));
    QVERIFY(problems.filter(QStringLiteral("one organisation")).size() == 1);
    QVERIFY(problems.filter(QStringLiteral("Type the secret: its value")).size() == 1);
    QVERIFY(problems.filter(QStringLiteral("That day is over.")).size() == 1);
    QVERIFY(line(QStringLiteral("What is the account called?"))->hasFocus() || !m_page->isActiveWindow());
    QVERIFY(m_service->requests().isEmpty());
    draft.way = AccountWay::Certificate;
    draft.keyFile = QStringLiteral("relay.key");
    m_page->form().setDraft(draft);
    const Problems asked = check(m_page->form().draft(), {}, {}, m_bench->clock.today());
    QVERIFY(problemOf(asked, QStringLiteral("key")).contains(QStringLiteral("the whole path")));
    QVERIFY(problemOf(asked, QStringLiteral("certificate")).contains(QStringLiteral("Choose the file.")));
}

void tst_AccountForm::aSecretThatDoesNotWorkIsNotKept()
{
    m_service->script = [](const QByteArray &) { return SignInService::refused("invalid_client", "7000215"); };
    fill(AccountWay::Secret);
    QTest::keyClicks(line(QStringLiteral("Client secret")), newPassword());
    submitAndWait();
    QVERIFY(!booked());
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("AADSTS7000215")));
    QTRY_VERIFY(places().isEmpty());
    QVERIFY(!m_page->form().secret().isEmpty()); // it is mended rather than typed anew
    // A second try finds the form as it was.
    m_service->script = [this](const QByteArray &) { return SignInService::granted(m_service->applicationToken()); };
    submitAndWait();
    QVERIFY(booked());
}

void tst_AccountForm::anApplicationIsAddedWithItsCertificate()
{
    const test::MadeIdentity identity = test::MadeIdentity::rsa();
    const auto write = [this](const QString &name, const QByteArray &text) {
        QFile file(m_bench->folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
        QCOMPARE(file.write(text), text.size());
    };
    const QDateTime now = toDateTime(m_bench->clock.now());
    const QByteArray passphrase = newPassword().toLatin1();
    write(QStringLiteral("relay.pem"), identity.certificatePem(static_cast<long>(now.addDays(-1).toSecsSinceEpoch()),
                                                               static_cast<long>(now.addDays(90).toSecsSinceEpoch())));
    write(QStringLiteral("relay.key"), identity.keyPem(passphrase).reveal().toByteArray());
    fill(AccountWay::Certificate);
    AccountDraft draft = m_page->form().draft();
    draft.certificateFile = m_bench->folder.filePath(QStringLiteral("relay.pem"));
    draft.keyFile = m_bench->folder.filePath(QStringLiteral("relay.key"));
    m_page->form().setDraft(draft);
    QTest::keyClicks(line(QStringLiteral("Passphrase of the key")), QString::fromLatin1(passphrase));
    submitAndWait();
    QVERIFY2(booked(), qPrintable(m_page->message()->sentence()));
    const auto proof = std::get<KeptCertificate>(booked()->account.proof);
    QCOMPARE(proof.passphrase, SecretRef::keychain(QStringLiteral("passphrase scanner@contoso.com")));
    QCOMPARE(stored(proof.passphrase->name()), passphrase);
    QCOMPARE(booked()->proofEnds, now.addDays(90).toUTC().date());
    QVERIFY(formOf(m_service->requests().front()).contains("client_assertion="));
    // A renewed one in other files takes its place when it works.
    write(QStringLiteral("next.pem"), identity.certificatePem(static_cast<long>(now.addDays(-1).toSecsSinceEpoch()),
                                                              static_cast<long>(now.addDays(200).toSecsSinceEpoch())));
    write(QStringLiteral("next.key"), identity.keyPem(passphrase + " next").reveal().toByteArray());
    const BookedAccount before = *booked();
    const auto replace = [&](const QByteArray &words) {
        button(QStringLiteral("Replace the certificate…"))->click();
        m_page->certificateEntry().setFiles(m_bench->folder.filePath(QStringLiteral("next.pem")),
                                            m_bench->folder.filePath(QStringLiteral("next.key")));
        QTest::keyClicks(line(QStringLiteral("Passphrase of the key")), QString::fromLatin1(words));
        button(QStringLiteral("Replace the certificate"))->click();
        QVERIFY(m_page->desk().isBusy());
        QTRY_VERIFY(!m_page->desk().isBusy());
    };
    replace("another");
    QVERIFY(m_page->message()->sentence().endsWith(QStringLiteral("The old one stays in use.")));
    QVERIFY(*booked() == before);
    QTRY_COMPARE(places(), QStringList{proof.passphrase->name()});
    button(QStringLiteral("Back"))->click();
    replace(passphrase + " next");
    const auto next = std::get<KeptCertificate>(booked()->account.proof);
    QVERIFY(next.certificateFile.endsWith(QStringLiteral("next.pem")));
    QCOMPARE(booked()->proofEnds, now.addDays(200).toUTC().date());
    QTRY_COMPARE(places(), QStringList{next.passphrase->name()}); // the old one is of no use any more
    QCOMPARE(stored(next.passphrase->name()), passphrase + " next");
    // A renewed one in the same file says itself when it ends.
    write(QStringLiteral("next.pem"), identity.certificatePem(static_cast<long>(now.addDays(-1).toSecsSinceEpoch()),
                                                              static_cast<long>(now.addDays(400).toSecsSinceEpoch())));
    button(QStringLiteral("Test now"))->click();
    QTRY_VERIFY(!m_page->desk().isBusy());
    QCOMPARE(booked()->proofEnds, now.addDays(400).toUTC().date());
}

void tst_AccountForm::aPersonSignsInInTheBrowser()
{
    const QByteArray refresh = QByteArray(kTokenMark) + ".refresh";
    m_service->script = [this, refresh](const QByteArray &request) {
        return formOf(request).contains("code=made-up") ? SignInService::granted(m_service->userToken(kName), refresh)
                                                        : SignInService::refused("invalid_grant", "70000");
    };
    fill(AccountWay::Browser);
    submitAndWait();
    QVERIFY2(booked(), qPrintable(m_page->message()->sentence()));
    QCOMPARE(QUrlQuery(m_browsed).queryItemValue(QStringLiteral("login_hint"), QUrl::FullyDecoded), kName);
    QCOMPARE(std::get<KeptRefreshToken>(booked()->account.proof).keychainName, signInKeychainName(kName));
    QCOMPARE(stored(signInKeychainName(kName)), refresh);
    QVERIFY(saysLine(QStringLiteral("The token is that of scanner@contoso.com, as it must be.")));
    QVERIFY(m_page->details().idRemark().isEmpty()); // a person has no enterprise application
    QVERIFY(button(QStringLiteral("Sign in again")));
    QVERIFY(!button(QStringLiteral("Replace the secret…")));
    // Once more, after the sign-in was taken back.
    m_service->script = [this, refresh](const QByteArray &) {
        return SignInService::granted(m_service->userToken(kName), refresh + ".2");
    };
    m_bench->clock.advance(std::chrono::hours(1));
    Q_EMIT m_page->details().signInRequested(PersonWay::Browser);
    QTRY_VERIFY(!m_page->desk().isBusy());
    QCOMPARE(stored(signInKeychainName(kName)), refresh + ".2");
    QCOMPARE(booked()->lastSuccess, m_bench->clock.now());
}

void tst_AccountForm::aPersonSignsInWithACode()
{
    int polls = 0;
    m_service->script = [&](const QByteArray &request) {
        if (request.startsWith("POST /" + QByteArray(SignInService::kTenant) + "/oauth2/v2.0/devicecode"))
            return ScriptedHttpServer::json(R"({"device_code":"made-up","user_code":"WDJB-MJHT",
                "verification_uri":"https://login.contoso.example/device","expires_in":900,"interval":1})");
        return ++polls == 1 ? ScriptedHttpServer::json(R"({"error":"authorization_pending"})", 400)
                            : SignInService::granted(m_service->userToken(kName), QByteArray(kTokenMark) + ".refresh");
    };
    fill(AccountWay::DeviceCode);
    button(QStringLiteral("Sign in and keep it"))->click();
    QTRY_COMPARE(m_page->progress().code(), QStringLiteral("WDJB-MJHT"));
    button(QStringLiteral("Copy the code"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("WDJB-MJHT"));
    button(QStringLiteral("Copy the link"))->click();
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("https://login.contoso.example/device"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_page->desk().isBusy(), 20'000);
    QCOMPARE(polls, 2);
    QVERIFY(booked());
    QVERIFY(m_page->progress().code().isEmpty());
    QVERIFY(!m_page->progress().isVisible());
}

void tst_AccountForm::aCancelledSignInKeepsNothing()
{
    m_browses = false;
    fill(AccountWay::Browser);
    button(QStringLiteral("Sign in and keep it"))->click();
    QTRY_VERIFY(m_browsed.isValid());
    QVERIFY(!button(QStringLiteral("Sign in and keep it"))->isEnabled());
    button(QStringLiteral("Copy the link"))->click();
    QCOMPARE(QUrl(QApplication::clipboard()->text()), m_browsed);
    button(QStringLiteral("Cancel"))->click();
    QVERIFY(!m_page->desk().isBusy());
    QVERIFY(!m_page->progress().isVisible());
    QVERIFY(button(QStringLiteral("Sign in and keep it"))->isEnabled());
    QVERIFY(places().isEmpty() && !booked());
    // Also while the service thinks about a secret, which is in the keychain by then.
    m_service->script = [](const QByteArray &) { return ScriptedHttpServer::Answer{.closes = false}; };
    fill(AccountWay::Secret);
    QTest::keyClicks(line(QStringLiteral("Client secret")), newPassword());
    button(QStringLiteral("Sign in and keep it"))->click();
    QTRY_COMPARE(m_service->requests().size(), 1);
    QCOMPARE(places(), QStringList{kOldPlace});
    m_page->desk().cancel();
    QTRY_VERIFY(places().isEmpty());
    QVERIFY(!booked());
    // Or while the window goes.
    button(QStringLiteral("Sign in and keep it"))->click();
    QTRY_COMPARE(m_service->requests().size(), 2);
    QCOMPARE(places(), QStringList{kOldPlace});
    m_page.reset();
    QTRY_VERIFY(places().isEmpty());
}

QTEST_MAIN(tst_AccountForm)
#include "tst_AccountForm.moc"
