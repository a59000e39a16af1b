// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/TranscriptView.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>

#include <cstdio>

using namespace relaywright;

/// Shows a conversation of 100,000 lines as it comes, scrolls through it and lays it out anew; exit code 1 when a screen
/// takes longer than a frame of 16 ms to paint. Needs no display: QT_QPA_PLATFORM=offscreen.
int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    constexpr int kLines = 100'000;
    constexpr int kScreens = 500;
    constexpr int kFrameMs = 16;
    TranscriptModel model;
    TranscriptView view(model);
    view.resize(800, 600);
    view.show();
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < kLines; ++i) {
        model.add({TranscriptLine::Direction::Sent, Stage::Rcpt, std::chrono::milliseconds(i), true, false,
                   QStringLiteral("RCPT TO:<somebody.with.a.longer.name.%1@a.rather.long.domain.example.com>").arg(i)});
        if (i % 100 == 0)
            QCoreApplication::processEvents();
    }
    const double adding = static_cast<double>(clock.restart());
    view.resize(500, 600);
    QCoreApplication::processEvents();
    const double resizing = static_cast<double>(clock.restart());
    QScrollBar &bar = *view.verticalScrollBar();
    for (int screen = 0; screen < kScreens; ++screen) {
        bar.setValue(static_cast<int>(static_cast<qint64>(bar.maximum()) * screen / kScreens));
        view.viewport()->repaint();
    }
    const double painting = static_cast<double>(clock.restart()) / kScreens;
    const auto found = model.find(QStringLiteral("NAME.99999@"));
    const double finding = static_cast<double>(clock.elapsed());
    std::printf("%d lines came in %.0f ms; laid out anew in %.0f ms; a screen in %.2f ms (limit %d); searched in %.0f ms\n",
                kLines, adding, resizing, painting, kFrameMs, finding);
    return painting <= kFrameMs && found.size() == 1 ? 0 : 1;
}
