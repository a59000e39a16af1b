// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/MemberForm.h"

class QStringListModel;

namespace relaywright {

class KeptSecret;
class Vault;

/// One smart host of a way out. `route` is a member of what it loads and saves: the name of its way.
class SmartHostForm : public MemberForm {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit SmartHostForm(Vault &vault, QWidget *parent = nullptr);
    /// The names of the ways out that are there.
    void setRoutes(const QStringList &names);

private:
    void askSignIn(QVBoxLayout *layout);
    void askLimits(QVBoxLayout *layout);
    KeptSecret *m_password;
    QStringListModel *m_routes;
};

} // namespace relaywright
