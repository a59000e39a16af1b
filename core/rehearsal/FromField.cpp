// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/FromField.h"

namespace relaywright {

namespace {

/// Collects one mailbox after another while the field is read octet by octet.
class AddressReader {
public:
    void read(QByteArrayView value)
    {
        for (qsizetype i = 0; i < value.size(); ++i) {
            if (value[i] == '\\' && (m_inQuotes || m_commentDepth > 0) && i + 1 < value.size()) {
                keep(value[i]);
                keep(value[++i]);
            } else {
                take(value[i]);
            }
        }
        finishMailbox();
    }
    std::vector<EmailAddress> addresses;

private:
    void take(char c)
    {
        if (m_inQuotes || (c == '"' && m_commentDepth == 0)) {
            m_inQuotes = m_inQuotes != (c == '"');
            return keep(c);
        }
        if (c == '(' || (c == ')' && m_commentDepth > 0)) {
            m_commentDepth += c == '(' ? 1 : -1;
            return;
        }
        if (m_commentDepth > 0)
            return;
        switch (c) {
        case '<':
            m_text.clear(); // what stood before was the display name
            m_inAngle = true;
            return;
        case '>':
            m_inAngle = false;
            m_closed = true;
            return;
        case ':':
            if (!m_inAngle)
                m_text.clear(); // a group's name
            return;
        case ',':
        case ';':
            return finishMailbox();
        default:
            return keep(c);
        }
    }

    void keep(char c)
    {
        if (!m_closed && m_commentDepth == 0)
            m_text += c;
    }

    void finishMailbox()
    {
        if (auto address = EmailAddress::parse(QString::fromUtf8(m_text)))
            addresses.push_back(std::move(*address));
        m_text.clear();
        m_inAngle = m_closed = false;
    }

    QByteArray m_text;
    bool m_inQuotes = false;
    int m_commentDepth = 0;
    bool m_inAngle = false;
    bool m_closed = false;
};

} // namespace

std::vector<EmailAddress> addressesOf(QByteArrayView fieldValue)
{
    AddressReader reader;
    reader.read(fieldValue);
    return std::move(reader.addresses);
}

} // namespace relaywright
