// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/LogEntry.h"

#include "tests/fuzz/Fuzz.h"

#include <QtEndian>

using namespace relaywright;

namespace {

constexpr std::uint32_t kSegment = 3;
constexpr std::uint32_t kOffset = 4096;
constexpr std::uint32_t kInstance = 7;

/// A record whose checksum is right, so that what is made up gets as far as the reader.
QByteArray sealed(std::uint32_t kind, QByteArrayView payload)
{
    QByteArray record = "RWL1";
    for (const std::uint32_t number : {kind, static_cast<std::uint32_t>(payload.size()), 0u}) {
        char octets[4];
        qToLittleEndian(number, octets);
        record.append(octets, sizeof octets);
    }
    record.append(8, '\0').append(payload);
    sealRecord(record, static_cast<std::uint32_t>(record.size()), kSegment, kOffset);
    return record;
}

void checkRecord(QByteArrayView record)
{
    const auto entry = parseRecord(record, kInstance);
    if (!entry) {
        require(entry.error().kind == ErrorKind::Storage, "a bad record is a fault of the disk");
        requireSentence(entry.error().detail);
        return;
    }
    QByteArray written;
    const std::uint32_t length = appendRecord(written, *entry, kSegment, kOffset);
    require(recordLength(written, kSegment, kOffset).has_value() && length == written.size(),
            "an entry that was read can be written");
    const auto again = parseRecord(written, kInstance);
    QByteArray twice;
    require(again && appendRecord(twice, *again, kSegment, kOffset) == length && twice == written,
            "an entry reads the same when written again");
    if (const auto *accepted = std::get_if<Acceptance>(&*entry)) {
        require(!accepted->message.recipients.empty(), "a message is for somebody");
        require(!accepted->message.body.fileName.contains(u'/') && !accepted->message.body.fileName.contains(u".."),
                "a body's file is in its folder");
        for (const EmailAddress &recipient : accepted->message.recipients)
            require(!hasControlCharacters(recipient.toString()), "a recipient carries no command");
    }
}

} // namespace

/// The first octet chooses the kind; the rest is a payload, and once more a stretch of the log as it stands.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView octets = octetsOf(data + 1, size - 1);
    const QByteArray record = sealed(data[0] % 7, octets);
    if (recordLength(record, kSegment, kOffset))
        checkRecord(record);
    require(!recordLength(record, kSegment, kOffset + 8), "a record is one only where it was written");
    require(claimedLength(octets) == 0 || octets.startsWith("RWL1"), "a record begins with its name");
    if (recordLength(octets, kSegment, kOffset))
        checkRecord(octets);
    return 0;
}
