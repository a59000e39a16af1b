// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/Workspace.h"

#include "core/site/SiteDocument.h"
#include "ui/engine/CheckHistory.h"
#include "ui/engine/SiteChange.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QUndoCommand>

#include <utility>

namespace relaywright {

namespace {

constexpr std::size_t kPlannedAtOnce = 300; ///< senders; takes a few milliseconds
constexpr qint64 kMaxDocumentOctets = 64ll << 20;

Result<QByteArray> readFile(const QString &path)
{
    QFile file(path);
    if (!file.exists()) {
        return failure(ErrorKind::NotFound,
                       QStringLiteral("There is no file %1. Choose another one.").arg(QDir::toNativeSeparators(path)));
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorKind::Storage, QStringLiteral("The file %1 cannot be read: %2. Check its permissions.")
                                               .arg(QDir::toNativeSeparators(path), file.errorString()));
    }
    if (file.size() > kMaxDocumentOctets) {
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The file %1 is too large to be a site. Choose another one.")
                           .arg(QDir::toNativeSeparators(path)));
    }
    return file.readAll();
}

Result<void> writeFile(const QString &path, const QByteArray &octets)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(octets) == octets.size() && file.commit())
        return {};
    return failure(ErrorKind::Storage,
                   QStringLiteral("The file %1 could not be written: %2. Nothing was lost; save it in another place.")
                       .arg(QDir::toNativeSeparators(path), file.errorString()));
}

/// A tick on the Apply page says what was done, not what is to be done.
bool hasSamePlan(const Site &a, const Site &b)
{
    return a.organisation == b.organisation && a.networks == b.networks && a.senders == b.senders;
}

} // namespace

/// One undoable change of the site.
class SiteEdit final : public QUndoCommand {
public:
    SiteEdit(Workspace &workspace, const QString &what, const Site &after)
        : QUndoCommand(what), m_workspace(workspace), m_change(workspace.site(), after)
    {
    }
    void undo() override { m_workspace.setSite(m_change.reverted(m_workspace.site())); }
    void redo() override { m_workspace.setSite(m_change.applied(m_workspace.site())); }

private:
    Workspace &m_workspace;
    SiteChange m_change;
};

Workspace::Workspace(const Knowledge &knowledge, const Clock &clock, QString recoveryFile, QObject *parent)
    : QObject(parent), m_knowledge(knowledge), m_clock(clock), m_recoveryFile(std::move(recoveryFile))
{
    m_recoveryTimer.setSingleShot(true);
    m_recoveryTimer.setInterval(std::chrono::seconds(2));
    connect(&m_recoveryTimer, &QTimer::timeout, this, &Workspace::keepRecoveryAside);
    connect(&m_undo, &QUndoStack::cleanChanged, this, &Workspace::titleChanged);
}

QString Workspace::historyKey() const
{
    return CheckHistory::keyOf(m_path, displayName());
}

QString Workspace::displayName() const
{
    if (!m_site.organisation.name.isEmpty())
        return m_site.organisation.name;
    if (!m_site.organisation.acceptedDomains.empty())
        return m_site.organisation.acceptedDomains.front().toDisplay();
    return m_path.isEmpty() ? tr("New site") : QFileInfo(m_path).completeBaseName();
}

void Workspace::create(const Site &site)
{
    m_path.clear();
    m_undo.clear();
    m_undo.resetClean();
    m_hasSite = true;
    setSite(site);
}

void Workspace::edit(const QString &what, const Site &site)
{
    if (site != m_site)
        m_undo.push(new SiteEdit(*this, what, site)); // the stack owns it and calls redo
}

void Workspace::close()
{
    m_hasSite = false;
    m_path.clear();
    m_undo.clear();
    m_recoveryTimer.stop();
    discardRecovery();
    m_site = {};
    m_plannedSite = {};
    m_plan = {};
    m_isPlanning = false;
    Q_EMIT siteChanged();
    Q_EMIT planChanged();
    Q_EMIT titleChanged();
}

Result<void> Workspace::open(const QString &path)
{
    const auto octets = readFile(path);
    if (!octets)
        return tl::unexpected(octets.error());
    const auto site = parseSite(*octets);
    if (!site)
        return tl::unexpected(site.error());
    m_undo.clear();
    m_undo.setClean();
    m_path = path;
    m_hasSite = true;
    setSite(*site);
    m_recoveryTimer.stop();
    discardRecovery();
    return {};
}

Result<void> Workspace::save()
{
    return saveAs(m_path);
}

Result<void> Workspace::saveAs(const QString &path)
{
    if (const auto written = writeFile(path, toJson(m_site)); !written)
        return written;
    m_path = path;
    m_undo.setClean();
    m_recoveryTimer.stop();
    discardRecovery();
    Q_EMIT titleChanged();
    return {};
}

bool Workspace::hasRecovery() const
{
    return !m_recoveryFile.isEmpty() && QFile::exists(m_recoveryFile);
}

Result<void> Workspace::recover()
{
    const auto octets = readFile(m_recoveryFile);
    if (!octets)
        return tl::unexpected(octets.error());
    const auto site = parseSite(*octets);
    if (!site)
        return tl::unexpected(site.error());
    create(*site);
    return {};
}

void Workspace::discardRecovery()
{
    if (!m_recoveryFile.isEmpty())
        QFile::remove(m_recoveryFile);
}

void Workspace::keepRecovery()
{
    // A failure here has no remedy that the user could take now: the next change tries again, and saving says it.
    if (!m_recoveryFile.isEmpty() && m_hasSite && isDirty())
        (void)writeFile(m_recoveryFile, toJson(m_site));
}

void Workspace::keepRecoveryAside()
{
    if (m_recoveryFile.isEmpty() || m_site.senders.size() <= kPlannedAtOnce)
        return keepRecovery();
    // Putting thousands of senders into words takes its time; the words are written only if they are still news then.
    m_worker.run(
        this, [site = m_site] { return toJson(site); },
        [this](const QByteArray &json) {
            if (m_hasSite && isDirty())
                (void)writeFile(m_recoveryFile, json);
        });
}

void Workspace::setSite(const Site &site)
{
    m_site = site;
    m_recoveryTimer.start();
    const bool planHolds = !m_isPlanning && m_plan.asOf == m_clock.today() && hasSamePlan(m_site, m_plannedSite);
    if (planHolds) {
        m_plannedSite = m_site;
    } else if (m_site.senders.size() <= kPlannedAtOnce) {
        m_isPlanning = false;
        m_plannedSite = m_site;
        m_plan = advise(m_site, m_knowledge, m_clock.today());
    } else {
        m_isPlanning = true;
        planOnWorker();
    }
    Q_EMIT siteChanged();
    Q_EMIT planChanged();
    Q_EMIT titleChanged();
}

void Workspace::planOnWorker()
{
    if (m_isWorkerBusy)
        return; // it begins anew when it sees that the site has changed since
    m_isWorkerBusy = true;
    m_worker.run(
        this, [this, site = m_site, today = m_clock.today()] { return advise(site, m_knowledge, today); },
        [this, site = m_site](Plan plan) { onPlanned(site, std::move(plan)); });
}

void Workspace::onPlanned(const Site &site, Plan plan)
{
    m_isWorkerBusy = false;
    if (!m_isPlanning)
        return; // closed, or small enough meanwhile
    if (site != m_site)
        return planOnWorker();
    m_isPlanning = false;
    m_plannedSite = site;
    m_plan = std::move(plan);
    Q_EMIT planChanged();
}

} // namespace relaywright
