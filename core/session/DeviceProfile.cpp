// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/DeviceProfile.h"

#include "core/base/EightBit.h"
#include "core/base/Text.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"
#include "core/smtp/BareNewlines.h"
#include "core/smtp/CommandLine.h"

#include <algorithm>

namespace relaywright {

namespace {

void addAddress(std::vector<EmailAddress> &list, const EmailAddress &address)
{
    if (list.size() < DeviceProfile::kMaxValues && std::ranges::find(list, address) == list.end())
        list.push_back(address);
}

void addAll(QStringList &list, const QStringList &more)
{
    for (const QString &value : more)
        addOnce(list, value);
}

constexpr qsizetype kMaxLineOctets = 998; // RFC 5322 §2.1.1

void lookAtLines(QByteArrayView content, DeviceProfile &profile)
{
    BareNewlineWatch watch;
    watch.read(content);
    profile.crlfInMessages = profile.crlfInMessages || watch.sawCrLf();
    profile.bareLineFeedInMessages = profile.bareLineFeedInMessages || watch.sawLf();
    profile.bareCarriageReturnInMessages = profile.bareCarriageReturnInMessages || watch.sawCr();
    for (qsizetype at = 0; at < content.size() && !profile.longLinesInMessages;) {
        const qsizetype feed = content.indexOf('\n', at);
        const qsizetype end = feed < 0 ? content.size() : feed;
        const bool withReturn = end > at && content[end - 1] == '\r';
        profile.longLinesInMessages = end - at - (withReturn ? 1 : 0) > kMaxLineOctets;
        at = end + 1;
    }
}

} // namespace

void addOnce(QStringList &list, const QString &value)
{
    if (static_cast<std::size_t>(list.size()) < DeviceProfile::kMaxValues && !list.contains(value))
        list += value;
}

DeviceRecorder::DeviceRecorder(const IpAddress &address, TimePoint now)
{
    m_profile.address = address;
    m_profile.firstSeen = m_profile.lastSeen = now;
    m_profile.conversations = 1;
}

void DeviceRecorder::onHello(const HelloReceived &hello)
{
    m_profile.helo = printable(hello.name, 255);
    m_profile.saidEhlo = m_profile.saidEhlo || hello.extended;
    m_profile.saidHelo = !m_profile.saidEhlo;
}

void DeviceRecorder::onTls(const PeerTls &tls)
{
    m_profile.startedTls = true;
    m_profile.tlsOffered = tls.offered;
    if (tls.established)
        m_profile.tlsUsed = tlsVersionName(tls.version);
    m_profile.tlsFailure = tls.failure;
    addAll(m_profile.certificateNames, tls.summary.certificateNames);
}

void DeviceRecorder::onLine(Side side, const QByteArray &line)
{
    if (side == Side::Us) {
        if (line.startsWith('4') || line.startsWith('5'))
            m_profile.lastRefusal = printable(line, 300);
        return;
    }
    const Command command = splitCommand(line);
    if (command.verb == Verb::StartTls)
        m_profile.startedTls = true;
    if (command.verb == Verb::Bdat)
        addOnce(m_profile.extensionsUsed, QStringLiteral("CHUNKING"));
    if (command.verb == Verb::Rcpt && command.argument.toByteArray().toUpper().contains(" NOTIFY="))
        addOnce(m_profile.extensionsUsed, QStringLiteral("DSN"));
    if (command.verb != Verb::Auth)
        return;
    // Also those that we do not offer: the name is what the device can do.
    const QByteArray mechanism = command.argument.toByteArray().toUpper().split(' ').value(0);
    const bool isName = !mechanism.isEmpty() && mechanism.size() <= 20 && std::ranges::all_of(mechanism, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (isName)
        onSignInTried(mechanism);
}

void DeviceRecorder::onSignInTried(const QByteArray &mechanism)
{
    if (!mechanism.isEmpty())
        addOnce(m_profile.signInTried, QString::fromLatin1(mechanism));
}

void DeviceRecorder::onRefused(const Reply &reply)
{
    m_profile.lastRefusal = printable(reply.toString().toUtf8(), 300);
}

void DeviceRecorder::onAuth(const QString &user, bool accepted)
{
    m_profile.signInUser = user;
    m_profile.signedIn = m_profile.signedIn || accepted;
}

void DeviceRecorder::onMail(const MailReceived &mail)
{
    if (mail.sender)
        addAddress(m_profile.envelopeFrom, *mail.sender);
    const std::pair<bool, const char *> used[] = {{mail.sizeOctets.has_value(), "SIZE"},
                                                  {mail.eightBit, "8BITMIME"},
                                                  {mail.utf8, "SMTPUTF8"},
                                                  {mail.binary, "BINARYMIME"},
                                                  {mail.dsn.isAsked(), "DSN"}};
    for (const auto &[isUsed, word] : used) {
        if (isUsed)
            addOnce(m_profile.extensionsUsed, QLatin1String(word));
    }
}

void DeviceRecorder::onMessage(QByteArrayView content, std::uint64_t octets, int recipients)
{
    ++m_profile.messages;
    m_profile.largestMessageOctets = std::max(m_profile.largestMessageOctets, octets);
    m_profile.mostRecipients = std::max(m_profile.mostRecipients, recipients);
    lookAtLines(content, m_profile);
    const MessageHeader header = MessageHeader::read(content);
    for (const char *field : {"Date", "From", "Message-ID"}) {
        if (header.count(field) == 0)
            addOnce(m_profile.missingFields, QLatin1String(field));
    }
    const AddressList from = readAddressList(header.value("From").value_or(QByteArray()));
    for (const EmailAddress &address : from.addresses())
        addAddress(m_profile.headerFrom, address);
    m_profile.addressInName = m_profile.addressInName || !from.addressesInNames().empty();
    m_profile.undeclaredEightBit =
        m_profile.undeclaredEightBit || (header.count("MIME-Version") == 0 && hasEightBit(content));
}

void DeviceRecorder::onClosed(bool bareLineFeedInCommands, TimePoint now)
{
    m_profile.bareLineFeedInCommands = bareLineFeedInCommands;
    m_profile.lastSeen = now;
}

DeviceProfile merged(const DeviceProfile &earlier, const DeviceProfile &later)
{
    DeviceProfile both = later;
    both.firstSeen = earlier.firstSeen;
    both.conversations += earlier.conversations;
    both.messages += earlier.messages;
    for (bool DeviceProfile::*seen :
         {&DeviceProfile::saidEhlo, &DeviceProfile::startedTls, &DeviceProfile::signedIn, &DeviceProfile::addressInName,
          &DeviceProfile::crlfInMessages, &DeviceProfile::bareLineFeedInMessages,
          &DeviceProfile::bareCarriageReturnInMessages, &DeviceProfile::longLinesInMessages,
          &DeviceProfile::undeclaredEightBit, &DeviceProfile::bareLineFeedInCommands})
        both.*seen = earlier.*seen || later.*seen;
    both.saidHelo = !both.saidEhlo && (earlier.saidHelo || later.saidHelo);
    both.mostRecipients = std::max(earlier.mostRecipients, later.mostRecipients);
    both.largestMessageOctets = std::max(earlier.largestMessageOctets, later.largestMessageOctets);
    for (QString DeviceProfile::*text :
         {&DeviceProfile::helo, &DeviceProfile::tlsUsed, &DeviceProfile::signInUser, &DeviceProfile::lastRefusal}) {
        if ((both.*text).isEmpty())
            both.*text = earlier.*text;
    }
    if (!both.tlsOffered)
        both.tlsOffered = earlier.tlsOffered;
    if (!later.startedTls)
        both.tlsFailure = earlier.tlsFailure;
    for (QStringList DeviceProfile::*list : {&DeviceProfile::certificateNames, &DeviceProfile::signInTried,
                                             &DeviceProfile::missingFields, &DeviceProfile::extensionsUsed}) {
        both.*list = earlier.*list;
        addAll(both.*list, later.*list);
    }
    for (std::vector<EmailAddress> DeviceProfile::*list : {&DeviceProfile::envelopeFrom, &DeviceProfile::headerFrom}) {
        both.*list = earlier.*list;
        for (const EmailAddress &address : later.*list)
            addAddress(both.*list, address);
    }
    return both;
}

} // namespace relaywright
