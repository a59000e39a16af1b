// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphMessage.h"
#include "core/graph/GraphRecipients.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include "tests/fuzz/Fuzz.h"

#include <QBuffer>
#include <QSet>

using namespace relaywright;

namespace {

QSet<EmailAddress> namedIn(const QByteArray &octets)
{
    QSet<EmailAddress> named;
    const MessageHeader header = MessageHeader::read(octets);
    for (const HeaderField &field : header.fields()) {
        const QByteArray name = field.name.toLower();
        if (name != "to" && name != "cc" && name != "bcc")
            continue;
        for (const HeaderMailbox &mailbox : readAddressList(field.value).mailboxes) {
            require(mailbox.address.has_value(), "whom a field names is an address");
            named.insert(*mailbox.address);
        }
    }
    return named;
}

void checkParts(QIODevice &message, const GraphHeader &header)
{
    GraphPartFinder finder(&message, header.size);
    for (;;) {
        const auto done = finder.step();
        require(done.has_value(), "a message in memory can be read");
        if (*done)
            break;
    }
    qint64 end = header.size;
    for (const GraphPart &part : finder.parts()) {
        require(part.start >= end && part.start <= part.contentStart && part.contentStart <= part.contentEnd
                    && part.contentEnd <= part.end && part.end <= message.size(),
                "parts stand one behind the other");
        end = part.end;
        GraphPartReader reader(&message, part);
        const auto octets = reader.read(part.attachment.sizeBytes + 1);
        require(octets && octets->size() == part.attachment.sizeBytes, "an attachment is as long as was said");
        require(!hasControlCharacters(part.attachment.name), "a name is printable");
    }
    const auto plan = planDraft(&message, header.octets, header.size, finder, 200, 1000);
    if (!plan)
        return requireSentence(plan.error().detail);
    require(plan->mime.startsWith(header.octets.first(std::min<qsizetype>(3, header.octets.size())))
                || !plan->brought.empty(),
            "a draft begins as the message does");
}

} // namespace

/// A message for Graph: its header is made to say the envelope, and it is cut into a draft and attachments.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    QByteArray octets = octetsOf(data, size).toByteArray();
    const std::vector<EmailAddress> envelope{*EmailAddress::parse(QStringLiteral("a@example.com")),
                                             *EmailAddress::parse(QStringLiteral("\"b c\"@example.com"))};
    const auto header = headerForEnvelope(octets, envelope);
    if (!header) {
        requireSentence(header.error().detail);
        return 0;
    }
    require(namedIn(header->octets) == QSet<EmailAddress>(envelope.begin(), envelope.end()),
            "the header says the envelope");
    require(header->octets.endsWith("\r\n") && header->octets.count('\n') == header->octets.count("\r\n")
                && header->octets.count('\r') == header->octets.count("\r\n"),
            "every line end is whole");
    require(MessageHeader::read(header->octets).size() + 2 == header->octets.size(),
            "there is one empty line, the last");
    QBuffer message(&octets);
    require(message.open(QIODevice::ReadOnly), "memory can be read");
    checkParts(message, *header);
    return 0;
}
