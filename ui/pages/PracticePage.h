// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/AccountDraft.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

class QListView;
class QPushButton;
class QStackedWidget;

namespace relaywright {

class ChoiceRow;
class EmptyState;
class PracticeDeviceModel;
class PracticeDeviceView;
class PracticeMessageView;
class PracticeModel;
class PracticeRequestModel;
class PracticeRequestView;
class PracticeSetup;
class TextLabel;
class ToggleSwitch;

/// The make-believe Microsoft 365: choose what it is, start it, see where it listens, what it took and who was there.
class PracticePage : public Page {
    Q_OBJECT
public:
    explicit PracticePage(Services &services, QWidget *parent = nullptr);
    void start();
    /// What stands below the settings.
    enum Pane { Messages, Devices, Requests, Mailboxes, Tenant, Tokens, Faults };
    void showPane(Pane pane);

Q_SIGNALS:
    void testRequested();
    /// For an account with the values of the practice sign-in service.
    void accountRequested(const relaywright::AccountDraft &draft, const relaywright::Secret &secret);

private:
    void build();
    void buildLists();
    void refresh();
    void restart();
    void showMessages();
    void showDevices();
    void showRequests();
    void showSelectedRequest();
    void requestAccount();
    void showSelectedMessage();
    void showSelectedDevice();
    void refreshPane();
    void putIntoInventory();
    void saveAuthority();
    Services &m_services;
    ToggleSwitch *m_switch;
    TextLabel *m_state;
    PracticeSetup *m_setup;
    QWidget *m_account;
    TextLabel *m_settings;
    QPushButton *m_copyPassword = nullptr;
    PracticeModel *m_messages;
    PracticeDeviceModel *m_devices;
    PracticeRequestModel *m_requests;
    ChoiceRow *m_which;
    QListView *m_messageList;
    QListView *m_deviceList;
    QListView *m_requestList;
    PracticeMessageView *m_message;
    PracticeDeviceView *m_device;
    PracticeRequestView *m_request;
    QStackedWidget *m_lists;
    QStackedWidget *m_details;
    QStackedWidget *m_stack;
    EmptyState *m_empty = nullptr;
    QPushButton *m_test;
};

} // namespace relaywright
