// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphRecipients.h"

#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include <QSet>

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

enum class RecipientKind { To, Cc, Bcc };
constexpr std::array kKinds{RecipientKind::To, RecipientKind::Cc, RecipientKind::Bcc};

QByteArray nameOf(RecipientKind kind)
{
    switch (kind) {
    case RecipientKind::To: return "To";
    case RecipientKind::Cc: return "Cc";
    case RecipientKind::Bcc: return "Bcc";
    }
    Q_UNREACHABLE();
}

std::optional<RecipientKind> kindOf(const HeaderField &field)
{
    const auto *found = std::find_if(kKinds.begin(), kKinds.end(), [&field](RecipientKind kind) {
        return field.name.compare(nameOf(kind), Qt::CaseInsensitive) == 0;
    });
    return found == kKinds.end() ? std::nullopt : std::optional(*found);
}

/// One element of an address list as it stands, and the group that it is in.
struct ListedElement {
    QByteArray text;
    int group = -1; ///< of `SplitList::groups`
};
struct SplitList {
    std::vector<ListedElement> elements;
    std::vector<QByteArray> groups; ///< their names, without the colon
};

/// Cuts an unfolded field where AddressList ends one mailbox and begins the next, and keeps the octets.
class ListSplitter {
public:
    SplitList split(QByteArrayView value)
    {
        for (qsizetype i = 0; i < value.size(); ++i) {
            m_text += value[i];
            if (value[i] == '\\' && (m_inQuotes || m_comments > 0) && i + 1 < value.size())
                m_text += value[++i];
            else
                take(value[i]);
        }
        finish(0);
        return std::move(m_list);
    }

private:
    void take(char c)
    {
        if (m_inQuotes || (c == '"' && m_comments == 0))
            m_inQuotes = m_inQuotes != (c == '"');
        else if (c == '(' || (c == ')' && m_comments > 0))
            m_comments += c == '(' ? 1 : -1;
        else if (m_comments == 0)
            takeOutside(c);
    }
    void takeOutside(char c)
    {
        if (c == '<') {
            m_inAngle = true;
        } else if (c == '>') {
            m_inAngle = false;
        } else if (c == ',' && !m_inAngle) {
            finish(1);
        } else if (c == ';') {
            finish(1);
            m_group = -1;
        } else if (c == ':' && !m_inAngle) {
            m_text.chop(1);
            m_list.groups.push_back(m_text.trimmed());
            m_group = static_cast<int>(m_list.groups.size()) - 1;
            m_text.clear();
        }
    }
    void finish(qsizetype separators)
    {
        m_text.chop(separators);
        if (const QByteArray text = m_text.trimmed(); !text.isEmpty())
            m_list.elements.push_back({text, m_group});
        m_text.clear();
        m_inAngle = false;
    }

    SplitList m_list;
    QByteArray m_text;
    bool m_inQuotes = false;
    int m_comments = 0;
    bool m_inAngle = false;
    int m_group = -1;
};

/// A carriage return alone is a space, and a line feed alone a line end.
QByteArray withWholeLineEnds(QByteArrayView octets)
{
    QByteArray out;
    out.reserve(octets.size() + 16);
    for (qsizetype i = 0; i < octets.size(); ++i) {
        const bool isBeforeLineFeed = i + 1 < octets.size() && octets[i + 1] == '\n';
        if (octets[i] == '\r' && !isBeforeLineFeed)
            out += ' ';
        else if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r'))
            out += "\r\n";
        else
            out += octets[i];
    }
    return out;
}

/// A field of recipients, made anew from what is kept.
class RecipientField {
public:
    void add(const HeaderField &field, const QSet<EmailAddress> &envelope)
    {
        ++m_fields;
        const QByteArray value = withWholeLineEnds(field.value);
        m_isOdd = m_isOdd || value != field.value || !readAddressList(value).fault.isEmpty();
        SplitList list = ListSplitter().split(value);
        const int firstGroup = static_cast<int>(m_groups.size());
        for (const QByteArray &name : list.groups) {
            const AddressList alone = readAddressList(name + ":;");
            m_groups.push_back(alone.fault.isEmpty() && alone.mailboxes.empty() && !name.isEmpty() ? name
                                                                                                   : QByteArray());
            m_isOdd = m_isOdd || m_groups.back().isEmpty();
        }
        for (const ListedElement &element : list.elements)
            keep(element, firstGroup, envelope);
        for (std::size_t i = 0; i < list.groups.size(); ++i)
            m_order.push_back({QByteArray(), firstGroup + static_cast<int>(i)}); // a group without members stays
    }
    void addBare(const EmailAddress &address) { m_order.push_back({address.toString().toUtf8(), -1}), ++m_added; }

