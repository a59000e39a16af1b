// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/AccountBook.h"
#include "ui/drafts/RelayDraft.h"
#include "ui/views/RowsSection.h"

#include <vector>

class QListWidget;
class QStackedWidget;

namespace relaywright {

class RelayForm;
class SmartHostForm;
class TextLabel;
class Vault;

/// All settings of the relay but the table of devices: the basics that every site needs, and the rest by subject, each with
/// a sentence. One copy of the file stands behind them, so that what is asked in two places is one answer.
class RelaySettingsPanel : public QWidget {
    Q_OBJECT
public:
    /// `vault` outlives it.
    explicit RelaySettingsPanel(Vault &vault, QWidget *parent = nullptr);
    /// What the file says; what was typed goes.
    void setSettings(const QJsonObject &settings);
    /// Other basics; the rest stays.
    void setBasics(const RelayDraft &draft);
    /// What was typed last is a whole answer, also while its field has the keyboard.
    void commit() { m_waysOut->commit(); }
    /// As typed.
    [[nodiscard]] QJsonObject settings();
    void showSection(RelaySection section);
    /// Shows the section, and the sentence at its question. Not of devices.
    void reveal(const SettingsProblem &problem);
    [[nodiscard]] RelayForm &basics() const { return *m_basics; }
    /// Whose tokens can be chosen in place of a password.
    void setTokenAccounts(const AccountBook &accounts);
    [[nodiscard]] RowsSection &listeners() const { return *m_listeners; }
    [[nodiscard]] RowsSection &waysOut() const { return *m_waysOut; }
    [[nodiscard]] RowsSection &signings() const { return *m_signings; }
    [[nodiscard]] QListWidget &sections() const { return *m_list; }

Q_SIGNALS:
    void edited();
    /// A way out has another name; before the `edited` of it.
    void wayRenamed(const QString &from, const QString &to);

private:
    struct Part {
        RelaySection section{};
        QString sentence;
        SettingsSection *view = nullptr; ///< none: the basics
    };
    void addPart(RelaySection section, const QString &name, const QString &sentence, SettingsSection *view);
    void addBasics();
    void addRowParts(Vault &vault);
    void addFormParts();
    void onShown(int part);
    void onEdited(SettingsSection *view);
    void loadBasics();
    /// Takes over what was typed, or set, in the basics.
    void collectBasics();
    void mark();
    [[nodiscard]] int indexOf(RelaySection section) const;

    QJsonObject m_settings;
    std::vector<Part> m_parts;
    QListWidget *m_list;
    QStackedWidget *m_stack;
    TextLabel *m_sentence;
    RelayForm *m_basics;
    SmartHostForm *m_hostForm = nullptr;
    RelayDraft m_shownBasics; ///< as they came from the file
    RowsSection *m_listeners = nullptr;
    RowsSection *m_waysOut = nullptr;
    RowsSection *m_signings = nullptr;
};

} // namespace relaywright
