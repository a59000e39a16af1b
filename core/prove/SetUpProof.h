// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"
#include "core/graph/GraphAnswer.h"
#include "core/oauth/AccountBook.h"
#include "core/oauth/TokenKeeper.h"
#include "core/smtp/Transcript.h"

#include <QByteArray>
#include <QObject>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace relaywright {

/// Where an account shows that it can send: it signs in to an SMTP server and leaves again,
struct ProofBySmtp {
    Endpoint server;
    bool operator==(const ProofBySmtp &) const = default;
};
/// or it sends one short message through Microsoft Graph, which has no sign-in without a message.
struct ProofByGraph {
    EmailAddress recipient;
    std::optional<QUrl> service{}; ///< in place of Microsoft's: scheme, host and port
    bool operator==(const ProofByGraph &) const = default;
};

/// What is to be proved.
struct ProofWish {
    TokenAccount account;
    EmailAddress mailbox; ///< that signs in, or that Graph sends from
    std::variant<ProofBySmtp, ProofByGraph> way;
    QByteArray authoritiesPem{}; ///< trusted besides the system's, such as a practice server's
    /// When rights were given last; nothing: just now. What is refused within the fact oauth.propagation after that may only
    /// not have spread yet.
    std::optional<TimePoint> changedAt{};
    bool patient = false; ///< try again until it works or that time is over
};

/// As the account says: its name is the mailbox, unless `mailbox` is another; Microsoft's server for its use and its cloud; for
/// Graph a message to the mailbox itself. Error: InvalidInput where neither is an address or no server is known.
[[nodiscard]] Result<ProofWish> proofOf(const BookedAccount &account, const std::optional<EmailAddress> &mailbox,
                                        const Knowledge &knowledge);

enum class ProofStep { Token, SignIn };
[[nodiscard]] QString toString(ProofStep step); ///< token sign-in

/// What one try showed. Every text is printable, and none holds a secret.
struct ProofFinding {
    enum class End {
        Proven,
        NotYet,   ///< refused for a right that may not have spread yet
        NoAnswer, ///< nobody refused: the network, or a service that asks for a pause
        Refused,  ///< somebody must act
    };
    End end = End::Refused;
    ProofStep step = ProofStep::Token; ///< that decided
    QString sentence;                  ///< whole sentences: what happened, and what to do
    std::optional<TokenClaims> claims{};
    std::vector<TokenRemark> remarks{};
    std::optional<TokenTrouble> tokenTrouble{};
    std::optional<GraphTrouble> graphTrouble{};
    std::optional<Diagnosis> diagnosis{};       ///< of what the SMTP server said
    std::optional<std::chrono::seconds> wait{}; ///< what a service asked for
};
[[nodiscard]] QString toString(ProofFinding::End end); ///< proven not-yet no-answer refused

/// Proves that an account which was just set up can send: a token from the sign-in service, what that says, and a real sign-in
/// with it. Rights take their time to spread, so that a patient proof tries again, every few minutes and up to two hours after
/// they were given, and knows what waiting cannot mend. Each try asks for a token of its own: an older one would not know of
/// rights that came later.
///
/// Single use; it lives in the thread of the carrier and the store. To stop it, delete it; in a handler of its signals, with
/// deleteLater.
class SetUpProof : public QObject {
    Q_OBJECT
public:
    struct Pauses {
        std::chrono::milliseconds first = std::chrono::seconds(30); ///< twice as long each time,
        std::chrono::milliseconds longest = std::chrono::minutes(5);
    };

    /// What `keeping` refers to outlives it.
    SetUpProof(ProofWish wish, TokenKeeping keeping, Pauses pauses, QObject *parent = nullptr);
    ~SetUpProof() override;

    void start();
    /// When a patient proof gives up.
    [[nodiscard]] TimePoint until() const;

Q_SIGNALS:
    void stepBegan(relaywright::ProofStep step);
    void lineAdded(const relaywright::TranscriptLine &line);
    /// It was not proven and is tried again then.
    void waits(const relaywright::ProofFinding &finding, relaywright::TimePoint next);
    void finished(const relaywright::ProofFinding &finding); ///< once

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
