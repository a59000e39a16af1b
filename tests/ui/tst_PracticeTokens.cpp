// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"

#include "core/http/HttpCarrier.h"
#include "core/oauth/TokenCarrier.h"
#include "core/rehearsal/EntraCodes.h"
#include "ui/engine/AccountDesk.h"
#include "ui/engine/SetUpDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/models/PracticeModel.h"
#include "ui/pages/AccountsPage.h"
#include "ui/pages/PracticePage.h"
#include "ui/theme/Theme.h"
#include "ui/views/PracticeRequestView.h"
#include "ui/views/PracticeSetup.h"
#include "ui/views/PracticeTokens.h"
#include "ui/views/SetUpPanel.h"
#include "ui/views/SetUpProofCard.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

#include <algorithm>

using namespace relaywright;
using namespace relaywright::test;

/// The practice sign-in service and Graph of the window, from the switch to an account that proves itself there.
class tst_PracticeTokens : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init();
    void cleanup();
    void theyStartAndStopWithTheServer();
    void anAccountOfThemProvesItself_data();
    void anAccountOfThemProvesItself();
    void anAccountOfAnEarlierStartIsNamed_data();
    void anAccountOfAnEarlierStartIsNamed();
    void whatWasAskedIsTold();
    void theRequestThatIsReadStaysChosen();
    void aPollThatWaitsIsNoRefusal();
    void theSignInIsRefusedOnRequest();
    void aNewKeySignsAfterSoManyTokens();
    void theSecretIsShownOnRequest();

private:
    [[nodiscard]] PracticePage &page() const { return m_window->practicePage(); }
    [[nodiscard]] PracticeTokens &tokens() const { return *page().findChild<PracticeSetup *>()->tokens(); }
    [[nodiscard]] QCheckBox *box(const QString &text) const;
    [[nodiscard]] QPushButton *button(QWidget &in, const QString &text) const;
    void start(bool graph = false);
    void addAccount();
    /// Posts a form to an endpoint of the tenant. The status of the answer, and its content.
    [[nodiscard]] int post(const char *endpoint, const QByteArray &form, QJsonObject *content = nullptr);
    [[nodiscard]] QByteArray tokenForm() const;
    [[nodiscard]] QString requestView() const { return page().findChild<PracticeRequestView *>()->shownText(); }
    [[nodiscard]] QListView *requestList() const;

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_PracticeTokens::init()
{
    m_bench = std::make_unique<Bench>();
    m_bench->workspace.create(contoso());
    QTRY_COMPARE(m_bench->vault.state(), Vault::State::Available);
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_window->show();
    m_window->showPage(QStringLiteral("practice"));
    page().showPane(PracticePage::Tokens);
}

void tst_PracticeTokens::cleanup()
{
    m_window.reset();
    m_bench.reset();
}

QCheckBox *tst_PracticeTokens::box(const QString &text) const
{
    const auto all = tokens().findChildren<QCheckBox *>();
    const auto found = std::ranges::find_if(all, [&](const QCheckBox *one) { return one->text() == text; });
    return found == all.end() ? nullptr : *found;
}

