// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/Bench.h"
#include "ui/pages/TestPage.h"
#include "ui/window/MainWindow.h"

#include <QTest>

#include <memory>

namespace relaywright::test {

/// The window, open on the page on which tests are sent, over a bench without a keychain. Base of the tests of that page:
/// call `openWindow` in init and `closeWindow` in cleanup.
class TestPageWindow {
protected:
    /// A bench of its own, unless there is one: then what was done before is still known, as on a new day.
    void openWindow()
    {
        if (!m_bench)
            m_bench = std::make_unique<Bench>(nullptr, false);
        m_window = std::make_unique<MainWindow>(m_bench->services);
        m_window->resize(1160, 760);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->showPage(QStringLiteral("test"));
    }
    void closeWindow()
    {
        m_window.reset();
        m_bench.reset();
    }
    [[nodiscard]] TestPage &page() const { return m_window->testPage(); }
    /// By its accessible name, on the page or `within`; null: there is none.
    template <class W>
    [[nodiscard]] W *named(const char *name, const QWidget *within = nullptr) const
    {
        for (W *widget : (within ? within : &page())->template findChildren<W *>()) {
            if (widget->accessibleName() == QLatin1String(name))
                return widget;
        }
        return nullptr;
    }

    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace relaywright::test
