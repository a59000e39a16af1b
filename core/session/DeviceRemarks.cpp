// SPDX-License-Identifier: GPL-3.0-or-later
// What was seen of a device, as values and in English.
#include "core/session/DeviceProfile.h"

namespace relaywright {

namespace {

QString listed(const QStringList &values)
{
    return values.join(QLatin1String(", "));
}

QString listed(const std::vector<EmailAddress> &addresses)
{
    QStringList texts;
    for (const EmailAddress &address : addresses)
        texts += address.toString();
    return listed(texts);
}

DeviceRemark tlsOffered(const ClientHello &hello)
{
    QStringList names;
    for (const std::uint16_t version : hello.versions)
        names += tlsVersionName(version);
    return {DeviceTrait::TlsOffered, {listed(names), QString::number(hello.ciphers.size())}};
}

QString counted(const QString &number, const QString &one, const QString &many)
{
    return number + u' ' + (number == QLatin1String("1") ? one : many);
}

QString sentence(const DeviceRemark &remark)
{
    const QString first = remark.values.value(0);
    const QString second = remark.values.value(1);
    switch (remark.trait) {
    case DeviceTrait::SaysEhlo: return QStringLiteral("It says EHLO, as %1.").arg(first);
    case DeviceTrait::SaysHeloOnly:
        return QStringLiteral("It says HELO only, as %1: it sees no STARTTLS and cannot sign in.").arg(first);
    case DeviceTrait::BareLineFeedInCommands:
        return QStringLiteral("It ends its commands with LF alone, so no server answers them.");
    case DeviceTrait::TlsOffered:
        return QStringLiteral("It offers %1 with %2.")
            .arg(first, counted(second, QStringLiteral("cipher suite"), QStringLiteral("cipher suites")));
    case DeviceTrait::TlsUsed: return QStringLiteral("%1 was used.").arg(first);
    case DeviceTrait::TlsFailed: return QStringLiteral("The last TLS handshake failed: %1").arg(first);
    case DeviceTrait::NoTlsAsked:
        return QStringLiteral("It did not ask for TLS. It may be switched off in its settings.");
    case DeviceTrait::CertificateShown: return QStringLiteral("It showed a certificate for %1.").arg(first);
    case DeviceTrait::SignInTried: return QStringLiteral("It tried to sign in with %1.").arg(first);
    case DeviceTrait::SignedIn: return QStringLiteral("It signed in as %1.").arg(first);
    case DeviceTrait::SignInRefused: return QStringLiteral("It gave the name %1 and was refused.").arg(first);
    case DeviceTrait::WritesAs: return QStringLiteral("It writes as %1.").arg(first);
    case DeviceTrait::EnvelopeFrom: return QStringLiteral("Its MAIL FROM is %1.").arg(first);
    case DeviceTrait::AddressInName: return QStringLiteral("The display name of its From holds an address.");
    case DeviceTrait::FieldsMissing: return QStringLiteral("Its messages lack %1.").arg(first);
    case DeviceTrait::BareLineFeedInMessages: return QStringLiteral("LF alone ends lines of its messages.");
    case DeviceTrait::BareReturnInMessages: return QStringLiteral("CR alone stands in its messages.");
    case DeviceTrait::LongLinesInMessages: return QStringLiteral("Lines of its messages have more than 998 octets.");
    case DeviceTrait::UndeclaredEightBit:
        return QStringLiteral("Its messages hold characters beyond ASCII and do not say which.");
    case DeviceTrait::LargestMessage:
        return QStringLiteral("Its largest message had %1, for %2 at most.")
            .arg(counted(first, QStringLiteral("octet"), QStringLiteral("octets")),
                 counted(second, QStringLiteral("recipient"), QStringLiteral("recipients")));
    case DeviceTrait::ExtensionsUsed: return QStringLiteral("It uses %1.").arg(first);
    case DeviceTrait::LastRefusal: return QStringLiteral("It was refused with: %1").arg(first);
    case DeviceTrait::SaidNothing: return QStringLiteral("It connected and said nothing.");
    }
    Q_UNREACHABLE();
}

} // namespace

std::vector<DeviceRemark> remarksOn(const DeviceProfile &profile)
{
    std::vector<DeviceRemark> remarks;
    const auto note = [&remarks](bool holds, DeviceTrait trait, const QStringList &values = {}) {
        if (holds)
            remarks.push_back({trait, values});
    };
    const auto noteText = [&note](DeviceTrait trait, const QString &text) { note(!text.isEmpty(), trait, {text}); };
    note(profile.saidEhlo, DeviceTrait::SaysEhlo, {profile.helo});
    note(profile.saidHelo, DeviceTrait::SaysHeloOnly, {profile.helo});
    note(profile.bareLineFeedInCommands, DeviceTrait::BareLineFeedInCommands);
    if (profile.tlsOffered)
        remarks.push_back(tlsOffered(*profile.tlsOffered));
    noteText(DeviceTrait::TlsUsed, profile.tlsUsed);
    noteText(DeviceTrait::TlsFailed, profile.tlsFailure);
    note(profile.saidEhlo && !profile.startedTls, DeviceTrait::NoTlsAsked);
    noteText(DeviceTrait::CertificateShown, listed(profile.certificateNames));
    noteText(DeviceTrait::SignInTried, listed(profile.signInTried));
    noteText(profile.signedIn ? DeviceTrait::SignedIn : DeviceTrait::SignInRefused, profile.signInUser);
    noteText(DeviceTrait::WritesAs, listed(profile.headerFrom));
    if (profile.envelopeFrom != profile.headerFrom)
        noteText(DeviceTrait::EnvelopeFrom, listed(profile.envelopeFrom));
    note(profile.addressInName, DeviceTrait::AddressInName);
    noteText(DeviceTrait::FieldsMissing, listed(profile.missingFields));
    note(profile.bareLineFeedInMessages, DeviceTrait::BareLineFeedInMessages);
    note(profile.bareCarriageReturnInMessages, DeviceTrait::BareReturnInMessages);
    note(profile.longLinesInMessages, DeviceTrait::LongLinesInMessages);
    note(profile.undeclaredEightBit, DeviceTrait::UndeclaredEightBit);
    note(profile.messages > 0, DeviceTrait::LargestMessage,
         {QString::number(profile.largestMessageOctets), QString::number(profile.mostRecipients)});
    noteText(DeviceTrait::ExtensionsUsed, listed(profile.extensionsUsed));
    noteText(DeviceTrait::LastRefusal, profile.lastRefusal);
    note(remarks.empty(), DeviceTrait::SaidNothing);
    return remarks;
}

QStringList describe(const DeviceProfile &profile)
{
    QStringList sentences;
    for (const DeviceRemark &remark : remarksOn(profile))
        sentences += sentence(remark);
    return sentences;
}

} // namespace relaywright
