// SPDX-License-Identifier: GPL-3.0-or-later
// How much and how fast one may send to the practice tenant, met by the real client over a socket.
#include "PracticeClient.h"

#include <QElapsedTimer>
#include <QTest>

#include <memory>
#include <vector>

using namespace relaywright;

class tst_PracticePace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFourthConnectionOfAMailboxIsRefused();
    void whoIsFasterThanTheMinuteAllowsWaits();
    void aNewAddressIsPutOffForAWhile();

private:
    const TimePoint m_start = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC));
    FakeClock m_clock{m_start};
};

void tst_PracticePace::aFourthConnectionOfAMailboxIsRefused()
{
    PracticeServer server(practice(PracticeMethod::ClientSubmission), m_clock);
    QVERIFY(server.start());
    std::vector<std::unique_ptr<SmtpClient>> waiting;
    int ready = 0;
    for (int i = 0; i < 3; ++i) {
        ConnectionSettings settings{.server = server.address()};
        settings.smtp.ehloName = "scanner.contoso.com";
        settings.smtp.credentials =
            Credentials{QStringLiteral("scanner@contoso.com"), Secret(QByteArray(kPracticePassword))};
        settings.tls.caCertificatesPem = server.authorityPem();
        settings.tls.expectedName = practiceHostName();
        waiting.push_back(std::make_unique<SmtpClient>(settings));
        connect(waiting.back().get(), &SmtpClient::ready, this, [&ready] { ++ready; });
        waiting.back()->open();
    }
    QTRY_COMPARE_EQ(ready, 3);
    QCOMPARE_EQ(
        verdict(send(server, {})),
        QStringLiteral("432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending"));
    waiting.pop_back();
    QTRY_VERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
}

void tst_PracticePace::whoIsFasterThanTheMinuteAllowsWaits()
{
    PracticeSettings settings = practice(PracticeMethod::ClientSubmission);
    settings.limits = limitsOf(settings.method, Knowledge::builtIn());
    settings.limits->messagesPerMinute = 2;
    settings.limits->minute = std::chrono::milliseconds(800);
    PracticeServer server(settings, m_clock); // its clock stands still: the third message waits the whole minute
    QVERIFY(server.start());
    QStringList notes;
    connect(&server, &PracticeServer::lineAdded, this,
            [&notes](quint64, const TranscriptLine &line) { notes += line.text; });
    for (int i = 0; i < 2; ++i)
        QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
    QVERIFY(!notes.join(u'\n').contains(QLatin1String("slows it down")));
    QElapsedTimer timer;
    timer.start();
    QVERIFY(verdict(send(server, {})).startsWith(QLatin1String("250 ")));
    QVERIFY(timer.elapsed() >= 800);
    QVERIFY(
        notes.join(u'\n').contains(QLatin1String("More than 2 messages in a minute: the answer waits 0.8 seconds")));
}

void tst_PracticePace::aNewAddressIsPutOffForAWhile()
{
    PracticeSettings settings = practice(PracticeMethod::DirectSend);
    settings.tenant.reputation = PracticeReputation::Greylisted;
    PracticeServer server(settings, m_clock);
    QVERIFY(server.start());
    const Wish inside{.tls = TlsPolicy::None, .password = nullptr, .recipient = "jane@contoso.com"};
    QVERIFY(verdict(send(server, inside)).startsWith(QLatin1String("451 4.7.500")));
    m_clock.advance(std::chrono::minutes(4));
    QVERIFY(verdict(send(server, inside)).startsWith(QLatin1String("451 4.7.500")));
    m_clock.advance(std::chrono::minutes(2));
    QVERIFY(verdict(send(server, inside)).startsWith(QLatin1String("250 ")));
    m_clock.set(m_start);
}

QTEST_GUILESS_MAIN(tst_PracticePace)
#include "tst_PracticePace.moc"