QPushButton *tst_PracticeTokens::button(QWidget &in, const QString &text) const
{
    const auto all = in.findChildren<QPushButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QPushButton *one) { return one->text() == text && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

void tst_PracticeTokens::start(bool graph)
{
    box(graph ? QStringLiteral("Microsoft Graph") : QStringLiteral("Sign-in service (Entra)"))->setChecked(true);
    page().start();
    QVERIFY(m_bench->practice.isRunning() && m_bench->practice.web());
}

void tst_PracticeTokens::addAccount()
{
    AccountsPage &accounts = m_window->accountsPage();
    button(tokens(), QStringLiteral("Make an account of these"))->click();
    QVERIFY(accounts.isVisible());
    QCOMPARE(accounts.form().draft().tenant, m_bench->practice.web()->directory().tenantId);
    accounts.submit();
    QTRY_VERIFY_WITH_TIMEOUT(!accounts.desk().isBusy(), 20'000);
    QVERIFY2(!m_bench->accounts.accounts().empty(), qPrintable(accounts.message()->sentence()));
}

void tst_PracticeTokens::theyStartAndStopWithTheServer()
{
    page().start();
    QVERIFY(!m_bench->practice.web());
    QVERIFY(!button(tokens(), QStringLiteral("Make an account of these")));
    box(QStringLiteral("Microsoft Graph"))->setChecked(true); // the server goes on with it
    QVERIFY(box(QStringLiteral("Sign-in service (Entra)"))->isChecked());
    QVERIFY(m_bench->practice.web() && m_bench->practice.web()->graph());
    const QString tenant = m_bench->practice.web()->directory().tenantId;
    page().findChild<PracticeSetup *>()->setMethod(PracticeMethod::HighVolumeEmail);
    QCOMPARE(m_bench->practice.web()->directory().tenantId, tenant); // another endpoint of the same tenant
    box(QStringLiteral("Sign-in service (Entra)"))->setChecked(false);
    QVERIFY(!box(QStringLiteral("Microsoft Graph"))->isChecked());
    QVERIFY(!m_bench->practice.web() && m_bench->practice.isRunning());
    box(QStringLiteral("Sign-in service (Entra)"))->setChecked(true);
    QVERIFY(!m_bench->practice.web()->graph());
    m_bench->practice.stop();
    QVERIFY(!m_bench->practice.web());
}

void tst_PracticeTokens::anAccountOfThemProvesItself_data()
{
    QTest::addColumn<TokenUse>("use");
    QTest::newRow("by SMTP") << TokenUse::ClientSubmission;
    QTest::newRow("through Graph") << TokenUse::Graph;
}

void tst_PracticeTokens::anAccountOfThemProvesItself()
{
    QFETCH(TokenUse, use);
    start(true);
    addAccount();
    AccountsPage &accounts = m_window->accountsPage();
    if (use == TokenUse::Graph) {
        BookedAccount graph = m_bench->accounts.accounts().front();
        graph.account.use = use;
        QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")),
                                  [&](AccountBook &book) { book = {graph}; }));
        m_bench->accounts.look();
    }
    accounts.openSetUp();
    accounts.setUp().proof().prove();
    QTRY_VERIFY_WITH_TIMEOUT(!accounts.setUpDesk().standing().isRunning, 20'000);
    const auto &finding = accounts.setUpDesk().standing().finding;
    QVERIFY2(finding && finding->end == ProofFinding::End::Proven,
             qPrintable(accounts.setUp().proof().lines().join(u'\n')));
    QCOMPARE(m_bench->practice.messages().size(), use == TokenUse::Graph ? 1u : 0u);
}

void tst_PracticeTokens::anAccountOfAnEarlierStartIsNamed_data()
{
    QTest::addColumn<bool>("isAuthorityGone");
    QTest::addColumn<QString>("expected");
    QTest::newRow("of an earlier window") << true << QStringLiteral("A practice service is another one at each start");
    QTest::newRow("of an earlier server") << false << QStringLiteral("Start the practice service. It has another");
}

void tst_PracticeTokens::anAccountOfAnEarlierStartIsNamed()
{
    QFETCH(bool, isAuthorityGone);
    QFETCH(QString, expected);
    start();
    addAccount();
    m_bench->practice.stop();
    const QString authority = m_bench->accounts.accounts().front().account.caFile;
    QVERIFY(!isAuthorityGone || QFile::remove(authority)); // as the end of the window does
    AccountsPage &accounts = m_window->accountsPage();
    accounts.openSetUp();
    accounts.setUp().proof().prove();
    const auto said = [&accounts] {
        return accounts.setUp().proof().lines().join(u'\n') + accounts.message()->sentence();
    };
    QTRY_VERIFY2_WITH_TIMEOUT(said().contains(expected), qPrintable(said()), 20'000);
}

void tst_PracticeTokens::whatWasAskedIsTold()
{
    start();
    addAccount();
    m_window->showPage(QStringLiteral("practice"));
    page().showPane(PracticePage::Requests);
    QVERIFY(!m_bench->practice.requests().empty());
    const PracticeRequest &request = m_bench->practice.requests().back();
    QCOMPARE(request.method, QStringLiteral("POST"));
    QCOMPARE(request.status, 200);
    QVERIFY2(request.path.endsWith(QStringLiteral("/oauth2/v2.0/token")), qPrintable(request.path));
    const QString shown = page().findChild<PracticeRequestView *>()->shownText();
    QVERIFY2(shown.contains(QStringLiteral("The sign-in service answered 200.")), qPrintable(shown));
    QVERIFY2(shown.contains(QStringLiteral("Tokens given since the start: 1. Requests refused: 0.")),
             qPrintable(shown));
}

int tst_PracticeTokens::post(const char *endpoint, const QByteArray &form, QJsonObject *content)
{
    const PracticeWeb &web = *m_bench->practice.web();
    HttpCarrier carrier({.authoritiesPem = web.signIn().authorityPem(), .systemProxy = false});
    HttpQuestion question{.method = "POST", .url = web.signIn().baseUrl()};
    question.url.setPath(u'/' + web.directory().tenantId + QLatin1String(endpoint));
    question.fields = {{"Content-Type", kFormContentType}};
    question.body = form;
    std::optional<HttpOutcome> outcome;
    carrier.ask(question, this, [&outcome](const HttpOutcome &given) { outcome = given; });
    if (!QTest::qWaitFor([&outcome] { return outcome.has_value(); }, 20'000) || !*outcome)
        return 0;
    if (content)
        *content = QJsonDocument::fromJson((*outcome)->body.reveal().toByteArray()).object();
    return (*outcome)->status;
}

QByteArray tst_PracticeTokens::tokenForm() const
{
    const PracticeWeb &web = *m_bench->practice.web();
    return "grant_type=client_credentials&scope=https%3A%2F%2Foutlook.office365.com%2F.default&client_id="
           + web.application().id.toLatin1() + "&client_secret=" + web.madeUpSecret()->reveal().toByteArray();
}

QListView *tst_PracticeTokens::requestList() const
{
    const auto lists = page().findChildren<QListView *>();
    const auto found = std::ranges::find_if(
        lists, [](const QListView *one) { return qobject_cast<PracticeRequestModel *>(one->model()); });
    return found == lists.end() ? nullptr : *found;
}

void tst_PracticeTokens::theRequestThatIsReadStaysChosen()
{
    start();
    page().showPane(PracticePage::Requests);
    QListView &list = *requestList();
    const auto ask = [this](const QByteArray &form, int status) {
        const std::size_t before = m_bench->practice.requests().size();
        QCOMPARE(post("/oauth2/v2.0/token", form), status);
        QTRY_COMPARE(m_bench->practice.requests().size(), before + 1);
    };
    ask(tokenForm(), 200);
    QCOMPARE(list.currentIndex().row(), 0);
    QVERIFY2(requestView().contains(QStringLiteral("answered 200.")), qPrintable(requestView()));
    // Who looks at the newest sees the next one.
    ask("grant_type=none", 400);
    QCOMPARE(list.currentIndex().row(), 0);
    QVERIFY2(requestView().contains(QStringLiteral("answered 400")), qPrintable(requestView()));
    // Who reads another one keeps it.
    list.setCurrentIndex(list.model()->index(1, 0));
    QVERIFY2(requestView().contains(QStringLiteral("answered 200.")), qPrintable(requestView()));
    ask("grant_type=none", 400);
    QCOMPARE(list.currentIndex().row(), 2);
    QVERIFY2(requestView().contains(QStringLiteral("answered 200.")), qPrintable(requestView()));
    QVERIFY2(requestView().contains(QStringLiteral("Requests refused: 2.")), qPrintable(requestView()));
    list.setCurrentIndex(list.model()->index(0, 0));
    ask(tokenForm(), 200);
    QCOMPARE(list.currentIndex().row(), 0);
    QVERIFY2(requestView().contains(QStringLiteral("answered 200.")), qPrintable(requestView()));
}

void tst_PracticeTokens::aPollThatWaitsIsNoRefusal()
{
    start();
    page().showPane(PracticePage::Requests);
    const QByteArray client = "client_id=" + m_bench->practice.web()->application().id.toLatin1();
    QJsonObject offer;
    QCOMPARE(post("/oauth2/v2.0/devicecode", client + "&scope=https%3A%2F%2Foutlook.office.com%2FSMTP.Send", &offer),
             200);
    const QByteArray poll = client + "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code="
                            + offer.value(u"device_code").toString().toLatin1();
    QCOMPARE(post("/oauth2/v2.0/token", poll), 400);
    QTRY_COMPARE(m_bench->practice.requests().size(), 2u);
    const QModelIndex newest = requestList()->model()->index(0, 0);
    QCOMPARE(newest.data(ToneRole).toInt(), static_cast<int>(Tone::Neutral));
    QVERIFY2(requestView().contains(QStringLiteral("answered: not yet, ask again (400).")), qPrintable(requestView()));
    const QString waits = requestView().section(u'\n', 2, 2);
    QCOMPARE(post("/oauth2/v2.0/token", poll), 400); // at once: too soon
    QTRY_COMPARE(m_bench->practice.requests().size(), 3u);
    QVERIFY(m_bench->practice.requests().back().isWaiting);
    QVERIFY2(!waits.isEmpty() && requestView().section(u'\n', 2, 2) != waits, qPrintable(requestView()));
    QVERIFY2(requestView().contains(QStringLiteral("Requests refused: 0. Polls told to wait: 2.")),
             qPrintable(requestView()));
}

void tst_PracticeTokens::theSignInIsRefusedOnRequest()
{
    start();
    const auto choices = tokens().findChildren<QComboBox *>();
    QCOMPARE(choices.size(), 1);
    QComboBox &choice = *choices.front();
    QCOMPARE(choice.currentText(), QStringLiteral("Nothing"));
    QCOMPARE(choice.count(), static_cast<int>(entraCodes(Knowledge::builtIn()).size()) + 1);
    const int expired = choice.findText(QStringLiteral("AADSTS7000222: The client secret has expired."));
    QVERIFY(expired > 0);
    choice.setCurrentIndex(expired); // while it runs
    QJsonObject said;
    QCOMPARE(post("/oauth2/v2.0/token", tokenForm(), &said), 401);
    QCOMPARE(said.value(u"error").toString(), QStringLiteral("invalid_client"));
    page().showPane(PracticePage::Requests);
    QTRY_VERIFY2(requestView().contains(QStringLiteral("The client secret has expired.")), qPrintable(requestView()));
    choice.setCurrentIndex(0);
    QCOMPARE(post("/oauth2/v2.0/token", tokenForm()), 200);
}

void tst_PracticeTokens::aNewKeySignsAfterSoManyTokens()
{
    start();
    const auto numbers = tokens().findChildren<QSpinBox *>();
    QCOMPARE(numbers.size(), 1);
    QVERIFY(!tokens().faults().rotateKeyAfter);
    numbers.front()->setValue(2);
    QCOMPARE(tokens().faults().rotateKeyAfter, std::optional(2));
    QStringList signers;
    for (int i = 0; i < 3; ++i) {
        QJsonObject granted;
        QCOMPARE(post("/oauth2/v2.0/token", tokenForm(), &granted), 200);
        signers += granted.value(u"access_token").toString().section(u'.', 0, 0); // the header names the key
    }
    QCOMPARE(signers[0], signers[1]);
    QVERIFY(signers[1] != signers[2]);
    // With a new key for each token there is no number to choose.
    const auto lists = tokens().findChildren<QListWidget *>();
    const auto items = lists.front()->findItems(QStringLiteral("A new key signs each token"), Qt::MatchExactly);
    QCOMPARE(items.size(), 1);
    items.front()->setCheckState(Qt::Checked);
    QVERIFY(!numbers.front()->isEnabled());
    QVERIFY(tokens().faults().newKeyEachToken);
}

void tst_PracticeTokens::theSecretIsShownOnRequest()
{
    start();
    const QString secret = QString::fromUtf8(m_bench->practice.web()->madeUpSecret()->reveal());
    const auto isShown = [&] {
        const auto lines = tokens().findChildren<QLineEdit *>();
        return std::ranges::any_of(lines, [&](const QLineEdit *one) { return one->text() == secret; });
    };
    QVERIFY(!isShown());
    QPushButton *show = button(tokens(), QStringLiteral("Show"));
    QVERIFY(show);
    show->click();
    QVERIFY(isShown());
    m_bench->practice.stop();
    QVERIFY(!isShown());
}

QTEST_MAIN(tst_PracticeTokens)
#include "tst_PracticeTokens.moc"
