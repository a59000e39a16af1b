// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/Site.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QToolButton;

namespace relaywright {

class InlineMessage;

/// Which network of the site is shown; adds, renames and removes them. Every change is a wish: the new site.
class NetworkPicker : public QWidget {
    Q_OBJECT
public:
    explicit NetworkPicker(QWidget *parent = nullptr);
    void setSite(const Site &site);
    /// Id of the chosen network; empty when the site has none.
    [[nodiscard]] QString current() const;
    void choose(const QString &id);

Q_SIGNALS:
    void chosen();
    /// `what` stands in the Edit menu.
    void changeRequested(const QString &what, const relaywright::Site &site);

private:
    void add();
    void rename();
    void remove();
    Site m_site;
    QComboBox *m_box;
    QLineEdit *m_name;
    QToolButton *m_remove;
    InlineMessage *m_message;
};

} // namespace relaywright
