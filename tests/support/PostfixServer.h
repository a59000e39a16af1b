// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <cstdint>
#include <memory>
#include <vector>

namespace relaywright::test {

/// A message as Postfix delivered it, one for each recipient.
struct DeliveredMessage {
    QByteArray reversePath;   ///< from Return-Path, inside the angle brackets; empty for <>
    QByteArray recipient;     ///< from Delivered-To
    QByteArray received;      ///< Postfix's own Received field, unfolded: says with ESMTPSA, cipher, user
    /// What the client sent, with CRLF ends of line: what Postfix put in front (Return-Path, Delivered-To, Received) cut
    /// off. Postfix never changes the rest: its header rewriting is off.
    QByteArray data;
    /// The value of the first field of this name in `data`, unfolded; empty when there is none.
    [[nodiscard]] QByteArray header(const QByteArray &name) const;
    [[nodiscard]] QByteArray body() const;
};

/// A real Postfix on a free port of 127.0.0.1, with a configuration, queue and certificate of its own in a temporary
/// folder, so several run side by side and none touches the machine's. It takes mail for example.com from everybody
/// and for every other domain after sign-in; all of it goes to a mailbox the test reads. Nothing leaves the machine.
///
///     PostfixServer postfix;
///     QVERIFY2(postfix.start(), qPrintable(postfix.problem()));
///     ... send to 127.0.0.1:postfix.port() as postfix.user() ...
///     QTRY_COMPARE(postfix.messages().size(), 1u);
///
/// Needs root, or sudo that asks no password: Postfix's master starts only so. Stopped when the object goes, and
/// when the test dies.
class PostfixServer {
public:
    enum class Tls { None, StartTls, StartTlsForAuth, StartTlsForAll };
    struct Options {
        /// StartTls offers it, StartTlsForAuth takes AUTH only inside it (the default, as smart hosts do), StartTlsForAll
        /// takes nothing outside it.
        Tls tls = Tls::StartTlsForAuth;
        bool implicitTlsPort = false;      ///< a second port with TLS from the first octet, see `implicitTlsPort()`
        bool offerAuth = true;
        QByteArray cyrusMechanisms = "PLAIN LOGIN"; ///< what Cyrus SASL offers
        QString dovecotAuthSocket{};       ///< not empty: Dovecot checks the sign-in in place of Cyrus SASL
        int messageSizeLimit = 50'000'000; ///< octets
        /// Empty: a valid one for localhost and 127.0.0.1 signed by `certificates()`.
        TestIdentity identity{};
        QByteArrayList extraMainCf{};      ///< `smtpd_recipient_limit = 2`
    };

    PostfixServer();
    explicit PostfixServer(Options options);
    ~PostfixServer();
    PostfixServer(const PostfixServer &) = delete;
    PostfixServer &operator=(const PostfixServer &) = delete;

    /// Starts and waits for the greeting (about a second). False: `problem()` says why.
    [[nodiscard]] bool start();
    void stop();
    [[nodiscard]] const QString &problem() const;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::uint16_t implicitTlsPort() const;
    [[nodiscard]] QString user() const;            ///< scanner@example.com
    [[nodiscard]] QString password() const;        ///< made for this server
    /// Its authority: what a client must trust.
    [[nodiscard]] TestCertificates &certificates();
    [[nodiscard]] QByteArray authorityPem() const;
    [[nodiscard]] QString authorityFile() const;

    /// What was delivered so far, oldest first.
    [[nodiscard]] std::vector<DeliveredMessage> messages() const;
    [[nodiscard]] int countContaining(const QByteArray &needle) const;
    void forget();                                 ///< empties the mailbox
    /// Postfix's log so far, for a failing test's message.
    [[nodiscard]] QByteArray log() const;
    [[nodiscard]] QString folder() const;          ///< where it all lies; empty when stopped

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
