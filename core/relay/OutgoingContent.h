// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolMessage.h"

#include <QFile>
#include <QIODevice>

#include <memory>
#include <optional>

namespace relaywright {

/// Octets of its own, then a file from some offset on: a large message with another header, never whole in memory.
/// Random access, read only.
class SplicedFile final : public QIODevice {
public:
    SplicedFile(QByteArray head, std::unique_ptr<QFile> file, qint64 offset);
    [[nodiscard]] qint64 size() const override;
    bool seek(qint64 position) override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 maxSize) override;

private:
    QByteArray m_head;
    std::unique_ptr<QFile> m_file;
    qint64 m_offset;
};

/// What goes on the wire for a stored message, the header rewritten where `sendAs` says so. Error: as
/// SpoolFolder::openBody.
[[nodiscard]] Result<std::unique_ptr<QIODevice>> openContent(const SpoolMessage &message, const SpoolFolder &folder,
                                                             const std::optional<EmailAddress> &sendAs);

/// The start of a stored message with its whole header (bounded by MessageHeader::kMaxHeaderOctets); empty when it cannot
/// be read.
[[nodiscard]] QByteArray readHead(const SpoolMessage &message, const SpoolFolder &folder);

} // namespace relaywright
