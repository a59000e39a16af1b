// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QString>

#include <vector>

namespace relaywright {

/// The way of a sender's mail, as stations and the legs between them: what the picture paints and what a screen reader
/// says.
struct MailFlow {
    enum class Role { Sender, Relay, Cloud, Recipients };
    struct Station {
        Role role = Role::Sender;
        QString name;
        QString detail; ///< address or host; may be empty
        bool operator==(const Station &) const = default;
    };
    struct Leg {
        QString port;   ///< "port 587"
        QString tls;    ///< "STARTTLS required"
        QString signIn;
        bool encrypted = false;
        bool operator==(const Leg &) const = default;
    };
    std::vector<Station> stations;
    std::vector<Leg> legs;           ///< one fewer than stations
    bool operator==(const MailFlow &) const = default;
};

/// The way of `sender`'s mail by `option`; a local relay stands between with both its legs.
[[nodiscard]] MailFlow mailFlow(const Sender &sender, const Option &option);
/// The whole picture as sentences, to be read aloud.
[[nodiscard]] QString describe(const MailFlow &flow);

} // namespace relaywright
