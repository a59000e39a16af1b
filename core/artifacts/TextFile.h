// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

// Internal to core/artifacts: files of lines in which text of the site may stand in comments only.
namespace relaywright {

/// Builds zone files, configurations and check lists line by line.
class TextFile {
public:
    /// `mark` begins a comment: `;` or `#`; empty in a file that is all words.
    explicit TextFile(const QString &mark) : m_mark(mark) {}
    /// A paragraph folded at words to about 100 characters; line breaks and hidden characters in it become nothing
    /// that ends a line. Without text an empty comment.
    TextFile &comment(const QString &text = {});
    /// Steps with numbers before them, folded likewise.
    TextFile &steps(const QStringList &sentences);
    /// A line that stands as it is: ours, or made of values that cannot hold a line break.
    TextFile &line(const QString &ours = {});
    [[nodiscard]] QString toString() const { return m_lines.join(u'\n') + u'\n'; }

private:
    void fold(const QString &first, const QString &rest, const QString &text);

    QString m_mark;
    QStringList m_lines;
};

} // namespace relaywright
