// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Verification.h"

#include <QAbstractItemModel>
#include <QHash>

#include <array>
#include <optional>
#include <vector>

namespace relaywright {

/// A line of the page: what is to be looked at, what was found once it was, and how that differs from an older run.
struct CheckLine {
    Check check;
    std::optional<Finding> finding; ///< nothing: not looked at yet
    bool looking = false;           ///< it is being looked at again; `finding` is the older answer
    std::optional<Drift> drift;
    bool gone = false;              ///< only the older run has it: shown among the changes, counted nowhere
    [[nodiscard]] std::optional<Verdict> verdict() const
    {
        return finding ? std::optional(finding->verdict) : std::nullopt;
    }
};

/// The lines of the checks under headings: by topic, or by verdict with the worst first. All lines are there from the
/// start; findings fill them in batches, so that ten thousand of them cost the window next to nothing. A change of what
/// is shown resets the model: the view keeps its place by `idOf` and `headingOf`.
class FindingModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum class Order { Topic, Worst };
    enum Role {
        IdRole = Qt::UserRole + 1, ///< QString; empty for a heading
        CountsRole,                ///< of a heading, QVariantList of int: wrong, attention, could not tell, good, not yet
        LookingRole,               ///< bool
        DriftRole,                 ///< QString: the word of its change, empty when it is the same
    };
    /// What is shown of it. `verdict` nothing: all; else one of `kStates`.
    struct Wanted {
        std::optional<std::size_t> state; ///< position in kStates
        QString words;                    ///< each must stand in the title, what was seen, or the evidence
        bool onlyChanged = false;
        Order order = Order::Topic;
        bool operator==(const Wanted &) const = default;
    };
    /// In the order of "worst first".
    static constexpr std::array<std::optional<Verdict>, 5> kStates{Verdict::Wrong, Verdict::Attention,
                                                                   Verdict::CouldNotTell, Verdict::Good, std::nullopt};

    using QAbstractItemModel::QAbstractItemModel;
    /// New lines, none looked at.
    void setChecks(const std::vector<Check> &checks);
    /// Fills lines; a finding that no line waits for gets one at the end of its topic.
    void take(const std::vector<Finding> &findings);
    void setLooking(const QString &id, bool looking);
    /// Nobody looks any more: marks of `setLooking` go.
    void endLooking();
    /// Differences from an older run; empty: none to tell.
    void setDrifts(const std::vector<Drift> &drifts);
    void setWanted(const Wanted &wanted);
    [[nodiscard]] const Wanted &wanted() const { return m_wanted; }

    /// Null for a heading and an invalid index; good until the model changes.
    [[nodiscard]] const CheckLine *line(const QModelIndex &index) const;
    [[nodiscard]] const CheckLine *line(const QString &id) const;
    /// Invalid when it is not shown.
    [[nodiscard]] QModelIndex indexOf(const QString &id) const;
    [[nodiscard]] QModelIndex firstLine() const;
    /// Tells headings apart from reset to reset; -1 for a line.
    [[nodiscard]] int headingOf(const QModelIndex &index) const;
    [[nodiscard]] int count(std::size_t state) const { return m_counts[state]; }
    [[nodiscard]] int lineCount() const;
    [[nodiscard]] int shownCount() const;
    [[nodiscard]] int driftCount() const { return m_driftCount; }
    /// In the order of the page.
    [[nodiscard]] std::vector<Finding> findings() const;
    /// What is shown as text for a mail.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Heading {
        int key = 0; ///< a Topic, or 100 + position in kStates
        std::vector<std::size_t> lines;
        std::array<int, 5> counts{};
    };
    [[nodiscard]] bool isShown(const CheckLine &line) const;
    [[nodiscard]] std::vector<Heading> wantedHeadings() const;
    [[nodiscard]] QVariant headingData(const Heading &heading, int role) const;
    [[nodiscard]] QVariant lineData(const CheckLine &line, int role) const;
    void append(CheckLine line);
    void recount();
    void showRows();
    void refreshShown(const std::vector<std::size_t> &changed);

    std::vector<CheckLine> m_lines; ///< by topic
    QHash<QString, std::size_t> m_byId;
    std::vector<Heading> m_headings;
    std::vector<QModelIndex> m_shownAt; ///< for each line, invalid when hidden
    std::array<int, 5> m_counts{};
    int m_driftCount = 0;
    Wanted m_wanted;
};

} // namespace relaywright
