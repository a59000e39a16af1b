// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/QueueId.h"

#include <QByteArrayView>

#include <limits>

namespace relaywright {

namespace {

constexpr QByteArrayView kAlphabet("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
constexpr qsizetype kInstanceDigits = 4;
constexpr qsizetype kSequenceDigits = 7;
constexpr qsizetype kMaxDigits = kInstanceDigits + 13; // 13 digits of 5 bits hold 64 bits

tl::unexpected<Error> notAnId()
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("This is not a queue id. Take one from the queue list, such as K3F9000001A."));
}

} // namespace

Result<QueueId> QueueId::parse(const QString &text)
{
    if (text.size() < kInstanceDigits + kSequenceDigits || text.size() > kMaxDigits)
        return notAnId();
    std::uint64_t instance = 0;
    std::uint64_t sequence = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char16_t c = text[i].toUpper().unicode();
        const qsizetype digit = c < 0x80 ? kAlphabet.indexOf(static_cast<char>(c)) : -1;
        if (digit < 0 || sequence > (std::numeric_limits<std::uint64_t>::max() >> 5))
            return notAnId();
        std::uint64_t &number = i < kInstanceDigits ? instance : sequence;
        number = (number << 5) | static_cast<std::uint64_t>(digit);
    }
    const QueueId id(static_cast<std::uint32_t>(instance), sequence);
    if (id.toString().compare(text, Qt::CaseInsensitive) != 0) // one spelling for one id: no extra leading zeros
        return notAnId();
    return id;
}

QByteArray QueueId::toAscii() const
{
    char digits[kMaxDigits];
    qsizetype at = kMaxDigits;
    std::uint64_t number = m_sequence;
    while (number != 0 || at > kMaxDigits - kSequenceDigits) {
        digits[--at] = kAlphabet[static_cast<qsizetype>(number & 31)];
        number >>= 5;
    }
    for (std::uint32_t part = m_instance, i = 0; i < kInstanceDigits; ++i, part >>= 5)
        digits[--at] = kAlphabet[static_cast<qsizetype>(part & 31)];
    return QByteArray(digits + at, kMaxDigits - at);
}

} // namespace relaywright
