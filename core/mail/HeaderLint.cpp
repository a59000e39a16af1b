// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/HeaderLint.h"

#include "core/mail/EncodedWord.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

using Level = LintRemark::Level;

constexpr std::size_t kMaxRecipients = 1000;
/// Each of them stands at most once (RFC 5322 §3.6, RFC 2045 §4, §5, §6).
constexpr std::array kOnce = {
    "date",       "from",        "sender",     "reply-to", "to",           "cc",           "bcc",
    "message-id", "in-reply-to", "references", "subject",  "mime-version", "content-type", "content-transfer-encoding"};

bool isOnce(const QByteArray &name)
{
    return std::ranges::any_of(kOnce, [&](const char *once) { return name == once; });
}

bool isUtf8(const QByteArray &octets)
{
    QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
    (void)QString(decoder(octets));
    return !decoder.hasError();
}

/// Unstructured text is where devices put their encoded words; addresses have them in display names.
bool mayHoldEncodedWords(const QByteArray &name)
{
    return name == "subject" || name == "from" || name == "to" || name == "cc" || name == "sender" || name == "reply-to"
           || name == "comments";
}

QString fieldName(const QByteArray &name)
{
    return seenText(name);
}

} // namespace

void HeaderLint::onField(const QByteArray &name, const QByteArray &value, qint64 line)
{
    ++m_fields;
    const QByteArray lower = name.toLower();
    if (isOnce(lower))
        ++m_counts[lower];
    checkOctets(name, value, line);
    if (mayHoldEncodedWords(lower)) {
        if (const QString fault = encodedWordFault(value); !fault.isEmpty())
            m_remarks.add({Level::Wrong, QStringLiteral("encoded-word"), line, seenText(value),
                           QStringLiteral("%1: %2").arg(fieldName(name), fault),
                           QStringLiteral("Write the text again, or update the program that encodes it.")});
    }
    if (lower == "from" || lower == "sender" || lower == "reply-to" || lower == "to" || lower == "cc")
        checkAddresses(name, value, line);
    else if (lower == "date")
        checkDate(value, line);
    else if (lower == "message-id")
        checkMessageId(value, line);
    else if (lower == "bcc")
        m_remarks.addOnce({Level::Attention,
                           QStringLiteral("bcc"),
                           line,
                           {},
                           QStringLiteral("The message carries Bcc, so that everybody can read who got it in secret."),
                           QStringLiteral("Give those addresses to the server alone (RCPT).")});
}

void HeaderLint::checkOctets(const QByteArray &name, const QByteArray &value, qint64 line)
{
    const bool foreign = std::ranges::any_of(value, [](char c) { return static_cast<uchar>(c) >= 0x80; });
    const bool control = std::ranges::any_of(value, [](char c) {
        return c != '\t' && c != '\r' && c != '\0' && (static_cast<uchar>(c) < 0x20 || c == 0x7f);
    });
    if (foreign && isUtf8(value))
        m_remarks.add(
            {Level::Attention, QStringLiteral("header.utf-8"), line, seenText(value),
             QStringLiteral("%1 holds letters outside ASCII as they are; only a server with SMTPUTF8 may take "
                            "that (RFC 6532).")
                 .arg(fieldName(name)),
             QStringLiteral("Let the program write encoded words (RFC 2047).")});
    else if (foreign)
        m_remarks.add({Level::Wrong, QStringLiteral("header.8-bit"), line, seenText(value),
                       QStringLiteral("%1 holds octets outside ASCII that are not UTF-8; receivers show garbage or "
                                      "refuse the message.")
                           .arg(fieldName(name)),
                       QStringLiteral("Let the program write encoded words (RFC 2047).")});
    if (control)
        m_remarks.add({Level::Wrong, QStringLiteral("header.control"), line, seenText(value),
                       QStringLiteral("%1 holds a control character.").arg(fieldName(name)),
                       QStringLiteral("Write the text again on one line.")});
}

void HeaderLint::checkAddresses(const QByteArray &name, const QByteArray &value, qint64 line)
{
    AddressList list = readAddressList(value);
    const QByteArray lower = name.toLower();
    if (!list.fault.isEmpty())
        m_remarks.add({Level::Wrong, QStringLiteral("address.syntax"), line, seenText(value),
                       QStringLiteral("%1 is not well formed: %2").arg(fieldName(name), list.fault),
                       QStringLiteral("Correct the address in the device's settings.")});
    else if (list.mailboxes.empty() && lower != "bcc")
        m_remarks.add({Level::Wrong, QStringLiteral("address.none"), line, seenText(value),
                       QStringLiteral("%1 holds no address.").arg(fieldName(name)),
                       QStringLiteral("Enter an address, or leave the field out.")});
    for (const HeaderMailbox &mailbox : list.mailboxes) {
        if ((lower == "from" || lower == "sender") && mailbox.displayName.contains(u'@'))
            m_remarks.add(
                {Level::Attention, QStringLiteral("address.in-name"), line, mailbox.displayName,
                 QStringLiteral("The display name in %1 holds an address; Exchange Online may take that for the "
                                "sender, and filters take it for a forgery.")
                     .arg(fieldName(name)),
                 QStringLiteral("Use a display name without \"@\".")});
    }
    auto &kept = lower == "from" ? m_senders.from : lower == "sender" ? m_senders.sender : m_senders.recipients;
    if (lower == "reply-to")
        return;
    for (HeaderMailbox &mailbox : list.mailboxes) {
        if (kept.size() < kMaxRecipients)
            kept.push_back(std::move(mailbox));
    }
}

