// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/SeriesDraft.h"
#include "ui/widgets/Card.h"

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace relaywright {

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
    void setAnnouncement(const QString &sentence);
    [[nodiscard]] QString announcement() const;

Q_SIGNALS:
    void edited();
    /// What is sent and where to is another thing now.
    void mannerChanged();

private:
    QLineEdit *m_to;
    QSpinBox *m_repeats;
    QSpinBox *m_perMinute;
    QCheckBox *m_likeThem;
    QCheckBox *m_onlySelected;
    TextLabel *m_announcement;
};

} // namespace relaywright
