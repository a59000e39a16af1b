// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/models/AddressModel.h"
#include "ui/widgets/InlineMessage.h"

#include <memory>

class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace relaywright {

class Field;
class TableFilter;
class TextLabel;

/// Do the addresses that the senders use exist? The server of each domain is asked by RCPT; no message is sent, and being
/// taken is no proof.
class AddressPanel : public QWidget {
    Q_OBJECT
public:
    /// `message` is where sentences for the whole page stand; both outlive the panel.
    AddressPanel(Services &services, InlineMessage &message, QWidget *parent = nullptr);
    ~AddressPanel() override;
    void refreshSite();
    void start();
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    [[nodiscard]] AddressModel &model() const { return *m_model; }
    [[nodiscard]] QTableView &table() const { return *m_table; }
    /// Asked in place of the MX hosts; empty: those.
    [[nodiscard]] QLineEdit &server() const { return *m_server; }
    [[nodiscard]] QString announcement() const;
    [[nodiscard]] QString state() const;

Q_SIGNALS:
    void runningChanged(bool running);

private:
    [[nodiscard]] QWidget *makeSetup();
    [[nodiscard]] QWidget *makeTable();
    [[nodiscard]] QWidget *makeFilterBar();
    [[nodiscard]] QWidget *makeDetails();
    [[nodiscard]] Result<AddressExistenceSettings> settings();
    void announceRun();
    void onAnswered(const AddressAnswer &answer);
    void onFinished();
    void showSelected();
    void summarize();

    Services &m_services;
    InlineMessage &m_message;
    AddressModel *m_model;
    TableFilter *m_filter;
    QLineEdit *m_server;
    Field *m_serverField;
    TextLabel *m_announcement;
    QTableView *m_table;
    QProgressBar *m_progress;
    TextLabel *m_state;
    TextLabel *m_name;
    TextLabel *m_sentence;
    TextLabel *m_seen;
    TextLabel *m_uses;
    std::unique_ptr<DnsClient> m_dns; ///< of the last run, which ends before it
    std::unique_ptr<AddressExistence> m_existence;
    bool m_isRunning = false;
    bool m_wasStopped = false;
};

} // namespace relaywright
