// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/CertificateEntry.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Field.h"
#include "ui/widgets/FileEntry.h"

#include <QLineEdit>
#include <QVBoxLayout>

namespace relaywright {

CertificateEntry::CertificateEntry(QWidget *parent)
    : QWidget(parent),
      m_certificate(new FileEntry(tr("Choose the certificate"), tr("Certificates (*.pem *.crt *.cer)"))),
      m_key(new FileEntry(tr("Choose the private key"), tr("Keys (*.pem *.key)"))), m_passphrase(new QLineEdit),
      m_certificateField(
          new Field(tr("Certificate (PEM)"), m_certificate,
                    tr("The one that was uploaded to the app registration. The file says itself when it ends."))),
      m_keyField(new Field(tr("Its private key (PEM)"), m_key,
                           tr("Nobody else may read the file. It stays where it is, and the relay reads it there.")))
{
    m_certificate->setName(tr("Certificate (PEM)"));
    m_key->setName(tr("Its private key (PEM)"));
    m_passphrase->setEchoMode(QLineEdit::Password);
    m_passphrase->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    auto *passphrase = new Field(tr("Passphrase of the key"), m_passphrase);
    passphrase->setHint(tr("Empty: it has none. It goes into the keychain."));
    setFocusProxy(m_certificate);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kLarge);
    for (Field *field : {m_certificateField, m_keyField, passphrase})
        layout->addWidget(field);
    connect(m_passphrase, &QLineEdit::returnPressed, this, &CertificateEntry::accepted);
}

QString CertificateEntry::certificateFile() const
{
    return m_certificate->path();
}

QString CertificateEntry::keyFile() const
{
    return m_key->path();
}

Secret CertificateEntry::passphrase() const
{
    return m_passphrase->text().isEmpty() ? Secret() : Secret::fromText(m_passphrase->text());
}

void CertificateEntry::setFiles(const QString &certificate, const QString &key)
{
    m_certificate->setPath(certificate);
    m_key->setPath(key);
}

void CertificateEntry::setProblems(const Problems &problems)
{
    m_certificateField->setProblem(problemOf(problems, QStringLiteral("certificate")));
    m_keyField->setProblem(problemOf(problems, QStringLiteral("key")));
}

void CertificateEntry::forgetPassphrase()
{
    m_passphrase->clear();
}

} // namespace relaywright
