// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Endpoint.h"
#include "core/base/Result.h"
#include "core/rehearsal/PracticeFaults.h"
#include "core/rehearsal/PracticeIdentity.h"
#include "core/rehearsal/PracticeRules.h"
#include "core/rehearsal/PracticeTokenJudge.h"
#include "core/rehearsal/ReceivedMessage.h"
#include "core/session/DeviceProfile.h"
#include "core/smtp/Transcript.h"

#include <QByteArray>
#include <QObject>

#include <deque>
#include <memory>
#include <optional>

namespace relaywright {

struct PracticeSettings {
    PracticeMethod method = PracticeMethod::ClientSubmission;
    Endpoint listen{Host::of(IpAddress::fromV4(0x7f000001)), 0}; ///< port 0: any free one
    PracticeTenant tenant;
    std::shared_ptr<PracticeIdentity> identity{}; ///< nothing: one of its own, made at start
    PracticeFaults faults{};
    std::optional<PracticeLimits> limits{}; ///< nothing: those of the built-in knowledge
    /// Authorities of client certificates besides the system's, PEM. Exchange Online knows the public ones only.
    QByteArray clientAuthoritiesPem{};
    /// Of a practice sign-in service (PracticeSignInService::judge): then XOAUTH2 takes its tokens and no others. Nothing: any
    /// token that is fit by what it says, where an account takes any.
    std::shared_ptr<const PracticeTokenJudge> tokenJudge{};
};

/// A practice Exchange Online: takes mail as the tenant would and answers in its words. Loopback unless told otherwise;
/// nothing leaves the machine. It lives in the thread it was made in and needs an event loop there.
class PracticeServer : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t kKeptMessages = ReceivedMessages::kMost;
    static constexpr std::uint64_t kKeptOctetsPerMessage = ReceivedMessages::kOctetsPerMessage;
    static constexpr std::uint64_t kKeptOctets = ReceivedMessages::kOctets;
    static constexpr std::size_t kKeptDevices = 200;

    /// `clock` outlives the server; it decides what day it is for the dated rules, and when quotas run out.
    PracticeServer(PracticeSettings settings, const Clock &clock, QObject *parent = nullptr);
    ~PracticeServer() override;

    /// Error: Unreachable when the address cannot be bound, TlsFailed when no certificate could be made.
    [[nodiscard]] Result<void> start();
    /// No new connections; the open ones are closed.
    void stop();
    [[nodiscard]] bool isRunning() const;
    [[nodiscard]] Endpoint address() const; ///< as bound
    /// Give this to clients. With a self-signed certificate it is an authority that has signed nothing.
    [[nodiscard]] QByteArray authorityPem() const;
    /// The last `kKeptMessages`, newest last; contents up to `kKeptOctets` together.
    [[nodiscard]] const std::deque<ReceivedMessage> &messages() const;
    /// A message that came on another way, by a practice Graph: it stands among the others from now on, and is told of.
    void take(const ReceivedMessage &message);
    /// What each address showed of itself, the one that ended its last conversation last; at most `kKeptDevices`.
    [[nodiscard]] const std::deque<DeviceProfile> &devices() const;

Q_SIGNALS:
    void messageReceived(const relaywright::ReceivedMessage &message);
    /// A conversation has ended; `profile` is all that was seen of that address.
    void deviceSeen(const relaywright::DeviceProfile &profile);
    /// What happens on each connection: what the peer asked (Sent is the peer's side) and what we answered. Secrets never
    /// reach it: a sign-in shows the mechanism and the user.
    void lineAdded(quint64 connectionId, const relaywright::TranscriptLine &line);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
