// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include "core/mail/DkimSigner.h"
#include "core/mailauth/DkimKey.h"
#include "core/mailauth/SpfMerge.h"
#include "core/secrets/KeychainSecretStore.h"
#include "core/secrets/SecretResolver.h"
#include "core/session/PrivateFile.h"

#include <QFile>

#include <CLI/CLI.hpp>

#include <memory>

namespace relaywright::cli {

namespace {

constexpr qint64 kPieceOctets = 64 * 1024;
constexpr int kRecordTtl = 3600;

struct DkimOptions {
    std::string domain;
    std::string selector;
    std::string algorithm = "rsa";
    std::string key;
    std::string file;
    bool replace = false;
};

/// Where the public half stands and where the private one is kept.
struct Place {
    Domain domain;
    QString selector;
    SecretRef key;
    [[nodiscard]] QString name() const { return dkimName(selector, domain.toAscii()); }
};

Result<Place> placeOf(const DkimOptions &options)
{
    auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return tl::unexpected(domain.error());
    const QString selector = QString::fromStdString(options.selector);
    if (!isDkimSelector(selector))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The selector must be letters, digits and hyphens, such as relay1."));
    auto key = SecretRef::parse(QString::fromStdString(options.key));
    if (!key)
        return tl::unexpected(key.error());
    return Place{std::move(*domain), selector, std::move(*key)};
}

void tell(const Place &place, const DkimKeyPair &pair, Context &context)
{
    const QString record = QString::fromLatin1(pair.record());
    const QString zone =
        QStringLiteral("%1. %2 IN TXT ( %3 )").arg(place.name()).arg(kRecordTtl).arg(toZoneStrings(record));
    context.say(QStringLiteral("The private key is kept as %1. Publish its public half as a TXT record at %2:")
                    .arg(place.key.toString(), place.name()));
    context.say();
    context.say(record);
    context.say();
    context.say(QStringLiteral("In a zone file:"));
    context.say(zone);
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.dkim-key/1")},
                   {QStringLiteral("name"), place.name()},
                   {QStringLiteral("type"), QStringLiteral("TXT")},
                   {QStringLiteral("value"), record},
                   {QStringLiteral("zoneLine"), zone},
                   {QStringLiteral("algorithm"), QString::fromLatin1(pair.algorithmTag())},
                   {QStringLiteral("bits"), pair.bits()},
                   {QStringLiteral("key"), place.key.toString()}});
}

/// A key that is lost under its published half makes every signature fail.
tl::unexpected<Error> taken(const Place &place)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("There is something in %1 already. Choose another selector and name, so that mail "
                                  "under way stays verifiable, or say --replace.")
                       .arg(place.key.toString()));
}

int keepInFile(const Place &place, const DkimKeyPair &pair, bool replace, Context &context)
{
    if (!replace && QFile::exists(place.key.name()))
        return context.fail(taken(place).value());
    const Secret pem = pair.toPem();
    QByteArray octets = pem.reveal().toByteArray();
    const auto written = writePrivateFile(place.key.name(), octets);
    wipe(octets);
    if (!written)
        return context.fail(written.error());
    tell(place, pair, context);
    return Done;
}

void keepInKeychain(const Place &place, const DkimKeyPair &pair, bool replace, Context &context)
{
    const auto keychain = std::make_shared<KeychainSecretStore>();
    const auto write = [keychain, place, pair, &context] {
        keychain->write(place.key.name(), pair.toPem(), &context,
                        [keychain, place, pair, &context](Result<void> written) {
                            if (!written)
                                return context.finish(context.fail(written.error()));
                            tell(place, pair, context);
                            context.finish(Done);
                        });
    };
    if (replace)
        return write();
    keychain->read(place.key.name(), &context, [write, place, &context](const Result<Secret> &found) {
        if (found)
            return context.finish(context.fail(taken(place).value()));
        if (found.error().kind != ErrorKind::NotFound)
            return context.finish(context.fail(found.error()));
        write();
    });
}

