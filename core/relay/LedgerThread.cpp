// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/LedgerThread.h"

#include <iterator>
#include <utility>

namespace relaywright {

namespace {

/// Messages that live shorter than this become one row instead of several changes of it.
constexpr std::chrono::milliseconds kLeisure{250};
constexpr std::chrono::seconds kAgain{1};
constexpr std::size_t kManyEntries = 8192;
constexpr std::size_t kMaxNotes = 50'000;

} // namespace

LedgerThread::LedgerThread(std::unique_ptr<SpoolLedger> ledger, std::function<void(LogPosition)> onApplied)
    : m_ledger(std::move(ledger)), m_onApplied(std::move(onApplied)), m_end(m_ledger->applied())
{
    m_thread = std::thread([this] { loop(); });
}

LedgerThread::~LedgerThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_one();
    m_thread.join();
}

void LedgerThread::push(std::vector<LoggedEntry> &&entries, LogPosition end)
{
    bool first = false;
    bool many = false;
    {
        const std::lock_guard lock(m_mutex);
        first = m_entries.empty();
        if (first)
            m_entries = std::move(entries);
        else
            m_entries.insert(m_entries.end(), std::make_move_iterator(entries.begin()),
                             std::make_move_iterator(entries.end()));
        m_end = end;
        m_behind = std::max(m_behind, m_entries.size());
        many = m_entries.size() >= kManyEntries;
    }
    if (first || many)
        m_wake.notify_one();
}

void LedgerThread::note(ConversationNote note)
{
    bool first = false;
    {
        const std::lock_guard lock(m_mutex);
        first = m_notes.empty() && m_entries.empty();
        if (m_notes.size() < kMaxNotes)
            m_notes.push_back(std::move(note));
    }
    if (first)
        m_wake.notify_one();
}

void LedgerThread::ask(std::function<void(SpoolLedger &)> work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_questions.push_back(std::move(work));
    }
    m_wake.notify_one();
}

std::size_t LedgerThread::behind() const
{
    const std::lock_guard lock(m_mutex);
    return m_behind;
}

bool LedgerThread::applyAll(std::unique_lock<std::mutex> &lock)
{
    if (m_entries.empty() && m_notes.empty())
        return true;
    std::vector<LoggedEntry> entries = std::exchange(m_entries, {});
    std::vector<ConversationNote> notes = std::exchange(m_notes, {});
    const LogPosition end = m_end;
    lock.unlock();
    const bool applied = m_ledger->apply(entries, end, notes).has_value();
    lock.lock();
    if (!applied) { // they stay in front of what came meanwhile
        m_notes.insert(m_notes.begin(), std::make_move_iterator(notes.begin()), std::make_move_iterator(notes.end()));
        m_entries.insert(m_entries.begin(), std::make_move_iterator(entries.begin()),
                         std::make_move_iterator(entries.end()));
        return false;
    }
    m_behind = m_entries.size();
    lock.unlock();
    entries.clear(); // they hold octets of messages
    m_onApplied(end);
    lock.lock();
    return true;
}

void LedgerThread::loop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock,
                    [this] { return m_ending || !m_entries.empty() || !m_notes.empty() || !m_questions.empty(); });
        m_wake.wait_for(lock, kLeisure,
                        [this] { return m_ending || m_entries.size() >= kManyEntries || !m_questions.empty(); });
        const bool applied = applyAll(lock);
        for (auto questions = std::exchange(m_questions, {}); const auto &question : questions) {
            lock.unlock();
            question(*m_ledger);
            lock.lock();
        }
        if (m_ending)
            return; // what could not be written is read from the log at the next start
        if (!applied)
            m_wake.wait_for(lock, kAgain, [this] { return m_ending || !m_questions.empty(); });
    }
}

} // namespace relaywright
