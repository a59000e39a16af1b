// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

class QListView;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace relaywright {

class ChoiceRow;
class EmptyState;
class PracticeModel;
class TextLabel;
class ToggleSwitch;

/// The make-believe Microsoft 365: start it, see where it listens and what it took.
class PracticePage : public Page {
    Q_OBJECT
public:
    explicit PracticePage(Services &services, QWidget *parent = nullptr);
    void start();

Q_SIGNALS:
    void testRequested();

private:
    void build();
    void refresh();
    void showMessages();
    void showSelected();
    void saveAuthority();
    Services &m_services;
    ToggleSwitch *m_switch;
    TextLabel *m_state;
    ChoiceRow *m_method;
    QWidget *m_account;
    TextLabel *m_settings;
    PracticeModel *m_model;
    QListView *m_list;
    QStackedWidget *m_stack;
    EmptyState *m_empty = nullptr;
    TextLabel *m_envelope;
    QPlainTextEdit *m_content;
    QPushButton *m_test;
};

} // namespace relaywright
