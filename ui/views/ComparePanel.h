// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"
#include "ui/engine/Services.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/Worker.h"
#include "ui/models/RunCompareModel.h"
#include "ui/widgets/InlineMessage.h"

#include <array>
#include <deque>
#include <optional>

class QCheckBox;
class QComboBox;
class QTableView;

namespace relaywright {

class TextLabel;

/// Two tests side by side, of this window, of before or from a file of another computer: "worked from my laptop, fails
/// from the relay".
class ComparePanel : public QWidget {
    Q_OBJECT
public:
    enum Side { Left, Right };
    /// `message` is where sentences for the whole page stand; both outlive the panel.
    ComparePanel(Services &services, InlineMessage &message, QWidget *parent = nullptr);
    /// The newest test stands right, the one before it left, until somebody chooses otherwise.
    void add(const TestRecord &record);
    void setRecord(Side side, const TestRecord &record);
    void openFile(Side side, const QString &path);
    [[nodiscard]] RunCompareModel &model() const { return *m_model; }
    [[nodiscard]] QString verdict() const;

private:
    struct Choice {
        QString label;
        TestRecord record;
    };
    static constexpr std::size_t kMostChoices = 20;
    static constexpr std::size_t kMostKept = 100;
    [[nodiscard]] QWidget *makeSide(Side side, const QString &label);
    void fillBoxes();
    void addHistory(QComboBox &box) const;
    void readHistory();
    void showEvent(QShowEvent *event) override;
    [[nodiscard]] QString labelOf(const KeptTest &test) const;
    void onActivated(Side side);
    void take(Side side, const Result<TestRecord> &record);
    void compare();
    void showWhy();
    [[nodiscard]] QString labelOf(const TestRecord &record) const;

    Services &m_services;
    InlineMessage &m_message;
    RunCompareModel *m_model;
    std::array<QComboBox *, 2> m_boxes;
    std::array<std::optional<Choice>, 2> m_chosen;
    std::deque<Choice> m_session; ///< newest first
    std::vector<KeptTest> m_kept; ///< of all senders, newest first
    TextLabel *m_verdict;
    TextLabel *m_why;
    QCheckBox *m_only;
    QTableView *m_table;
    bool m_chosenByHand = false;
    int m_round = 0; ///< of the comparison that is awaited
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
