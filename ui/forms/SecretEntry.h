// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "ui/drafts/Problems.h"

#include <QWidget>

class QLineEdit;

namespace relaywright {

class Field;

/// A new client secret and the day on which it ends, as Entra shows them when it is made.
class SecretEntry : public QWidget {
    Q_OBJECT
public:
    explicit SecretEntry(QWidget *parent = nullptr);
    [[nodiscard]] Secret secret() const;
    void setSecret(const Secret &secret);
    [[nodiscard]] QString ends() const;
    void setHint(const QString &hint);
    /// Those of the fields `secret` and `ends`.
    void setProblems(const Problems &problems);
    void clear();

Q_SIGNALS:
    void accepted();

private:
    QLineEdit *m_secret;
    QLineEdit *m_ends;
    Field *m_secretField;
    Field *m_endsField;
};

} // namespace relaywright
