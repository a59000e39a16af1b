// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/DeviceDraft.h"
#include "ui/forms/FactForm.h"

class QCheckBox;
class QComboBox;

namespace relaywright {

/// Edits one row of the relay's table of devices.
class DeviceRowForm : public FactForm {
    Q_OBJECT
public:
    explicit DeviceRowForm(QWidget *parent = nullptr);
    void setDraft(const DeviceDraft &draft);
    [[nodiscard]] DeviceDraft draft() const;
    /// Where mail can go; asked for where there is more than one way.
    void setRoutes(const QStringList &names);
    void focusName();

private:
    QCheckBox *askTick(QVBoxLayout *layout, const QString &text, const QString &why);
    void askWho(QVBoxLayout *layout);
    void askWhat(QVBoxLayout *layout);
    void askLimits(QVBoxLayout *layout);
    void askRepairs(QVBoxLayout *layout);
    void askRewriting(QVBoxLayout *layout);
    void showRoute(const QString &name);

    struct Line {
        QLineEdit *edit;
        QString DeviceDraft::*member;
    };
    void askLine(QVBoxLayout *layout, const char *name, QString DeviceDraft::*member, const QString &question,
                 const QString &example, const QString &why = {});
    std::vector<Line> m_lines;
    QCheckBox *m_internalOnly = nullptr;
    QCheckBox *m_keepReplyTo = nullptr;
    std::vector<std::pair<QCheckBox *, bool Repairs::*>> m_repairs;
    Field *m_routeField = nullptr;
    QComboBox *m_route;
    QStringList m_routes;
};

} // namespace relaywright
