// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QListWidget;

namespace relaywright {

class InlineMessage;

/// The first start: four doors, the files of last time, and what a crash left behind.
class StartPage : public QWidget {
    Q_OBJECT
public:
    explicit StartPage(QWidget *parent = nullptr);
    void setRecentFiles(const QStringList &paths);
    void offerRecovery(bool there);
    [[nodiscard]] InlineMessage *message() const { return m_message; }

Q_SIGNALS:
    void setUpRequested();
    void openRequested();
    void fileRequested(const QString &path);
    void testRequested();
    void relayRequested();
    void practiceRequested();
    void recoverRequested();

private:
    InlineMessage *m_message;
    InlineMessage *m_recovery;
    QWidget *m_recentBox;
    QListWidget *m_recent;
};

} // namespace relaywright
