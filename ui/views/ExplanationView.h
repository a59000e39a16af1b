// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/diagnosis/Diagnosis.h"
#include "ui/widgets/Card.h"

#include <optional>

class QPushButton;

namespace relaywright {

class TextLabel;

/// Why a test failed: what happened, the causes with the likeliest first, each with what speaks for or against it, the way
/// to tell it from the others, the remedy and the way to the file that mends it; then what helps whatever the cause, and
/// where all of that is known from.
class ExplanationView : public Card {
    Q_OBJECT
public:
    /// Whether the title and the reply stand in the explanation, or right above it already.
    enum class Head { Shown, Elsewhere };
    explicit ExplanationView(QWidget *parent = nullptr);
    void setDiagnosis(const Diagnosis &diagnosis, Head head = Head::Shown);
    /// Nothing to explain: hides itself.
    void clear();
    /// While a test runs, none can be begun from here.
    void setBusy(bool busy);
    /// Everything that is shown, as text for the clipboard.
    [[nodiscard]] QString toText() const;

Q_SIGNALS:
    /// Show the artifact of this kind.
    void mendRequested(const QString &kind);
    /// Try again, as far as this stage makes sense.
    void testAgainRequested(relaywright::Stage stage);
    /// Something is on the clipboard; a whole sentence says what.
    void copied(const QString &sentence);

private:
    void buildHead();
    void buildFoot();
    void showCauses();
    void showNotes();
    [[nodiscard]] QWidget *causeCard(const Cause &cause, int number);

    std::optional<Diagnosis> m_diagnosis;
    TextLabel *m_title;
    TextLabel *m_seen;
    TextLabel *m_notes;
    QWidget *m_causes = nullptr; ///< made anew for each diagnosis
    TextLabel *m_remedies;
    TextLabel *m_check;
    QPushButton *m_again;
    QPushButton *m_copy;
    TextLabel *m_source;
};

} // namespace relaywright
