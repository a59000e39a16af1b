// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/RootScript.h"
#include "tests/support/TestCertificates.h"

#include <QByteArray>
#include <QString>
#include <QTemporaryDir>

#include <cstdint>
#include <memory>

namespace relaywright::test {

/// What the real mail servers of the tests have in common: a temporary folder with a configuration of their own, a free
/// port of 127.0.0.1, one account, and a script that runs them (RootScript). Needs root, or sudo that asks no password.
/// Stopped when the object goes, and when the test dies.
class RealServer {
public:
    virtual ~RealServer();
    RealServer(const RealServer &) = delete;
    RealServer &operator=(const RealServer &) = delete;

    /// Starts and waits for the greeting. False: `problem()` says why.
    [[nodiscard]] bool start();
    [[nodiscard]] const QString &problem() const { return m_problem; }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] const QString &user() const { return m_user; } ///< scanner@example.com
    [[nodiscard]] const QString &password() const { return m_password; }
    [[nodiscard]] TestCertificates &certificates() { return m_certificates; }
    [[nodiscard]] virtual QByteArray log() const = 0;

protected:
    /// `name` is what people call it: "Dovecot".
    explicit RealServer(const QString &name);
    [[nodiscard]] virtual bool isInstalled() const = 0;
    /// Writes what the server needs, and its script with `writeScript`.
    [[nodiscard]] virtual bool writeConfiguration() = 0;
    /// `commands` run as root in the folder; the last starts the server in the background.
    [[nodiscard]] bool writeScript(const QByteArray &commands);
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] const TestIdentity &identity() const { return m_identity; }
    /// `form` with @folder@, @port@, @user@ and @password@ filled in.
    [[nodiscard]] QByteArray filled(const char *form) const;

private:
    QString m_name;
    TestCertificates m_certificates;
    TestIdentity m_identity = m_certificates.valid();
    std::unique_ptr<QTemporaryDir> m_folder;
    std::uint16_t m_port = 0;
    QString m_user = QStringLiteral("scanner@example.com");
    QString m_password;
    QString m_problem;
    RootScript m_script; // the first to go: it empties the folder
};

} // namespace relaywright::test
