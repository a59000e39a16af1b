// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QWidget>

class QVBoxLayout;

namespace relaywright {

/// One sender's plan: the method with its verdict, the picture, the settings, the reasons by group, and what speaks
/// against the other methods.
class SenderPlanView : public QWidget {
    Q_OBJECT
public:
    enum class Extent { Whole, Summary };
    explicit SenderPlanView(Extent extent, QWidget *parent = nullptr);
    void setPlan(const Site &site, const Sender &sender, const SenderPlan &plan, const Knowledge &knowledge);
    /// What a person reads aloud on the phone or pastes into a mail.
    [[nodiscard]] static QString toText(const Sender &sender, const SenderPlan &plan);

Q_SIGNALS:
    void testRequested(const QString &senderId);

private:
    void addHeader(const Sender &sender, const Option &option, bool chosen);
    void addSettings(const Site &site, const Option &option);
    void addOthers(const SenderPlan &plan, const Option &shown, const Knowledge &knowledge);

    Extent m_extent;
    QVBoxLayout *m_layout;
};

/// Reasons under their headings: what must change, not known, against, for, good to know, what stands in the way.
[[nodiscard]] QWidget *makeReasonList(const std::vector<Reason> &reasons, const Knowledge &knowledge);

} // namespace relaywright