    [[nodiscard]] bool isChanged() const { return m_fields > 1 || m_isOdd || removed > 0 || m_added > 0; }
    /// `To: a, ...` with its line end; empty where nobody is left.
    [[nodiscard]] QByteArray made(RecipientKind kind) const
    {
        QByteArrayList pieces;
        std::vector<bool> groupDone(m_groups.size());
        for (const ListedElement &element : m_order) {
            const auto group = static_cast<std::size_t>(element.group);
            if (element.group < 0 || m_groups[group].isEmpty()) {
                if (!element.text.isEmpty())
                    pieces += element.text;
            } else if (!groupDone[group]) {
                groupDone[group] = true;
                pieces += m_groups[group] + ": " + membersOf(element.group).join(",\r\n ") + ';';
            }
        }
        return pieces.isEmpty() ? QByteArray() : nameOf(kind) + ": " + pieces.join(",\r\n ") + "\r\n";
    }

    std::vector<EmailAddress> kept;
    int removed = 0;

private:
    void keep(const ListedElement &element, int firstGroup, const QSet<EmailAddress> &envelope)
    {
        const AddressList alone = readAddressList(element.text);
        if (alone.mailboxes.empty())
            return; // a comment
        const int group = element.group < 0 ? -1 : firstGroup + element.group;
        if (alone.mailboxes.size() != 1 || !alone.mailboxes.front().address
            || !envelope.contains(*alone.mailboxes.front().address)) {
            ++removed;
            return;
        }
        const EmailAddress &address = *alone.mailboxes.front().address;
        kept.push_back(address);
        m_order.push_back({alone.fault.isEmpty() ? element.text : address.toString().toUtf8(), group});
    }
    [[nodiscard]] QByteArrayList membersOf(int group) const
    {
        QByteArrayList members;
        for (const ListedElement &element : m_order) {
            if (element.group == group && !element.text.isEmpty())
                members += element.text;
        }
        return members;
    }

    std::vector<ListedElement> m_order;
    std::vector<QByteArray> m_groups;
    int m_fields = 0;
    int m_added = 0;
    bool m_isOdd = false;
};

QSet<EmailAddress> setOf(const std::vector<EmailAddress> &addresses)
{
    QSet<EmailAddress> set;
    for (const EmailAddress &address : addresses)
        set.insert(address);
    return set;
}

/// Whom a header names; nothing when something in it is no address.
std::optional<QSet<EmailAddress>> namedIn(QByteArrayView octets)
{
    QSet<EmailAddress> named;
    const MessageHeader read = MessageHeader::read(octets);
    for (const HeaderField &field : read.fields()) {
        if (!kindOf(field))
            continue;
        const AddressList list = readAddressList(field.value);
        if (list.addresses().size() != list.mailboxes.size())
            return std::nullopt;
        named.unite(setOf(list.addresses()));
    }
    return named;
}

QString people(qsizetype count)
{
    return count == 1 ? QStringLiteral("One recipient") : QStringLiteral("%1 recipients").arg(count);
}

/// Where the header ends: behind its last field, and behind its empty line.
struct HeaderEnd {
    qsizetype fields;
    qsizetype whole;
};
std::optional<HeaderEnd> endOf(QByteArrayView message, const MessageHeader &header)
{
    const QByteArrayView bounded = message.first(std::min(message.size(), MessageHeader::kMaxHeaderOctets));
    const QByteArrayView rest = bounded.sliced(header.size());
    const qsizetype end = rest.indexOf('\n');
    if (end < 0 && message.size() > bounded.size())
        return std::nullopt; // cut off in the middle
    const bool isEmptyLine = end >= 0 && withoutLineEnd(rest.first(end + 1)).isEmpty();
    return HeaderEnd{header.size(), header.size() + (isEmptyLine ? end + 1 : 0)};
}

class HeaderMaker {
public:
    HeaderMaker(QByteArrayView message, const MessageHeader &header, const std::vector<EmailAddress> &recipients)
        : m_message(message), m_header(header), m_envelope(setOf(recipients))
    {
        for (const HeaderField &field : header.fields()) {
            if (const auto kind = kindOf(field))
                fieldOf(*kind).add(field, m_envelope);
        }
        QSet<EmailAddress> named;
        for (const RecipientField &field : m_fields)
            named.unite(setOf(field.kept));
        for (const EmailAddress &recipient : recipients) {
            if (named.contains(recipient))
                continue;
            named.insert(recipient);
            fieldOf(RecipientKind::Bcc).addBare(recipient);
            ++m_hidden;
        }
    }

