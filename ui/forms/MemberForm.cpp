// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/MemberForm.h"

#include "core/base/Text.h"
#include "ui/forms/KeptSecret.h"
#include "ui/widgets/FileEntry.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace relaywright {

namespace {

constexpr double kMebibyte = 1 << 20;
constexpr double kLargest = 1e15;

/// As typed: 10000, 10,000 or 0.5. As the window writes it comes first: 1.000 is a thousand in German.
std::optional<double> numberOf(const QString &text)
{
    bool ok = false;
    double number = QLocale().toDouble(text.trimmed(), &ok);
    if (!ok)
        number = text.trimmed().toDouble(&ok);
    return ok && std::abs(number) <= kLargest ? std::optional(number) : std::nullopt;
}

/// A whole number, or what was typed.
QJsonValue wholeNumber(const QString &text)
{
    const auto number = numberOf(text);
    return number && std::floor(*number) == *number ? QJsonValue(static_cast<qint64>(*number)) : QJsonValue(text);
}

QString numberText(const QJsonValue &value)
{
    return value.isDouble() ? QLocale().toString(value.toInteger()) : value.toString();
}

QString mebibytesText(const QJsonValue &value)
{
    return value.isDouble() ? QLocale().toString(value.toDouble() / kMebibyte, 'g', 10) : value.toString();
}

/// A number that was typed is written as the one in grey.
void writeAlike(QLineEdit *edit)
{
    QObject::connect(edit, &QLineEdit::editingFinished, edit, [edit] {
        const auto number = numberOf(edit->text());
        const QString written = number ? QLocale().toString(*number, 'g', 16) : edit->text();
        if (written != edit->text())
            edit->setText(written);
    });
}

} // namespace

MemberForm::MemberForm(QWidget *parent) : FactForm(parent) {}

QString MemberForm::textOf(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

void MemberForm::put(QJsonObject &members, const QString &name, const QString &text)
{
    if (text.isEmpty())
        members.remove(name);
    else
        members.insert(name, text);
}

void MemberForm::bind(std::function<void(const QJsonObject &)> load, std::function<void(QJsonObject &)> save)
{
    m_bindings.push_back({std::move(load), std::move(save)});
}

void MemberForm::load(const QJsonObject &members)
{
    for (const Binding &binding : m_bindings)
        binding.load(members);
}

QJsonObject MemberForm::saved(QJsonObject members) const
{
    for (const Binding &binding : m_bindings)
        binding.save(members);
    return members;
}

void MemberForm::showProblem(const QString &name, const QString &sentence)
{
    // The relay counts octets; here people count MiB.
    static const QRegularExpression range(QStringLiteral("whole number from \\d+ to (\\d+)"));
    QString shown = sentence;
    if (const auto match = range.match(sentence); m_mebibytes.contains(name) && match.hasMatch())
        shown = tr("Type a number of MiB up to %1.")
                    .arg(QLocale().toString(std::floor(match.captured(1).toDouble() / kMebibyte), 'f', 0));
    showProblems(name.isEmpty() ? Problems() : Problems{{name, shown}});
}

std::pair<QVBoxLayout *, QVBoxLayout *> MemberForm::addPair(QVBoxLayout *layout)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(gap::kLarge);
    layout->addLayout(row);
    const auto addColumn = [row] {
        auto *column = new QVBoxLayout;
        row->addLayout(column, 1);
        row->setAlignment(column, Qt::AlignTop); // a sentence below one answer leaves the other where it is
        return column;
    };
    auto *left = addColumn();
    return {left, addColumn()};
}

QLineEdit *MemberForm::askLine(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                               const QString &why)
{
    QLineEdit *edit = askText(layout, name, question, example, why);
    const QString key = QLatin1String(name);
    bind([edit, key](const QJsonObject &members) { FactForm::put(edit, textOf(members.value(key))); },
         [edit, key](QJsonObject &members) { put(members, key, edit->text().trimmed()); });
    return edit;
}

QLineEdit *MemberForm::askList(QVBoxLayout *layout, const char *name, const QString &question, const QString &example,
                               const QString &why)
{
    QLineEdit *edit = askText(layout, name, question, example, why);
    const QString key = QLatin1String(name);
    bind(
        [edit, key](const QJsonObject &members) {
            QStringList items;
            for (const QJsonValue &item : members.value(key).toArray())
                items += item.toString();
            FactForm::put(edit, items.join(QLatin1String(", ")));
        },
        [edit, key](QJsonObject &members) {
            const QStringList items = splitList(edit->text());
            if (items.isEmpty())
                members.remove(key);
            else
                members.insert(key, QJsonArray::fromStringList(items));
        });
    return edit;
}

