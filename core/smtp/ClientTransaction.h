// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/ClientSession.h"

#include <deque>

namespace relaywright {

/// One MAIL … final dot exchange inside a ClientSession (which uses it; nobody else needs to).
///
///     Envelope ─MAIL, RCPT, DATA answered─▶ Content ─sent─▶ FinalDot ─250─▶ Accepted
///     Envelope ─MAIL, RCPT answered─▶ Content ─BDAT─▶ Chunk ─250─▶ Content … ─BDAT LAST─▶ FinalDot ─250─▶ Accepted
class ClientTransaction {
public:
    struct Settings {
        QByteArray mailParameters;     ///< ` SIZE=123 BODY=8BITMIME`, with its leading space, or empty
        DsnRequest rcptParameters{};   ///< NOTIFY and ORCPT of every recipient, when asked for
        std::vector<DsnRecipient> passedOn{}; ///< of each recipient, in place of it
        bool pipelining = false;       ///< do not wait between the commands of the envelope (RFC 2920)
        bool chunking = false;         ///< BDAT in place of DATA (RFC 3030)
        Stage stopAfter = Stage::Quit; ///< Mail, Rcpt: go no further
    };
    enum class Next {
        Wait,      ///< `actions` say for what
        Done,      ///< the transaction is decided, the conversation may go on
        Abandon,   ///< decided, but the server cannot be talked to any more
        Violation, ///< `detail` says how the server broke the protocol
    };
    struct Step {
        Next next = Next::Wait;
        Actions actions{};
        QString detail{};
    };

    ClientTransaction(const Envelope &envelope, Settings settings);

    [[nodiscard]] Actions begin();
    [[nodiscard]] Step onReply(const Reply &reply);
    [[nodiscard]] Actions onMessageSent();
    [[nodiscard]] Actions onChunkRead(std::uint64_t octets, bool last);
    [[nodiscard]] Stage stage() const;
    /// As decided by a Step of Done or Abandon.
    [[nodiscard]] const TransactionResult &result() const { return m_result; }
    /// As broken off now by something that is no answer to a command.
    [[nodiscard]] TransactionResult brokenOff(Outcome outcome, const std::optional<Reply> &reply) const;

private:
    /// Content: the message is on its way (DATA), or its next piece is read (BDAT). Chunk: a piece is, not the last.
    enum class Phase { Envelope, Content, Chunk, FinalDot };
    enum class Verb { Mail, Rcpt, Data };
    struct Question {
        Verb verb = Verb::Mail;
        std::size_t recipient = 0;
    };

    void askMail(Actions &actions);
    void askRecipient(Actions &actions);
    void askData(Actions &actions);
    [[nodiscard]] Step onEnvelopeReply(const Reply &reply);
    [[nodiscard]] bool record(const Question &question, const Reply &reply);
    [[nodiscard]] Step decide();
    [[nodiscard]] Step openContent();
    [[nodiscard]] Step refused(Stage stage, const Reply &reply);
    [[nodiscard]] Step waitForNext(Actions actions) const;
    [[nodiscard]] bool anyAccepted() const;
    [[nodiscard]] std::optional<Reply> firstRefusal() const;
    [[nodiscard]] Step onChunkReply(const Reply &reply);
    [[nodiscard]] Step onFinalReply(const Reply &reply);

    ReversePath m_sender;
    Settings m_settings;
    TransactionResult m_result;
    Phase m_phase = Phase::Envelope;
    std::deque<Question> m_asked; ///< commands sent and not yet answered, in order
    std::size_t m_nextRecipient = 0;
    bool m_dataAsked = false;
    bool m_contentEmpty = false;
    std::optional<Reply> m_mailRefusal;
    std::optional<Reply> m_dataReply;
};

} // namespace relaywright
