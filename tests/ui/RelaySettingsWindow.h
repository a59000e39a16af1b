// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/Bench.h"
#include "ui/forms/RelayForm.h"
#include "ui/pages/RelayPage.h"
#include "ui/views/RelaySettingsPanel.h"
#include "ui/widgets/Labels.h"

#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>

namespace relaywright::test {

/// A file of the relay that uses most of what there is.
inline const QByteArray kWholeRelay = R"({"schema": "relaywright.relay/1", "hostName": "relay.contoso.com",
    "accounts": [{"user": "erp", "password": "keychain:erp"}],
    "listeners": [{"listen": "192.168.10.2:25", "networks": ["192.168.10.0/24"], "signIn": "optional"},
                  {"listen": "192.168.10.2:465", "networks": ["192.168.10.0/24"], "implicitTls": true,
                   "pkcs12File": "/etc/relay.p12", "pkcs12Password": "file:/etc/relay.secret"}],
    "upstream": {"server": "smtp.office365.com:587", "user": "relay@contoso.com", "password": "env:RELAY",
                 "maxMessagesPerMinute": 20},
    "fallbacks": [{"server": "backup.contoso.com:25", "tls": "opportunistic"}],
    "dkim": [{"domain": "contoso.com", "selector": "relay1", "key": "keychain:k1"}],
    "routes": [{"name": "invoices", "hosts": [{"server": "mx1.contoso.com:25", "user": "invoices@contoso.com",
                 "oauth": {"tenant": "contoso.com", "application": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
                           "secret": "env:INVOICES"}}],
                "dkim": [{"domain": "contoso.de", "selector": "relay2", "key": "file:/etc/k2.pem"}]}],
    "devices": [{"name": "ERP", "user": "erp", "route": "invoices"}], "refuseStrangers": true,
    "maxMessageOctets": 1234567, "postmaster": "it@contoso.com", "metrics": "127.0.0.1:9125", "systemLog": true,
    "alerts": {"mailTo": "it@contoso.com", "quietFrom": "22:00", "quietTo": "06:00", "unknownSource": false}})";

/// The relay's page in a window of its own, with what a person does there.
class RelaySettingsWindow {
protected:
    /// Empty: there is no configuration yet.
    void open(const QByteArray &config = {});
    void close();
    RelaySettingsPanel &show(RelaySection section);
    /// The visible one of that text; null: there is none.
    QPushButton *button(QWidget &where, const QString &text) const;
    /// What has the keyboard, by its accessible name; null: there is none.
    QWidget *control(QWidget &where, const QString &name) const;
    void type(QWidget &where, const QString &name, const QString &text) const;
    bool says(QWidget &where, const QString &words) const;
    /// With which configuration a click on "Start" begins.
    RelayConfig started();
    /// From now on a relay runs, which answers requests so.
    void running(const std::function<Result<QJsonObject>(const QString &word)> &answer);

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<RelayPage> m_page;
    QStringList m_asked; ///< of the running relay
};

inline void RelaySettingsWindow::open(const QByteArray &config)
{
    m_asked.clear();
    m_bench = std::make_unique<Bench>();
    if (!config.isEmpty()) {
        m_bench->shownRelay.start(*parseRelayConfig(config), {});
        m_bench->shownRelay.show(RelayHost::State::Off);
    }
    m_page = std::make_unique<RelayPage>(m_bench->services);
    m_page->resize(1100, 760);
    m_page->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
}

inline void RelaySettingsWindow::close()
{
    m_page.reset();
    m_bench.reset();
}

inline RelaySettingsPanel &RelaySettingsWindow::show(RelaySection section)
{
    m_page->showTab(&m_page->settings());
    m_page->settings().showSection(section);
    return m_page->settings();
}

inline QPushButton *RelaySettingsWindow::button(QWidget &where, const QString &text) const
{
    const auto buttons = where.findChildren<QPushButton *>();
    const auto found = std::ranges::find_if(
        buttons, [&](const QPushButton *one) { return one->text() == text && one->isVisibleTo(&where); });
    return found == buttons.end() ? nullptr : *found;
}

inline QWidget *RelaySettingsWindow::control(QWidget &where, const QString &name) const
{
    const auto all = where.findChildren<QWidget *>();
    const auto found = std::ranges::find_if(all, [&](const QWidget *one) {
        return one->accessibleName() == name && !one->focusProxy(); // what has the keyboard
    });
    return found == all.end() ? nullptr : *found;
}

inline void RelaySettingsWindow::type(QWidget &where, const QString &name, const QString &text) const
{
    auto *edit = qobject_cast<QLineEdit *>(control(where, name));
    QVERIFY2(edit, qPrintable(name));
    edit->selectAll();
    QTest::keyClicks(edit, text);
    Q_EMIT edit->editingFinished();
}

inline bool RelaySettingsWindow::says(QWidget &where, const QString &words) const
{
    return std::ranges::any_of(where.findChildren<TextLabel *>(), [&](const TextLabel *label) {
        return label->isVisibleTo(&where) && label->text().contains(words);
    });
}

inline RelayConfig RelaySettingsWindow::started()
{
    m_page->startRelay();
    const auto &config = m_bench->shownRelay.config();
    return config ? *config : *parseRelayConfig(kWholeRelay);
}

inline void RelaySettingsWindow::running(const std::function<Result<QJsonObject>(const QString &word)> &answer)
{
    m_bench->shownRelay.serve([this, answer](const QJsonObject &request) {
        m_asked += request.value(QLatin1String("request")).toString();
        return answer(m_asked.back());
    });
    RelayStatus status;
    status.startedAt = m_bench->clock.now();
    status.upstream = QStringLiteral("smtp.office365.com:587");
    m_bench->shownRelay.show(RelayHost::State::Running, {}, status);
}

} // namespace relaywright::test
