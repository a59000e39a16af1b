// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace relaywright::test {

/// Plays the server's side of a written conversation on 127.0.0.1 and a free port, and says where the client left
/// the script. It lives in the test's event loop. One line of the script, one step:
///
///     S: 220 mx.example.com ESMTP      send the line and CRLF
///     S! 250-part\r\n250               send exactly these octets, no CRLF added; \r \n \t \0 \\ \xNN are understood
///     C: EHLO console.example          the client's next line must be exactly this
///     C~ AUTH PLAIN .*                 the client's next line must match this regular expression as a whole
///     C. (no text)                     everything up to and with the lone dot, whatever it is; kept in `data()`
///     C* (no text)                     the next line, whatever it is
///     TLS                              handshake now, as the server (after the 220 to STARTTLS, or first: implicit TLS);
///                                      a handshake that the client refuses ends the script without a difference
///     PAUSE 50                         wait as many milliseconds, so that the next octets are a packet of their own
///     SILENCE                          say nothing more; the connection stays open until the client closes it
///     DROP                             close at once (RST where octets are unread)
///     CLOSE                            close after what was sent is out
///     END                              the client must have closed the connection by itself
///
/// Blank lines and lines that begin with # are skipped. One script serves one connection; `nextConnection` adds
/// scripts for the ones that follow. A connection beyond the last script is refused and is a difference.
class ScriptedSmtpServer : public QObject {
    Q_OBJECT
public:
    explicit ScriptedSmtpServer(const QString &script, std::optional<TestIdentity> identity = std::nullopt,
                                QObject *parent = nullptr);
    ~ScriptedSmtpServer() override;

    void nextConnection(const QString &script);

    [[nodiscard]] std::uint16_t port() const;
    /// True when every script was played to its end without a difference.
    [[nodiscard]] bool isDone() const;
    /// Empty, or the first difference: `script 1, line 4: expected "MAIL FROM:<a@example.com>", got "QUIT"`.
    [[nodiscard]] QString difference() const;
    /// What the client sent, line by line, without CRLF.
    [[nodiscard]] const QByteArrayList &received() const;
    /// What `C.` took, in order of connections, still dot-stuffed, with the CRLF before the lone dot.
    [[nodiscard]] const QByteArrayList &data() const;
    [[nodiscard]] int connectionCount() const;

Q_SIGNALS:
    void done();

private:
    class Connection;
    [[nodiscard]] bool isDifferent() const;
    void onScriptPlayed();
    struct Private;
    std::unique_ptr<Private> d;
};

/// For a test's end: waits for the script's end and prints the difference.
#define RELAYWRIGHT_VERIFY_SCRIPT(server) \
    do { \
        QTRY_VERIFY2((server).isDone() || !(server).difference().isEmpty(), "the script was not played to its end"); \
        QCOMPARE((server).difference(), QString()); \
    } while (false)

} // namespace relaywright::test
