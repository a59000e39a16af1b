// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/DeviceText.h"

#include "ui/text/SenderText.h"

#include <QCoreApplication>
#include <QLocale>

namespace relaywright {

namespace {

struct DeviceText {
    Q_DECLARE_TR_FUNCTIONS(DeviceText)
};

QString largestMessage(const QString &octets, int recipients)
{
    //: %1 is a size such as 2.5 MB
    return DeviceText::tr("Its largest message had %1, for %Ln recipient(s) at most.", nullptr, recipients)
        .arg(QLocale().formattedDataSize(octets.toLongLong()));
}

QString sentence(const DeviceRemark &remark)
{
    const QString first = remark.values.value(0);
    const QString second = remark.values.value(1);
    switch (remark.trait) {
    case DeviceTrait::SaysEhlo: return DeviceText::tr("It says EHLO, as %1.").arg(first);
    case DeviceTrait::SaysHeloOnly:
        return DeviceText::tr("It says HELO only, as %1: it sees no STARTTLS and cannot sign in.").arg(first);
    case DeviceTrait::BareLineFeedInCommands:
        return DeviceText::tr("It ends its commands with LF alone, so no server answers them.");
    case DeviceTrait::TlsOffered:
        //: %1 is a list of versions, TLS 1.2, TLS 1.3
        return DeviceText::tr("It offers %1 with %Ln cipher suite(s).", nullptr, second.toInt()).arg(first);
    case DeviceTrait::TlsUsed: return DeviceText::tr("%1 was used.").arg(first);
    case DeviceTrait::TlsFailed: return DeviceText::tr("The last TLS handshake failed: %1").arg(first);
    case DeviceTrait::NoTlsAsked:
        return DeviceText::tr("It did not ask for TLS. It may be switched off in its settings.");
    case DeviceTrait::CertificateShown: return DeviceText::tr("It showed a certificate for %1.").arg(first);
    case DeviceTrait::SignInTried: return DeviceText::tr("It tried to sign in with %1.").arg(first);
    case DeviceTrait::SignedIn: return DeviceText::tr("It signed in as %1.").arg(first);
    case DeviceTrait::SignInRefused: return DeviceText::tr("It gave the name %1 and was refused.").arg(first);
    case DeviceTrait::WritesAs: return DeviceText::tr("It writes as %1.").arg(first);
    case DeviceTrait::EnvelopeFrom: return DeviceText::tr("Its envelope sender is %1.").arg(first);
    case DeviceTrait::AddressInName: return DeviceText::tr("The display name of its From holds an address.");
    case DeviceTrait::FieldsMissing: return DeviceText::tr("Its messages lack %1.").arg(first);
    case DeviceTrait::BareLineFeedInMessages: return DeviceText::tr("LF alone ends lines of its messages.");
    case DeviceTrait::BareReturnInMessages: return DeviceText::tr("CR alone stands in its messages.");
    case DeviceTrait::LongLinesInMessages: return DeviceText::tr("Lines of its messages have more than 998 octets.");
    case DeviceTrait::UndeclaredEightBit:
        return DeviceText::tr("Its messages hold characters beyond ASCII and do not say which.");
    case DeviceTrait::LargestMessage: return largestMessage(first, second.toInt());
    case DeviceTrait::ExtensionsUsed: return DeviceText::tr("It uses %1.").arg(first);
    case DeviceTrait::LastRefusal: return DeviceText::tr("It was refused with: %1").arg(first);
    case DeviceTrait::SaidNothing: return DeviceText::tr("It connected and said nothing.");
    }
    Q_UNREACHABLE();
}

} // namespace

QStringList deviceSentences(const DeviceProfile &profile)
{
    QStringList sentences;
    for (const DeviceRemark &remark : remarksOn(profile))
        sentences += sentence(remark);
    return sentences;
}

QStringList deviceNews(const Sender &sender, const DeviceProfile &profile)
{
    const SenderText words;
    const Sender after = withProfile(sender, profile);
    QStringList news;
    for (const SenderFact fact : newsFor(sender, profile)) {
        //: a fact of a device and what was seen of it: Newest TLS: TLS 1.2
        news += DeviceText::tr("%1: %2").arg(words.title(fact), words.answer(after, fact));
    }
    return news;
}

} // namespace relaywright
