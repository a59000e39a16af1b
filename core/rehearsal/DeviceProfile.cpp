// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/DeviceProfile.h"

#include "core/base/Text.h"
#include "core/mail/AddressList.h"
#include "core/mail/Header.h"
#include "core/smtp/CommandLine.h"

#include <QJsonArray>

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

void countLineEnds(QByteArrayView content, DeviceProfile &profile)
{
    for (qsizetype at = content.indexOf('\n'); at >= 0; at = content.indexOf('\n', at + 1)) {
        const bool withReturn = at > 0 && content[at - 1] == '\r';
        (withReturn ? profile.crlfInMessages : profile.bareLineFeedInMessages) = true;
        if (profile.crlfInMessages && profile.bareLineFeedInMessages)
            return;
    }
}

QStringList texts(const std::vector<EmailAddress> &addresses)
{
    QStringList list;
    for (const EmailAddress &address : addresses)
        list += address.toString();
    return list;
}

QStringList versionNames(const ClientHello &hello)
{
    QStringList names;
    for (const std::uint16_t version : hello.versions)
        names += tlsVersionName(version);
    return names;
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
        addOnce(m_profile.signInTried, QString::fromLatin1(mechanism));
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
    countLineEnds(content, m_profile);
    const MessageHeader header = MessageHeader::read(content);
    for (const char *field : {"Date", "From", "Message-ID"}) {
        if (header.count(field) == 0)
            addOnce(m_profile.missingFields, QLatin1String(field));
    }
    const AddressList from = readAddressList(header.value("From").value_or(QByteArray()));
    for (const EmailAddress &address : from.addresses())
        addAddress(m_profile.headerFrom, address);
    m_profile.addressInName = m_profile.addressInName || !from.addressesInNames().empty();
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
    both.saidEhlo = earlier.saidEhlo || later.saidEhlo;
    both.saidHelo = !both.saidEhlo && (earlier.saidHelo || later.saidHelo);
    both.startedTls = earlier.startedTls || later.startedTls;
    both.signedIn = earlier.signedIn || later.signedIn;
    both.addressInName = earlier.addressInName || later.addressInName;
    both.crlfInMessages = earlier.crlfInMessages || later.crlfInMessages;
    both.bareLineFeedInMessages = earlier.bareLineFeedInMessages || later.bareLineFeedInMessages;
    both.bareLineFeedInCommands = earlier.bareLineFeedInCommands || later.bareLineFeedInCommands;
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

QJsonObject toJson(const DeviceProfile &profile)
{
    QJsonObject json{{QStringLiteral("address"), profile.address.toString()},
                     {QStringLiteral("conversations"), profile.conversations},
                     {QStringLiteral("messages"), profile.messages},
                     {QStringLiteral("hello"), profile.saidEhlo   ? QStringLiteral("ehlo")
                                               : profile.saidHelo ? QStringLiteral("helo")
                                                                  : QString()},
                     {QStringLiteral("heloName"), profile.helo},
                     {QStringLiteral("startTls"), profile.startedTls},
                     {QStringLiteral("tlsUsed"), profile.tlsUsed},
                     {QStringLiteral("tlsFailure"), profile.tlsFailure},
                     {QStringLiteral("certificateNames"), QJsonArray::fromStringList(profile.certificateNames)},
                     {QStringLiteral("signInTried"), QJsonArray::fromStringList(profile.signInTried)},
                     {QStringLiteral("signInUser"), profile.signInUser},
                     {QStringLiteral("signedIn"), profile.signedIn},
                     {QStringLiteral("envelopeFrom"), QJsonArray::fromStringList(texts(profile.envelopeFrom))},
                     {QStringLiteral("headerFrom"), QJsonArray::fromStringList(texts(profile.headerFrom))},
                     {QStringLiteral("addressInName"), profile.addressInName},
                     {QStringLiteral("mostRecipients"), profile.mostRecipients},
                     {QStringLiteral("largestMessageOctets"), static_cast<qint64>(profile.largestMessageOctets)},
                     {QStringLiteral("missingFields"), QJsonArray::fromStringList(profile.missingFields)},
                     {QStringLiteral("bareLineFeedInMessages"), profile.bareLineFeedInMessages},
                     {QStringLiteral("bareLineFeedInCommands"), profile.bareLineFeedInCommands},
                     {QStringLiteral("extensionsUsed"), QJsonArray::fromStringList(profile.extensionsUsed)},
                     {QStringLiteral("lastRefusal"), profile.lastRefusal},
                     {QStringLiteral("seen"), QJsonArray::fromStringList(describe(profile))}};
    if (profile.tlsOffered) {
        QJsonArray ciphers;
        for (const std::uint16_t cipher : profile.tlsOffered->ciphers)
            ciphers += QStringLiteral("%1").arg(cipher, 4, 16, QLatin1Char('0'));
        json[u"tlsOffered"] =
            QJsonObject{{QStringLiteral("versions"), QJsonArray::fromStringList(versionNames(*profile.tlsOffered))},
                        {QStringLiteral("ciphers"), ciphers},
                        {QStringLiteral("serverName"), profile.tlsOffered->serverName}};
    }
    return json;
}

} // namespace relaywright
