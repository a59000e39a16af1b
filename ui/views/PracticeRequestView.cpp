// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/PracticeRequestView.h"

#include "core/oauth/TokenErrors.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QVBoxLayout>

namespace relaywright {

namespace {

QString answerText(const PracticeRequest &request)
{
    if (request.isGraph)
        return PracticeRequestView::tr("Graph answered %1.").arg(request.status);
    if (request.isWaiting)
        return PracticeRequestView::tr("The sign-in service answered: not yet, ask again (%1).").arg(request.status);
    return request.entraCode.isEmpty() ? PracticeRequestView::tr("The sign-in service answered %1.").arg(request.status)
                                       : PracticeRequestView::tr("The sign-in service answered %1, AADSTS%2.")
                                             .arg(request.status)
                                             .arg(request.entraCode);
}

/// As whoever asked would read it.
QString meaningOf(const PracticeRequest &request, const Knowledge &knowledge)
{
    ServiceError error{.status = request.status};
    if (request.isWaiting) // Entra has a code for the one and none for the other; the words of RFC 8628 say which it is
        error.error =
            request.entraCode.isEmpty() ? QStringLiteral("slow_down") : QStringLiteral("authorization_pending");
    else if (!request.isGraph && !request.entraCode.isEmpty())
        error.codes = {request.entraCode};
    else
        return {};
    const TokenTrouble trouble = troubleOf(error, knowledge);
    QStringList sentences{trouble.title, trouble.cause, trouble.remedy};
    sentences.removeAll(QString());
    return sentences.join(u'\n');
}

} // namespace

PracticeRequestView::PracticeRequestView(QWidget *parent)
    : QWidget(parent), m_asked(new TextLabel({}, FontRole::Fixed)), m_answered(new TextLabel({})),
      m_meaning(new TextLabel({})), m_counts(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted))
{
    auto *content = new QWidget;
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(gap::kMedium);
    for (TextLabel *label : {m_asked, m_answered, m_meaning, m_counts}) {
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        inner->addWidget(label);
    }
    m_asked->setAccessibleName(tr("What was asked"));
    m_answered->setAccessibleName(tr("What was answered"));
    m_meaning->setAccessibleName(tr("What the refusal means"));
    m_counts->setAccessibleName(tr("What the services did so far"));
    inner->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(inScrollArea(content));
}

void PracticeRequestView::show(const PracticeRequest &request, const Knowledge &knowledge)
{
    // An address is one long word: it may be parted behind each slash.
    m_asked->setText(
        QStringLiteral("%1 %2").arg(request.method, QString(request.path).replace(u'/', QStringLiteral("/\u200b"))));
    m_answered->setText(answerText(request));
    const QString meaning = meaningOf(request, knowledge);
    m_meaning->setText(meaning);
    m_meaning->setVisible(!meaning.isEmpty());
}

void PracticeRequestView::showCounts(const PracticeWeb *web)
{
    m_counts->setVisible(web);
    if (!web)
        return;
    const SignInCounts &signIn = web->signIn().counts();
    const PracticeGraphService *graph = web->graph();
    QStringList sentences{
        tr("Tokens given since the start: %1. Requests refused: %2.").arg(signIn.tokens).arg(signIn.refused)};
    if (signIn.waiting > 0)
        sentences += tr("Polls told to wait: %1.").arg(signIn.waiting);
    if (graph)
        sentences += tr("Messages that Graph took: %1.").arg(graph->counts().sent);
    m_counts->setText(sentences.join(u' '));
}

QString PracticeRequestView::shownText() const
{
    return QStringList{m_asked->text(), m_answered->text(), m_meaning->text(), m_counts->text()}.join(u'\n');
}

} // namespace relaywright
