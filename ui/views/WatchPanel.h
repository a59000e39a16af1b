// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/text/FindingText.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QProgressBar;
class QPushButton;
class QTableView;

namespace relaywright {

class RecordWatch;
class ServerViewModel;
class TextLabel;

/// Who already sees a record as it is published now: the zone's own servers and well-known resolvers, asked again until
/// all of them say the same.
class WatchPanel : public QWidget {
    Q_OBJECT
public:
    /// `watch` outlives the panel.
    explicit WatchPanel(RecordWatch &watch, QWidget *parent = nullptr);
    /// The records that a line was judged by, and the text to publish instead of the first of them (empty: none).
    /// False when there is no record to watch.
    bool setRecords(const std::vector<Evidence> &evidence, const QString &proposal);
    /// Begins with the chosen record, or stops.
    void toggle();
    [[nodiscard]] const ServerViewModel &servers() const { return *m_model; }
    [[nodiscard]] QString sentence() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void refresh();
    void offerProposal();
    void fit();
    RecordWatch &m_watch;
    ServerViewModel *m_model;
    std::vector<RecordName> m_records;
    QString m_proposal;
    QComboBox *m_choice;
    QCheckBox *m_expect;
    QPushButton *m_action;
    TextLabel *m_sentence;
    QProgressBar *m_progress;
    QTableView *m_table;
};

} // namespace relaywright
