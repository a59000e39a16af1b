// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"

#include <QByteArrayList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>

namespace relaywright::test {

/// A recursive name server on 127.0.0.1, UDP and TCP on the same free port, with the records of the test. It lives in
/// the test's event loop. What it was not told does not exist (NXDOMAIN); a name with other types has no data. CNAMEs
/// are followed as far as its records go.
class LoopbackDns : public QObject {
public:
    enum class Fault {
        None,
        Drop,        ///< says nothing
        Truncate,    ///< over UDP: an empty answer with TC, so that TCP is tried
        TruncateAll, ///< the same over TCP, which nobody may believe
        ServFail,
        Refused,
        WrongId,    ///< answers another question's id
        Malformed,  ///< cuts the answer in its last record
        Garbage,    ///< random octets behind the right id
        LeaveAlias, ///< gives the CNAME and does not follow it
        NoEdns,     ///< FORMERR when the question has an OPT record
    };

    explicit LoopbackDns(QObject *parent = nullptr);
    ~LoopbackDns() override;

    [[nodiscard]] Endpoint endpoint() const;
    [[nodiscard]] std::uint16_t port() const;

    /// One TXT record; strings over 255 octets are cut into several.
    LoopbackDns &txt(const QString &name, const QByteArray &text);
    LoopbackDns &address(const QString &name, const QString &ip);
    LoopbackDns &mx(const QString &name, std::uint16_t preference, const QString &exchange);
    LoopbackDns &ptr(const QString &reverseName, const QString &name);
    LoopbackDns &ns(const QString &name, const QString &server);
    LoopbackDns &cname(const QString &name, const QString &target);
    /// For questions about `name`; empty: about every name.
    LoopbackDns &fault(const QString &name, Fault fault);
    LoopbackDns &ttl(std::uint32_t seconds);

    /// Questions so far, as `TXT example.com`, with `over TCP` behind those that came so.
    [[nodiscard]] const QStringList &questions() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
