// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>

namespace relaywright {

/// The steps at the left, in the order of the flow.
class Rail : public QListWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget *parent = nullptr);
    void addStep(const QString &id, const QString &icon, const QString &title, int number);
    void setCurrentStep(const QString &id);
    [[nodiscard]] QString currentStep() const;
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void stepChosen(const QString &id);
};

} // namespace relaywright
