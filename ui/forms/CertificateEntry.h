// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"
#include "ui/drafts/Problems.h"

#include <QWidget>

class QLineEdit;

namespace relaywright {

class Field;
class FileEntry;

/// The files of an application's certificate and of its key, and the passphrase of the key.
class CertificateEntry : public QWidget {
    Q_OBJECT
public:
    explicit CertificateEntry(QWidget *parent = nullptr);
    [[nodiscard]] QString certificateFile() const;
    [[nodiscard]] QString keyFile() const;
    /// Empty: it has none.
    [[nodiscard]] Secret passphrase() const;
    void setFiles(const QString &certificate, const QString &key);
    /// Those of the fields `certificate` and `key`.
    void setProblems(const Problems &problems);
    void forgetPassphrase();

Q_SIGNALS:
    void accepted();

private:
    FileEntry *m_certificate;
    FileEntry *m_key;
    QLineEdit *m_passphrase;
    Field *m_certificateField;
    Field *m_keyField;
};

} // namespace relaywright
