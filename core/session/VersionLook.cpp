// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/VersionLook.h"

namespace relaywright {

namespace {

constexpr TlsVersion kVersions[] = {TlsVersion::Tls10, TlsVersion::Tls11, TlsVersion::Tls12, TlsVersion::Tls13};

} // namespace

VersionLook::VersionLook(ConnectionSettings connection, std::function<void(std::vector<VersionSight>)> done,
                         QObject *parent)
    : QObject(parent), m_connection(std::move(connection)), m_done(std::move(done))
{
    m_connection.smtp.credentials.reset();
    m_connection.smtp.stopAfter = Stage::Tls;
    if (m_connection.smtp.tls != TlsPolicy::Implicit)
        m_connection.smtp.tls = TlsPolicy::Required;
    m_connection.tls.insecure = true; // nothing secret is said
}

VersionLook::~VersionLook() = default;

void VersionLook::start()
{
    next();
}

void VersionLook::next()
{
    if (m_sights.size() == std::size(kVersions)) {
        if (const auto done = std::exchange(m_done, nullptr))
            done(m_sights);
        return;
    }
    const TlsVersion version = kVersions[m_sights.size()];
    m_connection.tls.minimum = version;
    m_connection.tls.maximum = version;
    m_client = new SmtpClient(m_connection, this);
    connect(m_client, &SmtpClient::ready, m_client, &SmtpClient::quit);
    connect(m_client, &SmtpClient::finished, this, &VersionLook::onFinished);
    m_client->open();
}

void VersionLook::onFinished(const Finish &finish)
{
    const auto &tls = m_client->tls();
    const bool accepted = tls && !tls->protocol.isEmpty();
    m_sights.push_back({kVersions[m_sights.size()], accepted, accepted ? tls->cipher : finish.detail});
    m_client->disconnect(this);
    m_client->deleteLater();
    // Through the loop: four refusals at once would be a stack of four.
    QMetaObject::invokeMethod(
        this, [this] { next(); }, Qt::QueuedConnection);
}

} // namespace relaywright
