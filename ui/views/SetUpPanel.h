// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/engine/Services.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QPushButton;

namespace relaywright {

class SetUpDesk;
class SetUpProofCard;
class SetUpScripts;
class TextLabel;

/// From nothing to a proof: the scripts for Entra and Exchange Online, and then a real sign-in.
class SetUpPanel : public QWidget {
    Q_OBJECT
public:
    /// Both outlive it.
    SetUpPanel(Services &services, SetUpDesk &desk, QWidget *parent = nullptr);
    /// `objectId`: that of the enterprise application, where a token said it.
    void show(const BookedAccount &account, const QString &objectId);
    /// Nobody has an account yet: the scripts alone.
    void showNew(const QString &tenant, Cloud cloud);
    [[nodiscard]] SetUpScripts &scripts() const { return *m_scripts; }
    [[nodiscard]] SetUpProofCard &proof() const { return *m_proof; }

Q_SIGNALS:
    void backRequested();
    void addRequested();
    void said(relaywright::Tone tone, const QString &sentence);

private:
    TextLabel *m_heading;
    SetUpScripts *m_scripts;
    SetUpProofCard *m_proof;
    class Card *m_next;
};

} // namespace relaywright
