// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/base/Result.h"

#include <QObject>

#include <functional>
#include <memory>

namespace relaywright {

/// Answers `GET /metrics` over HTTP/1.1 (RFC 9112) on a loopback address, one answer a connection, and nothing else. What
/// asks may be anybody on this computer: bounded in connections (8), in octets of a request (8 KiB) and in time (5 s for
/// request and answer together).
class MetricsServer : public QObject {
    Q_OBJECT
public:
    static constexpr int kMaxConnections = 8;
    static constexpr qsizetype kMaxRequestOctets = 8 * 1024;

    /// `text` makes the answer's content for each request.
    explicit MetricsServer(std::function<QByteArray()> text, QObject *parent = nullptr);
    ~MetricsServer() override;

    /// Error: InvalidInput for an address that is not loopback, Unreachable when it is taken.
    [[nodiscard]] Result<void> listen(const Endpoint &endpoint);
    [[nodiscard]] Endpoint address() const; ///< as bound
    /// For tests: how long request and answer may take.
    void setPatience(std::chrono::milliseconds patience);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The whole answer to a request whose header ends in `request`; `text` is asked only for a good one.
[[nodiscard]] QByteArray answerMetricsRequest(QByteArrayView request, const std::function<QByteArray()> &text);

} // namespace relaywright
