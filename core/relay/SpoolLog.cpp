// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolLog.h"

#include "core/relay/SpoolFolder.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::size_t kSpares = 4;
constexpr std::size_t kOpenReaders = 16;
constexpr qint64 kZeroOctets = 1 << 20;

Error writeError(const QFile &file)
{
    return {ErrorKind::Storage, QStringLiteral("%1 cannot be written: %2.").arg(file.fileName(), file.errorString())};
}

Error readError(const QFile &file)
{
    return {ErrorKind::Storage, QStringLiteral("%1 cannot be read: %2.").arg(file.fileName(), file.errorString())};
}

std::uint32_t toPage(std::uint64_t octets)
{
    return static_cast<std::uint32_t>((octets + SpoolLog::kPageOctets - 1) / SpoolLog::kPageOctets
                                      * SpoolLog::kPageOctets);
}

Result<void> writeZeros(QFile &file, std::uint32_t octets)
{
    const QByteArray zeros(kZeroOctets, '\0');
    for (qint64 left = octets; left > 0; left -= kZeroOctets) {
        const qint64 piece = std::min(left, kZeroOctets);
        if (file.write(zeros.constData(), piece) != piece)
            return tl::unexpected(writeError(file));
    }
    return {};
}

} // namespace

QString SpoolLog::fileOf(std::uint32_t segment) const
{
    return QStringLiteral("%1/%2.log").arg(m_folder).arg(segment, 8, 16, QLatin1Char('0'));
}

SpoolLog::SpoolLog(QString folder, std::uint32_t segmentOctets)
    : m_folder(std::move(folder)), m_segmentOctets(segmentOctets)
{
    static const QRegularExpression name(QStringLiteral("\\A([0-9a-f]{8})\\.log\\z"));
    const auto files = QDir(m_folder).entryInfoList(QDir::Files | QDir::Hidden | QDir::System);
    for (const QFileInfo &file : files) {
        const auto match = name.match(file.fileName());
        if (!match.hasMatch() || file.isSymLink()) {
            QFile::remove(file.filePath()); // a segment that was never finished, or a stranger's
            continue;
        }
        m_segments.emplace(match.captured(1).toUInt(nullptr, 16), static_cast<std::uint32_t>(file.size()));
    }
}

std::vector<std::uint32_t> SpoolLog::segments() const
{
    std::vector<std::uint32_t> numbers;
    for (const auto &[number, octets] : m_segments)
        numbers.push_back(number);
    return numbers;
}

Result<SpoolLog::Replayed> SpoolLog::replay(LogPosition from, std::uint32_t instance,
                                            const std::function<void(LogEntry &&, const LogPlace &)> &visit)
{
    Replayed replayed{.end = from, .notices = {}};
    for (auto segment = m_segments.lower_bound(from.segment); segment != m_segments.end(); ++segment) {
        // What the next segment says of where this one ended. Beyond it are octets of a flush that failed.
        std::optional<std::uint32_t> limit;
        if (const auto next = std::next(segment); next != m_segments.end()) {
            auto said = endSaidBy(next->first, segment->first, instance);
            if (!said)
                return tl::unexpected(said.error());
            limit = *said;
        }
        const std::uint32_t first = segment->first == from.segment ? from.offset : 0;
        auto end = replaySegment(segment->first, first, limit, instance, replayed.notices, visit);
        if (!end)
            return tl::unexpected(end.error());
        if (*end > 0)
            replayed.end = {segment->first, *end};
    }
    return replayed;
}

/// Where `previous` ended, as the start of `segment` says; nothing when it does not say so.
Result<std::optional<std::uint32_t>> SpoolLog::endSaidBy(std::uint32_t segment, std::uint32_t previous,
                                                         std::uint32_t instance)
{
    auto file = reader(segment);
    if (!file)
        return tl::unexpected(file.error());
    QByteArray head;
    if ((*file)->seek(0))
        head = (*file)->read(kPageOctets);
    if (head.size() < static_cast<qsizetype>(std::min(kPageOctets, m_segments[segment])))
        return tl::unexpected(readError(**file));
    if (!recordLength(head, segment, 0))
        return std::nullopt;
    const auto entry = parseRecord(head, instance);
    const auto *start = entry ? std::get_if<SegmentStart>(&*entry) : nullptr;
    return start && start->previousSegment == previous ? std::optional(start->previousEnd) : std::nullopt;
}

