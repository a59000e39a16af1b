// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/DkimKeyPair.h"
#include "ui/forms/MemberForm.h"

class QPlainTextEdit;
class QPushButton;

namespace relaywright {

class SigningKeyMaker;
class TextLabel;
class Vault;

/// With which key the mail of a domain is signed (DKIM, RFC 6376), how the key is made, and the record to publish. `route`
/// is a member of what it loads and saves.
class SigningForm : public MemberForm {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit SigningForm(Vault &vault, QWidget *parent = nullptr);
    /// The names of the ways out besides the default one.
    void setRoutes(const QStringList &names);
    /// The record's text as shown; empty: none.
    [[nodiscard]] QString record() const;

private:
    void askKey(QVBoxLayout *layout);
    QWidget *makeRecord();
    void make();
    void lookUp();
    void showRecord(const QString &record);
    void showState(const QString &sentence);
    /// `relay1._domainkey.contoso.com`; empty while domain or selector are none.
    [[nodiscard]] QString recordName() const;

    SigningKeyMaker *m_maker;
    QComboBox *m_route;
    QLineEdit *m_domain = nullptr;
    QLineEdit *m_selector = nullptr;
    QLineEdit *m_key = nullptr;
    EnumBox<DkimAlgorithm> *m_algorithm;
    QPushButton *m_make;
    TextLabel *m_state;
    QWidget *m_recordArea = nullptr;
    QString m_recordOf; ///< the key whose record is shown
    int m_asked = 0;    ///< counts what was asked of the keychain
    int m_row = 0;      ///< counts the rows that were shown
    TextLabel *m_name;
    QPlainTextEdit *m_record;
};

} // namespace relaywright
