// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"

#include <QByteArrayList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <memory>

namespace relaywright::test {

/// A recursive name server on 127.0.0.1, UDP and TCP on the same free port, with the records of the test; on another
/// loopback address and a given port where several servers must share one. It lives in the test's event loop. What it was
/// not told does not exist (NXDOMAIN); a name with other types has no data. CNAMEs are followed as far as its records go.
class LoopbackDns : public QObject {
public:
    enum class Fault {
        None,
        Drop,        ///< says nothing
        Truncate,    ///< over UDP: an empty answer with TC, so that TCP is tried
        TruncateAll, ///< the same over TCP, which nobody may believe
        ServFail,
        Refused,
        WrongId,       ///< answers another question's id
        Malformed,     ///< cuts the answer in its last record
        Garbage,       ///< random octets behind the right id
        LeaveAlias,    ///< gives the CNAME and does not follow it
        NoEdns,        ///< FORMERR when the question has an OPT record
        CnameLoop,     ///< two aliases that lead to each other
        Oversized,     ///< over UDP: the whole answer without TC, longer than the question allows
        WrongQuestion, ///< the right id, the question and the answer of another name
        OtherName,     ///< the right question, the records under another name
        PointerLoop,   ///< the owner of the answer points to itself
        OtherPort,     ///< answers from another port than the one that was asked
        Refer,         ///< knows nothing but the servers of the zone above
    };

    explicit LoopbackDns(QObject *parent = nullptr);
    /// `address` of 127.0.0.0/8; `isListening` tells whether it was free.
    LoopbackDns(const QString &address, std::uint16_t port, QObject *parent = nullptr);
    ~LoopbackDns() override;

    [[nodiscard]] bool isListening() const;
    [[nodiscard]] Endpoint endpoint() const;
    [[nodiscard]] std::uint16_t port() const;

    /// One TXT record; strings over 255 octets are cut into several.
    LoopbackDns &txt(const QString &name, const QByteArray &text);
    LoopbackDns &address(const QString &name, const QString &ip);
    LoopbackDns &mx(const QString &name, std::uint16_t preference, const QString &exchange);
    LoopbackDns &ptr(const QString &reverseName, const QString &name);
    LoopbackDns &ns(const QString &name, const QString &server);
    LoopbackDns &cname(const QString &name, const QString &target);
    LoopbackDns &soa(const QString &name, const QString &primary, std::uint32_t serial);
    LoopbackDns &tlsa(const QString &name, std::uint8_t usage, std::uint8_t selector, std::uint8_t matching,
                      const QByteArray &data);
    /// Takes all records of `name` away.
    LoopbackDns &forget(const QString &name);
    /// For questions about `name`; empty: about every name.
    LoopbackDns &fault(const QString &name, Fault fault);
    /// Answers about `name` come so late; empty: about every name.
    LoopbackDns &delay(const QString &name, std::chrono::milliseconds delay);
    /// Says nothing to the next `count` questions about `name`.
    LoopbackDns &lose(const QString &name, int count);
    /// Nobody can connect over TCP from now on.
    LoopbackDns &refuseTcp();
    LoopbackDns &ttl(std::uint32_t seconds);
    /// Sets AD where the question has it, as a resolver that validated does.
    LoopbackDns &authentic(bool authentic = true);
    /// A server of the zone: sets AA and offers no recursion.
    LoopbackDns &authoritative(bool authoritative = true);

    /// Questions so far, as `TXT example.com`, with `over TCP` behind those that came so.
    [[nodiscard]] const QStringList &questions() const;
    /// Of the same questions: which of RD, AD and EDNS they had, such as `RD AD EDNS`.
    [[nodiscard]] const QStringList &flags() const;
    /// How many different questions waited for their answer at the same time.
    [[nodiscard]] qsizetype mostAtOnce() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
