// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>

#include <vector>

namespace relaywright {

/// A folder of files that are named after the moment to which they belong, to the millisecond. Only their owner can read
/// them. No state, so a copy may work on another thread.
class MomentFolder {
public:
    /// Made when the first file is kept.
    explicit MomentFolder(QString path) : m_path(std::move(path)) {}

    /// The newest first.
    [[nodiscard]] std::vector<QDateTime> moments() const;
    /// The file of that moment, whether it is there or not.
    [[nodiscard]] QString fileOf(const QDateTime &when) const;
    /// Takes the place of a file of the same moment; beyond `most` files the oldest give way. Error: Storage.
    [[nodiscard]] Result<void> keep(const QDateTime &when, const QByteArray &content, std::size_t most) const;

private:
    QString m_path;
};

/// The whole file, at most 256 MB. Error: NotFound, Storage, InvalidInput (too large); it names the file.
[[nodiscard]] Result<QByteArray> readWholeFile(const QString &path);

/// A name for the folder of something that people name as they like: 24 hexadecimal digits.
[[nodiscard]] QString folderNameFor(const QString &identity);

} // namespace relaywright
