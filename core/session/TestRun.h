// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Lint.h"
#include "core/session/TestRecord.h"

#include <QObject>

namespace relaywright {

/// One test from message to verdict, whichever way it goes: to an SMTP server (SendRun), or through Microsoft Graph
/// (GraphTest). Single use; it lives in the application's own thread, with an event loop.
///
///     start ─▶ composed ─▶ lineAdded…, progressed… ─▶ finished
///        └──▶ failedToStart
class TestRun : public QObject {
    Q_OBJECT
public:
    virtual void start() = 0;
    /// At any stage; `finished` with Outcome::Cancelled follows before this returns, not when the run has ended already.
    virtual void cancel() = 0;

    [[nodiscard]] virtual const TestRequest &request() const = 0;
    /// The message that is or was sent: at most `most` octets from `from` on. Empty before `composed` and past its end.
    [[nodiscard]] virtual QByteArray messagePart(qint64 from, qint64 most) const = 0;
    /// What a receiver would dislike about it. Empty before `composed`.
    [[nodiscard]] virtual const std::vector<LintRemark> &remarks() const = 0;
    /// Whom it says that it is from. Empty before `composed`.
    [[nodiscard]] virtual const LintedSenders &senders() const = 0;

Q_SIGNALS:
    void composed(quint64 octets);
    void lineAdded(const relaywright::TranscriptLine &line);
    void progressed(qint64 sentOctets, qint64 totalOctets);
    /// Exactly once, unless the run could not start. The run may be deleted in the handler with deleteLater.
    void finished(const relaywright::TestRecord &record);
    /// In place of `finished`: a file cannot be read, a field is wrong. Nothing went on the wire.
    void failedToStart(const relaywright::Error &error);

protected:
    using QObject::QObject;
};

} // namespace relaywright
