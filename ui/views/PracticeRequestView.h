// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/PracticeRoom.h"

#include <QWidget>

namespace relaywright {

class TextLabel;

/// One question to the practice sign-in service or the practice Graph: what was asked, what was answered, and what a refusal
/// means; with what the services did so far.
class PracticeRequestView : public QWidget {
    Q_OBJECT
public:
    explicit PracticeRequestView(QWidget *parent = nullptr);
    void show(const PracticeRequest &request, const Knowledge &knowledge);
    /// Of the services that run; nullptr: none do.
    void showCounts(const PracticeWeb *web);
    [[nodiscard]] QString shownText() const;

private:
    TextLabel *m_asked;
    TextLabel *m_answered;
    TextLabel *m_meaning;
    TextLabel *m_counts;
};

} // namespace relaywright
