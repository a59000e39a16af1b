// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/rehearsal/HttpRequest.h"
#include "core/session/Certificate.h"

#include <QObject>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace relaywright {

/// What to do with one request.
struct HttpTurn {
    HttpReply reply{};
    std::chrono::milliseconds wait{};    ///< before the answer
    std::optional<qsizetype> cutAfter{}; ///< the connection is cut behind so many octets of the answer
    std::function<void(bool answered)>
        over{}; ///< once: the answer is handed to the system, or the peer has gone before
};

struct HttpServerSettings {
    Endpoint listen{Host::of(IpAddress::fromV4(0x7f000001)),
                    0};                    ///< host must be an address or localhost; port 0: any free one
    std::optional<TlsIdentity> identity{}; ///< nothing: http
    HttpLimits limits{};
    /// For the TLS handshake, for a request from its first octet to its last, and for the peer to take an answer. Who needs
    /// longer is cut off, however many octets come in between.
    std::chrono::milliseconds patience = std::chrono::seconds(30);
    std::chrono::milliseconds idleLimit = std::chrono::minutes(1); ///< of a connection on which nothing is asked
    int maxConnections = 64;                                       ///< more are closed at once
};

/// A small HTTP/1.1 server for practice services: one request after another on a connection, each bounded in octets and in
/// time (HttpRequestReader). It is for few clients on this computer; it compresses, streams and caches nothing.
///
/// Qt HTTP Server 6.4 bounds neither the header, the content, the time nor the number of its connections, and can neither
/// answer late without a thread nor cut an answer off.
class HttpServer : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<HttpTurn(const HttpRequest &request)>;

    /// It lives in a thread with an event loop. `handler` is called there; it may stop the server, not destroy it.
    HttpServer(HttpServerSettings settings, Handler handler, QObject *parent = nullptr);
    /// Cuts what is open; what still waited is over, unanswered.
    ~HttpServer() override;

    /// Error: Unreachable when the address cannot be bound, InvalidInput for a host that is a name, TlsFailed when the
    /// certificate or key cannot be used.
    [[nodiscard]] Result<void> start();
    /// No new connections; the open ones are cut.
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] Endpoint address() const; ///< as bound
    [[nodiscard]] QUrl base() const;        ///< `https://127.0.0.1:PORT`; of all addresses that of this computer
    [[nodiscard]] int connectionCount() const;

private:
    class Private;
    class Connection;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
