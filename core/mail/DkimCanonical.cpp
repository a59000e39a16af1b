// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/DkimCanonical.h"

#include "core/mail/Header.h"

#include <algorithm>
#include <utility>

namespace relaywright {

namespace {

constexpr qsizetype kPieceOctets = 64 * 1024;

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

bool isPlain(char c)
{
    return c != ' ' && c != '\t' && c != '\r' && c != '\n';
}

} // namespace

void DkimBodyHash::add(QByteArrayView octets)
{
    const char *const end = octets.end();
    for (const char *at = octets.begin(); at < end;) {
        const char c = *at;
        if (isPlain(c)) {
            const char *const stop = std::find_if_not(at, end, isPlain);
            addText({at, stop - at});
            at = stop;
            continue;
        }
        ++at;
        const bool secondOfPair = c == '\n' && m_afterCr;
        m_afterCr = c == '\r';
        if (isBlank(c))
            m_pendingBlank = true;
        else if (!secondOfPair)
            endLine();
    }
}

void DkimBodyHash::addText(QByteArrayView text)
{
    m_afterCr = false;
    for (; m_emptyLines > 0; --m_emptyLines) {
        m_canonical += "\r\n";
        if (m_canonical.size() >= kPieceOctets)
            flush();
    }
    if (std::exchange(m_pendingBlank, false))
        m_canonical += ' ';
    m_canonical += text;
    m_lineHasText = true;
    if (m_canonical.size() >= kPieceOctets)
        flush();
}

void DkimBodyHash::endLine()
{
    m_pendingBlank = false;
    if (std::exchange(m_lineHasText, false))
        m_canonical += "\r\n";
    else
        ++m_emptyLines;
}

void DkimBodyHash::flush()
{
    m_sha.add(m_canonical);
    m_canonical.resize(0); // keeps its memory
}

QByteArray DkimBodyHash::finish()
{
    if (m_lineHasText)
        endLine();
    flush();
    return m_sha.finish();
}

/// Answers how many octets of `octets` were the header's.
qsizetype DkimReader::addToHeader(QByteArrayView octets)
{
    qsizetype at = 0;
    for (; at < octets.size() && !m_inBody; ++at) {
        const char c = octets[at];
        const bool secondOfPair = c == '\n' && m_afterCr;
        m_afterCr = c == '\r';
        if (secondOfPair)
            continue;
        if (c != '\r' && c != '\n') {
            m_header += c;
            m_inBody = m_header.size() > MessageHeader::kMaxHeaderOctets;
            continue;
        }
        m_inBody = m_header.size() == m_lineStart;
        if (!m_inBody)
            m_header += "\r\n";
        m_lineStart = m_header.size();
    }
    return at;
}

void DkimReader::add(QByteArrayView octets)
{
    if (!m_inBody)
        octets = octets.sliced(addToHeader(octets));
    if (m_inBody && m_afterCr && !octets.isEmpty()) { // of the empty line
        m_afterCr = false;
        if (octets.front() == '\n')
            octets = octets.sliced(1);
    }
    if (m_inBody)
        m_body.add(octets);
}

void DkimReader::finish()
{
    if (!m_inBody && m_header.size() > m_lineStart)
        m_header += "\r\n";
    m_bodyHash = m_body.finish();
}

QByteArray relaxedHeaderField(QByteArrayView name, QByteArrayView value)
{
    QByteArray canonical = name.toByteArray().trimmed().toLower() + ':';
    const qsizetype start = canonical.size();
    bool pendingBlank = false;
    for (const char c : value) {
        if (c == '\r' || c == '\n')
            continue; // unfolded: the blank behind it stays
        if (isBlank(c)) {
            pendingBlank = true;
            continue;
        }
        if (std::exchange(pendingBlank, false) && canonical.size() > start)
            canonical += ' ';
        canonical += c;
    }
    return canonical;
}

} // namespace relaywright