std::optional<int> runKeygen(const DkimOptions &options, Context &context)
{
    const auto place = placeOf(options);
    if (!place)
        return context.fail(place.error());
    const SecretRef::Kind kind = place->key.kind();
    if (kind != SecretRef::Kind::Keychain && kind != SecretRef::Kind::File)
        return context.fail({ErrorKind::InvalidInput,
                             QStringLiteral("A new key can be kept in keychain:NAME or file:PATH, nowhere else.")});
    const auto pair =
        DkimKeyPair::generate(options.algorithm == "ed25519" ? DkimAlgorithm::Ed25519 : DkimAlgorithm::Rsa);
    if (!pair)
        return context.fail(pair.error());
    if (kind == SecretRef::Kind::File)
        return keepInFile(*place, *pair, options.replace, context);
    keepInKeychain(*place, *pair, options.replace, context);
    return std::nullopt;
}

int sign(const Place &place, const QString &path, const Secret &pem, Context &context)
{
    const auto pair = DkimKeyPair::fromPem(pem);
    if (!pair)
        return context.fail(pair.error());
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return context.fail(
            {ErrorKind::InvalidInput, QStringLiteral("%1 cannot be read: %2.").arg(path, file.errorString())});
    DkimReader reader;
    while (!file.atEnd()) {
        const QByteArray piece = file.read(kPieceOctets);
        if (piece.isEmpty())
            return context.fail({ErrorKind::InvalidInput,
                                 QStringLiteral("%1 cannot be read to its end: %2.").arg(path, file.errorString())});
        reader.add(piece);
    }
    reader.finish();
    const auto field =
        dkimSignature(reader.header(), reader.bodyHash(), {place.domain, place.selector, *pair}, context.clock.now());
    if (!field) {
        context.complain(QStringLiteral("The message was not signed: %1.").arg(field.error().detail));
        return AnswerIsNo;
    }
    context.say(QString::fromLatin1(*field).trimmed());
    context.print({{QStringLiteral("schema"), QStringLiteral("relaywright.dkim-signature/1")},
                   {QStringLiteral("file"), path},
                   {QStringLiteral("field"), QString::fromLatin1(*field)}});
    return Done;
}

std::optional<int> runSign(const DkimOptions &options, Context &context)
{
    const auto place = placeOf(options);
    if (!place)
        return context.fail(place.error());
    const auto keychain = std::make_shared<KeychainSecretStore>();
    resolveSecret(
        place->key, *keychain, &context,
        [keychain, place = *place, path = QString::fromStdString(options.file), &context](const Result<Secret> &pem) {
            context.finish(pem ? sign(place, path, *pem, context) : context.fail(pem.error()));
        });
    return std::nullopt;
}

void addPlace(CLI::App *command, const std::shared_ptr<DkimOptions> &options)
{
    command->add_option("--domain", options->domain, "The domain of the From: addresses, such as contoso.com")
        ->required();
    command->add_option("--selector", options->selector, "Names the record: relay1 for relay1._domainkey.contoso.com")
        ->required();
}

} // namespace

void addDkimCommands(CLI::App &app, Command &chosen)
{
    const auto options = std::make_shared<DkimOptions>();
    CLI::App *dkim = app.add_subcommand("dkim", "Keys with which the relay signs mail");
    dkim->require_subcommand(1);
    dkim->fallthrough();

    CLI::App *keygen = dkim->add_subcommand("keygen", "Make a key, keep it, and print the DNS record to publish");
    addPlace(keygen, options);
    keygen->add_option("--algorithm", options->algorithm, "rsa (2048 bits, read everywhere) or ed25519")
        ->check(CLI::IsMember({"rsa", "ed25519"}))
        ->capture_default_str();
    keygen->add_option("--key-to", options->key, "keychain:NAME or file:PATH")->required();
    keygen->add_flag("--replace", options->replace, "Although there is a key in that place");
    keygen->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runKeygen(*options, context); }; });

    CLI::App *signing = dkim->add_subcommand("sign", "The DKIM-Signature field for a message, to stand in front of it");
    addPlace(signing, options);
    signing->add_option("--key", options->key, "keychain:NAME, env:NAME, file:PATH or credential:NAME")->required();
    signing->add_option("FILE", options->file, "The message, as it will be sent")->required();
    signing->callback(
        [options, &chosen] { chosen = [options](Context &context) { return runSign(*options, context); }; });
}

} // namespace relaywright::cli
