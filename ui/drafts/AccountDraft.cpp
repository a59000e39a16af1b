// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/AccountDraft.h"

#include "core/base/Text.h"

#include <QCoreApplication>
#include <QDir>

namespace relaywright {

namespace {

/// A context of its own for translators.
struct AccountText {
    Q_DECLARE_TR_FUNCTIONS(AccountText)
};

QString problemOfName(const QString &name, const QStringList &others)
{
    if (name.isEmpty() || hasControlCharacters(name))
        return AccountText::tr("Give it a name, best the mailbox that sends: scanner@contoso.com.");
    if (others.contains(name))
        return AccountText::tr(
            "There is an account of that name already. Choose another name, or remove that one first.");
    return {};
}

QString problemOfFile(const QString &path)
{
    if (path.isEmpty())
        return AccountText::tr("Choose the file.");
    if (QDir::isRelativePath(path)) // the relay has another folder than the window
        return AccountText::tr("Give the whole path, from the root of the disk on.");
    return hasControlCharacters(path) ? AccountText::tr("A path holds no control characters. Choose the file.")
                                      : QString();
}

template <class T>
QString problemOf(const Result<T> &result)
{
    return result ? QString() : result.error().detail;
}

Result<IdentityService> serviceOf(const AccountDraft &draft)
{
    const auto tenant = EntraTenant::parse(QStringLiteral("organizations")); // which one is another question
    return IdentityService::at(QUrl(draft.service.trimmed(), QUrl::StrictMode), *tenant);
}

AccountProof proofOf(const AccountDraft &draft)
{
    const QString name = draft.name.trimmed();
    switch (draft.way) {
    case AccountWay::Browser:
    case AccountWay::DeviceCode: return KeptRefreshToken{signInKeychainName(name)};
    case AccountWay::Secret: return KeptClientSecret{SecretRef::keychain(clientSecretKeychainName(name))};
    case AccountWay::Certificate:
        return KeptCertificate{draft.certificateFile.trimmed(),
                               *SecretRef::parse(QStringLiteral("file:") + draft.keyFile.trimmed())};
    }
    Q_UNREACHABLE();
}

} // namespace

QString problemOfEnd(const QString &ends, QDate today)
{
    const auto day = dayOfEnd(ends);
    if (ends.trimmed().isEmpty())
        return {};
    if (!day)
        return AccountText::tr("Type the day as year, month and day, such as 2027-11-23, or leave it empty.");
    return *day < today ? AccountText::tr("That day is over. Make a new secret in the Entra admin centre.") : QString();
}

std::optional<QDate> dayOfEnd(const QString &ends)
{
    const QDate day = QDate::fromString(ends.trimmed(), Qt::ISODate);
    return day.isValid() ? std::optional(day) : std::nullopt;
}

Problems problemsOfFiles(const QString &certificateFile, const QString &keyFile)
{
    Problems problems;
    if (const QString problem = problemOfFile(certificateFile.trimmed()); !problem.isEmpty())
        problems.push_back({QStringLiteral("certificate"), problem});
    if (const QString problem = problemOfFile(keyFile.trimmed()); !problem.isEmpty())
        problems.push_back({QStringLiteral("key"), problem});
    return problems;
}

Problems check(const AccountDraft &draft, const Secret &secret, const QStringList &others, QDate today)
{
    Problems problems;
    const auto add = [&problems](const char *field, const QString &sentence) {
        if (!sentence.isEmpty())
            problems.push_back({QLatin1String(field), sentence});
    };
    add("name", problemOfName(draft.name.trimmed(), others));
    const auto tenant = EntraTenant::parse(draft.tenant.trimmed());
    const bool asApplication = draft.way == AccountWay::Secret || draft.way == AccountWay::Certificate;
    if (tenant && asApplication && !tenant->isOne())
        add("tenant",
            AccountText::tr("An application signs in at one organisation: give its tenant id or a domain of it."));
    add("tenant", problemOf(tenant));
    add("application", problemOf(ApplicationId::parse(draft.application.trimmed())));
    if (draft.way == AccountWay::Secret) {
        if (secret.isEmpty())
            add("secret", AccountText::tr("Type the secret: its value, as Entra showed it once, not its id."));
        add("ends", problemOfEnd(draft.ends, today));
    }
    if (draft.way == AccountWay::Certificate) {
        const Problems ofFiles = problemsOfFiles(draft.certificateFile, draft.keyFile);
        problems.insert(problems.end(), ofFiles.begin(), ofFiles.end());
    }
    if (!draft.service.trimmed().isEmpty())
        add("service", problemOf(serviceOf(draft)));
    if (!draft.caFile.trimmed().isEmpty())
        add("caFile", problemOfFile(draft.caFile.trimmed()));
    return problems;
}

AccountWish toWish(const AccountDraft &draft, const Secret &secret)
{
    TokenAccount account{.tenant = *EntraTenant::parse(draft.tenant.trimmed()),
                         .application = *ApplicationId::parse(draft.application.trimmed()),
                         .proof = proofOf(draft),
                         .use = draft.use,
                         .cloud = draft.cloud,
                         .caFile = draft.caFile.trimmed()};
    if (!draft.service.trimmed().isEmpty())
        account.service = QUrl(draft.service.trimmed(), QUrl::StrictMode);
    AccountWish wish{.booked = {.name = draft.name.trimmed(), .account = std::move(account)},
                     .way = draft.way == AccountWay::DeviceCode ? PersonWay::DeviceCode : PersonWay::Browser};
    if (draft.way == AccountWay::Secret)
        wish.booked.proofEnds = dayOfEnd(draft.ends);
    if (draft.way == AccountWay::Secret || draft.way == AccountWay::Certificate)
        wish.secret = secret;
    return wish;
}

} // namespace relaywright
