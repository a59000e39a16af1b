// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/PowerShell.h"
#include "tests/unit/artifacts/PowerShellReader.h"

#include <QRandomGenerator>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

class tst_PowerShell : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void quotesWhatPowerShellTakesForAQuote_data();
    void quotesWhatPowerShellTakesForAQuote();
    void leavesHiddenCharactersOut_data();
    void leavesHiddenCharactersOut();
    void isOneInertLiteralWhateverItHolds_data();
    void isOneInertLiteralWhateverItHolds();
    void isOneInertLiteralForRandomText();
    void buildsCommands();
    void assignsLiteralsAndTables();
    void writesParametersWithCommas();
    void takesCodeAsItStands();
    void keepsACommentOnItsLine();
    void foldsLongComments();
};

void tst_PowerShell::quotesWhatPowerShellTakesForAQuote_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("literal");
    QTest::newRow("plain") << QStringLiteral("Scanner") << QStringLiteral("'Scanner'");
    QTest::newRow("empty") << QString() << QStringLiteral("''");
    QTest::newRow("straight") << QStringLiteral("O'Brien") << QStringLiteral("'O''Brien'");
    QTest::newRow("typographic") << QStringLiteral("O’Brien") << QStringLiteral("'O’’Brien'");
    QTest::newRow("all five") << QStringLiteral("'‘’‚‛") << QStringLiteral("'''‘‘’’‚‚‛‛'");
    QTest::newRow("only a quote") << QStringLiteral("'") << QStringLiteral("''''");
    QTest::newRow("double quotes stay as they are") << QStringLiteral("\"“”„") << QStringLiteral("'\"“”„'");
    QTest::newRow("dollar and backtick stay as they are")
        << QStringLiteral("$(calc)`n$env:X") << QStringLiteral("'$(calc)`n$env:X'");
}

void tst_PowerShell::quotesWhatPowerShellTakesForAQuote()
{
    QFETCH(QString, text);
    QFETCH(QString, literal);
    QCOMPARE(psLiteral(text), literal);
}

void tst_PowerShell::leavesHiddenCharactersOut_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *tag, const QString &text) { QTest::newRow(tag) << text; };
    row("NUL", QStringLiteral("a") + QChar(0) + u'b');
    row("line feed", QStringLiteral("a\nb"));
    row("CRLF", QStringLiteral("a\r\nb"));
    row("tab", QStringLiteral("a\tb"));
    row("escape", QStringLiteral("a\x1b") + u'b');
    row("next line (C1)", QStringLiteral("a\u0085b"));
    row("line separator", QStringLiteral("a\u2028b"));
    row("paragraph separator", QStringLiteral("a\u2029b"));
    row("right-to-left override", QStringLiteral("a\u202eb"));
    row("isolate", QStringLiteral("a\u2066b\u2069"));
    row("right-to-left mark", QStringLiteral("a\u200fb"));
    row("Arabic letter mark", QStringLiteral("a\u061cb"));
    row("byte order mark", QStringLiteral("\ufeffab"));
    row("half a surrogate pair", QStringLiteral("a") + QChar(0xd83d) + u'b');
    row("the other half", QStringLiteral("a") + QChar(0xde00) + u'b');
}

void tst_PowerShell::leavesHiddenCharactersOut()
{
    QFETCH(QString, text);
    QCOMPARE(withoutHiddenCharacters(text), QStringLiteral("ab"));
    QCOMPARE(psLiteral(text), QStringLiteral("'ab'"));
}

