// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/EntraCodes.h"

#include "core/base/Text.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <optional>

namespace relaywright {

namespace {

constexpr int kUnauthorized = 401;
constexpr int kUnavailable = 503;
constexpr int kTooManyRequests = 429;

/// An entry of a token endpoint names its codes in its phrase: `AADSTS(65001|90094)(?!\d)`.
std::vector<int> codesOf(const ErrorEntry &entry)
{
    static const QRegularExpression form(QStringLiteral("AADSTS\\(([0-9|]+)\\)"));
    std::vector<int> codes;
    for (const QString &number : form.match(entry.phrase).captured(1).split(u'|', Qt::SkipEmptyParts))
        codes.push_back(number.toInt());
    return codes;
}

const ErrorEntry *entryOf(int number, const Knowledge &knowledge)
{
    for (const ErrorEntry &entry : knowledge.errors()) {
        const std::vector<int> codes = codesOf(entry);
        if (std::find(codes.begin(), codes.end(), number) != codes.end())
            return &entry;
    }
    return nullptr;
}

/// Entra hides who it was where nobody has proved yet that they may know.
const QString kHiddenUser = QStringLiteral("{EUII Hidden}");

/// Those that the service says by itself, too.
std::optional<EntraRefusal> ordinaryRefusal(int number, const EntraRequest &request)
{
    switch (number) {
    case 50034: return userUnknown(kHiddenUser);
    case 50053: return obstacleRefusal(SignInObstacle::Locked, kHiddenUser);
    case 50055: return obstacleRefusal(SignInObstacle::PasswordExpired, kHiddenUser);
    case 50057: return obstacleRefusal(SignInObstacle::Disabled, kHiddenUser);
    case 50076: return obstacleRefusal(SignInObstacle::SecondFactor, kHiddenUser);
    case 50126: return passwordWrong();
    case 50173: return signInRevoked();
    case 53003: return obstacleRefusal(SignInObstacle::ConditionalAccess, kHiddenUser);
    case 65001: return consentMissing(quotable(request.application));
    case 70011: return scopeInvalid(QStringLiteral("The scope %1 is not valid.").arg(quotable(request.scope)));
    case 90002: return tenantUnknown(request.tenant);
    case 90033: return unavailable(kUnavailable);
    case 90055: return unavailable(kTooManyRequests);
    case 700016: return applicationUnknown(request.application, request.tenant);
    case 700027: return assertionInvalid(QStringLiteral("The key was not found by thumbprint."));
    case 700082: return refreshExpired();
    case 1002012: return scopeNotDefault(request.scope);
    case 7000215: return secretInvalid(quotable(request.application));
    case 7000218: return proofMissing();
    case 7000222: return secretExpired(quotable(request.application));
    default: return std::nullopt;
    }
}

/// Those for which nothing of the practice tenant is the reason.
struct OtherRefusal {
    int number;
    int status;
    const char *error;
    const char *subError;
    const char *sentence;
};
constexpr std::array<OtherRefusal, 8> kOthers = {{
    {50012, kUnauthorized, "invalid_client", "", "Client assertion contains an invalid signature."},
    {50079, 400, "interaction_required", "basic_action",
     "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
     "enroll "
     "in multi-factor authentication to access the resource."},
    {53000, 400, "interaction_required", "message_only",
     "Device is not in required device state: not compliant. Conditional Access policy requires a compliant device, "
     "and "
     "the device is not compliant."},
    {90012, kUnavailable, "temporarily_unavailable", "", "The request has timed out. Please try again."},
    {90024, kUnavailable, "temporarily_unavailable", "",
     "The budget of this request is exceeded. A transient error has occurred. Please try again."},
    {90094, 400, "invalid_grant", "consent_required",
     "An administrator has set a policy that prevents you from granting the application the permissions it is "
     "requesting."},
    {700024, kUnauthorized, "invalid_client", "", "Client assertion is not within its valid time range."},
    {700084, 400, "invalid_grant", "token_expired",
     "The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which "
     "can't "
     "be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page."},
}};

} // namespace

std::vector<EntraCode> entraCodes(const Knowledge &knowledge)
{
    std::vector<EntraCode> codes;
    for (const ErrorEntry &entry : knowledge.errors()) {
        for (const int number : codesOf(entry))
            codes.push_back({number, entry.title});
    }
    std::sort(codes.begin(), codes.end(),
              [](const EntraCode &one, const EntraCode &other) { return one.number < other.number; });
    return codes;
}

QString entraCodeText(int number)
{
    return QStringLiteral("AADSTS%1").arg(number);
}

Result<int> parseEntraCode(const QString &text, const Knowledge &knowledge)
{
    static const QRegularExpression form(QStringLiteral("^(?:AADSTS)?([0-9]{4,8})$"),
                                         QRegularExpression::CaseInsensitiveOption);
    const auto match = form.match(text);
    const int number = match.captured(1).toInt();
    if (match.hasMatch() && entryOf(number, knowledge))
        return number;
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("\"%1\" is no code of Entra's that is known here. A code looks like AADSTS7000222; "
                                  "the end of relaywright-cli rehearse --help lists those known.")
                       .arg(quotable(text)));
}

EntraRefusal refusalWith(int number, const EntraRequest &request, const Knowledge &knowledge)
{
    if (auto ordinary = ordinaryRefusal(number, request))
        return *ordinary;
    const auto *other = std::find_if(kOthers.begin(), kOthers.end(),
                                     [number](const OtherRefusal &one) { return one.number == number; });
    if (other != kOthers.end())
        return {other->status, number, QString::fromLatin1(other->error), QString::fromLatin1(other->sentence),
                QString::fromLatin1(other->subError)};
    const ErrorEntry *entry = entryOf(number, knowledge);
    const QString sentence = entry ? entry->title : QStringLiteral("The sign-in was refused.");
    if (entry && entry->retry)
        return {kUnavailable, number, QStringLiteral("temporarily_unavailable"), sentence};
    return {400, number, QStringLiteral("invalid_grant"), sentence};
}

} // namespace relaywright