    [[nodiscard]] QByteArray made()
    {
        QByteArray out;
        std::array<bool, kKinds.size()> isDone{};
        for (const HeaderField &field : m_header.fields()) {
            const QByteArrayView octets = m_message.sliced(field.offset, field.size);
            const auto kind = kindOf(field);
            if (!kind || !fieldOf(*kind).isChanged()) {
                out += line(octets);
                continue;
            }
            if (!std::exchange(isDone[static_cast<std::size_t>(*kind)], true))
                out += fieldOf(*kind).made(*kind);
            if (fieldOf(*kind).removed > 0 && *kind != RecipientKind::Bcc)
                out +=
                    line("X-Relaywright-Original-" + nameOf(*kind) + octets.sliced(octets.indexOf(':')).toByteArray());
        }
        if (m_hidden > 0 && !isDone[static_cast<std::size_t>(RecipientKind::Bcc)])
            out += fieldOf(RecipientKind::Bcc).made(RecipientKind::Bcc);
        return out + "\r\n";
    }

    /// Should a field be so odd that what was kept of it reads otherwise: the bare addresses, and nothing else.
    [[nodiscard]] QByteArray madePlainly(const std::vector<EmailAddress> &recipients) const
    {
        QByteArray out;
        for (const HeaderField &field : m_header.fields()) {
            if (!kindOf(field))
                out += line(m_message.sliced(field.offset, field.size));
        }
        RecipientField all;
        for (const EmailAddress &recipient : recipients)
            all.addBare(recipient);
        return out + all.made(RecipientKind::Bcc) + "\r\n";
    }

    [[nodiscard]] QStringList remarks()
    {
        QStringList remarks;
        for (const RecipientKind kind : kKinds) {
            const int removed = fieldOf(kind).removed;
            const QString name = QString::fromLatin1(nameOf(kind));
            if (removed > 0 && kind == RecipientKind::Bcc)
                remarks += QStringLiteral("%1 of Bcc is not in this envelope and was taken out.").arg(people(removed));
            else if (removed > 0)
                remarks +=
                    QStringLiteral("%1 of %2 is not in this envelope and was taken out; the field as it was stays as "
                                   "X-Relaywright-Original-%2.")
                        .arg(people(removed), name);
        }
        if (m_hidden > 0)
            remarks +=
                QStringLiteral("%1 of the envelope stood in no field and was put into Bcc.").arg(people(m_hidden));
        for (QString &remark : remarks) {
            if (!remark.startsWith(QLatin1String("One")))
                remark.replace(QLatin1String(" is not"), QLatin1String(" are not"))
                    .replace(QLatin1String(" was "), QLatin1String(" were "))
                    .replace(QLatin1String("as it were"), QLatin1String("as it was"));
        }
        return remarks;
    }
    [[nodiscard]] const QSet<EmailAddress> &envelope() const { return m_envelope; }

private:
    RecipientField &fieldOf(RecipientKind kind) { return m_fields[static_cast<std::size_t>(kind)]; }
    /// The last line of a message that is nothing but a header may have no end.
    static QByteArray line(QByteArrayView octets)
    {
        QByteArray out = withWholeLineEnds(octets);
        return out.endsWith("\r\n") ? out : out + "\r\n";
    }

    QByteArrayView m_message;
    const MessageHeader &m_header;
    QSet<EmailAddress> m_envelope;
    std::array<RecipientField, kKinds.size()> m_fields;
    qsizetype m_hidden = 0;
};

} // namespace

Result<GraphHeader> headerForEnvelope(QByteArrayView message, const std::vector<EmailAddress> &recipients)
{
    if (recipients.empty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The message has no recipients; give it one."));
    const MessageHeader header = MessageHeader::read(message);
    const auto end = endOf(message, header);
    if (!end)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The header of the message is longer than %1 KB; send the message with fewer fields.")
                .arg(MessageHeader::kMaxHeaderOctets / 1024));
    HeaderMaker maker(message, header, recipients);
    GraphHeader made{.octets = maker.made(), .size = end->whole, .remarks = maker.remarks()};
    if (namedIn(made.octets) != maker.envelope()) {
        made.octets = maker.madePlainly(recipients);
        made.remarks = {QStringLiteral("To and Cc could not be read and were taken out; the recipients stand in Bcc.")};
    }
    return made;
}

} // namespace relaywright
