// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;

namespace relaywright {

class TextLabel;
class Vault;

/// A secret of the relay's file: shows where it is kept, and puts a typed one into the keychain at once. The file gets the
/// reference alone.
class KeptSecret : public QWidget {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit KeptSecret(Vault &vault, QWidget *parent = nullptr);
    /// As the file has it, such as keychain:NAME or file:PATH; empty: none. `name` is the one under which a typed secret
    /// goes to the keychain.
    void setReference(const QString &reference, const QString &name);
    /// A reference to the keychain's earlier name follows.
    void setName(const QString &name);
    /// As it is with that name.
    [[nodiscard]] QString referenceFor(const QString &name) const;
    void setAccessibleNames(const QString &name);

Q_SIGNALS:
    /// The reference is another one, or the secret behind it.
    void edited();

private:
    void keep();
    void showPlace();

    Vault &m_vault;
    QLineEdit *m_typed;
    QPushButton *m_keep;
    TextLabel *m_place;
    QString m_reference;
    QString m_name;
};

} // namespace relaywright
