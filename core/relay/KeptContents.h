// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/SpoolFolder.h"

#include <cstdint>
#include <map>

namespace relaywright {

/// Contents of messages that have ended, kept so that an operator can look at one or send it again: a file each in `kept/`
/// of the spool's folder, named by the message's sequence. A convenience and no promise: nothing is flushed, and a message that
/// ends while the disk fails or the relay is killed leaves none. Off until it is given room. Used by one thread; what it
/// keeps is opened by any (SpoolFolder::openKept).
class KeptContents {
public:
    /// `folder` outlives it.
    explicit KeptContents(const SpoolFolder &folder) : m_folder(folder) {}

    /// At most so many octets, the oldest message goes first; 0: nothing is kept, and what was goes.
    void setRoom(std::uint64_t octets);
    [[nodiscard]] bool isOn() const { return m_room > 0; }

    void keep(std::uint64_t sequence, TimePoint endedAt, const QByteArray &octets);
    /// Takes the body's file over.
    void keepFile(std::uint64_t sequence, TimePoint endedAt, const QString &bodyFile);
    /// Forgets what ended before `time`.
    void forgetBefore(TimePoint time);

private:
    struct Kept {
        std::uint64_t octets = 0;
        TimePoint endedAt{};
    };
    void load();
    void forget(std::map<std::uint64_t, Kept>::iterator one);
    [[nodiscard]] bool makeRoom(std::uint64_t octets);
    void add(std::uint64_t sequence, TimePoint endedAt, QFile &file);

    const SpoolFolder &m_folder;
    std::uint64_t m_room = 0;
    std::uint64_t m_octets = 0;
    bool m_loaded = false;
    std::map<std::uint64_t, Kept> m_kept; // by sequence: the oldest first
};

} // namespace relaywright
