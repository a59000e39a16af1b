// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/CompareModel.h"

#include "core/site/InventoryText.h"
#include "ui/text/SiteText.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>

#include <algorithm>

namespace relaywright {

namespace {

using Weight = Reason::Weight;

QString sentences(const Option &option, Weight weight)
{
    QStringList found;
    for (const Reason &reason : option.reasons) {
        if (reason.weight == weight && !found.contains(reason.sentence))
            found += reason.sentence;
    }
    return found.join(u'\n');
}

/// The limits that the knowledge has for a method begin with these words.
QStringList limitPrefixes(Method method)
{
    switch (method) {
    case Method::ClientSubmission:           return {QStringLiteral("client-submission.")};
    case Method::DirectSend:                 return {QStringLiteral("direct-send.")};
    case Method::ConnectorRelay:             return {QStringLiteral("connector-relay.")};
    case Method::HighVolumeEmail:            return {QStringLiteral("hve.")};
    case Method::AzureCommunicationServices: return {QStringLiteral("acs.")};
    case Method::OnPremExchange:             return {QStringLiteral("onprem.")};
    case Method::LocalRelay:                 return {}; // those of its upstream
    }
    Q_UNREACHABLE();
}

bool isLimit(const Fact &fact)
{
    static const QStringList words{QStringLiteral(".messages-per-minute"),  QStringLiteral(".messages-per-hour"),
                                   QStringLiteral(".recipients-per-day"),   QStringLiteral(".recipients-per-message"),
                                   QStringLiteral(".connections"),          QStringLiteral(".size"),
                                   QStringLiteral(".size-default"),         QStringLiteral(".limits")};
    return std::ranges::any_of(words, [&fact](const QString &word) { return fact.id.endsWith(word); });
}

QString limits(const Option &option, const Knowledge &knowledge)
{
    const Method method = option.upstream ? option.upstream->method.value_or(Method::LocalRelay) : option.method;
    QStringList found;
    for (const QString &prefix : limitPrefixes(method)) {
        for (const auto &[id, fact] : knowledge.facts()) {
            if (id.startsWith(prefix) && isLimit(fact))
                found += fact.statement;
        }
    }
    const QString known = sentences(option, Weight::Warning);
    if (!known.isEmpty())
        found.prepend(known);
    return found.join(u'\n');
}

QString settings(const Site &site, const Option &option)
{
    const MethodSettings &given = option.settings;
    QString host = given.host;
    if (host.isEmpty() && option.method != Method::LocalRelay && site.organisation.mxHost)
        host = site.organisation.mxHost->toString();
    if (host.isEmpty())
        host = CompareModel::tr("the MX host of your domain");
    QString text = CompareModel::tr("%1, port %2, %3, %4")
                       .arg(host)
                       .arg(given.port)
                       .arg(tlsWords(given.tls), signInWords(given.authentication));
    if (option.upstream)
        text += u'\n' + CompareModel::tr("Handed on by: %1").arg(upstreamName(*option.upstream));
    return text;
}

} // namespace

void CompareModel::setPlan(const Site &site, const SenderPlan &plan, const Knowledge &knowledge)
{
    std::vector<Column> columns;
    for (const Option &option : plan.options) {
        const VerdictLook look = lookOf(option.fit);
        Column column{.method = methodName(option.method), .symbol = look.symbol, .tone = static_cast<int>(look.tone)};
        column.cells[VerdictRow] = look.word;
        column.cells[SettingsRow] = settings(site, option);
        column.cells[ChangesRow] = sentences(option, Weight::Change);
        column.cells[BlocksRow] = sentences(option, Weight::Blocks);
        column.cells[OpenRow] = sentences(option, Weight::Unknown);
        column.cells[ForRow] = sentences(option, Weight::For);
        column.cells[AgainstRow] = sentences(option, Weight::Against);
        column.cells[LimitsRow] = limits(option, knowledge);
        column.cells[UntilRow] = option.worksUntil ? dayText(*option.worksUntil)
                                                   : tr("No end is known");
        columns.push_back(std::move(column));
    }
    if (columns == m_columns)
        return;
    beginResetModel();
    m_columns = std::move(columns);
    endResetModel();
}

int CompareModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : RowCount;
}

int CompareModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant CompareModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Column &column = m_columns[static_cast<std::size_t>(index.column())];
    const QString &text = column.cells.at(static_cast<std::size_t>(index.row()));
    switch (role) {
    case Qt::DisplayRole:
        return index.row() == VerdictRow ? QStringLiteral("%1 %2").arg(column.symbol, text)
                                         : text.isEmpty() ? QStringLiteral("–") : text;
    case Qt::AccessibleTextRole: return text.isEmpty() ? tr("Nothing") : text;
    case Qt::TextAlignmentRole:  return QVariant(Qt::AlignLeft | Qt::AlignTop);
    case Qt::ForegroundRole:
        return index.row() == VerdictRow ? QVariant(toneColor(static_cast<Tone>(column.tone), qApp->palette())) : QVariant();
    case Qt::FontRole: return index.row() == VerdictRow ? QVariant(fontFor(FontRole::Strong)) : QVariant();
    case SymbolRole:   return column.symbol;
    case ToneRole:     return column.tone;
    default:           return {};
    }
}

QVariant CompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (orientation == Qt::Horizontal)
        return section < columnCount() ? QVariant(m_columns[static_cast<std::size_t>(section)].method) : QVariant();
    switch (section) {
    case VerdictRow:  return tr("Verdict");
    case SettingsRow: return tr("Settings");
    case ChangesRow:  return tr("Must change first");
    case BlocksRow:   return tr("Stands in the way");
    case OpenRow:     return tr("Not known yet");
    case ForRow:      return tr("Speaks for it");
    case AgainstRow:  return tr("Speaks against it");
    case LimitsRow:   return tr("Limits, good to know");
    case UntilRow:    return tr("Works until");
    default:          return {};
    }
}

QString CompareModel::toText() const
{
    QStringList headings{QString()};
    for (const Column &column : m_columns)
        headings += column.method;
    QString text = inventoryLine(headings, u'\t');
    for (int row = 0; row < RowCount; ++row) {
        QStringList cells{headerData(row, Qt::Vertical, Qt::DisplayRole).toString()};
        for (int column = 0; column < columnCount(); ++column)
            cells += data(index(row, column), Qt::DisplayRole).toString();
        text += inventoryLine(cells, u'\t');
    }
    return text;
}

} // namespace relaywright
