// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Admission.h"

#include "core/relay/IncomingBody.h"

#include <algorithm>

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

bool containsAddress(const std::vector<IpNetwork> &networks, const IpAddress &address)
{
    return std::ranges::any_of(networks, [&](const IpNetwork &network) { return network.contains(address); });
}

bool anyMatches(const std::vector<AddressPattern> &patterns, const EmailAddress &address)
{
    return std::ranges::any_of(patterns, [&](const AddressPattern &pattern) { return pattern.matches(address); });
}

bool isInternal(const RelayConfig &config, const EmailAddress &address)
{
    return std::ranges::any_of(config.internalDomains,
                               [&](const Domain &domain) { return address.domain().isSameOrBelow(domain); });
}

bool routesFurther(const EmailAddress &recipient)
{
    return std::ranges::any_of(recipient.localPart(),
                               [](QChar c) { return c == u'%' || c == u'!' || c == u'@' || c == u':'; });
}

std::optional<Refusal> no(const AdmissionContext &context, RefusalReason reason, int code, const QByteArray &words)
{
    return refusal(reason, {code, {words}}, context.device);
}

} // namespace

const RelayDevice *deviceFor(const std::vector<RelayDevice> &devices, const MailSource &source)
{
    const auto row = std::ranges::find_if(devices, [&](const RelayDevice &device) {
        const bool from = device.networks.empty() || containsAddress(device.networks, source.address);
        return from && (device.user.isEmpty() || device.user == source.user);
    });
    return row == devices.end() ? nullptr : &*row;
}

std::optional<Refusal> refusePeer(const RelayListener &listener, const AdmissionContext &context, const IpAddress &peer,
                                  int connections)
{
    const bool anybody = listener.networks.empty() && listener.signIn == SignIn::Required;
    if (!anybody && !containsAddress(listener.networks, peer))
        return no(context, RefusalReason::OutsideNetworks, 554,
                  "5.7.1 " + peer.toString().toLatin1() + " is not in the networks that may send through this relay");
    return refuseConnections(context, connections);
}

std::optional<Refusal> refuseConnections(const AdmissionContext &context, int connections)
{
    if (!context.device || connections <= context.device->maxConnections.value_or(connections))
        return std::nullopt;
    return no(context, RefusalReason::TooManyConnections, 421,
              "4.7.0 Too many connections from your address; try again later");
}

std::optional<Refusal> refuseMail(const AdmissionContext &context, const MailReceived &mail, SourceLimits::Spent spent)
{
    if (!context.device && context.config.refuseStrangers)
        return no(context, RefusalReason::Stranger, 550,
                  "5.7.1 This relay does not know you; its administrator must add you to its devices");
    const bool restricted = context.device && !context.device->senders.empty();
    if (restricted && mail.sender && !anyMatches(context.device->senders, *mail.sender)) // <> is always allowed
        return no(context, RefusalReason::SenderNotAllowed, 550,
                  "5.7.1 You may not send as " + mail.sender->toString().toUtf8()
                      + "; its administrator lists the senders that you may use");
    if (mail.sizeOctets.value_or(0) > messageLimit(context))
        return no(context, RefusalReason::MessageTooLarge, 552,
                  "5.3.4 Message size exceeds the limit of " + QByteArray::number(qulonglong(messageLimit(context)))
                      + " octets");
    if (auto full = refuseStorage(context, mail.sizeOctets.value_or(0)))
        return full;
    return refuseRate(context, spent);
}

std::uint64_t messageLimit(const AdmissionContext &context)
{
    const std::uint64_t own = context.config.maxMessageOctets;
    return context.device ? std::min(own, context.device->maxMessageOctets.value_or(own)) : own;
}

SourceLimits::Limits rateLimits(const RelayDevice *device)
{
    return device ? SourceLimits::Limits{device->maxMessagesPerMinute, device->maxMessagesPerDay}
                  : SourceLimits::Limits{};
}

