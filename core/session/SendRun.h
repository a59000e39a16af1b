// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRun.h"

#include <memory>

namespace relaywright {

/// A test at an SMTP server: makes the message, connects, sends, says how it went. Used by `send`, the Test page
/// and TestSeries. Files are read and the message is made on a worker thread; a large one lies in a temporary file, so that
/// memory stays flat.
class SendRun final : public TestRun {
    Q_OBJECT
public:
    /// `clock` outlives the run.
    SendRun(TestRequest request, TestSecrets secrets, const Clock &clock, QObject *parent = nullptr);
    ~SendRun() override;

    void start() override;
    void cancel() override;
    [[nodiscard]] const TestRequest &request() const override;
    [[nodiscard]] QByteArray messagePart(qint64 from, qint64 most) const override;
    [[nodiscard]] const std::vector<LintRemark> &remarks() const override;
    [[nodiscard]] const LintedSenders &senders() const override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
