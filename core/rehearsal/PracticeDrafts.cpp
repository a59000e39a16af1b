// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeDrafts.h"

#include "core/base/Text.h"
#include "core/mail/Header.h"
#include "core/mail/Mime.h"
#include "core/rehearsal/JsonWebToken.h"

#include <QRegularExpression>

#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kIdOctets = 45;
constexpr qsizetype kNameOctets = 32;

QByteArray typeOf(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}\\z"));
    return form.match(text).hasMatch() ? text.toLatin1() : QByteArray("application/octet-stream");
}

QByteArray partOf(const DraftAttachment &attachment)
{
    QByteArray part = "Content-Type: " + typeOf(attachment.contentType)
                      + "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: "
                      + (attachment.isInline ? "inline" : "attachment") + fileNameParameter(attachment.name) + "\r\n";
    if (!attachment.contentId.isEmpty() && !hasControlCharacters(attachment.contentId))
        part += "Content-ID: <" + attachment.contentId.toUtf8() + ">\r\n";
    return part + "\r\n" + base64Lines(attachment.octets);
}

bool isOfContent(const QByteArray &name)
{
    const QByteArray lower = name.toLower();
    return lower.startsWith("content-") || lower == "mime-version";
}

} // namespace

std::optional<ContentRange> ContentRange::parse(const QByteArray &text)
{
    static const QRegularExpression form(QStringLiteral("^bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})\\z"));
    const auto match = form.match(QString::fromLatin1(text));
    if (!match.hasMatch())
        return std::nullopt;
    const ContentRange range{match.captured(1).toLongLong(), match.captured(2).toLongLong(),
                             match.captured(3).toLongLong()};
    return range.first <= range.last && range.last < range.size ? std::optional(range) : std::nullopt;
}

bool PracticeDrafts::hasRoomFor(qint64 octets) const
{
    qint64 held = octets;
    for (const auto &[id, draft] : m_drafts) {
        held += draft.mime.size();
        for (const DraftAttachment &attachment : draft.attachments)
            held += attachment.octets.size();
    }
    // What was announced counts, so that an upload that has begun can end.
    for (const auto &[name, upload] : m_uploads)
        held += upload.sizeBytes;
    return held <= kMostOctets;
}

std::optional<QString> PracticeDrafts::add(const QString &mailbox, const QByteArray &mime)
{
    if (m_drafts.size() >= kMost || !hasRoomFor(mime.size()))
        return std::nullopt;
    const QString id =
        QStringLiteral("AAMk") + QString::fromLatin1(m_random(kIdOctets).toBase64(QByteArray::Base64UrlEncoding));
    m_drafts.emplace(id, PracticeDraft{mailbox.toLower(), mime});
    return id;
}

PracticeDraft *PracticeDrafts::find(const QString &mailbox, const QString &id)
{
    const auto found = m_drafts.find(id);
    return found == m_drafts.end() || found->second.mailbox != mailbox.toLower() ? nullptr : &found->second;
}

void PracticeDrafts::remove(const QString &id)
{
    m_drafts.erase(id);
    std::erase_if(m_uploads, [&id](const auto &entry) { return entry.second.draft == id; });
}

std::optional<QString> PracticeDrafts::attach(const QString &mailbox, const QString &id, DraftAttachment attachment)
{
    PracticeDraft *draft = find(mailbox, id);
    if (!draft || draft->attachments.size() >= kMostAttachments || !hasRoomFor(attachment.octets.size()))
        return std::nullopt;
    attachment.id = id + QString::number(draft->attachments.size() + 1);
    draft->attachments.push_back(std::move(attachment));
    return draft->attachments.back().id;
}

std::optional<Secret> PracticeDrafts::open(const DraftUpload &upload, TimePoint now)
{
    // Else those that nobody ended would keep their room for ever.
    std::erase_if(m_uploads, [now](const auto &entry) { return entry.second.expires <= now; });
    if (m_uploads.size() >= kMost || !hasRoomFor(upload.sizeBytes))
        return std::nullopt;
    const QByteArray name = base64Url(m_random(kNameOctets));
    m_uploads.emplace(name, upload);
    return Secret(QByteArray(name));
}

DraftUpload *PracticeDrafts::upload(const Secret &name, TimePoint now)
{
    const auto found = m_uploads.find(name.reveal().toByteArray());
    return found == m_uploads.end() || found->second.expires <= now ? nullptr : &found->second;
}

QString PracticeDrafts::finish(const Secret &name)
{
    const auto found = m_uploads.find(name.reveal().toByteArray());
    if (found == m_uploads.end())
        return {};
    DraftUpload upload = std::move(found->second);
    m_uploads.erase(found);
    const auto draft = m_drafts.find(upload.draft);
    if (draft == m_drafts.end())
        return {};
    upload.attachment.id = upload.draft + QString::number(draft->second.attachments.size() + 1);
    draft->second.attachments.push_back(std::move(upload.attachment));
    return draft->second.attachments.back().id;
}

void PracticeDrafts::forget(const Secret &name)
{
    m_uploads.erase(name.reveal().toByteArray());
}

QByteArray withAttachments(const PracticeDraft &draft, const QByteArray &boundary)
{
    if (draft.attachments.empty())
        return draft.mime;
    const MessageHeader header = MessageHeader::read(draft.mime);
    QByteArray outer;
    QByteArray inner;
    for (const HeaderField &field : header.fields())
        (isOfContent(field.name) ? inner : outer) += draft.mime.mid(field.offset, field.size);
    QByteArrayView body = QByteArrayView(draft.mime).sliced(header.size());
    if (body.startsWith("\r\n"))
        body = body.sliced(2);
    QByteArray message = outer + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" + boundary
                         + "\"\r\n\r\n--" + boundary + "\r\n" + inner + "\r\n" + body.toByteArray();
    for (const DraftAttachment &attachment : draft.attachments)
        message += "\r\n--" + boundary + "\r\n" + partOf(attachment);
    return message + "\r\n--" + boundary + "--\r\n";
}

} // namespace relaywright
