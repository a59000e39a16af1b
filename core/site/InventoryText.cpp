// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/InventoryText.h"

#include "core/site/InventoryFacts.h"

#include <QStringConverter>

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

constexpr qsizetype kMostOctets = 64ll << 20;
constexpr std::size_t kMostRows = 100'000;
constexpr int kMostLinesOfACell = 50;
constexpr qsizetype kMostColumns = 500;
constexpr std::size_t kSampleRows = 50; ///< looked at to find the delimiter

/// 0x80 to 0x9F of Windows-1252; 0: not assigned.
constexpr std::array<char16_t, 32> kWindows1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

QString fromWindows1252(const QByteArray &octets)
{
    QString text;
    text.reserve(octets.size());
    for (const char octet : octets) {
        const auto code = static_cast<unsigned char>(octet);
        const bool special = code >= 0x80 && code < 0xa0;
        text += special && kWindows1252[code - 0x80u] ? QChar(kWindows1252[code - 0x80u]) : QChar(char16_t(code));
    }
    return text;
}

std::optional<Error> notText(const QByteArray &octets)
{
    if (octets.size() > kMostOctets)
        return Error{ErrorKind::InvalidInput,
                     QStringLiteral("The inventory is larger than 64 MiB. Split it into several files.")};
    if (octets.startsWith("PK\x03\x04") || octets.startsWith("\xD0\xCF\x11\xE0"))
        return Error{ErrorKind::InvalidInput,
                     QStringLiteral("This is an Excel workbook, not a CSV file. Save it there as \"CSV UTF-8\", or copy its "
                                    "cells and paste them.")};
    return std::nullopt;
}

Result<InventoryText> decoded(const QByteArray &octets, QStringConverter::Encoding encoding, const QString &name)
{
    QStringDecoder decoder(encoding);
    const QString text = decoder(octets);
    const bool half = encoding == QStringConverter::Utf16 && octets.size() % 2 != 0;
    if (decoder.hasError() || half)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The file begins as %1 but is not. Save it again as \"CSV UTF-8\".").arg(name));
    return InventoryText{text, name};
}

/// Cuts a text into rows of cells. Each call of `next` gives one row.
class RowReader {
public:
    RowReader(QStringView text, QChar delimiter) : m_text(text), m_delimiter(delimiter) {}
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] InventoryRow next();

private:
    [[nodiscard]] bool atLineEnd() const { return m_text[m_at] == u'\r' || m_text[m_at] == u'\n'; }
    void skipLineEnd();
    /// False: the mark that opens here is not closed.
    [[nodiscard]] bool readQuoted(QString &cell);
    void readPlain(QString &cell);
    void skipLine();

    QStringView m_text;
    QChar m_delimiter;
    qsizetype m_at = 0;
    int m_line = 1;
};

void RowReader::skipLineEnd()
{
    if (atEnd())
        return;
    const bool carriageReturn = m_text[m_at] == u'\r';
    ++m_at;
    if (carriageReturn && !atEnd() && m_text[m_at] == u'\n')
        ++m_at;
    ++m_line;
}

bool RowReader::readQuoted(QString &cell)
{
    const int firstLine = m_line;
    ++m_at;
    while (!atEnd()) {
        const QChar c = m_text[m_at];
        if (c == u'"') {
            ++m_at;
            if (atEnd() || m_text[m_at] != u'"')
                return true;
            cell += u'"';
            ++m_at;
        } else if (atLineEnd()) {
            if (m_line - firstLine >= kMostLinesOfACell)
                return false;
            cell += u'\n';
            skipLineEnd();
        } else {
            cell += c;
            ++m_at;
        }
    }
    return false;
}

void RowReader::readPlain(QString &cell)
{
    const qsizetype from = m_at;
    while (!atEnd() && !atLineEnd() && m_text[m_at] != m_delimiter)
        ++m_at;
    cell += m_text.mid(from, m_at - from);
}

void RowReader::skipLine()
{
    while (!atEnd() && !atLineEnd())
        ++m_at;
    skipLineEnd();
}

InventoryRow RowReader::next()
{
    InventoryRow row{.line = m_line};
    const qsizetype begin = m_at;
    while (true) {
        QString cell;
        if (!atEnd() && m_text[m_at] == u'"') {
            if (!readQuoted(cell)) {
                m_at = begin;
                m_line = row.line;
                skipLine();
                row.fault = QStringLiteral("A quotation mark is opened and never closed.");
                return row;
            }
        }
        readPlain(cell); // what stands behind a closing quotation mark belongs to the cell
        row.cells += cell;
        if (atEnd() || atLineEnd() || row.cells.size() >= kMostColumns) {
            if (!atEnd() && !atLineEnd()) {
                row.fault = QStringLiteral("It has more than %1 cells.").arg(kMostColumns);
                skipLine();
            } else {
                skipLineEnd();
            }
            return row;
        }
        ++m_at;
    }
}

bool isEmpty(const InventoryRow &row)
{
    return row.fault.isEmpty()
        && std::ranges::all_of(row.cells, [](const QString &cell) { return cell.trimmed().isEmpty(); });
}

