// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/EximServer.h"

#include "tests/support/RootScript.h"

#include <QDir>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>

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
all:
  driver = accept
  transport = box
begin transports
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

// Debian's Exim wants a user of its own name. Where there is none, it sees one in a mount namespace; the machine stays as
// it is.
constexpr auto kScript = R"(set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd '@folder@'
chmod 755 .
mkdir spool log mail
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

/// Where installer/bootstrap.sh --tests unpacks it, else the system's.
QString eximProgram()
{
    for (const QString &folder : {toolsFolder() + QStringLiteral("/exim/usr/sbin"), QStringLiteral("/usr/sbin"),
                                  QStringLiteral("/usr/bin")}) {
        for (const QString &name : {QStringLiteral("exim4"), QStringLiteral("exim")}) {
            if (const QString found = QStandardPaths::findExecutable(name, {folder}); !found.isEmpty())
                return found;
        }
    }
    return {};
}

} // namespace

struct EximServer::Private {
    TestCertificates certificates;
    TestIdentity identity = certificates.valid();
    std::unique_ptr<QTemporaryDir> folder;
    RootScript script;
    QString program = eximProgram();
    std::uint16_t port = 0;
    QString user = QStringLiteral("scanner@example.com");
    QString password = QStringLiteral("pass word-%1").arg(QRandomGenerator::system()->generate64(), 0, 36);
    QString problem;

    QString path(const QString &name) const { return folder->filePath(name); }

    QByteArray filled(const char *form) const
    {
        QByteArray text(form);
        text.replace("@folder@", folder->path().toUtf8());
        text.replace("@exim@", program.toUtf8());
        text.replace("@certificate@", path(QStringLiteral("certificate.pem")).toUtf8());
        text.replace("@keysource@", identity.keyFile.toUtf8());
        text.replace("@key@", path(QStringLiteral("key.pem")).toUtf8());
        text.replace("@port@", QByteArray::number(port));
        text.replace("@user@", user.toUtf8());
        text.replace("@password@", password.toUtf8());
        return text;
    }
};

EximServer::EximServer() : d(std::make_unique<Private>()) {}

EximServer::~EximServer()
{
    d->script.stop();
}

bool EximServer::start()
{
    if (d->program.isEmpty()) {
        d->problem = QStringLiteral("Exim is not installed. Run installer/bootstrap.sh --tests.");
        return false;
    }
    d->port = freePorts(1).front();
    d->folder = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/relaywright-exim-XXXXXX"));
    if (!d->folder->isValid() || !writeFile(d->path(QStringLiteral("exim.conf")), d->filled(kConfiguration))
        || !writeFile(d->path(QStringLiteral("certificate.pem")), d->identity.certificatePem)
        || !writeFile(d->path(QStringLiteral("run.sh")), d->filled(kScript))) {
        d->problem = QStringLiteral("The configuration could not be written to %1.").arg(d->folder->path());
        return false;
    }
    d->script.start(d->path(QStringLiteral("run.sh")));
    const bool greets = d->script.waitForGreeting(QStringLiteral("Exim"), d->port, [this] { return log(); });
    d->problem = d->script.problem();
    return greets;
}

const QString &EximServer::problem() const
{
    return d->problem;
}

std::uint16_t EximServer::port() const
{
    return d->port;
}

QString EximServer::user() const
{
    return d->user;
}

QString EximServer::password() const
{
    return d->password;
}

TestCertificates &EximServer::certificates()
{
    return d->certificates;
}

QByteArrayList EximServer::messages() const
{
    const QDir mailbox(d->path(QStringLiteral("mail/new")));
    QByteArrayList found;
    for (const QString &name : mailbox.entryList({QStringLiteral("q*")}, QDir::Files))
        found += fileContent(mailbox.filePath(name));
    return found;
}

QByteArray EximServer::log() const
{
    return fileContent(d->path(QStringLiteral("log/mainlog"))) + fileContent(d->path(QStringLiteral("log/paniclog")));
}

} // namespace relaywright::test
