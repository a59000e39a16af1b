// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/EmailAddress.h"
#include "core/base/Text.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QtEndian>

#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

constexpr std::uint32_t kMaxLoggedAddresses = 200'000;

/// Appends the fields of a record: numbers little-endian, texts with their length before them.
class LogWriter {
public:
    explicit LogWriter(QByteArray &out) : m_out(out) {}
    void number(std::uint64_t value)
    {
        char octets[8];
        qToLittleEndian(value, octets);
        m_out.append(octets, sizeof octets);
    }
    void small(std::uint32_t value)
    {
        char octets[4];
        qToLittleEndian(value, octets);
        m_out.append(octets, sizeof octets);
    }
    void time(TimePoint time) { number(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
    void octets(QByteArrayView octets)
    {
        small(static_cast<std::uint32_t>(octets.size()));
        m_out.append(octets);
    }
    void text(const QString &text) { octets(text.toUtf8()); }
    void address(const EmailAddress &address) { text(address.toString()); }
    void addresses(const std::vector<EmailAddress> &addresses)
    {
        small(static_cast<std::uint32_t>(addresses.size()));
        for (const EmailAddress &one : addresses)
            address(one);
    }

private:
    QByteArray &m_out;
};

/// Reads what LogWriter wrote; after the first fault every answer is empty and `fault` says what it was.
class LogReader {
public:
    explicit LogReader(QByteArrayView octets) : m_left(octets) {}
    std::uint64_t number() { return has(8) ? qFromLittleEndian<std::uint64_t>(take(8).data()) : 0; }
    std::uint32_t small() { return has(4) ? qFromLittleEndian<std::uint32_t>(take(4).data()) : 0; }
    TimePoint time() { return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(number()))); }
    QByteArrayView octets()
    {
        const std::uint32_t size = small();
        return has(size) ? take(size) : QByteArrayView();
    }
    QString text() { return printable(octets().toByteArray(), kMaxTextCharacters); }
    std::optional<EmailAddress> address()
    {
        auto parsed = EmailAddress::parse(QString::fromUtf8(octets()));
        if (parsed)
            return *parsed;
        fail(parsed.error().detail);
        return std::nullopt;
    }
    std::vector<EmailAddress> addresses()
    {
        std::vector<EmailAddress> all;
        const std::uint32_t count = bounded(kMaxLoggedAddresses);
        for (std::uint32_t i = 0; i < count && good(); ++i) {
            if (auto one = address())
                all.push_back(std::move(*one));
        }
        return all;
    }
    /// A count of things that follow.
    std::uint32_t bounded(std::uint32_t most)
    {
        const std::uint32_t count = small();
        if (count <= most)
            return count;
        fail(QStringLiteral("it counts too much."));
        return 0;
    }
    /// A number of an enumeration, up to `last`.
    template <class E>
    E word(E last)
    {
        const std::uint32_t value = small();
        if (value <= static_cast<std::uint32_t>(last))
            return static_cast<E>(value);
        fail(QStringLiteral("it has an unknown word."));
        return E{};
    }
    /// What `found` holds; without it, a fault.
    template <class T>
    T known(std::optional<T> found, const QString &otherwise)
    {
        if (!found)
            fail(otherwise);
        return std::move(found).value_or(T());
    }
    void fail(const QString &what)
    {
        if (m_fault.isEmpty())
            m_fault = what;
    }
    [[nodiscard]] bool good() const { return m_fault.isEmpty(); }
    [[nodiscard]] const QString &fault() const { return m_fault; }
    [[nodiscard]] bool atEnd() const { return m_left.isEmpty(); }

private:
    static constexpr int kMaxTextCharacters = 4096;
    bool has(std::uint32_t size)
    {
        if (good() && m_left.size() < static_cast<qsizetype>(size))
            fail(QStringLiteral("it ends too early."));
        return good();
    }
    QByteArrayView take(std::uint32_t size)
    {
        const QByteArrayView taken = m_left.first(static_cast<qsizetype>(size));
        m_left = m_left.sliced(static_cast<qsizetype>(size));
        return taken;
    }

    QByteArrayView m_left;
    QString m_fault;
};

} // namespace relaywright
