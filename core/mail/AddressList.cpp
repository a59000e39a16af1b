// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/AddressList.h"

#include "core/base/Text.h"

#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr qsizetype kMaxShown = 320;

/// Collects one mailbox after another while the field is read octet by octet.
class AddressReader {
public:
    void read(QByteArrayView value)
    {
        for (qsizetype i = 0; i < value.size(); ++i) {
            if (value[i] == '\\' && (m_inQuotes || m_commentDepth > 0) && i + 1 < value.size()) {
                keepQuoted(value[i], value[i + 1]);
                ++i;
            } else {
                take(value[i]);
            }
        }
        finishList();
    }
    AddressList list;

private:
    void note(const QString &sentence)
    {
        if (list.fault.isEmpty())
            list.fault = sentence;
    }

    void keepQuoted(char escape, char c)
    {
        if (m_commentDepth > 0)
            return;
        m_name += c;
        m_text += escape;
        m_text += c;
    }

    void take(char c)
    {
        if (m_inQuotes || (c == '"' && m_commentDepth == 0)) {
            m_inQuotes = m_inQuotes != (c == '"');
            m_text += c;
            if (c != '"' && !m_inAngle)
                m_name += c;
            return;
        }
        if (c == '(' || (c == ')' && m_commentDepth > 0)) {
            m_commentDepth += c == '(' ? 1 : -1;
            return;
        }
        if (m_commentDepth == 0)
            takeOutside(c);
    }

    /// Outside of quoted strings and comments.
    void takeOutside(char c)
    {
        switch (c) {
        case '<': return openAngle();
        case '>': return closeAngle();
        case ':':
            if (m_inAngle)
                return m_text.clear(); // an old route before the address (§4.4)
            m_inGroup = true;
            return clear();
        case ';':
            if (!m_inGroup)
                note(QStringLiteral("A semicolon stands where a comma must be."));
            m_inGroup = false;
            return finishMailbox();
        case ',':
            if (!m_inAngle)
                finishMailbox();
            return;
        default:
            if (m_closed && c != ' ' && c != '\t')
                return note(QStringLiteral("There is text behind the closing \">\"."));
            if (!m_closed)
                m_text += c;
            if (!m_closed && !m_inAngle)
                m_name += c;
        }
    }

    void openAngle()
    {
        if (m_inAngle || m_closed)
            note(QStringLiteral("There is a second \"<\" before a comma."));
        m_text.clear(); // what stood before was the display name
        m_inAngle = true;
        m_hadAngle = true;
    }

    void closeAngle()
    {
        if (!m_inAngle)
            note(QStringLiteral("There is a \">\" without a \"<\"."));
        m_inAngle = false;
        m_closed = true;
    }

    void finishMailbox()
    {
        const QByteArray text = m_text.trimmed();
        const bool isThere = !text.isEmpty() || m_hadAngle;
        if (m_inAngle)
            note(QStringLiteral("A \"<\" is not closed by \">\"."));
        if (isThere)
            add(text);
        clear();
    }

    void add(const QByteArray &text)
    {
        HeaderMailbox mailbox;
        mailbox.displayName = m_hadAngle ? printable(m_name.trimmed(), kMaxShown) : QString();
        mailbox.text = text;
        if (auto address = EmailAddress::parse(QString::fromUtf8(text)))
            mailbox.address = std::move(*address);
        else
            note(QStringLiteral("\"%1\" is no address: %2").arg(printable(text, kMaxShown), address.error().detail));
        list.mailboxes.push_back(std::move(mailbox));
    }

    void finishList()
    {
        if (m_inQuotes)
            note(QStringLiteral("A quotation mark is not closed."));
        if (m_commentDepth > 0)
            note(QStringLiteral("A parenthesis is not closed."));
        if (m_inGroup)
            note(QStringLiteral("A group is not closed by a semicolon."));
        finishMailbox();
    }

    void clear()
    {
        m_text.clear();
        m_name.clear();
        m_inAngle = m_closed = m_hadAngle = false;
    }

    QByteArray m_text; ///< of the address
    QByteArray m_name; ///< before the angle bracket
    bool m_inQuotes = false;
    int m_commentDepth = 0;
    bool m_inAngle = false;
    bool m_closed = false;
    bool m_hadAngle = false;
    bool m_inGroup = false;
};

} // namespace

std::vector<EmailAddress> AddressList::addresses() const
{
    std::vector<EmailAddress> found;
    for (const HeaderMailbox &mailbox : mailboxes) {
        if (mailbox.address)
            found.push_back(*mailbox.address);
    }
    return found;
}

std::vector<EmailAddress> AddressList::addressesInNames() const
{
    static const QRegularExpression separators(QStringLiteral("[\\s\"'<>()\\[\\],;:]+"));
    std::vector<EmailAddress> found;
    for (const HeaderMailbox &mailbox : mailboxes) {
        for (const QString &word : mailbox.displayName.split(separators, Qt::SkipEmptyParts)) {
            if (auto address = EmailAddress::parse(word))
                found.push_back(std::move(*address));
        }
    }
    return found;
}

AddressList readAddressList(QByteArrayView fieldValue)
{
    AddressReader reader;
    reader.read(fieldValue);
    return std::move(reader.list);
}

} // namespace relaywright
