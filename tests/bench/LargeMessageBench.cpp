// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/Swallower.h"
#include "tests/ui/Bench.h"
#include "ui/forms/TestForm.h"
#include "ui/pages/TestPage.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QFile>
#include <QProcess>
#include <QProgressBar>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <cstdio>

using namespace relaywright;
using namespace relaywright::test;

namespace {

constexpr qint64 kFileOctets = 100LL << 20;
constexpr qint64 kLimitKiB = 60LL << 10;

/// KiB of memory that the process has, or had at most: VmRSS, VmHWM.
qint64 memory(const char *what)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QRegularExpression line(QStringLiteral("^%1:\\s+(\\d+) kB").arg(QLatin1String(what)),
                                  QRegularExpression::MultilineOption);
    return line.match(QString::fromLatin1(status.readAll())).captured(1).toLongLong();
}

/// Counts from here on.
void forgetPeak()
{
    QFile clear(QStringLiteral("/proc/self/clear_refs"));
    if (clear.open(QIODevice::WriteOnly))
        clear.write("5");
}

int serve(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    Swallower server(true);
    if (!server.listen(QHostAddress::LocalHost))
        return 2;
    std::printf("%d\n", int(server.serverPort()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}

QString writeScan(const QTemporaryDir &folder)
{
    const QString path = folder.filePath(QStringLiteral("scan.pdf"));
    QFile file(path);
    const QByteArray piece(1 << 20, 'x');
    bool fine = file.open(QIODevice::WriteOnly);
    for (qint64 written = 0; fine && written < kFileOctets; written += piece.size())
        fine = file.write(piece) == piece.size();
    return fine ? path : QString();
}

} // namespace

/// Sends a file of 100 MB from the window to a server in another process; exit code 1 when the window needed more than
/// 60 MB for it, did not show its progress, or the message was not taken. Linux only; needs no display:
/// QT_QPA_PLATFORM=offscreen.
int main(int argc, char **argv)
{
    if (argc > 1 && qstrcmp(argv[1], "--serve") == 0)
        return serve(argc, argv);
    QApplication application(argc, argv);
    const QTemporaryDir folder;
    const QString scan = writeScan(folder);
    QProcess server;
    server.start(QApplication::applicationFilePath(), {QStringLiteral("--serve")});
    if (scan.isEmpty() || !server.waitForReadyRead()) {
        std::fprintf(stderr, "The file or the server could not be made.\n");
        return 2;
    }
    Bench bench;
    MainWindow window(bench.services);
    window.show();
    window.showPage(QStringLiteral("test"));
    TestPage &page = window.testPage();
    TestDraft draft = page.form().draft();
    draft.server = QStringLiteral("127.0.0.1");
    draft.port = QString::fromLatin1(server.readLine().trimmed());
    draft.tls = TlsPolicy::None;
    draft.from = QStringLiteral("scanner@contoso.com");
    draft.to = QStringLiteral("me@contoso.com");
    draft.attachments = {scan};
    page.form().setDraft(draft);
    bool progress = false;
    const auto *bar = page.findChild<QProgressBar *>(QStringLiteral("sending"));
    QApplication::processEvents();
    forgetPeak();
    const qint64 before = memory("VmRSS");
    page.send();
    const bool ended = waitUntil(
        [&] {
            progress = progress || (bar && bar->isVisible() && bar->value() > 0);
            return !page.isRunning() && !page.verdictSentence().isEmpty();
        },
        300'000);
    const qint64 grown = memory("VmHWM") - before;
    server.kill();
    server.waitForFinished();
    std::printf("%s progress %s; the window had %lld MiB and grew by %lld MiB at most (limit %lld)\n",
                qPrintable(page.verdictSentence()), progress ? "was shown" : "was not shown",
                static_cast<long long>(before >> 10), static_cast<long long>(grown >> 10),
                static_cast<long long>(kLimitKiB >> 10));
    return ended && progress && grown <= kLimitKiB && page.verdictSentence().contains(QStringLiteral("accepted")) ? 0
                                                                                                                  : 1;
}
