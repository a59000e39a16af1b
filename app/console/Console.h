// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/RelaySupervisor.h"
#include "core/base/Clock.h"
#include "core/dns/Resolver.h"
#include "core/secrets/KeychainSecretStore.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/CheckHistory.h"
#include "ui/engine/DnsAccess.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/Services.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/Vault.h"
#include "ui/engine/Workspace.h"
#include "ui/window/AlertNotices.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TrayIcon.h"

#include <QLockFile>
#include <QObject>

#include <memory>

class QSettings;

namespace relaywright {

/// The console: who owns what, and what closing and quitting mean.
class Console : public QObject {
    Q_OBJECT
public:
    struct Options {
        QString file;        ///< a site to open; empty: none
        bool hidden = false; ///< only the tray, where there is one
    };
    /// `settings` outlives the console.
    explicit Console(QSettings &settings, QObject *parent = nullptr);
    ~Console() override;
    void begin(const Options &options);

private:
    void connectTray();
    void showWindow();
    void onWindowClosed();
    void onQuitRequested();
    void quit();
    void refreshTray();
    void saveSettings();

    QSettings &m_settings;
    SystemClock m_clock;
    const Result<Knowledge> m_knowledge; ///< with the user's own files
    std::unique_ptr<DnsClient> m_dns;
    const DnsAccess m_dnsAccess;
    const CheckHistory m_checkHistory;
    const TestHistory m_testHistory;
    KeychainSecretStore m_keychain;
    Vault m_vault;
    AccountShelf m_accounts;
    QLockFile m_lock; ///< the first console of this user keeps the recovery file
    Workspace m_workspace;
    PracticeRoom m_practice;
    RelaySupervisor m_relay;
    Services m_services;
    std::unique_ptr<MainWindow> m_window;
    AlertNotices m_alertNotices;
    TrayIcon m_tray;
    bool m_quitWhenStopped = false;
};

} // namespace relaywright
