// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/rehearsal/PracticeServer.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace relaywright {

/// The window's own practice tenant: a practice server with one made-up account. It answers as Microsoft 365 would,
/// on this computer only, and nothing leaves it.
class PracticeRoom : public QObject {
    Q_OBJECT
public:
    /// `clock` outlives the room.
    explicit PracticeRoom(const Clock &clock, QObject *parent = nullptr);
    ~PracticeRoom() override;

    /// Takes the site's domains when there are any, contoso.com otherwise.
    [[nodiscard]] Result<void> start(PracticeMethod method, const std::vector<Domain> &domains);
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] PracticeMethod method() const { return m_method; }
    [[nodiscard]] Endpoint address() const;
    [[nodiscard]] const QString &user() const { return m_user; }
    [[nodiscard]] const Secret &password() const { return m_password; }
    [[nodiscard]] QByteArray authorityPem() const;
    /// The same as a file, for the relay's process; it goes with the room. Error: Storage.
    [[nodiscard]] Result<QString> authorityFile();
    /// Newest last; those of earlier servers of this run are gone.
    [[nodiscard]] const std::deque<ReceivedMessage> &messages() const;

Q_SIGNALS:
    void stateChanged();
    void messageReceived();

private:
    const Clock &m_clock;
    std::unique_ptr<PracticeServer> m_server;
    PracticeMethod m_method = PracticeMethod::ClientSubmission;
    QString m_user;
    Secret m_password;
    QTemporaryDir m_folder;
};

} // namespace relaywright
