// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SpfTreeModel.h"

#include <QCoreApplication>

namespace relaywright {

namespace {

struct SpfTree { Q_DECLARE_TR_FUNCTIONS(SpfTree) };

constexpr std::size_t kNamedNetworks = 3;

QString weightWord(SpfRemark::Weight weight)
{
    return weight == SpfRemark::Weight::Wrong ? SpfTree::tr("Wrong") : SpfTree::tr("Attention");
}

QString nameOf(const SpfNode &node)
{
    return node.term.isEmpty() ? node.domain : node.term;
}

void write(const SpfNode &node, int depth, QStringList &lines)
{
    const QString indent(depth * 2, u' ');
    lines += SpfTree::tr("%1%2: %3").arg(indent, nameOf(node), costText(node));
    if (!node.record.isEmpty())
        lines += indent + QLatin1String("  ") + node.record;
    for (const SpfRemark &remark : node.remarks)
        lines += SpfTree::tr("%1  %2: %3").arg(indent, weightWord(remark.weight), remark.place.sentence);
    for (const SpfNode &child : node.children)
        write(child, depth + 1, lines);
}

} // namespace

QString costText(const SpfNode &node)
{
    const QString cost = SpfTree::tr("%1 of 10 lookups").arg(node.lookups);
    if (node.voidLookups == 0)
        return cost;
    return SpfTree::tr("%1, %n of them find(s) nothing", nullptr, node.voidLookups).arg(cost);
}

QString passText(const SpfNode &node)
{
    if (node.networks.empty())
        return {};
    QStringList names;
    for (std::size_t i = 0; i < std::min(node.networks.size(), kNamedNetworks); ++i)
        names += node.networks[i].toString();
    const auto more = static_cast<int>(node.networks.size()) - static_cast<int>(names.size());
    const QString list = names.join(QLatin1String(", "));
    const QString text = more > 0 ? SpfTree::tr("Lets pass %1 and %n more", nullptr, more).arg(list)
                                  : SpfTree::tr("Lets pass %1").arg(list);
    return node.networksWhole ? text + u'.' : SpfTree::tr("%1, and others that depend on the message.").arg(text);
}

void SpfTreeModel::setTree(std::shared_ptr<const SpfNode> root)
{
    beginResetModel();
    m_root = std::move(root);
    m_places.clear();
    m_costliest = nullptr;
    if (m_root) {
        m_costliest = costliest(*m_root);
        add(*m_root, 0, 0);
    }
    endResetModel();
}

void SpfTreeModel::add(const SpfNode &node, std::size_t parent, int row)
{
    const std::size_t at = m_places.size();
    m_places.push_back({.node = &node, .parent = parent, .row = row});
    if (at != parent)
        m_places[parent].children.push_back(at);
    for (std::size_t i = 0; i < node.children.size(); ++i)
        add(node.children[i], at, static_cast<int>(i));
}

const SpfNode *SpfTreeModel::node(const QModelIndex &index) const
{
    return index.isValid() ? m_places[index.internalId()].node : nullptr;
}

QString SpfTreeModel::toText() const
{
    QStringList lines;
    if (m_root)
        write(*m_root, 0, lines);
    return lines.join(u'\n') + u'\n';
}

QModelIndex SpfTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent))
        return {};
    const std::size_t at = parent.isValid() ? m_places[parent.internalId()].children[static_cast<std::size_t>(row)] : 0;
    return createIndex(row, 0, at);
}

QModelIndex SpfTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == 0)
        return {};
    const std::size_t at = m_places[child.internalId()].parent;
    return createIndex(m_places[at].row, 0, at);
}

int SpfTreeModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return m_places.empty() ? 0 : 1;
    return static_cast<int>(m_places[parent.internalId()].children.size());
}

int SpfTreeModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant SpfTreeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const SpfNode &shown = *node(index);
    if (role == Qt::DisplayRole)
        return nameOf(shown);
    if (role != Qt::AccessibleTextRole)
        return {};
    QStringList parts{tr("%1: %2").arg(nameOf(shown), costText(shown))};
    if (isCostliest(shown))
        parts += tr("It costs most.");
    if (!shown.record.isEmpty())
        parts += tr("Record: %1").arg(shown.record);
    for (const SpfRemark &remark : shown.remarks)
        parts += tr("%1: %2").arg(weightWord(remark.weight), remark.place.sentence);
    if (const QString pass = passText(shown); shown.children.empty() && !pass.isEmpty())
        parts += pass;
    return parts.join(QLatin1String(". "));
}

} // namespace relaywright
