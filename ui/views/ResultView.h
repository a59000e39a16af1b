// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"
#include "ui/widgets/Card.h"

class QPushButton;

namespace relaywright {

class Badge;
class Disclosure;
class TextLabel;
struct TestVerdict;

/// How a test ended: the sentence and the server's words, a verdict for each recipient, what the server showed of itself, and the next steps.
/// Why it failed stands in the ExplanationView below.
class ResultView : public Card {
    Q_OBJECT
public:
    explicit ResultView(QWidget *parent = nullptr);
    void setResult(const TestRecord &record, const TestVerdict &verdict);
    /// Nothing was sent: `sentences` say why, the first one what happened.
    void showProblem(const QString &sentences);
    [[nodiscard]] QString sentence() const;
    /// What stands below it; empty: nothing.
    [[nodiscard]] QString details() const;
    [[nodiscard]] QString recipients() const;

Q_SIGNALS:
    /// `sentence` says what stands on the clipboard now.
    void copied(const QString &sentence);
    void compareRequested();

private:
    void showRecipients(const TestRecord &record);
    void showServer(const TestRecord &record);
    Badge *m_badge;
    TextLabel *m_sentence;
    TextLabel *m_seen;
    TextLabel *m_details;
    TextLabel *m_recipients;
    Disclosure *m_serverFold;
    TextLabel *m_server;
    QPushButton *m_trace;
    QPushButton *m_compare;
    QString m_command;
};

} // namespace relaywright
