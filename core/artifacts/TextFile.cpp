// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/TextFile.h"

#include "core/artifacts/PowerShell.h"

namespace relaywright {

namespace {

constexpr qsizetype kWidth = 100;

} // namespace

void TextFile::fold(const QString &first, const QString &rest, const QString &text)
{
    QString spaced = text;
    for (QChar &c : spaced) {
        if (c.isSpace())
            c = u' ';
    }
    const QStringList words = withoutHiddenCharacters(spaced).split(u' ', Qt::SkipEmptyParts);
    QString line = first;
    bool empty = true;
    for (const QString &word : words) {
        if (!empty && line.size() + 1 + word.size() > kWidth) {
            m_lines += line;
            line = rest;
            empty = true;
        }
        line += empty ? word : u' ' + word;
        empty = false;
    }
    while (line.endsWith(u' '))
        line.chop(1);
    m_lines += line;
}

TextFile &TextFile::comment(const QString &text)
{
    const QString start = m_mark.isEmpty() ? QString() : m_mark + u' ';
    fold(start, m_mark.isEmpty() ? start : start + QLatin1String("  "), text); // so that paragraphs can be told apart
    return *this;
}

TextFile &TextFile::steps(const QStringList &sentences)
{
    const QString start = m_mark.isEmpty() ? QString() : m_mark + u' ';
    for (qsizetype i = 0; i < sentences.size(); ++i) {
        const QString number = QStringLiteral("%1. ").arg(i + 1, 4);
        fold(start + number, start + QString(number.size(), u' '), sentences[i]);
    }
    return *this;
}

TextFile &TextFile::line(const QString &ours)
{
    m_lines += ours;
    return *this;
}

} // namespace relaywright
