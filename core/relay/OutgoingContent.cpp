// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/OutgoingContent.h"

#include "core/base/EightBit.h"
#include "core/mail/Header.h"
#include "core/relay/BodyChecksum.h"

#include <QBuffer>

#include <cstring>

namespace relaywright {

SplicedFile::SplicedFile(QByteArray head, std::unique_ptr<QFile> file, qint64 offset)
    : m_head(std::move(head)), m_file(std::move(file)), m_offset(offset)
{
    m_file->seek(m_offset);
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 SplicedFile::size() const
{
    return m_head.size() + m_file->size() - m_offset;
}

bool SplicedFile::seek(qint64 position)
{
    const qint64 inFile = std::max<qint64>(0, position - m_head.size());
    return QIODevice::seek(position) && m_file->seek(m_offset + inFile);
}

qint64 SplicedFile::readData(char *data, qint64 maxSize)
{
    if (const qint64 left = m_head.size() - pos(); left > 0) {
        const qint64 count = std::min(left, maxSize);
        std::memcpy(data, m_head.constData() + pos(), static_cast<std::size_t>(count));
        return count;
    }
    return m_file->read(data, maxSize);
}

qint64 SplicedFile::writeData(const char *, qint64)
{
    return -1;
}

namespace {

constexpr qint64 kPieceOctets = 256 * 1024;
constexpr std::uint64_t kSlowOctets = 1 << 20; // some milliseconds of reading and hashing

/// Octets in memory, then those of a file from `offset` on.
struct Parts {
    QByteArray head;
    std::unique_ptr<QFile> file;
    qint64 offset = 0;
};

Result<Parts> partsOf(const SpoolMessage &message, const SpoolFolder &folder, const SenderRewriting &rewriting)
{
    const bool isSmall = message.body.fileName.isEmpty();
    if (isSmall && !rewriting.sendAs)
        return Parts{message.body.octets, nullptr, 0};
    RewrittenHead rewritten;
    if (rewriting.sendAs)
        rewritten = rewriteSender(readHead(message, folder), *rewriting.sendAs, rewriting.keepReplyTo);
    if (isSmall)
        return Parts{rewritten.head + message.body.octets.mid(rewritten.replaced), nullptr, 0};
    auto file = folder.openBody(message.body.fileName, message.body.size);
    if (!file)
        return tl::unexpected(file.error());
    return Parts{std::move(rewritten.head), std::move(*file), rewritten.replaced};
}

Result<void> readAll(const Parts &parts, DkimReader &reader)
{
    reader.add(parts.head);
    if (parts.file)
        parts.file->seek(parts.offset);
    while (parts.file && !parts.file->atEnd()) {
        const QByteArray piece = parts.file->read(kPieceOctets);
        if (piece.isEmpty())
            return failure(ErrorKind::Storage,
                           QStringLiteral("its file cannot be read: %1.").arg(parts.file->errorString()));
        reader.add(piece);
    }
    reader.finish();
    return {};
}

/// The header as it will be on the wire.
QByteArray headerOf(const Parts &parts)
{
    DkimReader reader;
    reader.add(parts.head);
    if (parts.file) {
        parts.file->seek(parts.offset);
        reader.add(parts.file->read(MessageHeader::kMaxHeaderOctets));
    }
    return reader.header();
}

/// The signatures of those who may sign; `remark` hears who did, or why nobody.
Result<QByteArray> signaturesOf(const Parts &parts, QByteArrayView header, const std::vector<DkimSigner> &signers,
                                TimePoint now, QString &remark)
{
    std::vector<const DkimSigner *> able;
    for (const DkimSigner &signer : signers) {
        if (const auto may = dkimMaySign(header, signer.domain))
            able.push_back(&signer);
        else if (remark.isEmpty())
            remark = QStringLiteral("not signed with DKIM, because %1").arg(may.error().detail);
    }
    if (able.empty())
        return QByteArray();
    DkimReader reader;
    if (auto read = readAll(parts, reader); !read)
        return tl::unexpected(read.error());
    QByteArray fields;
    QStringList who;
    for (const DkimSigner *signer : able) {
        auto field = dkimSignature(reader.header(), reader.bodyHash(), *signer, now);
        if (!field)
            return tl::unexpected(field.error());
        fields += *field;
        who += QStringLiteral("%1._domainkey.%2").arg(signer->selector, signer->domain.toAscii());
    }
    remark = QStringLiteral("signed with DKIM as %1").arg(who.join(QLatin1String(" and ")));
    return fields;
}

} // namespace

Result<OutgoingContent> openContent(const SpoolMessage &message, const SpoolFolder &folder, const OutgoingForm &form,
                                    TimePoint now)
{
    auto parts = partsOf(message, folder, form.rewriting);
    if (!parts)
        return tl::unexpected(parts.error());
    OutgoingContent content;
    if (message.utf8 || !form.signers.empty()) {
        const QByteArray header = headerOf(*parts);
        content.headHas8Bit = hasEightBit(header);
        auto signatures = signaturesOf(*parts, header, form.signers, now, content.remark);
        if (!signatures)
            return tl::unexpected(signatures.error());
        parts->head = *signatures + parts->head;
    }
    if (!parts->file) {
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData(parts->head);
        buffer->open(QIODevice::ReadOnly);
        content.octets = std::move(buffer);
    } else if (parts->head.isEmpty() && parts->offset == 0) {
        parts->file->seek(0);
        content.octets = std::move(parts->file);
    } else {
        content.octets = std::make_unique<SplicedFile>(std::move(parts->head), std::move(parts->file), parts->offset);
    }
    return content;
}

bool isSlow(const SpoolMessage &message, const OutgoingForm &form)
{
    return !form.signers.empty() && !message.body.fileName.isEmpty() && message.body.size > kSlowOctets;
}

QByteArray readHead(const SpoolMessage &message, const SpoolFolder &folder)
{
    if (message.body.fileName.isEmpty())
        return message.body.octets;
    auto file = folder.openBody(message.body.fileName, message.body.size);
    return file ? (*file)->read(MessageHeader::kMaxHeaderOctets) : QByteArray();
}

} // namespace relaywright