Result<std::uint32_t> SpoolLog::replaySegment(std::uint32_t segment, std::uint32_t from,
                                              std::optional<std::uint32_t> limit, std::uint32_t instance,
                                              QStringList &notices,
                                              const std::function<void(LogEntry &&, const LogPlace &)> &visit)
{
    auto file = reader(segment);
    if (!file)
        return tl::unexpected(file.error());
    QByteArray octets;
    if ((*file)->seek(0))
        octets = (*file)->readAll();
    // A disk that cannot be read now is not the end of what was promised.
    if (octets.size() != static_cast<qsizetype>(m_segments[segment]))
        return tl::unexpected(readError(**file));
    // What a process that was killed had written is seen here before it is on the disk; what follows builds on it.
    QFile synced(fileOf(segment));
    if (!synced.open(QIODevice::ReadWrite | QIODevice::ExistingOnly))
        return tl::unexpected(writeError(synced));
    if (auto done = syncContents(synced); !done)
        return tl::unexpected(done.error());
    const QByteArrayView all(octets);
    const auto size = static_cast<std::uint32_t>(octets.size());
    const std::uint32_t stop = std::min(limit.value_or(size), size);
    std::uint32_t end = from;
    bool gap = false;
    for (std::uint32_t at = from; at < stop;) {
        const auto length = recordLength(all.sliced(at), segment, at);
        if (!length) {
            // A batch begins at a page; between its end and the next page there are zeros.
            const std::uint32_t behind = at + claimedLength(all.sliced(at));
            const bool oneIsBad = behind > at && behind < stop && recordLength(all.sliced(behind), segment, behind);
            gap = gap || oneIsBad || at % kPageOctets == 0;
            at = oneIsBad ? behind : toPage(std::uint64_t(at) + 1);
            continue;
        }
        if (std::exchange(gap, false))
            notices += QStringLiteral("A part of the spool's log %1 is damaged; what stands behind it was read.")
                           .arg(fileOf(segment));
        auto entry = parseRecord(all.sliced(at), instance);
        if (!entry)
            notices += QStringLiteral("An entry of the spool's log %1 was left out: %2")
                           .arg(fileOf(segment), entry.error().detail);
        else if (!std::holds_alternative<SegmentStart>(*entry))
            visit(std::move(*entry), {segment, at, *length});
        at += *length;
        end = at;
    }
    if (limit && end < stop)
        notices += QStringLiteral("The end of the spool's log %1 is damaged: what was promised there is lost.")
                       .arg(fileOf(segment));
    return end;
}

Result<void> SpoolLog::begin(LogPosition replayedTo)
{
    m_current = replayedTo.segment;
    if (!m_segments.empty())
        m_current = std::max(m_current, m_segments.rbegin()->first);
    m_promised = m_current == replayedTo.segment ? replayedTo.offset : 0;
    return nextSegment(0);
}

Result<std::unique_ptr<QFile>> SpoolLog::makeSegment(std::uint32_t segment, std::uint32_t octets)
{
    auto file = std::make_unique<QFile>(fileOf(segment));
    // Left by an attempt that failed: nothing in it was promised.
    m_readers.erase(segment);
    m_segments.erase(segment);
    if (file->exists() && !file->remove())
        return tl::unexpected(writeError(*file));
    const auto spare = std::ranges::find_if(m_spares, [&](std::uint32_t one) { return m_segments[one] >= octets; });
    if (spare != m_spares.end()) {
        const std::uint32_t old = *spare;
        m_spares.erase(spare);
        const std::uint32_t size = m_segments[old];
        m_segments.erase(old);
        m_readers.erase(old);
        if (QFile::rename(fileOf(old), file->fileName())
            && file->open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered)) {
            m_segments[segment] = size;
            return file;
        }
        QFile::remove(fileOf(old));
    }
    const std::uint32_t size = toPage(std::max(octets, m_segmentOctets));
    // Made under a name that means nothing, so that half a segment is never taken for one.
    const QString unfinished = m_folder + QLatin1String("/new");
    QFile::remove(unfinished);
    QFile fresh(unfinished);
    if (!fresh.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered,
                    QFile::ReadOwner | QFile::WriteOwner))
        return tl::unexpected(writeError(fresh));
    Result<void> made = writeZeros(fresh, size);
    if (made)
        made = syncFile(fresh);
    fresh.close();
    if (made && !QFile::rename(unfinished, file->fileName()))
        made = failure(ErrorKind::Storage, QStringLiteral("%1 cannot be made.").arg(file->fileName()));
    if (made && !file->open(QIODevice::ReadWrite | QIODevice::ExistingOnly | QIODevice::Unbuffered))
        made = tl::unexpected(writeError(*file));
    if (!made) {
        QFile::remove(unfinished);
        return tl::unexpected(made.error());
    }
    m_segments[segment] = size;
    return file;
}

Result<void> SpoolLog::nextSegment(std::uint32_t octets)
{
    const std::uint32_t number = m_current + 1;
    auto file = makeSegment(number, octets + kPageOctets);
    if (!file)
        return tl::unexpected(file.error());
    QByteArray start;
    appendRecord(start, SegmentStart{m_current, m_promised}, number, 0);
    start.append(static_cast<qsizetype>(kPageOctets) - start.size(), '\0');
    if ((*file)->write(start) != start.size())
        return tl::unexpected(writeError(**file));
    // Its name and first page must be there before anything in it is promised.
    Result<void> synced = syncContents(**file);
    if (synced)
        synced = syncFolder(m_folder);
    if (!synced)
        return synced;
    m_file = std::move(*file);
    m_current = number;
    m_taken = kPageOctets;
    m_promised = kRecordHeaderOctets + 8;
    m_broken = false;
    return {};
}

