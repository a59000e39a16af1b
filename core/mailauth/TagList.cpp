// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/TagList.h"

#include "core/base/Text.h"

#include <QSet>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxChars = 65535; // RDLENGTH of a TXT record
constexpr size_t kMaxTags = 100;
constexpr size_t kMaxFaults = 20;
constexpr qsizetype kMaxExtensionName = 32;

bool isLetter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isBlank(QChar c)
{
    return c == u' ' || c == u'\t';
}

/// Characters of white space at `i`: a blank, or a line end with a blank behind it (FWS).
qsizetype spaceAt(QStringView text, qsizetype i)
{
    if (isBlank(text[i]))
        return 1;
    const bool folded = text[i] == u'\r' && i + 2 < text.size() && text[i + 1] == u'\n' && isBlank(text[i + 2]);
    return folded ? 3 : 0;
}

bool isName(QStringView name, TagNames names)
{
    if (name.isEmpty())
        return false;
    if (names == TagNames::Dkim)
        return isLetter(name.front())
               && std::ranges::all_of(name, [](QChar c) { return isLetter(c) || isDigit(c) || c == u'_'; });
    return name.size() <= kMaxExtensionName && (isLetter(name.front()) || isDigit(name.front()))
           && std::ranges::all_of(
               name, [](QChar c) { return isLetter(c) || isDigit(c) || c == u'_' || c == u'-' || c == u'.'; });
}

/// A part of the text without the white space around it.
struct Piece {
    qsizetype begin = 0;
    qsizetype end = 0;
    [[nodiscard]] qsizetype length() const { return end - begin; }
};

class Reader {
public:
    Reader(const QString &text, TagNames names) : m_text(text), m_names(names) {}

    TagList read()
    {
        if (m_text.size() > kMaxChars) {
            fault(QStringLiteral("The text is longer than a TXT record can be (65535 octets)."), {0, 0});
            return m_list;
        }
        for (qsizetype begin = 0; begin <= m_text.size();) {
            const qsizetype semicolon = m_text.indexOf(u';', begin);
            const qsizetype end = semicolon < 0 ? m_text.size() : semicolon;
            if (!readPart(trimmed({begin, end}), semicolon < 0))
                break;
            begin = end + 1;
        }
        return m_list;
    }

private:
    [[nodiscard]] Piece trimmed(Piece piece) const
    {
        const QStringView text(m_text);
        for (qsizetype step = 1; piece.begin < piece.end && step > 0; piece.begin += step)
            step = spaceAt(text.first(piece.end), piece.begin);
        while (piece.end > piece.begin && isBlank(text[piece.end - 1])) {
            --piece.end;
            if (piece.end - piece.begin >= 2 && text[piece.end - 1] == u'\n' && text[piece.end - 2] == u'\r')
                piece.end -= 2;
        }
        return piece;
    }

    /// False when there is no more room for tags.
    bool readPart(Piece part, bool last)
    {
        if (part.length() == 0)
            return last
                   || fault(QStringLiteral("Nothing stands before this semicolon; take it away."),
                            {part.end, part.end + 1});
        if (m_list.tags.size() == kMaxTags) {
            fault(QStringLiteral("More than 100 tags; no record needs as many."), {part.begin, m_text.size()});
            return false;
        }
        const QStringView text = QStringView(m_text).sliced(part.begin, part.length());
        const qsizetype equals = text.indexOf(u'=');
        if (equals < 0)
            return fault(
                QStringLiteral("\"%1\" is no tag: a tag is a name, an equals sign and a value, and a semicolon "
                               "stands between tags.")
                    .arg(quotable(text.toString())),
                part);
        const Piece name = trimmed({part.begin, part.begin + equals});
        const Piece value = trimmed({part.begin + equals + 1, part.end});
        if (!isName(QStringView(m_text).sliced(name.begin, name.length()), m_names))
            return fault(QStringLiteral("\"%1\" is no name of a tag; it begins with a letter and holds letters, digits "
                                        "and underscores.")
                             .arg(quotable(m_text.sliced(name.begin, name.length()))),
                         name.length() > 0 ? name : Piece{part.begin, part.begin + 1});
        return readValue(name, value);
    }

