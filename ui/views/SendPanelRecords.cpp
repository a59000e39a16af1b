// SPDX-License-Identifier: GPL-3.0-or-later
// What a test is filled from, and what is taken along from it.
#include "ui/views/SendPanel.h"

#include "core/session/CommandExport.h"
#include "core/session/PrivateFile.h"
#include "core/session/RunExport.h"
#include "core/session/TestRun.h"
#include "core/verify/SenderTest.h"
#include "ui/engine/AccountShelf.h"
#include "ui/engine/MessageSave.h"
#include "ui/engine/PracticeRoom.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/Workspace.h"
#include "ui/forms/TestForm.h"
#include "ui/models/TranscriptModel.h"
#include "ui/views/SenderPicker.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/views/TranscriptView.h"
#include "ui/widgets/Disclosure.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include "core/base/Text.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QPushButton>

#include <algorithm>

namespace relaywright {

namespace {

/// Somebody to write to while nobody was typed: the sender itself.
std::optional<EmailAddress> recipientFor(const QString &typed, const Sender &sender)
{
    for (const QString &each : splitList(typed)) {
        if (const auto address = EmailAddress::parse(each))
            return *address;
    }
    return sender.repliesTo ? sender.repliesTo : sender.from;
}

QByteArray contentFor(const QString &path, const TestRecord &record)
{
    return path.endsWith(QLatin1String(".html"), Qt::CaseInsensitive) ? toHtml(record).toUtf8()
                                                                      : toText(record).toUtf8();
}

} // namespace

void SendPanel::refreshSite()
{
    m_picker->setSite(m_services.workspace.plannedSite(), m_services.workspace.plan());
    showMannersOf(m_picker->sender());
}

void SendPanel::clearSender()
{
    m_picker->setSender({});
    TestDraft draft = m_form->draft();
    draft.senderId.clear();
    m_form->setDraft(draft);
    showMannersOf({});
}

void SendPanel::showMannersOf(const QString &senderId)
{
    const std::vector<Sender> &senders = m_services.workspace.plannedSite().senders;
    const auto sender = std::ranges::find(senders, senderId, &Sender::id);
    m_manners->setVisible(sender != senders.end());
    if (sender == senders.end())
        return;
    QStringList lines;
    for (const QString &manner : mannersOf(*sender))
        lines += QStringLiteral("• ") + manner;
    if (lines.isEmpty())
        lines += tr("The inventory knows nothing of its abilities yet.");
    m_mannersText->setText(lines.join(u'\n'));
    m_mannersText->setVisible(m_likeIt->isChecked());
}

void SendPanel::fillFromSender(const QString &senderId)
{
    const Site &site = m_services.workspace.plannedSite();
    const Plan &plan = m_services.workspace.plan();
    for (std::size_t i = 0; i < plan.senders.size() && i < site.senders.size(); ++i) {
        const Option *chosen = plan.senders[i].chosen();
        if (site.senders[i].id != senderId || !chosen)
            continue;
        const Sender &sender = site.senders[i];
        m_picker->setSender(senderId);
        showMannersOf(senderId);
        const TestDraft before = m_form->draft();
        const auto to = recipientFor(before.to, sender);
        const TestManner manner = m_likeIt->isChecked() ? TestManner::LikeTheSender : TestManner::AsThisComputer;
        const Result<TestRequest> request = to ? testOf(site, sender, *chosen, *to, manner)
                                               : failure(ErrorKind::InvalidInput, tr("Type a recipient first."));
        if (!request) {
            // What is known all the same, so that the rest can be typed.
            const TestDraft known = fillIn(before, site, sender, *chosen);
            m_practicePassword.turnTo(known.server, known.port);
            m_form->setDraft(known);
            m_message.show(Tone::Attention, request.error().detail);
            return;
        }
        m_practicePassword.turnTo(request->connection.server.host.toString(),
                                  QString::number(request->connection.server.port));
        TestDraft draft = draftOf(*request);
        draft.account = accountFor(*request);
        draft.to = before.to.isEmpty() ? draft.to : before.to;
        draft.subject = before.subject;
        draft.text = before.text;
        draft.attachments = before.attachments;
        m_form->setDraft(draft);
        m_message.show(Tone::Accent, tr("These are the settings that the plan gives to %1.").arg(sender.name));
        return;
    }
}

/// Who signs in with a token, and is kept as an account of that name.
QString SendPanel::accountFor(const TestRequest &request) const
{
    const auto &credentials = request.connection.smtp.credentials;
    if (!credentials || !takesToken(credentials->mechanism))
        return {};
    const BookedAccount *account = findAccount(m_services.accounts.accounts(), credentials->user);
    return account && account->account.use != TokenUse::Graph ? account->name : QString();
}

TestDraft SendPanel::practiceDraft() const
{
    const PracticeRoom &practice = m_services.practice;
    const TestDraft before = m_form->draft();
    TestDraft draft = before;
    // A sender stays what it is. Else nothing stays of the last test but what is sent, and to whom.
    if (before.senderId.isEmpty()) {
        draft = TestDraft();
        draft.to = before.to.isEmpty() ? practice.sender() : before.to;
        draft.subject = before.subject;
        draft.text = before.text;
        draft.attachments = before.attachments;
        draft.user = signsIn(practice.method()) ? practice.user() : QString();
        draft.from = practice.sender();
        // The endpoint for old TLS is one of client submission.
        draft.method = parseMethod(
            toString(isSubmission(practice.method()) ? PracticeMethod::ClientSubmission : practice.method()));
    }
    draft.server = practice.address().host.toString();
    draft.port = QString::number(practice.address().port);
    draft.authorityPem = practice.authorityPem();
    draft.graph = false;
    const BookedAccount *account = findAccount(m_services.accounts.accounts(), draft.account);
    if (account && !practice.issues(account->account)) // a real token has no business there
        draft.account.clear();
    return draft;
}

void SendPanel::fillFromPractice()
{
    PracticeRoom &practice = m_services.practice;
    if (!practice.isRunning()) {
        if (const auto started = practice.start(); !started) {
            m_message.show(Tone::Wrong, started.error().detail);
            return;
        }
    }
    const TestDraft draft = practiceDraft();
    m_form->setDraft(draft);
    m_practicePassword.fill(takesToken(draft.mechanism) ? QString() : draft.user);
    m_message.show(Tone::Accent,
                   tr("The practice server answers on this computer. What you send stays here and shows up on the "
                      "Practice page."));
}

void SendPanel::makeExportMenu()
{
    auto *menu = new QMenu(&m_panel->takeAlong());
    m_panel->takeAlong().setMenu(menu);
    const auto needsRecord = [menu, this](const QString &text, auto method) {
        QAction *action = menu->addAction(text, this, method);
        connect(menu, &QMenu::aboutToShow, action, [this, action] { action->setEnabled(m_record.has_value()); });
    };
    menu->addAction(tr("Copy the conversation"), &m_panel->view(), &TranscriptView::copyAll);
    needsRecord(tr("Copy the whole test as text"), [this] {
        copyToClipboard(toText(*m_record));
        m_message.show(Tone::Good, tr("The test stands on the clipboard, without its password."));
    });
    needsRecord(tr("Copy it as a command for swaks"), [this] { copyCommand(true); });
    needsRecord(tr("Copy it as a command for openssl s_client"), [this] { copyCommand(false); });
    menu->addSeparator();
    needsRecord(tr("Save the test…"), [this] { saveAs(); });
    menu->addAction(tr("Open a saved test…"), this, &SendPanel::chooseRecord);
}

void SendPanel::copyCommand(bool swaks)
{
    const Result<CommandExport> command = swaks ? asSwaks(m_record->request) : asOpensslSClient(m_record->request);
    if (!command) {
        m_message.show(Tone::Attention, command.error().detail);
        return;
    }
    copyToClipboard(command->toText());
    m_message.show(Tone::Good,
                   tr("The command stands on the clipboard. No password is in it: the program asks for it."));
}

void SendPanel::saveAs()
{
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save the test"),
        tr("test of %1").arg(m_record->request.connection.server.host.toString()) + QStringLiteral(".json"),
        tr("To be opened and compared here (*.json);;A page for a browser (*.html);;Text (*.txt)"));
    if (!path.isEmpty())
        saveRecordTo(path);
}

