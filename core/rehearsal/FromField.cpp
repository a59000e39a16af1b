// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/FromField.h"

#include "core/mail/AddressList.h"

#include <QRegularExpression>

namespace relaywright {

FromField readFrom(const MessageHeader &header)
{
    static const QRegularExpression separators(QStringLiteral("[\\s\"'<>()\\[\\],;:]+"));
    FromField from;
    for (const HeaderMailbox &mailbox : readAddressList(header.value("From").value_or(QByteArray())).mailboxes) {
        if (mailbox.address)
            from.addresses.push_back(*mailbox.address);
        for (const QString &word : mailbox.displayName.split(separators, Qt::SkipEmptyParts)) {
            if (auto address = EmailAddress::parse(word))
                from.inNames.push_back(std::move(*address));
        }
    }
    return from;
}

} // namespace relaywright
