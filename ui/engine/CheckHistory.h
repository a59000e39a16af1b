// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Finding.h"
#include "ui/engine/MomentFolder.h"

#include <QDateTime>
#include <QString>

#include <vector>

namespace relaywright {

/// Keeps the last runs of the checks of each site, so that a new one can say what has changed. A run is a file
/// (`relaywright.checks/1`) that only its owner can read, in a folder of the site's own. It holds what the DNS and the
/// servers told: no secrets. Plain files and no state, so a copy may work on another thread.
class CheckHistory {
public:
    static constexpr std::size_t kMostRuns = 12; ///< of one site; the oldest give way

    /// `folder` is made when the first run is kept. Empty: nothing is ever kept.
    explicit CheckHistory(QString folder) : m_folder(std::move(folder)) {}

    /// What the runs of a site are kept under: its file, or its name while it has none.
    [[nodiscard]] static QString keyOf(const QString &path, const QString &name);

    /// When the kept runs were, the newest first.
    [[nodiscard]] std::vector<QDateTime> moments(const QString &key) const;
    /// Error: NotFound when there is no run of that moment, InvalidInput when its file is not a run.
    [[nodiscard]] Result<SavedRun> run(const QString &key, const QDateTime &when) const;
    /// The newest that is older than `before` and can be read. Error: NotFound.
    [[nodiscard]] Result<SavedRun> latestBefore(const QString &key, const QDateTime &before) const;
    /// Takes the place of a kept run of the same moment. Error: Storage.
    [[nodiscard]] Result<void> keep(const QString &key, const SavedRun &run) const;

private:
    [[nodiscard]] MomentFolder folderOf(const QString &key) const;
    QString m_folder;
};

/// Any file with a run, wherever the user has it. Error: NotFound, Storage, InvalidInput.
[[nodiscard]] Result<SavedRun> readRunFile(const QString &path);
/// Error: Storage.
[[nodiscard]] Result<void> writeRunFile(const QString &path, const SavedRun &run);

} // namespace relaywright
