// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <tl/expected.hpp>

namespace relaywright {

/// What kind of thing went wrong; `ui/text` turns it into translated words, tests compare it.
enum class ErrorKind {
    InvalidInput, ///< a value, file or argument is not what it must be; `detail` says where
    NotFound,     ///< a name, record, key or file does not exist
    Denied,       ///< somebody who could do it refused (keychain locked, permission)
    Timeout,      ///< no answer in the time allowed
    Unreachable,  ///< no connection (refused, no route, dropped)
    TlsFailed,    ///< handshake or certificate
    Storage,      ///< disk, database or file system
    Unsupported,  ///< understood, but made by a newer version or not available on this machine
    Cancelled,    ///< the user or the owner stopped it
};

/// An error of normal use. `detail` is a whole English sentence that names the value and the next step.
struct Error {
    ErrorKind kind;
    QString detail;
    bool operator==(const Error &) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, QString detail)
{
    return tl::unexpected<Error>(Error{kind, std::move(detail)});
}

} // namespace relaywright
