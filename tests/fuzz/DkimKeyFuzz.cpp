// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DkimKey.h"
#include "core/mailauth/TagList.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkTags(const QString &text, TagNames names)
{
    const TagList list = parseTagList(text, names);
    require(list.tags.size() <= 100 && list.faults.size() <= 20, "a tag list is bounded");
    for (const Tag &tag : list.tags) {
        require(tag.offset >= 0 && tag.length() > 0 && tag.offset + tag.length() <= text.size(),
                "a tag's place is inside the text");
        require(text.mid(tag.offset, tag.name.size()) == tag.name
                    && text.mid(tag.valueAt, tag.value.size()) == tag.value,
                "a tag stands where its place says");
    }
    for (const RecordFault &fault : list.faults)
        requireFault(fault, text.size());
    for (const RecordFault &fault : repeatedTags(list))
        requireFault(fault, text.size());
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QString text = QString::fromLatin1(octetsOf(data, size));
    checkTags(text, TagNames::Dkim);
    checkTags(text, TagNames::Extension);
    const auto key = parseDkimKey(text);
    if (!key) {
        requireFault(key.error(), text.size());
        return 0;
    }
    require(key->key.size() <= text.size(), "a key is no longer than its text");
    require(key->keyType != QLatin1String("ed25519") || key->revoked() || key->key.size() == 32,
            "an ed25519 key has 32 octets");
    // What was read says the same when it is written plainly.
    const QString again = QStringLiteral("k=%1; t=%2; p=%3")
                              .arg(key->keyType, key->flags.join(u':'), QString::fromLatin1(key->key.toBase64()));
    const auto reread = parseDkimKey(again);
    require(reread && reread->key == key->key && reread->flags == key->flags && reread->keyType == key->keyType,
            "a key reads the same when written plainly");
    return 0;
}
