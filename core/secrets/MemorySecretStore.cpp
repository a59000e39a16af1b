// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/MemorySecretStore.h"

namespace relaywright {

namespace {

template <class T>
void answer(QObject *context, std::function<void(Result<T>)> done, Result<T> result)
{
    QMetaObject::invokeMethod(
        context, [done = std::move(done), result = std::move(result)] { done(result); }, Qt::QueuedConnection);
}

tl::unexpected<Error> notFound(const QString &name)
{
    return failure(ErrorKind::NotFound,
                   QStringLiteral("Nothing is kept under \"%1\" in this run. Enter the password first.").arg(name));
}

} // namespace

void MemorySecretStore::read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    const auto found = m_secrets.find(name);
    answer<Secret>(context, std::move(done), found == m_secrets.end() ? Result<Secret>(notFound(name)) : found->second);
}

void MemorySecretStore::write(const QString &name, const Secret &secret, QObject *context,
                              std::function<void(Result<void>)> done)
{
    m_secrets.insert_or_assign(name, secret);
    answer<void>(context, std::move(done), {});
}

void MemorySecretStore::remove(const QString &name, QObject *context, std::function<void(Result<void>)> done)
{
    answer<void>(context, std::move(done), m_secrets.erase(name) > 0 ? Result<void>() : Result<void>(notFound(name)));
}

void MemorySecretStore::list(QObject *context, std::function<void(Result<QStringList>)> done)
{
    QStringList names;
    for (const auto &[name, secret] : m_secrets)
        names += name;
    answer<QStringList>(context, std::move(done), names);
}

} // namespace relaywright
