// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/oauth/TokenRequest.h"
#include "core/oauth/TokenTrouble.h"

#include <QByteArray>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>
#include <variant>

namespace relaywright {

/// More than any answer of a token endpoint; an engine stops reading there.
constexpr qsizetype kMaxTokenAnswerOctets = 256 * 1024;

/// What came back over HTTP. Header values as on the wire, empty where the header was missing.
struct TokenHttpAnswer {
    int status = 0;
    QByteArray contentType{};
    QByteArray date{};       ///< RFC 9110 §6.6.1
    QByteArray retryAfter{}; ///< RFC 9110 §10.2.3: seconds or a date
    Secret body{};           ///< may hold tokens
};

/// When and for what an answer came: our clock when the request left and now, and what was asked.
struct TokenExchange {
    const TokenRequest &request;
    TimePoint askedAt;
    TimePoint answeredAt;
};

/// A token, good until `expires` by our own clock: it is counted from the moment of the question, so that neither a slow
/// answer nor a wrong clock makes it look younger.
struct GrantedToken {
    Secret accessToken;
    Secret refreshToken{}; ///< replaces the one before; empty: that one stays, or there is none
    TimePoint obtained{};
    TimePoint expires{};
    std::optional<TimePoint> refreshAt{}; ///< when the service would like to be asked again (Entra's `refresh_in`)
    QStringList scopes{};                 ///< granted, printable; may be fewer than asked for (RFC 6749 §3.3)
    std::optional<std::chrono::seconds> clockSkew{}; ///< as `clockSkewOf`
    bool operator==(const GrantedToken &) const = default;
};
using TokenAnswer = std::variant<GrantedToken, TokenTrouble>;

/// Reads what the token endpoint answered (RFC 6749 §5; RFC 8628 §3.5). It is a stranger's text: JSON of at most
/// kMaxTokenAnswerOctets and 8 levels; tokens of at most kMaxTokenOctets visible characters; type Bearer; a life of a
/// second to a week, and five minutes where none is told. A web page in place of JSON is named as what it is.
[[nodiscard]] TokenAnswer readTokenAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange,
                                          const Knowledge &knowledge);

/// A code that a person enters in any browser (RFC 8628 §3.2). Texts are printable and bounded.
struct DeviceCodeOffer {
    Secret deviceCode;
    QString userCode{};     ///< `WDJB-MJHT`
    QUrl verificationUrl{}; ///< https
    TimePoint expires{};
    std::chrono::seconds interval{5}; ///< between polls, at least; 1 second to 5 minutes
    bool operator==(const DeviceCodeOffer &) const = default;
};
using DeviceCodeAnswer = std::variant<DeviceCodeOffer, TokenTrouble>;
[[nodiscard]] DeviceCodeAnswer readDeviceCodeAnswer(const TokenHttpAnswer &answer, const TokenExchange &exchange,
                                                    const Knowledge &knowledge);

/// When to poll for a device code (RFC 8628 §3.5): every `interval`, five seconds slower for good after each `slow_down`,
/// twice as slow for good after no answer at all, later where Retry-After says so.
class DevicePolling {
public:
    DevicePolling(const DeviceCodeOffer &offer, TimePoint now);
    /// Nothing: the code has ended, or the trouble says that it is over.
    [[nodiscard]] std::optional<TimePoint> nextPoll() const { return m_next; }
    void onTrouble(const TokenTrouble &trouble, TimePoint now);

private:
    std::chrono::seconds m_interval;
    TimePoint m_expires;
    std::optional<TimePoint> m_next;
};

/// How far the service's clock is ahead of ours (negative: behind), from its Date header, where that is more than five
/// minutes: Entra refuses assertions and tokens that seem too old or too young then. The date may be of any moment between
/// question and answer, so that a slow answer is no skew.
[[nodiscard]] std::optional<std::chrono::seconds> clockSkewOf(const QByteArray &date, const TokenExchange &exchange);
/// "This computer's clock is 12 minutes behind …", and what to do.
[[nodiscard]] QString clockSkewSentence(std::chrono::seconds skew);

} // namespace relaywright
