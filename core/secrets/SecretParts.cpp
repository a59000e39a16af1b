// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/SecretParts.h"

#include <QByteArrayList>

#include <algorithm>

namespace relaywright {

namespace {

constexpr auto kHeadWord = "relaywright-parts/1";
constexpr auto kPartPrefix = "#part ";
constexpr int kMaxParts = 1000;

bool isInsideCharacter(char octet)
{
    return (static_cast<unsigned char>(octet) & 0xc0) == 0x80; // RFC 3629 §3
}

} // namespace

Secret toEntry(const SecretHead &head)
{
    const QByteArray words[] = {QByteArray(kHeadWord), QByteArray::number(head.parts), QByteArray::number(head.octets),
                                head.second ? QByteArray("b") : QByteArray("a")};
    return Secret(QByteArrayList(std::begin(words), std::end(words)).join(' '));
}

std::optional<SecretHead> headIn(const Secret &entry)
{
    if (!entry.reveal().startsWith(kHeadWord) || entry.reveal().size() > 100)
        return std::nullopt;
    const QByteArrayList words = entry.reveal().toByteArray().split(' ');
    if (words.size() != 4)
        return std::nullopt;
    bool countIsGood = false;
    bool sizeIsGood = false;
    const SecretHead head{words[1].toInt(&countIsGood), static_cast<qsizetype>(words[2].toLongLong(&sizeIsGood)),
                          words[3] == "b"};
    const bool isGood = countIsGood && sizeIsGood && head.parts > 0 && head.parts <= kMaxParts && head.octets > 0;
    return isGood ? std::optional(head) : std::nullopt;
}

bool needsParts(const Secret &secret, qsizetype entryOctets)
{
    return secret.reveal().size() > entryOctets || secret.reveal().startsWith(kHeadWord);
}

std::vector<Secret> partsOf(const Secret &secret, qsizetype entryOctets)
{
    std::vector<Secret> parts;
    const QByteArrayView all = secret.reveal();
    for (qsizetype at = 0; at < all.size();) {
        qsizetype end = std::min(at + entryOctets, all.size());
        while (end < all.size() && end > at + 1 && isInsideCharacter(all[end]))
            --end;
        parts.emplace_back(all.sliced(at, end - at).toByteArray());
        at = end;
    }
    return parts;
}

Result<Secret> joined(const std::vector<Secret> &parts, const SecretHead &head)
{
    QByteArray all;
    all.reserve(head.octets); // growing would leave pieces behind
    for (const Secret &part : parts) {
        if (all.size() + part.reveal().size() > head.octets)
            break;
        all.append(part.reveal());
    }
    if (all.size() != head.octets || static_cast<int>(parts.size()) != head.parts) {
        wipe(all);
        return failure(ErrorKind::Storage, QStringLiteral("A part of it is missing in the keychain. Store it again."));
    }
    return Secret(std::move(all));
}

QString partName(const QString &name, bool second, int number)
{
    return QLatin1String(kPartPrefix) + (second ? u'b' : u'a') + QString::number(number) + u' ' + name;
}

bool isPartName(const QString &name)
{
    return name.startsWith(QLatin1String(kPartPrefix));
}

} // namespace relaywright
