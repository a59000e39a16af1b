// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Endpoint.h"
#include "core/smtp/CommandLine.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkAddress(const EmailAddress &address)
{
    const QString text = address.toString();
    require(!hasControlCharacters(text), "an address carries no command");
    require(text.size() <= 64 + 1 + 254, "an address is bounded");
    const auto again = EmailAddress::parse(text);
    require(again && *again == address && again->toString() == text, "an address reads the same when written again");
}

void checkArguments(QByteArrayView octets)
{
    for (const bool all : {false, true}) {
        const OfferedParameters offered{.smtpUtf8 = all, .dsn = all, .auth = all, .binaryMime = all};
        const auto mail = parseMailArgument(octets, offered);
        if (const auto *good = std::get_if<MailArgument>(&mail); good && good->sender) {
            checkAddress(*good->sender);
            require(all || !good->sender->needsUtf8(), "UTF-8 is taken only where it is offered");
            require(all || (!good->dsn.isAsked() && !good->binary), "what is not offered is not taken");
        }
        const auto rcpt = parseRcptArgument(octets, all, offered);
        if (const auto *good = std::get_if<RcptArgument>(&rcpt))
            checkAddress(good->recipient);
    }
    const auto chunk = parseBdatArgument(octets);
    if (std::holds_alternative<BdatArgument>(chunk))
        require(!octets.isEmpty() && octets[0] >= '0' && octets[0] <= '9', "a chunk has a length");
}

} // namespace

/// One line: as the argument of MAIL and RCPT, and as what a person types for an address, a server or a network.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView octets = octetsOf(data, size);
    const Command command = splitCommand(octets);
    checkArguments(octets);
    checkArguments(command.argument);
    const QString text = QString::fromUtf8(octets);
    if (const auto address = EmailAddress::parse(text))
        checkAddress(*address);
    else
        requireSentence(address.error().detail);
    if (const auto endpoint = Endpoint::parse(text, 25)) {
        const auto again = Endpoint::parse(endpoint->toString(), 25);
        require(again && *again == *endpoint, "a server reads the same when written again");
    }
    if (const auto network = IpNetwork::parse(text)) {
        const auto again = IpNetwork::parse(network->toString());
        require(again && *again == *network && network->contains(network->address()),
                "a network reads the same when written again");
    }
    if (const auto domain = Domain::parse(text)) {
        const auto again = Domain::parse(domain->toAscii());
        require(again && *again == *domain, "a domain reads the same when written again");
    }
    return 0;
}
