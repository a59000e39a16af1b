// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SenderModel.h"

#include "ui/engine/SiteChange.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QPalette>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::array<std::optional<SenderFact>, SenderModel::ColumnCount> kFacts{
    SenderFact::Name, std::nullopt, SenderFact::From, SenderFact::Kind, SenderFact::Reach, SenderFact::Tls,
    SenderFact::StartTls, SenderFact::SignIn, SenderFact::SignInAs, SenderFact::MessagesPerMinute,
    SenderFact::RecipientsPerDay, SenderFact::RecipientsPerMessage, SenderFact::LargestMessage, SenderFact::Hosting,
    SenderFact::Network, SenderFact::Vendor, SenderFact::LanAddress, SenderFact::OnlyPort, SenderFact::RepliesTo,
    SenderFact::EnvelopeFrom, SenderFact::AlsoFrom, SenderFact::Habits,
};

QVariant numberOf(const Sender &sender, SenderFact fact)
{
    const auto number = [](const auto &value) { return value ? QVariant::fromValue(qint64(*value)) : QVariant(qint64(-1)); };
    switch (fact) {
    case SenderFact::MessagesPerMinute:    return number(sender.messagesPerMinute);
    case SenderFact::RecipientsPerDay:     return number(sender.recipientsPerDay);
    case SenderFact::RecipientsPerMessage: return number(sender.recipientsPerMessage);
    case SenderFact::LargestMessage:       return number(sender.largestMessageOctets);
    case SenderFact::OnlyPort:             return number(sender.onlyPort);
    case SenderFact::Tls:                  return int(sender.tls);
    default:                               return {};
    }
}

} // namespace

SenderModel::SenderModel(QObject *parent) : QAbstractTableModel(parent) {}

std::optional<SenderFact> SenderModel::factOf(int column)
{
    return kFacts.at(static_cast<std::size_t>(column));
}

SenderModel::Verdict SenderModel::verdictOf(const SenderPlan *plan, bool planning)
{
    if (!plan || plan->options.empty()) {
        const VerdictLook look = lookOf(Fit::CannotTell);
        return {.symbol = planning ? QStringLiteral("…") : look.symbol,
                .tone = static_cast<int>(look.tone),
                .word = look.word,
                .methodName = planning ? tr("Planning…") : tr("More answers needed")};
    }
    const Option *chosen = plan->chosen();
    const Fit fit = chosen ? chosen->fit : plan->options.front().fit;
    const VerdictLook look = lookOf(fit);
    Verdict verdict{.fit = static_cast<int>(fit),
                    .method = chosen ? static_cast<int>(chosen->method) : -1,
                    .symbol = look.symbol,
                    .tone = static_cast<int>(look.tone),
                    .word = look.word};
    if (chosen)
        verdict.methodName = methodName(chosen->method);
    else
        verdict.methodName = fit == Fit::CannotTell ? tr("More answers needed") : tr("No method works yet");
    return verdict;
}

void SenderModel::setSite(const Site &site, const Plan &plan, bool planning)
{
    m_networks.clear();
    for (const Network &network : site.networks)
        m_networks += network.id;
    takeSenders(site.senders);
    takeVerdicts(plan, planning);
}

void SenderModel::takeSenders(const std::vector<Sender> &senders)
{
    for (const SenderHunk &hunk : differences(m_senders, senders)) {
        const auto at = static_cast<int>(hunk.at);
        const auto same = static_cast<int>(std::min(hunk.before.size(), hunk.after.size()));
        const auto gone = static_cast<int>(hunk.before.size()) - same;
        const auto added = static_cast<int>(hunk.after.size()) - same;
        std::copy_n(hunk.after.begin(), same, m_senders.begin() + at);
        std::fill_n(m_search.begin() + at, same, QString());
        if (same > 0)
            Q_EMIT dataChanged(index(at, 0), index(at + same - 1, ColumnCount - 1));
        const auto row = at + same;
        if (gone > 0) {
            beginRemoveRows({}, row, row + gone - 1);
            m_senders.erase(m_senders.begin() + row, m_senders.begin() + row + gone);
            m_verdicts.erase(m_verdicts.begin() + row, m_verdicts.begin() + row + gone);
            m_search.erase(m_search.begin() + row, m_search.begin() + row + gone);
            endRemoveRows();
        } else if (added > 0) {
            beginInsertRows({}, row, row + added - 1);
            m_senders.insert(m_senders.begin() + row, hunk.after.begin() + same, hunk.after.end());
            m_verdicts.insert(m_verdicts.begin() + row, static_cast<std::size_t>(added), Verdict());
            m_search.insert(m_search.begin() + row, static_cast<std::size_t>(added), QString());
            endInsertRows();
        }
    }
    m_rows.clear();
    for (std::size_t i = 0; i < m_senders.size(); ++i)
        m_rows.insert(m_senders[i].id, static_cast<int>(i));
    std::erase_if(m_refused, [this](const auto &entry) { return !m_rows.contains(entry.first.first); });
}

