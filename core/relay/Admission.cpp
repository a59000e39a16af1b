// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Admission.h"

#include "core/relay/IncomingBody.h"

namespace relaywright {

namespace {

/// The id in a Received field that a relay of our name wrote; nothing for other fields.
std::optional<QueueId> ownTrace(const QByteArray &value, QByteArrayView ourName)
{
    QByteArray words = ' ' + value.toLower().simplified(); // folds may be tabs
    words.replace(';', ' ');
    if (!words.contains(" by " + ourName.toByteArray().toLower() + ' '))
        return std::nullopt;
    const qsizetype at = words.indexOf(" id ");
    if (at < 0)
        return std::nullopt;
    const qsizetype end = words.indexOf(' ', at + 4);
    const auto id = QueueId::parse(QString::fromLatin1(words.mid(at + 4, end < 0 ? -1 : end - at - 4)));
    return id ? std::optional(*id) : std::nullopt;
}

} // namespace

std::optional<Reply> refusePeer(const RelayListener &listener, const IpAddress &peer)
{
    if (std::ranges::any_of(listener.networks, [&](const IpNetwork &network) { return network.contains(peer); }))
        return std::nullopt;
    return Reply{554, {"5.7.1 " + peer.toString().toLatin1() + " is not in the networks that may send through this relay"}};
}

std::optional<Reply> refuseMail(const AdmissionContext &context, const MailReceived &mail)
{
    if (mail.sizeOctets.value_or(0) > context.maxMessageOctets)
        return Reply{552, {"5.3.4 Message size exceeds the limit of " + QByteArray::number(qulonglong(context.maxMessageOctets)) + " octets"}};
    if (context.freeOctets < context.minFreeOctets || context.freeOctets - context.minFreeOctets < mail.sizeOctets.value_or(0))
        return storageRefusal();
    return std::nullopt;
}

std::optional<Reply> refuseRecipient(const EmailAddress &recipient)
{
    const QString &local = recipient.localPart();
    const bool routes = std::ranges::any_of(local, [](QChar c) { return c == u'%' || c == u'!' || c == u'@' || c == u':'; });
    if (!routes)
        return std::nullopt;
    return Reply{550, {"5.7.1 Relaying denied: routing through the recipient address is not supported"}};
}

std::optional<Reply> refuseHeader(QByteArrayView head, QByteArrayView ourName, const std::function<bool(const QueueId &)> &isOwn)
{
    const MessageHeader header = MessageHeader::read(head);
    // A line that does not end inside the bound: the header is longer than we look.
    if (head.size() >= IncomingBody::kMaxHeadOctets && head.first(IncomingBody::kMaxHeadOctets).sliced(header.size()).indexOf('\n') < 0)
        return Reply{552, {"5.3.4 The message header is too large"}};
    int received = 0;
    for (const HeaderField &field : header.fields()) {
        if (field.name.compare("Received", Qt::CaseInsensitive) != 0)
            continue;
        const auto trace = ownTrace(field.value, ourName);
        if (++received > kMaxReceivedFields || (trace && isOwn(*trace)))
            return Reply{554, {"5.4.6 Mail loop: this message has been here before or has made too many hops"}};
    }
    return std::nullopt;
}

Reply storageRefusal()
{
    return Reply{452, {"4.3.1 Insufficient system storage, try again later"}};
}

} // namespace relaywright
