// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"

namespace relaywright {

/// Writes whole or not at all. Empty, or a sentence that says what is in the way.
[[nodiscard]] QString saveArtifact(const Artifact &artifact, const QString &path);
/// Each under its own name; stops at the first that cannot be written.
[[nodiscard]] QString saveArtifacts(const std::vector<Artifact> &artifacts, const QString &folder);

} // namespace relaywright
