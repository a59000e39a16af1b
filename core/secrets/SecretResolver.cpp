// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/SecretResolver.h"

#include "core/secrets/StandardInput.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace relaywright {

namespace {

constexpr qsizetype kMaxSecretOctets = 16 * 1024; // an access token has about 2 to 4 KiB

Result<Secret> toSecret(QByteArray &&octets, const QString &place)
{
    if (octets.isEmpty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("There is no password in %1: it is empty.").arg(place));
    return Secret(std::move(octets));
}

/// The first line, as editors leave it: a byte order mark in front and the end of line are not part of the secret. A key in
/// PEM is all that stands there.
Result<Secret> secretIn(QFile &file, const QString &place)
{
    QByteArray line = file.readLine(kMaxSecretOctets + 4);
    if (line.startsWith("\xEF\xBB\xBF"))
        line.remove(0, 3);
    if (line.startsWith("-----BEGIN "))
        line += file.read(kMaxSecretOctets);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    if (line.size() > kMaxSecretOctets) {
        wipe(line);
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The secret in %1 is longer than %2 octets. Is it the right file?")
                           .arg(place)
                           .arg(kMaxSecretOctets));
    }
    return toSecret(std::move(line), place);
}

Result<void> openForReading(QFile &file, const QString &place)
{
    const QFileInfo info(file);
    if (!info.exists())
        return failure(ErrorKind::NotFound, QStringLiteral("There is no %1. Check the path.").arg(place));
    if (!info.isFile())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The %1 is not a regular file.").arg(place));
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failure(ErrorKind::Denied, QStringLiteral("The %1 cannot be read: %2.").arg(place, file.errorString()));
    return {};
}

Result<Secret> fromFile(const QString &path)
{
    const QString place = QStringLiteral("file %1").arg(QDir::toNativeSeparators(path));
    QFile file(path);
    if (const auto opened = openForReading(file, place); !opened)
        return tl::unexpected(opened.error());
#ifdef Q_OS_UNIX
    const QFile::Permissions others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    if (file.permissions() & others)
        return failure(ErrorKind::Denied,
                       QStringLiteral("The %1 may be read by other users, so it was not used. Run: chmod 600 %2")
                           .arg(place, path));
#endif
    return secretIn(file, place);
}

Result<Secret> fromEnvironment(const QString &name)
{
    const QByteArray variable = name.toLocal8Bit();
    if (!qEnvironmentVariableIsSet(variable.constData()))
        return failure(ErrorKind::NotFound, QStringLiteral("The environment variable %1 is not set.").arg(name));
    return toSecret(qgetenv(variable.constData()), QStringLiteral("the environment variable %1").arg(name));
}

/// systemd.exec(5), LoadCredential=: a folder that only this service can read.
Result<Secret> fromCredential(const QString &name)
{
    const QString folder = qEnvironmentVariable("CREDENTIALS_DIRECTORY");
    if (folder.isEmpty())
        return failure(ErrorKind::NotFound,
                       QStringLiteral("There is no credential \"%1\": this process was not started by systemd with "
                                      "LoadCredential=.")
                           .arg(name));
    if (name.contains(u'/') || name == QLatin1String("..") || name == QLatin1String("."))
        return failure(ErrorKind::InvalidInput, QStringLiteral("\"%1\" is not the name of a credential.").arg(name));
    const QString place = QStringLiteral("credential \"%1\"").arg(name);
    QFile file(folder + u'/' + name);
    if (const auto opened = openForReading(file, place); !opened)
        return tl::unexpected(opened.error());
    return secretIn(file, place);
}

Result<Secret> fetch(const SecretRef &ref)
{
    switch (ref.kind()) {
    case SecretRef::Kind::Environment: return fromEnvironment(ref.name());
    case SecretRef::Kind::File: return fromFile(ref.name());
    case SecretRef::Kind::SystemdCredential: return fromCredential(ref.name());
    case SecretRef::Kind::StandardInput:
        return toSecret(readLineUnseen(kMaxSecretOctets), QStringLiteral("standard input"));
    case SecretRef::Kind::Keychain: break; // asked by resolveSecret
    }
    Q_UNREACHABLE();
}

} // namespace

void resolveSecret(const SecretRef &ref, SecretStore &store, QObject *context, std::function<void(Result<Secret>)> done)
{
    if (ref.kind() == SecretRef::Kind::Keychain) {
        store.read(ref.name(), context, std::move(done));
        return;
    }
    QMetaObject::invokeMethod(
        context, [done = std::move(done), secret = fetch(ref)] { done(secret); }, Qt::QueuedConnection);
}

} // namespace relaywright
