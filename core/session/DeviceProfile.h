// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/EmailAddress.h"
#include "core/base/IpAddress.h"
#include "core/session/SmtpServer.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace relaywright {

/// What a device or program showed of itself when it talked to a listener of ours: the practice server's or a relay's. What it did not do in these
/// conversations it may still be able to do: nothing here says "cannot" but where the device left no choice.
struct DeviceProfile {
    static constexpr std::size_t kMaxValues = 8; ///< of each list that the peer fills

    IpAddress address = IpAddress::fromV4(0x7f000001);
    TimePoint firstSeen{};
    TimePoint lastSeen{};
    int conversations = 0;
    int messages = 0;

    QString helo{};        ///< the name it gave; printable
    bool saidHelo = false; ///< HELO, and never EHLO
    bool saidEhlo = false;
    bool startedTls = false; ///< it said STARTTLS
    std::optional<ClientHello> tlsOffered{};
    QString tlsUsed{};    ///< `TLS 1.2`; empty: none
    QString tlsFailure{}; ///< why the last handshake that failed did
    QStringList certificateNames{};
    QStringList signInTried{}; ///< `LOGIN`, `NTLM`: mechanisms by their names on the wire
    QString signInUser{};
    bool signedIn = false;

    std::vector<EmailAddress> envelopeFrom{}; ///< P1
    std::vector<EmailAddress> headerFrom{};   ///< P2
    bool addressInName = false;               ///< a display name of From held an address
    int mostRecipients = 0;                   ///< of one message
    std::uint64_t largestMessageOctets = 0;
    QStringList missingFields{}; ///< of Date, From, Message-ID: those that a message did not have
    bool crlfInMessages = false;
    bool bareLineFeedInMessages = false;
    bool bareCarriageReturnInMessages = false;
    bool longLinesInMessages = false;    ///< over 998 octets (RFC 5322 §2.1.1)
    bool undeclaredEightBit = false;     ///< octets over 127, and no MIME-Version that would say what they mean
    bool bareLineFeedInCommands = false; ///< it waits for answers that never come
    QStringList extensionsUsed{};        ///< `SIZE`, `8BITMIME`, `SMTPUTF8`, `BINARYMIME`, `CHUNKING`, `DSN`
    QString lastRefusal{};               ///< the last 4xx or 5xx that it was given
    bool operator==(const DeviceProfile &) const = default;
};

/// Adds `value` unless it is there or the list is full.
void addOnce(QStringList &list, const QString &value);

/// Collects from one conversation. Give it what happens as it happens.
class DeviceRecorder {
public:
    DeviceRecorder(const IpAddress &address, TimePoint now);
    void onHello(const HelloReceived &hello);
    void onTls(const PeerTls &tls);
    /// A line of either side as an observer of the session sees it, without secrets.
    void onLine(Side side, const QByteArray &line);
    /// Where nobody looks at every line: what it tried to sign in with, and what it was told.
    void onSignInTried(const QByteArray &mechanism);
    void onRefused(const Reply &reply);
    void onAuth(const QString &user, bool accepted);
    void onMail(const MailReceived &mail);
    /// `content` is the message, or its beginning; `octets` its whole size.
    void onMessage(QByteArrayView content, std::uint64_t octets, int recipients);
    void onClosed(bool bareLineFeedInCommands, TimePoint now);
    [[nodiscard]] const DeviceProfile &profile() const { return m_profile; }

private:
    DeviceProfile m_profile;
};

/// Both together; `later` decides where only one can.
[[nodiscard]] DeviceProfile merged(const DeviceProfile &earlier, const DeviceProfile &later);

/// What a conversation shows of a device. Behind each: the values of its remark.
enum class DeviceTrait {
    SaysEhlo,               ///< the name
    SaysHeloOnly,           ///< the name
    BareLineFeedInCommands, ///< none
    TlsOffered,             ///< the versions; the number of cipher suites
    TlsUsed,                ///< the version
    TlsFailed,              ///< why
    NoTlsAsked,             ///< none
    CertificateShown,       ///< its names
    SignInTried,            ///< the mechanisms
    SignedIn,               ///< the user
    SignInRefused,          ///< the user
    WritesAs,               ///< the addresses of From
    EnvelopeFrom,           ///< the addresses of MAIL FROM
    AddressInName,          ///< none
    FieldsMissing,          ///< their names
    BareLineFeedInMessages, ///< none
    BareReturnInMessages,   ///< none
    LongLinesInMessages,    ///< none
    UndeclaredEightBit,     ///< none
    LargestMessage,         ///< its octets; the most recipients of one message
    ExtensionsUsed,         ///< their names
    LastRefusal,            ///< the reply
    SaidNothing,            ///< none
};
struct DeviceRemark {
    DeviceTrait trait;
    QStringList values{}; ///< what belongs together is one text: `TLS 1.2, TLS 1.3`
    bool operator==(const DeviceRemark &) const = default;
};
/// What was seen, the most telling first; never empty.
[[nodiscard]] std::vector<DeviceRemark> remarksOn(const DeviceProfile &profile);
/// The same in English, one whole sentence each.
[[nodiscard]] QStringList describe(const DeviceProfile &profile);
/// "schema": "relaywright.device/1" without its schema: for people and scripts.
[[nodiscard]] QJsonObject toJson(const DeviceProfile &profile);
/// Reads what `toJson` wrote; what is missing or makes no sense stays as it is at first, and lists are cut to kMaxValues.
/// Error: InvalidInput without an address.
[[nodiscard]] Result<DeviceProfile> parseDeviceProfile(const QJsonObject &json);

} // namespace relaywright
