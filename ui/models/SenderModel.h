// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/site/InventoryFacts.h"
#include "ui/text/SenderText.h"

#include <QAbstractTableModel>
#include <QHash>

#include <map>
#include <optional>
#include <vector>

namespace relaywright {

/// The site's senders, a column for each fact, with the method chosen for each. Editing a cell is a wish: whoever owns the
/// site takes the answer and gives the new site back. An answer that cannot be taken stays in its cell, marked, with the
/// reason, until a good one is given.
class SenderModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Name, MethodColumn, From, Kind, ReachColumn, TlsColumn, StartTlsColumn, SignInColumn, SignInAs, PerMinute, PerDay,
        PerMessage, Largest, HostingColumn, NetworkColumn, Vendor, LanAddress, OnlyPort, RepliesTo, EnvelopeFrom, AlsoFrom,
        Habits,
        ColumnCount,
    };
    enum Role {
        IdRole = Qt::UserRole + 1,
        SortRole,   ///< numbers as numbers, texts in lower case
        SearchRole, ///< every shown word of the row, in lower case
        FitRole,    ///< int: a Fit, -1 while there is no plan for it
        MethodRole, ///< int: a Method, -1 when none is chosen
        KindRole,   ///< int: a SenderKind
        WrongRole,  ///< QString: why the cell's answer cannot be taken; empty when it is good
    };

    explicit SenderModel(QObject *parent = nullptr);
    /// Nothing for the method's column.
    [[nodiscard]] static std::optional<SenderFact> factOf(int column);
    [[nodiscard]] const SenderText &words() const { return m_text; }

    /// Rows keep their place, and with it their selection, where senders stay; `planning`: the plan is an older one.
    void setSite(const Site &site, const Plan &plan, bool planning = false);
    [[nodiscard]] QModelIndex indexOf(const QString &senderId) const;
    [[nodiscard]] const std::vector<Sender> &senders() const { return m_senders; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;
    /// False for an answer that cannot be taken; the cell keeps it, marked.
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

Q_SIGNALS:
    /// A good answer was typed: `sender` is the row with it.
    void answerGiven(const relaywright::Sender &sender, relaywright::SenderFact fact);
    void answerRefused(const QString &sentence);

private:
    struct Verdict {
        int fit = -1;
        int method = -1;
        QString symbol;
        int tone = 0;
        QString word;
        QString methodName;
        bool operator==(const Verdict &) const = default;
    };
    struct Refused {
        QString text;
        QString why;
    };
    using Cell = std::pair<QString, SenderFact>; ///< sender and fact

    [[nodiscard]] static Verdict verdictOf(const SenderPlan *plan, bool planning);
    void takeSenders(const std::vector<Sender> &senders);
    void takeVerdicts(const Plan &plan, bool planning);
    [[nodiscard]] const Refused *refused(int row, int column) const;
    [[nodiscard]] QString shown(int row, int column) const;
    [[nodiscard]] QVariant sortKey(int row, int column) const;
    [[nodiscard]] QString searchText(int row) const;
    /// Why the site cannot have the answer although the fact takes it; empty when it can.
    [[nodiscard]] QString conflict(const Sender &sender, SenderFact fact) const;

    SenderText m_text;
    std::vector<Sender> m_senders;
    std::vector<Verdict> m_verdicts; ///< as many
    mutable std::vector<QString> m_search; ///< as many; made when asked for
    QHash<QString, int> m_rows;
    QStringList m_networks;
    std::map<Cell, Refused> m_refused;
};

} // namespace relaywright
