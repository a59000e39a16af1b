// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"
#include "core/base/Result.h"

#include <QJsonObject>

namespace relaywright::cli {

/// As the contract has it; with its text where it was not saved.
[[nodiscard]] QJsonObject toJson(const Artifact &artifact, bool withText);
/// Writes each as a file of its own; `folder` is made. Error: Storage.
[[nodiscard]] Result<void> saveAll(const std::vector<Artifact> &artifacts, const QString &folder);

} // namespace relaywright::cli
