// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/diagnosis/Diagnosis.h"
#include "core/session/SmtpClient.h"
#include "core/verify/Verification.h"
#include "ui/drafts/TestDraft.h"

#include <QBuffer>
#include <QObject>
#include <QPointer>

#include <memory>
#include <optional>

namespace relaywright {

/// How a test send ended, in the words of a verdict.
struct TestVerdict {
    Verdict verdict = Verdict::CouldNotTell;
    QString sentence;                     ///< what happened, to what
    std::optional<Diagnosis> diagnosis;   ///< cause and remedy of a refusal
    QByteArray messageId;
    bool signInRefused = false;           ///< the password is not worth keeping
};

/// One test message on its way: reads the attachments and composes off the window's thread, then drives an SmtpClient.
/// Single use.
class TestRun : public QObject {
    Q_OBJECT
public:
    /// `knowledge` and `clock` outlive the run.
    TestRun(TestDraft draft, Secret password, const Knowledge &knowledge, const Clock &clock,
            QObject *parent = nullptr);
    ~TestRun() override;
    void start();
    /// At any stage; `finished` follows before this returns.
    void cancel();

Q_SIGNALS:
    void lineAdded(const relaywright::TranscriptLine &line);
    void progressed(qint64 sentOctets, qint64 totalOctets);
    /// Exactly once.
    void finished(const relaywright::TestVerdict &verdict);

private:
    void send(const ComposedMessage &message);
    void onFinished(const Finish &finish);
    void end(TestVerdict verdict);

    TestDraft m_draft;
    Secret m_password;
    const Knowledge &m_knowledge;
    const Clock &m_clock;
    QBuffer m_content;
    std::optional<TransactionResult> m_transaction;
    std::unique_ptr<SmtpClient> m_client;
    QByteArray m_messageId;
    bool m_done = false;
};

} // namespace relaywright
