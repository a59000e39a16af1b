// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/RelayConfig.h"
#include "core/session/Certificate.h"

#include <QDateTime>
#include <QObject>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace relaywright {

struct DeliveryDesk;

/// The client certificate that the relay shows to one smart host: read when it is first asked for, and again when its files
/// have changed. One that cannot be read in place of one that could leaves the earlier one in use: whoever renews a
/// certificate writes two files, one after the other.
class HostCertificate final : public QObject {
    Q_OBJECT
public:
    /// Null for a host that is shown none. `desk` outlives it.
    [[nodiscard]] static std::unique_ptr<HostCertificate> of(const RelayUpstream &host, DeliveryDesk &desk);
    HostCertificate(const RelayUpstream &host, DeliveryDesk &desk);

    [[nodiscard]] bool isMissing() const { return !m_identity; }
    /// For a connection that is opened now; nothing while it is missing.
    [[nodiscard]] const std::optional<ClientIdentity> &identity() const { return m_identity; }
    /// Of the one in use.
    [[nodiscard]] std::optional<TimePoint> endsAt() const { return m_endsAt; }
    /// Ends with `changed` or `failed`; nothing happens while it is at hand or asked for already.
    void ask();
    /// Every few seconds: reads again when a file has changed. Ends like `ask`.
    void look();

Q_SIGNALS:
    /// There is one, or another one.
    void changed();
    /// There is none: a sentence that says what to do.
    void failed(const QString &sentence);

private:
    /// When each file was last written, and its size.
    using FileStamps = std::vector<std::pair<QDateTime, qint64>>;

    [[nodiscard]] FileStamps stampsNow() const;
    void begin();
    void fetchPassword();
    void read(bool passwordIsFresh);
    void use(ClientIdentity identity);
    void fail(const QString &sentence);
    [[nodiscard]] QString sentenceOf(const Error &error) const;

    QString m_server;
    ClientCertificateFiles m_files;
    DeliveryDesk &m_desk;
    std::optional<ClientIdentity> m_identity;
    std::optional<TimePoint> m_endsAt;
    std::optional<Secret> m_password; // kept: where it comes from may have been a line that is gone
    FileStamps m_stamps;              // as of the last reading
    QString m_lastProblem;            // told already
    bool m_isAsked = false;
};

} // namespace relaywright
