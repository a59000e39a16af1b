// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

#include <utility>
#include <vector>

class QListWidget;
class QListWidgetItem;

namespace relaywright {

/// Words of faults, as the command line takes them, and what they mean.
using FaultChoices = std::vector<std::pair<QString, QString>>;

/// What a practice service does wrong on request; each can be ticked, but of a family (`status=429`, `status=500`) one.
class PracticeFaultList : public QWidget {
    Q_OBJECT
public:
    /// `name` is for screen readers.
    PracticeFaultList(const FaultChoices &choices, const QString &name, QWidget *parent = nullptr);
    /// As high as its rows, for who scrolls around it.
    void showAllRows();
    /// Those that are ticked.
    [[nodiscard]] QStringList words() const;

Q_SIGNALS:
    void changed();

private:
    void onTicked(const QListWidgetItem *ticked);
    QListWidget *m_list;
};

} // namespace relaywright
