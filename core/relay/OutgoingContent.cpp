// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/OutgoingContent.h"

#include "core/mail/Header.h"
#include "core/relay/Rewriting.h"

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

Result<std::unique_ptr<QIODevice>> openContent(const SpoolMessage &message, const SpoolFolder &folder,
                                               const std::optional<EmailAddress> &sendAs)
{
    std::optional<RewrittenHead> rewritten;
    if (sendAs)
        rewritten = rewriteSender(readHead(message, folder), *sendAs);
    if (message.body.fileName.isEmpty()) {
        auto buffer = std::make_unique<QBuffer>();
        buffer->setData(rewritten ? rewritten->head + message.body.octets.mid(rewritten->replaced) : message.body.octets);
        buffer->open(QIODevice::ReadOnly);
        return buffer;
    }
    auto file = folder.openBody(message.body.fileName, message.body.size);
    if (!file)
        return tl::unexpected(file.error());
    if (!rewritten)
        return std::move(*file);
    return std::make_unique<SplicedFile>(std::move(rewritten->head), std::move(*file), rewritten->replaced);
}

QByteArray readHead(const SpoolMessage &message, const SpoolFolder &folder)
{
    if (message.body.fileName.isEmpty())
        return message.body.octets;
    auto file = folder.openBody(message.body.fileName, message.body.size);
    return file ? (*file)->read(MessageHeader::kMaxHeaderOctets) : QByteArray();
}

} // namespace relaywright
