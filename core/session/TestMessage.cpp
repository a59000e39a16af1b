// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/TestMessage.h"

#include "core/base/EightBit.h"
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

constexpr qint64 kMaxAuthorities = 4 << 20;
constexpr qint64 kPieceOctets = 256 * 1024;

/// So many octets that say nothing and that no mail filter can shorten or mind.
class FillDevice final : public QIODevice {
public:
    explicit FillDevice(qint64 octets) : m_left(octets) { open(ReadOnly | Unbuffered); }
    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_left == 0; }

protected:
    qint64 readData(char *data, qint64 most) override
    {
        const qint64 count = std::min(most, m_left);
        std::fill_n(data, count, '\xaa');
        m_left -= count;
        return count;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    qint64 m_left;
};

/// Passes on what is written to it with LF in place of CRLF.
class LineFeedWriter final : public QIODevice {
public:
    explicit LineFeedWriter(QIODevice &target) : m_target(target) { open(WriteOnly | Unbuffered); }
    bool isSequential() const override { return true; }

protected:
    qint64 readData(char *, qint64) override { return -1; }
    qint64 writeData(const char *data, qint64 size) override
    {
        QByteArray lines(data, size);
        lines.replace('\r', ""); // what we compose has CR before LF only
        return m_target.write(lines) == lines.size() ? size : -1;
    }

private:
    QIODevice &m_target;
};

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

/// How many octets a message grows by when each bare LF and CR becomes CRLF, as it does on the wire.
class BareLineEnds {
public:
    void feed(QByteArrayView octets)
    {
        for (const char c : octets) {
            if (m_cr != (c == '\n'))
                ++m_count; // a LF without its CR, or a CR without its LF
            m_cr = c == '\r';
        }
    }
    [[nodiscard]] std::uint64_t count() const { return m_count + (m_cr ? 1 : 0); }

private:
    std::uint64_t m_count = 0;
    bool m_cr = false;
};

/// What its octets say about a message: id, 8-bit octets, faults. Leaves the device at its start.
Result<TestMessage> inspected(std::unique_ptr<QIODevice> content, const LintEnvelope &envelope)
{
    TestMessage message;
    const QByteArray head = content->read(MessageHeader::kMaxHeaderOctets);
    const MessageHeader header = MessageHeader::read(head);
    message.messageId = printable(header.value("Message-ID").value_or(QByteArray()).trimmed(), 300);
    const QByteArrayView fields = QByteArrayView(head).first(header.size());
    message.hasUtf8Header = hasEightBit(fields) && fields.isValidUtf8();
    message.has8Bit = hasEightBit(head);
    MessageLint lint;
    lint.feed(head);
    BareLineEnds bare;
    bare.feed(head);
    while (!content->atEnd()) {
        const QByteArray piece = content->read(kPieceOctets);
        if (piece.isEmpty())
            break; // the pump will say so: it reads the same octets
        lint.feed(piece);
        bare.feed(piece);
        message.has8Bit = message.has8Bit || hasEightBit(piece);
    }
    message.remarks = lint.finish();
    message.senders = lint.senders();
    const std::vector<LintRemark> more = compareSenders(message.senders, envelope);
    message.remarks.insert(message.remarks.end(), more.begin(), more.end());
    message.octets = static_cast<std::uint64_t>(content->size());
    message.octetsWithCrLf = message.octets + bare.count();
    content->seek(0);
    message.content = std::move(content);
    return message;
}

Result<TestMessage> openEml(const QString &path, const LintEnvelope &envelope)
{
    auto file = std::make_unique<QFile>(path);
    if (!file->open(QIODevice::ReadOnly) || file->isSequential())
        return unreadable(*file);
    return inspected(std::move(file), envelope);
}

/// The files of a draft, open as long as it is composed.
class OpenAttachments {
public:
    Result<void> add(const QString &path, MessageDraft &draft)
    {
        auto file = std::make_unique<QFile>(path);
        if (!file->open(QIODevice::ReadOnly))
            return unreadable(*file);
        const QByteArray type = QMimeDatabase().mimeTypeForFile(path).name().toLatin1();
        draft.attachments.push_back({.fileName = QFileInfo(path).fileName(), .mediaType = type, .source = file.get()});
        m_devices.push_back(std::move(file));
        return {};
    }
    void addFill(std::uint64_t octets, MessageDraft &draft)
    {
        auto fill = std::make_unique<FillDevice>(static_cast<qint64>(octets));
        draft.attachments.push_back({.fileName = QStringLiteral("scan.bin"), .source = fill.get()});
        m_devices.push_back(std::move(fill));
    }

private:
    std::vector<std::unique_ptr<QIODevice>> m_devices;
};

qint64 sizeOf(const QStringList &paths)
{
    qint64 octets = 0;
    for (const QString &path : paths)
        octets += QFileInfo(path).size();
    return octets;
}

MessageDraft draftOf(const TestRequest &request)
{
    MessageDraft draft = request.message;
    draft.withDate = !request.quirks.noDate;
    draft.withMessageId = !request.quirks.noMessageId;
    draft.addressInDisplayName = request.quirks.addressInDisplayName;
    return draft;
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
    // Of one length, so that two runs of one test have messages of one size.
    const QByteArray random = QByteArray::number(QRandomGenerator::system()->generate64(), 36).rightJustified(13, '0');
    return "relaywright" + toDateTime(now).toUTC().toString(QStringLiteral("yyyyMMdd'T'HHmmss'Z'")).toLatin1() + random;
}

LintEnvelope lintEnvelopeOf(const TestRequest &request)
{
    return {.known = true, .mailFrom = request.envelope.sender, .recipients = request.envelope.recipients};
}

Result<TestMessage> makeTestMessage(const TestRequest &request, TimePoint now, const QByteArray &token)
{
    if (!request.emlFile.isEmpty())
        return openEml(request.emlFile, lintEnvelopeOf(request));
    MessageDraft draft = draftOf(request);
    OpenAttachments attachments;
    for (const QString &path : request.attachments) {
        if (const auto added = attachments.add(path, draft); !added)
            return tl::unexpected(added.error());
    }
    if (request.fillOctets > 0)
        attachments.addFill(request.fillOctets, draft);
    auto store = openStore(sizeOf(request.attachments) + static_cast<qint64>(request.fillOctets));
    if (!store)
        return tl::unexpected(store.error());
    LineFeedWriter lineFeeds(**store);
    QIODevice &out = request.quirks.bareLineFeeds ? static_cast<QIODevice &>(lineFeeds) : **store;
    if (const auto composed = composeTo(draft, now, token, out); !composed)
        return tl::unexpected(composed.error());
    if (!(*store)->seek(0))
        return noRoom(**store);
    return inspected(std::move(*store), lintEnvelopeOf(request));
}

Result<QByteArray> authoritiesOf(const TestRequest &request)
{
    const QString &path = request.caFile;
    if (path.isEmpty())
        return request.connection.tls.caCertificatesPem;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorKind::NotFound,
            QStringLiteral("%1 cannot be read: %2. Check the name and the permissions.").arg(path, file.errorString()));
    if (file.size() > kMaxAuthorities)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 is over 4 MiB: that is no file of certificates.").arg(path));
    return request.connection.tls.caCertificatesPem + file.readAll();
}

QByteArray TestMessage::part(qint64 from, qint64 most) const
{
    if (!content)
        return {};
    const qint64 at = content->pos();
    content->seek(from);
    QByteArray read = content->read(most);
    content->seek(at);
    return read;
}

} // namespace relaywright
