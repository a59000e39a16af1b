// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Secret.h"
#include "core/relay/RateLimiter.h"
#include "core/relay/SpoolMessage.h"
#include "core/relay/Verdict.h"

#include <QIODevice>
#include <QObject>

#include <memory>
#include <optional>

namespace relaywright {

/// From when to when a certificate is good.
struct CertificateLife {
    TimePoint begins{};
    TimePoint ends{};
};

/// One connection to the smart host, used for several messages one after another; by SMTP (SmtpConnection) or Microsoft
/// Graph (GraphConnection). Whoever made it settles the message at hand.
class UpstreamConnection : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// A message with what is sent of it.
    struct Load {
        SpoolMessage message;
        Envelope envelope;                  ///< as rewritten
        std::unique_ptr<QIODevice> content; ///< as it goes out
        QuotaUse quota;
        bool headHas8Bit = false;
        QString remark; ///< about the content, for the journal
    };

    virtual void open() = 0;
    [[nodiscard]] bool isIdle() const { return m_ready && !m_load && !m_quitting; }
    [[nodiscard]] bool isBusy() const { return m_load.has_value(); }
    [[nodiscard]] bool isQuitting() const { return m_quitting; }
    /// It was ready once: what ends it now says nothing about the route.
    [[nodiscard]] bool wasOpened() const { return m_opened; }
    /// Only when idle: the connection is this message's. `submit` follows when its content is there.
    void reserve(Load load);
    virtual void submit(std::unique_ptr<QIODevice> content) = 0;
    [[nodiscard]] Load &load() { return *m_load; }
    /// The message at hand will not be sent after all; the connection is idle again.
    [[nodiscard]] Load giveBack();
    /// As the smart host offered it (RFC 3461).
    [[nodiscard]] virtual bool offersDsn() const { return false; }
    /// Of the certificate that the smart host showed; nothing without TLS, and where it is not looked at.
    [[nodiscard]] virtual std::optional<CertificateLife> certificateOfHost() const { return std::nullopt; }
    /// Closes politely: at once when idle, else after the message at hand.
    virtual void quit() = 0;
    virtual void cancel() = 0;
    /// The message at hand, which the caller settles; only in a slot of `messageDone`.
    [[nodiscard]] std::optional<Load> takeLoad();

Q_SIGNALS:
    /// It can be used: by SMTP greeting, TLS and sign-in went well.
    void opened();
    /// May be told to send the next message.
    void idle();
    void messageDone(const relaywright::AttemptVerdict &verdict);
    /// Exactly once, with no message at hand any more; what it says about the way there where it never was ready. Deletes
    /// itself afterwards.
    void finished(const relaywright::ConnectionVerdict &verdict);

protected:
    /// A message was reserved, taken or given back.
    virtual void onReserved() {}
    virtual void onReady() = 0;
    virtual void onTaken(const QueueId &) {}

    std::optional<Load> m_load;
    bool m_opened = false;
    bool m_ready = false;
    bool m_quitting = false;
};

} // namespace relaywright
