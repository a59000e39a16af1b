// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace relaywright {

class AccountShelf;
class CheckHistory;
class Clock;
class DnsClient;
struct DnsAccess;
class PracticeRoom;
class RelayHost;
class TestHistory;
class Vault;
class Workspace;

/// What the window's pages work with; owned by the program's composition, which guarantees that it all outlives the
/// window.
struct Services {
    const Clock &clock;
    Workspace &workspace;
    DnsClient &dns; ///< for look-ups while a form is filled in; what it knows it keeps
    const DnsAccess &dnsAccess;
    const CheckHistory &checkHistory;
    const TestHistory &testHistory;
    Vault &vault;
    AccountShelf &accounts;
    PracticeRoom &practice;
    RelayHost &relay;
};

} // namespace relaywright
