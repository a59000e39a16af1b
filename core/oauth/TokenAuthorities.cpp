// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/TokenAuthorities.h"

#include <QFile>
#include <QFileInfo>
#include <QSslCertificate>

namespace relaywright {

namespace {

constexpr qint64 kMaxAuthoritiesOctets = 1 << 20;

} // namespace

Result<QByteArray> readTokenAuthorities(const QString &path)
{
    if (path.isEmpty())
        return QByteArray();
    QFile file(path);
    const QFileInfo info(file);
    if (!info.exists() && info.fileName() == QLatin1String(kPracticeAuthorityFile))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The practice sign-in service of which the account is has ended, and the file %1 "
                                      "with its authority has gone with it. A practice service is another one at each "
                                      "start: start it, and make the account anew with what it shows.")
                           .arg(path));
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The file %1 with the authorities of the sign-in service cannot be read: %2. Name "
                           "a PEM file that is there.")
                .arg(path, file.errorString()));
    QByteArray pem = file.read(kMaxAuthoritiesOctets);
    if (QSslCertificate::fromData(pem).isEmpty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The file %1 holds no certificate of an authority. Name a PEM file that does, "
                                      "such as the one that rehearse --ca-out wrote.")
                           .arg(path));
    return pem;
}

} // namespace relaywright
