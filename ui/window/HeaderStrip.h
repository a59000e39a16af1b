// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/theme/Theme.h"

#include <QWidget>

class QMenu;
class QToolButton;

namespace relaywright {

/// One piece of the strip: a coloured dot, a word, the whole sentence as tooltip; a click asks for its page.
class StatusChip;

/// The line above every page: the site's name with its menu, the keychain, the relay, and of which day the facts are.
class HeaderStrip : public QWidget {
    Q_OBJECT
public:
    HeaderStrip(Services &services, QMenu *siteMenu, QWidget *parent = nullptr);
    [[nodiscard]] QString relayText() const;

Q_SIGNALS:
    void pageRequested(const QString &page);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    Services &m_services;
    QToolButton *m_site;
    StatusChip *m_keychain;
    StatusChip *m_relay;
    StatusChip *m_facts;
};

/// The relay in a few words with a tone: "Relay off", "Relay: 3 waiting".
struct RelayBrief {
    QString words;
    QString sentence;
    Tone tone = Tone::Neutral;
};
[[nodiscard]] RelayBrief briefOf(const class RelayHost &relay);

} // namespace relaywright
