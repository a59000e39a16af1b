// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/text/SiteText.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QWidget>

class QButtonGroup;

namespace relaywright {

class TextLabel;

/// A question and its control: label above, why it matters on demand, a hint, and the problem with the answer below.
class Field : public QWidget {
    Q_OBJECT
public:
    Field(const QString &label, QWidget *control, const QString &why = {}, QWidget *parent = nullptr);
    void setHint(const QString &hint);
    /// Empty: there is none.
    void setProblem(const QString &sentence);
    [[nodiscard]] QString problem() const;
    /// Opens what hides it.
    void uncover();
    /// Uncovers it, scrolls to it and puts the cursor into it.
    void reveal();
    [[nodiscard]] QWidget *control() const { return m_control; }

private:
    QWidget *m_control;
    TextLabel *m_hint;
    TextLabel *m_why;
    TextLabel *m_problem;
};

/// A few answers side by side, exactly one chosen.
class ChoiceRow : public QWidget {
    Q_OBJECT
public:
    explicit ChoiceRow(const QStringList &texts, QWidget *parent = nullptr);
    [[nodiscard]] int index() const;
    void setIndex(int index);

Q_SIGNALS:
    void chosen(int index);

private:
    QButtonGroup *m_group;
};

/// Yes, No, I don't know.
class YesNoRow : public ChoiceRow {
    Q_OBJECT
public:
    explicit YesNoRow(QWidget *parent = nullptr);
    [[nodiscard]] YesNo value() const;
    void setValue(YesNo value);
};

/// A combo box over the choices of one enumeration; its items carry the position in the list.
template <class E>
class EnumBox : public QComboBox {
public:
    explicit EnumBox(Choices<E> choices, QWidget *parent = nullptr) : QComboBox(parent), m_choices(std::move(choices))
    {
        for (const auto &choice : m_choices)
            addItem(choice.second);
        setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        setMinimumContentsLength(12);
    }
    [[nodiscard]] E value() const { return m_choices.at(static_cast<size_t>(currentIndex())).first; }
    void setValue(E value)
    {
        for (size_t i = 0; i < m_choices.size(); ++i) {
            if (m_choices[i].first == value)
                setCurrentIndex(static_cast<int>(i));
        }
    }

private:
    Choices<E> m_choices;
};

} // namespace relaywright
