// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeDirectory.h"

#include "core/rehearsal/JsonWebToken.h"

#include <QUuid>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kGuidOctets = 16;
constexpr qsizetype kSecretOctets = 30; // 40 characters, as Entra's have

} // namespace

QString randomGuid(const Randomness &randomness)
{
    QByteArray octets = randomness(kGuidOctets);
    octets[6] = static_cast<char>((octets[6] & 0x0F) | 0x40);
    octets[8] = static_cast<char>((octets[8] & 0x3F) | 0x80);
    return QUuid::fromRfc4122(octets).toString(QUuid::WithoutBraces);
}

const PracticeApplication *PracticeDirectory::application(const QString &id) const
{
    const auto found = std::find_if(applications.begin(), applications.end(), [&id](const PracticeApplication &one) {
        return one.id.compare(id, Qt::CaseInsensitive) == 0;
    });
    return found == applications.end() ? nullptr : &*found;
}

const PracticeUser *PracticeDirectory::user(const QString &name) const
{
    const auto found = std::find_if(users.begin(), users.end(), [&name](const PracticeUser &one) {
        return one.name.toString().compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == users.end() ? nullptr : &*found;
}

PracticeUser *PracticeDirectory::user(const QString &name)
{
    return const_cast<PracticeUser *>(std::as_const(*this).user(name));
}

bool PracticeDirectory::hasMailbox(const QString &name) const
{
    const auto isSame = [&name](const EmailAddress &one) {
        return one.toString().compare(name, Qt::CaseInsensitive) == 0;
    };
    return std::any_of(users.begin(), users.end(), [&isSame](const PracticeUser &one) {
        return isSame(one.name) || std::any_of(one.mailboxes.begin(), one.mailboxes.end(), isSame);
    });
}

bool isAnyTenant(const QString &tenant)
{
    return tenant == QLatin1String("organizations") || tenant == QLatin1String("common");
}

bool PracticeDirectory::isCalled(const QString &tenant) const
{
    const QString lower = tenant.toLower();
    return isAnyTenant(lower) || lower == tenantId
           || std::any_of(domains.begin(), domains.end(),
                          [&lower](const Domain &domain) { return domain.toAscii() == lower; });
}

PracticeDirectory madeUpDirectory(const std::vector<Domain> &domains, const std::vector<EmailAddress> &users,
                                  const Randomness &randomness)
{
    PracticeDirectory made{.tenantId = randomGuid(randomness), .domains = domains};
    PracticeApplication application{.id = randomGuid(randomness), .objectId = randomGuid(randomness)};
    application.secrets.push_back({Secret(base64Url(randomness(kSecretOctets)))});
    made.applications.push_back(std::move(application));
    for (const EmailAddress &user : users)
        made.users.push_back({.name = user, .objectId = randomGuid(randomness)});
    return made;
}

} // namespace relaywright
