// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/EventLogFile.h"
#include "core/relay/SystemLog.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#endif

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

RelayEvent someEvent(const QString &detail)
{
    return {.at = TimePoint(1'795'000'000'123ms),
            .kind = RelayEvent::Kind::Accepted,
            .severity = RelayEvent::Severity::Info,
            .source = QStringLiteral("192.0.2.7"),
            .id = QStringLiteral("K3F90000001"),
            .detail = detail,
            .numbers = {{QStringLiteral("octets"), 5}, {QStringLiteral("maxAge"), 7}}};
}

QByteArrayList linesOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArrayList lines = file.readAll().split('\n');
    lines.removeLast();
    return lines;
}

#ifdef Q_OS_UNIX
/// A datagram socket with a name, as the system's log has one.
class LogSocket {
public:
    explicit LogSocket(const QString &path)
    {
        struct sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const QByteArray name = QFile::encodeName(path);
        std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
        ::unlink(address.sun_path);
        m_socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
        m_bound = ::bind(m_socket, reinterpret_cast<struct sockaddr *>(&address), sizeof address) == 0;
    }
    ~LogSocket() { ::close(m_socket); }
    [[nodiscard]] bool isBound() const { return m_bound; }
    QByteArray read()
    {
        QByteArray octets(8192, '\0');
        const auto length = ::recv(m_socket, octets.data(), static_cast<std::size_t>(octets.size()), MSG_DONTWAIT);
        return length < 0 ? QByteArray() : octets.first(length);
    }

private:
    int m_socket = -1;
    bool m_bound = false;
};
#endif

} // namespace

class tst_EventLogs : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void writesLinesOfJsonForItsUserOnly();
    void growsToItsLimitAndNoFurther();
    void goesOnInANewFileWhenSomebodyMovedIt();
    void refusesALink();
    void aFullDiskCostsLinesAndNothingElse();
    void journalEntriesHaveFields();
    void prefersTheJournalAndFallsBackToSyslog();
    void aDeafLogIsNotWaitedFor();

private:
    [[nodiscard]] QString path(const char *name = "relay.log") const { return m_dir->filePath(QLatin1String(name)); }
    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_EventLogs::writesLinesOfJsonForItsUserOnly()
{
    EventLogFile file(path());
    QVERIFY(file.open());
    file.write(someEvent(QStringLiteral("eins")));
    file.write(someEvent(QStringLiteral("zwei \u00fc")));
    QTRY_COMPARE(linesOf(path()).size(), 2); // a moment later, by itself
    QVERIFY(!(QFileInfo(path()).permissions()
              & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
    const auto second = QJsonDocument::fromJson(linesOf(path())[1]).object();
    QCOMPARE(second.value(QStringLiteral("schema")).toString(), QStringLiteral("relaywright.relay-event/1"));
    QVERIFY(parseRelayEvent(second) == someEvent(QStringLiteral("zwei \u00fc")));
    EventLogFile again(path()); // after a restart it goes on
    QVERIFY(again.open());
    again.write(someEvent(QStringLiteral("drei")));
    again.flush();
    QCOMPARE(linesOf(path()).size(), 3);
}

void tst_EventLogs::growsToItsLimitAndNoFurther()
{
    EventLogFile file(path(), 2000);
    QVERIFY(file.open());
    for (int i = 0; i < 100; ++i) {
        file.write(someEvent(QString::number(i)));
        file.flush();
        QVERIFY(QFileInfo(path()).size() <= 2000);
    }
    QVERIFY(QFileInfo(path("relay.log.1")).size() <= 2000);
    QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files).size(), 2);
    QVERIFY(linesOf(path()).last().contains("\"99\""));
    const QByteArray begin = linesOf(path()).first();
    const QByteArray end = linesOf(path("relay.log.1")).last();
    QCOMPARE(QJsonDocument::fromJson(begin)[QStringLiteral("detail")].toString().toInt(),
             QJsonDocument::fromJson(end)[QStringLiteral("detail")].toString().toInt() + 1);
}

void tst_EventLogs::goesOnInANewFileWhenSomebodyMovedIt()
{
    EventLogFile file(path());
    QVERIFY(file.open());
    file.write(someEvent(QStringLiteral("old")));
    file.flush();
    QVERIFY(QFile::rename(path(), path("relay.log-20261122")));
    file.reopen();
    file.write(someEvent(QStringLiteral("new")));
    file.flush();
    QCOMPARE(linesOf(path("relay.log-20261122")).size(), 1);
    QCOMPARE(linesOf(path()).size(), 1);
    QVERIFY(linesOf(path())[0].contains("new"));
}

