// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/SetUpScripts.h"

#include "core/base/Clock.h"
#include "ui/engine/ArtifactSave.h"
#include "ui/text/AccountText.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Page.h"

#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>

namespace relaywright {

namespace {

enum Holder { Application, Person };

} // namespace

SetUpScripts::SetUpScripts(const Knowledge &knowledge, const Clock &clock, QWidget *parent)
    : Card(parent), m_knowledge(knowledge), m_clock(clock), m_mailbox(new QLineEdit),
      m_use(new EnumBox<TokenUse>(tokenUseChoices())),
      m_holder(new ChoiceRow({tr("The application itself"), tr("A person")})), m_application(new QLineEdit),
      m_object(new QLineEdit), m_save(new QPushButton(tr("Save the scripts…"))), m_rows(new QWidget)
{
    build();
    for (QLineEdit *line : {m_mailbox, m_application, m_object})
        connect(line, &QLineEdit::textChanged, this, &SetUpScripts::refresh);
    connect(m_use, &QComboBox::currentIndexChanged, this, &SetUpScripts::refresh);
    connect(m_holder, &ChoiceRow::chosen, this, &SetUpScripts::refresh);
    connect(m_save, &QPushButton::clicked, this, &SetUpScripts::askWhere);
}

void SetUpScripts::build()
{
    const QString id = QStringLiteral("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
    m_mailbox->setPlaceholderText(QStringLiteral("scanner@contoso.com"));
    m_application->setPlaceholderText(id);
    m_object->setPlaceholderText(id);
    m_save->setIcon(lineIcon(QStringLiteral("save"), palette()));
    m_mailboxField = new Field(tr("Mailbox that sends"), m_mailbox);
    m_useField = new Field(tr("How it sends"), m_use);
    m_holderField = new Field(tr("Who signs in"), m_holder);
    auto *heading = new QHBoxLayout;
    heading->addWidget(new TextLabel(tr("1. What an administrator runs"), FontRole::Strong), 1);
    heading->addWidget(m_save);
    body()->addLayout(heading);
    body()->addWidget(new TextLabel(
        tr("Each script says at its top what it changes. It looks first, changes only what is missing, and "
           "with -WhatIf it changes nothing."),
        FontRole::Body, TextLabel::Color::Muted));
    for (Field *field : {m_mailboxField, m_useField, m_holderField})
        body()->addWidget(field);
    m_applicationField = new Field(tr("Application (client) id"), m_application);
    body()->addWidget(m_applicationField);
    body()->addWidget(
        new Field(tr("Object id of its enterprise application"), m_object,
                  tr("The first script shows it, and so does “Test now” of the account. It is not the object id "
                     "under App registrations.")));
    auto *rows = new QVBoxLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(gap::kMedium);
    body()->addWidget(m_rows);
}

void SetUpScripts::setSubject(const SetUpSubject &subject, bool fixed)
{
    m_subject = subject;
    m_fixed = fixed;
    {
        const QSignalBlocker blockers[]{QSignalBlocker(m_mailbox), QSignalBlocker(m_use), QSignalBlocker(m_holder),
                                        QSignalBlocker(m_application), QSignalBlocker(m_object)};
        m_mailbox->setText(subject.mailbox);
        m_use->setValue(subject.use);
        m_holder->setIndex(subject.signsInAsPerson ? Person : Application);
        m_application->setText(subject.applicationId);
        m_object->setText(subject.objectId);
    }
    m_applicationField->setVisible(!fixed);
    m_useField->setVisible(!fixed);
    m_holderField->setVisible(!fixed);
    refresh();
}

void SetUpScripts::refresh()
{
    qDeleteAll(m_rows->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    m_scripts.clear();
    const auto mailbox = EmailAddress::parse(m_mailbox->text().trimmed());
    const bool isTyped = !m_mailbox->text().trimmed().isEmpty();
    m_mailboxField->setProblem(isTyped && !mailbox ? mailbox.error().detail : QString());
    m_save->setEnabled(mailbox.has_value());
    if (!mailbox)
        return;
    ApplicationSetUp setUp{.mailbox = *mailbox,
                           .method = parseMethod(toString(m_use->value())), // they have the same words; Graph is none
                           .cloud = m_subject.cloud,
                           .signsInAsPerson = m_holder->index() == Person,
                           .isRegistered = m_fixed};
    if (const auto tenant = Domain::parse(m_subject.tenant))
        setUp.tenant = *tenant;
    m_scripts = renderSetUp(setUp, m_clock.today(), m_knowledge);
    for (const Artifact &script : m_scripts)
        m_rows->layout()->addWidget(row(script));
}

QWidget *SetUpScripts::row(const Artifact &script)
{
    const QString application = m_application->text().trimmed();
    const QString call = callOf(script, application.isEmpty() ? QStringLiteral("APPLICATION-ID") : application,
                                m_object->text().trimmed());
    auto *row = new QWidget;
    row->setObjectName(script.kind);
    auto *layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kTiny);
    layout->addWidget(new TextLabel(script.title, FontRole::Strong));
    layout->addWidget(new TextLabel(script.purpose, FontRole::Body, TextLabel::Color::Muted));
    auto *line = new QHBoxLayout;
    line->setSpacing(gap::kSmall);
    auto *words = new TextLabel(call, FontRole::Fixed);
    words->setObjectName(QStringLiteral("call"));
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words->setAccessibleName(tr("The line that calls %1").arg(script.fileName));
    line->addWidget(words, 1);
    const auto add = [&](const QString &text, const QString &name, const QString &copied, const QString &sentence) {
        auto *button = new QPushButton(text);
        button->setIcon(lineIcon(QStringLiteral("copy"), palette()));
        button->setAccessibleName(name);
        connect(button, &QPushButton::clicked, this, [this, copied, sentence] {
            copyToClipboard(copied);
            Q_EMIT said(Tone::Good, sentence);
        });
        line->addWidget(button, 0, Qt::AlignTop);
    };
    add(tr("Copy the line"), tr("Copy the line that calls %1").arg(script.fileName), call,
        tr("The line that calls %1 is on the clipboard.").arg(script.fileName));
    add(tr("Copy the script"), tr("Copy %1").arg(script.fileName), script.text,
        tr("%1 is on the clipboard.").arg(script.fileName));
    layout->addLayout(line);
    return row;
}

bool SetUpScripts::reveal(const QString &kind)
{
    auto *row = m_rows->findChild<QWidget *>(kind, Qt::FindDirectChildrenOnly);
    if (kind.isEmpty() || !row)
        return false;
    row->findChild<QPushButton *>()->setFocus();
    for (QWidget *above = parentWidget(); above; above = above->parentWidget()) {
        if (auto *area = qobject_cast<QScrollArea *>(above)) {
            area->ensureWidgetVisible(row, 0, gap::kLarge);
            break;
        }
    }
    return true;
}

QStringList SetUpScripts::calls() const
{
    QStringList lines;
    for (const TextLabel *label : m_rows->findChildren<TextLabel *>(QStringLiteral("call")))
        lines += label->text();
    return lines;
}

void SetUpScripts::askWhere()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Save the scripts to a folder"));
    if (!folder.isEmpty())
        saveTo(folder);
}

void SetUpScripts::saveTo(const QString &folder)
{
    const QString problem = saveArtifacts(m_scripts, folder);
    if (!problem.isEmpty())
        return said(Tone::Wrong, problem);
    Q_EMIT said(Tone::Good, tr("%n script(s) saved to %1.", nullptr, static_cast<int>(m_scripts.size()))
                                .arg(QDir::toNativeSeparators(folder)));
}

} // namespace relaywright
