// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfSurvey.h"

#include <QAbstractItemModel>

#include <memory>
#include <vector>

namespace relaywright {

/// What an SPF record costs, as a tree: the record, and below it each term that asks the DNS.
class SpfTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    using QAbstractItemModel::QAbstractItemModel;
    void setTree(std::shared_ptr<const SpfNode> root);
    /// Null for an invalid index.
    [[nodiscard]] const SpfNode *node(const QModelIndex &index) const;
    [[nodiscard]] bool isCostliest(const SpfNode &node) const { return &node == m_costliest; }
    /// The whole tree as indented text, with costs and remarks.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Place {
        const SpfNode *node = nullptr;
        std::size_t parent = 0; ///< position in m_places; of the root: its own
        int row = 0;
        std::vector<std::size_t> children;
    };
    void add(const SpfNode &node, std::size_t parent, int row);
    std::shared_ptr<const SpfNode> m_root;
    const SpfNode *m_costliest = nullptr;
    std::vector<Place> m_places; ///< the root first; an index carries its position
};

/// "3 of 10 lookups", and how many of them found nothing.
[[nodiscard]] QString costText(const SpfNode &node);
/// What the node lets pass, at most three networks by name; empty when that is nothing, or not known.
[[nodiscard]] QString passText(const SpfNode &node);

} // namespace relaywright
