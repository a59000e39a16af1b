// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/MemberForm.h"

namespace relaywright {

class Vault;

/// One address on which devices find the relay, with all that the file can say about it.
class ListenerForm : public MemberForm {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit ListenerForm(Vault &vault, QWidget *parent = nullptr);

private:
    void askTls(QVBoxLayout *layout);
    void askIdentity(QVBoxLayout *layout);
    void askSignIn(QVBoxLayout *layout);
    Vault &m_vault;
};

} // namespace relaywright
