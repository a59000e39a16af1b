// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/LintRemarks.h"

namespace relaywright {

/// Follows the MIME structure of a message line by line (RFC 2045, RFC 2046): parts, boundaries, transfer encodings.
/// Memory is bounded by the depth of nesting that it follows. Internal to core/mail.
class MimeLint {
public:
    static constexpr int kMaxParts = 1000; ///< as Exchange Online: 554 5.6.211
    static constexpr std::size_t kMaxDepth = 64;

    explicit MimeLint(LintRemarks &remarks) : m_remarks(remarks) {}

    /// A field of the entity whose header is read now: of the message, of a part, of a message in a part.
    void onField(const QByteArray &name, const QByteArray &value, qint64 line);
    /// The empty line after a header.
    void onHeaderEnd(qint64 line);
    /// True when `text` is a delimiter of a multipart that is open; its part is then over.
    [[nodiscard]] bool takeDelimiter(QByteArrayView text, qint64 line);
    /// A line of a body without its line end; `isWhole`: not shortened.
    void onBodyLine(QByteArrayView text, qint64 line, bool isWhole);
    void onEnd();
    /// True while a header is read.
    [[nodiscard]] bool inHeader() const { return m_place == Place::Header; }

private:
    enum class Place { Header, Leaf, Between };
    enum class Encoding { SevenBit, EightBit, Binary, Base64, QuotedPrintable, Unknown };
    struct Entity {
        QByteArray mediaType = "text/plain";
        QByteArray boundary{};
        bool hasBoundary = false;
        Encoding encoding = Encoding::SevenBit;
        QByteArray encodingWord = "7bit";
        qint64 line = 0;
    };
    struct Level {
        QByteArray boundary;
        qint64 line = 0;
        bool seen = false;
    };
    struct Base64State {
        qint64 characters = 0;
        int padding = 0;
        bool reliable = true;
    };

    void beginEntity(qint64 line);
    void openMultipart(qint64 line);
    void closeLevels(std::size_t keep, qint64 line);
    void endLeaf();
    void checkBase64(QByteArrayView text, qint64 line, bool isWhole);
    void checkQuoted(QByteArrayView text, qint64 line);
    void checkPlain(QByteArrayView text, qint64 line);
    void wrong(const char *id, qint64 line, QByteArrayView seen, const QString &sentence, const char *remedy);
    void attention(const char *id, qint64 line, const QString &sentence, const char *remedy);

    LintRemarks &m_remarks;
    Place m_place = Place::Header;
    Entity m_entity;
    Base64State m_base64;
    std::vector<Level> m_levels;
    qint64 m_parts = 0;
};

} // namespace relaywright
