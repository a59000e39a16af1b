// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/HostCertificate.h"

#include "core/relay/DeliveryDesk.h"

#include <QFileInfo>

namespace relaywright {

std::unique_ptr<HostCertificate> HostCertificate::of(const RelayUpstream &host, DeliveryDesk &desk)
{
    return host.certificate.isEmpty() ? nullptr : std::make_unique<HostCertificate>(host, desk);
}

HostCertificate::HostCertificate(const RelayUpstream &host, DeliveryDesk &desk)
    : m_server(host.server.toString()), m_files(host.certificate), m_desk(desk)
{
}

HostCertificate::FileStamps HostCertificate::stampsNow() const
{
    FileStamps stamps;
    for (const QString &name : {m_files.certificateFile, m_files.keyFile, m_files.pkcs12File}) {
        const QFileInfo file(name);
        stamps.emplace_back(file.lastModified(), file.size()); // of a missing one: none and 0
    }
    return stamps;
}

void HostCertificate::ask()
{
    if (isMissing() && !m_isAsked)
        begin();
}

void HostCertificate::look()
{
    if (!m_isAsked && !m_stamps.empty() && stampsNow() != m_stamps)
        begin();
}

void HostCertificate::begin()
{
    m_isAsked = true;
    m_stamps = stampsNow(); // before: what is written meanwhile is noticed the next time
    if (m_files.password && !m_password)
        return fetchPassword();
    // Later, like a password: whoever asks is in the middle of something.
    QMetaObject::invokeMethod(
        this, [this] { read(false); }, Qt::QueuedConnection);
}

void HostCertificate::fetchPassword()
{
    m_desk.fetchSecret(*m_files.password, this, [this](const Result<Secret> &password) {
        if (!password)
            return fail(QStringLiteral("The password of the certificate file %1 cannot be read: %2")
                            .arg(m_files.pkcs12File, password.error().detail));
        m_password = *password;
        read(true);
    });
}

void HostCertificate::read(bool passwordIsFresh)
{
    auto identity = loadClientIdentity(m_files, m_password.value_or(Secret()));
    if (identity)
        return use(std::move(*identity));
    const bool hasOtherPassword = identity.error().kind == ErrorKind::Denied && m_files.password && !passwordIsFresh
                                  && m_files.password->kind() != SecretRef::Kind::StandardInput;
    if (hasOtherPassword)
        return fetchPassword(); // it may have been changed together with the file
    fail(sentenceOf(identity.error()));
}

void HostCertificate::use(ClientIdentity identity)
{
    m_isAsked = false;
    m_lastProblem.clear();
    if (m_identity && m_identity->certificateChainPem == identity.certificateChainPem
        && m_identity->privateKeyPem == identity.privateKeyPem)
        return;
    const bool isAnother = m_identity.has_value();
    m_endsAt = endOfCertificate(identity.certificateChainPem);
    m_identity = std::move(identity);
    if (isAnother && m_endsAt)
        m_desk.log(QStringLiteral("The relay shows a new certificate to %1, which is good until %2.")
                       .arg(m_server, toDateTime(*m_endsAt).date().toString(Qt::ISODate)));
    Q_EMIT changed();
}

void HostCertificate::fail(const QString &sentence)
{
    m_isAsked = false;
    if (isMissing())
        return Q_EMIT failed(sentence);
    if (std::exchange(m_lastProblem, sentence) != sentence)
        m_desk.log(
            QStringLiteral("%1 The relay goes on showing the certificate before to %2.").arg(sentence, m_server));
}

QString HostCertificate::sentenceOf(const Error &error) const
{
    const QString head = QStringLiteral("The certificate that the relay shows to %1 cannot be used: ").arg(m_server);
    const bool keyIsLocked = error.kind == ErrorKind::Denied && m_files.pkcs12File.isEmpty()
                             && QFileInfo(m_files.certificateFile).isReadable()
                             && QFileInfo(m_files.keyFile).isReadable();
    if (keyIsLocked)
        return head
               + QStringLiteral(
                     "the key in %1 has a passphrase. Take it off, or export certificate and key as a PKCS#12 "
                     "file and say where its password is kept.")
                     .arg(m_files.keyFile);
    return head + error.detail;
}

} // namespace relaywright
