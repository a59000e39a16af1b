// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>

#include <map>
#include <optional>

namespace relaywright {

/// A question as the cache knows it.
struct DnsKey {
    QString name; ///< lower case without trailing dot
    DnsType type = DnsType::A;
    [[nodiscard]] static DnsKey of(const QString &name, DnsType type);
    bool operator<(const DnsKey &other) const;
};

/// Answers for as long as their TTL says, an hour at most, also of what does not exist (RFC 2308). Bounded in number
/// and in octets; when full, it begins anew.
class AnswerCache {
public:
    /// With what is left of its TTL.
    [[nodiscard]] std::optional<DnsAnswer> find(const DnsKey &key);
    /// An answer without TTL is not kept.
    void keep(const DnsKey &key, const DnsAnswer &answer);

private:
    struct Entry {
        DnsAnswer answer;
        QDeadlineTimer expires;
        QElapsedTimer age;
        qsizetype octets = 0;
    };
    void makeRoom(qsizetype octets);
    void drop(std::map<DnsKey, Entry>::iterator entry);

    std::map<DnsKey, Entry> m_entries;
    qsizetype m_octets = 0;
};

} // namespace relaywright
