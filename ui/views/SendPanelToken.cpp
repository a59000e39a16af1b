// SPDX-License-Identifier: GPL-3.0-or-later
// A test that signs in with an access token: where it comes from, what it says, and the way through Microsoft Graph.
#include "ui/views/SendPanel.h"

#include "core/oauth/AccessToken.h"
#include "core/prove/GraphTest.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/TokenDesk.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/TestForm.h"
#include "ui/views/OutcomeSplitter.h"
#include "ui/views/ResultView.h"
#include "ui/views/TokenRemarksView.h"
#include "ui/widgets/Disclosure.h"

namespace relaywright {

/// Tokens of the practice sign-in service and real ones are kept apart: none goes where it has no business.
QString SendPanel::obstacleOf(const TestRequest &request, const BookedAccount &account) const
{
    const PracticeRoom &practice = m_services.practice;
    const bool ofPractice = practice.issues(account.account);
    if (request.graph && account.account.use != TokenUse::Graph)
        return tr("The account “%1” is for SMTP. Choose one for Microsoft Graph.").arg(account.name);
    if (request.graph && ofPractice && !practice.web()->graph())
        return tr("The practice Graph is switched off. Switch it on on the Practice page.");
    if (!request.graph && !ofPractice && practice.wasAt(request.connection.server))
        return tr("The practice server takes tokens of the practice sign-in service only. Switch that on on the "
                  "Practice page, and make an account of it.");
    return {};
}

void SendPanel::withToken(const TestRequest &request)
{
    const BookedAccount *account = findAccount(m_services.accounts.accounts(), request.account);
    const QString obstacle =
        account
            ? obstacleOf(request, *account)
            : tr("There is no account “%1” here. Choose another, or add it on the Accounts page.").arg(request.account);
    if (!obstacle.isEmpty()) {
        m_form->showProblems({{QStringLiteral("account"), obstacle}});
        m_form->revealProblem();
        return;
    }
    clearOutcome();
    m_asking = std::make_unique<QObject>();
    setRunning(true);
    m_message.show(Tone::Accent, tr("The sign-in service is asked for an access token of %1.").arg(account->name));
    m_tokens->get(account->name, m_asking.get(), [this, request, booked = *account](const Result<Secret> &token) {
        m_asking.reset();
        m_message.clear();
        if (!token)
            return onFailedToStart(token.error());
        showToken(*token, request, needOf(booked.name, booked.account));
        if (request.graph)
            startGraph(request, booked, *token);
        else
            startSmtp(request, *token);
    });
}

void SendPanel::startGraph(TestRequest request, const BookedAccount &account, const Secret &token)
{
    const PracticeRoom &practice = m_services.practice;
    request.graph->service.clear(); // a record may be somebody else's, and must not say where a token goes
    if (practice.issues(account.account)) {
        request.graph->service = practice.web()->graph()->baseUrl(); // it moves with each start
        request.connection.tls.caCertificatesPem = practice.authorityPem();
    }
    const Knowledge &knowledge = m_services.workspace.knowledge();
    const auto service = graphServiceOf(*request.graph, account.account.cloud, knowledge);
    if (!service)
        return onFailedToStart(service.error());
    begin(new GraphTest(std::move(request), *service, token, m_services.clock, knowledge, this));
}

void SendPanel::showToken(const Secret &token, const TestRequest &request, TokenNeed need)
{
    const auto claims = readAccessToken(token);
    if (!claims) {
        m_tokenRemarks->setRemarks(
            {{TokenRemark::Level::Attention, TokenRemark::About::Audience, claims.error().detail}});
    } else {
        m_besides.token = *claims;
        if (request.graph)
            need.mailbox = request.graph->mailbox.toString();
        else if (request.connection.smtp.credentials)
            need.mailbox = request.connection.smtp.credentials->user;
        m_tokenRemarks->setRemarks(judgeToken(*claims, need, m_services.workspace.knowledge(), m_services.clock.now()));
    }
    m_tokenFold->show();
    m_tokenFold->setOpen(m_tokenRemarks->isWorthALook());
}

/// What was typed as a token, for the organisation of the site.
void SendPanel::showTypedToken(const Secret &token, const TestRequest &request)
{
    TokenNeed need;
    if (request.method == toString(Method::HighVolumeEmail))
        need.use = TokenUse::HighVolumeEmail;
    takeOrganisation(need, m_services.workspace.plannedSite().organisation);
    showToken(token, request, need);
}

QStringList SendPanel::tokenLines() const
{
    return m_tokenFold->isVisibleTo(m_outcome) ? m_tokenRemarks->lines() : QStringList();
}

} // namespace relaywright
