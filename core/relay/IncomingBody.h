// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/BodyChecksum.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolMessage.h"

#include <QFile>

#include <memory>
#include <optional>

namespace relaywright {

/// Collects a message as it comes in: small ones in memory, larger ones through a file, never whole in memory. A body
/// that is not taken over by the spool leaves nothing behind.
class IncomingBody {
public:
    static constexpr qsizetype kMaxInlineOctets = 64 * 1024;
    /// What is kept of a large message for a look at its header.
    static constexpr qsizetype kMaxHeadOctets = 256 * 1024;

    /// `folder` outlives the body.
    explicit IncomingBody(const SpoolFolder &folder) : m_folder(folder) {}
    ~IncomingBody();
    IncomingBody(const IncomingBody &) = delete;
    IncomingBody &operator=(const IncomingBody &) = delete;

    /// After an error (see `error`) more octets are counted and thrown away.
    void append(QByteArrayView octets);
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    /// The first octets, at least the whole header when that is shorter than kMaxHeadOctets.
    [[nodiscard]] const QByteArray &head() const { return m_octets; }

    [[nodiscard]] std::uint64_t size() const { return m_size; } ///< octets so far
    /// Any thread, once, after the last octet: brings a file to stable storage. Error: Storage.
    [[nodiscard]] Result<void> flush();
    /// What the record says of it. The octets move out.
    [[nodiscard]] SpoolBody take();
    /// Whether the file stays when this object goes: a record names it.
    void keep(bool kept) { m_kept = kept; }

private:
    void spill(QByteArrayView octets);

    const SpoolFolder &m_folder;
    QByteArray m_octets; // all of it, or the head once there is a file
    std::unique_ptr<QFile> m_file;
    std::uint64_t m_size = 0;
    std::optional<BodyChecksum> m_checksum; // of a file's octets
    bool m_has8Bit = false;                 // in a file
    bool m_headDone = false;
    bool m_kept = false;
    std::optional<Error> m_error;
};

} // namespace relaywright