void tst_PowerShell::isOneInertLiteralWhateverItHolds_data()
{
    QTest::addColumn<QString>("text");
    const auto row = [](const char *tag, const QString &text) { QTest::newRow(tag) << text; };
    row("the issue's name", QStringLiteral("O'Brien’s \"$(calc)\""));
    row("ends the literal and adds a command", QStringLiteral("x'; Remove-Mailbox y; '"));
    row("the same with a typographic quote", QStringLiteral("x’; Remove-Mailbox y; ‘"));
    row("mixed quotes around a command", QStringLiteral("‛;calc;'‚"));
    row("an odd number of quotes", QStringLiteral("'''’‘"));
    row("a here-string", QStringLiteral("@'\nx\n'@"));
    row("a comment", QStringLiteral("# <# #>"));
    row("a new line and a command", QStringLiteral("x\nRemove-Mailbox y"));
    row("a backtick before a quote", QStringLiteral("`'`"));
    row("emoji and umlauts stay", QStringLiteral("Büro 🖨 3"));
    row("10 KB of quotes", QString(10'240, QChar(0x2019)));
    row("10 KB name", QString(10'240, u'x'));
}

void tst_PowerShell::isOneInertLiteralWhateverItHolds()
{
    QFETCH(QString, text);
    const auto tokens = readPowerShell(
        PsCommand(QStringLiteral("Get-Mailbox")).with(QStringLiteral("Identity"), PsText{text}).toString());
    QCOMPARE(tokens.size(), 3u);
    QCOMPARE(tokens[2].kind, PsToken::Kind::Literal);
    QCOMPARE(tokens[2].text, withoutHiddenCharacters(text));
}

void tst_PowerShell::isOneInertLiteralForRandomText()
{
    QRandomGenerator random(20261122);
    const QString alphabet = QStringLiteral("ab'‘’‚‛\"“”„$(){};|`#&@\n\r\t -,🖨\u2028\u202e");
    for (int round = 0; round < 5000; ++round) {
        QString text;
        for (int length = random.bounded(30); length > 0; --length)
            text += alphabet[random.bounded(static_cast<int>(alphabet.size()))];
        const auto tokens = readPowerShell(psLiteral(text));
        QCOMPARE(tokens.size(), 1u);
        QCOMPARE(tokens[0].kind, PsToken::Kind::Literal);
        QCOMPARE(tokens[0].text, withoutHiddenCharacters(text));
    }
}

void tst_PowerShell::buildsCommands()
{
    const PsCommand command = PsCommand(QStringLiteral("New-InboundConnector"))
                                  .with(QStringLiteral("Name"), PsText{QStringLiteral("it's")})
                                  .with(QStringLiteral("SenderIPAddresses"),
                                        PsList{{QStringLiteral("192.0.2.1"), QStringLiteral("192.0.2.2")}})
                                  .with(QStringLiteral("EFUsers"), PsList{})
                                  .with(QStringLiteral("Enabled"), PsBool{true})
                                  .with(QStringLiteral("RequireTls"), PsBool{false})
                                  .with(QStringLiteral("Priority"), PsNumber{-3})
                                  .with(QStringLiteral("Identity"), PsVariable{QStringLiteral("name")})
                                  .with(QStringLiteral("WhatIf"), PsSwitch{})
                                  .with(QStringLiteral("Confirm"), PsSwitch{false});
    QCOMPARE(command.toString(),
             QStringLiteral("New-InboundConnector -Name 'it''s' -SenderIPAddresses '192.0.2.1', '192.0.2.2' -EFUsers "
                            "@() -Enabled $true "
                            "-RequireTls $false -Priority -3 -Identity $name -WhatIf -Confirm:$false"));
}

void tst_PowerShell::assignsLiteralsAndTables()
{
    PsScript script;
    script.set(QStringLiteral("name"), PsText{QStringLiteral("it’s")})
        .set(QStringLiteral("none"), PsList{})
        .set(QStringLiteral("one"), PsList{{QStringLiteral("a")}})
        .set(QStringLiteral("change"), PsHash{QStringLiteral("Add"), {QStringLiteral("smtp:a@b")}})
        .table(QStringLiteral("rows"), {QStringLiteral("A"), QStringLiteral("B")},
               {{PsText{QStringLiteral("'")}, PsNumber{3}}, {PsText{}, PsBool{true}}});
    QCOMPARE(script.toString(), QStringLiteral("$name = 'it’’s'\n$none = @()\n$one = @('a')\n"
                                               "$change = @{ Add = 'smtp:a@b' }\n"
                                               "$rows = @(\n    [pscustomobject] @{ A = ''''; B = 3 }\n"
                                               "    [pscustomobject] @{ A = ''; B = $true }\n)\n"));
}

void tst_PowerShell::writesParametersWithCommas()
{
    QCOMPARE(PsScript().parameters({}).toString(), QStringLiteral("param()\n"));
    const PsScript two =
        PsScript().parameters({{QStringLiteral("First,\nfolded."), u"[switch] $One"},
                               {QStringLiteral("Second."), QStringLiteral("Two"), PsList{{QStringLiteral("'")}}}});
    QCOMPARE(two.toString(),
             QStringLiteral("param(\n    # First, folded.\n    [switch] $One,\n    # Second.\n    $Two = "
                            "@('''')\n)\n"));
}

void tst_PowerShell::takesCodeAsItStands()
{
    QCOMPARE(PsScript().code(u"throw 'x'").toString(), QStringLiteral("throw 'x'\n"));
    QCOMPARE(PsScript().code(u"\na\n\n  b\n").toString(), QStringLiteral("a\n\n  b\n"));
}

void tst_PowerShell::keepsACommentOnItsLine()
{
    QCOMPARE(psComment(QStringLiteral("a\r\nRemove-Mailbox\u2028b\u0085c")), QStringLiteral("# a  Remove-Mailbox b c"));
    const QString script = PsScript().comment(QStringLiteral("for x\nRemove-Mailbox y\r\n#> z")).toString();
    for (const PsToken &token : readPowerShell(script))
        QVERIFY(token.kind == PsToken::Kind::Comment || token.kind == PsToken::Kind::NewLine);
}

void tst_PowerShell::foldsLongComments()
{
    const QString text = QStringLiteral("word ").repeated(60).trimmed();
    const QStringList lines = PsScript().comment(text).toString().split(u'\n', Qt::SkipEmptyParts);
    QVERIFY(lines.size() > 2);
    QString joined;
    for (const QString &line : lines) {
        QVERIFY(line.size() <= 84);
        QVERIFY(line.startsWith(QLatin1String("# ")));
        joined += line.mid(1);
    }
    QCOMPARE(joined.trimmed(), text);
}

QTEST_GUILESS_MAIN(tst_PowerShell)
#include "tst_PowerShell.moc"
