// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeServer.h"

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QTabBar;

namespace relaywright {

class TextLabel;

/// One message that the practice server took, opened: text, attachments, header, source.
class PracticeMessageView : public QWidget {
    Q_OBJECT
public:
    explicit PracticeMessageView(QWidget *parent = nullptr);
    void show(const ReceivedMessage &message);
    [[nodiscard]] QString shownText() const;
    /// 0 text, 1 attachments, 2 header, 3 source.
    void showTab(int tab);

private:
    void refresh();
    ReceivedMessage m_message;
    TextLabel *m_envelope;
    QTabBar *m_tabs;
    QPlainTextEdit *m_content;
};

/// What a device showed of itself, and the way into the inventory.
class PracticeDeviceView : public QWidget {
    Q_OBJECT
public:
    explicit PracticeDeviceView(QWidget *parent = nullptr);
    void show(const DeviceProfile &device, const Site &site, bool hasSite);
    [[nodiscard]] QPushButton *button() const { return m_put; }

Q_SIGNALS:
    void inventoryRequested();

private:
    TextLabel *m_seen;
    TextLabel *m_news;
    QPushButton *m_put;
};

} // namespace relaywright
