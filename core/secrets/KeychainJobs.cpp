// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/KeychainJobs.h"

#include <QPointer>
#include <QTimer>

namespace relaywright {

namespace {

QString service()
{
    return QStringLiteral("Relaywright");
}

/// Windows' Credential Manager knows no service: there the entry's name must say whose it is.
QString keyOf(const QString &name)
{
    return thisPlatform() == KeychainPlatform::Windows ? service() + u':' + name : name;
}

QString noKeychain(const QString &words, KeychainPlatform platform)
{
    const QString cause = words.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(words.simplified());
    if (platform == KeychainPlatform::SecretService)
        return QStringLiteral(
                   "No keychain service answers in this session%1. Start gnome-keyring or KWallet, or keep the "
                   "password for this run only.")
            .arg(cause);
    return QStringLiteral("The keychain of this computer cannot be used%1. Keep the password for this run only.")
        .arg(cause);
}

Error silence(const QString &name)
{
    return {
        ErrorKind::Denied,
        QStringLiteral("The keychain did not answer for \"%1\" within %2 seconds. Unlock it and try again, or keep the "
                       "password for this run only.")
            .arg(name)
            .arg(kKeychainPatience.count())};
}

template <class T>
void answer(const QPointer<QObject> &context, const std::function<void(Result<T>)> &done, const Result<T> &result)
{
    if (context)
        QMetaObject::invokeMethod(
            context, [done, result] { done(result); }, Qt::QueuedConnection);
}

/// Starts `job` and answers once: with `take(job)` when it is finished, or with an error when the keychain is silent. A
/// silent job is never destroyed by us, because the keychain's callback still points to it; it deletes itself when it
/// ends after all.
template <class T, class Job, class Take>
void run(Job *job, const QString &name, QObject *context, std::function<void(Result<T>)> done, Take take)
{
    job->setKey(keyOf(name));
    job->setAutoDelete(true);
    job->setInsecureFallback(false);
    auto *limit = new QTimer(job);
    const QPointer<QObject> guard(context);
    QObject::connect(job, &QKeychain::Job::finished, limit, [=] {
        limit->stop();
        if (job->error() == QKeychain::NoError)
            answer<T>(guard, done, take(job));
        else
            answer<T>(guard, done, tl::unexpected(keychainError(job->error(), job->errorString(), name)));
    });
    QObject::connect(limit, &QTimer::timeout, limit, [=] {
        QObject::disconnect(job, &QKeychain::Job::finished, limit, nullptr);
        answer<T>(guard, done, tl::unexpected(silence(name)));
    });
    limit->setSingleShot(true);
    limit->start(kKeychainPatience);
    job->start();
}

Result<void> nothing(QKeychain::Job *)
{
    return {};
}

} // namespace

KeychainPlatform thisPlatform()
{
#if defined(Q_OS_WIN)
    return KeychainPlatform::Windows;
#elif defined(Q_OS_DARWIN)
    return KeychainPlatform::Apple;
#else
    return KeychainPlatform::SecretService;
#endif
}

Error keychainError(QKeychain::Error error, const QString &words, const QString &name, KeychainPlatform platform)
{
    switch (error) {
    case QKeychain::NoError: break;
    case QKeychain::EntryNotFound:
        return {ErrorKind::NotFound,
                QStringLiteral("The keychain holds nothing under \"%1\". Store the password first.").arg(name)};
    case QKeychain::CouldNotDeleteEntry:
        return {ErrorKind::Denied,
                QStringLiteral("The keychain did not delete \"%1\". Delete it there by hand.").arg(name)};
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return {
            ErrorKind::Denied,
            QStringLiteral("The keychain is locked or refused access to \"%1\". Unlock it and try again.").arg(name)};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented: return {ErrorKind::Unsupported, noKeychain(words, platform)};
    case QKeychain::OtherError:
        // Through libsecret everything that is wrong with the bus or the service arrives as this one.
        if (platform == KeychainPlatform::SecretService)
            return {ErrorKind::Unsupported, noKeychain(words, platform)};
        break;
    }
    return {ErrorKind::Storage,
            QStringLiteral("The keychain could not handle \"%1\": %2.")
                .arg(name, words.isEmpty() ? QStringLiteral("it gives no reason") : words.simplified())};
}

void keychainRead(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    run<Secret>(new QKeychain::ReadPasswordJob(service()), name, context, std::move(done),
                [](QKeychain::ReadPasswordJob *job) -> Result<Secret> { return Secret(job->binaryData()); });
}

void keychainWrite(const QString &name, const Secret &secret, QObject *context, std::function<void(Result<void>)> done)
{
    auto *job = new QKeychain::WritePasswordJob(service());
    // As text, not as base64: other tools (secret-tool, the keychain's own window) show what was stored.
    QString text = QString::fromUtf8(secret.reveal());
    job->setTextData(text);
    text.fill(u'\0');
    run<void>(job, name, context, std::move(done), nothing);
}

void keychainRemove(const QString &name, QObject *context, std::function<void(Result<void>)> done)
{
    run<void>(new QKeychain::DeletePasswordJob(service()), name, context, std::move(done), nothing);
}

} // namespace relaywright
