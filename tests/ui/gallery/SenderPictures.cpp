// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/Pictures.h"

#include "tests/ui/Bench.h"
#include "ui/models/SenderModel.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/views/ImportPanel.h"
#include "ui/views/SenderTable.h"
#include "ui/window/MainWindow.h"

namespace relaywright::test {

void paintTicks(Camera &camera, MainWindow &window, Bench &bench)
{
    for (const char *kind : {"spf-record", "connector-script", "device-sheet"}) {
        if (window.applyPage().selectKind(QLatin1String(kind)))
            window.applyPage().setApplied(true);
    }
    camera.shoot(window, QStringLiteral("page-apply-ticked"));
    Site changed = bench.workspace.site();
    for (AppliedArtifact &tick : changed.applied)
        tick.digest = QStringLiteral("of an older text");
    bench.workspace.edit(QStringLiteral("older ticks"), changed);
    camera.shoot(window, QStringLiteral("page-apply-changed"));
    while (bench.workspace.undoStack().canUndo())
        bench.workspace.undoStack().undo();
}

void paintImport(Camera &camera, MainWindow &window)
{
    window.showPage(QStringLiteral("senders"));
    SendersPage &page = window.sendersPage();
    page.beginImport();
    camera.shoot(window, QStringLiteral("page-import-source"));
    QString text = QStringLiteral("Gerät;Art;Absender;TLS;STARTTLS;Max. Größe (MB);Raum\n");
    for (int i = 1; i <= 60; ++i)
        text += QStringLiteral("Scanner %1;Multifunktionsgerät;scan%1@contoso.com;1.2;ja;25;%2\n").arg(i).arg(100 + i);
    page.importPanel().readText(text);
    camera.shoot(window, QStringLiteral("page-import-mapping"));
    page.importPanel().readText(text
                                + QStringLiteral("Türsteuerung;Tür;tuer@contoso.com;1.0;nein;5;7\n"
                                                 "Drucker EG;Drucker;drucker;1.0;nein;5;7\n"
                                                 ";Drucker;d2@contoso.com;1.0;nein;5;7\n"
                                                 "Scanner, ground floor;Scanner;scanner@contoso.com;?;?;?;\n"
                                                 "Fax;Fax;fax@contoso.com;kein TLS 1.2;nein;5;7\n"));
    camera.shoot(window, QStringLiteral("page-import-bad-lines"));
    window.resize(960, 600);
    camera.shoot(window, QStringLiteral("small-import-bad-lines"));
    window.resize(1160, 760);
    page.importPanel().readText(text);
    if (page.importPanel().inventory())
        Q_EMIT page.importPanel().importRequested(*page.importPanel().inventory());
    camera.shoot(window, QStringLiteral("page-senders-many"));
    page.table().selectAll();
    camera.shoot(window, QStringLiteral("page-senders-bulk"));
    page.selectSender(QStringLiteral("ups-cards"));
    page.showAnswer(QStringLiteral("ups-cards"), QStringLiteral("vendor"));
    camera.shoot(window, QStringLiteral("page-senders-more-answers"));
    page.table().editAnswer(QStringLiteral("ups-cards"), SenderModel::TlsColumn);
    camera.shoot(window, QStringLiteral("page-senders-edit"));
    page.table().setFocus();
    window.showPage(QStringLiteral("site"));
    window.showAnswer(QStringLiteral("organisation.tenant"));
    camera.shoot(window, QStringLiteral("page-site-more-answers"));
}

} // namespace relaywright::test
