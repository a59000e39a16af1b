// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Lint.h"
#include "core/session/TestRecord.h"

#include <QObject>

#include <memory>

namespace relaywright {

/// One test from message to verdict: makes the message, connects, sends, says how it went. Used by `send`, the Test page
/// and TestSeries. Single use; it lives in the application's own thread, with an event loop. Files are read and
/// the message is made on a worker thread; a large one lies in a temporary file, so that memory stays flat.
///
///     start ─▶ composed ─▶ lineAdded…, progressed… ─▶ finished
///        └──▶ failedToStart
class SendRun : public QObject {
    Q_OBJECT
public:
    /// `clock` outlives the run.
    SendRun(TestRequest request, TestSecrets secrets, const Clock &clock, QObject *parent = nullptr);
    ~SendRun() override;

    void start();
    /// At any stage; `finished` with Outcome::Cancelled follows before this returns, not when the run has ended already.
    void cancel();

    [[nodiscard]] const TestRequest &request() const;
    /// The message that is or was sent: at most `most` octets from `from` on. Empty before `composed` and past its end.
    [[nodiscard]] QByteArray messagePart(qint64 from, qint64 most) const;
    /// What a receiver would dislike about it. Empty before `composed`.
    [[nodiscard]] const std::vector<LintRemark> &remarks() const;
    /// Whom it says that it is from. Empty before `composed`.
    [[nodiscard]] const LintedSenders &senders() const;

Q_SIGNALS:
    void composed(quint64 octets);
    void lineAdded(const relaywright::TranscriptLine &line);
    void progressed(qint64 sentOctets, qint64 totalOctets);
    /// Exactly once, unless the run could not start. The run may be deleted in the handler with deleteLater.
    void finished(const relaywright::TestRecord &record);
    /// In place of `finished`: a file cannot be read, a field is wrong. Nothing went on the wire.
    void failedToStart(const relaywright::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
