// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/PracticeRoom.h"
#include "ui/widgets/Field.h"

class QCheckBox;
class QDateEdit;
class QListWidget;

namespace relaywright {

class TextLabel;

/// What the practice server shall be: the way in, the day, the tenant's switches, what goes wrong, and who reaches it. The
/// switches begin as the site says.
class PracticeSetup : public QWidget {
    Q_OBJECT
public:
    /// `today` stands in the date field until another day is chosen.
    PracticeSetup(const Knowledge &knowledge, const QDate &today, QWidget *parent = nullptr);
    /// Domains, networks and switches of the site; `changed` follows when that changes something.
    void setSite(const Site &site);
    [[nodiscard]] PracticeChoice choice() const;
    void setMethod(PracticeMethod method);

Q_SIGNALS:
    void changed();

private:
    QWidget *makeTenant();
    QWidget *makeFaults();
    QWidget *makeNetwork();
    void showNetworkWarning();
    const Knowledge &m_knowledge;
    PracticeTenant m_tenant;
    EnumBox<PracticeMethod> *m_method;
    QCheckBox *m_otherDay;
    QDateEdit *m_day;
    std::vector<std::pair<QCheckBox *, bool PracticeTenant::*>> m_switches;
    QCheckBox *m_keepBasic = nullptr;
    EnumBox<PracticeReputation> *m_reputation = nullptr;
    QListWidget *m_faults = nullptr;
    QComboBox *m_listen = nullptr;
    TextLabel *m_warning = nullptr;
};

/// The way in, as people call it.
[[nodiscard]] QString practiceMethodName(PracticeMethod method);

} // namespace relaywright
