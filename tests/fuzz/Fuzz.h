// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Text.h"
#include "core/mailauth/RecordFault.h"

#include <QByteArrayView>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// What each fuzz program defines; libFuzzer calls it with made-up input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace relaywright {

/// Ends the program where a promise does not hold; libFuzzer then keeps the input.
inline void require(bool holds, const char *promise)
{
    if (holds)
        return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

inline QByteArrayView octetsOf(const std::uint8_t *data, std::size_t size)
{
    return {reinterpret_cast<const char *>(data), static_cast<qsizetype>(size)};
}

/// A sentence that can be shown: whole, bounded, and with nothing of the stranger's text that a terminal would obey.
inline void requireSentence(const QString &sentence)
{
    require(!sentence.isEmpty() && sentence.endsWith(u'.'), "a fault is a whole sentence");
    require(sentence.size() < 2000, "a sentence is bounded");
    require(!hasControlCharacters(sentence), "a sentence is printable");
}

/// A fault that can be underlined in `length` characters of text.
inline void requireFault(const RecordFault &fault, qsizetype length)
{
    requireSentence(fault.sentence);
    require(fault.offset >= 0 && fault.length >= 0 && fault.offset + fault.length <= length,
            "a fault's place is inside the text");
}

} // namespace relaywright
