// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Secret.h"

#include <QString>

#include <optional>
#include <vector>

// How a secret is kept that is too large for one entry of a keychain, for KeychainSecretStore only.
namespace relaywright {

/// How much goes into one entry. Windows keeps at most 2,560 octets (wincred.h, CRED_MAX_CREDENTIAL_BLOB_SIZE), and refresh
/// tokens and keys are larger: half of that and some less, so that it holds for UTF-16 as well. The others take what there is.
constexpr qsizetype kWindowsEntryOctets = 1200;
constexpr qsizetype kAnyEntryOctets = 1 << 20;

/// The entry under the secret's own name says how many parts there are and which of two sets they are; a new secret goes to
/// the other set, so that the old one is whole until the new one is.
struct SecretHead {
    int parts = 0;
    qsizetype octets = 0; ///< of all together
    bool second = false;  ///< the set
    bool operator==(const SecretHead &) const = default;
};
[[nodiscard]] Secret toEntry(const SecretHead &head);
/// Nothing: the entry is the secret itself.
[[nodiscard]] std::optional<SecretHead> headIn(const Secret &entry);

/// True when it cannot be an entry by itself: it is too large, or would be taken for a head.
[[nodiscard]] bool needsParts(const Secret &secret, qsizetype entryOctets);
/// At most `entryOctets` each, cut between characters of UTF-8, since keychains hold text.
[[nodiscard]] std::vector<Secret> partsOf(const Secret &secret, qsizetype entryOctets);
/// Error: Storage when it is not as long as the head says.
[[nodiscard]] Result<Secret> joined(const std::vector<Secret> &parts, const SecretHead &head);

/// Under which a part is kept, counted from 0; no secret can have such a name.
[[nodiscard]] QString partName(const QString &name, bool second, int number);
[[nodiscard]] bool isPartName(const QString &name);

} // namespace relaywright
