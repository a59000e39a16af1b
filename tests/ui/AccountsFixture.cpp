// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/AccountsFixture.h"

#include "ui/engine/AccountDesk.h"
#include "ui/forms/AccountForm.h"
#include "ui/text/AccountText.h"
#include "ui/views/AccountDetails.h"

#include <QDesktopServices>
#include <QMessageBox>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

#include <algorithm>

namespace relaywright::test {

QString accountName()
{
    return QStringLiteral("scanner@contoso.com");
}

QString secretPlace()
{
    return QStringLiteral("secret scanner@contoso.com");
}

QByteArray formOf(const QByteArray &request)
{
    return request.mid(request.indexOf("\r\n\r\n") + 4);
}

void AccountsTest::open()
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

void AccountsTest::close()
{
    QDesktopServices::unsetUrlHandler(QStringLiteral("http"));
    QDesktopServices::unsetUrlHandler(QStringLiteral("https"));
    m_page.reset();
    m_service.reset();
    m_bench.reset();
}

void AccountsTest::browse(const QUrl &url)
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

QPushButton *AccountsTest::button(const QString &text) const
{
    const auto all = m_page->findChildren<QPushButton *>();
    const auto found =
        std::ranges::find_if(all, [&](const QPushButton *one) { return one->text() == text && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

QLineEdit *AccountsTest::line(const QString &name) const
{
    const auto all = m_page->findChildren<QLineEdit *>();
    const auto found = std::ranges::find_if(
        all, [&](const QLineEdit *one) { return one->accessibleName() == name && one->isVisible(); });
    return found == all.end() ? nullptr : *found;
}

void AccountsTest::keep(const QString &name, const TokenAccount &account, std::optional<QDate> ends)
{
    QVERIFY(changeAccountBook(m_bench->folder.filePath(QStringLiteral("accounts.json")), [&](AccountBook &book) {
        std::erase_if(book, [&](const BookedAccount &one) { return one.name == name; });
        book.push_back({name, account, m_bench->clock.now(), std::nullopt, ends});
    }));
    m_bench->accounts.look();
    m_page->choose(name);
}

void AccountsTest::store(const QString &place, const QByteArray &secret)
{
    bool done = false;
    m_bench->keychain.write(place, Secret(QByteArray(secret)), this, [&](const Result<void> &) { done = true; });
    QTRY_VERIFY(done);
}

QByteArray AccountsTest::stored(const QString &place)
{
    std::optional<QByteArray> found;
    m_bench->keychain.read(place, this, [&](const Result<Secret> &secret) {
        found = secret ? secret->reveal().toByteArray() : QByteArray("nothing");
    });
    return waitUntil([&] { return found.has_value(); }) ? *found : QByteArray("no answer");
}

QStringList AccountsTest::places()
{
    std::optional<QStringList> names;
    m_bench->keychain.list(this, [&](const Result<QStringList> &all) { names = all.value_or(QStringList()); });
    return waitUntil([&] { return names.has_value(); }) ? *names : QStringList{QStringLiteral("no answer")};
}

const BookedAccount *AccountsTest::booked(const QString &name) const
{
    return findAccount(m_bench->accounts.accounts(), name);
}

void AccountsTest::fill(AccountWay way)
{
    m_page->openForm();
    m_page->form().setDraft({.name = accountName(),
                             .way = way,
                             .tenant = QLatin1String(SignInService::kTenant),
                             .application = QLatin1String(SignInService::kApplication),
                             .service = m_service->base().toString()});
}

void AccountsTest::submitAndWait()
{
    QPushButton *go = button(QStringLiteral("Sign in and keep it"));
    QVERIFY(go);
    go->click();
    QTRY_VERIFY_WITH_TIMEOUT(!m_page->desk().isBusy(), 20'000);
}

void AccountsTest::replaceWith(const QByteArray &secret, const QString &ends)
{
    button(QStringLiteral("Replace the secret…"))->click();
    QTest::keyClicks(line(QStringLiteral("Client secret")), QString::fromLatin1(secret));
    QTest::keyClicks(line(QStringLiteral("Ends on")), ends);
    button(QStringLiteral("Replace the secret"))->click();
    QVERIFY(m_page->desk().isBusy());
    QTRY_VERIFY(!m_page->desk().isBusy());
}

void AccountsTest::answerQuestion(const QString &with)
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

bool AccountsTest::saysLine(const QString &words) const
{
    return std::ranges::any_of(m_page->details().lines(), [&](const QString &one) { return one.contains(words); });
}

} // namespace relaywright::test