void HeaderLint::checkDate(const QByteArray &value, qint64 line)
{
    static const QRegularExpression comment(QStringLiteral("\\([^()]*\\)"));
    const QString text = QString::fromLatin1(value.left(200)).remove(comment).simplified();
    if (!QDateTime::fromString(text, Qt::RFC2822Date).isValid())
        m_remarks.add({Level::Wrong, QStringLiteral("date.syntax"), line, seenText(value),
                       QStringLiteral("Date is no date as RFC 5322 has it, such as Sun, 22 Nov 2026 10:00:00 +0000."),
                       QStringLiteral("Set clock and time zone of the device, or update it.")});
}

void HeaderLint::checkMessageId(const QByteArray &value, qint64 line)
{
    static const QRegularExpression form(QStringLiteral("\\A<[^<>@\\s]+@[^<>@\\s]+>\\z"));
    if (!form.match(QString::fromLatin1(value.left(2000).trimmed())).hasMatch())
        m_remarks.add({Level::Attention, QStringLiteral("message-id.syntax"), line, seenText(value),
                       QStringLiteral("Message-ID is not of the form <something@domain>; filters distrust that."),
                       QStringLiteral("Update the program that writes it, or let a local relay mend it.")});
}

int HeaderLint::count(const char *name) const
{
    const auto it = m_counts.find(name);
    return it == m_counts.end() ? 0 : it->second;
}

void HeaderLint::onEnd()
{
    if (m_fields == 0) {
        m_remarks.add(
            {Level::Wrong,
             QStringLiteral("header.none"),
             0,
             {},
             QStringLiteral("The message has no header at all."),
             QStringLiteral("A message begins with its fields (From, To, Date, Subject); an empty line ends them.")});
        return;
    }
    checkRequired();
    checkRepeated();
}

void HeaderLint::checkRequired()
{
    const auto missing = [this](Level level, const char *id, const char *sentence, const char *remedy) {
        m_remarks.add(
            {level, QString::fromLatin1(id), 0, {}, QString::fromLatin1(sentence), QString::fromLatin1(remedy)});
    };
    if (count("from") == 0)
        missing(Level::Wrong, "from.missing",
                "The message has no From, which every message must have (RFC 5322, section 3.6).",
                "Set a sender address in the device.");
    if (count("date") == 0)
        missing(Level::Wrong, "date.missing",
                "The message has no Date, which every message must have (RFC 5322, section 3.6).",
                "Set the clock of the device; a local relay can add the field.");
    if (count("message-id") == 0)
        missing(Level::Attention, "message-id.missing",
                "The message has no Message-ID; filters distrust that, and a message trace cannot find it by one.",
                "Update the device, or let a local relay add the field.");
    if (count("to") == 0 && count("cc") == 0 && count("bcc") == 0)
        missing(Level::Attention, "to.missing", "The message names no recipient in To or Cc; filters distrust that.",
                "Name at least one recipient.");
    if (count("subject") == 0)
        missing(Level::Attention, "subject.missing", "The message has no Subject.", "Give it one.");
    if (count("mime-version") == 0 && count("content-type") + count("content-transfer-encoding") > 0)
        missing(
            Level::Attention, "mime-version.missing",
            "The message has Content-Type and no MIME-Version, so that a strict reader shows its body as plain text.",
            "Update the program that writes it.");
    if (m_senders.from.size() > 1 && count("sender") == 0)
        missing(Level::Wrong, "from.several-without-sender",
                "From holds several addresses and there is no Sender; Exchange Online refuses that with 550 5.1.20.",
                "Use one address, or add Sender.");
    if (m_senders.sender.size() > 1)
        missing(Level::Wrong, "sender.several", "Sender holds several addresses and may hold only one.",
                "Use one address.");
}

void HeaderLint::checkRepeated()
{
    for (const auto &[name, times] : m_counts) {
        if (times < 2)
            continue;
        m_remarks.add(
            {Level::Wrong,
             QString::fromLatin1(name) + QStringLiteral(".repeated"),
             0,
             {},
             QStringLiteral("The field %1 stands %2 times and may stand only once; receivers choose any of them "
                            "or refuse the message.")
                 .arg(fieldName(name))
                 .arg(times),
             QStringLiteral("Find out which program adds it a second time.")});
    }
}

} // namespace relaywright
