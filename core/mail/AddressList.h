// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <optional>
#include <vector>

namespace relaywright {

/// One mailbox of an address field: `Scanner <scanner@example.com>`.
struct HeaderMailbox {
    QString displayName;                 ///< quotes and escapes taken off, not decoded; printable
    QByteArray text;                     ///< the address as it stands, without angle brackets
    std::optional<EmailAddress> address; ///< nothing when `text` is none
    bool operator==(const HeaderMailbox &) const = default;
};

/// An address field (From, To, …) as it was read.
struct AddressList {
    std::vector<HeaderMailbox> mailboxes;
    QString fault; ///< the first thing that is wrong with the form, a whole sentence; empty: well formed
    bool operator==(const AddressList &) const = default;
    /// Those of `mailboxes` that are addresses.
    [[nodiscard]] std::vector<EmailAddress> addresses() const;
    /// Addresses that stand in display names, in order: Exchange Online may take one for the sender.
    [[nodiscard]] std::vector<EmailAddress> addressesInNames() const;
};

/// Reads an address list (RFC 5322 §3.4) from a field's unfolded value: display names, comments, groups and empty
/// elements (§4.4). Tolerant: what is faulty is noted, and the rest is read.
[[nodiscard]] AddressList readAddressList(QByteArrayView fieldValue);

} // namespace relaywright
