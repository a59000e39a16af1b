// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/http/HttpQuestion.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <vector>

namespace relaywright {

/// What a client asked, as a practice service sees it (RFC 9112 §3).
struct HttpRequest {
    QByteArray method;             ///< `POST`
    QByteArray target;             ///< origin form: `/TENANT/oauth2/v2.0/token?x=y`
    std::vector<HttpField> fields; ///< names as they came; each once, but for lists
    QByteArray body;
    /// The value of a field, without regard to case; empty where it is missing.
    [[nodiscard]] QByteArray field(QByteArrayView name) const;
    [[nodiscard]] QByteArray path() const;  ///< without the query, still percent-encoded
    [[nodiscard]] QByteArray query() const; ///< behind the question mark; empty without
};

/// What it is answered (RFC 9112 §4). Content-Length and Connection are added on the way out.
struct HttpReply {
    int status = 200;
    std::vector<HttpField> fields{};
    QByteArray body{};
    bool operator==(const HttpReply &) const = default;
};

/// Status line, fields, length and content, as they go on the wire. What could end a field early is left out of it.
[[nodiscard]] QByteArray toWire(const HttpReply &reply, bool closes);

struct HttpLimits {
    qsizetype headerOctets = 16 * 1024; ///< of the request line and all fields
    qsizetype bodyOctets = 64 * 1024;
    bool operator==(const HttpLimits &) const = default;
};

/// Takes octets as they come and gives whole requests, one after another. It holds no more than one request within its
/// limits and what came behind it, which is no more than was given in one piece.
///
/// Strict where readers differ (RFC 9112 §11): lines end in CRLF, there is one Content-Length, and no Transfer-Encoding.
class HttpRequestReader {
public:
    explicit HttpRequestReader(HttpLimits limits) : m_limits(limits) {}

    void add(QByteArrayView octets) { m_heard += octets; }
    /// The next request, once it is whole. Nothing: more octets are needed, or `refusal` says that none will do.
    [[nodiscard]] std::optional<HttpRequest> take();
    /// What to answer before the connection is closed: 400, 411, 413, 431, 505.
    [[nodiscard]] const std::optional<HttpReply> &refusal() const { return m_refusal; }
    /// True once for each request whose client waits to be told to go on (`Expect: 100-continue`, RFC 9110 §10.1.1).
    [[nodiscard]] bool takeExpectation();
    /// Whether a request has begun that is not whole.
    [[nodiscard]] bool isInside() const { return !m_heard.isEmpty() || m_head.has_value(); }

private:
    void readHead();
    [[nodiscard]] bool readFields(QByteArrayView lines);
    void refuse(int status);

    HttpLimits m_limits;
    QByteArray m_heard;
    std::optional<HttpRequest> m_head; ///< whose content is awaited
    qsizetype m_length = 0;            ///< of that content
    bool m_expects = false;
    std::optional<HttpReply> m_refusal;
};

} // namespace relaywright
