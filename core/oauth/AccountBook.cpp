// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oauth/AccountBook.h"

#include "core/base/Text.h"
#include "core/oauth/TokenAccountJson.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>

namespace relaywright {

namespace {

constexpr auto kSchema = "relaywright.accounts/1";
constexpr qint64 kMaxBookOctets = 4 << 20;

QString timeText(TimePoint time)
{
    return toDateTime(time).toUTC().toString(Qt::ISODateWithMs);
}

Result<TimePoint> parseTime(const QString &text)
{
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        return failure(ErrorKind::InvalidInput, QStringLiteral("must be a time such as 2026-11-23T10:00:00.000Z."));
    return fromDateTime(time);
}

void readBooked(JsonReader &reader, AccountBook &book)
{
    const QString name = reader.string(u"name");
    if (name.trimmed().isEmpty() || hasControlCharacters(name))
        reader.fail(u"name", QStringLiteral("must be a name of visible characters, such as scanner@contoso.com."));
    if (findAccount(book, name))
        reader.fail(u"name", QStringLiteral("is there twice. Give each account a name of its own."));
    std::optional<TokenAccount> account;
    reader.object(u"oauth", [&account](JsonReader &item) { account = readTokenAccount(item); });
    if (!account)
        reader.fail(u"oauth", QStringLiteral("is missing. It says where the access tokens come from."));
    const auto added = reader.parsed<TimePoint>(u"added", &parseTime);
    const auto lastSuccess = reader.parsed<TimePoint>(u"lastSuccess", &parseTime);
    const auto proofEnds = reader.parsed<QDate>(u"proofEnds", &parseDay);
    if (!reader.failed())
        book.push_back({name, *account, added.value_or(TimePoint()), lastSuccess, proofEnds});
}

void sort(AccountBook &book)
{
    std::ranges::sort(book, {}, &BookedAccount::name);
}

} // namespace

Result<AccountBook> parseAccountBook(const QByteArray &json)
{
    const auto object = parseJsonObject(json);
    if (!object)
        return tl::unexpected<Error>(object.error());
    std::optional<Error> error;
    JsonReader reader(*object, error);
    if (const QString schema = reader.string(u"schema"); schema != QLatin1String(kSchema)) {
        if (schema.startsWith(QLatin1String("relaywright.accounts/")))
            return failure(ErrorKind::Unsupported,
                           QStringLiteral("These accounts were written by a newer version of Relaywright. Update this "
                                          "one."));
        reader.fail(u"schema", QStringLiteral("must be %1.").arg(QLatin1String(kSchema)));
    }
    AccountBook book;
    reader.array(u"accounts", [&book](JsonReader &item) { readBooked(item, book); });
    reader.finish();
    if (error)
        return tl::unexpected<Error>(*error);
    sort(book);
    return book;
}

QByteArray toJson(const AccountBook &book)
{
    QJsonArray accounts;
    for (const BookedAccount &one : book) {
        QJsonObject json{{QStringLiteral("name"), one.name},
                         {QStringLiteral("oauth"), toJson(one.account)},
                         {QStringLiteral("added"), timeText(one.added)}};
        if (one.lastSuccess)
            json.insert(QStringLiteral("lastSuccess"), timeText(*one.lastSuccess));
        if (one.proofEnds)
            json.insert(QStringLiteral("proofEnds"), one.proofEnds->toString(Qt::ISODate));
        accounts.append(json);
    }
    return QJsonDocument(
               QJsonObject{{QStringLiteral("schema"), QLatin1String(kSchema)}, {QStringLiteral("accounts"), accounts}})
        .toJson(QJsonDocument::Indented);
}

const BookedAccount *findAccount(const AccountBook &book, const QString &name)
{
    const auto found = std::ranges::find(book, name, &BookedAccount::name);
    return found == book.end() ? nullptr : &*found;
}

TokenNeed needOf(const QString &name, const TokenAccount &account)
{
    TokenNeed need;
    need.use = account.use;
    need.cloud = account.cloud;
    need.applicationId = account.application.toString();
    if (EmailAddress::parse(name))
        need.mailbox = name;
    return need;
}

QString signInKeychainName(const QString &account)
{
    return QStringLiteral("oauth ") + account;
}

Result<AccountBook> readAccountBook(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return AccountBook();
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Storage,
                       QStringLiteral("The accounts in %1 cannot be read: %2.").arg(path, file.errorString()));
    auto book = parseAccountBook(file.read(kMaxBookOctets));
    if (!book)
        return failure(book.error().kind, QStringLiteral("%1: %2").arg(path, book.error().detail));
    return book;
}

Result<void> changeAccountBook(const QString &path, const std::function<void(AccountBook &)> &change,
                               std::chrono::milliseconds patience)
{
    QDir().mkpath(QFileInfo(path).path());
    QLockFile lock(path + QLatin1String(".lock"));
    if (!lock.tryLock(static_cast<int>(patience.count())))
        return failure(ErrorKind::Storage,
                       QStringLiteral("The accounts in %1 are in use by another program. Try again.").arg(path));
    auto book = readAccountBook(path);
    if (!book)
        return tl::unexpected<Error>(book.error());
    change(*book);
    sort(*book);
    QSaveFile file(path);
    const QByteArray json = toJson(*book);
    const bool isOpen = file.open(QIODevice::WriteOnly);
    if (isOpen) // whom one signs in as is nobody else's business
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    if (!isOpen || file.write(json) != json.size() || !file.commit())
        return failure(ErrorKind::Storage,
                       QStringLiteral("The accounts cannot be written to %1: %2.").arg(path, file.errorString()));
    return {};
}

} // namespace relaywright
