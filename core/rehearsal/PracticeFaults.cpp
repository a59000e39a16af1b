// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeFaults.h"

#include "core/base/Text.h"

#include <QRegularExpression>

#include <array>
#include <utility>

namespace relaywright {

namespace {

constexpr std::array<std::pair<const char *, PracticePoint>, 8> kPoints = {{
    {"greeting", PracticePoint::Greeting},
    {"ehlo", PracticePoint::Ehlo},
    {"starttls", PracticePoint::StartTls},
    {"auth", PracticePoint::Auth},
    {"mail", PracticePoint::Mail},
    {"rcpt", PracticePoint::Rcpt},
    {"data", PracticePoint::Data},
    {"message", PracticePoint::Message},
}};

constexpr std::array<std::pair<const char *, CertificateFault>, 3> kCertificates = {{
    {"wrong-name", CertificateFault::WrongName},
    {"expired", CertificateFault::Expired},
    {"self-signed", CertificateFault::SelfSigned},
}};

struct Flag {
    const char *word;
    bool PracticeFaults::*member;
};
constexpr std::array<Flag, 4> kFlags = {{
    {"drop-in-data", &PracticeFaults::dropInData},
    {"multi-line", &PracticeFaults::multiLine},
    {"no-starttls", &PracticeFaults::noStartTls},
    {"tls1.0-only", &PracticeFaults::onlyTls10},
}};

QString wordOf(PracticePoint point)
{
    return QLatin1String(kPoints.at(static_cast<std::size_t>(point)).first);
}

QString possible()
{
    return QStringLiteral(
        "Write slow-banner=20s, tarpit=5s, 421-at=POINT, garbage or garbage=POINT, drop-in-data, multi-line, "
        "no-starttls, tls1.0-only, or cert=wrong-name, cert=expired, cert=self-signed. POINT is greeting, ehlo, "
        "starttls, auth, mail, rcpt, data or message.");
}

tl::unexpected<Error> unknownFault(const QString &word)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is no fault of the practice server. %2").arg(quotable(word), possible()));
}

std::optional<std::chrono::milliseconds> parseDelay(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^([0-9]{1,7})(ms|s|m)$"));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const int factor = match.captured(2) == QLatin1String("ms")  ? 1
                       : match.captured(2) == QLatin1String("s") ? 1000
                                                                 : 60'000;
    const std::chrono::milliseconds delay(match.captured(1).toLongLong() * factor);
    return delay <= kMaxFaultDelay ? std::optional(delay) : std::nullopt;
}

Result<void> addDelay(std::chrono::milliseconds &delay, const QString &name, const QString &text)
{
    const auto parsed = parseDelay(text);
    if (!parsed)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The time of %1 must be such as 500ms, 20s or 2m, at most 30m, not \"%2\".")
                           .arg(name, quotable(text)));
    delay = *parsed;
    return {};
}

Result<void> addPoint(std::optional<PracticePoint> &point, const QString &name, const QString &text)
{
    if (point)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1 can be given once; it is at %2 already.").arg(name, wordOf(*point)));
    point = parsePracticePoint(text);
    if (point)
        return {};
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("%1 needs one of greeting, ehlo, starttls, auth, mail, rcpt, data and message, "
                                  "not \"%2\".")
                       .arg(name, quotable(text)));
}

Result<void> addGarbage(PracticeFaults &faults, const QString &text)
{
    if (parsePracticePoint(text) == PracticePoint::StartTls)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("Octets ahead of the answer to STARTTLS are thrown away by every client that is "
                                      "safe. Choose garbage at greeting, ehlo, auth, mail, rcpt, data or message."));
    return addPoint(faults.garbageAt, QStringLiteral("garbage"), text);
}

Result<void> addCertificate(PracticeFaults &faults, const QString &text)
{
    for (const auto &[word, fault] : kCertificates) {
        if (text == QLatin1String(word)) {
            faults.certificate = fault;
            return {};
        }
    }
    return failure(
        ErrorKind::InvalidInput,
        QStringLiteral("cert needs one of wrong-name, expired and self-signed, not \"%1\".").arg(quotable(text)));
}

} // namespace

std::optional<PracticePoint> parsePracticePoint(const QString &word)
{
    for (const auto &[name, point] : kPoints) {
        if (word == QLatin1String(name))
            return point;
    }
    return std::nullopt;
}

Result<void> addFault(PracticeFaults &faults, const QString &word)
{
    const qsizetype equals = word.indexOf(u'=');
    const QString name = word.left(equals < 0 ? word.size() : equals);
    const QString value = equals < 0 ? QString() : word.mid(equals + 1);
    if (name == QLatin1String("slow-banner"))
        return addDelay(faults.slowBanner, name, value);
    if (name == QLatin1String("tarpit"))
        return addDelay(faults.tarpit, name, value);
    if (name == QLatin1String("421-at"))
        return addPoint(faults.closesAt, name, value);
    if (name == QLatin1String("garbage"))
        return addGarbage(faults, equals < 0 ? QStringLiteral("greeting") : value);
    if (name == QLatin1String("cert"))
        return addCertificate(faults, value);
    for (const Flag &flag : kFlags) {
        if (word == QLatin1String(flag.word)) {
            faults.*(flag.member) = true;
            return {};
        }
    }
    return unknownFault(word);
}

QStringList faultWords(const PracticeFaults &faults)
{
    QStringList words;
    if (faults.slowBanner.count() > 0)
        words += QStringLiteral("slow-banner=%1ms").arg(faults.slowBanner.count());
    if (faults.tarpit.count() > 0)
        words += QStringLiteral("tarpit=%1ms").arg(faults.tarpit.count());
    if (faults.closesAt)
        words += QStringLiteral("421-at=%1").arg(wordOf(*faults.closesAt));
    if (faults.garbageAt)
        words += QStringLiteral("garbage=%1").arg(wordOf(*faults.garbageAt));
    for (const Flag &flag : kFlags) {
        if (faults.*(flag.member))
            words += QLatin1String(flag.word);
    }
    if (faults.certificate)
        words += QStringLiteral("cert=%1").arg(
            QLatin1String(kCertificates.at(static_cast<std::size_t>(*faults.certificate)).first));
    return words;
}

Reply spoiled(const PracticeFaults &faults, PracticePoint point, Reply reply)
{
    if (faults.closesAt == point)
        reply = {421, {"4.3.2 Service not available"}}; // catalogue entry service-not-available
    // A challenge and an EHLO list have lines of their own.
    if (!faults.multiLine || reply.lines.size() != 1)
        return reply;
    const auto status = reply.enhanced();
    const QByteArray prefix = status ? status->toString().toLatin1() + ' ' : QByteArray();
    reply.lines += prefix + "This reply has three lines,";
    reply.lines += prefix + "and this is the last of them.";
    return reply;
}

QByteArray garbageOctets()
{
    return QByteArrayLiteral("HTTP/1.1 400 Bad Request\r\nServer: \xff\xfb\x01\r\n\r\n");
}

} // namespace relaywright
