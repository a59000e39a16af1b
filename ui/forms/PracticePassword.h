// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/Secret.h"

namespace relaywright {

class PasswordEntry;
class PracticeRoom;

/// Keeps the passwords of practice and the real ones apart in one password field: what stands there for the practice server
/// is wiped when the form turns to another server.
class PracticePassword {
public:
    /// Both outlive it.
    PracticePassword(const PracticeRoom &room, PasswordEntry &entry) : m_room(room), m_entry(entry) {}
    /// Puts the password of `user` at the practice server into the field; an empty user has none.
    void fill(const QString &user);
    /// What is typed for `server`; empty where it was typed for the practice server and this is another one. Typed once
    /// more, it is meant.
    [[nodiscard]] Secret typedFor(const Endpoint &server);
    /// The form shows this server now, as typed.
    void turnTo(const QString &server, const QString &port);

private:
    const PracticeRoom &m_room;
    PasswordEntry &m_entry;
    Secret m_practised;
};

} // namespace relaywright
