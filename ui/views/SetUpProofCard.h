// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Card.h"

#include <optional>

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace relaywright {

class ChoiceRow;
class ExplanationView;
class Field;
class SetUpDesk;
class TextLabel;

/// Shows by a real sign-in that an account can send, and waits where rights may not have spread yet.
class SetUpProofCard : public Card {
    Q_OBJECT
public:
    /// Both outlive it.
    SetUpProofCard(Services &services, SetUpDesk &desk, QWidget *parent = nullptr);
    void setAccount(const BookedAccount &account);
    /// Proves it by what is typed; a fault of that is told at its field.
    void prove();
    [[nodiscard]] QLineEdit &server() const { return *m_server; }
    [[nodiscard]] QLineEdit &recipient() const { return *m_recipient; }
    [[nodiscard]] QCheckBox &patience() const { return *m_patience; }
    /// What the proof showed so far, a sentence each.
    [[nodiscard]] QStringList lines() const;

Q_SIGNALS:
    /// A script of this kind may mend it.
    void mendRequested(const QString &kind);

private:
    void build();
    void refresh();
    void showStanding();
    void reveal();
    void add(const QString &symbol, Tone tone, const QString &sentence);
    [[nodiscard]] bool isGraph() const;
    [[nodiscard]] bool signsInAtPractice() const;

    Services &m_services;
    SetUpDesk &m_desk;
    std::optional<BookedAccount> m_account;
    TextLabel *m_sentence;
    QLineEdit *m_mailbox;
    QLineEdit *m_server;
    QLineEdit *m_recipient;
    Field *m_mailboxField;
    Field *m_serverField;
    Field *m_recipientField;
    ChoiceRow *m_when;
    QCheckBox *m_patience;
    QPushButton *m_go;
    QPushButton *m_stop;
    QWidget *m_lines;
    ExplanationView *m_explanation;
};

} // namespace relaywright
