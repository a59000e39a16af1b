// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DkimKey.h"

#include "core/mailauth/TagList.h"

#include <algorithm>
#include <array>

#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr qsizetype kEd25519Octets = 32; // RFC 8463 §4.2
constexpr std::array<QLatin1String, 7> kKnownTags{QLatin1String("v"), QLatin1String("h"), QLatin1String("k"),
                                                  QLatin1String("n"), QLatin1String("p"), QLatin1String("s"),
                                                  QLatin1String("t")};

using KeyResult = tl::expected<QByteArray, RecordFault>;

bool isBase64(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// RFC 6376 §2.10: white space may stand anywhere in it, and padding may be missing.
KeyResult decoded(const Tag &tag)
{
    QByteArray digits;
    int padding = 0;
    for (qsizetype i = 0; i < tag.value.size(); ++i) {
        const char c = tag.value[i].toLatin1();
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
            continue;
        if (c == '=' && padding < 2) {
            ++padding;
            continue;
        }
        if (padding > 0 || !isBase64(c))
            return tl::unexpected(RecordFault{
                QStringLiteral("The key is no base64 from here on; copy \"p=\" anew from the system that signs."),
                tag.valueAt + i, 1});
        digits += c;
    }
    const bool whole = digits.size() % 4 != 1 && (padding == 0 || (digits.size() + padding) % 4 == 0);
    if (!whole)
        return tl::unexpected(
            RecordFault{QStringLiteral("The key ends in the middle; copy \"p=\" anew from the system that signs."),
                        tag.valueAt, tag.value.size()});
    return QByteArray::fromBase64(digits);
}

/// The first fault of the whole text that leaves no key; no sentence when there is none.
RecordFault listFault(const TagList &list, const QString &text)
{
    if (!list.faults.empty())
        return list.faults.front();
    if (const auto repeated = repeatedTags(list); !repeated.empty())
        return repeated.front();
    // `v=` may be missing; where it stands it must be the first.
    const Tag *const version = list.find(QLatin1String("v"));
    if (!version)
        return {};
    if (version != &list.tags.front())
        return {QStringLiteral("\"v=DKIM1\" must be the first tag of a DKIM key."), version->offset, version->length()};
    return versionFault(list, text, QLatin1String("DKIM1"), QStringLiteral("A DKIM key"));
}

void takeTag(DkimKey &key, const Tag &tag)
{
    if (tag.name == QLatin1String("k"))
        key.keyType = tag.value.toLower();
    else if (tag.name == QLatin1String("h"))
        key.hashes = splitValue(tag.value.toLower(), u':');
    else if (tag.name == QLatin1String("s"))
        key.services = splitValue(tag.value, u':');
    else if (tag.name == QLatin1String("t"))
        key.flags = splitValue(tag.value, u':');
    else if (std::ranges::find(kKnownTags, tag.name) == kKnownTags.end())
        key.unknownTags += tag.name + u'=' + tag.value;
}

} // namespace

tl::expected<DkimKey, RecordFault> parseDkimKey(const QString &text)
{
    const TagList list = parseTagList(text);
    if (const RecordFault fault = listFault(list, text); !fault.sentence.isEmpty())
        return tl::unexpected(fault);
    const Tag *const data = list.find(QLatin1String("p"));
    if (!data)
        return tl::unexpected(RecordFault{
            QStringLiteral("There is no \"p=\": a DKIM key has its data there, or an empty \"p=\" when it is "
                           "revoked."),
            0, 0});
    DkimKey key;
    for (const Tag &tag : list.tags)
        takeTag(key, tag);
    const KeyResult octets = decoded(*data);
    if (!octets)
        return tl::unexpected(octets.error());
    key.key = *octets;
    if (key.keyType == QLatin1String("ed25519") && !key.revoked() && key.key.size() != kEd25519Octets)
        return tl::unexpected(RecordFault{
            QStringLiteral("An ed25519 key has 32 octets, this one has %1; copy \"p=\" anew from the system "
                           "that signs.")
                .arg(key.key.size()),
            data->valueAt, data->value.size()});
    return key;
}

bool isDkimSelector(const QString &text)
{
    constexpr qsizetype kLongest = 180; // of the 253 of a name
    static const QRegularExpression form(QStringLiteral("\\A[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\\.[A-"
                                                        "Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\\z"));
    return text.size() <= kLongest && form.match(text).hasMatch();
}

QString dkimName(const QString &selector, const QString &domain)
{
    return selector + QLatin1String("._domainkey.") + domain;
}

} // namespace relaywright