void SendPanel::saveRecordTo(const QString &path)
{
    // A long conversation on a slow share must not hold the window up.
    m_worker.run(
        this,
        [path, record = *m_record]() -> Result<void> {
            if (path.endsWith(QLatin1String(".html"), Qt::CaseInsensitive)
                || path.endsWith(QLatin1String(".txt"), Qt::CaseInsensitive))
                return writePrivateFile(path, contentFor(path, record));
            return writeRecordFile(path, record);
        },
        [this, path](const Result<void> &written) {
            if (written)
                m_message.show(Tone::Good, tr("The test is saved as %1.").arg(QDir::toNativeSeparators(path)));
            else
                m_message.show(Tone::Wrong, written.error().detail);
        });
}

void SendPanel::chooseMessageFile()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the message"),
                                                      tr("message") + QStringLiteral(".eml"), tr("Messages (*.eml)"));
    if (!path.isEmpty())
        saveMessageTo(path);
}

void SendPanel::saveMessageTo(const QString &path)
{
    if (!m_shownRun)
        return;
    auto *save = new MessageSave(*m_shownRun, path, this);
    connect(save, &MessageSave::finished, this, [this, path](const QString &problem) {
        if (problem.isEmpty())
            m_message.show(Tone::Good, tr("The message is saved as %1.").arg(QDir::toNativeSeparators(path)));
        else
            m_message.show(Tone::Wrong, problem);
    });
    save->start();
}

void SendPanel::chooseRecord()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a saved test"), {}, tr("Tests (*.json)"));
    if (!path.isEmpty())
        openRecord(path);
}

void SendPanel::openRecord(const QString &path)
{
    m_worker.run(
        this, [path] { return readRecordFile(path); },
        [this](const Result<TestRecord> &record) {
            if (record)
                showRecord(*record);
            else
                m_message.show(Tone::Wrong, record.error().detail);
        });
}

void SendPanel::showRecord(const TestRecord &record)
{
    if (isRunning())
        return;
    if (m_shownRun)
        m_shownRun->deleteLater();
    m_shownRun.clear();
    m_besides.token.reset();
    m_tokenFold->hide();
    m_panel->hideMessage();
    clearRemarks();
    m_record = record;
    m_transcript->setLines(record.transcript);
    const TestDraft draft = draftOf(record.request);
    m_practicePassword.turnTo(draft.server, draft.port);
    m_form->setDraft(draft);
    m_panel->view().setTestAgainOffered(true);
    showVerdict(record);
    m_message.show(
        Tone::Accent,
        tr("This is the test of %1 from the computer %2. Send repeats it from here.")
            .arg(QLocale().toString(toDateTime(record.startedAt).toLocalTime(), QLocale::ShortFormat), record.host));
}

} // namespace relaywright
