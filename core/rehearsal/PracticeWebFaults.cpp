// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeWebFaults.h"

#include "core/base/Text.h"
#include "core/rehearsal/EntraCodes.h"
#include "core/rehearsal/PracticeFaults.h"

#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

constexpr std::array kStatuses{429, 500, 503};
constexpr std::chrono::milliseconds kMaxSkew = std::chrono::hours(24);
constexpr qsizetype kHugeOctets = 2 * 1024 * 1024;

struct WebFlag {
    const char *word;
    bool PracticeWebFaults::*member;
    bool ofSignIn;
};
constexpr std::array<WebFlag, 5> kFlags = {{
    {"malformed-json", &PracticeWebFaults::malformedJson, false},
    {"huge-json", &PracticeWebFaults::hugeJson, false},
    {"drop-in-answer", &PracticeWebFaults::dropInAnswer, false},
    {"new-key-each-token", &PracticeWebFaults::newKeyEachToken, true},
    {"refresh-once", &PracticeWebFaults::refreshOnce, true},
}};

tl::unexpected<Error> unknownFault(const QString &word)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is no fault of a practice service. Write late=5s, status=429, status=500 or "
                                  "status=503, retry-after=30s, malformed-json, huge-json, drop-in-answer, or "
                                  "clock-skew=10m or -10m; for the sign-in service also token-life=30s, "
                                  "refuse-sign-in=AADSTS7000222, rotate-key-after=10, new-key-each-token or "
                                  "refresh-once.")
                       .arg(quotable(word)));
}

Result<std::chrono::milliseconds> timeOf(const QString &name, const QString &text, std::chrono::milliseconds most)
{
    static const QRegularExpression form(QStringLiteral("^(-?)([0-9]{1,8})(ms|s|m)$"));
    const auto match = form.match(text);
    const int factor = match.captured(3) == QLatin1String("ms")  ? 1
                       : match.captured(3) == QLatin1String("s") ? 1000
                                                                 : 60'000;
    const bool isBehind = !match.captured(1).isEmpty();
    const std::chrono::milliseconds time(match.captured(2).toLongLong() * factor);
    if (!match.hasMatch() || time > most || (isBehind && name != QLatin1String("clock-skew")))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The time of %1 must be such as 500ms, 20s or 2m, at most %2m, not \"%3\".")
                           .arg(name)
                           .arg(std::chrono::duration_cast<std::chrono::minutes>(most).count())
                           .arg(quotable(text)));
    return isBehind ? -time : time;
}

/// Whole seconds, as the protocols count. Error: as timeOf, and for less than one.
Result<std::chrono::seconds> secondsOf(const QString &name, const QString &text, std::chrono::milliseconds most)
{
    const auto time = timeOf(name, text, most);
    if (!time)
        return tl::unexpected(time.error());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*time);
    if (seconds.count() == 0)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The time of %1 must be a second at least, such as %1=30s.").arg(name));
    return seconds;
}

template <class Target>
Result<void> addSeconds(Target &target, const QString &name, const QString &text, std::chrono::milliseconds most)
{
    const auto seconds = secondsOf(name, text, most);
    if (!seconds)
        return tl::unexpected(seconds.error());
    target = *seconds;
    return {};
}

Result<void> addStatus(PracticeWebFaults &faults, const QString &text)
{
    const int status = text.toInt();
    if (std::find(kStatuses.begin(), kStatuses.end(), status) == kStatuses.end())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("status needs one of 429, 500 and 503, not \"%1\".").arg(quotable(text)));
    faults.status = status;
    return {};
}

Result<void> addRefusal(PracticeWebFaults &faults, const QString &text)
{
    const auto code = parseEntraCode(text, Knowledge::builtIn());
    if (!code)
        return tl::unexpected(code.error());
    faults.refuseSignIn = *code;
    return {};
}

Result<void> addRotation(PracticeWebFaults &faults, const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^[0-9]{1,6}$"));
    const int tokens = form.match(text).hasMatch() ? text.toInt() : 0;
    if (tokens < 1 || tokens > kMaxTokensOfAKey)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("rotate-key-after needs a number of tokens from 1 to %1, such as "
                                      "rotate-key-after=10, not \"%2\".")
                           .arg(kMaxTokensOfAKey)
                           .arg(quotable(text)));
    faults.rotateKeyAfter = tokens;
    return {};
}