    bool readValue(Piece name, Piece value)
    {
        for (qsizetype i = value.begin; i < value.end; ++i) {
            const QChar c = m_text[i];
            if (const qsizetype space = spaceAt(QStringView(m_text).first(value.end), i)) {
                i += space - 1;
                continue;
            }
            if (c < u'!' || c > u'~')
                return fault(
                    QStringLiteral("The value of \"%1\" holds a character that is not printable ASCII; write it "
                                   "again without it.")
                        .arg(m_text.sliced(name.begin, name.length())),
                    {i, i + 1});
        }
        m_list.tags.push_back({.name = m_text.sliced(name.begin, name.length()),
                               .value = m_text.sliced(value.begin, value.length()),
                               .offset = name.begin,
                               .valueAt = value.begin});
        return true;
    }

    /// Always true: the reading goes on.
    bool fault(const QString &sentence, Piece place)
    {
        if (m_list.faults.size() < kMaxFaults)
            m_list.faults.push_back({sentence, place.begin, place.length()});
        return true;
    }

    const QString &m_text;
    TagNames m_names;
    TagList m_list;
};

} // namespace

const Tag *TagList::find(QLatin1String name) const
{
    const auto found = std::ranges::find(tags, name, &Tag::name);
    return found == tags.end() ? nullptr : &*found;
}

TagList parseTagList(const QString &text, TagNames names)
{
    return Reader(text, names).read();
}

std::vector<RecordFault> repeatedTags(const TagList &list)
{
    std::vector<RecordFault> faults;
    QSet<QString> seen;
    for (const Tag &tag : list.tags) {
        if (seen.contains(tag.name) && faults.size() < kMaxFaults)
            faults.push_back({QStringLiteral("\"%1=\" stands twice; it can stand once only.").arg(tag.name), tag.offset,
                              tag.length()});
        seen.insert(tag.name);
    }
    return faults;
}

QStringList splitValue(const QString &value, QChar separator)
{
    QStringList parts;
    for (const QString &part : value.split(separator)) {
        if (const QString text = part.trimmed(); !text.isEmpty())
            parts += text;
    }
    return parts;
}

bool hasVersion(QByteArrayView text, QByteArrayView version)
{
    constexpr qsizetype kEnough = 200; // for `v`, a version, and white space that nobody writes
    const qsizetype semicolon = text.indexOf(';');
    const QByteArrayView head = text.first(std::min(semicolon < 0 ? text.size() : semicolon, kEnough));
    const TagList list = parseTagList(QString::fromLatin1(head));
    if (list.tags.empty() || list.tags.front().name.compare(QLatin1String("v"), Qt::CaseInsensitive) != 0)
        return false;
    const QString &value = list.tags.front().value;
    // Another version is another record; a forgotten semicolon is a fault of this one.
    return value.startsWith(QLatin1String(version), Qt::CaseInsensitive)
           && (value.size() == version.size() || !value[version.size()].isLetterOrNumber());
}

RecordFault versionFault(const TagList &list, const QString &text, QLatin1String version, const QString &kind)
{
    const QString sentence =
        QStringLiteral("%1 begins with \"v=%2\" and a semicolon, written exactly so.").arg(kind, version);
    if (list.tags.empty() || list.tags.front().name != QLatin1String("v"))
        return {sentence, 0, std::min<qsizetype>(text.size(), 2 + version.size())};
    const Tag &first = list.tags.front();
    if (first.value != version)
        return {sentence, first.offset, first.length()};
    return list.faults.empty() || list.faults.front().offset > first.offset ? RecordFault{} : list.faults.front();
}

} // namespace relaywright
