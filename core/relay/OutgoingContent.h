// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/mail/DkimSigner.h"
#include "core/relay/Rewriting.h"
#include "core/relay/SpoolFolder.h"
#include "core/relay/SpoolMessage.h"

#include <QFile>
#include <QIODevice>

#include <memory>
#include <optional>
#include <vector>

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

/// What is done to a message on its way out, in this order.
struct OutgoingForm {
    SenderRewriting rewriting;
    std::vector<DkimSigner> signers; ///< those whose domain the From: address has sign; last, over what goes out
};

struct OutgoingContent {
    std::unique_ptr<QIODevice> octets;
    bool headHas8Bit = false; ///< a header field has octets over 127: it needs SMTPUTF8 (RFC 6532)
    QString remark;           ///< for the journal, printable: who signed, or why nobody did; empty without signers
};

/// What goes on the wire for a stored message. A large one that is to be signed is read once from its file, so this may
/// take a while: isSlow. Any thread may call it. Error: as SpoolFolder::openBody; Storage when the file cannot be read to its
/// end.
[[nodiscard]] Result<OutgoingContent> openContent(const SpoolMessage &message, const SpoolFolder &folder,
                                                  const OutgoingForm &form, TimePoint now);
[[nodiscard]] bool isSlow(const SpoolMessage &message, const OutgoingForm &form);

/// The start of a stored message with its whole header (bounded by MessageHeader::kMaxHeaderOctets); empty when it cannot
/// be read.
[[nodiscard]] QByteArray readHead(const SpoolMessage &message, const SpoolFolder &folder);

} // namespace relaywright
