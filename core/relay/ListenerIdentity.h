// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/RelayConfig.h"
#include "core/session/Certificate.h"

#include <QStringList>

#include <optional>

namespace relaywright {

/// A certificate to show, and what there is to say of it.
struct ListenerIdentity {
    TlsIdentity tls;
    QByteArray sha256; ///< of the certificate, hexadecimal
    TimePoint endsAt{};
    QStringList notices{}; ///< whole sentences: a new certificate, one that is near its end
};

/// The self-made certificate is renewed this long before it ends.
constexpr std::chrono::days kRenewedBefore{30};

/// The certificate that `listener` names in files: PEM, or PKCS#12 with `password`. Error: as loadTlsIdentity and loadPkcs12.
[[nodiscard]] Result<ListenerIdentity> loadListenerIdentity(const RelayListener &listener, const Secret &password);

/// The relay's own certificate for `names`, kept in `folder`, which is private to its user: an authority of its own is made
/// at the first start and lasts ten years, so that a device that was told to trust it need not be told again; it signs a
/// certificate for 397 days, anew when that is near its end, for other names, or cannot be read. Error: TlsFailed, Storage.
[[nodiscard]] Result<ListenerIdentity> keepOwnIdentity(const QString &folder, const QStringList &names, TimePoint now);

/// Where keepOwnIdentity keeps what devices may be told to trust.
[[nodiscard]] QString ownAuthorityFile(const QString &folder);

} // namespace relaywright
