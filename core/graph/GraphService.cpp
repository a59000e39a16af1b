// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/graph/GraphService.h"

#include "core/base/Text.h"
#include "core/site/SiteDocument.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace relaywright {

namespace {

/// Only what RFC 3986 §2.3 leaves unreserved stays: an id or an address is one segment of a path, whatever it holds.
QString segment(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

HttpBody json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

GraphService GraphService::microsoft(Cloud cloud, const Knowledge &knowledge)
{
    QUrl base;
    base.setScheme(QStringLiteral("https"));
    base.setHost(knowledge.text(QStringLiteral("graph.host.") + toString(cloud)));
    return GraphService(base);
}

Result<GraphService> GraphService::at(const QUrl &base)
{
    const auto bare = bareServiceUrl(base);
    if (!bare)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is no address of Microsoft Graph. Write https:// and a host, nothing "
                                      "behind it; http:// is for this computer itself only.")
                           .arg(quotable(base.toString(QUrl::RemoveUserInfo))));
    return GraphService(*bare);
}

HttpQuestion GraphService::question(const char *method, const GraphMailbox &mailbox, const QString &draft,
                                    const char *rest) const
{
    QString path = mailbox ? QStringLiteral("/v1.0/users/") + segment(mailbox->toString()) : QStringLiteral("/v1.0/me");
    if (!draft.isEmpty())
        path += QStringLiteral("/messages/") + segment(draft);
    QUrl url = m_base;
    url.setPath(path + QLatin1String(rest), QUrl::TolerantMode);
    return {.method = method, .url = url, .fields = {{"Content-Type", "application/json"}}};
}

HttpQuestion GraphService::sendMail(const GraphMailbox &mailbox, const QByteArray &mime) const
{
    HttpQuestion asked = question("POST", mailbox, {}, "/sendMail");
    asked.fields = {{"Content-Type", "text/plain"}};
    asked.body = mime.toBase64();
    return asked;
}

HttpQuestion GraphService::createDraft(const GraphMailbox &mailbox, const QByteArray &mime) const
{
    HttpQuestion asked = question("POST", mailbox, {}, "/messages");
    asked.fields = {{"Content-Type", "text/plain"}};
    asked.body = mime.toBase64();
    return asked;
}

HttpQuestion GraphService::forgetWhenSent(const GraphMailbox &mailbox, const QString &draft) const
{
    HttpQuestion asked = question("PATCH", mailbox, draft, "");
    const QJsonObject property{{QStringLiteral("id"), QStringLiteral("Boolean 0x0E01")},
                               {QStringLiteral("value"), QStringLiteral("true")}};
    asked.body = json({{QStringLiteral("singleValueExtendedProperties"), QJsonArray{property}}});
    return asked;
}

HttpQuestion GraphService::attach(const GraphMailbox &mailbox, const QString &draft, const GraphAttachment &attachment,
                                  const QByteArray &octets) const
{
    HttpQuestion asked = question("POST", mailbox, draft, "/attachments");
    QJsonObject file{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.fileAttachment")},
                     {QStringLiteral("name"), attachment.name},
                     {QStringLiteral("contentType"), attachment.contentType},
                     {QStringLiteral("isInline"), attachment.isInline},
                     {QStringLiteral("contentBytes"), QString::fromLatin1(octets.toBase64())}};
    if (!attachment.contentId.isEmpty())
        file.insert(QStringLiteral("contentId"), attachment.contentId);
    asked.body = json(file);
    return asked;
}

HttpQuestion GraphService::openUpload(const GraphMailbox &mailbox, const QString &draft,
                                      const GraphAttachment &attachment) const
{
    HttpQuestion asked = question("POST", mailbox, draft, "/attachments/createUploadSession");
    QJsonObject item{{QStringLiteral("attachmentType"), QStringLiteral("file")},
                     {QStringLiteral("name"), attachment.name},
                     {QStringLiteral("contentType"), attachment.contentType},
                     {QStringLiteral("size"), attachment.sizeBytes}};
    if (attachment.isInline)
        item.insert(QStringLiteral("isInline"), true);
    if (!attachment.contentId.isEmpty())
        item.insert(QStringLiteral("contentId"), attachment.contentId);
    asked.body = json({{QStringLiteral("AttachmentItem"), item}});
    return asked;
}

HttpQuestion GraphService::upload(const QUrl &address, const QByteArray &slice, qint64 offset, qint64 size)
{
    const QByteArray range = "bytes " + QByteArray::number(offset) + '-' + QByteArray::number(offset + slice.size() - 1)
                             + '/' + QByteArray::number(size);
    return {.method = "PUT",
            .url = address,
            .fields = {{"Content-Type", "application/octet-stream"}, {"Content-Range", range}},
            .body = slice};
}

bool GraphService::trustsUploadAt(const QUrl &address) const
{
    const bool isHere = address.scheme() == QLatin1String("http") && m_base.scheme() == QLatin1String("http")
                        && isThisComputer(address);
    return address.isValid() && !address.host().isEmpty() && address.userInfo().isEmpty()
           && (address.scheme() == QLatin1String("https") || isHere);
}

HttpQuestion GraphService::sendDraft(const GraphMailbox &mailbox, const QString &draft) const
{
    HttpQuestion asked = question("POST", mailbox, draft, "/send");
    asked.fields.clear(); // nothing is in it
    return asked;
}

HttpQuestion GraphService::deleteDraft(const GraphMailbox &mailbox, const QString &draft) const
{
    HttpQuestion asked = question("DELETE", mailbox, draft, "");
    asked.fields.clear();
    return asked;
}

} // namespace relaywright
