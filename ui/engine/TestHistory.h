// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"
#include "ui/engine/MomentFolder.h"

namespace relaywright {

/// A kept test as a list names it.
struct KeptTest {
    QDateTime when;
    QString senderId; ///< of the site; empty: of no sender
    QString server;   ///< host:port
    QString end;      ///< how it ended, in a few words
};

/// Keeps the last tests of each sender of each site, so that a person sees since when something fails and can compare. A
/// test is a file (`relaywright.test-record/1`); nothing secret is in it, and only its owner can read it. No state, so a
/// copy may work on another thread.
class TestHistory {
public:
    static constexpr std::size_t kMostRecords = 20; ///< of one sender; the oldest give way

    /// `folder` is made when the first record is kept. Empty: nothing is ever kept.
    explicit TestHistory(QString folder) : m_folder(std::move(folder)) {}

    /// `site` is its CheckHistory::keyOf, `sender` an id of the site, empty for tests of no sender. The newest first.
    [[nodiscard]] std::vector<QDateTime> moments(const QString &site, const QString &sender) const;
    /// The same with what came of each. It reads the records, so let it work on another thread; what is no record is left
    /// out.
    [[nodiscard]] std::vector<KeptTest> keptOf(const QString &site, const QString &sender) const;
    /// Of all senders, also of those that are no longer in the site; the newest first, at most `most`. As slow.
    [[nodiscard]] std::vector<KeptTest> newest(const QString &site, std::size_t most) const;
    /// Error: NotFound, Storage, InvalidInput.
    [[nodiscard]] Result<TestRecord> record(const QString &site, const QString &sender, const QDateTime &when) const;
    /// Under the sender of its request. Error: Storage.
    [[nodiscard]] Result<void> keep(const QString &site, const TestRecord &record) const;

private:
    [[nodiscard]] MomentFolder folderOf(const QString &site, const QString &sender) const;
    QString m_folder;
};

/// Any file with a record, wherever the user has it. Error: NotFound, Storage, InvalidInput.
[[nodiscard]] Result<TestRecord> readRecordFile(const QString &path);
/// Error: Storage.
[[nodiscard]] Result<void> writeRecordFile(const QString &path, const TestRecord &record);

} // namespace relaywright
