// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/SiteDrafts.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace relaywright {

struct DomainFacts;
class InlineMessage;

/// A wizard asks what decides; the Site page asks everything.
enum class FormExtent { Short, Whole };

/// Edits an OrganisationDraft. "Find out" is a wish: whoever can look up the DNS answers with `showFound`.
class OrganisationForm : public QWidget {
    Q_OBJECT
public:
    explicit OrganisationForm(FormExtent extent, QWidget *parent = nullptr);
    void setDraft(const OrganisationDraft &draft);
    [[nodiscard]] OrganisationDraft draft() const;
    /// Shows what `check` says of the draft.
    void showProblems(const Problems &problems);
    void showFound(const DomainFacts &facts);

Q_SIGNALS:
    /// While the user types and chooses.
    void edited();
    /// A whole answer: a field was left or a choice made.
    void committed();
    void findOutRequested(const QString &domain);

private:
    void addTenantQuestions(class QVBoxLayout *layout);
    [[nodiscard]] YesNoRow *addYesNo(QVBoxLayout *layout, const QString &question, const QString &why);
    QLineEdit *m_name;
    QLineEdit *m_domains;
    EnumBox<std::optional<Cloud>> *m_cloud;
    QLineEdit *m_mxHost;
    QLineEdit *m_spf;
    QPushButton *m_findOut;
    InlineMessage *m_found;
    Field *m_domainsField;
    Field *m_mxField;
    Field *m_spfField;
    YesNoRow *m_securityDefaults = nullptr;
    YesNoRow *m_smtpAuthDisabled = nullptr;
    YesNoRow *m_rejectDirectSend = nullptr;
    YesNoRow *m_onPremises = nullptr;
    YesNoRow *m_hve = nullptr;
    YesNoRow *m_azure = nullptr;
    OrganisationDraft m_kept; ///< answers that this extent does not ask
};

/// Edits a NetworkDraft.
class NetworkForm : public QWidget {
    Q_OBJECT
public:
    explicit NetworkForm(FormExtent extent, QWidget *parent = nullptr);
    void setDraft(const NetworkDraft &draft);
    [[nodiscard]] NetworkDraft draft() const;
    void showProblems(const Problems &problems);

Q_SIGNALS:
    void edited();
    void committed();

private:
    QLineEdit *m_egress;
    QLineEdit *m_lan;
    Field *m_egressField;
    Field *m_lanField;
    YesNoRow *m_static;
    YesNoRow *m_shared;
    YesNoRow *m_port25;
    YesNoRow *m_port587;
    YesNoRow *m_port443 = nullptr;
    NetworkDraft m_kept;
};

/// Edits a SenderDraft. Identity is what and as whom; Ability is what it can do and how much.
class SenderForm : public QWidget {
    Q_OBJECT
public:
    enum class Part { Everything, Identity, Ability };
    explicit SenderForm(Part part, QWidget *parent = nullptr);
    void setDraft(const SenderDraft &draft);
    [[nodiscard]] SenderDraft draft() const;
    void showProblems(const Problems &problems);
    void focusName();

Q_SIGNALS:
    void edited();
    void committed();

private:
    void buildIdentity(QVBoxLayout *layout);
    void buildAbility(QVBoxLayout *layout);
    QLineEdit *m_name = nullptr;
    EnumBox<SenderKind> *m_kind = nullptr;
    EnumBox<Hosting> *m_hosting = nullptr;
    EnumBox<Reach> *m_reach = nullptr;
    QLineEdit *m_from = nullptr;
    QLineEdit *m_signInAs = nullptr;
    EnumBox<TlsAbility> *m_tls = nullptr;
    YesNoRow *m_startTls = nullptr;
    EnumBox<SignInAbility> *m_signIn = nullptr;
    QLineEdit *m_perMinute = nullptr;
    QLineEdit *m_perDay = nullptr;
    std::vector<std::pair<QString, Field *>> m_fields;
    SenderDraft m_kept;
};

} // namespace relaywright
