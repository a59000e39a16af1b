// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"

#include <QByteArrayView>
#include <QString>
#include <QStringList>

#include <vector>

namespace relaywright {

/// One `name=value` of a record, with its places in the record's text.
struct Tag {
    QString name;          ///< as written; names tell upper from lower case
    QString value;         ///< as written, without the white space around it; may be empty
    qsizetype offset = 0;  ///< of the name
    qsizetype valueAt = 0; ///< of the value
    [[nodiscard]] qsizetype length() const { return valueAt - offset + value.size(); }
    bool operator==(const Tag &) const = default;
};

/// What a record of tags says, and where it is no tag list. The grammars differ in what a fault does: one spoils a DKIM
/// key, DMARC passes over the part that it stands in.
struct TagList {
    std::vector<Tag> tags;           ///< in the record's order, also those written twice
    std::vector<RecordFault> faults; ///< in the record's order, at most 20
    /// The first of this name; null when there is none.
    [[nodiscard]] const Tag *find(QLatin1String name) const;
};

/// Which names are names.
enum class TagNames {
    Dkim,      ///< a letter, then letters, digits and `_` (RFC 6376 §3.2; DMARC takes the same)
    Extension, ///< a letter or digit, then those, `_`, `-` and `.`, at most 32 (RFC 8461 §3.1, RFC 8460 §3)
};

/// Reads `name=value; name=value;` (RFC 6376 §3.2). White space is space, tab, and a line end with one of them behind
/// it. Whatever the text, it ends: what is longer than a TXT record can be, or more than 100 tags, is a fault.
[[nodiscard]] TagList parseTagList(const QString &text, TagNames names = TagNames::Dkim);

/// The fault of every tag whose name was there before; at most 20.
[[nodiscard]] std::vector<RecordFault> repeatedTags(const TagList &list);

/// The parts of a value such as `sha1 : sha256`, without the white space around them; empty ones are left out.
[[nodiscard]] QStringList splitValue(const QString &value, QChar separator);

/// True when a TXT record means to be one of `version` (`DMARC1`): it begins with `v=` and that, in any case. Whether
/// it is written as it must be, the parser tells, with the place.
[[nodiscard]] bool hasVersion(QByteArrayView text, QByteArrayView version);

/// What is wrong with the version of a record whose first tag must be `v=` with exactly this value; no sentence when
/// nothing is. `kind` names the record in the sentence: "A DMARC record".
[[nodiscard]] RecordFault versionFault(const TagList &list, const QString &text, QLatin1String version,
                                       const QString &kind);

} // namespace relaywright
