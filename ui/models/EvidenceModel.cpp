// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/EvidenceModel.h"

#include "ui/text/FindingText.h"
#include "ui/theme/Theme.h"

namespace relaywright {

void EvidenceModel::setEvidence(std::vector<Evidence> evidence)
{
    beginResetModel();
    m_evidence = std::move(evidence);
    endResetModel();
}

void EvidenceModel::setNarrow(bool narrow)
{
    if (m_narrow == narrow)
        return;
    beginResetModel();
    m_narrow = narrow;
    endResetModel();
}

QString EvidenceModel::toText() const
{
    QStringList lines;
    QStringList headings;
    for (int column = 0; column < kColumns; ++column)
        headings += headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    lines += headings.join(u'\t');
    for (const Evidence &evidence : m_evidence) {
        QStringList cells;
        for (int column = 0; column < kColumns; ++column)
            cells += cell(evidence, column).replace(u'\t', u' ').replace(u'\n', QLatin1String(" | "));
        lines += cells.join(u'\t');
    }
    return lines.join(u'\n') + u'\n';
}

int EvidenceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_evidence.size());
}

int EvidenceModel::columnCount(const QModelIndex &parent) const
{
    if (parent.isValid())
        return 0;
    return m_narrow ? kNarrowColumns : kColumns;
}

QString EvidenceModel::cell(const Evidence &evidence, int column)
{
    switch (column) {
    case Question: return evidence.question;
    case Answer:   return evidence.answer;
    case Server:   return evidence.server.isEmpty() ? QStringLiteral("\u2013") : evidence.server;
    case Ttl:      return ttlText(evidence.ttl);
    case Dnssec:   return dnssecText(evidence);
    default:       return {};
    }
}

QString EvidenceModel::sourceOf(const Evidence &evidence)
{
    QStringList known;
    if (!evidence.server.isEmpty())
        known += evidence.server;
    if (evidence.ttl.count() > 0)
        known += tr("stays for %1").arg(ttlText(evidence.ttl));
    if (recordOf(evidence))
        known += dnssecText(evidence);
    return known.isEmpty() ? cell(evidence, Server) : known.join(u'\n');
}

QVariant EvidenceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Evidence &evidence = m_evidence[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        if (m_narrow && index.column() == Server)
            return sourceOf(evidence);
        return cell(evidence, index.column());
    case Qt::FontRole: return fontFor(index.column() <= Answer ? FontRole::Fixed : FontRole::Small);
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString(),
                                data(index, Qt::DisplayRole).toString());
    default: return {};
    }
}

QVariant EvidenceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Question: return tr("Question");
    case Answer:   return tr("Answer");
    case Server:   return tr("Who said so");
    case Ttl:      return tr("Stays for");
    case Dnssec:   return tr("DNSSEC");
    default:       return {};
    }
}

} // namespace relaywright