void tst_EventLogs::refusesALink()
{
    QVERIFY(QFile::link(path("elsewhere"), path()));
    EventLogFile file(path());
    const auto opened = file.open();
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, ErrorKind::Denied);
    EventLogFile folder(m_dir->path());
    QVERIFY(!folder.open());
    EventLogFile nowhere(path("no/such/folder.log"));
    QCOMPARE(nowhere.open().error().kind, ErrorKind::Storage);
}

void tst_EventLogs::aFullDiskCostsLinesAndNothingElse()
{
#ifdef Q_OS_UNIX
    std::signal(SIGXFSZ, SIG_IGN); // as at a disk that is full, write answers with an error
    struct rlimit before {};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    EventLogFile file(path());
    QVERIFY(file.open());
    file.write(someEvent(QStringLiteral("fits")));
    file.flush();
    QSignalSpy troubled(&file, &EventLogFile::troubled);
    struct rlimit full = before;
    full.rlim_cur = static_cast<rlim_t>(QFileInfo(path()).size() + 40);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &full), 0);
    for (int i = 0; i < 3; ++i) {
        file.write(someEvent(QStringLiteral("lost")));
        file.flush();
    }
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QCOMPARE(troubled.count(), 1); // said once
    file.write(someEvent(QStringLiteral("again")));
    file.flush();
    QCOMPARE(troubled.count(), 2);
    QVERIFY2(troubled[1][0].toString().contains(QStringLiteral("3 lines were lost")),
             qPrintable(troubled[1][0].toString()));
    const QByteArrayList lines = linesOf(path());
    QCOMPARE(lines.size(), 2); // no half a line between them
    for (const QByteArray &line : lines)
        QVERIFY2(QJsonDocument::fromJson(line).isObject(), line.constData());
#endif
}

void tst_EventLogs::journalEntriesHaveFields()
{
    RelayEvent forged = someEvent(QStringLiteral("text\nPRIORITY=0"));
    QCOMPARE(journalEntry(forged, QStringLiteral("relaywrightd")),
             QByteArray(
                 "MESSAGE=K3F90000001: text PRIORITY=0\nPRIORITY=6\nSYSLOG_FACILITY=2\nSYSLOG_IDENTIFIER=relaywrightd\n"
                 "RELAYWRIGHT_EVENT=accepted\nRELAYWRIGHT_SOURCE=192.0.2.7\nRELAYWRIGHT_QUEUE_ID=K3F90000001\n"
                 "RELAYWRIGHT_MAXAGE=7\nRELAYWRIGHT_OCTETS=5\n"));
    const QByteArray line = syslogLine(someEvent(QStringLiteral("text")), QStringLiteral("relaywrightd"), 123);
    static const QRegularExpression shape(QStringLiteral(
        "\\A<22>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d relaywrightd\\[123\\]: K3F90000001: text\\z"));
    QVERIFY2(shape.match(QString::fromUtf8(line)).hasMatch(), line.constData());
}

void tst_EventLogs::prefersTheJournalAndFallsBackToSyslog()
{
#ifdef Q_OS_UNIX
    LogSocket journal(path("journal"));
    LogSocket syslog(path("syslog"));
    QVERIFY(journal.isBound() && syslog.isBound());
    SystemLog both(QStringLiteral("test"), {path("journal"), path("syslog")});
    QVERIFY(both.kind() == SystemLog::Kind::Journal);
    both.write(someEvent(QStringLiteral("to the journal")));
    QVERIFY(journal.read().startsWith("MESSAGE=K3F90000001: to the journal\n"));
    SystemLog old(QStringLiteral("test"), {path("none"), path("syslog")});
    QVERIFY(old.kind() == SystemLog::Kind::Syslog);
    old.write(someEvent(QStringLiteral("to syslog")));
    QVERIFY(syslog.read().endsWith("K3F90000001: to syslog"));
    SystemLog none(QStringLiteral("test"), {path("none"), path("none")});
    QVERIFY(none.kind() == SystemLog::Kind::None);
    none.write(someEvent(QStringLiteral("nowhere")));
    {
        LogSocket restarted(path("journal")); // the same name, another socket
        both.write(someEvent(QStringLiteral("after a restart")));
        QVERIFY(restarted.read().contains("after a restart") || journal.read().contains("after a restart"));
    }
#endif
}

void tst_EventLogs::aDeafLogIsNotWaitedFor()
{
#ifdef Q_OS_UNIX
    LogSocket deaf(path("journal"));
    SystemLog log(QStringLiteral("test"), {path("journal"), {}});
    for (int i = 0; i < 5000; ++i) // more than a socket keeps
        log.write(someEvent(QString(500, u'x')));
    QVERIFY(log.lost() > 0);
    while (!deaf.read().isEmpty()) {}
    log.write(someEvent(QStringLiteral("heard again")));
    QVERIFY(deaf.read().contains("heard again"));
#endif
}

QTEST_GUILESS_MAIN(tst_EventLogs)
#include "tst_EventLogs.moc"
