// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/RelaySettings.h"

#include <QWidget>

namespace relaywright {

class MemberForm;

/// A part of the relay's settings in the window. It shows what the file says when it comes to the front, and puts what is
/// typed back into it.
class SettingsSection : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    virtual void load(const QJsonObject &settings) = 0;
    [[nodiscard]] virtual QJsonObject saved(const QJsonObject &settings) const = 0;
    /// Puts the cursor where it is, with its sentence.
    virtual void reveal(const SettingsProblem &problem) = 0;
    /// A row or an answer of this section cannot be taken as it is.
    [[nodiscard]] virtual bool isWrong() const = 0;

Q_SIGNALS:
    void edited();
};

/// A section of one form: members of the file itself, or those of one object in it.
class MemberSection : public SettingsSection {
    Q_OBJECT
public:
    /// `object` empty: the members of the file.
    MemberSection(RelaySection section, MemberForm *form, const QString &object = {}, QWidget *parent = nullptr);
    void load(const QJsonObject &settings) override;
    [[nodiscard]] QJsonObject saved(const QJsonObject &settings) const override;
    void reveal(const SettingsProblem &problem) override;
    [[nodiscard]] bool isWrong() const override { return m_wrong; }

private:
    void look();

    RelaySection m_section;
    MemberForm *m_form;
    QString m_object;
    QJsonObject m_settings;
    bool m_wrong = false;
};

} // namespace relaywright
