// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeWebFaults.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QPushButton;
class QSpinBox;

namespace relaywright {

class CopyLine;
class PracticeFaultList;
class PracticeRoom;
class TextLabel;

/// The practice sign-in service and the practice Graph: whether they start with the server, what a program is told to find
/// them by, and what they do wrong on request.
class PracticeTokens : public QWidget {
    Q_OBJECT
public:
    explicit PracticeTokens(QWidget *parent = nullptr);
    [[nodiscard]] bool isSignInOn() const;
    [[nodiscard]] bool isGraphOn() const;
    [[nodiscard]] PracticeWebFaults faults() const;
    /// What runs now. The secret is hidden again when it is another one.
    void show(const PracticeRoom &room);

Q_SIGNALS:
    void changed();
    void accountRequested();

private:
    QWidget *makeSwitches();
    QWidget *makeValues();
    QWidget *makeFaults();

    QCheckBox *m_signIn;
    QCheckBox *m_graph;
    PracticeFaultList *m_faults;
    QComboBox *m_refusal;
    QSpinBox *m_tokensOfAKey;
    TextLabel *m_sentence;
    QWidget *m_values;
    CopyLine *m_signInAddress;
    CopyLine *m_graphAddress;
    CopyLine *m_tenant;
    CopyLine *m_application;
    CopyLine *m_secret;
    CopyLine *m_command;
    QPushButton *m_account;
};

} // namespace relaywright
