// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QSortFilterProxyModel>

#include <optional>

namespace relaywright {

/// The senders that a person wants to see: by words, verdict, method and kind, all of which must hold; and their order.
class SenderFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    struct Wanted {
        QString words;               ///< each must stand somewhere in the row, without case
        std::optional<Fit> fit;
        std::optional<Method> method;
        std::optional<SenderKind> kind;
        bool operator==(const Wanted &) const = default;
        [[nodiscard]] bool isEverything() const { return *this == Wanted(); }
    };

    explicit SenderFilter(QObject *parent = nullptr);
    void setWanted(const Wanted &wanted);
    [[nodiscard]] const Wanted &wanted() const { return m_wanted; }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    Wanted m_wanted;
    QStringList m_words;
};

} // namespace relaywright
