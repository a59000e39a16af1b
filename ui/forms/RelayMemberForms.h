// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/forms/MemberForm.h"

namespace relaywright {

/// What is kept, how long, how much, and where.
class KeepingForm : public MemberForm {
    Q_OBJECT
public:
    explicit KeepingForm(QWidget *parent = nullptr);
};

/// Log and metrics.
class TellingForm : public MemberForm {
    Q_OBJECT
public:
    explicit TellingForm(QWidget *parent = nullptr);
};

/// The members of `alerts`: what is one, and who is told when.
class AlertForm : public MemberForm {
    Q_OBJECT
public:
    explicit AlertForm(QWidget *parent = nullptr);
};

} // namespace relaywright
