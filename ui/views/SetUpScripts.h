// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/ApplicationSetUp.h"
#include "core/oauth/TokenJudgement.h"
#include "ui/widgets/Card.h"
#include "ui/widgets/Field.h"

#include <vector>

class QLineEdit;
class QPushButton;

namespace relaywright {

class Clock;
class TextLabel;

/// For whom the scripts are; what is not known is empty.
struct SetUpSubject {
    QString mailbox{};
    TokenUse use = TokenUse::ClientSubmission;
    bool signsInAsPerson = false;
    Cloud cloud = Cloud::Worldwide;
    QString tenant{};        ///< domain or id
    QString applicationId{}; ///< client id
    QString objectId{};      ///< of the enterprise application
};

/// The scripts that an administrator runs in Entra and Exchange Online before a mailbox can send with tokens, each with the
/// line that calls it.
class SetUpScripts : public Card {
    Q_OBJECT
public:
    /// Both outlive it.
    SetUpScripts(const Knowledge &knowledge, const Clock &clock, QWidget *parent = nullptr);
    /// `fixed`: it is of an account, which has its application already and says all but the object id.
    void setSubject(const SetUpSubject &subject, bool fixed);
    [[nodiscard]] const std::vector<Artifact> &scripts() const { return m_scripts; }
    [[nodiscard]] QStringList calls() const;
    void saveTo(const QString &folder);
    /// Scrolls to the script of that kind and puts the keyboard on it; false: it is none of these.
    [[nodiscard]] bool reveal(const QString &kind);

Q_SIGNALS:
    /// Something was saved or copied, or could not be; a whole sentence.
    void said(relaywright::Tone tone, const QString &sentence);

private:
    void build();
    void refresh();
    void askWhere();
    [[nodiscard]] QWidget *row(const Artifact &script);

    const Knowledge &m_knowledge;
    const Clock &m_clock;
    SetUpSubject m_subject;
    bool m_fixed = false;
    std::vector<Artifact> m_scripts;
    QLineEdit *m_mailbox;
    EnumBox<TokenUse> *m_use;
    ChoiceRow *m_holder;
    QLineEdit *m_application;
    QLineEdit *m_object;
    Field *m_mailboxField;
    Field *m_useField;
    Field *m_applicationField;
    Field *m_holderField;
    QPushButton *m_save;
    QWidget *m_rows;
};

} // namespace relaywright