bool isJson(const HttpReply &reply)
{
    return std::any_of(reply.fields.begin(), reply.fields.end(), [](const HttpField &field) {
        return field.name == "Content-Type" && field.value.startsWith("application/json");
    });
}

void spoil(HttpReply &reply, const PracticeWebFaults &faults)
{
    if (faults.malformedJson)
        reply.body.truncate(reply.body.size() / 2);
    if (faults.hugeJson && reply.body.endsWith('}'))
        reply.body.replace(reply.body.size() - 1, 1,
                           (reply.body == "{}" ? "\"filling\":\"" : ",\"filling\":\"") + QByteArray(kHugeOctets, 'x')
                               + "\"}");
}

} // namespace

Result<void> addWebFault(PracticeWebFaults &faults, const QString &word)
{
    const qsizetype equals = word.indexOf(u'=');
    const QString name = word.left(equals < 0 ? word.size() : equals);
    const QString value = equals < 0 ? QString() : word.mid(equals + 1);
    if (name == QLatin1String("late")) {
        const auto time = timeOf(name, value, kMaxFaultDelay);
        if (!time)
            return tl::unexpected(time.error());
        faults.late = *time;
        return {};
    }
    if (name == QLatin1String("status"))
        return addStatus(faults, value);
    if (name == QLatin1String("retry-after"))
        return addSeconds(faults.retryAfter, name, value, kMaxFaultDelay);
    if (name == QLatin1String("clock-skew"))
        return addSeconds(faults.clockSkew, name, value, kMaxSkew);
    if (name == QLatin1String("token-life"))
        return addSeconds(faults.tokenLife, name, value, kMaxFaultDelay);
    if (name == QLatin1String("refuse-sign-in"))
        return addRefusal(faults, value);
    if (name == QLatin1String("rotate-key-after"))
        return addRotation(faults, value);
    for (const WebFlag &flag : kFlags) {
        if (word == QLatin1String(flag.word)) {
            faults.*(flag.member) = true;
            return {};
        }
    }
    return unknownFault(word);
}

QStringList signInFaultWords(const PracticeWebFaults &faults)
{
    QStringList words;
    if (faults.tokenLife)
        words += QStringLiteral("token-life=%1s").arg(faults.tokenLife->count());
    if (faults.refuseSignIn)
        words += QStringLiteral("refuse-sign-in=%1").arg(entraCodeText(*faults.refuseSignIn));
    if (faults.rotateKeyAfter)
        words += QStringLiteral("rotate-key-after=%1").arg(*faults.rotateKeyAfter);
    for (const WebFlag &flag : kFlags) {
        if (flag.ofSignIn && faults.*(flag.member))
            words += QLatin1String(flag.word);
    }
    return words;
}

QStringList webFaultWords(const PracticeWebFaults &faults)
{
    QStringList words;
    if (faults.late.count() > 0)
        words += QStringLiteral("late=%1ms").arg(faults.late.count());
    if (faults.status)
        words += QStringLiteral("status=%1").arg(*faults.status);
    if (faults.retryAfter)
        words += QStringLiteral("retry-after=%1s").arg(faults.retryAfter->count());
    if (faults.clockSkew.count() != 0)
        words += QStringLiteral("clock-skew=%1s").arg(faults.clockSkew.count());
    for (const WebFlag &flag : kFlags) {
        if (!flag.ofSignIn && faults.*(flag.member))
            words += QLatin1String(flag.word);
    }
    return words + signInFaultWords(faults);
}

QByteArray httpDateOf(TimePoint time)
{
    return QLocale::c()
        .toString(toDateTime(time).toUTC(), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"))
        .toLatin1();
}

HttpTurn turnOf(HttpReply reply, const PracticeWebFaults &faults, TimePoint now)
{
    HttpTurn turn{.wait = faults.late};
    reply.fields.push_back({"Date", httpDateOf(now + faults.clockSkew)});
    const bool isOurs = isJson(reply) || reply.body.isEmpty(); // else a page for people
    if (isOurs) {
        spoil(reply, faults);
        if (faults.dropInAnswer)
            turn.cutAfter = toWire(reply, false).size() - std::max<qsizetype>(reply.body.size() / 2, 2);
    }
    turn.reply = std::move(reply);
    return turn;
}

} // namespace relaywright
