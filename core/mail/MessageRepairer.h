// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Repair.h"

#include <QByteArray>
#include <QByteArrayView>

#include <vector>

namespace relaywright {

/// Repairs a message while it goes by in pieces of any size: what it lacks in its header, a display name that holds an
/// address, lines that are too long (RFC 5322 §2.1.1, §3.6). Of `Repairs` it leaves `bareNewlines` to whoever feeds it:
/// that comes first. Pure; memory is bounded: the header up to MessageHeader::kMaxHeaderOctets (a longer one stays as it
/// is), then one line of 998 octets. A line that it cuts can end no data: what goes on the wire is stuffed afterwards.
class MessageRepairer {
public:
    static constexpr qsizetype kMaxLineOctets = 998;
    /// What missing fields shall say; both safe for a header.
    struct Fields {
        QByteArray date;      ///< rfc5322Date
        QByteArray messageId; ///< with angle brackets
    };
    MessageRepairer(const Repairs &repairs, Fields fields) : m_repairs(repairs), m_fields(std::move(fields)) {}

    void append(QByteArrayView octets, QByteArray &out);
    /// The end of the message.
    void finish(QByteArray &out);
    /// What was changed, each once; whole after `finish`.
    [[nodiscard]] const std::vector<Repair> &made() const { return m_made; }

private:
    void note(Repair repair);
    void repairHeader(QByteArray &out);
    [[nodiscard]] QByteArray mendedFrom(QByteArrayView value) const;
    void appendFolded(QByteArrayView field, QByteArray &out);
    void appendBody(QByteArrayView octets, QByteArray &out);
    void endLine(QByteArrayView line, QByteArray &out);
    /// Writes what `line` may have of its beginning and a line end behind it; answers how much that was.
    [[nodiscard]] qsizetype cutLine(QByteArrayView line, QByteArray &out);
    void watchParts(QByteArrayView line);

    Repairs m_repairs;
    Fields m_fields;
    std::vector<Repair> m_made;
    bool m_inBody = false;
    QByteArray m_head;
    QByteArray m_line;        ///< of the body: begun, and not yet ended
    bool m_lineIsCut = false; ///< what stands in `m_line` is not the beginning of its line
    bool m_isMultipart = false;
    bool m_inPartHeader = false;
    bool m_quotedPrintable = false; ///< the part's lines are; they break with `=`
};

} // namespace relaywright
