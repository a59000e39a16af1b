// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/PracticePassword.h"

#include "ui/engine/PracticeRoom.h"
#include "ui/forms/PasswordEntry.h"

namespace relaywright {

void PracticePassword::fill(const QString &user)
{
    m_entry.clear();
    m_practised = user.isEmpty() ? Secret() : m_room.passwordFor(user);
    if (!m_practised.isEmpty())
        m_entry.type(QString::fromUtf8(m_practised.reveal()));
}

Secret PracticePassword::typedFor(const Endpoint &server)
{
    const Secret typed = m_entry.typed();
    if (m_room.wasAt(server)) {
        if (!typed.isEmpty())
            m_practised = typed;
        return typed;
    }
    const bool isPractice = !typed.isEmpty() && typed == m_practised;
    m_practised = {};
    if (!isPractice)
        return typed;
    m_entry.clear();
    return {};
}

void PracticePassword::turnTo(const QString &server, const QString &port)
{
    if (m_practised.isEmpty())
        return;
    const auto host = Host::parse(server.trimmed());
    if (!host || !m_room.wasAt({*host, port.trimmed().toUShort()}))
        (void)typedFor({host ? *host : Host::of(IpAddress::fromV4(0)), 0});
}

} // namespace relaywright