std::optional<Refusal> refuseRate(const AdmissionContext &context, SourceLimits::Spent spent)
{
    switch (spent) {
    case SourceLimits::Spent::Nothing: return std::nullopt;
    case SourceLimits::Spent::Minute:
        return no(context, RefusalReason::TooManyPerMinute, 450,
                  "4.7.1 Too many messages from you in a minute; try again in a minute");
    case SourceLimits::Spent::Day:
        return no(context, RefusalReason::TooManyPerDay, 450,
                  "4.7.1 Too many messages from you in a day; try again later");
    }
    Q_UNREACHABLE();
}

std::optional<Refusal> refuseRecipient(const AdmissionContext &context, const EmailAddress &recipient, int accepted)
{
    if (routesFurther(recipient))
        return no(context, RefusalReason::RecipientRoutes, 550,
                  "5.7.1 Relaying denied: routing through the recipient address is not supported");
    const RelayDevice *const device = context.device;
    if (!device)
        return std::nullopt;
    if (anyMatches(device->deniedRecipients, recipient))
        return no(context, RefusalReason::RecipientDenied, 550, "5.7.1 You may not send to this recipient");
    if (device->internalOnly && !isInternal(context.config, recipient))
        return no(context, RefusalReason::RecipientExternal, 550,
                  "5.7.1 You may send to recipients of this organisation only");
    if (!device->allowedRecipients.empty() && !anyMatches(device->allowedRecipients, recipient))
        return no(context, RefusalReason::RecipientNotAllowed, 550,
                  "5.7.1 You may send to listed recipients only, and this is none of them");
    if (accepted >= device->maxRecipientsPerMessage.value_or(accepted + 1))
        return no(context, RefusalReason::TooManyRecipients, 452,
                  "4.5.3 Too many recipients; send the rest in another message");
    return std::nullopt;
}

std::optional<Refusal> refuseHeader(const AdmissionContext &context, QByteArrayView head, QByteArrayView ourName,
                                    const std::function<bool(const QueueId &)> &isOwn)
{
    const MessageHeader header = MessageHeader::read(head);
    // A line that does not end inside the bound: the header is longer than we look.
    if (head.size() >= IncomingBody::kMaxHeadOctets && head.first(IncomingBody::kMaxHeadOctets).sliced(header.size()).indexOf('\n') < 0)
        return no(context, RefusalReason::HeaderTooLarge, 552, "5.3.4 The message header is too large");
    int received = 0;
    for (const HeaderField &field : header.fields()) {
        if (field.name.compare("Received", Qt::CaseInsensitive) != 0)
            continue;
        const auto trace = ownTrace(field.value, ourName);
        if (++received > kMaxReceivedFields || (trace && isOwn(*trace)))
            return no(context, RefusalReason::Loop, 554,
                      "5.4.6 Mail loop: this message has been here before or has made too many hops");
    }
    return std::nullopt;
}

std::optional<Refusal> refuseStorage(const AdmissionContext &context, std::uint64_t octets)
{
    const std::uint64_t least = context.config.minFreeOctets;
    if (context.freeOctets >= least && context.freeOctets - least >= octets)
        return std::nullopt;
    return refusal(RefusalReason::NoStorage, storageReply(), context.device);
}

Refusal refusal(RefusalReason reason, const Reply &reply, const RelayDevice *device)
{
    return {reason, reply, device ? device->name : QString()};
}

RefusalReason reasonOf(SettingsRule rule)
{
    switch (rule) {
    case SettingsRule::TlsFirst: return RefusalReason::TlsRequired;
    case SettingsRule::SignInFirst: return RefusalReason::SignInRequired;
    case SettingsRule::SignInNotOffered: return RefusalReason::SignInNotOffered;
    case SettingsRule::MessageSize: return RefusalReason::MessageTooLarge;
    case SettingsRule::Recipients: return RefusalReason::TooManyRecipients;
    case SettingsRule::BareNewlines: return RefusalReason::BareNewlines;
    }
    Q_UNREACHABLE();
}

Reply storageReply()
{
    return {452, {"4.3.1 Insufficient system storage, try again later"}};
}

} // namespace relaywright
