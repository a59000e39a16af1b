// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/ApplyPage.h"

#include "core/base/Clock.h"
#include "ui/engine/ArtifactSave.h"
#include "ui/engine/Workspace.h"
#include "ui/text/SiteText.h"
#include "ui/views/CodeHighlighter.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/RowDelegate.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr std::size_t kRenderedAtOnce = 300; ///< senders; more are rendered on the worker

/// Shows our own sheets; fetches nothing, whatever a sheet names.
class SheetView final : public QTextBrowser {
public:
    SheetView() { setOpenLinks(false); }
    QVariant loadResource(int, const QUrl &) override { return {}; }
};

} // namespace

ApplyPage::ApplyPage(Services &services, QWidget *parent)
    : Page(
        tr("Apply"),
        tr("Ready records, scripts and settings sheets. Copy or save them, apply them where they belong, and tick them "
           "off."),
        parent),
      m_services(services), m_model(new ArtifactModel(this)), m_words(new QLineEdit), m_place(new QComboBox),
      m_counts(new TextLabel({}, FontRole::Small, TextLabel::Color::Muted)), m_list(new QListView),
      m_title(new TextLabel({}, FontRole::Heading)),
      m_purpose(new TextLabel({}, FontRole::Body, TextLabel::Color::Muted)), m_applied(new QCheckBox),
      m_changed(new InlineMessage), m_stack(new QStackedWidget), m_text(new QPlainTextEdit),
      m_highlighter(new CodeHighlighter(m_text->document(), palette())), m_sheet(new SheetView)
{
    setHelp(tr(
        "DNS records go to whoever keeps your DNS zone. Scripts run in Exchange Online PowerShell after "
        "Connect-ExchangeOnline; read them first. A settings sheet is what to type into the device. Tick a file when "
        "you have applied it: should it change later, you are told."));
    build();
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &ApplyPage::showSelected);
    connect(m_words, &QLineEdit::textChanged, this, &ApplyPage::filter);
    connect(m_place, &QComboBox::currentIndexChanged, this, &ApplyPage::filter);
    connect(m_applied, &QCheckBox::clicked, this, &ApplyPage::setApplied);
    connect(m_changed, &InlineMessage::actionRequested, this, [this] { setApplied(true); });
    connect(&services.workspace, &Workspace::planChanged, this, [this] {
        if (isVisible())
            refresh();
    });
    refresh();
}

void ApplyPage::build()
{
    auto *saveAll = addPrimaryAction(tr("Save all…"));
    connect(saveAll, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Save all files to a folder"));
        if (!folder.isEmpty())
            saveAllTo(folder);
    });
    auto *splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeList());
    splitter->addWidget(makeDetails());
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({290, 640});
    body()->addWidget(splitter, 1);
    auto *empty =
        new EmptyState(QStringLiteral("apply"), tr("Nothing to apply yet"),
                       tr("Here will be DNS records, scripts and settings sheets. They follow from the plan, which "
                          "needs at least one sender with a method."),
                       tr("See the plan"));
    setEmptyState(empty);
    connect(empty, &EmptyState::actionRequested, this, [this] { Q_EMIT stepRequested(QStringLiteral("plan")); });
}

QWidget *ApplyPage::makeList()
{
    m_list->setModel(m_model);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setAccessibleName(tr("Files to apply"));
    m_list->setMouseTracking(true);
    m_words->setPlaceholderText(tr("Filter by any word"));
    m_words->setClearButtonEnabled(true);
    m_words->setAccessibleName(tr("Filter the files"));
    m_place->setAccessibleName(tr("Show files of this place"));
    m_place->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto *holder = new QWidget;
    holder->setMinimumWidth(200);
    auto *layout = new QVBoxLayout(holder);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap::kSmall);
    layout->addWidget(m_words);
    layout->addWidget(m_place);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_counts);
    return holder;
}

QWidget *ApplyPage::makeDetails()
{
    auto *copy = new QPushButton(tr("Copy"));
    copy->setIcon(lineIcon(QStringLiteral("copy"), palette()));
    auto *save = new QPushButton(tr("Save…"));
    save->setIcon(lineIcon(QStringLiteral("save"), palette()));
    connect(copy, &QPushButton::clicked, this, &ApplyPage::copySelected);
    connect(save, &QPushButton::clicked, this, &ApplyPage::saveSelected);
    m_text->setReadOnly(true);
    m_text->setFont(fontFor(FontRole::Fixed));
    m_text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_text->setAccessibleName(tr("Text of the file"));
    m_sheet->setAccessibleName(tr("The settings sheet"));
    m_stack->addWidget(m_text);
    m_stack->addWidget(m_sheet);
    m_changed->setClosable(false);
    auto *card = new Card;
    auto *top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(copy, 0, Qt::AlignTop);
    top->addWidget(save, 0, Qt::AlignTop);
    card->body()->addLayout(top);
    card->body()->addWidget(m_purpose);
    card->body()->addWidget(m_applied);
    card->body()->addWidget(m_changed);
    card->body()->addWidget(m_stack, 1);
    return card;
}

void ApplyPage::prepare()
{
    refresh();
}

