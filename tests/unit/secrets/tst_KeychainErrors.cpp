// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/KeychainJobs.h"

#include <QTest>

using namespace relaywright;

class tst_KeychainErrors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void becomeOurKinds_data();
    void becomeOurKinds();
    void nameWhatToStartWhereNoServiceAnswers();
};

void tst_KeychainErrors::becomeOurKinds_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<int>("platform");
    QTest::addColumn<int>("kind");
    const auto row = [](const char *tag, QKeychain::Error error, KeychainPlatform platform, ErrorKind kind) {
        QTest::newRow(tag) << static_cast<int>(error) << static_cast<int>(platform) << static_cast<int>(kind);
    };
    using enum KeychainPlatform;
    row("nothing there", QKeychain::EntryNotFound, SecretService, ErrorKind::NotFound);
    row("the user said no", QKeychain::AccessDeniedByUser, Apple, ErrorKind::Denied);
    row("locked", QKeychain::AccessDenied, SecretService, ErrorKind::Denied);
    row("cannot delete", QKeychain::CouldNotDeleteEntry, Windows, ErrorKind::Denied);
    row("no service", QKeychain::NoBackendAvailable, SecretService, ErrorKind::Unsupported);
    row("not on this system", QKeychain::NotImplemented, Windows, ErrorKind::Unsupported);
    row("no bus", QKeychain::OtherError, SecretService, ErrorKind::Unsupported);
    row("too large for Windows", QKeychain::OtherError, Windows, ErrorKind::Storage);
    row("macOS has a reason of its own", QKeychain::OtherError, Apple, ErrorKind::Storage);
}

void tst_KeychainErrors::becomeOurKinds()
{
    QFETCH(int, error);
    QFETCH(int, platform);
    QFETCH(int, kind);
    const Error ours = keychainError(static_cast<QKeychain::Error>(error), QStringLiteral("Own words"),
                                     QStringLiteral("scanner@contoso.com"), static_cast<KeychainPlatform>(platform));
    QCOMPARE(static_cast<int>(ours.kind), kind);
    QVERIFY2(ours.detail.endsWith(u'.'), qPrintable(ours.detail));
    QVERIFY2(ours.detail.contains(QLatin1String("scanner@contoso.com"))
                 || ours.detail.contains(QLatin1String("Own words")),
             qPrintable(ours.detail));
}

void tst_KeychainErrors::nameWhatToStartWhereNoServiceAnswers()
{
    const Error error =
        keychainError(QKeychain::OtherError, QStringLiteral("The name org.freedesktop.secrets\nwas not provided"),
                      QStringLiteral("a"), KeychainPlatform::SecretService);
    QCOMPARE(error.detail,
             QStringLiteral("No keychain service answers in this session (The name org.freedesktop.secrets was "
                            "not provided). Start gnome-keyring or KWallet, or keep the password for this run only."));
}

QTEST_GUILESS_MAIN(tst_KeychainErrors)
#include "tst_KeychainErrors.moc"
