// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QObject>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

namespace relaywright::test {

/// An HTTP/1.1 server on 127.0.0.1 and a free port that answers as the test says, well or badly.
class ScriptedHttpServer : public QObject {
    Q_OBJECT
public:
    struct Answer {
        QByteArray octets{}; ///< as they stand, status line and all; empty: nothing
        bool closes = true;  ///< behind them; false: the connection stays, and whoever counts octets may wait for more
        bool hangsUp = false; ///< closes without a word, when `octets` is empty
    };
    /// Gets a whole request, header and content.
    using Script = std::function<Answer(const QByteArray &request)>;

    explicit ScriptedHttpServer(Script script, QObject *parent = nullptr);
    ~ScriptedHttpServer() override;

    /// With `tls` the server speaks HTTPS and shows that certificate.
    [[nodiscard]] bool listen(const std::optional<TestIdentity> &tls = std::nullopt);
    [[nodiscard]] QUrl base() const; ///< `http://127.0.0.1:PORT`
    [[nodiscard]] const QByteArrayList &requests() const;
    [[nodiscard]] int openConnections() const;

    /// Closes a connection that has sent so many octets of a request that is not whole yet.
    void hangUpAfter(qsizetype octets);

    /// An answer with its length, of status 200.
    [[nodiscard]] static Answer json(const QByteArray &content, int status = 200, const QByteArray &fields = {});

Q_SIGNALS:
    void asked();
    void connectionClosed();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
