// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/DovecotServer.h"

#include "tests/support/TestSecrets.h"

#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMessageAuthenticationCode>
#include <QRandomGenerator>

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

constexpr auto kStart = R"(chmod -R a+rX keys
chown nobody home
dovecot -F -c '@folder@/dovecot.conf' &
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

DovecotServer::DovecotServer(std::uint16_t relayPort)
    : RealServer(QStringLiteral("Dovecot")), m_relayPort(relayPort),
      m_key(QByteArray::number(QRandomGenerator::system()->generate64(), 36).repeated(4))
{
}

bool DovecotServer::isInstalled() const
{
    return missingProgram({QStringLiteral("dovecot")}).isEmpty();
}

bool DovecotServer::writeConfiguration()
{
    do
        m_implicitTlsPort = freePorts(1).front();
    while (m_implicitTlsPort == port());
    const QString keys = QStringLiteral("keys/default/HS256");
    for (const QString &name : {QStringLiteral("run"), QStringLiteral("state"), QStringLiteral("home"), keys})
        QDir(path({})).mkpath(name);
    return writeFile(path(QStringLiteral("dovecot.conf")), completed(kConfiguration))
           && writeFile(path(QStringLiteral("oauth2.conf")), completed(kTokenChecks))
           && writeFile(path(keys + QStringLiteral("/default")), m_key.toBase64())
           && writeFile(path(QStringLiteral("users")), filled("@user@:{PLAIN}@password@\n"))
           && writeScript(completed(kStart));
}

QByteArray DovecotServer::completed(const char *form)
{
    QByteArray text = filled(form);
    text.replace("@certificate@", identity().certificateFile.toUtf8());
    text.replace("@key@", identity().keyFile.toUtf8());
    text.replace("@authority@", certificates().authorityFile().toUtf8());
    text.replace("@relay@", QByteArray::number(m_relayPort));
    text.replace("@implicit@", QByteArray::number(m_implicitTlsPort));
    return text;
}

QString DovecotServer::token(bool expired) const
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const QByteArray header =
        json({{QStringLiteral("alg"), QStringLiteral("HS256")}, {QStringLiteral("typ"), QStringLiteral("JWT")}});
    const QByteArray claims = json({{QStringLiteral("sub"), user()},
                                    {QStringLiteral("email"), user()},
                                    {QStringLiteral("jti"), QString::fromLatin1(kTokenMark)},
                                    {QStringLiteral("iat"), now - 7200},
                                    {QStringLiteral("exp"), expired ? now - 3600 : now + 3600}});
    const QByteArray said = urlBase64(header) + '.' + urlBase64(claims);
    const QByteArray signature = QMessageAuthenticationCode::hash(said, m_key, QCryptographicHash::Sha256);
    return QString::fromLatin1(said + '.' + urlBase64(signature));
}

QString DovecotServer::authSocket() const
{
    return path(QStringLiteral("run/auth-for-postfix"));
}

QByteArray DovecotServer::log() const
{
    return fileContent(path(QStringLiteral("dovecot.log")));
}

} // namespace relaywright::test
