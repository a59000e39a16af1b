// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <array>

class QButtonGroup;
class QPushButton;

namespace relaywright {

class FindingModel;

/// How many lines have which verdict; a click shows only those, the first button all of them again.
class VerdictBar : public QWidget {
    Q_OBJECT
public:
    explicit VerdictBar(QWidget *parent = nullptr);
    void setCounts(const FindingModel &model);
    /// Position in FindingModel::kStates; -1: all.
    [[nodiscard]] int chosen() const;
    void choose(int state);

Q_SIGNALS:
    void stateChosen(int state);

private:
    QButtonGroup *m_group;
};

} // namespace relaywright
