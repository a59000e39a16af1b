// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Repair.h"

#include <QStringList>

namespace relaywright {

const std::vector<Repair> &allRepairs()
{
    static const std::vector<Repair> all{Repair::Date, Repair::MessageId, Repair::BareNewlines, Repair::LongLines,
                                         Repair::DisplayName};
    return all;
}

QString toString(Repair repair)
{
    switch (repair) {
    case Repair::Date: return QStringLiteral("date");
    case Repair::MessageId: return QStringLiteral("messageId");
    case Repair::BareNewlines: return QStringLiteral("bareNewlines");
    case Repair::LongLines: return QStringLiteral("longLines");
    case Repair::DisplayName: return QStringLiteral("displayName");
    }
    Q_UNREACHABLE();
}

bool isAllowed(const Repairs &repairs, Repair repair)
{
    switch (repair) {
    case Repair::Date: return repairs.date;
    case Repair::MessageId: return repairs.messageId;
    case Repair::BareNewlines: return repairs.bareNewlines;
    case Repair::LongLines: return repairs.longLines;
    case Repair::DisplayName: return repairs.displayName;
    }
    Q_UNREACHABLE();
}

QString effectOf(Repair repair)
{
    switch (repair) {
    case Repair::Date: return QStringLiteral("A message without a date gets the time at which the relay took it.");
    case Repair::MessageId: return QStringLiteral("A message without a Message-ID gets one from the relay.");
    case Repair::BareNewlines: return QStringLiteral("A CR or LF that stands alone becomes a whole line end.");
    case Repair::LongLines:
        return QStringLiteral("Lines of more than 998 octets are folded in the header and broken in the text.");
    case Repair::DisplayName:
        return QStringLiteral("An address in the display name of From is taken out or written with \"at\".");
    }
    Q_UNREACHABLE();
}

QString riskOf(Repair repair)
{
    switch (repair) {
    case Repair::Date:
        return QStringLiteral("The date is that of the relay: of a message that the device kept for a while it says "
                              "nothing about when it was written.");
    case Repair::MessageId:
        return QStringLiteral("The same message sent twice by the device gets two different ids, so nobody downstream "
                              "can tell that it is one.");
    case Repair::BareNewlines:
        return QStringLiteral("A signature of the device breaks, and an attachment that is sent as raw octets is "
                              "changed and may be damaged.");
    case Repair::LongLines:
        return QStringLiteral(
            "A signature of the device breaks, and text may show line ends where the device wrote none.");
    case Repair::DisplayName:
        return QStringLiteral(
            "Receivers see another name than the device wrote, and a signature of the device over From breaks.");
    }
    Q_UNREACHABLE();
}

QString describe(const std::vector<Repair> &made)
{
    QStringList words;
    for (const Repair repair : made) {
        switch (repair) {
        case Repair::Date: words += QStringLiteral("added Date"); break;
        case Repair::MessageId: words += QStringLiteral("added Message-ID"); break;
        case Repair::BareNewlines: words += QStringLiteral("made CRLF of bare line ends"); break;
        case Repair::LongLines: words += QStringLiteral("broke long lines"); break;
        case Repair::DisplayName: words += QStringLiteral("took an address out of the display name"); break;
        }
    }
    return words.join(QLatin1String(", "));
}

} // namespace relaywright
