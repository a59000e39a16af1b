// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/Bench.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/pages/TestPage.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/ResultView.h"
#include "ui/views/SendPanel.h"
#include "ui/widgets/InlineMessage.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// What a receiver would dislike about a message, on the Test page.
class tst_Remarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void aMessageIsCheckedWithoutSending();
    void theDnsIsAskedAboutItsDomains();
    void aTestSaysThemToo();
    void nextTestForgetsThem();
    void aFieldThatIsWrongIsMarked();

private:
    void fill(const QString &from, const QString &to);
    void checkOnly();
    [[nodiscard]] SendPanel &panel() const { return m_page->sendPanel(); }
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<TestPage> m_page;
};

void tst_Remarks::init()
{
    m_page.reset();
    m_bench = std::make_unique<Bench>();
    m_page = std::make_unique<TestPage>(m_bench->services);
    m_page->show();
}

void tst_Remarks::fill(const QString &from, const QString &to)
{
    TestDraft draft = m_page->form().draft();
    draft.server = QStringLiteral("127.0.0.1");
    draft.port = QStringLiteral("1"); // nobody listens there
    draft.tls = TlsPolicy::None;
    draft.from = from;
    draft.to = to;
    m_page->form().setDraft(draft);
}

void tst_Remarks::checkOnly()
{
    QSignalSpy checked(&panel(), &SendPanel::messageChecked);
    for (QPushButton *button : m_page->findChildren<QPushButton *>()) {
        if (button->text() == QStringLiteral("Check only"))
            button->click();
    }
    QVERIFY(checked.wait());
}

void tst_Remarks::aMessageIsCheckedWithoutSending()
{
    fill(QStringLiteral("scanner@contoso.com"), QStringLiteral("megan@contoso.com"));
    checkOnly();
    QCOMPARE_EQ(panel().remarks(), QString());
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("would dislike nothing")));
    QVERIFY(!panel().record());
    QCOMPARE_EQ(m_page->transcript().rowCount(), 0);
}

void tst_Remarks::theDnsIsAskedAboutItsDomains()
{
    fill(QStringLiteral("scanner@nowhere.example"), QStringLiteral("megan@contoso.com"));
    checkOnly();
    QVERIFY2(panel().remarks().contains(QStringLiteral("does not know the domain nowhere.example")),
             qPrintable(panel().remarks()));
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("1 remark")));
    QVERIFY(panel().result().isHidden());
}

void tst_Remarks::aTestSaysThemToo()
{
    fill(QStringLiteral("scanner@contoso.com"), QStringLiteral("megan@nowhere.example"));
    QSignalSpy ended(m_page.get(), &TestPage::runFinished);
    m_page->send();
    QVERIFY(ended.wait());
    QTRY_VERIFY2(panel().remarks().contains(QStringLiteral("nowhere.example of a recipient")),
                 qPrintable(panel().remarks()));
    QVERIFY(panel().record());
    QVERIFY(!panel().result().isHidden());
}

void tst_Remarks::nextTestForgetsThem()
{
    aTestSaysThemToo();
    fill(QStringLiteral("scanner@contoso.com"), QStringLiteral("megan@contoso.com"));
    checkOnly();
    QCOMPARE_EQ(panel().remarks(), QString());
}

void tst_Remarks::aFieldThatIsWrongIsMarked()
{
    fill(QStringLiteral("nobody"), QStringLiteral("megan@contoso.com"));
    QSignalSpy checked(&panel(), &SendPanel::messageChecked);
    panel().checkOnly();
    QVERIFY(!checked.wait(50));
}

QTEST_MAIN(tst_Remarks)
#include "tst_Remarks.moc"
