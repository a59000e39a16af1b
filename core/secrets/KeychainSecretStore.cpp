// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/KeychainSecretStore.h"

#include "core/base/Text.h"
#include "core/secrets/KeychainJobs.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>
#include <QStringDecoder>

#include <algorithm>
#include <deque>

namespace relaywright {

namespace {

/// Our own entry: the names as a JSON array. Its name cannot be taken by a secret.
QString indexName()
{
    return QStringLiteral("#names");
}

Result<void> checkName(const QString &name)
{
    if (name.trimmed().isEmpty() || name == indexName() || hasControlCharacters(name))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("A secret needs a name of visible characters, such as scanner@contoso.com."));
    return {};
}

/// Keychains take text that ends at the first NUL; anything else would come back changed.
Result<void> checkSecret(const Secret &secret)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(secret.reveal());
    if (secret.isEmpty())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The password is empty. Nothing was stored."));
    if (decoder.hasError() || decoded.contains(QChar(u'\0')))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("The password is not text in UTF-8. Nothing was stored; save it as UTF-8 and try again."));
    return {};
}

QStringList parseIndex(const Secret &index)
{
    QStringList names;
    const QJsonArray array = QJsonDocument::fromJson(index.reveal().toByteArray()).array();
    for (const QJsonValue &value : array)
        names += value.toString();
    names.removeAll(QString());
    names.removeDuplicates();
    names.sort();
    return names;
}

Secret toIndex(const QStringList &names)
{
    return Secret(QJsonDocument(QJsonArray::fromStringList(names)).toJson(QJsonDocument::Compact));
}

void answerLater(QObject *context, std::function<void()> answer)
{
    QMetaObject::invokeMethod(context, std::move(answer), Qt::QueuedConnection);
}

} // namespace

/// Changes go one after another: each reads the index, changes it and writes it back.
class KeychainSecretStore::Private : public QObject {
public:
    using Change = std::function<void()>;

    void enqueue(Change change)
    {
        m_changes.push_back(std::move(change));
        if (m_changes.size() == 1)
            m_changes.front()();
    }

    /// Ends the running change: answers its owner and starts the next one.
    void finish(const QPointer<QObject> &context, const std::function<void(Result<void>)> &done,
                const Result<void> &result)
    {
        if (context)
            answerLater(context, [done, result] { done(result); });
        m_changes.pop_front();
        if (!m_changes.empty())
            m_changes.front()();
    }

    void readIndex(std::function<void(Result<QStringList>)> done)
    {
        keychainRead(indexName(), this, [done = std::move(done)](const Result<Secret> &index) {
            if (index)
                done(parseIndex(*index));
            else if (index.error().kind == ErrorKind::NotFound)
                done(QStringList());
            else
                done(tl::unexpected(index.error()));
        });
    }

    void write(const QString &name, const Secret &secret, const QPointer<QObject> &context,
               std::function<void(Result<void>)> done);
    void remove(const QString &name, const QPointer<QObject> &context, std::function<void(Result<void>)> done);

private:
    void store(const QString &name, const Secret &secret, const QStringList &before, const QPointer<QObject> &context,
               std::function<void(Result<void>)> done);

    std::deque<Change> m_changes;
};

/// The name first, then the secret: a secret that no list shows could never be deleted again.
void KeychainSecretStore::Private::write(const QString &name, const Secret &secret, const QPointer<QObject> &context,
                                         std::function<void(Result<void>)> done)
{
    readIndex([this, name, secret, context, done = std::move(done)](const Result<QStringList> &names) {
        if (!names)
            return finish(context, done, tl::unexpected(names.error()));
        if (names->contains(name))
            return store(name, secret, *names, context, done);
        keychainWrite(indexName(), toIndex(*names + QStringList{name}), this,
                      [this, name, secret, names = *names, context, done](const Result<void> &written) {
                          if (!written)
                              return finish(context, done, written);
                          store(name, secret, names, context, done);
                      });
    });
}

void KeychainSecretStore::Private::store(const QString &name, const Secret &secret, const QStringList &before,
                                         const QPointer<QObject> &context, std::function<void(Result<void>)> done)
{
    keychainWrite(
        name, secret, this, [this, name, before, context, done = std::move(done)](const Result<void> &written) {
            if (written || before.contains(name))
                return finish(context, done, written);
            keychainWrite(indexName(), toIndex(before), this,
                          [this, written, context, done](const Result<void> &) { finish(context, done, written); });
        });
}

/// Reads first, because Secret Service calls it a success to delete what is not there.
void KeychainSecretStore::Private::remove(const QString &name, const QPointer<QObject> &context,
                                          std::function<void(Result<void>)> done)
{
    const auto dropName = [this, name, context, done](const Result<void> &outcome) {
        readIndex([this, name, context, done, outcome](const Result<QStringList> &names) {
            if (!names || !names->contains(name))
                return finish(context, done, outcome);
            QStringList rest = *names;
            rest.removeAll(name);
            keychainWrite(indexName(), toIndex(rest), this,
                          [this, context, done, outcome](const Result<void> &written) {
                              finish(context, done, outcome ? written : outcome);
                          });
        });
    };
    keychainRead(name, this, [this, name, context, done, dropName](const Result<Secret> &secret) {
        if (!secret && secret.error().kind == ErrorKind::NotFound)
            return dropName(tl::unexpected(secret.error()));
        if (!secret)
            return finish(context, done, tl::unexpected(secret.error()));
        keychainRemove(name, this, [this, context, done, dropName](const Result<void> &removed) {
            if (!removed)
                return finish(context, done, removed);
            dropName({});
        });
    });
}

KeychainSecretStore::KeychainSecretStore() : d(std::make_unique<Private>()) {}
KeychainSecretStore::~KeychainSecretStore() = default;

void KeychainSecretStore::read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    if (const auto good = checkName(name); !good)
        return answerLater(context, [done, error = good.error()] { done(tl::unexpected(error)); });
    keychainRead(name, context, std::move(done));
}

void KeychainSecretStore::write(const QString &name, const Secret &secret, QObject *context,
                                std::function<void(Result<void>)> done)
{
    if (const auto good = checkName(name).and_then([&] { return checkSecret(secret); }); !good)
        return answerLater(context, [done, good] { done(good); });
    d->enqueue([this, name, secret, guard = QPointer<QObject>(context), done = std::move(done)] {
        d->write(name, secret, guard, done);
    });
}

void KeychainSecretStore::remove(const QString &name, QObject *context, std::function<void(Result<void>)> done)
{
    if (const auto good = checkName(name); !good)
        return answerLater(context, [done, good] { done(good); });
    d->enqueue(
        [this, name, guard = QPointer<QObject>(context), done = std::move(done)] { d->remove(name, guard, done); });
}

void KeychainSecretStore::list(QObject *context, std::function<void(Result<QStringList>)> done)
{
    d->readIndex([guard = QPointer<QObject>(context), done = std::move(done)](const Result<QStringList> &names) {
        if (guard)
            answerLater(guard, [done, names] { done(names); });
    });
}

void KeychainSecretStore::probe(QObject *context, std::function<void(Result<void>)> done)
{
    list(context, [done = std::move(done)](const Result<QStringList> &names) {
        if (names)
            done({});
        else
            done(tl::unexpected(names.error()));
    });
}

} // namespace relaywright
