// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/RelayProcess.h"

#include "core/relay/EagerLoop.h"
#include "core/relay/RelayEngine.h"
#include "core/relay/StopSignals.h"
#include "core/secrets/KeychainSecretStore.h"

#include <QCoreApplication>
#include <QFile>
#include <QThread>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

#include <algorithm>
#include <cstdio>

namespace relaywright {

namespace {

constexpr int kInvalidInput = 3;
constexpr int kEnvironment = 4;

void write(std::FILE *stream, const QString &line)
{
    const QByteArray octets = line.toUtf8() + '\n';
    std::fwrite(octets.constData(), 1, static_cast<std::size_t>(octets.size()), stream);
    std::fflush(stream);
}

/// Each device, connection and large message needs a descriptor, and what a shell or an old system allows by default is
/// little. What cannot be had is no error: the relay then refuses devices sooner.
void allowManyFiles()
{
#ifdef Q_OS_UNIX
    constexpr rlim_t kWanted = 10240; // macOS takes no more (OPEN_MAX)
    struct rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kWanted)
        return;
    limit.rlim_cur = std::min(limit.rlim_max, kWanted);
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
#endif
}

int exitCode(ErrorKind kind)
{
    return kind == ErrorKind::InvalidInput || kind == ErrorKind::Unsupported || kind == ErrorKind::NotFound ? kInvalidInput : kEnvironment;
}

Result<RelayConfig> readConfig(const QString &path)
{
    constexpr qint64 kMaxOctets = 1 << 20;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString()));
    auto config = parseRelayConfig(file.read(kMaxOctets));
    if (!config)
        return failure(config.error().kind, QStringLiteral("%1: %2").arg(path, config.error().detail));
    return config;
}

QString listeningLine(const RelayEngine &engine)
{
    QStringList addresses;
    for (const Endpoint &address : engine.addresses())
        addresses += address.toString();
    return QStringLiteral("listening on %1").arg(addresses.join(QLatin1String(", ")));
}

} // namespace

int runRelay(const RelayProcessOptions &options)
{
    const auto say = [&options](std::FILE *stream, const QString &text) { write(stream, options.program + QLatin1String(": ") + text); };
    auto config = readConfig(options.configFile);
    if (!config) {
        say(stderr, config.error().detail);
        return exitCode(config.error().kind);
    }
    allowManyFiles();
    EagerLoop eager(QThread::idealThreadCount());
    SystemClock clock;
    KeychainSecretStore secrets;
    StopSignals stopSignals;
    RelayEngine engine(std::move(*config), {.clock = clock,
                                            .secrets = secrets,
                                            .controlName = options.controlName,
                                            .readConfig = [file = options.configFile] { return readConfig(file); },
                                            .accountBook = options.accountBook});
    QObject::connect(&engine, &RelayEngine::logged, &engine, [&](const QString &line) {
        say(stderr, toDateTime(clock.now()).toString(Qt::ISODateWithMs) + u' ' + line);
    });
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &engine, &RelayEngine::shutDown);
    QObject::connect(&stopSignals, &StopSignals::reloadRequested, &engine, [&engine] {
        (void)engine.reload(); // it tells the log
        engine.reopenLog();
    });
    QObject::connect(&engine, &RelayEngine::stopped, QCoreApplication::instance(), &QCoreApplication::quit);
    if (const auto started = engine.start(); !started) {
        say(stderr, started.error().detail);
        return exitCode(started.error().kind);
    }
    say(stdout, listeningLine(engine));
    return QCoreApplication::exec();
}

} // namespace relaywright
