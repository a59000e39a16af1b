// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/DeviceProfiles.h"

#include <QJsonDocument>

#include <utility>

namespace relaywright {

namespace {

constexpr QLatin1String kSchema("relaywright.relay-memory/1");

} // namespace

bool DeviceProfiles::record(const MailSource &source, const DeviceProfile &conversation)
{
    const auto known = m_places.find(source);
    if (known != m_places.end()) {
        Entry &entry = *known->second;
        entry.profile = merged(entry.profile, conversation);
        m_entries.splice(m_entries.begin(), m_entries, known->second);
        return false;
    }
    if (m_entries.size() >= kMaxSources) {
        m_places.erase(m_entries.back().source);
        m_entries.pop_back();
    }
    m_entries.push_front({source, conversation});
    m_places.emplace(source, m_entries.begin());
    return true;
}

const DeviceProfile *DeviceProfiles::find(const MailSource &source) const
{
    const auto known = m_places.find(source);
    return known == m_places.end() ? nullptr : &known->second->profile;
}

void DeviceProfiles::restore(Entry entry)
{
    if (m_entries.size() >= kMaxSources || m_places.contains(entry.source))
        return;
    m_entries.push_back(std::move(entry));
    m_places.emplace(m_entries.back().source, std::prev(m_entries.end()));
}

QJsonObject toJson(const DeviceProfiles::Entry &entry, const QString &device)
{
    QJsonObject json = toJson(entry.profile);
    json.insert(QStringLiteral("user"), entry.source.user);
    json.insert(QStringLiteral("device"), device);
    return json;
}

QByteArray toOctets(const SourceMemory &memory)
{
    QJsonArray sources;
    for (const DeviceProfiles::Entry &entry : memory.sources) {
        QJsonObject json = toJson(entry, {});
        json.remove(QStringLiteral("seen")); // sentences for people, made of the rest
        sources += json;
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("schema"), kSchema},
                                     {QStringLiteral("sources"), sources},
                                     {QStringLiteral("used"), memory.used}})
        .toJson(QJsonDocument::Compact);
}

SourceMemory readSourceMemory(const QByteArray &octets)
{
    const QJsonObject json = QJsonDocument::fromJson(octets).object();
    SourceMemory memory;
    if (json[u"schema"].toString() != kSchema)
        return memory;
    for (const QJsonValue &one : json[u"sources"].toArray()) {
        auto profile = parseDeviceProfile(one.toObject());
        if (profile && memory.sources.size() < DeviceProfiles::kMaxSources)
            memory.sources.push_back({{profile->address, one[u"user"].toString().left(320)}, std::move(*profile)});
    }
    memory.used = json[u"used"].toArray();
    return memory;
}

} // namespace relaywright
