// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/GraphService.h"

#include <QByteArray>
#include <QByteArrayList>

#include <memory>
#include <optional>
#include <vector>

class QIODevice;

namespace relaywright {

/// An attachment as it stands in a message: in base64, or as it is. Offsets are octets of the message.
struct GraphPart {
    GraphAttachment attachment{};
    qint64 start = 0;        ///< of the line of its boundary; of the body where the message is nothing but this part
    qint64 contentStart = 0; ///< of its content
    qint64 contentEnd = 0;   ///< behind its content
    qint64 end = 0;          ///< of the next boundary's line, or of the message
    bool isBase64 = false;
    int container = -1; ///< which multipart it is in; -1: it is the message
    bool operator==(const GraphPart &) const = default;
};

/// Looks for the attachments of a message that can be taken out of it and brought to a draft by themselves: those in base64
/// or as they are, in multipart/mixed or multipart/related (RFC 2046 §5.1.3, RFC 2387). What is signed or encrypted, an
/// alternative, and the text stay. Bounded: 100 attachments, 8 levels; reads the message once, line by line.
class GraphPartFinder {
public:
    /// `message` is at any place and outlives it; `header` is the length of its header with the empty line.
    GraphPartFinder(QIODevice *message, qint64 header);
    ~GraphPartFinder();
    GraphPartFinder(const GraphPartFinder &) = delete;
    GraphPartFinder &operator=(const GraphPartFinder &) = delete;
    /// Reads on, at most a megabyte; true when all is read. Error: Storage when the message cannot be read.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] const std::vector<GraphPart> &parts() const;
    /// How many parts a multipart has, those that stay included.
    [[nodiscard]] int partsIn(int container) const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// How a message goes that is too large for one request.
struct GraphDraftPlan {
    QByteArray mime{};                ///< what the draft is made of
    std::vector<GraphPart> brought{}; ///< in the order of the message
};

/// Takes out as few attachments as will do, the largest first. `header` stands for the first `headerSize` octets of the
/// message. Error: InvalidInput, a whole sentence on what to do, when too much is left, or an attachment is larger than
/// `attachmentLimit`; Storage when the message cannot be read.
[[nodiscard]] Result<GraphDraftPlan> planDraft(QIODevice *message, const QByteArray &header, qint64 headerSize,
                                               const GraphPartFinder &finder, qint64 mimeLimit, qint64 attachmentLimit);

/// The decoded content of an attachment, from its first octet on.
class GraphPartReader {
public:
    /// `message` outlives it, and may be read by others between two calls.
    GraphPartReader(QIODevice *message, const GraphPart &part)
        : m_message(message), m_part(part), m_at(part.contentStart)
    {
    }
    /// So many octets; fewer at the end only. Error: Storage when the message cannot be read.
    [[nodiscard]] Result<QByteArray> read(qint64 octets);

private:
    QIODevice *m_message;
    GraphPart m_part;
    qint64 m_at;
    QByteArray m_undecoded; ///< fewer than four characters of base64
    QByteArray m_decoded;
};

} // namespace relaywright
