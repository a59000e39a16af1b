// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/HttpRequest.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace relaywright {

namespace {

constexpr std::size_t kMaxFields = 100;
constexpr int kBadRequest = 400;
constexpr int kLengthRequired = 411;
constexpr int kTooLarge = 413;
constexpr int kHeaderTooLarge = 431;
constexpr int kVersionUnknown = 505;

/// RFC 9110 §5.6.2.
bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80
               && (std::isalnum(static_cast<unsigned char>(c)) != 0 || QByteArrayView("!#$%&'*+-.^_`|~").contains(c));
    });
}

bool isVisible(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool isSameName(QByteArrayView one, QByteArrayView other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

QByteArray phraseOf(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Said";
    }
}

QByteArray safe(QByteArray text)
{
    text.replace('\r', ' ').replace('\n', ' ').replace('\0', ' ');
    return text;
}

/// RFC 9110 §8.6: digits and nothing else.
std::optional<qsizetype> lengthOf(const QByteArray &text)
{
    constexpr qsizetype kMaxDigits = 12;
    const bool isNumber = !text.isEmpty() && text.size() <= kMaxDigits
                          && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? std::optional<qsizetype>(text.toLongLong()) : std::nullopt;
}

} // namespace

QByteArray HttpRequest::field(QByteArrayView name) const
{
    const auto found =
        std::find_if(fields.begin(), fields.end(), [name](const HttpField &one) { return isSameName(one.name, name); });
    return found == fields.end() ? QByteArray() : found->value;
}

QByteArray HttpRequest::path() const
{
    const qsizetype question = target.indexOf('?');
    return question < 0 ? target : target.left(question);
}

QByteArray HttpRequest::query() const
{
    const qsizetype question = target.indexOf('?');
    return question < 0 ? QByteArray() : target.mid(question + 1);
}

QByteArray toWire(const HttpReply &reply, bool closes)
{
    constexpr int kNoContent = 204;
    QByteArray wire = "HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + phraseOf(reply.status) + "\r\n";
    for (const HttpField &field : reply.fields)
        wire += safe(field.name) + ": " + safe(field.value) + "\r\n";
    if (reply.status != kNoContent) // RFC 9110 §8.6
        wire += "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
    wire += closes ? "Connection: close\r\n\r\n" : "\r\n";
    return wire + reply.body;
}

void HttpRequestReader::refuse(int status)
{
    m_refusal = HttpReply{.status = status};
    m_head.reset();
    m_heard.clear();
}

bool HttpRequestReader::takeExpectation()
{
    return std::exchange(m_expects, false);
}

std::optional<HttpRequest> HttpRequestReader::take()
{
    if (!m_refusal && !m_head)
        readHead();
    if (m_refusal || !m_head || m_heard.size() < m_length)
        return std::nullopt;
    HttpRequest whole = std::move(*m_head);
    whole.body = m_heard.left(m_length);
    m_heard.remove(0, m_length);
    m_head.reset();
    m_expects = false;
    return whole;
}

void HttpRequestReader::readHead()
{
    while (m_heard.startsWith("\r\n")) // RFC 9112 §2.2
        m_heard.remove(0, 2);
    const qsizetype end = m_heard.indexOf("\r\n\r\n");
    if ((end < 0 ? m_heard.size() : end) > m_limits.headerOctets)
        return refuse(kHeaderTooLarge);
    if (end < 0)
        return;
    const QByteArray head = m_heard.left(end);
    const qsizetype lineEnd = head.indexOf("\r\n") < 0 ? head.size() : head.indexOf("\r\n");
    const QByteArrayList words = head.left(lineEnd).split(' ');
    if (words.size() != 3 || !isToken(words[0]) || !words[1].startsWith('/') || !isVisible(words[1]))
        return refuse(kBadRequest);
    if (words[2] != "HTTP/1.1" && words[2] != "HTTP/1.0")
        return refuse(words[2].startsWith("HTTP/") ? kVersionUnknown : kBadRequest);
    m_head = HttpRequest{.method = words[0], .target = words[1], .fields = {}, .body = {}};
    if (!readFields(QByteArrayView(head).sliced(lineEnd)))
        return refuse(kBadRequest);
    if (!m_head->field("Transfer-Encoding").isEmpty())
        return refuse(kLengthRequired);
    const QByteArray told = m_head->field("Content-Length");
    const auto length = told.isEmpty() ? std::optional<qsizetype>(0) : lengthOf(told);
    if (!length)
        return refuse(kBadRequest);
    if (*length > m_limits.bodyOctets)
        return refuse(kTooLarge);
    m_length = *length;
    m_expects = m_length > 0 && isSameName(m_head->field("Expect"), "100-continue");
    m_heard.remove(0, end + 4);
}

bool HttpRequestReader::readFields(QByteArrayView lines)
{
    while (lines.startsWith("\r\n")) {
        lines = lines.sliced(2);
        const qsizetype end = lines.indexOf("\r\n") < 0 ? lines.size() : lines.indexOf("\r\n");
        const QByteArrayView line = lines.first(end);
        lines = lines.sliced(end);
        const qsizetype colon = line.indexOf(':');
        // A name with a blank behind it, a folded line or a bare CR or LF can hide a field from one reader and not from another.
        if (colon <= 0 || !isToken(line.first(colon)) || line.contains('\r') || line.contains('\n')
            || line.contains('\0') || m_head->fields.size() == kMaxFields)
            return false;
        const QByteArrayView name = line.first(colon);
        const bool isTwice = std::any_of(m_head->fields.begin(), m_head->fields.end(),
                                         [name](const HttpField &one) { return isSameName(one.name, name); });
        if (isTwice
            && (isSameName(name, "Content-Length") || isSameName(name, "Host") || isSameName(name, "Authorization")))
            return false;
        m_head->fields.push_back({name.toByteArray(), line.sliced(colon + 1).trimmed().toByteArray()});
    }
    return lines.isEmpty();
}

} // namespace relaywright
