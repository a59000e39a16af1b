// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/Probe.h"
#include "ui/drafts/TestDraft.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Field.h"

#include <QAbstractListModel>
#include <QPointer>

class QCheckBox;
class QLineEdit;
class QListView;

namespace relaywright {

class Badge;
class Disclosure;
class FileEntry;
class PasswordEntry;
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

/// The way to a server, rung by rung, and who is to blame where it ends. No message is sent; a password is, where a user
/// is typed.
class LadderPanel : public QWidget {
    Q_OBJECT
public:
    explicit LadderPanel(Services &services, QWidget *parent = nullptr);
    ~LadderPanel() override;
    /// The connection, the sign-in and the addresses of a test. `password` was typed for it and is not kept yet; empty:
    /// the vault has it.
    void take(const TestDraft &draft, const Secret &password = {});
    void start();
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_waitingForSecret || !m_probe.isNull(); }
    [[nodiscard]] QString verdict() const;
    [[nodiscard]] LadderModel &model() const { return *m_model; }
    [[nodiscard]] PasswordEntry &password() const { return *m_password; }

Q_SIGNALS:
    void runningChanged(bool running);
    /// To its end: the server as `host:port`, and the word of who is to blame.
    void climbEnded(const QString &server, const QString &blame);

private:
    [[nodiscard]] QWidget *makeDetails();
    void connectSignIn();
    [[nodiscard]] bool isAsTaken() const; ///< the server is that of the test
    [[nodiscard]] bool isPracticeRoom() const;
    [[nodiscard]] Result<ProbeSettings> settings();
    [[nodiscard]] Result<void> addRecipient(ProbeSettings &settings);
    [[nodiscard]] Result<void> addTrust(ProbeSettings &settings);
    [[nodiscard]] std::optional<Credentials> signIn() const;
    /// What is known of the user's password without the vault; empty: nothing.
    [[nodiscard]] Secret knownPassword(const QString &user) const;
    void climb(const ProbeSettings &settings);
    void keepPassword(const ProbeReport &report);
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
    QLineEdit *m_user;
    PasswordEntry *m_password;
    EnumBox<QString> *m_stopAfter;
    FileEntry *m_caFile;
    QLineEdit *m_ehlo;
    QCheckBox *m_insecure;
    Field *m_caField;
    Disclosure *m_details;
    Badge *m_badge;
    TextLabel *m_verdict;
    TextLabel *m_todo;
    QListView *m_list;
    TextLabel *m_name;
    TextLabel *m_detail;
    TestDraft m_draft;
    Secret m_draftPassword;
    Secret m_typed; ///< for the climb under way: it is kept when the server takes it
    bool m_waitingForSecret = false;
    int m_round = 0; ///< of the password that is waited for
    QPointer<Probe> m_probe;
};

} // namespace relaywright
