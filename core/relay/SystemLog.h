// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayEvents.h"

#include <QByteArray>
#include <QString>

#include <memory>

namespace relaywright {

/// Events for the system's own log: the journal of systemd with its fields (native protocol, systemd.io/JOURNAL_NATIVE_PROTOCOL),
/// else syslog (RFC 3164), else nothing. Windows: the application's event log; that part has never run. It never waits: what
/// the system's log does not take at once is lost and counted.
class SystemLog {
public:
    struct Places { ///< of the sockets; empty: not there
        QString journal = QStringLiteral("/run/systemd/journal/socket");
        QString syslog = QStringLiteral("/dev/log");
    };
    enum class Kind { None, Journal, Syslog, EventLog };

    /// `program` begins each line.
    SystemLog(QString program, const Places &places);
    explicit SystemLog(QString program) : SystemLog(std::move(program), Places()) {}
    ~SystemLog();

    [[nodiscard]] Kind kind() const;
    void write(const RelayEvent &event);
    [[nodiscard]] quint64 lost() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// One entry of the native protocol: `NAME=value` lines. Values hold no line breaks, so none needs the binary form.
[[nodiscard]] QByteArray journalEntry(const RelayEvent &event, const QString &program);
/// `<20>Nov 22 10:00:00 relaywrightd[123]: ...`: facility mail, local time.
[[nodiscard]] QByteArray syslogLine(const RelayEvent &event, const QString &program, qint64 process);

} // namespace relaywright
