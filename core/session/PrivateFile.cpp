// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PrivateFile.h"

#include <QDir>
#include <QSaveFile>

namespace relaywright {

Result<void> writePrivateFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    // Before a single octet is in it.
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)
        && file.write(content) == content.size() && file.commit())
        return {};
    return failure(ErrorKind::Storage, QStringLiteral("%1 could not be written: %2. Choose another folder.")
                                           .arg(QDir::toNativeSeparators(path), file.errorString()));
}

} // namespace relaywright
