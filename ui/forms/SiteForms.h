// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/SiteDrafts.h"
#include "ui/forms/FactForm.h"

class QCheckBox;
class QPushButton;

namespace relaywright {

struct DomainFacts;
class InlineMessage;

/// Edits an OrganisationDraft. "Find out" is a wish: whoever can look up the DNS answers with `showFound`.
class OrganisationForm : public FactForm {
    Q_OBJECT
public:
    explicit OrganisationForm(FormExtent extent, QWidget *parent = nullptr);
    void setDraft(const OrganisationDraft &draft);
    [[nodiscard]] OrganisationDraft draft() const;
    void showFound(const DomainFacts &facts);

Q_SIGNALS:
    void findOutRequested(const QString &domain);

private:
    void askDns(QVBoxLayout *layout);
    void askTenant(QVBoxLayout *layout);
    void askMore(QVBoxLayout *layout);
    void showExchangeQuestions();

    QLineEdit *m_name;
    QLineEdit *m_domains;
    EnumBox<std::optional<Cloud>> *m_cloud;
    QLineEdit *m_mxHost = nullptr;
    QLineEdit *m_spf = nullptr;
    QPushButton *m_findOut;
    InlineMessage *m_found;
    YesNoRow *m_securityDefaults = nullptr;
    YesNoRow *m_smtpAuthDisabled = nullptr;
    YesNoRow *m_rejectDirectSend = nullptr;
    YesNoRow *m_onPremises = nullptr;
    Field *m_hybridField = nullptr;
    Field *m_exchangeField = nullptr;
    YesNoRow *m_hybrid = nullptr;
    QLineEdit *m_exchangeServer = nullptr;
    YesNoRow *m_hve = nullptr;
    YesNoRow *m_azure = nullptr;
    QLineEdit *m_tenant = nullptr;
    QLineEdit *m_applicationDomain = nullptr;
    QLineEdit *m_internalDomain = nullptr;
    QLineEdit *m_mailLicences = nullptr;
    OrganisationDraft m_kept; ///< answers that this extent does not ask
};

/// Edits a NetworkDraft.
class NetworkForm : public FactForm {
    Q_OBJECT
public:
    explicit NetworkForm(FormExtent extent, QWidget *parent = nullptr);
    void setDraft(const NetworkDraft &draft);
    [[nodiscard]] NetworkDraft draft() const;

private:
    QLineEdit *m_egress;
    QLineEdit *m_lan = nullptr;
    YesNoRow *m_static;
    YesNoRow *m_shared;
    YesNoRow *m_port25;
    YesNoRow *m_port587;
    YesNoRow *m_port443 = nullptr;
    QLineEdit *m_relayHost = nullptr;
    NetworkDraft m_kept;
};

/// Edits a SenderDraft. Identity is what and as whom; Ability is what it can do and how much.
class SenderForm : public FactForm {
    Q_OBJECT
public:
    enum class Part { Everything, Identity, Ability };
    explicit SenderForm(Part part, QWidget *parent = nullptr);
    void setDraft(const SenderDraft &draft);
    [[nodiscard]] SenderDraft draft() const;
    /// The site's networks, for the question in which one it stands; it is asked where there are several.
    void setNetworks(const QStringList &ids);
    void focusName();

private:
    void askIdentity(QVBoxLayout *layout);
    void askAbility(QVBoxLayout *layout);
    void askMore(QVBoxLayout *layout);
    void askHabits(QVBoxLayout *layout);

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
    QLineEdit *m_vendor = nullptr;
    Field *m_networkField = nullptr;
    QComboBox *m_network = nullptr;
    QLineEdit *m_envelopeFrom = nullptr;
    QLineEdit *m_alsoFrom = nullptr;
    QLineEdit *m_repliesTo = nullptr;
    QLineEdit *m_lanAddress = nullptr;
    QLineEdit *m_onlyPort = nullptr;
    QLineEdit *m_perMessage = nullptr;
    QLineEdit *m_largest = nullptr;
    std::vector<std::pair<QCheckBox *, bool SenderHabits::*>> m_habits;
    SenderDraft m_kept;
};

} // namespace relaywright
