// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/DovecotServer.h"

#include "tests/support/RootScript.h"

#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>
#include <QTemporaryDir>

namespace relaywright::test {

namespace {

constexpr auto kConfiguration = R"(
base_dir = @folder@/run
state_dir = @folder@/state
log_path = @folder@/dovecot.log
auth_verbose = yes
auth_failure_delay = 0
protocols = submission
listen = 127.0.0.1
ssl = yes
ssl_cert = <@certificate@
ssl_key = <@key@
ssl_ca = <@authority@
ssl_require_crl = no
ssl_verify_client_cert = yes
auth_ssl_username_from_cert = yes
disable_plaintext_auth = yes
auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 external xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = @folder@/oauth2.conf
}
passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
  args = @folder@/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=@folder@/home
}
mail_location = maildir:@folder@/home/mail
first_valid_uid = 1
submission_relay_host = 127.0.0.1
submission_relay_port = @relay@
service auth {
  unix_listener auth-for-postfix {
    mode = 0666
  }
}
# No penalty for wrong passwords from one address: a test has only one.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service submission-login {
  inet_listener submission {
    port = @port@
  }
  inet_listener submissions {
    port = @implicit@
    ssl = yes
  }
}
)";

constexpr auto kTokenChecks = R"(
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=@folder@/keys/
username_attribute = email
)";

// The master stops its children itself.
constexpr auto kScript = R"(set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd '@folder@'
chmod 755 .
chmod -R a+rX keys
chown nobody home
dovecot -F -c '@folder@/dovecot.conf' &
master=$!
(while kill -0 $master 2>/dev/null; do sleep 0.2; done; kill $$ 2>/dev/null) &
watcher=$!
finish() {
    trap '' TERM INT PIPE
    kill $watcher 2>/dev/null || true
    kill $master 2>/dev/null || true
    wait $master || true
}
trap 'finish; exit 1' TERM INT
cat > /dev/null || true
finish
cd /
rm -rf '@folder@'
)";

QByteArray urlBase64(const QByteArray &octets)
{
    return octets.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray json(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

struct DovecotServer::Private {
    TestCertificates certificates;
    TestIdentity identity = certificates.valid();
    std::unique_ptr<QTemporaryDir> folder;
    RootScript script;
    std::uint16_t relayPort = 0;
    std::uint16_t port = 0;
    std::uint16_t implicitTlsPort = 0;
    QString user = QStringLiteral("scanner@example.com");
    QString password = QStringLiteral("pass word-%1").arg(QRandomGenerator::system()->generate64(), 0, 36);
    QByteArray key = QByteArray::number(QRandomGenerator::system()->generate64(), 36).repeated(4);
    QString problem;

    QString path(const QString &name) const { return folder->filePath(name); }

    QByteArray filled(const char *form) const
    {
        QByteArray text(form);
        text.replace("@folder@", folder->path().toUtf8());
        text.replace("@certificate@", identity.certificateFile.toUtf8());
        text.replace("@key@", identity.keyFile.toUtf8());
        text.replace("@authority@", certificates.authorityFile().toUtf8());
        text.replace("@relay@", QByteArray::number(relayPort));
        text.replace("@port@", QByteArray::number(port));
        text.replace("@implicit@", QByteArray::number(implicitTlsPort));
        return text;
    }

    bool writeConfiguration()
    {
        const QString keys = QStringLiteral("keys/default/HS256");
        for (const QString &name : {QStringLiteral("run"), QStringLiteral("state"), QStringLiteral("home"), keys})
            QDir(folder->path()).mkpath(name);
        return writeFile(path(QStringLiteral("dovecot.conf")), filled(kConfiguration))
               && writeFile(path(QStringLiteral("oauth2.conf")), filled(kTokenChecks))
               && writeFile(path(keys + QStringLiteral("/default")), key.toBase64())
               && writeFile(path(QStringLiteral("users")),
                            (user + QStringLiteral(":{PLAIN}") + password + u'\n').toUtf8())
               && writeFile(path(QStringLiteral("run.sh")), filled(kScript));
    }
};

DovecotServer::DovecotServer(std::uint16_t relayPort) : d(std::make_unique<Private>())
{
    d->relayPort = relayPort;
}

DovecotServer::~DovecotServer()
{
    d->script.stop();
}

bool DovecotServer::start()
{
    if (const QString missing = missingProgram({QStringLiteral("dovecot")}); !missing.isEmpty()) {
        d->problem = QStringLiteral("\"%1\" is not installed. Run installer/bootstrap.sh --tests.").arg(missing);
        return false;
    }
    const auto ports = freePorts(2);
    d->port = ports[0];
    d->implicitTlsPort = ports[1];
    d->folder = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/relaywright-dovecot-XXXXXX"));
    if (!d->folder->isValid() || !d->writeConfiguration()) {
        d->problem = QStringLiteral("The configuration could not be written to %1.").arg(d->folder->path());
        return false;
    }
    d->script.start(d->path(QStringLiteral("run.sh")));
    const bool greets = d->script.waitForGreeting(QStringLiteral("Dovecot"), d->port, [this] { return log(); });
    d->problem = d->script.problem();
    return greets;
}

const QString &DovecotServer::problem() const
{
    return d->problem;
}

std::uint16_t DovecotServer::port() const
{
    return d->port;
}

std::uint16_t DovecotServer::implicitTlsPort() const
{
    return d->implicitTlsPort;
}

QString DovecotServer::user() const
{
    return d->user;
}

QString DovecotServer::password() const
{
    return d->password;
}

QString DovecotServer::token(bool expired) const
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QByteArray header =
        json({{QStringLiteral("alg"), QStringLiteral("HS256")}, {QStringLiteral("typ"), QStringLiteral("JWT")}});
    const QByteArray claims = json({{QStringLiteral("sub"), d->user},
                                    {QStringLiteral("email"), d->user},
                                    {QStringLiteral("iat"), now - 7200},
                                    {QStringLiteral("exp"), expired ? now - 3600 : now + 3600}});
    const QByteArray said = urlBase64(header) + '.' + urlBase64(claims);
    const QByteArray signature = QMessageAuthenticationCode::hash(said, d->key, QCryptographicHash::Sha256);
    return QString::fromLatin1(said + '.' + urlBase64(signature));
}

TestCertificates &DovecotServer::certificates()
{
    return d->certificates;
}

QString DovecotServer::authSocket() const
{
    return d->path(QStringLiteral("run/auth-for-postfix"));
}

QByteArray DovecotServer::log() const
{
    return d->folder ? fileContent(d->path(QStringLiteral("dovecot.log"))) : QByteArray();
}

} // namespace relaywright::test
