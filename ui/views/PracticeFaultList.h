// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/PracticeFaults.h"

#include <QWidget>

class QListWidget;
class QListWidgetItem;

namespace relaywright {

/// What the practice server does wrong on request; each can be ticked.
class PracticeFaultList : public QWidget {
    Q_OBJECT
public:
    explicit PracticeFaultList(QWidget *parent = nullptr);
    [[nodiscard]] PracticeFaults faults() const;

Q_SIGNALS:
    void changed();

private:
    void onTicked(const QListWidgetItem *ticked);
    QListWidget *m_list;
};

} // namespace relaywright
