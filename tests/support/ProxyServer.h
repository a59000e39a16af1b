// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>

namespace relaywright::test {

/// A SOCKS5 (RFC 1928, 1929) or HTTP CONNECT (RFC 9110 §9.3.6) proxy on 127.0.0.1 and a free port. Whatever host it is
/// asked for, it connects to the same port of 127.0.0.1; so a name that no DNS knows shows who looked it up.
class ProxyServer : public QObject {
    Q_OBJECT
public:
    enum class Kind { Socks5, Http };
    struct Options {
        Kind kind = Kind::Socks5;
        QByteArray user{}; ///< not empty: wanted with `password`
        QByteArray password{};
        /// SOCKS5: the code of the answer (0: granted); HTTP: the status (200).
        int answer = -1; ///< -1: granted
        bool closesAtOnce = false;
        bool staysSilent = false;
        bool talksRubbish = false;
    };
    explicit ProxyServer(Options options, QObject *parent = nullptr);
    ~ProxyServer() override;

    [[nodiscard]] bool listen();
    [[nodiscard]] std::uint16_t port() const;
    /// What was asked for, as `host:port`.
    [[nodiscard]] const QStringList &targets() const;

private:
    class Connection;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
