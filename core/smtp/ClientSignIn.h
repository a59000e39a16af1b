// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/ClientSession.h"

namespace relaywright {

/// One AUTH exchange inside a ClientSession (RFC 4954). Every line that holds a secret is marked as such here, and what
/// a mechanism has said is wiped as soon as the line is made of it.
class ClientSignIn {
public:
    enum class Next {
        Wait,      ///< `actions` say for what
        Done,      ///< signed in
        Leave,     ///< the conversation ends with QUIT and `finish`
        Violation, ///< `finish.detail` says how the server broke the protocol
    };
    struct Step {
        Next next = Next::Wait;
        Actions actions{};
        Finish finish{};
    };

    explicit ClientSignIn(Credentials credentials) : m_credentials(std::move(credentials)) {}

    [[nodiscard]] Step begin(const Capabilities &capabilities, bool tls, bool allowWithoutTls);
    [[nodiscard]] Step onReply(const Reply &reply);

private:
    [[nodiscard]] Step sayAuth();
    [[nodiscard]] Step answerChallenge(const Reply &reply);
    [[nodiscard]] static Step unproved();
    /// LOGIN's prompts are only words, and some servers send them as they are; so does Exchange before NTLM begins.
    [[nodiscard]] bool mayPromptInWords() const
    {
        return m_mechanism == AuthMechanism::Login || (m_mechanism == AuthMechanism::Ntlm && m_challenges == 0);
    }

    Credentials m_credentials;
    AuthMechanism m_mechanism = AuthMechanism::Auto;
    std::unique_ptr<SaslClient> m_sasl;
    std::optional<Secret> m_deferredResponse; ///< an initial response too long for the AUTH line
    std::optional<Finish> m_givenUp;          ///< `*` was said; this is why
    int m_challenges = 0;
};

} // namespace relaywright
