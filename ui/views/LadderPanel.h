// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/Probe.h"
#include "ui/drafts/TestDraft.h"
#include "ui/engine/Services.h"

#include <QAbstractListModel>
#include <QPointer>

class QLineEdit;
class QListView;

namespace relaywright {

class Badge;
class Field;
class TextLabel;

/// The rungs from the name to the recipient, as far as they were climbed.
class LadderModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { DetailRole = Qt::UserRole + 1 };
    explicit LadderModel(QObject *parent = nullptr);
    /// All rungs, none of them climbed.
    void clear();
    void set(const ProbeRung &rung);
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Row {
        ProbeRung rung;
        bool climbed = false;
    };
    std::vector<Row> m_rows;
};

/// The way to a server, rung by rung, and who is to blame where it ends. No message is sent, and no password.
class LadderPanel : public QWidget {
    Q_OBJECT
public:
    explicit LadderPanel(Services &services, QWidget *parent = nullptr);
    ~LadderPanel() override;
    /// Server, port, encryption and addresses of a test.
    void take(const TestDraft &draft);
    void start();
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_probe.isNull(); }
    [[nodiscard]] QString verdict() const;
    [[nodiscard]] LadderModel &model() const { return *m_model; }

Q_SIGNALS:
    void runningChanged(bool running);
    /// To its end: the server as `host:port`, and the word of who is to blame.
    void climbEnded(const QString &server, const QString &blame);

private:
    [[nodiscard]] Result<ProbeSettings> settings();
    void onFinished(const ProbeReport &report);
    void showRung();
    Services &m_services;
    LadderModel *m_model;
    QLineEdit *m_server;
    QLineEdit *m_port;
    QLineEdit *m_to;
    Field *m_serverField;
    Field *m_portField;
    Field *m_toField;
    Badge *m_badge;
    TextLabel *m_verdict;
    TextLabel *m_todo;
    QListView *m_list;
    TextLabel *m_name;
    TextLabel *m_detail;
    TestDraft m_draft;
    QPointer<Probe> m_probe;
};

} // namespace relaywright
