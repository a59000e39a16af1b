// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/PasswordEntry.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QTest>

using namespace relaywright;

class tst_PasswordEntry : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void hidesWhatIsTyped();
    void keepsInTheKeychainUnlessToldOtherwise();
    void promisesNothingWithoutAKeychain();
    void leavesTheChoiceAloneWhileTheKeychainStays();
};

void tst_PasswordEntry::hidesWhatIsTyped()
{
    PasswordEntry entry;
    QVERIFY(entry.typed().isEmpty());
    entry.type(QStringLiteral("pässword"));
    QCOMPARE(entry.findChild<QLineEdit *>()->echoMode(), QLineEdit::Password);
    QVERIFY(entry.typed() == Secret::fromText(QStringLiteral("pässword")));
    entry.clear();
    QVERIFY(entry.typed().isEmpty());
}

void tst_PasswordEntry::keepsInTheKeychainUnlessToldOtherwise()
{
    PasswordEntry entry;
    entry.setVault(Vault::State::Available, {});
    QCOMPARE(entry.keep(), Vault::Keep::InKeychain);
    entry.findChild<QCheckBox *>()->setChecked(false);
    QCOMPARE(entry.keep(), Vault::Keep::ForThisRun);
}

void tst_PasswordEntry::promisesNothingWithoutAKeychain()
{
    PasswordEntry entry;
    auto *keep = entry.findChild<QCheckBox *>();
    entry.setVault(Vault::State::Unavailable, QStringLiteral("There is no keychain here."));
    QVERIFY(!keep->isEnabled());
    QVERIFY(!keep->isChecked());
    QCOMPARE(entry.keep(), Vault::Keep::ForThisRun);
    entry.setVault(Vault::State::Available, {});
    QVERIFY(keep->isEnabled());
    QCOMPARE(entry.keep(), Vault::Keep::InKeychain);
}

void tst_PasswordEntry::leavesTheChoiceAloneWhileTheKeychainStays()
{
    PasswordEntry entry;
    entry.setVault(Vault::State::Available, {});
    entry.findChild<QCheckBox *>()->setChecked(false);
    entry.setVault(Vault::State::Available, {});
    QCOMPARE(entry.keep(), Vault::Keep::ForThisRun);
}

QTEST_MAIN(tst_PasswordEntry)
#include "tst_PasswordEntry.moc"
