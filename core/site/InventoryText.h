// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace relaywright {

struct InventoryText {
    QString text;
    QString encoding; ///< for people: UTF-8, UTF-16, Windows-1252
    bool operator==(const InventoryText &) const = default;
};

/// The octets of a CSV file: UTF-8 with or without a byte order mark, UTF-16 with one, otherwise Windows-1252, which
/// Excel writes. Error: InvalidInput for an Excel workbook, for a NUL, and above 64 MiB.
[[nodiscard]] Result<InventoryText> decodeInventory(const QByteArray &octets);

struct InventoryRow {
    int line = 0;      ///< on which it begins, from 1
    QStringList cells;
    QString fault;     ///< why it cannot be read; empty: it can
    bool operator==(const InventoryRow &) const = default;
};

/// The cells of a CSV file or of what was copied from a spreadsheet.
struct InventoryTable {
    QChar delimiter = u',';        ///< comma, semicolon or tab
    bool hasHeadings = true;
    QStringList headings;          ///< one for each column; "Column 3" where there are none
    std::vector<InventoryRow> rows; ///< without the headings and without empty lines
    bool operator==(const InventoryTable &) const = default;
};

enum class Headings { Detect, Present, Absent };

/// RFC 4180: cells in quotation marks may hold delimiters, line breaks and doubled quotation marks; any line end is taken,
/// and Excel's `sep=;` line. The delimiter is the one that gives the most lines the same number of cells. A quotation mark
/// that is never closed (or not within 50 lines) spoils its own line only. Without column names that are recognised, a
/// first line that holds an address is data. Error: InvalidInput when there is nothing, or more than 100,000 lines.
[[nodiscard]] Result<InventoryTable> parseInventory(const QString &text, Headings headings = Headings::Detect);

/// One line of cells, quoted where they need it, with CR LF at its end.
[[nodiscard]] QString inventoryLine(const QStringList &cells, QChar delimiter);

} // namespace relaywright
