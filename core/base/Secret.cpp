// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Secret.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

namespace {

void overwrite(char *data, qsizetype size)
{
    volatile char *octet = data;
    for (qsizetype i = 0; i < size; ++i)
        octet[i] = 0;
}

} // namespace

struct Secret::Octets {
    explicit Octets(QByteArrayView octets) : data(octets.begin(), octets.end()) {}
    Octets(const Octets &) = delete;
    Octets &operator=(const Octets &) = delete;
    ~Octets() { overwrite(data.data(), static_cast<qsizetype>(data.size())); }
    std::vector<char> data;
};

void wipe(QByteArray &octets)
{
    if (octets.isDetached())
        overwrite(octets.data(), octets.size());
    octets.clear();
}

Secret::Secret(QByteArray &&octets) : m_octets(std::make_shared<const Octets>(octets))
{
    wipe(octets);
}

Secret Secret::fromText(const QString &text)
{
    return Secret(text.toUtf8());
}

bool Secret::isEmpty() const
{
    return !m_octets || m_octets->data.empty();
}

QByteArrayView Secret::reveal() const
{
    return m_octets ? QByteArrayView(m_octets->data.data(), static_cast<qsizetype>(m_octets->data.size())) : QByteArrayView();
}

bool Secret::operator==(const Secret &other) const
{
    const QByteArrayView a = reveal();
    const QByteArrayView b = other.reveal();
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

Result<SecretRef> SecretRef::parse(const QString &text)
{
    struct Form { QLatin1String prefix; Kind kind; };
    static constexpr Form kForms[] = {
        {QLatin1String("keychain:"), Kind::Keychain},
        {QLatin1String("env:"), Kind::Environment},
        {QLatin1String("file:"), Kind::File},
        {QLatin1String("credential:"), Kind::SystemdCredential},
    };
    if (text == QLatin1String("stdin"))
        return SecretRef(Kind::StandardInput, QString());
    for (const Form &form : kForms) {
        if (text.startsWith(form.prefix) && text.size() > form.prefix.size() && !hasControlCharacters(text))
            return SecretRef(form.kind, text.mid(form.prefix.size()));
    }
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("A secret is named by where it is kept, never written out: use keychain:NAME, env:NAME, "
                                  "file:PATH, credential:NAME or stdin."));
}

QString SecretRef::toString() const
{
    switch (m_kind) {
    case Kind::Keychain: return QStringLiteral("keychain:") + m_name;
    case Kind::Environment: return QStringLiteral("env:") + m_name;
    case Kind::File: return QStringLiteral("file:") + m_name;
    case Kind::SystemdCredential: return QStringLiteral("credential:") + m_name;
    case Kind::StandardInput: return QStringLiteral("stdin");
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
