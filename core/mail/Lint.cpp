// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/Lint.h"

#include "core/mail/HeaderLint.h"
#include "core/mail/LintRemarks.h"
#include "core/mail/MimeLint.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kMaxLineOctets = 998;       // RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6, without CRLF
constexpr qsizetype kKeptOctets = 4096;      // of a line; what is longer is judged by its beginning
constexpr qsizetype kMaxFieldOctets = 65536; // of an unfolded field

} // namespace

/// Octets to lines, lines to fields and bodies.
struct MessageLint::Scan {
    void feed(QByteArrayView octets)
    {
        for (const char c : octets)
            take(c);
    }

    void take(char c)
    {
        anything = true;
        if (c == '\n') {
            if (!lastWasCr)
                wrong("line.bare-lf", {},
                      QStringLiteral("A line ends with a line feed alone; Exchange Online refuses that further on with "
                                     "550 5.6.11, and other servers at once."),
                      QStringLiteral("Let the device end lines with CR LF, or let a local relay mend them."));
            lastWasCr = false;
            return endLine();
        }
        if (lastWasCr) {
            lastWasCr = false;
            wrong("line.bare-cr", {},
                  QStringLiteral(
                      "A carriage return stands alone in a line; servers refuse that or take it for a line end."),
                  QStringLiteral("Let the device end lines with CR LF, or let a local relay mend them."));
            keep('\r');
        }
        if (c == '\r') {
            lastWasCr = true;
            return;
        }
        if (c == '\0')
            wrong("nul", {}, QStringLiteral("The message holds a NUL, which no message may (RFC 5322, section 4.1)."),
                  QStringLiteral("Update the program that writes the message."));
        keep(c);
    }

    void keep(char c)
    {
        ++lineOctets;
        if (line.size() < kKeptOctets)
            line += c;
    }

    void endLine()
    {
        if (lineOctets > kMaxLineOctets)
            wrong("line.too-long", line,
                  QStringLiteral("A line is %1 octets long and may be %2; servers cut it or refuse the message.")
                      .arg(lineOctets)
                      .arg(kMaxLineOctets),
                  QStringLiteral("Let the program fold header lines, and encode text as quoted-printable."));
        const bool isWhole = lineOctets == line.size();
        if (!mime.inHeader())
            bodyLine(isWhole);
        else
            headerLine();
        line.clear();
        lineOctets = 0;
        ++lineNumber;
    }

    void bodyLine(bool isWhole)
    {
        if (!isWhole || !mime.takeDelimiter(line, lineNumber))
            mime.onBodyLine(line, lineNumber, isWhole);
    }

    void headerLine()
    {
        if (line.isEmpty())
            return endHeader();
        // A part may have no header at all, not even the empty line, when a delimiter follows at once.
        if (!isTop && line.startsWith("--")) {
            endField();
            if (mime.takeDelimiter(line, lineNumber))
                return;
        }
        if ((line.front() == ' ' || line.front() == '\t') && !fieldName.isEmpty())
            return continueField();
        endField();
        const qsizetype colon = line.indexOf(':');
        QByteArrayView name = colon > 0 ? QByteArrayView(line).first(colon) : QByteArrayView();
        while (name.endsWith(' ') || name.endsWith('\t'))
            name.chop(1);
        const bool good = !name.isEmpty() && std::ranges::all_of(name, [](char c) { return c > 0x20 && c < 0x7f; });
        if (!good)
            return lineInHeader();
        fieldName = name.toByteArray();
        fieldValue = line.sliced(colon + 1);
        fieldLine = lineNumber;
    }

    /// Text where a field should be: readers take it for the beginning of the body.
    void lineInHeader()
    {
        wrong("header.no-field", line,
              QStringLiteral("A line of the header is no field; receivers take it for the beginning of the text."),
              QStringLiteral("An empty line must stand between the fields and the text."));
        endHeader();
        bodyLine(lineOctets == line.size());
    }

    void continueField()
    {
        if (fieldValue.size() + line.size() <= kMaxFieldOctets)
            fieldValue += line;
        else
            wrong("header.field-too-long", {},
                  QStringLiteral("The field %1 is longer than 64 KiB.").arg(seenText(fieldName)),
                  QStringLiteral("Update the program that writes it."));
    }

    void endField()
    {
        if (fieldName.isEmpty())
            return;
        const QByteArray value = fieldValue.trimmed();
        if (isTop)
            header.onField(fieldName, value, fieldLine);
        mime.onField(fieldName, value, fieldLine);
        fieldName.clear();
        fieldValue.clear();
    }

    void endHeader()
    {
        endField();
        if (isTop)
            header.onEnd();
        isTop = false;
        mime.onHeaderEnd(lineNumber);
    }

    void wrong(const char *id, QByteArrayView seen, const QString &sentence, const QString &remedy)
    {
        remarks.add({LintRemark::Level::Wrong, QString::fromLatin1(id), lineNumber, seenText(seen), sentence, remedy});
    }

    void end()
    {
        if (lastWasCr)
            take('\n'); // the LF is missing; the line ends all the same
        else if (lineOctets > 0)
            endLine();
        if (!anything) {
            remarks.add({LintRemark::Level::Wrong,
                         QStringLiteral("empty"),
                         0,
                         {},
                         QStringLiteral("The message is empty."),
                         {}});
            return;
        }
        if (isTop)
            endHeader();
        else
            endField();
        mime.onEnd();
    }

    LintRemarks remarks;
    HeaderLint header{remarks};
    MimeLint mime{remarks};
    QByteArray line;
    qint64 lineOctets = 0;
    qint64 lineNumber = 1;
    bool lastWasCr = false;
    bool anything = false;
    bool isTop = true;
    QByteArray fieldName;
    QByteArray fieldValue;
    qint64 fieldLine = 0;
};

MessageLint::MessageLint() : m_scan(std::make_unique<Scan>()) {}
MessageLint::~MessageLint() = default;
MessageLint::MessageLint(MessageLint &&) noexcept = default;
MessageLint &MessageLint::operator=(MessageLint &&) noexcept = default;

void MessageLint::feed(QByteArrayView octets)
{
    m_scan->feed(octets);
}

std::vector<LintRemark> MessageLint::finish()
{
    m_scan->end();
    return m_scan->remarks.take();
}

const LintedSenders &MessageLint::senders() const
{
    return m_scan->header.senders();
}

} // namespace relaywright
