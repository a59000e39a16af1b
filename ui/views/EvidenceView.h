// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Finding.h"

#include <QTableView>

namespace relaywright {

class EvidenceModel;

/// The evidence of a finding as a table that is as tall as its content; answers wrap, in a fixed font.
class EvidenceView : public QTableView {
    Q_OBJECT
public:
    explicit EvidenceView(QWidget *parent = nullptr);
    void setEvidence(const std::vector<Evidence> &evidence);
    [[nodiscard]] const EvidenceModel &table() const { return *m_model; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();
    EvidenceModel *m_model;
};

} // namespace relaywright
