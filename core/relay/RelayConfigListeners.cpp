// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Text.h"
#include "core/relay/OpenRelay.h"
#include "core/relay/RelayConfigReading.h"

#include <algorithm>

namespace relaywright {

namespace {

/// What broken TLS and passwords in clear text are kept inside of.
constexpr int kFenceV4 = 16;
constexpr int kFenceV6 = 48;

Result<Endpoint> parseListen(const QString &text)
{
    auto endpoint = Endpoint::parse(text, 2525);
    if (endpoint && !endpoint->host.address() && endpoint->host.toString() != QLatin1String("localhost"))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is a name. Give an address of this computer, such as 192.168.10.2:25.")
                           .arg(endpoint->host.toString()));
    return endpoint;
}

bool isFenced(const RelayListener &listener)
{
    return !listener.networks.empty() && std::ranges::all_of(listener.networks, [](const IpNetwork &network) {
        const IpAddress &address = network.address();
        if (address.isLoopback())
            return true;
        const int smallest = address.family() == IpAddress::Family::V4 ? kFenceV4 : kFenceV6;
        return address.isPrivate() && network.prefixLength() >= smallest;
    });
}

QString fenceSentence()
{
    return QStringLiteral("needs devices in private networks no larger than /%1 (IPv6: /%2): it can be broken by "
                          "anybody on the way.")
        .arg(kFenceV4)
        .arg(kFenceV6);
}

void checkWhoMaySend(JsonReader &reader, const RelayListener &listener)
{
    const bool mustSignIn = listener.signIn == SignIn::Required;
    if (listener.networks.empty() && !mustSignIn)
        reader.fail(u"networks", QStringLiteral("must list at least one network that may send, such as 192.168.10.0/24 "
                                                "or 127.0.0.1; without it nobody may."));
    if (const auto reason = openRelayReason(listener.networks); reason && !mustSignIn)
        reader.fail(u"networks", *reason);
    if (listener.signIn != SignIn::Off && listener.signInWithoutTls && !isFenced(listener))
        reader.fail(u"signInWithoutTls", fenceSentence());
    const bool tls = listener.startTls || listener.implicitTls;
    if (listener.signIn != SignIn::Off && !tls && !listener.signInWithoutTls)
        reader.fail(u"signIn",
                    QStringLiteral("needs TLS, so that passwords do not travel in the clear. Offer it, or allow "
                                   "sign-in without TLS where the devices cannot do it."));
}

void checkTls(JsonReader &reader, const RelayListener &listener)
{
    if (listener.requireTls && !listener.startTls && !listener.implicitTls)
        reader.fail(u"requireTls",
                    QStringLiteral("cannot be met: the listener offers no TLS. Offer STARTTLS or TLS from the start."));
    if (listener.minimumTls < MinimumTls::Tls12 && !isFenced(listener))
        reader.fail(u"minimumTls", fenceSentence());
}

} // namespace

ClientCertificateFiles readCertificateFiles(JsonReader &reader, const QString &otherwise)
{
    ClientCertificateFiles files{.certificateFile = plainText(reader, u"certificateFile"),
                                 .keyFile = plainText(reader, u"keyFile"),
                                 .pkcs12File = plainText(reader, u"pkcs12File"),
                                 .password = optionalParsed<SecretRef>(reader, u"pkcs12Password", &SecretRef::parse)};
    if (files.certificateFile.isEmpty() != files.keyFile.isEmpty())
        reader.fail(files.keyFile.isEmpty() ? u"certificateFile" : u"keyFile",
                    files.keyFile.isEmpty()
                        ? QStringLiteral("needs its private key; give both, or neither %1.").arg(otherwise)
                        : QStringLiteral("needs its certificate; give both, or neither %1.").arg(otherwise));
    if (!files.certificateFile.isEmpty() && !files.pkcs12File.isEmpty())
        reader.fail(u"pkcs12File", QStringLiteral("cannot stand beside a certificate in PEM. Give one of them."));
    if (files.password && files.pkcs12File.isEmpty())
        reader.fail(u"pkcs12Password", QStringLiteral("is of no use without a PKCS #12 file."));
    return files;
}

void readListener(JsonReader &reader, RelayConfig &config)
{
    ClientCertificateFiles files = readCertificateFiles(reader, QStringLiteral("for a self-made one"));
    RelayListener listener{.listen = reader.parsed<Endpoint>(u"listen", &parseListen)
                                         .value_or(*Endpoint::parse(QStringLiteral("127.0.0.1:2525"))),
                           .networks = reader.parsedList<IpNetwork>(u"networks", &IpNetwork::parse),
                           .implicitTls = reader.boolean(u"implicitTls", false),
                           .requireTls = reader.boolean(u"requireTls", false),
                           .certificateFile = std::move(files.certificateFile),
                           .keyFile = std::move(files.keyFile),
                           .pkcs12File = std::move(files.pkcs12File),
                           .pkcs12Password = std::move(files.password),
                           .signInWithoutTls = reader.boolean(u"signInWithoutTls", false)};
    listener.startTls = reader.boolean(u"startTls", !listener.implicitTls);
    if (listener.startTls && listener.implicitTls)
        reader.fail(u"startTls",
                    QStringLiteral("cannot be offered where the connection is in TLS from its first octet."));
    listener.minimumTls = reader.word<MinimumTls>(u"minimumTls", listener.minimumTls,
                                                  {{"1.0", MinimumTls::Tls10},
                                                   {"1.1", MinimumTls::Tls11},
                                                   {"1.2", MinimumTls::Tls12},
                                                   {"1.3", MinimumTls::Tls13}});
    listener.signIn =
        reader.word<SignIn>(u"signIn", listener.signIn,
                            {{"off", SignIn::Off}, {"optional", SignIn::Optional}, {"required", SignIn::Required}});
    listener.bareNewlines = reader.word<BareNewlines>(
        u"bareNewlines", listener.bareNewlines,
        {{"content", BareNewlines::Content}, {"refuse", BareNewlines::Refuse}, {"ends-data", BareNewlines::EndsData}});
    checkWhoMaySend(reader, listener);
    checkTls(reader, listener);
    config.listeners.push_back(std::move(listener));
}

void readAccount(JsonReader &reader, RelayConfig &config)
{
    RelayAccount account{.user = reader.string(u"user"),
                         .passwordHash = reader.string(u"passwordHash", QString()),
                         .password = optionalParsed<SecretRef>(reader, u"password", &SecretRef::parse)};
    if (account.user.isEmpty() || account.user.size() > 255 || hasControlCharacters(account.user))
        reader.fail(u"user", QStringLiteral("must be 1 to 255 characters without control characters."));
    if (std::ranges::any_of(config.accounts, [&](const RelayAccount &other) { return other.user == account.user; }))
        reader.fail(u"user", QStringLiteral("is there twice. Give each account once."));
    if (!account.passwordHash.isEmpty() && !account.passwordHash.startsWith(QLatin1String("scrypt$")))
        reader.fail(u"passwordHash", QStringLiteral("is not a hash. Make one with: relaywright-cli relay password."));
    if (account.passwordHash.isEmpty() && !account.password)
        reader.fail(u"passwordHash", QStringLiteral("is missing. Make one with: relaywright-cli relay password."));
    config.accounts.push_back(std::move(account));
}

} // namespace relaywright
