// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Context.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

#include <cstdio>

namespace relaywright::cli {

namespace {

void writeLine(FILE *stream, const QString &line)
{
    const QByteArray octets = line.toUtf8() + '\n';
    std::fwrite(octets.constData(), 1, static_cast<size_t>(octets.size()), stream);
    std::fflush(stream); // a reader at the other end of a pipe sees a live conversation
}

} // namespace

void Context::say(const QString &line) const
{
    if (!json)
        writeLine(stdout, line);
}

void Context::complain(const QString &line) const
{
    writeLine(stderr, line);
}

void Context::print(const QJsonObject &document) const
{
    if (json)
        writeLine(stdout, QString::fromUtf8(QJsonDocument(document).toJson(QJsonDocument::Indented)).trimmed());
}

void Context::finish(int exitCode)
{
    if (m_exitCode)
        return;
    m_exitCode = exitCode;
    QCoreApplication::exit(exitCode);
}

int Context::fail(const Error &error) const
{
    complain(error.detail);
    switch (error.kind) {
    case ErrorKind::InvalidInput:
    case ErrorKind::Unsupported: return InvalidInput;
    case ErrorKind::NotFound: return AnswerIsNo;
    case ErrorKind::Denied:
    case ErrorKind::Timeout:
    case ErrorKind::Unreachable:
    case ErrorKind::TlsFailed:
    case ErrorKind::Storage:
    case ErrorKind::Cancelled: return Environment;
    }
    Q_UNREACHABLE();
}

Result<QByteArray> readFile(const QString &path, qint64 maxOctets)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 cannot be read: %2. Check the name and the permissions.").arg(path, file.errorString()));
    if (file.size() > maxOctets)
        return failure(
            ErrorKind::InvalidInput,
            QStringLiteral("%1 is larger than %2 MiB, which is the most that is read.").arg(path).arg(maxOctets >> 20));
    return file.readAll();
}

Result<void> writeFile(const QString &path, const QByteArray &content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        return failure(
            ErrorKind::Storage,
            QStringLiteral("%1 cannot be written: %2. Nothing was changed there.").arg(path, file.errorString()));
    return {};
}

} // namespace relaywright::cli
