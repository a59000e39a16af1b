// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Header.h"
#include "core/mail/MessageParts.h"
#include "core/relay/Rewriting.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkRewriting(QByteArrayView message)
{
    const auto sendAs = EmailAddress::parse(QStringLiteral("relay@contoso.com"));
    const RewrittenHead rewritten = rewriteSender(message, *sendAs, true);
    require(rewritten.replaced >= 0 && rewritten.replaced <= message.size(), "what is replaced is inside the message");
    const QByteArray sent = rewritten.head + message.sliced(rewritten.replaced).toByteArray();
    const MessageHeader header = MessageHeader::read(sent);
    require(header.count("From") == 1, "there is one author");
    require(header.value("From").value_or(QByteArray()).contains("relay@contoso.com"), "it is the one that may send");
    require(header.count("Sender") == 0 && header.count("Return-Path") == 0, "nothing names the device");
}

void checkParts(QByteArrayView message)
{
    const std::vector<MessagePart> parts = readParts(message);
    require(parts.size() <= kMaxParts, "parts are bounded");
    for (const MessagePart &part : parts) {
        require(part.text.size() <= kMaxTextChars, "a text is bounded");
        // Control characters are shown as \xNN, so a backslash may stand in it.
        require(!hasControlCharacters(part.fileName) && !part.fileName.contains(u'/'), "a file name names no folder");
        require(!hasControlCharacters(part.mediaType), "a media type can be shown");
    }
}

} // namespace

/// A message from a device: its sender is rewritten, and its parts are read.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView message = octetsOf(data, size);
    checkRewriting(message);
    checkParts(message);
    return 0;
}
