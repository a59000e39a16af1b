// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"

#include <QJsonObject>

#include <optional>
#include <vector>

namespace relaywright {

// The relay's file while people edit it: a JSON object of the form that `parseRelayConfig` takes, in which a member may be
// what nobody can take yet. So what was typed stays as it was typed, what no form asks stays too, and whether it is good is
// said by the parser itself.

/// What the window edits together. Devices are a tab of their own.
enum class RelaySection { Basics, Listeners, WaysOut, Signing, Keeping, Telling, Alerts, Devices };

/// What is wrong first, and at which question. Where a section has no rows, `row` is 0.
struct SettingsProblem {
    RelaySection section{};
    int row = 0;
    QString field;    ///< the member's name
    QString sentence; ///< with a capital letter, and the next step
    bool operator==(const SettingsProblem &) const = default;
};

/// A listener, or what belongs to a way out: a smart host or a signing. `route` is empty for the default way and for
/// listeners.
struct SettingsRow {
    QString route;
    QJsonObject members;
    bool operator==(const SettingsRow &) const = default;
};
using SettingsRows = std::vector<SettingsRow>;

[[nodiscard]] QJsonObject settingsOf(const RelayConfig &config);
/// For programs on this computer, to submission at Exchange Online.
[[nodiscard]] QJsonObject freshSettings();
/// Error: as `parseRelayConfig`.
[[nodiscard]] Result<RelayConfig> toConfig(const QJsonObject &settings);

[[nodiscard]] SettingsRows listenersIn(const QJsonObject &settings);
void putListeners(QJsonObject &settings, const SettingsRows &rows);
/// Smart hosts in the order in which they are tried: `upstream`, `fallbacks`, then those of each of `routes`.
[[nodiscard]] SettingsRows hostsIn(const QJsonObject &settings);
/// The first of a way is its first smart host. A way is there as long as a row names it.
void putHosts(QJsonObject &settings, const SettingsRows &rows);
[[nodiscard]] SettingsRows signingsIn(const QJsonObject &settings);
void putSignings(QJsonObject &settings, const SettingsRows &rows);
/// A way out is known by its name alone: smart hosts, signings and devices that name `from` name `to` from now on. `from`
/// is not the default way; an empty `to` is.
void renameWay(QJsonObject &settings, const QString &from, const QString &to);
/// The names of the ways out but the default one.
[[nodiscard]] QStringList routesIn(const QJsonObject &settings);

/// What the relay would refuse first in the whole of it.
[[nodiscard]] std::optional<SettingsProblem> problemIn(const QJsonObject &settings);
/// The same of one section, or one row of it, as if all else were good.
[[nodiscard]] std::optional<SettingsProblem> problemIn(const QJsonObject &settings, RelaySection section, int row = 0);

/// Only a restart makes `wanted` hold: its name, host name or spool folder are others than those of `running`.
[[nodiscard]] bool needsRestart(const RelayConfig &running, const RelayConfig &wanted);

} // namespace relaywright
