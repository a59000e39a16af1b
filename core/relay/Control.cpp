// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Control.h"

#include <QDir>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright {

namespace {

struct KindWord {
    ErrorKind kind;
    QLatin1String word;
};
constexpr KindWord kKindWords[] = {
    {ErrorKind::InvalidInput, QLatin1String("invalid-input")},
    {ErrorKind::NotFound, QLatin1String("not-found")},
    {ErrorKind::Denied, QLatin1String("denied")},
    {ErrorKind::Timeout, QLatin1String("timeout")},
    {ErrorKind::Unreachable, QLatin1String("unreachable")},
    {ErrorKind::TlsFailed, QLatin1String("tls-failed")},
    {ErrorKind::Storage, QLatin1String("storage")},
    {ErrorKind::Unsupported, QLatin1String("unsupported")},
    {ErrorKind::Cancelled, QLatin1String("cancelled")},
};

} // namespace

QString controlWord(ErrorKind kind)
{
    const auto found = std::ranges::find(kKindWords, kind, &KindWord::kind);
    return found == std::end(kKindWords) ? QStringLiteral("unsupported") : QString(found->word);
}

ErrorKind parseControlWord(const QString &word)
{
    const auto found = std::ranges::find_if(kKindWords, [&](const KindWord &one) { return one.word == word; });
    return found == std::end(kKindWords) ? ErrorKind::Unsupported : found->kind;
}

namespace {

/// Letters, digits, hyphens and underscores stay: a name is no path.
QString plainName(const QString &name)
{
    QString plain = name.left(32);
    for (QChar &c : plain) {
        const bool good = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9') || c == u'-';
        c = good ? c : QChar(u'_');
    }
    return plain;
}

} // namespace

#ifdef Q_OS_UNIX
QString controlSocketFolder()
{
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    if (!runtime.isEmpty() && QDir(runtime).exists())
        return runtime + QLatin1String("/relaywright");
    return QStringLiteral("%1/relaywright-%2").arg(QDir::tempPath()).arg(::geteuid());
}

QString controlSocketName(const QString &name)
{
    return QStringLiteral("%1/%2.sock").arg(controlSocketFolder(), plainName(name));
}
#else
QString controlSocketFolder()
{
    return {};
}

QString controlSocketName(const QString &name)
{
    return QStringLiteral("relaywright-%1-%2").arg(qEnvironmentVariable("USERNAME"), plainName(name));
}
#endif

} // namespace relaywright
