// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PostfixServer.h"

#include "tests/support/PostfixConfig.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <algorithm>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace relaywright::test {

namespace {

constexpr unsigned kNobody = 65534;
constexpr int kStartMs = 20'000;
constexpr int kStopMs = 10'000;

#ifdef Q_OS_UNIX
unsigned userId() { return ::geteuid(); }
#else
unsigned userId() { return 1; }
#endif

/// `count` ports that are free now. All are held until the last is found, so that they differ.
std::vector<std::uint16_t> freePorts(size_t count)
{
    std::vector<std::unique_ptr<QTcpServer>> held;
    std::vector<std::uint16_t> ports;
    for (size_t i = 0; i < count; ++i) {
        held.push_back(std::make_unique<QTcpServer>());
        held.back()->listen(QHostAddress(QHostAddress::LocalHost), 0);
        ports.push_back(held.back()->serverPort());
    }
    return ports;
}

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool writeFile(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

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
    QProcess process;
    QString password;
    QString problem;

    QString path(const QString &name) const { return folder->filePath(name); }
    QDir mailbox() const { return QDir(path(QStringLiteral("mail/inbox/new"))); }

    bool fail(const QString &sentence)
    {
        problem = sentence;
        return false;
    }

    QString missingProgram() const
    {
        const QStringList folders{QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/sbin")};
        for (const auto &program : {QStringLiteral("postconf"), QStringLiteral("saslpasswd2"), QStringLiteral("setsid")}) {
            if (QStandardPaths::findExecutable(program, folders).isEmpty())
                return program;
        }
        return {};
    }

    bool writeConfiguration()
    {
        QDir(folder->path()).mkpath(QStringLiteral("etc/sasl"));
        return writeFile(path(QStringLiteral("etc/main.cf")), postfixMainCf(place, options))
            && writeFile(path(QStringLiteral("etc/master.cf")), postfixMasterCf(place))
            && writeFile(path(QStringLiteral("etc/everyone")), "/.*/ inbox/\n")
            && writeFile(path(QStringLiteral("etc/sasl/smtpd.conf")), cyrusSaslConf(place))
            && writeFile(path(QStringLiteral("etc/sasl/password")), password.toUtf8());
    }

    void launch(const QString &user)
    {
        const QString script = path(QStringLiteral("run.sh"));
        writeFile(script, postfixScript(place, user));
        process.setProcessChannelMode(QProcess::MergedChannels);
        if (userId() == 0)
            process.start(QStringLiteral("sh"), {script});
        else
            process.start(QStringLiteral("sudo"), {QStringLiteral("-n"), QStringLiteral("sh"), script});
    }

    bool greets(std::uint16_t port)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        if (!socket.waitForConnected(500) || !socket.waitForReadyRead(2000))
            return false;
        const bool good = socket.readLine().startsWith("220 ");
        socket.write("QUIT\r\n");
        socket.waitForDisconnected(1000);
        return good;
    }

    bool waitForGreeting()
    {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < kStartMs) {
            if (greets(place.port))
                return true;
            if (process.state() == QProcess::NotRunning || process.waitForFinished(50))
                return fail(QStringLiteral("Postfix ended while starting (it needs root, or sudo that asks no password): %1\n%2")
                                .arg(process.errorString(), QString::fromLocal8Bit(process.readAll() + log())));
        }
        return fail(QStringLiteral("Postfix did not greet within %1 s:\n%2").arg(kStartMs / 1000).arg(QString::fromUtf8(log())));
    }

    QByteArray log() const { return folder ? fileContent(path(QStringLiteral("mail.log"))) : QByteArray(); }

    void stop()
    {
        if (process.state() != QProcess::NotRunning) {
            process.closeWriteChannel(); // the script waits for this
            if (!process.waitForFinished(kStopMs)) {
                process.terminate();
                process.waitForFinished(kStopMs);
            }
        }
        folder.reset();
    }
};

PostfixServer::PostfixServer() : PostfixServer(Options{}) {}

PostfixServer::PostfixServer(Options options) : d(std::make_unique<Private>())
{
    d->options = std::move(options);
    d->password = QStringLiteral("pass word-%1").arg(QRandomGenerator::system()->generate64(), 0, 36);
    if (d->options.identity.certificateFile.isEmpty())
        d->options.identity = d->certificates.valid();
}

PostfixServer::~PostfixServer()
{
    d->stop();
}

bool PostfixServer::start()
{
    if (const QString missing = d->missingProgram(); !missing.isEmpty())
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
        d->launch(user());
        if (d->waitForGreeting()) {
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
