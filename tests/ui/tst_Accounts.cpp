// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayConfig.h"
#include "tests/ui/SignInService.h"
#include "tests/unit/oauth/MadeIdentity.h"
#include "ui/engine/AccountDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/forms/CertificateEntry.h"
#include "ui/forms/SecretEntry.h"
#include "ui/models/AccountModel.h"
#include "ui/pages/AccountsPage.h"
#include "ui/text/AccountText.h"
#include "ui/theme/Theme.h"
#include "ui/views/AccountDetails.h"
#include "ui/views/AccountProgress.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;

namespace {

const QString kName = QStringLiteral("scanner@contoso.com");
const QString kOldPlace = QStringLiteral("secret scanner@contoso.com");

QByteArray formOf(const QByteArray &request)
{
    return request.mid(request.indexOf("\r\n\r\n") + 4);
}

} // namespace

/// The page of the accounts, as a person uses it, against a sign-in service of the test's own.
class tst_Accounts : public QObject {
    Q_OBJECT
public Q_SLOTS:
    void browse(const QUrl &url);

private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init();
    void cleanup();
    void anApplicationIsAddedWithItsSecret();
    void whatIsMissingIsSaidAtItsField();
    void aSecretThatDoesNotWorkIsNotKept();
    void anApplicationIsAddedWithItsCertificate();
    void aPersonSignsInInTheBrowser();
    void aPersonSignsInWithACode();
    void aCancelledSignInKeepsNothing();
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

private:
    [[nodiscard]] QPushButton *button(const QString &text) const;
    [[nodiscard]] QLineEdit *line(const QString &name) const;
    void keep(const QString &name, const TokenAccount &account, std::optional<QDate> ends = std::nullopt);
    void store(const QString &place, const QByteArray &secret);
    [[nodiscard]] QByteArray stored(const QString &place);
    [[nodiscard]] const BookedAccount *booked(const QString &name = kName) const;
    [[nodiscard]] QStringList places();
    void fill(AccountWay way);
    void submitAndWait();
    void replaceWith(const QByteArray &secret, const QString &ends = {});
    void answerQuestion(const QString &with);
    [[nodiscard]] bool saysLine(const QString &words) const;

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<SignInService> m_service;
    std::unique_ptr<AccountsPage> m_page;
    bool m_browses = true;
    QUrl m_browsed;
};

void tst_Accounts::init()
{
    m_browses = true;
    m_browsed.clear();
    m_bench = std::make_unique<Bench>();
    m_service = std::make_unique<SignInService>(m_bench->clock);
    QVERIFY(m_service->listen());
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Available);
    m_page = std::make_unique<AccountsPage>(m_bench->services);
    m_page->resize(1000, 760);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    QDesktopServices::setUrlHandler(QStringLiteral("http"), this, "browse");
    QDesktopServices::setUrlHandler(QStringLiteral("https"), this, "browse");
}

void tst_Accounts::cleanup()
{
    QDesktopServices::unsetUrlHandler(QStringLiteral("http"));
    QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
    m_page.reset();
    m_service.reset();
    m_bench.reset();
}

