// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/IncomingBody.h"

#include "core/base/EightBit.h"

#include <QFileInfo>

namespace relaywright {

IncomingBody::~IncomingBody()
{
    if (m_file && !m_kept)
        m_file->remove();
}

void IncomingBody::append(QByteArrayView octets)
{
    m_size += static_cast<std::uint64_t>(octets.size());
    if (m_error)
        return;
    if (!m_file && m_octets.size() + octets.size() <= kMaxInlineOctets) {
        m_octets.append(octets);
        return;
    }
    if (!m_file) {
        auto file = m_folder.newBodyFile();
        if (!file) {
            m_error = file.error();
            return;
        }
        m_file = std::move(*file);
        m_checksum.emplace();
        spill(m_octets);
        m_headDone = m_octets.contains("\r\n\r\n") || m_octets.contains("\n\n");
    }
    spill(octets);
    if (!m_headDone) { // the header goes on: keep more of it, until it ends or is absurd
        m_octets.append(octets);
        m_headDone = m_octets.size() >= kMaxHeadOctets || octets.contains("\r\n\r\n");
    }
}

void IncomingBody::spill(QByteArrayView octets)
{
    m_checksum->append(octets);
    m_has8Bit = m_has8Bit || hasEightBit(octets);
    if (m_error || m_file->write(octets.data(), octets.size()) == octets.size())
        return;
    m_error = Error{ErrorKind::Storage,
                    QStringLiteral("%1 cannot be written: %2.").arg(m_file->fileName(), m_file->errorString())};
}

Result<void> IncomingBody::flush()
{
    if (m_error)
        return tl::unexpected(*m_error);
    if (!m_file)
        return {};
    if (auto synced = syncFile(*m_file); !synced)
        return synced;
    m_file->close();
    return syncFolder(m_folder.bodyFolder());
}

SpoolBody IncomingBody::take()
{
    SpoolBody body{.size = m_size};
    if (m_file) {
        body.fileName = QFileInfo(m_file->fileName()).fileName();
        body.checksum = m_checksum->value();
        body.has8Bit = m_has8Bit;
    } else {
        body.checksum = bodyChecksum(m_octets);
        body.has8Bit = hasEightBit(m_octets);
        body.octets = std::move(m_octets);
    }
    return body;
}

} // namespace relaywright
