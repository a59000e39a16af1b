// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PostfixServer.h"

#include "tests/support/PostfixConfig.h"
#include "tests/support/RootScript.h"
#include "tests/support/TestSecrets.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <algorithm>

namespace relaywright::test {

namespace {

constexpr unsigned kNobody = 65534;
/// Seconds and microseconds of a Maildir name, `1700000000.Vfd01I2aM123456.host`.
std::pair<qint64, qint64> deliveredAt(const QString &name)
{
    const QString unique = name.section(u'.', 1, 1);
    return {name.section(u'.', 0, 0).toLongLong(), unique.mid(unique.lastIndexOf(u'M') + 1).toLongLong()};
}

} // namespace

struct PostfixServer::Private {
    Options options;
    TestCertificates certificates;
    std::unique_ptr<QTemporaryDir> folder;
    PostfixPlace place;
    RootScript script;
    QString password;
    QString problem;

    QString path(const QString &name) const { return folder->filePath(name); }
    QDir mailbox() const { return QDir(path(QStringLiteral("mail/inbox/new"))); }

    bool fail(const QString &sentence)
    {
        problem = sentence;
        return false;
    }

    bool writeConfiguration()
    {
        QDir(folder->path()).mkpath(QStringLiteral("etc/sasl"));
        return writeFile(path(QStringLiteral("etc/main.cf")), postfixMainCf(place, options))
            && writeFile(path(QStringLiteral("etc/master.cf")), postfixMasterCf(place))
            && writeFile(path(QStringLiteral("etc/everyone")), "/.*/ inbox/\n")
            && writeFile(path(QStringLiteral("etc/sasl/smtpd.conf")), cyrusSaslConf(place, options))
            && writeFile(path(QStringLiteral("etc/sasl/password")), password.toUtf8());
    }

    bool launch(const QString &user)
    {
        const QString file = path(QStringLiteral("run.sh"));
        (void)writeFile(file, postfixScript(place, user));
        script.start(file);
        return script.waitForGreeting(QStringLiteral("Postfix"), place.port, [this] { return log(); })
               || fail(script.problem());
    }

    QByteArray log() const { return folder ? fileContent(path(QStringLiteral("mail.log"))) : QByteArray(); }

    void stop()
    {
        script.stop();
        folder.reset();
    }
};

PostfixServer::PostfixServer() : PostfixServer(Options{}) {}

PostfixServer::PostfixServer(Options options) : d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->password = newPassword();
    if (d->options.identity.certificateFile.isEmpty())
        d->options.identity = d->certificates.valid();
}

PostfixServer::~PostfixServer()
{
    d->stop();
}

bool PostfixServer::start()
{
    const QString missing =
        missingProgram({QStringLiteral("postconf"), QStringLiteral("saslpasswd2"), QStringLiteral("setsid")});
    if (!missing.isEmpty())
        return d->fail(QStringLiteral("\"%1\" is not installed. Run installer/bootstrap.sh --tests.").arg(missing));
    // Another process may take a port between our look and Postfix's bind: then once more with others.
    for (int attempt = 0; attempt < 3; ++attempt) {
        d->stop();
        d->folder = std::make_unique<QTemporaryDir>(QDir::tempPath() + QStringLiteral("/relaywright-postfix-XXXXXX"));
        const auto ports = freePorts(2);
        d->place = {d->folder->path(), ports[0], d->options.implicitTlsPort ? ports[1] : std::uint16_t(0),
                    userId() == 0 ? kNobody : userId()};
        if (!d->folder->isValid() || !d->writeConfiguration())
            return d->fail(QStringLiteral("The configuration could not be written to %1.").arg(d->folder->path()));
        if (d->launch(user())) {
            d->problem.clear();
            return true;
        }
        if (!d->problem.contains(QLatin1String("Address already in use")))
            break;
    }
    d->stop();
    return false;
}

void PostfixServer::stop()
{
    d->stop();
}

const QString &PostfixServer::problem() const
{
    return d->problem;
}

std::uint16_t PostfixServer::port() const
{
    return d->place.port;
}

std::uint16_t PostfixServer::implicitTlsPort() const
{
    return d->place.implicitTlsPort;
}

QString PostfixServer::user() const
{
    return QStringLiteral("scanner@example.com");
}

QString PostfixServer::password() const
{
    return d->password;
}

TestCertificates &PostfixServer::certificates()
{
    return d->certificates;
}

QByteArray PostfixServer::authorityPem() const
{
    return d->certificates.authorityPem();
}

QString PostfixServer::authorityFile() const
{
    return d->certificates.authorityFile();
}

std::vector<DeliveredMessage> PostfixServer::messages() const
{
    std::vector<DeliveredMessage> messages;
    if (!d->folder)
        return messages;
    const QDir mailbox = d->mailbox();
    QStringList names = mailbox.entryList(QDir::Files);
    std::ranges::sort(names, {}, deliveredAt);
    for (const QString &name : std::as_const(names))
        messages.push_back(parseDelivered(fileContent(mailbox.filePath(name))));
    return messages;
}

int PostfixServer::countContaining(const QByteArray &needle) const
{
    const auto all = messages();
    return static_cast<int>(std::ranges::count_if(all, [&](const DeliveredMessage &message) {
        return message.data.contains(needle);
    }));
}

void PostfixServer::forget()
{
    if (!d->folder)
        return;
    const QDir mailbox = d->mailbox();
    const QStringList names = mailbox.entryList(QDir::Files);
    for (const QString &name : names)
        QFile::remove(mailbox.filePath(name));
}

QByteArray PostfixServer::log() const
{
    return d->log();
}

QString PostfixServer::folder() const
{
    return d->folder ? d->folder->path() : QString();
}

} // namespace relaywright::test
