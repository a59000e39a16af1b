// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SendRun.h"

#include <QSignalSpy>
#include <QTest>

namespace relaywright::test {

/// A request to a server of the test on this machine.
[[nodiscard]] inline TestRequest requestTo(std::uint16_t port, TlsPolicy tls = TlsPolicy::None,
                                           const QStringList &recipients = {QStringLiteral("b@example.com")})
{
    const EmailAddress from = *EmailAddress::parse(QStringLiteral("a@example.com"));
    TestRequest request{.connection = {.server = {*Host::parse(QStringLiteral("127.0.0.1")), port}},
                        .message = {.from = from}};
    request.connection.smtp.ehloName = "console.example";
    request.connection.smtp.tls = tls;
    request.connection.patience = std::chrono::seconds(10);
    request.envelope.sender = from;
    for (const QString &recipient : recipients)
        request.envelope.recipients.push_back(*EmailAddress::parse(recipient));
    request.message.to = request.envelope.recipients;
    request.message.subject = QStringLiteral("A test");
    request.message.text = QStringLiteral("Hello.\nGoodbye.");
    return request;
}

/// One SendRun from start to end, with all it said.
struct TestRunner {
    explicit TestRunner(TestRequest request, TestSecrets secrets = {})
        : run(std::move(request), std::move(secrets), clock), lines(&run, &SendRun::lineAdded),
          composed(&run, &SendRun::composed), progress(&run, &SendRun::progressed)
    {
        QObject::connect(&run, &SendRun::finished, &run, [this](const TestRecord &r) { records.push_back(r); });
        QObject::connect(&run, &SendRun::failedToStart, &run, [this](const Error &e) { errors.push_back(e); });
    }
    /// True when the run came to an end with a record.
    [[nodiscard]] bool play()
    {
        run.start();
        return QTest::qWaitFor([this] { return !records.empty() || !errors.empty(); }, 20000) && records.size() == 1;
    }
    [[nodiscard]] const TestRecord &record() const { return records.front(); }
    [[nodiscard]] QByteArray show() const
    {
        return records.empty() ? errors.empty() ? "no end" : errors.front().detail.toUtf8()
                               : toText(records.front().transcript).toUtf8();
    }

    SystemClock clock;
    SendRun run;
    QSignalSpy lines, composed, progress;
    std::vector<TestRecord> records;
    std::vector<Error> errors;
};

} // namespace relaywright::test