/// The browser: whoever signs in there is sent back with a code.
void tst_Accounts::browse(const QUrl &url)
{
    m_browsed = url;
    if (!m_browses)
        return;
    const QUrlQuery asked(url);
    const QUrl back(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
    auto *socket = new QTcpSocket(this);
    connect(socket, &QTcpSocket::connected, socket, [socket, asked] {
        socket->write("GET /?code=made-up&state=" + asked.queryItemValue(QStringLiteral("state")).toLatin1()
                      + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
    connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    socket->connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(back.port()));
}

QPushButton *tst_Accounts::button(const QString &text) const
{
    const auto all = m_page->findChildren<QPushButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QPushButton *one) { return one->text() == text && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

QLineEdit *tst_Accounts::line(const QString &name) const
{
    const auto all = m_page->findChildren<QLineEdit *>();
    const auto found = std::ranges::find_if(
        all, [&](const QLineEdit *one) { return one->accessibleName() == name && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

void tst_Accounts::keep(const QString &name, const TokenAccount &account, std::optional<QDate> ends)
{
    QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")), [&](AccountBook &book) {
        std::erase_if(book, [&](const BookedAccount &one) { return one.name == name; });
        book.push_back({name, account, m_bench->clock.now(), std::nullopt, ends});
    }));
    m_bench->accounts.look();
    m_page->choose(name);
}

void tst_Accounts::store(const QString &place, const QByteArray &secret)
{
    bool done = false;
    m_bench->keychain.write(place, Secret(QByteArray(secret)), this, [&](const Result<void> &) { done = true; });
    QTRY_VERIFY(done);
}

QByteArray tst_Accounts::stored(const QString &place)
{
    std::optional<QByteArray> found;
    m_bench->keychain.read(place, this, [&](const Result<Secret> &secret) {
        found = secret ? secret->reveal().toByteArray() : QByteArray("nothing");
    });
    return waitUntil([&] { return found.has_value(); }) ? *found : QByteArray("no answer");
}

QStringList tst_Accounts::places()
{
    std::optional<QStringList> names;
    m_bench->keychain.list(this, [&](const Result<QStringList> &all) { names = all.value_or(QStringList()); });
    return waitUntil([&] { return names.has_value(); }) ? *names : QStringList{QStringLiteral("no answer")};
}

const BookedAccount *tst_Accounts::booked(const QString &name) const
{
    return findAccount(m_bench->accounts.accounts(), name);
}

void tst_Accounts::fill(AccountWay way)
{
    m_page->openForm();
    m_page->form().setDraft({.name = kName,
                             .way = way,
                             .tenant = QLatin1String(SignInService::kTenant),
                             .application = QLatin1String(SignInService::kApplication),
                             .service = m_service->base().toString()});
}

void tst_Accounts::submitAndWait()
{
    QPushButton *go = button(QStringLiteral("Sign in and keep it"));
    QVERIFY(go);
    go->click();
    QTRY_VERIFY_WITH_TIMEOUT(!m_page->desk().isBusy(), 20'000);
}

void tst_Accounts::replaceWith(const QByteArray &secret, const QString &ends)
{
    button(QStringLiteral("Replace the secret…"))->click();
    QTest::keyClicks(line(QStringLiteral("Client secret")), QString::fromLatin1(secret));
    QTest::keyClicks(line(QStringLiteral("Ends on")), ends);
    button(QStringLiteral("Replace the secret"))->click();
    QVERIFY(m_page->desk().isBusy());
    QTRY_VERIFY(!m_page->desk().isBusy());
}

void tst_Accounts::answerQuestion(const QString &with)
{
    button(QStringLiteral("Remove…"))->click();
    auto *question = m_page->findChild<QMessageBox *>();
    QVERIFY(question);
    for (QAbstractButton *one : question->buttons()) {
        if (one->text() == with)
            return one->click();
    }
    QFAIL("no such answer");
}

bool tst_Accounts::saysLine(const QString &words) const
{
    return std::ranges::any_of(m_page->details().lines(), [&](const QString &one) { return one.contains(words); });
}

void tst_Accounts::anApplicationIsAddedWithItsSecret()
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
    QVERIFY(saysLine(QStringLiteral("The account is kept.")));
    QVERIFY(saysLine(QStringLiteral("The token holds SMTP.SendAsApp (roles).")));
    QVERIFY(m_page->details().idRemark().contains(QLatin1String(SignInService::kObjectId)));
    QVERIFY(m_page->form().secret().isEmpty());
    QFile file(m_bench->folder.filePath(QStringLiteral("accounts.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(secret.toLatin1()));
}

void tst_Accounts::whatIsMissingIsSaidAtItsField()
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

void tst_Accounts::aSecretThatDoesNotWorkIsNotKept()
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

void tst_Accounts::anApplicationIsAddedWithItsCertificate()
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

void tst_Accounts::aPersonSignsInInTheBrowser()
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

void tst_Accounts::aPersonSignsInWithACode()
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

void tst_Accounts::aCancelledSignInKeepsNothing()
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
