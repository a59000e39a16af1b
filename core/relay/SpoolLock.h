// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

#include <memory>

namespace relaywright {

/// One process, and in it one object, owns the lock file as long as this lives. The system lets go of it when the process
/// ends, however it ends, so there is no stale lock to guess about (where the system has flock; elsewhere QLockFile looks
/// whether the process still lives).
class SpoolLock {
public:
    /// Error: Denied, naming the process that has it; Storage when the file cannot be made.
    [[nodiscard]] static Result<SpoolLock> take(const QString &file);
    SpoolLock(SpoolLock &&) noexcept;
    SpoolLock &operator=(SpoolLock &&) noexcept;
    ~SpoolLock();

private:
    struct Private;
    explicit SpoolLock(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
