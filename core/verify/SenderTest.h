// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/session/TestRequest.h"

namespace relaywright {

enum class TestManner {
    AsThisComputer, ///< the settings of the plan, TLS and manners of today: does the path work?
    LikeTheSender,  ///< within the abilities and habits of the sender: what will the device meet?
};

/// The test of one sender by one of its methods: server, TLS, sign-in, P1 and P2 as the plan has them. The password is
/// not part of it. `server` takes the place of the plan's. Error: InvalidInput when a fact is missing (the MX host or the
/// relay's address where no `server` is given, the sender's From), and
/// Unsupported for a device that speaks SSL 3.0 at most, which no library of today does.
[[nodiscard]] Result<TestRequest> testOf(const Site &site, const Sender &sender, const Option &option,
                                         const EmailAddress &to, TestManner manner,
                                         const std::optional<Endpoint> &server = std::nullopt);

/// What was taken over from the inventory, a line each, for people: "It signs in with NTLM." Empty: nothing is known.
[[nodiscard]] QStringList mannersOf(const Sender &sender);

} // namespace relaywright
