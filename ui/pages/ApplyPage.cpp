// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ApplyPage.h"

#include "core/artifacts/Artifact.h"
#include "ui/engine/Workspace.h"
#include "ui/models/ArtifactModel.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QDir>
#include <QFileDialog>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace relaywright {

namespace {

/// Shows our own sheets; fetches nothing, whatever a sheet names.
class SheetView final : public QTextBrowser {
public:
    SheetView() { setOpenLinks(false); }
    QVariant loadResource(int, const QUrl &) override { return {}; }
};

/// Empty when it went well, otherwise one sentence.
QString writeArtifact(const Artifact &artifact, const QString &path)
{
    QSaveFile file(path);
    const QByteArray content = fileContent(artifact);
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit())
        return {};
    return ApplyPage::tr("%1 could not be written: %2. Choose another folder.")
        .arg(QDir::toNativeSeparators(path), file.errorString());
}

} // namespace

ApplyPage::ApplyPage(Services &services, QWidget *parent)
    : Page(tr("Apply"),
           tr("Ready records, scripts and settings sheets. Copy or save them and apply them where they belong."),
           parent),
      m_services(services), m_model(new ArtifactModel(this)), m_list(new QListView),
      m_title(new TextLabel({}, FontRole::Heading)),
      m_purpose(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_stack(new QStackedWidget),
      m_text(new QPlainTextEdit), m_sheet(new SheetView)
{
    setHelp(tr("DNS records go to whoever keeps your DNS zone. Scripts run in Exchange Online PowerShell after "
               "Connect-ExchangeOnline; read them first. A settings sheet is what to type into the device."));
    build();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ApplyPage::showSelected);
    connect(&services.workspace, &Workspace::siteChanged, this, [this] {
        if (isVisible())
            refresh();
    });
    refresh();
}

void ApplyPage::build()
{
    auto *copy = new QPushButton(tr("Copy"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    auto *save = new QPushButton(tr("Save…"));
    save->setIcon(lineIcon(QStringLiteral("save"), palette()));
    auto *saveAll = addPrimaryAction(tr("Save all…"));
    connect(copy, &QPushButton::clicked, this, [this] {
        if (const Artifact *artifact = selected()) {
            copyToClipboard(m_stack->currentIndex() == 1 ? m_sheet->toPlainText() : artifact->text);
            message()->show(Tone::Good, tr("%1 is on the clipboard.").arg(artifact->title));
        }
    });
    connect(save, &QPushButton::clicked, this, &ApplyPage::saveSelected);
    connect(saveAll, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Save all files to a folder"));
        if (!folder.isEmpty())
            saveAllTo(folder);
    });

    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Files to apply"));
    m_list->setMouseTracking(true);
    m_list->setMinimumWidth(180);
    m_text->setReadOnly(true);
    m_text->setFont(fontFor(FontRole::Fixed));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setAccessibleName(tr("Text of the file"));
    m_sheet->setAccessibleName(tr("The settings sheet"));
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_sheet);

    auto *right = new Card;
    auto *top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(copy, 0, Qt::AlignTop);
    top->addWidget(save, 0, Qt::AlignTop);
    right->body()->addLayout(top);
    right->body()->addWidget(m_purpose);
    right->body()->addWidget(m_stack, 1);
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_list);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({270, 660});
    body()->addWidget(splitter, 1);
    auto *empty =
        new EmptyState(QStringLiteral("apply"), tr("Nothing to apply yet"),
                       tr("Here will be DNS records, scripts and settings sheets. They follow from the plan, which "
                          "needs at least one sender with a method."),
                       tr("See the plan"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("plan")); });
}

void ApplyPage::onShown()
{
    refresh();
}

void ApplyPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    const int row = m_list->currentIndex().row();
    m_model->setArtifacts(workspace.hasSite()
                              ? relaywright::render(workspace.site(), workspace.plan(), workspace.knowledge())
                              : std::vector<Artifact>());
    showEmpty(m_model->rowCount() == 0);
    m_list->setCurrentIndex(m_model->index(std::clamp(row, 0, std::max(0, m_model->rowCount() - 1))));
    showSelected();
}

const Artifact *ApplyPage::selected() const
{
    const int row = m_list->currentIndex().row();
    return row >= 0 && row < m_model->rowCount() ? &m_model->artifacts()[static_cast<std::size_t>(row)] : nullptr;
}

void ApplyPage::showSelected()
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    m_title->setText(artifact->title);
    m_purpose->setText(artifact->purpose);
    const bool sheet = artifact->mediaType == QLatin1String("text/html");
    if (sheet)
        m_sheet->setHtml(artifact->text);
    else if (m_text->toPlainText() != artifact->text)
        m_text->setPlainText(artifact->text);
    m_stack->setCurrentIndex(sheet ? 1 : 0);
}

bool ApplyPage::selectKind(const QString &kind)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->artifacts()[static_cast<std::size_t>(row)].kind == kind) {
            m_list->setCurrentIndex(m_model->index(row));
            return true;
        }
    }
    return false;
}

void ApplyPage::saveSelected()
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the file"), artifact->fileName);
    if (path.isEmpty())
        return;
    const QString problem = writeArtifact(*artifact, path);
    if (problem.isEmpty())
        message()->show(Tone::Good, tr("Saved as %1.").arg(QDir::toNativeSeparators(path)));
    else
        message()->show(Tone::Wrong, problem);
}

void ApplyPage::saveAllTo(const QString &folder)
{
    int saved = 0;
    for (const Artifact &artifact : m_model->artifacts()) {
        const QString problem = writeArtifact(artifact, QDir(folder).filePath(artifact.fileName));
        if (!problem.isEmpty()) {
            message()->show(Tone::Wrong, problem);
            return;
        }
        ++saved;
    }
    message()->show(Tone::Good, tr("%n file(s) saved to %1.", nullptr, saved).arg(QDir::toNativeSeparators(folder)));
}

} // namespace relaywright
