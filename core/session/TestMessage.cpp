// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/TestMessage.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QMimeDatabase>
#include <QRandomGenerator>
#include <QTemporaryFile>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kPieceOctets = 256 * 1024;

bool has8Bit(QByteArrayView octets)
{
    return std::ranges::any_of(octets, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

tl::unexpected<Error> unreadable(const QFile &file)
{
    return failure(ErrorKind::NotFound, QStringLiteral("%1 cannot be read: %2. Check the name and the permissions.")
                                            .arg(file.fileName(), file.errorString()));
}

tl::unexpected<Error> noRoom(const QIODevice &device)
{
    return failure(ErrorKind::Storage,
                   QStringLiteral("The message cannot be written to a temporary file: %1. Is the disk full?")
                       .arg(device.errorString()));
}

/// What its octets say about a message: id, 8-bit octets. Leaves the device at its start.
Result<TestMessage> inspected(std::unique_ptr<QIODevice> content)
{
    TestMessage message;
    const QByteArray head = content->read(MessageHeader::kMaxHeaderOctets);
    const MessageHeader header = MessageHeader::read(head);
    message.messageId = printable(header.value("Message-ID").value_or(QByteArray()).trimmed(), 300);
    message.has8BitHeader = has8Bit(QByteArrayView(head).first(header.size()));
    message.has8Bit = has8Bit(head);
    while (!message.has8Bit && !content->atEnd()) {
        const QByteArray piece = content->read(kPieceOctets);
        if (piece.isEmpty())
            break; // the pump will say so: it reads the same octets
        message.has8Bit = has8Bit(piece);
    }
    message.octets = static_cast<std::uint64_t>(content->size());
    content->seek(0);
    message.content = std::move(content);
    return message;
}

Result<TestMessage> openEml(const QString &path)
{
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadOnly) || file->isSequential())
        return unreadable(*file);
    return inspected(std::move(file));
}

Result<std::vector<Attachment>> readAttachments(const QStringList &paths)
{
    std::vector<Attachment> attachments;
    for (const QString &path : paths) {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return unreadable(file);
        QByteArray content = file.readAll();
        const QByteArray type = QMimeDatabase().mimeTypeForFileNameAndData(path, content).name().toLatin1();
        attachments.push_back({QFileInfo(path).fileName(), type, std::move(content)});
    }
    return attachments;
}

qint64 sizeOf(const QStringList &paths)
{
    qint64 octets = 0;
    for (const QString &path : paths)
        octets += QFileInfo(path).size();
    return octets;
}

Result<std::unique_ptr<QIODevice>> openStore(qint64 expectedOctets)
{
    if (expectedOctets <= kMostInMemory) {
        auto buffer = std::make_unique<QBuffer>();
        buffer->open(QIODevice::ReadWrite);
        return buffer;
    }
    auto file = std::make_unique<QTemporaryFile>();
    if (!file->open())
        return noRoom(*file);
    return file;
}

} // namespace

QByteArray makeTestToken(TimePoint now)
{
    return "relaywright" + toDateTime(now).toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'")).toLatin1()
           + QByteArray::number(QRandomGenerator::system()->generate64(), 36);
}

Result<TestMessage> makeTestMessage(const TestRequest &request, TimePoint now, const QByteArray &token)
{
    if (!request.emlFile.isEmpty())
        return openEml(request.emlFile);
    MessageDraft draft = request.message;
    auto attachments = readAttachments(request.attachments);
    if (!attachments)
        return tl::unexpected(attachments.error());
    std::ranges::move(*attachments, std::back_inserter(draft.attachments));
    auto store = openStore(sizeOf(request.attachments));
    if (!store)
        return tl::unexpected(store.error());
    auto composed = compose(draft, now, token);
    if (!composed)
        return tl::unexpected(composed.error());
    if (request.quirks.bareLineFeeds)
        composed->octets.replace("\r\n", "\n");
    if ((*store)->write(composed->octets) != composed->octets.size() || !(*store)->seek(0))
        return noRoom(**store);
    return inspected(std::move(*store));
}

} // namespace relaywright