QLineEdit *MemberForm::askNumber(QVBoxLayout *layout, const char *name, const QString &question, qint64 usual,
                                 const QString &why)
{
    QLineEdit *edit = askText(layout, name, question, QLocale().toString(usual), why);
    writeAlike(edit);
    const QString key = QLatin1String(name);
    bind([edit, key](const QJsonObject &members) { FactForm::put(edit, numberText(members.value(key))); },
         [edit, key](QJsonObject &members) {
             if (edit->text().trimmed().isEmpty())
                 members.remove(key);
             else
                 members.insert(key, wholeNumber(edit->text()));
         });
    return edit;
}

QLineEdit *MemberForm::askMebibytes(QVBoxLayout *layout, const char *name, const QString &question, qint64 usual,
                                    const QString &why)
{
    QLineEdit *edit =
        askText(layout, name, question, QLocale().toString(static_cast<double>(usual) / kMebibyte, 'f', 0), why);
    writeAlike(edit);
    const QString key = QLatin1String(name);
    m_mebibytes += key;
    bind([edit, key](const QJsonObject &members) { FactForm::put(edit, mebibytesText(members.value(key))); },
         [edit, key](QJsonObject &members) {
             if (edit->text() == mebibytesText(members.value(key)))
                 return; // to the octet as it was
             const auto number = numberOf(edit->text());
             if (edit->text().trimmed().isEmpty())
                 members.remove(key);
             else if (number)
                 members.insert(key, static_cast<qint64>(std::llround(std::min(*number * kMebibyte, kLargest))));
             else
                 members.insert(key, edit->text());
         });
    return edit;
}

QCheckBox *MemberForm::askTick(QVBoxLayout *layout, const char *name, const QString &question, const QString &text,
                               bool usual, const QString &why)
{
    auto *box = new QCheckBox(text);
    ask(layout, name, question, box, why);
    const QString key = QLatin1String(name);
    bind([box, key, usual](const QJsonObject &members) { box->setChecked(members.value(key).toBool(usual)); },
         [box, key, usual](QJsonObject &members) {
             if (box->isChecked() == usual)
                 members.remove(key);
             else
                 members.insert(key, box->isChecked());
         });
    return box;
}

QComboBox *MemberForm::askWord(QVBoxLayout *layout, const char *name, const QString &question,
                               const WordChoices &choices, const QString &why)
{
    auto *box = new QComboBox;
    for (const auto &[word, text] : choices)
        box->addItem(text, word);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(12);
    ask(layout, name, question, box, why);
    const QString key = QLatin1String(name);
    bind(
        [box, key](const QJsonObject &members) {
            box->setCurrentIndex(std::max(0, box->findData(members.value(key).toString())));
        },
        [box, key](QJsonObject &members) {
            put(members, key, box->currentIndex() <= 0 ? QString() : box->currentData().toString());
        });
    return box;
}

FileEntry *MemberForm::askFile(QVBoxLayout *layout, const char *name, const QString &question, const QString &filter,
                               const QString &why)
{
    auto *entry = new FileEntry(question, filter);
    ask(layout, name, question, entry, why);
    entry->setName(question);
    const QString key = QLatin1String(name);
    bind([entry, key](const QJsonObject &members) { entry->setPath(members.value(key).toString()); },
         [entry, key](QJsonObject &members) { put(members, key, entry->path()); });
    return entry;
}

std::vector<QWidget *> MemberForm::askCertificate(QVBoxLayout *layout, Vault &vault, const QString &question,
                                                  const QString &why, const QString &keptAs)
{
    FileEntry *certificate = askFile(layout, "certificateFile", question, tr("Certificates (*.pem *.crt *.cer)"), why);
    FileEntry *key = askFile(layout, "keyFile", tr("Its private key"), tr("Private keys (*.pem *.key)"));
    FileEntry *pkcs12 =
        askFile(layout, "pkcs12File", tr("Or both in one PKCS#12 file"), tr("PKCS#12 files (*.p12 *.pfx)"));
    auto *password = new KeptSecret(vault);
    ask(layout, "pkcs12Password", tr("Password of that file"), password);
    password->setAccessibleNames(tr("Password of that file"));
    const auto name = [pkcs12, keptAs] {
        const QString file = QFileInfo(pkcs12->path()).fileName();
        return file.isEmpty() ? QString() : keptAs + u'-' + file;
    };
    connect(pkcs12, &FileEntry::edited, this, [password, name] { password->setName(name()); });
    connect(password, &KeptSecret::edited, this, &FactForm::edited);
    bind(
        [password, name](const QJsonObject &members) {
            password->setReference(members.value(QLatin1String("pkcs12Password")).toString(), name());
        },
        [password, name](QJsonObject &members) {
            put(members, QStringLiteral("pkcs12Password"), password->referenceFor(name()));
        });
    return {certificate->parentWidget(), key->parentWidget(), pkcs12->parentWidget(), password->parentWidget()};
}

} // namespace relaywright
