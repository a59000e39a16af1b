// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/PracticeDirectory.h"

#include <QByteArray>
#include <QString>

#include <map>
#include <optional>
#include <vector>

namespace relaywright {

/// A file that was added to a draft.
struct DraftAttachment {
    QString id{};
    QString name{};
    QString contentType{};
    QString contentId{}; ///< without angle brackets
    bool isInline = false;
    QByteArray octets{};
};

/// A message that is not sent yet.
struct PracticeDraft {
    QString mailbox; ///< lower case
    QByteArray mime;
    std::vector<DraftAttachment> attachments{};
    bool isForgottenWhenSent = false; ///< PidTagDeleteAfterSubmit: no copy in Sent Items
};

/// An attachment that comes in slices.
struct DraftUpload {
    QString draft;
    DraftAttachment attachment{};
    qint64 sizeBytes = 0; ///< of the whole
    TimePoint expires{};
};

/// `bytes 0-2097151/3483322` (RFC 9110 §14.4); nothing for anything else.
struct ContentRange {
    qint64 first = 0;
    qint64 last = 0;
    qint64 size = 0;
    [[nodiscard]] static std::optional<ContentRange> parse(const QByteArray &text);
    bool operator==(const ContentRange &) const = default;
};

/// The drafts of a practice Graph. Bounded: `kMost` drafts of `kMostAttachments` each, `kMost` uploads, and
/// `kMostOctets` in all of them.
class PracticeDrafts {
public:
    static constexpr std::size_t kMost = 100;
    static constexpr std::size_t kMostAttachments = 250; ///< of one draft; a practice limit
    static constexpr qint64 kMostOctets = 320ll << 20;

    explicit PracticeDrafts(Randomness randomness) : m_random(std::move(randomness)) {}

    /// The draft's id, as Graph's: `AAMk…=`. Nothing: there is no room.
    [[nodiscard]] std::optional<QString> add(const QString &mailbox, const QByteArray &mime);
    /// Nothing where there is none of that mailbox.
    [[nodiscard]] PracticeDraft *find(const QString &mailbox, const QString &id);
    /// With its uploads.
    void remove(const QString &id);
    /// The attachment's id. Nothing: there is no room, or no draft.
    [[nodiscard]] std::optional<QString> attach(const QString &mailbox, const QString &id, DraftAttachment attachment);

    /// A name that only who began the upload knows. Nothing: there is no room; uploads whose time is over take none.
    [[nodiscard]] std::optional<Secret> open(const DraftUpload &upload, TimePoint now);
    [[nodiscard]] DraftUpload *upload(const Secret &name, TimePoint now);
    /// The whole has come: it is an attachment of its draft now. The attachment's id.
    [[nodiscard]] QString finish(const Secret &name);
    void forget(const Secret &name);

    [[nodiscard]] std::size_t count() const { return m_drafts.size(); }

private:
    [[nodiscard]] bool hasRoomFor(qint64 octets) const;
    Randomness m_random;
    std::map<QString, PracticeDraft> m_drafts;
    std::map<QByteArray, DraftUpload> m_uploads;
};

/// The draft as its recipients get it: with its attachments, as multipart/mixed around what it was made of (RFC 2046 §5.1.3).
/// `boundary` stands in none of them.
[[nodiscard]] QByteArray withAttachments(const PracticeDraft &draft, const QByteArray &boundary);

} // namespace relaywright
