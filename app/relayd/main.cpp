// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/UserFolders.h"

#include "core/relay/RelayProcess.h"

#include <CLI/CLI.hpp>

#include <QCoreApplication>

#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace {

/// The memory of one message is that of the next. Left to itself, glibc gives it back to the system and asks for it again, which
/// costs a tenth of what a message takes.
void keepFreedMemory()
{
#ifdef __GLIBC__
    constexpr int kMiB = 1 << 20;
    mallopt(M_TRIM_THRESHOLD, 4 * kMiB);
    mallopt(M_TOP_PAD, kMiB / 4);
    mallopt(M_MMAP_THRESHOLD, kMiB);
#endif
}

} // namespace

int main(int argc, char **argv)
{
    keepFreedMemory();
    // Qt's own loop: glib's wakes itself up with a system call for every reply that is written.
    qputenv("QT_NO_GLIB", "1");
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("relaywrightd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(RELAYWRIGHT_VERSION));

    constexpr int kWrongUsage = 2;
    std::string config;
    std::string control;
    CLI::App cli("Takes mail from devices and hands it to a smart host. Mail that got its 250 is never lost.", "relaywrightd");
    cli.add_option("CONFIG", config, "relay configuration (JSON, \"relaywright.relay/1\")")->required();
    cli.add_option("--control", control, "name of the control socket; usually the configuration's name");
    cli.set_version_flag("--version", "relaywrightd " RELAYWRIGHT_VERSION);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError &problem) {
        return cli.exit(problem) == 0 ? 0 : kWrongUsage;
    }
    return relaywright::runRelay({.configFile = QString::fromStdString(config),
                                  .controlName = QString::fromStdString(control),
                                  .accountBook = relaywright::userAccountBook()});
}
