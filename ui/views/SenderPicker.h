// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"
#include "core/site/Site.h"

#include <QAbstractListModel>
#include <QPushButton>

#include <vector>

class QLineEdit;
class QListView;

namespace relaywright {

/// Senders to choose from, those whose name, address or id holds all the words that were typed.
class SenderChoices : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { IdRole = Qt::UserRole + 1 };
    using QAbstractListModel::QAbstractListModel;
    void setSite(const Site &site, const Plan &plan);
    void setWords(const QString &words);
    [[nodiscard]] QString nameOf(const QString &id) const;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Choice {
        QString id;
        QString name;
        QString subtitle; ///< address and method
        QString searched; ///< lower case
    };
    void filter();
    std::vector<Choice> m_all;
    std::vector<std::size_t> m_shown;
    QStringList m_words;
};

/// A button that names the chosen sender and opens a list of all of them, with a filter, for sites of ten thousand.
class SenderPicker : public QPushButton {
    Q_OBJECT
public:
    explicit SenderPicker(QWidget *parent = nullptr);
    void setSite(const Site &site, const Plan &plan);
    /// Empty: none.
    void setSender(const QString &id);
    [[nodiscard]] const QString &sender() const { return m_sender; }
    void openList();
    [[nodiscard]] QLineEdit &words() const { return *m_words; }
    [[nodiscard]] QListView &list() const { return *m_list; }

Q_SIGNALS:
    void chosen(const QString &id);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void take(const QModelIndex &index);
    SenderChoices *m_choices;
    QWidget *m_popup;
    QLineEdit *m_words;
    QListView *m_list;
    QString m_sender;
};

} // namespace relaywright
