// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/KeychainSecretStore.h"

#include "core/base/Text.h"
#include "core/secrets/KeychainJobs.h"
#include "core/secrets/SecretParts.h"

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
    if (name.trimmed().isEmpty() || name == indexName() || isPartName(name) || hasControlCharacters(name))
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

    explicit Private(qsizetype octets)
        : entryOctets(octets > 0                                    ? octets
                      : thisPlatform() == KeychainPlatform::Windows ? kWindowsEntryOctets
                                                                    : kAnyEntryOctets)
    {
    }

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

    /// Of one entry, or of the parts that it names.
    void readWhole(const QString &name, QObject *context, std::function<void(Result<Secret>)> done);
    void write(const QString &name, const Secret &secret, const QPointer<QObject> &context,
               std::function<void(Result<void>)> done);
    void remove(const QString &name, const QPointer<QObject> &context, std::function<void(Result<void>)> done);

private:
    using Written = std::function<void(const Result<void> &)>;
    struct Parts {
        QString name;
        bool second;
        std::vector<Secret> all;
        std::size_t next = 0;
    };
    void readParts(const std::shared_ptr<Parts> &parts, const SecretHead &head, const QPointer<QObject> &context,
                   const std::function<void(Result<Secret>)> &done);
    void writeWhole(const QString &name, const Secret &secret, const Written &done);
    void writeParts(const std::shared_ptr<Parts> &parts, const Written &done);
    /// Until there is none of that number.
    void removeParts(const QString &name, bool second, int number, const std::function<void()> &done);
    void store(const QString &name, const Secret &secret, const QStringList &before, const QPointer<QObject> &context,
               std::function<void(Result<void>)> done);

    const qsizetype entryOctets;
    std::deque<Change> m_changes;
};

void KeychainSecretStore::Private::readWhole(const QString &name, QObject *context,
                                             std::function<void(Result<Secret>)> done)
{
    keychainRead(name, context,
                 [this, name, guard = QPointer<QObject>(context), done = std::move(done)](const Result<Secret> &entry) {
                     const auto head = entry ? headIn(*entry) : std::nullopt;
                     if (!head)
                         return done(entry);
                     readParts(std::make_shared<Parts>(Parts{name, head->second, {}}), *head, guard, done);
                 });
}

void KeychainSecretStore::Private::readParts(const std::shared_ptr<Parts> &parts, const SecretHead &head,
                                             const QPointer<QObject> &context,
                                             const std::function<void(Result<Secret>)> &done)
{
    if (!context)
        return;
    const int number = static_cast<int>(parts->all.size());
    if (number == head.parts)
        return done(joined(parts->all, head));
    keychainRead(partName(parts->name, parts->second, number), context,
                 [this, parts, head, context, done](const Result<Secret> &part) {
                     const bool isGone = !part && part.error().kind == ErrorKind::NotFound;
                     if (isGone)
                         return done(joined(parts->all, head)); // says that a part is missing
                     if (!part)
                         return done(part);
                     parts->all.push_back(*part);
                     readParts(parts, head, context, done);
                 });
}

/// The parts first, then the entry that names them, then those of the secret before go.
void KeychainSecretStore::Private::writeWhole(const QString &name, const Secret &secret, const Written &done)
{
    keychainRead(name, this, [this, name, secret, done](const Result<Secret> &before) {
        const auto old = before ? headIn(*before) : std::nullopt;
        const auto forgetOld = [this, name, old, done](const Result<void> &written) {
            if (!written || !old)
                return done(written);
            removeParts(name, old->second, 0, [done, written] { done(written); });
        };
        if (!needsParts(secret, entryOctets))
            return keychainWrite(name, secret, this, forgetOld);
        const auto parts = std::make_shared<Parts>(Parts{name, old && !old->second, partsOf(secret, entryOctets)});
        const SecretHead head{static_cast<int>(parts->all.size()), secret.reveal().size(), parts->second};
        writeParts(parts, [this, name, head, forgetOld, done](const Result<void> &written) {
            if (!written)
                return done(written);
            keychainWrite(name, toEntry(head), this, forgetOld);
        });
    });
}

void KeychainSecretStore::Private::writeParts(const std::shared_ptr<Parts> &parts, const Written &done)
{
    if (parts->next == parts->all.size())
        return done({});
    const auto number = parts->next++;
    keychainWrite(
        partName(parts->name, parts->second, static_cast<int>(number)), parts->all[number], this,
        [this, parts, done](const Result<void> &written) { written ? writeParts(parts, done) : done(written); });
}

void KeychainSecretStore::Private::removeParts(const QString &name, bool second, int number,
                                               const std::function<void()> &done)
{
    // Reads first, as in remove.
    keychainRead(partName(name, second, number), this, [this, name, second, number, done](const Result<Secret> &part) {
        if (!part)
            return done();
        keychainRemove(partName(name, second, number), this,
                       [this, name, second, number, done](const Result<void> &removed) {
                           removed ? removeParts(name, second, number + 1, done) : done();
                       });
    });
}

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
    writeWhole(name, secret, [this, name, before, context, done = std::move(done)](const Result<void> &written) {
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
        keychainRemove(name, this, [this, name, context, done, dropName](const Result<void> &removed) {
            if (!removed)
                return finish(context, done, removed);
            removeParts(name, false, 0,
                        [this, name, dropName] { removeParts(name, true, 0, [dropName] { dropName({}); }); });
        });
    });
}

KeychainSecretStore::KeychainSecretStore(qsizetype entryOctets) : d(std::make_unique<Private>(entryOctets)) {}
KeychainSecretStore::~KeychainSecretStore() = default;

void KeychainSecretStore::read(const QString &name, QObject *context, std::function<void(Result<Secret>)> done)
{
    if (const auto good = checkName(name); !good)
        return answerLater(context, [done, error = good.error()] { done(tl::unexpected(error)); });
    d->readWhole(name, context, std::move(done));
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
