// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeTenant.h"
#include "ui/widgets/Field.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;
class QVBoxLayout;

namespace relaywright {

class FileEntry;

/// The switches of the practice tenant, its connector, and what Microsoft thinks of the sending address.
class PracticeTenantForm : public QWidget {
    Q_OBJECT
public:
    explicit PracticeTenantForm(QWidget *parent = nullptr);
    /// What the person changed here stays until the site says something new of it. True when a switch moved; says nothing.
    bool follow(const PracticeTenant &before, const PracticeTenant &now);
    /// Puts what is chosen here into `tenant`. A connector that cannot be read is left out; its field says why.
    void apply(PracticeTenant &tenant) const;
    /// Authorities of client certificates to trust, PEM; empty: the system's alone.
    [[nodiscard]] const QByteArray &authoritiesPem() const { return m_authorities; }

Q_SIGNALS:
    void changed();

private:
    QWidget *makeSwitches();
    QWidget *makeConnector();
    void readConnector();
    void readAuthorities();

    std::vector<std::pair<QCheckBox *, bool PracticeTenant::*>> m_switches;
    QCheckBox *m_keepBasic = nullptr;
    EnumBox<PracticeReputation> *m_reputation = nullptr;
    QLineEdit *m_networks = nullptr;
    QLineEdit *m_names = nullptr;
    FileEntry *m_authorityFile = nullptr;
    Field *m_networksField = nullptr;
    Field *m_authorityField = nullptr;
    std::vector<IpNetwork> m_connectorNetworks;
    QByteArray m_authorities;
};

} // namespace relaywright
