// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/smtp/SecretMask.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMinimumInnerOctets = 8; // of a piece of base64; shorter ones stand in other base64 by chance

/// The characters of the base64 of a longer text that `octets` alone decide, when `before` octets of it (0 to 2, to the
/// next multiple of three) stand in front: each character holds six bits, so those at the ends belong to neighbours too.
QByteArray innerBase64(QByteArrayView octets, qsizetype before)
{
    QByteArray whole;
    whole.reserve(before + octets.size());
    whole.append(before, '\0').append(octets);
    const qsizetype first = (before * 8 + 5) / 6;
    const qsizetype last = whole.size() * 8 / 6;
    QByteArray base64 = whole.toBase64();
    QByteArray inner = base64.mid(first, last - first);
    wipe(whole);
    wipe(base64);
    return inner;
}

/// Where the text of a reply line begins behind its enhanced code, which servers repeat on every line (RFC 2034 §4).
qsizetype beginOfText(const QByteArray &line)
{
    const auto code = EnhancedStatus::parse(line);
    qsizetype at = code ? code->toString().size() : 0;
    while (at < line.size() && line[at] == ' ')
        ++at;
    return std::min(at, line.size());
}

/// The texts of several lines as one, and where each octet of it stands.
struct JoinedLines {
    QByteArray octets;
    std::vector<std::pair<qsizetype, qsizetype>> places; ///< line, offset
};

JoinedLines joined(const QByteArrayList &lines)
{
    JoinedLines all;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QByteArray &line = lines[i];
        qsizetype end = line.size();
        while (end > 0 && line[end - 1] == ' ')
            --end;
        for (qsizetype at = beginOfText(line); at < end; ++at) {
            all.octets += line[at];
            all.places.emplace_back(i, at);
        }
    }
    return all;
}

} // namespace

QString hiddenSecret()
{
    return QStringLiteral("••••••••");
}

void SecretMask::add(QByteArrayView octets)
{
    if (octets.size() < kMinimumOctets)
        return;
    addNeedle(octets.toByteArray());
    QByteArray copy = octets.toByteArray();
    addNeedle(copy.toBase64());
    wipe(copy);
    for (const qsizetype before : {0, 1, 2}) {
        QByteArray inner = innerBase64(octets, before);
        if (inner.size() >= kMinimumInnerOctets)
            addNeedle(std::move(inner));
        else
            wipe(inner);
    }
}

void SecretMask::addNeedle(QByteArray octets)
{
    Secret needle(std::move(octets));
    if (std::ranges::find(m_needles, needle) != m_needles.end())
        return;
    m_needles.push_back(std::move(needle));
    // Longest first, so that no tail of a longer form is left standing.
    std::ranges::stable_sort(m_needles, std::ranges::greater{},
                             [](const Secret &secret) { return secret.reveal().size(); });
}

QByteArray SecretMask::apply(const QByteArray &text) const
{
    QByteArray masked = text;
    const QByteArray dots = hiddenSecret().toUtf8();
    for (const Secret &needle : m_needles) {
        if (masked.contains(needle.reveal()))
            masked.replace(needle.reveal(), dots);
    }
    return masked;
}

QByteArray SecretMask::applyToFragment(const QByteArray &text) const
{
    QByteArray masked = apply(text);
    qsizetype beginning = 0;
    for (const Secret &needle : m_needles) {
        const QByteArrayView octets = needle.reveal();
        qsizetype length = std::min(octets.size() - 1, masked.size());
        while (length > beginning && !masked.endsWith(octets.first(length)))
            --length;
        beginning = std::max(beginning, length);
    }
    if (beginning >= kMinimumOctets - 1)
        masked.replace(masked.size() - beginning, beginning, hiddenSecret().toUtf8());
    return masked;
}

QString SecretMask::apply(const QString &text) const
{
    return QString::fromUtf8(apply(text.toUtf8()));
}

Reply SecretMask::apply(const Reply &reply) const
{
    Reply masked{reply.code, reply.lines};
    if (reply.lines.size() > 1) {
        const JoinedLines all = joined(reply.lines);
        // From the end, so that the places in front stay true.
        std::vector<bool> hidden(static_cast<std::size_t>(all.octets.size()), false);
        for (const Secret &needle : m_needles) {
            const QByteArrayView octets = needle.reveal();
            for (qsizetype at = all.octets.indexOf(octets); at >= 0; at = all.octets.indexOf(octets, at + 1))
                std::fill_n(hidden.begin() + at, octets.size(), true);
        }
        for (std::size_t i = hidden.size(); i-- > 0;) {
            if (!hidden[i])
                continue;
            const auto [line, offset] = all.places[i];
            const bool first = i == 0 || !hidden[i - 1] || all.places[i - 1].first != line;
            masked.lines[line].replace(offset, 1, first ? hiddenSecret().toUtf8() : QByteArray());
        }
    }
    for (QByteArray &line : masked.lines)
        line = apply(line);
    return masked;
}

} // namespace relaywright
