// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/PracticeRoom.h"
#include "ui/widgets/Field.h"

class QCheckBox;
class QDateEdit;

namespace relaywright {

class PracticeFaultList;
class PracticeMailboxes;
class PracticeTenantForm;
class PracticeTokens;
class TextLabel;

/// What the practice server shall be: the way in, the day and who reaches it stand here; the tenant's mailboxes and switches
/// and what goes wrong have panes of their own, which the page shows where there is room. All begin as the site says.
class PracticeSetup : public QWidget {
    Q_OBJECT
public:
    /// `today` stands in the date field until another day is chosen. `knowledge` outlives the setup.
    PracticeSetup(const Knowledge &knowledge, const QDate &today, QWidget *parent = nullptr);
    /// Domains, networks, senders and switches of the site; `changed` follows when that changes something.
    void setSite(const Site &site);
    [[nodiscard]] PracticeChoice choice() const;
    void setMethod(PracticeMethod method);

    // The page owns these once it has put them into a layout.
    [[nodiscard]] PracticeMailboxes *mailboxes() const { return m_mailboxes; }
    [[nodiscard]] PracticeTenantForm *tenantForm() const { return m_tenantForm; }
    [[nodiscard]] PracticeTokens *tokens() const { return m_tokens; }
    [[nodiscard]] PracticeFaultList *faultList() const { return m_faults; }

Q_SIGNALS:
    void changed();

private:
    QWidget *makeDay(const QDate &today);
    QWidget *makeNetwork();
    void showNetworkWarning();
    const Knowledge &m_knowledge;
    PracticeTenant m_tenant;
    EnumBox<PracticeMethod> *m_method;
    QCheckBox *m_otherDay = nullptr;
    QDateEdit *m_day = nullptr;
    QComboBox *m_listen = nullptr;
    TextLabel *m_warning = nullptr;
    PracticeMailboxes *m_mailboxes;
    PracticeTenantForm *m_tenantForm;
    PracticeTokens *m_tokens;
    PracticeFaultList *m_faults;
};

/// The way in, as people call it.
[[nodiscard]] QString practiceMethodName(PracticeMethod method);

} // namespace relaywright
