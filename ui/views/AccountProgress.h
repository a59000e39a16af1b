// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "ui/widgets/Card.h"

#include <QTimer>
#include <QUrl>

class QPushButton;

namespace relaywright {

class AccountDesk;
class TextLabel;
struct DeviceCodeOffer;

/// What is being done with an account, step by step, with what a person must do meanwhile: go on in the browser, or enter
/// a code in another one. Hidden while there is nothing to tell.
class AccountProgress : public Card {
    Q_OBJECT
public:
    /// Both outlive it.
    AccountProgress(AccountDesk &desk, const Clock &clock, QWidget *parent = nullptr);
    /// The steps of the last task go.
    void dismiss();
    /// As it is shown, `WDJB-MJHT`; empty: none is.
    [[nodiscard]] QString code() const;
    [[nodiscard]] QUrl link() const { return m_link; }
    [[nodiscard]] QStringList steps() const;

private:
    void build();
    void refresh();
    void showBrowser(const QUrl &url);
    void showCode(const DeviceCodeOffer &offer);
    void showTimeLeft();
    [[nodiscard]] QString heading() const;

    AccountDesk &m_desk;
    const Clock &m_clock;
    TextLabel *m_heading;
    QPushButton *m_cancel;
    QWidget *m_steps;
    QWidget *m_person;
    TextLabel *m_sentence;
    TextLabel *m_code;
    TextLabel *m_left;
    QPushButton *m_copyCode;
    QPushButton *m_open;
    QPushButton *m_copyLink;
    QUrl m_link;
    TimePoint m_expires{};
    QTimer m_second;
};

} // namespace relaywright
