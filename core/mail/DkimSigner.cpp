// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DkimSigner.h"

#include "core/mail/AddressList.h"
#include "core/mail/Header.h"

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

constexpr qsizetype kLineOctets = 76;

/// Signed once more than they are there, even when they are not there at all.
constexpr const char *kAlways[] = {"From", "To", "Cc", "Subject", "Reply-To"};
/// The same, where they are.
constexpr const char *kWherePresent[] = {"Date",
                                         "Message-ID",
                                         "Sender",
                                         "MIME-Version",
                                         "Content-Type",
                                         "Content-Transfer-Encoding",
                                         "In-Reply-To",
                                         "References",
                                         "List-Unsubscribe",
                                         "List-Unsubscribe-Post"};

/// The names of h=, each once more than its field is there.
QByteArrayList signedNames(const MessageHeader &header)
{
    QByteArrayList names;
    const auto add = [&](const char *name, int count) {
        for (int i = 0; i <= count; ++i)
            names += name;
    };
    for (const char *name : kAlways)
        add(name, header.count(name));
    for (const char *name : kWherePresent) {
        if (const int count = header.count(name); count > 0)
            add(name, count);
    }
    return names;
}

/// The fields that `names` stand for, the last of each name first (§5.4.2); a name without a field stands for nothing.
QByteArray signedFields(QByteArrayView octets, const MessageHeader &header, const QByteArrayList &names)
{
    QByteArray data;
    std::map<QByteArray, std::size_t> next; // by lower-case name: fields before it are free
    for (const QByteArray &name : names) {
        const auto [place, isNew] = next.try_emplace(name.toLower(), header.fields().size());
        while (place->second > 0) {
            const HeaderField &field = header.fields()[--place->second];
            if (field.name.compare(name, Qt::CaseInsensitive) != 0)
                continue;
            const QByteArrayView whole = octets.sliced(field.offset, field.size);
            data += relaxedHeaderField(field.name, whole.sliced(whole.indexOf(':') + 1)) + "\r\n";
            break;
        }
    }
    return data;
}

/// `tag=value; ...` over lines that are not too long; `words` are broken where blanks may stand.
class Folder {
public:
    void add(const QByteArray &word, bool blankBefore)
    {
        const qsizetype width = word.size() + (blankBefore ? 1 : 0);
        if (m_column + width > kLineOctets) {
            m_text += "\r\n\t";
            m_column = 1;
        } else if (blankBefore) {
            m_text += ' ';
            ++m_column;
        }
        m_text += word;
        m_column += word.size();
    }
    /// Base64, which may be broken anywhere.
    void addLong(QByteArray text)
    {
        while (!text.isEmpty()) {
            const qsizetype room = kLineOctets - m_column;
            if (room <= 0) {
                m_text += "\r\n\t";
                m_column = 1;
                continue;
            }
            m_text += text.left(room);
            m_column += std::min(room, text.size());
            text.remove(0, room);
        }
    }
    [[nodiscard]] const QByteArray &text() const { return m_text; }

private:
    QByteArray m_text = "DKIM-Signature:";
    qsizetype m_column = m_text.size();
};

/// The field up to and with `b=`.
Folder unsignedField(const QByteArrayList &names, const QByteArray &bodyHash, const DkimSigner &signer, TimePoint now)
{
    using std::chrono::seconds;
    const auto time = std::chrono::floor<seconds>(now).time_since_epoch() / seconds(1);
    Folder folder;
    folder.add("v=1;", true);
    folder.add("a=" + signer.key.algorithmTag() + ';', true);
    folder.add("c=relaxed/relaxed;", true);
    folder.add("d=" + signer.domain.toAscii().toLatin1() + ';', true);
    folder.add("s=" + signer.selector.toLatin1() + ';', true);
    folder.add("t=" + QByteArray::number(static_cast<qlonglong>(time)) + ';', true);
    for (qsizetype i = 0; i < names.size(); ++i)
        folder.add((i == 0 ? "h=" : "") + names[i] + (i + 1 < names.size() ? ':' : ';'), i == 0);
    folder.add("bh=" + bodyHash.toBase64() + ';', true);
    folder.add("b=", true);
    return folder;
}

} // namespace

Result<void> dkimMaySign(QByteArrayView header, const Domain &domain)
{
    const MessageHeader read = MessageHeader::read(header);
    if (read.size() != header.size() || header.size() > MessageHeader::kMaxHeaderOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("a line of its header is no field, or the header is far too long"));
    if (read.count("From") != 1)
        return failure(ErrorKind::InvalidInput, QStringLiteral("it has %1 From: fields").arg(read.count("From")));
    const AddressList from = readAddressList(*read.value("From"));
    const auto isOurs = [&](const HeaderMailbox &mailbox) {
        return mailbox.address && mailbox.address->domain().isSameOrBelow(domain);
    };
    if (from.mailboxes.empty() || !std::ranges::all_of(from.mailboxes, isOurs))
        return failure(ErrorKind::InvalidInput, QStringLiteral("its From: address is not of %1").arg(domain.toAscii()));
    return {};
}

Result<QByteArray> dkimSignature(QByteArrayView header, const QByteArray &bodyHash, const DkimSigner &signer,
                                 TimePoint now)
{
    if (auto allowed = dkimMaySign(header, signer.domain); !allowed)
        return tl::unexpected(allowed.error());
    const MessageHeader read = MessageHeader::read(header);
    const QByteArrayList names = signedNames(read);
    Folder folder = unsignedField(names, bodyHash, signer, now);
    const QByteArray own = folder.text();
    const QByteArray data = signedFields(header, read, names)
                            + relaxedHeaderField("DKIM-Signature", QByteArrayView(own).sliced(own.indexOf(':') + 1));
    const QByteArray signature = signer.key.sign(data);
    if (signature.isEmpty())
        return failure(ErrorKind::Unsupported, QStringLiteral("OpenSSL cannot sign with this key."));
    folder.addLong(signature.toBase64());
    return folder.text() + "\r\n";
}

} // namespace relaywright
