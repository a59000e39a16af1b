// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/IpAddress.h"

#include <QJsonArray>
#include <QString>

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace relaywright {

/// Who sends: a device's address, and the user that it signed in as, if any.
struct MailSource {
    IpAddress address;
    QString user{};
    bool operator==(const MailSource &) const = default;
    bool operator<(const MailSource &other) const
    {
        return address != other.address ? address < other.address : user < other.user;
    }
};

/// How many messages fell into a time that moves along. Kept in pieces of a 60th of it, each counted until the whole of it has left,
/// so that a limit is never exceeded. Pure: time comes in.
class SlidingCount {
public:
    explicit SlidingCount(std::chrono::milliseconds length) : m_length(length) {}
    void add(TimePoint now, int count = 1);
    /// Takes one of those counted back, the latest.
    void takeBack();
    [[nodiscard]] int count(TimePoint now);
    /// `[[minute, messages]...]`: minutes since 1970.
    [[nodiscard]] QJsonArray toJson() const;
    void restore(const QJsonArray &json, TimePoint now);

private:
    [[nodiscard]] std::chrono::milliseconds piece() const { return m_length / 60; }
    void forget(TimePoint now);
    struct Piece {
        std::int64_t index = 0;
        int count = 0;
    };
    std::chrono::milliseconds m_length;
    std::deque<Piece> m_pieces; ///< at most 61, the oldest first
    int m_sum = 0;
};

/// What each source has used of its messages per minute and per day, and of its connections. At most 10,000 sources are
/// known; beyond, the one that was quiet longest is forgotten. The limits themselves come with each question: they may
/// change at any time.
class SourceLimits {
public:
    static constexpr std::size_t kMaxSources = 10'000;
    struct Limits {
        std::optional<int> perMinute{};
        std::optional<int> perDay{};
    };
    enum class Spent { Nothing, Minute, Day };

    /// Which limit is in the way of one message more.
    [[nodiscard]] Spent spent(const MailSource &source, const Limits &limits, TimePoint now);
    void count(const MailSource &source, TimePoint now);
    /// The message that was counted last was not taken after all.
    void takeBack(const MailSource &source);

    void connected(const IpAddress &address);
    void disconnected(const IpAddress &address);
    [[nodiscard]] int connections(const IpAddress &address) const;

    /// The day's counts, for a file; the minute's are soon forgotten anyway.
    [[nodiscard]] QJsonArray toJson() const;
    /// What is no such list is left out: it is a convenience, not a record.
    void restore(const QJsonArray &json, TimePoint now);
    [[nodiscard]] std::size_t size() const { return m_used.size(); }

private:
    struct Use {
        SlidingCount minute{std::chrono::minutes(1)};
        SlidingCount day{std::chrono::hours(24)};
        TimePoint last{};
    };
    Use &useOf(const MailSource &source, TimePoint now);
    std::map<MailSource, Use> m_used;
    std::map<IpAddress, int> m_connections; ///< only those that have one: bounded by the listeners' own limit
};

} // namespace relaywright
