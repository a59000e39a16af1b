// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/SpoolLedger.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace relaywright {

/// Runs a ledger in a thread of its own: it follows the log at its leisure, many entries in one transaction, and answers
/// questions with all that was pushed before them.
class LedgerThread {
public:
    /// `onApplied` is called from the thread after each transaction.
    LedgerThread(std::unique_ptr<SpoolLedger> ledger, std::function<void(LogPosition)> onApplied);
    /// Takes over what was pushed, then ends.
    ~LedgerThread();

    /// Any thread. Entries in the order of the log.
    void push(std::vector<LoggedEntry> &&entries, LogPosition end);
    /// Any thread: what was said about a message. It goes along with what is pushed; of what cannot be written for long
    /// some is forgotten.
    void note(ConversationNote note);
    /// Any thread: `work` runs in the ledger's.
    void ask(std::function<void(SpoolLedger &)> work);
    /// How many entries wait: a great many mean that the database cannot be written.
    [[nodiscard]] std::size_t behind() const;

private:
    void loop();
    [[nodiscard]] bool applyAll(std::unique_lock<std::mutex> &lock);

    std::unique_ptr<SpoolLedger> m_ledger;
    std::function<void(LogPosition)> m_onApplied;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<LoggedEntry> m_entries; // guarded, as all below
    std::vector<ConversationNote> m_notes;
    LogPosition m_end;
    std::vector<std::function<void(SpoolLedger &)>> m_questions;
    std::size_t m_behind = 0;
    bool m_ending = false;
    std::thread m_thread;
};

} // namespace relaywright
