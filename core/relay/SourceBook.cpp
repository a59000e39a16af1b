// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SourceBook.h"

#include "core/session/PrivateFile.h"

#include <QFile>

#include <utility>

namespace relaywright {

namespace {

constexpr qint64 kMaxFileOctets = 256ll << 20;

} // namespace

SourceBook::SourceBook(const QString &folder, const Clock &clock, QObject *parent)
    : QObject(parent), m_file(folder + QLatin1String("/sources.json")), m_clock(clock)
{
    m_thread.setMaxThreadCount(1);
    QFile file(m_file);
    if (file.open(QIODevice::ReadOnly)) {
        SourceMemory memory = readSourceMemory(file.read(kMaxFileOctets));
        for (DeviceProfiles::Entry &entry : memory.sources)
            m_profiles.restore(std::move(entry));
        m_limits.restore(memory.used, clock.now());
    }
    connect(&m_timer, &QTimer::timeout, this, &SourceBook::saveSoon);
    m_timer.start(kWritesEvery);
}

SourceBook::~SourceBook()
{
    save();
}

void SourceBook::record(const MailSource &source, const DeviceProfile &conversation)
{
    m_changed = true;
    const bool isNew = m_profiles.record(source, conversation);
    Q_EMIT sourceSeen(source, isNew);
}

SourceMemory SourceBook::memory() const
{
    return {{m_profiles.entries().begin(), m_profiles.entries().end()}, m_limits.toJson()};
}

void SourceBook::saveSoon()
{
    if (!std::exchange(m_changed, false))
        return;
    m_thread.start([this, memory = memory()] { write(memory); });
}

void SourceBook::save()
{
    m_thread.waitForDone();
    if (std::exchange(m_changed, false))
        write(memory());
}

/// Any thread.
void SourceBook::write(const SourceMemory &memory)
{
    const auto written = writePrivateFile(m_file, toOctets(memory));
    QMetaObject::invokeMethod(
        this,
        [this, failed = !written, detail = written ? QString() : written.error().detail] {
            if (!std::exchange(m_failed, failed) && failed)
                Q_EMIT logged(QStringLiteral("What is known of the devices cannot be kept: %1").arg(detail));
        },
        Qt::QueuedConnection);
}

} // namespace relaywright
