// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/text/ArtifactText.h"
#include "ui/theme/Theme.h"

#include <QSyntaxHighlighter>

#include <vector>

namespace relaywright {

/// A run of text that is shown in one way.
struct CodeSpan {
    enum class Kind { Comment, String, Command, Keyword, Parameter, Variable, Number };
    qsizetype at = 0;
    qsizetype length = 0;
    Kind kind = Kind::Comment;
    bool operator==(const CodeSpan &) const = default;
};

/// What a line is made of, and in what it ends: pass that on with the next line, 0 with the first.
struct CodeLine {
    std::vector<CodeSpan> spans;
    int state = 0;
};
[[nodiscard]] CodeLine readCode(Language language, QStringView line, int state);

/// The colour of a kind; at least 4.5:1 on the palette's Base.
[[nodiscard]] QColor codeColor(CodeSpan::Kind kind, const QPalette &palette);

/// Colours PowerShell, zone files, JSON and configurations. Comments are slanted and commands bold as well: colour never
/// carries meaning alone.
class CodeHighlighter : public QSyntaxHighlighter {
    Q_OBJECT
public:
    CodeHighlighter(QTextDocument *document, const QPalette &palette);
    void setLanguage(Language language);

protected:
    void highlightBlock(const QString &text) override;

private:
    QPalette m_palette;
    Language m_language = Language::Plain;
};

} // namespace relaywright
