// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SmtpClient.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

/// Whether a server takes one version of TLS.
struct VersionSight {
    TlsVersion version = TlsVersion::Tls12;
    bool accepted = false;
    QString words{}; ///< the cipher, or why not
    bool operator==(const VersionSight &) const = default;
};

/// Tries one version of TLS after another, each with a connection that says nothing but EHLO, STARTTLS and QUIT. `done`
/// runs once, with four sights from old to new; not at all when this is destroyed before. Needs an event loop.
class VersionLook : public QObject {
public:
    /// `connection`: how the server is reached. Its credentials are not used and its certificate is not judged.
    VersionLook(ConnectionSettings connection, std::function<void(std::vector<VersionSight>)> done,
                QObject *parent = nullptr);
    ~VersionLook() override;
    void start();

private:
    void next();
    void onFinished(const Finish &finish);

    ConnectionSettings m_connection;
    std::function<void(std::vector<VersionSight>)> m_done;
    std::vector<VersionSight> m_sights;
    SmtpClient *m_client = nullptr;
};

} // namespace relaywright