void SenderModel::takeVerdicts(const Plan &plan, bool planning)
{
    QHash<QString, const SenderPlan *> plans;
    for (const SenderPlan &senderPlan : plan.senders)
        plans.insert(senderPlan.senderId, &senderPlan);
    int first = -1;
    const auto tell = [this, &first](int end) {
        if (first >= 0)
            Q_EMIT dataChanged(index(first, MethodColumn), index(end - 1, MethodColumn));
        first = -1;
    };
    for (int row = 0; row < rowCount(); ++row) {
        const auto at = static_cast<std::size_t>(row);
        const Verdict verdict = verdictOf(plans.value(m_senders[at].id), planning);
        if (verdict == m_verdicts[at]) {
            tell(row);
            continue;
        }
        m_verdicts[at] = verdict;
        m_search[at].clear();
        if (first < 0)
            first = row;
    }
    tell(rowCount());
}

QModelIndex SenderModel::indexOf(const QString &senderId) const
{
    const auto found = m_rows.constFind(senderId);
    return found == m_rows.constEnd() ? QModelIndex() : index(*found, 0);
}

int SenderModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_senders.size());
}

int SenderModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const SenderModel::Refused *SenderModel::refused(int row, int column) const
{
    const auto fact = factOf(column);
    if (m_refused.empty() || !fact)
        return nullptr;
    const auto found = m_refused.find({m_senders[static_cast<std::size_t>(row)].id, *fact});
    return found == m_refused.end() ? nullptr : &found->second;
}

QString SenderModel::shown(int row, int column) const
{
    const auto at = static_cast<std::size_t>(row);
    const auto fact = factOf(column);
    return fact ? m_text.answer(m_senders[at], *fact) : m_verdicts[at].methodName;
}

QVariant SenderModel::sortKey(int row, int column) const
{
    const auto fact = factOf(column);
    const QVariant number = fact ? numberOf(m_senders[static_cast<std::size_t>(row)], *fact) : QVariant();
    return number.isValid() ? number : QVariant(shown(row, column).toCaseFolded());
}

QString SenderModel::searchText(int row) const
{
    QString &text = m_search[static_cast<std::size_t>(row)];
    if (text.isEmpty()) {
        QStringList words;
        for (int column = 0; column < ColumnCount; ++column)
            words += shown(row, column);
        text = words.join(u'\n').toCaseFolded();
    }
    return text;
}

QVariant SenderModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int row = index.row();
    const int column = index.column();
    const auto at = static_cast<std::size_t>(row);
    const Verdict &verdict = m_verdicts[at];
    const Refused *wrong = refused(row, column);
    const QString text = wrong ? wrong->text : shown(row, column);
    switch (role) {
    case Qt::DisplayRole: return text.isEmpty() ? QStringLiteral("?") : text;
    case Qt::EditRole:    return wrong ? wrong->text : factOf(column) ? factText(m_senders[at], *factOf(column)) : QString();
    case Qt::ToolTipRole: return wrong ? wrong->why : text.isEmpty() ? tr("Not known yet") : text;
    case Qt::ForegroundRole:
        if (wrong)
            return toneColor(Tone::Wrong, qApp->palette());
        return text.isEmpty() ? QVariant(mutedText(qApp->palette())) : QVariant();
    case Qt::AccessibleTextRole:
        if (column == MethodColumn)
            return tr("%1, %2").arg(verdict.methodName, verdict.word);
        return wrong ? tr("%1: %2").arg(text, wrong->why) : text.isEmpty() ? tr("Not known yet") : text;
    case IdRole:       return m_senders[at].id;
    case SymbolRole:   return verdict.symbol;
    case ToneRole:     return verdict.tone;
    case SubtitleRole: return verdict.methodName;
    case FitRole:      return verdict.fit;
    case MethodRole:   return verdict.method;
    case KindRole:     return static_cast<int>(m_senders[at].kind);
    case WrongRole:    return wrong ? wrong->why : QString();
    case SortRole:     return sortKey(row, column);
    case SearchRole:   return searchText(row);
    default:           return {};
    }
}

QVariant SenderModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    const auto fact = factOf(section);
    return fact ? m_text.title(*fact) : tr("Method");
}

Qt::ItemFlags SenderModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && factOf(index.column()) ? flags | Qt::ItemIsEditable : flags;
}

QString SenderModel::conflict(const Sender &sender, SenderFact fact) const
{
    if (fact == SenderFact::Name && sender.name.isEmpty())
        return tr("Give it a name that people recognise, such as “Scanner, ground floor”.");
    if (fact == SenderFact::Network && !sender.network.isEmpty() && !m_networks.contains(sender.network))
        return tr("There is no network “%1”. The networks are: %2. Others can be added on the Site page.")
            .arg(sender.network, m_networks.join(QLatin1String(", ")));
    return {};
}

bool SenderModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || !factOf(index.column()))
        return false;
    const SenderFact fact = *factOf(index.column());
    const QString text = value.toString();
    Sender sender = m_senders[static_cast<std::size_t>(index.row())];
    const Cell cell(sender.id, fact);
    const auto set = setFact(sender, fact, text);
    const QString why = set ? conflict(sender, fact) : set.error().detail;
    if (why.isEmpty())
        m_refused.erase(cell);
    else
        m_refused.insert_or_assign(cell, Refused{text, why});
    Q_EMIT dataChanged(index, index);
    if (!why.isEmpty()) {
        Q_EMIT answerRefused(why);
        return false;
    }
    Q_EMIT answerGiven(sender, fact);
    return true;
}

} // namespace relaywright
