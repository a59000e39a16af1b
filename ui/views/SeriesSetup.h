// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/SeriesDraft.h"
#include "ui/widgets/Card.h"

class QCheckBox;
class QComboBox;
class QLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace relaywright {

class Field;
class FileEntry;
class TextLabel;

/// What a series is to do, and in a sentence what that comes to: it stands there before anything is sent.
class SeriesSetup : public Card {
    Q_OBJECT
public:
    explicit SeriesSetup(QWidget *parent = nullptr);
    [[nodiscard]] SeriesDraft draft() const;
    [[nodiscard]] bool onlySelected() const;
    [[nodiscard]] QLineEdit &recipient() const { return *m_to; }
    void setRepeats(int times);
    void setPerMinute(int tests);
    /// All tests go to this one, HOST:PORT; empty: each to the plan's.
    void sendTo(const QString &server);
    void trust(const QString &caFile);
    /// HOST:PORT of the practice server, which is offered; empty: it does not run.
    void offerPractice(const QString &address);
    /// What is wrong with the server; empty: nothing.
    void setServerProblem(const QString &sentence);
    void revealServer();
    void setAnnouncement(const QString &sentence);
    [[nodiscard]] QString announcement() const;

Q_SIGNALS:
    void edited();
    /// What is sent and where to is another thing now.
    void mannerChanged();

private:
    [[nodiscard]] QLayout *makeTarget();
    void showTarget();
    QLineEdit *m_to;
    QSpinBox *m_repeats;
    QSpinBox *m_perMinute;
    QCheckBox *m_likeThem;
    QCheckBox *m_onlySelected;
    QComboBox *m_where;
    QLineEdit *m_server;
    FileEntry *m_caFile;
    QPushButton *m_practice;
    Field *m_serverField;
    Field *m_caField;
    QString m_practiceAddress;
    TextLabel *m_announcement;
};

} // namespace relaywright
