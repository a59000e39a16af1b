// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QByteArray>
#include <QString>

#include <vector>

namespace relaywright {

/// One thing to apply: a record, a script, a sheet or a configuration; one file.
struct Artifact {
    QString kind;       ///< what it is, the same for all of its kind: spf-record, connector-script, device-sheet, ...
    QString fileName;   ///< safe on every file system: `connector-relay.ps1`, `scanner-ground-floor.html`
    QString title;      ///< "Inbound connector for 192.0.2.10"
    QString purpose;    ///< what it changes and for whom, whole sentences
    QString mediaType;  ///< text/x-powershell, text/dns, text/html, text/plain, application/json
    QString text;       ///< UTF-8 when saved; scripts with a BOM so that Windows PowerShell 5.1 reads them right
    QStringList senders; ///< ids it is for; empty: the whole site
    bool operator==(const Artifact &) const = default;
};

/// Everything the plan needs to be applied. Pure. Nothing for senders without a chosen method.
[[nodiscard]] std::vector<Artifact> render(const Site &site, const Plan &plan, const Knowledge &knowledge);

/// The file's octets, with BOM where `Artifact::mediaType` wants it.
[[nodiscard]] QByteArray fileContent(const Artifact &artifact);

} // namespace relaywright
