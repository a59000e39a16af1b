// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/engine/Worker.h"
#include "ui/widgets/Card.h"

#include <vector>

class QListWidget;
class QListWidgetItem;

namespace relaywright {

class TextLabel;
struct KeptTest;
struct TestRecord;

/// One sender of a series: what came of its tests, and those of earlier days that are kept.
class SeriesDetails : public Card {
    Q_OBJECT
public:
    explicit SeriesDetails(Services &services, QWidget *parent = nullptr);
    ~SeriesDetails() override;
    struct Selected {
        QString id; ///< of the sender; empty: none is selected
        QString name;
        QString address;
        QString server;
        QString sentence; ///< what came of it in this run; empty: it was not tested
    };
    void showSender(const Selected &sender);

Q_SIGNALS:
    /// One of the kept tests was chosen.
    void recordChosen(const relaywright::TestRecord &record);
    void failed(const QString &sentence);

private:
    void fillHistory();
    void showEnds(const std::vector<KeptTest> &tests);
    void open(const QListWidgetItem *item);

    Services &m_services;
    TextLabel *m_name;
    TextLabel *m_sentence;
    TextLabel *m_way;
    TextLabel *m_historyTitle;
    QListWidget *m_history;
    QString m_sender;
    Worker m_worker; ///< last: it ends first
};

} // namespace relaywright
