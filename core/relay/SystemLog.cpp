// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SystemLog.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>

#ifdef Q_OS_UNIX
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#endif
#ifdef Q_OS_WIN
#include <windows.h>
#endif

namespace relaywright {

namespace {

void addField(QByteArray &entry, const char *name, const QString &value)
{
    if (value.isEmpty())
        return;
    QByteArray octets = value.toUtf8();
    octets.replace('\n', ' '); // printable already; a line break would begin another field
    entry += name;
    entry += '=' + octets + '\n';
}

} // namespace

QByteArray journalEntry(const RelayEvent &event, const QString &program)
{
    QByteArray entry;
    addField(entry, "MESSAGE", toText(event));
    addField(entry, "PRIORITY", QString::number(static_cast<int>(event.severity)));
    addField(entry, "SYSLOG_FACILITY", QStringLiteral("2")); // mail
    addField(entry, "SYSLOG_IDENTIFIER", program);
    addField(entry, "RELAYWRIGHT_EVENT", toString(event.kind));
    addField(entry, "RELAYWRIGHT_SOURCE", event.source);
    addField(entry, "RELAYWRIGHT_QUEUE_ID", event.id);
    for (const auto &[name, number] : event.numbers) {
        QByteArray field = "RELAYWRIGHT_";
        for (const QChar c : name) // `maxAge` becomes MAXAGE: capital letters, digits and underscores only
            field += c.isLetterOrNumber() && c.unicode() < 0x80 ? c.toUpper().toLatin1() : '_';
        addField(entry, field.constData(), QString::number(number));
    }
    return entry;
}

QByteArray syslogLine(const RelayEvent &event, const QString &program, qint64 process)
{
    constexpr int kMail = 2 << 3;
    const QDateTime local = toDateTime(event.at).toLocalTime();
    const QString stamp = QLocale::c().toString(local, QStringLiteral("MMM %1 hh:mm:ss").arg(local.date().day(), 2));
    return QStringLiteral("<%1>%2 %3[%4]: %5")
        .arg(kMail | static_cast<int>(event.severity))
        .arg(stamp, program)
        .arg(process)
        .arg(toText(event))
        .toUtf8();
}

#ifdef Q_OS_UNIX

class SystemLog::Private {
public:
    explicit Private(QString ownProgram) : program(std::move(ownProgram)) {}
    ~Private()
    {
        if (socket >= 0)
            ::close(socket);
    }
    [[nodiscard]] bool connectTo(const QString &to)
    {
        const QByteArray name = QFile::encodeName(to);
        struct sockaddr_un address {};
        address.sun_family = AF_UNIX;
        if (name.isEmpty() || name.size() >= static_cast<qsizetype>(sizeof address.sun_path))
            return false;
        std::memcpy(address.sun_path, name.constData(), static_cast<std::size_t>(name.size()));
        const int made = ::socket(AF_UNIX, SOCK_DGRAM, 0);
        if (made < 0)
            return false;
        if (::connect(made, reinterpret_cast<const struct sockaddr *>(&address), sizeof address) != 0) {
            ::close(made);
            return false;
        }
        if (socket >= 0)
            ::close(socket);
        socket = made;
        return true;
    }
    [[nodiscard]] bool send(const QByteArray &octets) const
    {
        int flags = MSG_DONTWAIT;
#ifdef MSG_NOSIGNAL
        flags |= MSG_NOSIGNAL;
#endif
        return socket >= 0
               && ::send(socket, octets.constData(), static_cast<std::size_t>(octets.size()), flags) == octets.size();
    }

    QString program;
    QString path;
    Kind kind = Kind::None;
    int socket = -1;
    quint64 lost = 0;
};

SystemLog::SystemLog(QString program, const Places &places) : d(std::make_unique<Private>(std::move(program)))
{
    for (const auto &[kind, path] :
         {std::pair(Kind::Journal, &places.journal), std::pair(Kind::Syslog, &places.syslog)}) {
        if (d->connectTo(*path)) {
            d->kind = kind;
            d->path = *path;
            return;
        }
    }
}

void SystemLog::write(const RelayEvent &event)
{
    if (d->kind == Kind::None)
        return;
    const QByteArray octets = d->kind == Kind::Journal
                                  ? journalEntry(event, d->program)
                                  : syslogLine(event, d->program, QCoreApplication::applicationPid());
    if (!d->send(octets) && !(d->connectTo(d->path) && d->send(octets))) // the log was restarted meanwhile
        ++d->lost;
}

#elif defined(Q_OS_WIN)

class SystemLog::Private {
public:
    explicit Private(const QString &program)
        : source(::RegisterEventSourceW(nullptr, reinterpret_cast<LPCWSTR>(program.utf16())))
    {
    }
    ~Private()
    {
        if (source)
            ::DeregisterEventSource(source);
    }
    HANDLE source;
    Kind kind = Kind::EventLog;
    quint64 lost = 0;
};

SystemLog::SystemLog(QString program, const Places &) : d(std::make_unique<Private>(program)) {}

void SystemLog::write(const RelayEvent &event)
{
    const WORD type = event.severity == RelayEvent::Severity::Error     ? EVENTLOG_ERROR_TYPE
                      : event.severity == RelayEvent::Severity::Warning ? EVENTLOG_WARNING_TYPE
                                                                        : EVENTLOG_INFORMATION_TYPE;
    const QString text = toText(event);
    LPCWSTR lines[] = {reinterpret_cast<LPCWSTR>(text.utf16())};
    const auto category = static_cast<WORD>(event.kind);
    if (!d->source || !::ReportEventW(d->source, type, category, 1, nullptr, 1, 0, lines, nullptr))
        ++d->lost;
}

#else

class SystemLog::Private {
public:
    Kind kind = Kind::None;
    quint64 lost = 0;
};

SystemLog::SystemLog(QString, const Places &) : d(std::make_unique<Private>()) {}

void SystemLog::write(const RelayEvent &) {}

#endif

SystemLog::~SystemLog() = default;

SystemLog::Kind SystemLog::kind() const
{
    return d->kind;
}

quint64 SystemLog::lost() const
{
    return d->lost;
}

} // namespace relaywright
