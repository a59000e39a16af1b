// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/LogEntry.h"

#include <QFile>

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace relaywright {

/// A position between two entries of the log.
struct LogPosition {
    std::uint32_t segment = 0;
    std::uint32_t offset = 0;
    auto operator<=>(const LogPosition &) const = default;
};

/// The append-only log that makes what was promised durable: files of zeros, made ahead (segments), into which batches of
/// entries are written one after another, each batch with one flush. A flush of octets inside a file that does not
/// grow costs the disk one write. A page that was flushed once is never written again, so that no power cut can
/// tear what it holds. Used by one thread.
///
/// A segment is named by its number, which only grows. When nothing in it is needed any more (`release`) its file is
/// used again under a new number; what it held before is no record there (see LogEntry).
class SpoolLog {
public:
    static constexpr std::uint32_t kSegmentOctets = 8u << 20;
    static constexpr std::uint32_t kPageOctets = 4096;

    /// Takes up the segments in `folder`; new ones have `segmentOctets`, or as many as a larger entry needs.
    explicit SpoolLog(QString folder, std::uint32_t segmentOctets = kSegmentOctets);

    struct Replayed {
        LogPosition end;     ///< of what is valid
        QStringList notices; ///< sentences about damage
    };
    /// Reads every entry at or after `from`, in order, to the end of what is valid; `visit` gets its place as well. Goes
    /// on behind damage, at the next page that begins a record. Error: Storage when a file cannot be read.
    [[nodiscard]] Result<Replayed> replay(LogPosition from, std::uint32_t instance,
                                          const std::function<void(LogEntry &&, const LogPlace &)> &visit);
    /// After `replay`: writing begins in a segment of its own. Error: Storage.
    [[nodiscard]] Result<void> begin(LogPosition replayedTo);

    /// Adds an entry to the batch; answers where it will stand. Nothing when the segment has no room for it, or takes no
    /// more: flush, `advance` and stage it again.
    [[nodiscard]] std::optional<LogPlace> stage(const LogEntry &entry);
    /// Goes on in another segment, with room for the entry that had none; nothing may be staged. Error: Storage.
    [[nodiscard]] Result<void> advance();
    [[nodiscard]] bool hasStaged() const { return !m_batch.isEmpty(); }
    /// Where the batch will end.
    [[nodiscard]] LogPosition end() const;
    /// Brings the batch, and what was only written before it, to stable storage. Error: Storage; nothing of the batch
    /// counts, and writing goes on in another segment, for what a failed flush left behind cannot be known.
    [[nodiscard]] Result<void> flush();
    /// Writes the batch without waiting for the disk: it outlives this process at once, a power cut after the next `flush`
    /// or `sync`. Errors as `flush`.
    [[nodiscard]] Result<void> write();
    /// Brings what was only written to stable storage. Error: Storage; a power cut may take it, and writing goes on in
    /// another segment.
    [[nodiscard]] Result<void> sync();
    /// True while something is written that a power cut may take.
    [[nodiscard]] bool isAheadOfDisk() const { return m_aheadOfDisk; }
    /// How many times the disk was waited for.
    [[nodiscard]] std::uint64_t flushes() const { return m_flushes; }
    void discard();

    /// The record at `place`, whole. Error: Storage when it is not there or damaged, Denied when the file cannot be opened now.
    [[nodiscard]] Result<QByteArray> read(const LogPlace &place);
    /// The octets there, whatever they are; nothing when they cannot be read.
    [[nodiscard]] std::optional<QByteArray> readRaw(const LogPlace &place);
    /// Frees the segments before `before` that are not in `needed`: a few are kept for new use, the others removed.
    void release(std::uint32_t before, const std::set<std::uint32_t> &needed);
    /// The numbers of all segments, the oldest first.
    [[nodiscard]] std::vector<std::uint32_t> segments() const;
    [[nodiscard]] std::uint32_t current() const { return m_current; }
    [[nodiscard]] std::uint32_t segmentOctets() const { return m_segmentOctets; }

private:
    [[nodiscard]] QString fileOf(std::uint32_t segment) const;
    [[nodiscard]] Result<void> nextSegment(std::uint32_t octets);
    [[nodiscard]] Result<std::unique_ptr<QFile>> makeSegment(std::uint32_t segment, std::uint32_t octets);
    [[nodiscard]] Result<std::optional<std::uint32_t>> endSaidBy(std::uint32_t segment, std::uint32_t previous,
                                                                 std::uint32_t instance);
    [[nodiscard]] Result<std::uint32_t> replaySegment(std::uint32_t segment, std::uint32_t from,
                                                      std::optional<std::uint32_t> limit, std::uint32_t instance,
                                                      QStringList &notices,
                                                      const std::function<void(LogEntry &&, const LogPlace &)> &visit);
    [[nodiscard]] Result<QFile *> reader(std::uint32_t segment);

    QString m_folder;
    std::uint32_t m_segmentOctets;
    std::map<std::uint32_t, std::uint32_t> m_segments;         // number -> octets
    std::vector<std::uint32_t> m_spares;                       // numbers of files to use again
    std::map<std::uint32_t, std::unique_ptr<QFile>> m_readers; // a few open files
    std::unique_ptr<QFile> m_file;                             // the current segment
    std::uint32_t m_current = 0;
    std::uint32_t m_taken = 0;    // octets of the current segment that are written; whole pages once they are flushed
    std::uint32_t m_promised = 0; // where its last written record ends
    QByteArray m_batch;
    std::uint32_t m_wanted = 0; // octets that the entry without room needs
    bool m_broken = false;      // a flush failed: the current segment takes no more
    bool m_aheadOfDisk = false;
    std::uint64_t m_flushes = 0;
};

} // namespace relaywright
