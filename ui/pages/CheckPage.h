// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

#include <memory>

class QListView;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace relaywright {

class Badge;
class FindingModel;
class TextLabel;
class Verification;
struct Finding;

/// Looks from outside whether the plan holds: DNS, SPF, reachability. Runs when asked, stops at once.
class CheckPage : public Page {
    Q_OBJECT
public:
    explicit CheckPage(Services &services, QWidget *parent = nullptr);
    ~CheckPage() override;
    void run();
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_run != nullptr; }
    [[nodiscard]] FindingModel &findings() const { return *m_model; }

private:
    void build();
    void showSelected();
    void onFinished();
    void summarize();
    void refresh();
    Services &m_services;
    FindingModel *m_model;
    QPushButton *m_action;
    QPushButton *m_copy;
    QListView *m_list;
    QProgressBar *m_progress;
    TextLabel *m_summary;
    QWidget *m_details;
    TextLabel *m_title;
    Badge *m_badge;
    struct Part { TextLabel *heading; TextLabel *text; };
    Part m_seen{};
    Part m_why{};
    Part m_todo{};
    std::unique_ptr<Verification> m_run;
    bool m_cancelled = false;
};

} // namespace relaywright
