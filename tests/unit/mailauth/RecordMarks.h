// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"

#include <QString>

namespace relaywright {

/// The part of `text` that a fault underlines; a sentence that tells when the place is not inside the text.
inline QString markedBy(const RecordFault &fault, const QString &text)
{
    const bool inside = fault.offset >= 0 && fault.length >= 0 && fault.offset + fault.length <= text.size();
    return inside ? text.mid(fault.offset, fault.length) : QStringLiteral("the place is outside the text");
}

/// True for a whole sentence.
inline bool isSentence(const QString &text)
{
    return text.size() > 10 && text.endsWith(u'.') && !text.contains(u'\n');
}

} // namespace relaywright
