// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/EximServer.h"

#include <QDir>
#include <QStandardPaths>

namespace relaywright::test {

namespace {

constexpr auto kConfiguration = R"(
exim_path = @folder@/exim
deliver_drop_privilege = true
primary_hostname = exim.example.com
qualify_domain = example.com
spool_directory = @folder@/spool
log_file_path = @folder@/log/%slog
pid_file_path = @folder@/spool/exim.pid
daemon_smtp_ports = @port@
local_interfaces = 127.0.0.1
keep_environment =
host_lookup =
rfc1413_hosts =
tls_advertise_hosts = *
tls_certificate = @certificate@
tls_privatekey = @key@
chunking_advertise_hosts = *
dsn_advertise_hosts = *
smtputf8_advertise_hosts = *
never_users =
acl_smtp_rcpt = accept
acl_smtp_data = accept
begin routers
@router@
begin transports
smart_host:
  driver = smtp
  allow_localhost
  hosts_avoid_tls = *
  message_linelength_limit = 1000000
box:
  driver = appendfile
  directory = @folder@/mail/new
  create_directory
  directory_mode = 0755
  mode = 0644
  user = Debian-exim
  group = Debian-exim
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_set_id = $auth2
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{@user@}}{eq{$auth3}{@password@}}}}
  server_advertise_condition = ${if def:tls_in_cipher}
login:
  driver = plaintext
  public_name = LOGIN
  server_set_id = $auth1
  server_prompts = Username:: : Password::
  server_condition = ${if and{{eq{$auth1}{@user@}}{eq{$auth2}{@password@}}}}
  server_advertise_condition = ${if def:tls_in_cipher}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_set_id = $auth1
  server_secret = ${if eq{$auth1}{@user@}{@password@}fail}
)";

constexpr auto kToMailbox = R"(all:
  driver = accept
  transport = box)";

constexpr auto kToSmartHost = R"(all:
  driver = manualroute
  route_list = * 127.0.0.1::@smarthost@
  self = send
  transport = smart_host)";

// Debian's Exim wants a user of its own name. Where there is none, it sees one in a mount namespace; the machine stays as
// it is.
constexpr auto kStart = R"(mkdir spool log mail
cp '@keysource@' '@key@'
cp '@exim@' exim # where the user that it becomes may run it
if id Debian-exim >/dev/null 2>&1; then
    chown Debian-exim spool log mail '@key@'
    setsid '@folder@/exim' -C '@folder@/exim.conf' -bdf &
else
    { cat /etc/passwd; echo 'Debian-exim:x:64999:64999::/nonexistent:/usr/sbin/nologin'; } > passwd
    { cat /etc/group; echo 'Debian-exim:x:64999:'; } > group
    chown 64999:64999 spool log mail '@key@'
    setsid unshare -m sh -c "mount --bind '@folder@/passwd' /etc/passwd && mount --bind '@folder@/group' /etc/group &&
        exec '@folder@/exim' -C '@folder@/exim.conf' -bdf" &
fi
)";

/// Where installer/bootstrap.sh --tests unpacks it, else the system's.
QString eximProgram()
{
    for (const QString &folder :
         {toolsFolder() + QStringLiteral("/exim/usr/sbin"), QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")}) {
        for (const QString &name : {QStringLiteral("exim4"), QStringLiteral("exim")}) {
            if (const QString found = QStandardPaths::findExecutable(name, {folder}); !found.isEmpty())
                return found;
        }
    }
    return {};
}

} // namespace

EximServer::EximServer(std::uint16_t smartHostPort)
    : RealServer(QStringLiteral("Exim")), m_program(eximProgram()), m_smartHostPort(smartHostPort)
{
}

bool EximServer::writeConfiguration()
{
    return writeFile(path(QStringLiteral("exim.conf")), completed(kConfiguration))
           && writeFile(path(QStringLiteral("certificate.pem")), identity().certificatePem)
           && writeScript(completed(kStart));
}

QByteArray EximServer::completed(const char *form) const
{
    QByteArray text = filled(form);
    text.replace("@router@", m_smartHostPort == 0 ? kToMailbox : kToSmartHost);
    text.replace("@smarthost@", QByteArray::number(m_smartHostPort));
    text.replace("@exim@", m_program.toUtf8());
    text.replace("@certificate@", path(QStringLiteral("certificate.pem")).toUtf8());
    text.replace("@keysource@", identity().keyFile.toUtf8());
    text.replace("@key@", path(QStringLiteral("key.pem")).toUtf8());
    return text;
}

QByteArrayList EximServer::messages() const
{
    const QDir mailbox(path(QStringLiteral("mail/new")));
    QByteArrayList found;
    for (const QString &name : mailbox.entryList({QStringLiteral("q*")}, QDir::Files))
        found += fileContent(mailbox.filePath(name));
    return found;
}

QByteArray EximServer::log() const
{
    return fileContent(path(QStringLiteral("log/mainlog"))) + fileContent(path(QStringLiteral("log/paniclog")));
}

} // namespace relaywright::test
