// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/JsonReader.h"
#include "core/knowledge/Knowledge.h"

#include <map>
#include <vector>

// Internal to core/knowledge: what the readers of the single parts of a document share.
namespace relaywright {

/// One knowledge document as read.
struct Document {
    std::map<QString, Source> sources; ///< by key
    std::vector<Fact> facts;
    std::vector<ErrorEntry> errors;
    std::vector<VendorWords> vendors;
};

[[nodiscard]] Confidence readConfidence(JsonReader &reader);
/// A text that is not blank.
[[nodiscard]] QString readFilled(JsonReader &reader, QStringView key);
/// The member `id`: lower-case words joined by dots, colons and hyphens.
[[nodiscard]] QString readId(JsonReader &reader);
/// The source of `document` that the member `source` names.
[[nodiscard]] Source readSource(JsonReader &reader, const Document &document);
[[nodiscard]] QDate readDate(JsonReader &reader, QStringView key);
/// Whole sentences, at least one.
[[nodiscard]] QStringList readSentences(JsonReader &reader, QStringView key);
/// One entry of the vendors' words.
[[nodiscard]] VendorWords readVendor(JsonReader &reader, const Document &document);

} // namespace relaywright
