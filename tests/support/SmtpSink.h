// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QObject>
#include <QString>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace relaywright::test {

/// One transaction that was answered 250 after the data.
struct SunkMessage {
    QByteArray reversePath;             ///< inside the angle brackets; empty for <>
    QByteArrayList forwardPaths;        ///< inside the angle brackets, those that were accepted, in order
    QByteArray mailParameters;          ///< what followed the reverse-path: `SIZE=12 BODY=8BITMIME`
    QByteArray wire;                    ///< exactly what came between the 354 and CRLF.CRLF, still dot-stuffed, last CRLF kept
    QByteArray data;                    ///< the same without dot-stuffing
    QByteArray user;                    ///< who was signed in; empty when nobody
    bool tls = false;
    QByteArray clientCertificate;       ///< common name of the certificate that the client showed
    int connection = 0;                 ///< 1 for the first connection
};

/// A recording smart host for relay and client tests on 127.0.0.1 and a free port: takes everything, stores the
/// octets, and refuses what it is told to refuse. It lives in the test's event loop; a test that waits with
/// QTRY_... keeps it going. Strict in what ends a line and a message: only CRLF and CRLF.CRLF. It is no reference
/// for our own grammar: for that there is PostfixServer.
///
///     SmtpSink sink({.identity = certificates.valid(), .user = "u", .password = "p"});
///     QVERIFY(sink.listen());
///     sink.answer("RCPT", "451 4.3.0 later");          // once; answerAlways(...) until cleared
///     QTRY_COMPARE(sink.messages().size(), 1u);
class SmtpSink : public QObject {
    Q_OBJECT
public:
    enum class Tls { None, StartTls, Implicit };
    struct Options {
        Tls tls = Tls::None;
        std::optional<TestIdentity> identity{}; ///< needed for StartTls and Implicit
        QByteArray user{};                     ///< not empty: AUTH PLAIN LOGIN is offered and MAIL needs it (530 5.7.57)
        QByteArray password{};
        /// With it AUTH `tokenMechanism` (XOAUTH2, OAUTHBEARER) is offered in place of those, and tokens are judged so.
        std::function<bool(const QByteArray &token)> judgeToken{};
        QByteArray tokenMechanism = "XOAUTH2";
        QByteArrayList capabilities = {"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 157286400"};
        bool onlyTls10 = false;                ///< an old server: nothing newer than TLS 1.0
        QByteArray clientAuthorityPem{};       ///< not empty: a client certificate signed by it is demanded
        std::uint16_t port = 0;                ///< 0: a free one; a number to come back where an earlier sink was
        /// Answers wait this long: a slow server, or a window in which to kill something. Zero: at once.
        std::chrono::milliseconds answerDelay{0};
    };

    explicit SmtpSink(QObject *parent = nullptr);
    explicit SmtpSink(Options options, QObject *parent = nullptr);
    ~SmtpSink() override;

    /// False when the port is taken.
    [[nodiscard]] bool listen();
    [[nodiscard]] std::uint16_t port() const;
    /// Stops listening and drops every connection; what was recorded stays. `listen` opens the same port again.
    void close();
    /// Drops every open connection, keeps listening.
    void dropConnections();

    /// `verb`: CONNECT (the greeting), EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA (the 354), MESSAGE (after the dot), RSET,
    /// NOOP, QUIT. `reply` is a whole reply without its last CRLF ("550 5.7.1 no"; several lines joined by CRLF). The
    /// special replies "drop" (close without an answer) and "silence" (never answer) are faults.
    /// Used once, in the order given, before what is set by answerAlways.
    void answer(const QByteArray &verb, const QByteArray &reply);
    void answerAlways(const QByteArray &verb, const QByteArray &reply);
    /// RCPT of exactly this address (inside the angle brackets) is always answered so.
    void answerRecipient(const QByteArray &address, const QByteArray &reply);
    void clearAnswers();

    [[nodiscard]] const std::vector<SunkMessage> &messages() const;
    /// How often a message came whose data contains `needle`: for "exactly once" checks.
    [[nodiscard]] int countContaining(const QByteArray &needle) const;
    [[nodiscard]] int connectionCount() const;      ///< ever
    [[nodiscard]] int openConnections() const;      ///< now
    [[nodiscard]] int peakConnections() const;      ///< most at a time
    /// Every command line of every connection, in order, without CRLF; AUTH's arguments included.
    [[nodiscard]] const QByteArrayList &commands() const;
    void forget();                                  ///< clears messages and commands

Q_SIGNALS:
    void messageStored();
    void commandReceived(const QByteArray &line);

private:
    class Connection;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
