// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/EncodedWord.h"
#include "core/mail/Header.h"
#include "core/mail/Lint.h"

#include "tests/fuzz/Fuzz.h"

#include <algorithm>
#include <map>

using namespace relaywright;

namespace {

std::vector<LintRemark> linted(QByteArrayView octets, qsizetype piece)
{
    MessageLint lint;
    for (qsizetype at = 0; at < octets.size(); at += piece)
        lint.feed(octets.sliced(at, std::min(piece, octets.size() - at)));
    return lint.finish();
}

void checkRemarks(const std::vector<LintRemark> &remarks, QByteArrayView message)
{
    std::map<QString, int> kinds;
    for (const LintRemark &remark : remarks) {
        requireSentence(remark.sentence);
        require(remark.remedy.isEmpty() || remark.remedy.endsWith(u'.'), "a remedy is a whole sentence");
        require(!hasControlCharacters(remark.seen) && remark.seen.size() <= 400, "what is seen can be shown");
        require(remark.line >= 0 && remark.line <= message.count('\n') + 2,
                "a remark names a line of the message, or its end");
        require(remark.further >= 0, "others are counted");
        require(++kinds[remark.id] <= MessageLint::kMaxListed, "ten of a kind are listed");
    }
}

} // namespace

/// A message, its header fields one by one, and addresses.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView octets = octetsOf(data + 1, size - 1);
    const auto remarks = linted(octets, std::max<qsizetype>(octets.size(), 1));
    require(linted(octets, data[0] % 32 + 1) == remarks, "remarks do not depend on how the message is cut");
    checkRemarks(remarks, octets);
    const MessageHeader header = MessageHeader::read(octets);
    require(header.size() <= octets.size(), "a header is inside its message");
    for (const HeaderField &field : header.fields()) {
        require(field.offset >= 0 && field.offset + field.size <= octets.size(), "a field is inside its message");
        if (const QString fault = encodedWordFault(field.value); !fault.isEmpty())
            requireSentence(fault);
        const AddressList list = readAddressList(field.value);
        require(list.fault.isEmpty() || list.fault.endsWith(u'.'), "a fault is a whole sentence");
        require(list.mailboxes.size() <= static_cast<std::size_t>(field.value.size()) + 1, "a list is bounded");
    }
    return 0;
}