void ApplyPage::refresh()
{
    const Workspace &workspace = m_services.workspace;
    const int generation = ++m_generation;
    if (!workspace.hasSite())
        return take({});
    if (workspace.plannedSite().senders.size() <= kRenderedAtOnce && !workspace.isPlanning())
        return take(relaywright::render(workspace.plannedSite(), workspace.plan(), workspace.knowledge()));
    m_counts->setText(tr("The files are being made…"));
    m_isMaking = true;
    if (workspace.isPlanning())
        return; // comes back when there is a plan
    m_worker.run(
        this,
        [site = workspace.plannedSite(), plan = workspace.plan(), &knowledge = workspace.knowledge()] {
            return relaywright::render(site, plan, knowledge);
        },
        [this, generation](std::vector<Artifact> artifacts) {
            if (generation == m_generation)
                take(std::move(artifacts));
        });
}

void ApplyPage::take(std::vector<Artifact> artifacts)
{
    const Artifact *before = selected();
    const QString shown = before ? before->fileName : QString();
    m_isMaking = false;
    m_model->setArtifacts(std::move(artifacts), m_services.workspace.site());
    showEmpty(m_model->artifacts().empty());
    fillPlaces();
    m_counts->setText(tr("%1 of %n file(s) applied", nullptr, static_cast<int>(m_model->artifacts().size()))
                          .arg(m_model->appliedCount()));
    const QModelIndex again = m_model->indexOfFile(shown);
    m_list->setCurrentIndex(again.isValid() ? again : m_model->firstFile());
    showSelected();
    if (const QString kind = std::exchange(m_wantedKind, {}); !kind.isEmpty())
        showKind(kind);
}

void ApplyPage::fillPlaces()
{
    const QSignalBlocker quiet(m_place);
    const QVariant chosen = m_place->currentData();
    m_place->clear();
    m_place->addItem(tr("All places"));
    for (const Place place : m_model->places())
        m_place->addItem(placeName(place), static_cast<int>(place));
    m_place->setCurrentIndex(std::max(0, chosen.isValid() ? m_place->findData(chosen) : 0));
}

void ApplyPage::filter()
{
    const QVariant place = m_place->currentData();
    m_model->setWanted({.place = place.isValid() ? std::optional(static_cast<Place>(place.toInt())) : std::nullopt,
                        .words = m_words->text()});
    if (!selected())
        m_list->setCurrentIndex(m_model->firstFile());
    showSelected();
}

const Artifact *ApplyPage::selected() const
{
    return m_model->artifact(m_list->currentIndex());
}

void ApplyPage::showSelected()
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    m_title->setText(artifact->title);
    m_purpose->setText(artifact->purpose);
    const bool sheet = artifact->mediaType == QLatin1String("text/html");
    if (sheet) {
        m_sheet->setHtml(artifact->text);
    } else if (m_text->toPlainText() != artifact->text) {
        m_highlighter->setLanguage(languageOf(*artifact));
        m_text->setPlainText(artifact->text);
    }
    m_stack->setCurrentIndex(sheet ? 1 : 0);
    showApplied();
}

void ApplyPage::showApplied()
{
    const Applied &applied = m_model->applied(m_list->currentIndex());
    const QString day = dayText(applied.on);
    m_applied->setChecked(applied.state == Applied::State::Yes);
    m_applied->setText(applied.state == Applied::State::Yes ? tr("Applied on %1").arg(day) : tr("I have applied it"));
    if (applied.state == Applied::State::ChangedSince)
        m_changed->show(
            Tone::Attention,
            tr("It has changed since you applied it on %1. Apply it again as it is now, and tick it.").arg(day),
            tr("Applied again"));
    else
        m_changed->clear();
}

void ApplyPage::setApplied(bool applied)
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    const Site &site = m_services.workspace.site();
    m_services.workspace.edit(applied ? tr("tick of %1").arg(artifact->title) : tr("removal of a tick"),
                              applied ? withTick(site, *artifact, m_services.clock.today(), m_services.clock.now())
                                      : withoutTick(site, *artifact));
}

bool ApplyPage::selectKind(const QString &kind)
{
    const QModelIndex index = m_model->indexOfKind(kind);
    if (index.isValid())
        m_list->setCurrentIndex(index);
    return index.isValid();
}

void ApplyPage::showKind(const QString &kind)
{
    if (m_isMaking) {
        m_wantedKind = kind;
        return;
    }
    m_words->clear();
    m_place->setCurrentIndex(0);
    if (selectKind(kind))
        m_list->setFocus();
    else
        message()->show(Tone::Attention,
                        tr("The plan has no file that mends it: what the plan needs is there already, or it is "
                           "yours to change by hand as the check says."));
}

void ApplyPage::copySelected()
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    copyToClipboard(m_stack->currentIndex() == 1 ? m_sheet->toPlainText() : artifact->text);
    message()->show(Tone::Good, tr("%1 is on the clipboard.").arg(artifact->title));
}

void ApplyPage::saveSelected()
{
    const Artifact *artifact = selected();
    if (!artifact)
        return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the file"), artifact->fileName);
    if (path.isEmpty())
        return;
    const QString problem = saveArtifact(*artifact, path);
    if (problem.isEmpty())
        message()->show(Tone::Good, tr("Saved as %1.").arg(QDir::toNativeSeparators(path)));
    else
        message()->show(Tone::Wrong, problem);
}

void ApplyPage::saveAllTo(const QString &folder)
{
    const std::vector<Artifact> &artifacts = m_model->artifacts();
    const QString problem = saveArtifacts(artifacts, folder);
    if (!problem.isEmpty())
        return message()->show(Tone::Wrong, problem);
    message()->show(Tone::Good, tr("%n file(s) saved to %1.", nullptr, static_cast<int>(artifacts.size()))
                                    .arg(QDir::toNativeSeparators(folder)));
}

} // namespace relaywright
