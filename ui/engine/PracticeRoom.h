// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/oauth/TokenAccount.h"
#include "core/rehearsal/PracticeClock.h"
#include "core/rehearsal/PracticeServer.h"
#include "core/rehearsal/PracticeWeb.h"

#include <QObject>
#include <QTemporaryDir>

#include <memory>

namespace relaywright {

/// What a person chooses of it. The room adds an account of its own to the tenant's.
struct PracticeChoice {
    PracticeMethod method = PracticeMethod::ClientSubmission;
    PracticeTenant tenant{};
    std::optional<QDate> day{}; ///< nothing: today
    PracticeFaults faults{};
    Endpoint listen{Host::of(IpAddress::fromV4(0x7f000001)), 0};
    QByteArray clientAuthoritiesPem{}; ///< of client certificates, besides the system's
    bool signIn = false;               ///< with a practice sign-in service, whose tokens it takes and no others
    bool graph = false;                ///< with a practice Graph besides; needs the sign-in service
    PracticeWebFaults webFaults{};     ///< of both
};

/// What somebody asked of the practice sign-in service or of the practice Graph.
struct PracticeRequest {
    TimePoint time{};
    bool isGraph = false;
    QString method;
    QString path;
    int status = 0;           ///< of the answer
    QString entraCode;        ///< `7000215` of AADSTS7000215; empty: none
    bool isWaiting = false;   ///< it was told to ask again: somebody has yet to act. That is no refusal
    std::uint64_t number = 0; ///< counts on from the start of the room
    bool operator==(const PracticeRequest &) const = default;
};

/// The window's own practice tenant: a practice server with the site's accounts and a made-up one. It answers as Microsoft
/// 365 would, on this computer only unless a person lets the network in, and nothing leaves it. Started anew with another
/// choice it stays where it was and who it was, so that devices find it again and trust it as before.
class PracticeRoom : public QObject {
    Q_OBJECT
public:
    /// `clock` outlives the room.
    explicit PracticeRoom(const Clock &clock, QObject *parent = nullptr);
    ~PracticeRoom() override;

    [[nodiscard]] Result<void> start(const PracticeChoice &choice);
    /// As it was chosen last.
    [[nodiscard]] Result<void> start() { return start(m_choice); }
    /// What `start` shall start; for a room that does not run.
    void choose(const PracticeChoice &choice);
    [[nodiscard]] const PracticeChoice &choice() const { return m_choice; }
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] PracticeMethod method() const { return m_choice.method; }
    [[nodiscard]] Endpoint address() const;
    /// True for every address at which it listened in this run: what is typed for them is no real password.
    [[nodiscard]] bool wasAt(const Endpoint &server) const;
    [[nodiscard]] const QString &user() const { return m_user; }
    /// The address to send as: the user, but where that is none.
    [[nodiscard]] const QString &sender() const { return m_sender; }
    [[nodiscard]] const Secret &password() const { return m_password; }
    /// A password that is right for `user` here; where any will do, the made-up one.
    [[nodiscard]] Secret passwordFor(const QString &user) const;
    /// Its sign-in service and Graph; nullptr while there are none. Who they are is new with each start of the room.
    [[nodiscard]] const PracticeWeb *web() const { return m_web.get(); }
    /// The tokens of `account` are those of its sign-in service, which nobody else takes.
    [[nodiscard]] bool issues(const TokenAccount &account) const;
    /// Newest last, at most kKeptRequests.
    [[nodiscard]] const std::deque<PracticeRequest> &requests() const { return m_requests; }
    static constexpr std::size_t kKeptRequests = 500;
    [[nodiscard]] QByteArray authorityPem() const;
    /// The same as a file, for the relay's process; it goes with the room. Error: Storage.
    [[nodiscard]] Result<QString> authorityFile();
    /// Newest last; those of earlier servers of this run stay, as many as a server keeps.
    [[nodiscard]] const std::deque<ReceivedMessage> &messages() const { return m_messages; }
    /// The one that was here last comes last; those of earlier servers of this run stay.
    [[nodiscard]] const std::deque<DeviceProfile> &devices() const { return m_devices; }

Q_SIGNALS:
    void stateChanged();
    void messageReceived();
    void deviceSeen();
    void requestAnswered();

private:
    [[nodiscard]] Result<void> serve(const PracticeSettings &settings);
    /// Starts the services that are chosen, ends those that are not, and lets those that stay follow the choice.
    [[nodiscard]] Result<void> serveWeb(const PracticeTenant &tenant);
    void onRequestAnswered(bool isGraph, const QString &line);
    void onMessageReceived(const ReceivedMessage &message);
    void onDeviceSeen(const DeviceProfile &profile);
    /// The account that the window signs in with: made up, unless the choice has one of that name.
    void addOwnAccount(std::vector<PracticeAccount> &accounts);
    PracticeClock m_clock;
    std::unique_ptr<PracticeServer> m_server;
    std::deque<ReceivedMessage> m_messages;
    std::deque<DeviceProfile> m_devices;
    std::deque<PracticeRequest> m_requests;
    std::uint64_t m_requestsSeen = 0;
    PracticeChoice m_choice;
    std::shared_ptr<PracticeIdentity> m_identity = std::make_shared<PracticeIdentity>();
    std::unique_ptr<PracticeWeb> m_web;
    Host m_webHost{Host::of(IpAddress::fromV4(0x7f000001))};
    std::vector<Endpoint> m_places; ///< each once
    QString m_user;
    QString m_sender;
    Secret m_madeUpPassword;
    Secret m_password; ///< of the own account
    QTemporaryDir m_folder;
};

} // namespace relaywright
