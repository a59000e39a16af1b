// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/InventoryFacts.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace relaywright {

class Field;
class SenderText;
class TextLabel;

/// One answer for many senders: which fact, and the answer. What cannot be taken is said under it.
class BulkForm : public QWidget {
    Q_OBJECT
public:
    /// `words` outlives the form.
    explicit BulkForm(const SenderText &words, QWidget *parent = nullptr);
    void setCount(int senders);
    void setNetworks(const QStringList &ids);
    [[nodiscard]] SenderFact fact() const;
    [[nodiscard]] QString answer() const;
    void showProblem(const QString &sentence);

Q_SIGNALS:
    /// The answer is one that a sender can have.
    void setRequested();

private:
    void showEditor();
    void request();
    const SenderText &m_words;
    TextLabel *m_heading;
    QComboBox *m_fact;
    QStackedWidget *m_editors;
    QLineEdit *m_line;
    QComboBox *m_box;
    Field *m_answer;
    QPushButton *m_set;
    QStringList m_networks;
};

} // namespace relaywright
