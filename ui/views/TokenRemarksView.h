// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/oauth/TokenJudgement.h"

#include <QWidget>

namespace relaywright {

/// What an access token says, compared with what it is needed for: a line for each claim.
class TokenRemarksView : public QWidget {
    Q_OBJECT
public:
    explicit TokenRemarksView(QWidget *parent = nullptr);
    void setRemarks(const std::vector<TokenRemark> &remarks);
    /// Something in it stands in the way, or soon will.
    [[nodiscard]] bool isWorthALook() const { return m_isWorthALook; }
    [[nodiscard]] QStringList lines() const;

private:
    bool m_isWorthALook = false;
};

} // namespace relaywright
