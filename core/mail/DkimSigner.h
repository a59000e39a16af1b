// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Domain.h"
#include "core/mail/DkimCanonical.h"
#include "core/mail/DkimKeyPair.h"

#include <QString>

namespace relaywright {

/// Who signs: `selector._domainkey.domain` has the public half of `key`.
struct DkimSigner {
    Domain domain;
    QString selector;
    DkimKeyPair key;
};

/// Whether `signer` may sign a message with this header: it has one From field, all of whose addresses are of the signer's
/// domain or below it. `header` has CRLF line ends and no empty line. Error: InvalidInput, saying why not: a line that is no
/// field, no From or several, another domain.
[[nodiscard]] Result<void> dkimMaySign(QByteArrayView header, const Domain &domain);

/// The DKIM-Signature field, folded, with its line end, to stand in front of the message (RFC 6376 §3.5): v a c=relaxed/relaxed
/// d s t h bh b; never l=, which would let anybody add to the body.
///
/// What must not be added afterwards is signed once more than it is there ("oversigned", §8.15): From, To, Cc, Subject and
/// Reply-To always; Date, Message-ID, Sender, MIME-Version and the Content fields only where they are, because a smart host
/// may rightly add those that are missing.
/// `bodyHash` is DkimBodyHash's. Error: InvalidInput as dkimMaySign; Unsupported when OpenSSL cannot sign.
[[nodiscard]] Result<QByteArray> dkimSignature(QByteArrayView header, const QByteArray &bodyHash,
                                               const DkimSigner &signer, TimePoint now);

} // namespace relaywright