std::optional<LogPlace> SpoolLog::stage(const LogEntry &entry)
{
    const qsizetype before = m_batch.size();
    const std::uint32_t offset = m_taken + static_cast<std::uint32_t>(before);
    const std::uint32_t length = appendRecord(m_batch, entry, m_current, offset);
    if (!m_broken && std::uint64_t(offset) + length <= m_segments[m_current])
        return LogPlace{m_current, offset, length};
    m_batch.truncate(before);
    m_wanted = length;
    return std::nullopt;
}

Result<void> SpoolLog::advance()
{
    Q_ASSERT(m_batch.isEmpty());
    if (auto done = sync(); !done)
        return done;
    return nextSegment(std::exchange(m_wanted, 0));
}

LogPosition SpoolLog::end() const
{
    return {m_current, m_batch.isEmpty() ? m_promised : m_taken + static_cast<std::uint32_t>(m_batch.size())};
}

Result<void> SpoolLog::write()
{
    if (m_batch.isEmpty())
        return {};
    QByteArray batch = std::exchange(m_batch, {});
    const std::uint32_t end = m_taken + static_cast<std::uint32_t>(batch.size());
    // Up to the next page: a segment that is used again holds old records there.
    batch.append(static_cast<qsizetype>(std::min(toPage(end), m_segments[m_current]) - end), '\0');
    if (!m_file->seek(m_taken) || m_file->write(batch) != batch.size()) {
        m_broken = true;
        return tl::unexpected(writeError(*m_file));
    }
    m_promised = m_taken = end;
    m_aheadOfDisk = true;
    return {};
}

Result<void> SpoolLog::sync()
{
    if (!std::exchange(m_aheadOfDisk, false))
        return {};
    ++m_flushes;
    m_taken = toPage(m_taken);
    auto done = syncContents(*m_file);
    m_broken = m_broken || !done;
    return done;
}

Result<void> SpoolLog::flush()
{
    const std::uint32_t promised = m_promised;
    auto done = write();
    if (done)
        done = sync();
    if (!done)
        m_promised = promised; // what the next segment says of this one leaves out what nobody may count on
    return done;
}

void SpoolLog::discard()
{
    m_batch.clear();
}

Result<QFile *> SpoolLog::reader(std::uint32_t segment)
{
    if (const auto open = m_readers.find(segment); open != m_readers.end())
        return open->second.get();
    auto file = std::make_unique<QFile>(fileOf(segment));
    if (!file->open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return failure(QFile::exists(file->fileName()) ? ErrorKind::Denied : ErrorKind::Storage,
                       QStringLiteral("%1 cannot be opened: %2.").arg(file->fileName(), file->errorString()));
    if (m_readers.size() >= kOpenReaders)
        m_readers.erase(m_readers.begin());
    return m_readers.emplace(segment, std::move(file)).first->second.get();
}

std::optional<QByteArray> SpoolLog::readRaw(const LogPlace &place)
{
    auto file = reader(place.segment);
    if (!file || std::uint64_t(place.offset) + place.length > static_cast<std::uint64_t>((*file)->size())
        || !(*file)->seek(place.offset))
        return std::nullopt;
    QByteArray octets = (*file)->read(place.length);
    return octets.size() == static_cast<qsizetype>(place.length) ? std::optional(std::move(octets)) : std::nullopt;
}

Result<QByteArray> SpoolLog::read(const LogPlace &place)
{
    auto file = reader(place.segment);
    if (!file)
        return tl::unexpected(file.error());
    if (std::uint64_t(place.offset) + place.length > static_cast<std::uint64_t>((*file)->size()))
        return failure(ErrorKind::Storage, QStringLiteral("it should stand where the log has nothing."));
    auto octets = readRaw(place);
    if (!octets) // the disk's fault, perhaps for now
        return failure(ErrorKind::Denied,
                       QStringLiteral("%1 cannot be read now: %2.").arg((*file)->fileName(), (*file)->errorString()));
    if (recordLength(*octets, place.segment, place.offset) != place.length)
        return failure(ErrorKind::Storage, QStringLiteral("its octets are not those that were accepted."));
    return std::move(*octets);
}

void SpoolLog::release(std::uint32_t before, const std::set<std::uint32_t> &needed)
{
    std::vector<std::uint32_t> free;
    for (const auto &[number, octets] : m_segments) {
        if (number < before && number != m_current && !needed.contains(number)
            && std::ranges::find(m_spares, number) == m_spares.end())
            free.push_back(number);
    }
    for (const std::uint32_t number : free) {
        if (m_spares.size() < kSpares && m_segments[number] == m_segmentOctets) {
            m_spares.push_back(number);
            continue;
        }
        m_readers.erase(number);
        QFile::remove(fileOf(number));
        m_segments.erase(number);
    }
}

} // namespace relaywright
