// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/CheckDraft.h"

#include <QWidget>

class QCheckBox;
class QLineEdit;

namespace relaywright {

class Field;

/// What the checks ask besides what the plan needs.
class CheckForm : public QWidget {
    Q_OBJECT
public:
    explicit CheckForm(QWidget *parent = nullptr);
    [[nodiscard]] CheckDraft draft() const;
    void setDraft(const CheckDraft &draft);
    /// Shows what is wrong and puts the cursor there; true when all is good.
    bool validate();

Q_SIGNALS:
    /// By the person, and good.
    void draftChanged();

private:
    void onEdited();
    QCheckBox *m_blocklists;
    QLineEdit *m_selectors;
    Field *m_selectorField;
};

} // namespace relaywright
