// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/Result.h"
#include "core/http/HttpQuestion.h"
#include "core/knowledge/Knowledge.h"
#include "core/site/Site.h"

#include <QString>
#include <QUrl>

#include <optional>

namespace relaywright {

/// Whose mail it is: a mailbox (`/users/ADDRESS`), or nothing for that of whoever signed in (`/me`).
using GraphMailbox = std::optional<EmailAddress>;

/// An attachment that is brought to a draft by itself.
struct GraphAttachment {
    QString name;        ///< `scan.pdf`
    QString contentType; ///< `application/pdf`
    QString contentId{}; ///< without angle brackets; of a picture in the text
    bool isInline = false;
    qint64 sizeBytes = 0; ///< decoded
    bool operator==(const GraphAttachment &) const = default;
};

/// Where Microsoft Graph is, and what to ask of its mail (version 1.0; https://learn.microsoft.com/graph/api/user-sendmail and
/// its neighbours). A question has no token yet; whoever asks adds it as bearer, except to `upload`.
class GraphService {
public:
    /// Graph of that cloud, by the facts graph.host.*.
    [[nodiscard]] static GraphService microsoft(Cloud cloud, const Knowledge &knowledge);
    /// A service at another address, such as a practice server. `base` is scheme, host and port.
    /// Error: InvalidInput when it has more, or is not https; on this computer itself (localhost, 127.0.0.1, [::1]) http will do.
    [[nodiscard]] static Result<GraphService> at(const QUrl &base);

    /// Scheme, host and port.
    [[nodiscard]] const QUrl &base() const { return m_base; }
    [[nodiscard]] QString host() const { return m_base.host(); }

    /// Sends `mime` (RFC 5322), and keeps a copy in Sent Items. Needs Mail.Send; success is 202.
    [[nodiscard]] HttpQuestion sendMail(const GraphMailbox &mailbox, const QByteArray &mime) const;
    /// Makes a draft of `mime`. Needs Mail.ReadWrite; success is 201 with the draft's id.
    [[nodiscard]] HttpQuestion createDraft(const GraphMailbox &mailbox, const QByteArray &mime) const;
    /// Lets the draft vanish when it is sent (PidTagDeleteAfterSubmit, MS-OXOMSG §2.2.3.8), so that no copy is kept.
    [[nodiscard]] HttpQuestion forgetWhenSent(const GraphMailbox &mailbox, const QString &draft) const;
    /// Adds an attachment of less than 3 MB in one request; success is 201.
    [[nodiscard]] HttpQuestion attach(const GraphMailbox &mailbox, const QString &draft,
                                      const GraphAttachment &attachment, const QByteArray &octets) const;
    /// Begins to upload a larger one; success is 201 with an address for `upload`.
    [[nodiscard]] HttpQuestion openUpload(const GraphMailbox &mailbox, const QString &draft,
                                          const GraphAttachment &attachment) const;
    /// A slice of at most 4 MB that begins at `offset` of `size` octets. The address holds its own permission: it takes no
    /// token, and is a secret.
    [[nodiscard]] static HttpQuestion upload(const QUrl &address, const QByteArray &slice, qint64 offset, qint64 size);
    /// An address for `upload` must be https; http on this computer itself where the service is at http.
    [[nodiscard]] bool trustsUploadAt(const QUrl &address) const;
    /// Sends the draft; needs Mail.Send; success is 202.
    [[nodiscard]] HttpQuestion sendDraft(const GraphMailbox &mailbox, const QString &draft) const;
    /// Removes a draft that was not sent; success is 204.
    [[nodiscard]] HttpQuestion deleteDraft(const GraphMailbox &mailbox, const QString &draft) const;

    bool operator==(const GraphService &) const = default;

private:
    explicit GraphService(QUrl base) : m_base(std::move(base)) {}
    [[nodiscard]] HttpQuestion question(const char *method, const GraphMailbox &mailbox, const QString &draft,
                                        const char *rest) const;
    QUrl m_base;
};

/// Octets of MIME that go into one request of so many octets, as base64 makes four octets of three.
[[nodiscard]] constexpr qint64 mimeThatFits(qint64 requestOctets)
{
    return requestOctets / 4 * 3;
}

} // namespace relaywright