/// How many of the first rows have as many cells as the first one; none when that is a single cell.
std::size_t agreement(QStringView text, QChar delimiter)
{
    RowReader reader(text, delimiter);
    std::size_t agreeing = 0;
    qsizetype cells = 0;
    for (std::size_t seen = 0; seen < kSampleRows && !reader.atEnd();) {
        const InventoryRow row = reader.next();
        if (isEmpty(row))
            continue;
        if (seen == 0)
            cells = row.cells.size();
        ++seen;
        if (cells > 1 && row.cells.size() == cells)
            agreeing += static_cast<std::size_t>(cells);
    }
    return agreeing;
}

QChar findDelimiter(QStringView text)
{
    QChar best = u',';
    std::size_t most = 0;
    for (const QChar candidate : {QChar(u'\t'), QChar(u';'), QChar(u',')}) {
        const std::size_t agreeing = agreement(text, candidate);
        if (agreeing > most) {
            most = agreeing;
            best = candidate;
        }
    }
    return best;
}

/// Excel's own way of naming the delimiter, in a first line of its own.
std::optional<QChar> declaredDelimiter(QStringView text)
{
    if (!text.startsWith(QLatin1String("sep="), Qt::CaseInsensitive) || text.size() < 5)
        return std::nullopt;
    const bool alone = text.size() == 5 || text[5] == u'\r' || text[5] == u'\n';
    return alone ? std::optional(text[4]) : std::nullopt;
}

bool looksLikeHeadings(const QStringList &cells)
{
    const auto named = [](const QString &cell) { return recogniseColumn(cell).has_value(); };
    const auto address = [](const QString &cell) { return cell.contains(u'@'); };
    return std::ranges::any_of(cells, named) || std::ranges::none_of(cells, address);
}

void takeHeadings(InventoryTable &table, Headings headings)
{
    qsizetype columns = 0;
    for (const InventoryRow &row : table.rows)
        columns = std::max(columns, row.cells.size());
    InventoryRow &first = table.rows.front();
    table.hasHeadings = headings == Headings::Present
        || (headings == Headings::Detect && first.fault.isEmpty() && looksLikeHeadings(first.cells));
    if (table.hasHeadings) {
        for (const QString &cell : first.cells)
            table.headings += cell.simplified();
        table.rows.erase(table.rows.begin());
        while (table.headings.size() > 1 && table.headings.back().isEmpty())
            table.headings.removeLast(); // spreadsheets pad their lines
        columns = table.headings.size();
    }
    for (qsizetype i = 0; i < columns; ++i) {
        if (i >= table.headings.size())
            table.headings += QString();
        if (table.headings[i].isEmpty())
            table.headings[i] = QStringLiteral("Column %1").arg(i + 1);
    }
}

} // namespace

Result<InventoryText> decodeInventory(const QByteArray &octets)
{
    if (const auto error = notText(octets))
        return tl::unexpected(*error);
    const bool utf16 = octets.startsWith("\xFF\xFE") || octets.startsWith("\xFE\xFF");
    Result<InventoryText> text = utf16 ? decoded(octets, QStringConverter::Utf16, QStringLiteral("UTF-16"))
                                       : decoded(octets, QStringConverter::Utf8, QStringLiteral("UTF-8"));
    if (!text && !utf16 && !octets.startsWith("\xEF\xBB\xBF"))
        text = InventoryText{fromWindows1252(octets), QStringLiteral("Windows-1252")};
    if (text && text->text.contains(QChar(u'\0')))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("This is not a text file. Choose a CSV file, or copy the cells and paste them."));
    return text;
}

Result<InventoryTable> parseInventory(const QString &text, Headings headings)
{
    // Each file that was put together to this one began with its mark. Left in, it would hide at the front of a name.
    QString unmarked = text;
    unmarked.remove(QChar(QChar::ByteOrderMark));
    const QStringView view(unmarked);
    const auto declared = declaredDelimiter(view);
    InventoryTable table{.delimiter = declared ? *declared : findDelimiter(view)};
    RowReader reader(view, table.delimiter);
    if (declared)
        (void)reader.next();
    while (!reader.atEnd()) {
        InventoryRow row = reader.next();
        if (isEmpty(row))
            continue;
        if (table.rows.size() > kMostRows)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("The inventory has more than 100,000 lines. Split it into several files."));
        table.rows.push_back(std::move(row));
    }
    if (table.rows.empty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("There is nothing in it. Choose a CSV file with one line for each sender."));
    takeHeadings(table, headings);
    return table;
}

QString inventoryLine(const QStringList &cells, QChar delimiter)
{
    QStringList written;
    for (QString cell : cells) {
        const bool quoted = cell.contains(delimiter) || cell.contains(u'"') || cell.contains(u'\n') || cell.contains(u'\r')
            || cell != cell.trimmed();
        if (quoted)
            cell = u'"' + cell.replace(QLatin1String("\""), QLatin1String("\"\"")) + u'"';
        written += cell;
    }
    return written.join(delimiter) + QLatin1String("\r\n");
}

} // namespace relaywright
