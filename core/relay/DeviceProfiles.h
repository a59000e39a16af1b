// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SourceLimits.h"
#include "core/session/DeviceProfile.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>

#include <list>
#include <map>

namespace relaywright {

/// What each source showed of itself in all its conversations: which TLS it can do, whether it signs in, what its messages
/// lack. At most 10,000 sources; beyond, the one that was not heard of longest is forgotten. Kept in a file over restarts.
class DeviceProfiles {
public:
    static constexpr std::size_t kMaxSources = 10'000;

    /// Adds one conversation. Answers whether the source was new.
    bool record(const MailSource &source, const DeviceProfile &conversation);
    /// Null when it never spoke, or is forgotten.
    [[nodiscard]] const DeviceProfile *find(const MailSource &source) const;
    [[nodiscard]] std::size_t size() const { return m_places.size(); }

    struct Entry {
        MailSource source;
        DeviceProfile profile;
    };
    /// The one heard of last stands first.
    [[nodiscard]] const std::list<Entry> &entries() const { return m_entries; }
    void restore(Entry entry); ///< behind those that are there; one that is known already is left out

private:
    std::list<Entry> m_entries;
    std::map<MailSource, std::list<Entry>::iterator> m_places;
};

/// One source: the members of its profile, with `user`, and `device`: the row of the admission table that is for it now,
/// empty when there is none.
[[nodiscard]] QJsonObject toJson(const DeviceProfiles::Entry &entry, const QString &device);

/// What is kept between two runs of a relay: who sends, and how much of the day's messages each has used.
struct SourceMemory {
    std::vector<DeviceProfiles::Entry> sources;
    QJsonArray used; ///< SourceLimits::toJson
};
/// "schema": "relaywright.relay-memory/1".
[[nodiscard]] QByteArray toOctets(const SourceMemory &memory);
/// What cannot be read is left out; a file that is none gives nothing: it is a memory, not a record.
[[nodiscard]] SourceMemory readSourceMemory(const QByteArray &octets);

} // namespace relaywright
