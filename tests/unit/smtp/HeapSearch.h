// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QList>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace relaywright::test {

/// A secret that stands nowhere in memory in one piece: only its octets turned round are kept, so that a search of the
/// program's memory for it finds what others have left and never itself.
class HiddenNeedle {
public:
    /// `count` letters that follow from `seed` alone; the same for the same two.
    static HiddenNeedle letters(unsigned seed, qsizetype count)
    {
        HiddenNeedle needle;
        for (qsizetype i = 0; i < count; ++i) {
            seed = seed * 1664525U + 1013904223U;
            needle.m_turned.push_back(turned(static_cast<char>('a' + (seed >> 24) % 26)));
        }
        return needle;
    }
    /// The octets of `text`, which is overwritten.
    static HiddenNeedle of(QByteArray text)
    {
        HiddenNeedle needle;
        for (char &octet : text)
            needle.m_turned.push_back(turned(std::exchange(octet, '\0')));
        return needle;
    }
    /// The real thing; the caller sees to it that it goes away again.
    [[nodiscard]] QByteArray reveal() const
    {
        QByteArray octets(static_cast<qsizetype>(m_turned.size()), Qt::Uninitialized);
        std::ranges::transform(m_turned, octets.begin(), [](char octet) { return turned(octet); });
        return octets;
    }
    /// `count` octets of it from `from` on.
    [[nodiscard]] HiddenNeedle piece(std::size_t from, std::size_t count) const
    {
        HiddenNeedle needle;
        needle.m_turned = m_turned.substr(from, count);
        return needle;
    }
    [[nodiscard]] std::size_t size() const { return m_turned.size(); }
    /// `memory` has been turned round as well.
    [[nodiscard]] bool isIn(std::string_view memory) const { return memory.find(m_turned) != memory.npos; }
    static char turned(char octet) { return static_cast<char>(octet ^ kTurn); }
    /// The same for a word of memory.
    static std::uint64_t turned(std::uint64_t word) { return word ^ (0x0101010101010101ULL * kTurn); }

private:
    static constexpr std::uint8_t kTurn = 0x5a;
    std::string m_turned;
};

/// Where among the memory that this program may write, its stacks left out, one of `needles` stands: the map's line, or
/// nothing. Linux only; freed memory that nobody has used again is searched too, which is the point.
inline QByteArray findInHeap(const QList<HiddenNeedle> &needles)
{
    constexpr quint64 kLargest = 64 * 1024 * 1024;
    QFile maps(QStringLiteral("/proc/self/maps"));
    QFile memory(QStringLiteral("/proc/self/mem"));
    if (!maps.open(QIODevice::ReadOnly) || !memory.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return "this system does not show a program its memory";
    for (const QByteArray &line : maps.readAll().split('\n')) {
        const QList<QByteArray> words = line.simplified().split(' ');
        const QList<QByteArray> range = words[0].split('-');
        const bool heap = words.size() >= 6 ? words[5] == "[heap]" : words.size() == 5; // the others belong to files
        if (!heap || !words[1].startsWith("rw"))
            continue;
        const quint64 begin = range[0].toULongLong(nullptr, 16);
        const quint64 size = range[1].toULongLong(nullptr, 16) - begin;
        if (size > kLargest || !memory.seek(static_cast<qint64>(begin)))
            continue;
        std::vector<std::uint64_t> copy(size / sizeof(std::uint64_t));
        auto *octets = reinterpret_cast<char *>(copy.data());
        const qint64 got = memory.read(octets, static_cast<qint64>(size));
        for (std::uint64_t &word : copy)
            word = HiddenNeedle::turned(word);
        const std::string_view turned(octets, static_cast<std::size_t>(std::max<qint64>(got, 0)));
        const bool found =
            std::ranges::any_of(needles, [&](const HiddenNeedle &needle) { return needle.isIn(turned); });
        std::ranges::fill(copy, 0); // turned round, the needles themselves stand in it as they are
        if (found)
            return line;
    }
    return {};
}

} // namespace relaywright::test
