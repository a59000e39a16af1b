// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/SpfSurvey.h"

#include <QTextLayout>
#include <QTreeView>

#include <memory>

namespace relaywright {

class SpfTreeModel;

/// The SPF record drawn as a tree: each record in a box with its text, faults underlined at their place and told below,
/// what it costs as a bar out of ten lookups, and a mark on the include that costs most. As tall as its content.
class SpfTreeView : public QTreeView {
    Q_OBJECT
public:
    explicit SpfTreeView(QWidget *parent = nullptr);
    void setTree(std::shared_ptr<const SpfNode> root);
    [[nodiscard]] const SpfTreeModel &tree() const { return *m_model; }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void fitHeight();
    SpfTreeModel *m_model;
};

/// How a record's text is drawn: faults with a wave below, terms that ask the DNS in the accent colour. Places outside
/// the text are left out.
[[nodiscard]] QList<QTextLayout::FormatRange> recordFormats(const SpfNode &node, const QPalette &palette);

} // namespace relaywright
