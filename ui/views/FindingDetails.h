// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/FindingModel.h"
#include "ui/widgets/Card.h"

class QPushButton;

namespace relaywright {

class Badge;
class EvidenceView;
class Disclosure;
class SpfTreeView;
class TextLabel;
class RecordWatch;
class WatchPanel;

/// One line of the checks in full: verdict, what was seen, what to do with the text to publish and the way to the file that
/// mends it, why it matters, the evidence.
class FindingDetails : public Card {
    Q_OBJECT
public:
    /// `watch` outlives this.
    explicit FindingDetails(RecordWatch &watch, QWidget *parent = nullptr);
    /// `since` says when the older run was that the line is compared with.
    void setLine(const CheckLine &line, const QString &since);
    /// While checks run, no line can be looked at again.
    void setBusy(bool busy);
    [[nodiscard]] const QString &id() const { return m_id; }
    [[nodiscard]] const SpfTreeView &spfTree() const { return *m_spf; }
    [[nodiscard]] const EvidenceView &evidence() const { return *m_evidence; }
    [[nodiscard]] WatchPanel &watch() const { return *m_watch; }

Q_SIGNALS:
    void lookAgainRequested(const QString &id);
    void copyRequested(const QString &id);
    /// Something of the line is on the clipboard; a whole sentence says what.
    void copied(const QString &sentence);
    /// Show the artifact of this kind.
    void mendRequested(const QString &kind);

private:
    struct Part {
        QWidget *holder = nullptr;
        TextLabel *text = nullptr;
    };
    void buildTop();
    void buildProposal();
    void buildEvidence();
    Part addPart(const QString &heading);
    static void fill(const Part &part, const QString &text);
    void showDrift(const CheckLine &line, const QString &since);
    void showActions(const CheckLine &line);

    QString m_id;
    QString m_mends;
    TextLabel *m_title;
    Badge *m_badge;
    TextLabel *m_topic;
    QPushButton *m_again;
    QPushButton *m_copy;
    Card *m_drift;
    TextLabel *m_driftText;
    TextLabel *m_before;
    Part m_seen;
    QWidget *m_spfHolder;
    SpfTreeView *m_spf;
    Part m_todo;
    QWidget *m_proposalHolder;
    TextLabel *m_proposal;
    QPushButton *m_mend;
    Part m_why;
    QWidget *m_evidenceHolder;
    EvidenceView *m_evidence;
    WatchPanel *m_watch;
    Disclosure *m_watchFold;
    bool m_isBusy = false;
    bool m_canLook = false;
};

} // namespace relaywright
