// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfMacro.h"

#include "core/base/Text.h"

#include <QTest>

using namespace relaywright;

class tst_SpfMacro : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void expandsTheExamplesOfTheRfc_data();
    void expandsTheExamplesOfTheRfc();
    void expandsExplanationLetters();
    void asksForTheValidatedNameOnlyWhenItIsUsed();
    void cutsLongNamesFromTheLeft();
    void refusesNamesWithBadLabels();
    void reversesAddresses();
    void showsNothingThatATerminalObeys();
};

namespace {

// RFC 7208 §7.4: strong-bad@email.example.com from 192.0.2.3.
SpfMacroValues rfcValues(const char *ip)
{
    return {.localPart = QStringLiteral("strong-bad"),
            .senderDomain = QStringLiteral("email.example.com"),
            .domain = QStringLiteral("email.example.com"),
            .helo = QStringLiteral("mx.example.org"),
            .ip = *IpAddress::parse(QString::fromLatin1(ip)),
            .receiver = QStringLiteral("receiver.example.net"),
            .time = std::chrono::sys_seconds(std::chrono::seconds(1'234'567'890)),
            .validatedName = {}};
}

QString expanded(const QString &text, const SpfMacroValues &values, SpfMacroUse use = SpfMacroUse::DomainSpec)
{
    const auto pieces = parseMacroString(text, use);
    return pieces ? expandMacros(*pieces, values) : QStringLiteral("fault: ") + pieces.error().sentence;
}

} // namespace

void tst_SpfMacro::expandsTheExamplesOfTheRfc_data()
{
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *text, const char *expected) {
        QTest::newRow(text) << QString::fromLatin1(expected);
    };
    row("%{s}", "strong-bad@email.example.com");
    row("%{o}", "email.example.com");
    row("%{d}", "email.example.com");
    row("%{d4}", "email.example.com");
    row("%{d3}", "email.example.com");
    row("%{d2}", "example.com");
    row("%{d1}", "com");
    row("%{dr}", "com.example.email");
    row("%{d2r}", "example.email");
    row("%{l}", "strong-bad");
    row("%{l-}", "strong.bad");
    row("%{lr}", "strong-bad");
    row("%{lr-}", "bad.strong");
    row("%{l1r-}", "strong");
    row("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com");
    row("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com");
    row("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com");
    row("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com");
    row("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net");
    row("6:%{ir}.%{v}._spf.%{d2}",
        "6:1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
    row("%{S}", "strong-bad%40email.example.com");
    row("%{h}", "mx.example.org");
    row("%{p}", "unknown");
    row("a%%b%_c%-d", "a%b c%20d");
    row("%{d999999999999}", "email.example.com");
    row("%{l2r-+/}", "bad.strong");
}

void tst_SpfMacro::expandsTheExamplesOfTheRfc()
{
    const QString text = QString::fromLatin1(QTest::currentDataTag());
    const bool v6 = text.startsWith(u'6');
    // Names are compared without regard to case, and the RFC leaves that of the nibbles open.
    QTEST(expanded(text, rfcValues(v6 ? "2001:db8::cb01" : "192.0.2.3")).toLower(), "expected");
}

void tst_SpfMacro::expandsExplanationLetters()
{
    QCOMPARE(expanded(QStringLiteral("%{c} at %{r} on %{t}"), rfcValues("2001:db8::cb01"), SpfMacroUse::Explanation),
             QStringLiteral("2001:db8::cb01 at receiver.example.net on 1234567890"));
    QCOMPARE(expanded(QStringLiteral("%{i4r}.%{v}"), rfcValues("2001:db8::cb01"), SpfMacroUse::Explanation),
             QStringLiteral("1.0.0.2.ip6"));
    QCOMPARE(expanded(QStringLiteral("%{i4}"), rfcValues("2001:db8::cb01"), SpfMacroUse::Explanation),
             QStringLiteral("C.B.0.1"));
    QVERIFY(expanded(QStringLiteral("%{c}"), rfcValues("192.0.2.3")).startsWith(QLatin1String("fault")));
}

void tst_SpfMacro::asksForTheValidatedNameOnlyWhenItIsUsed()
{
    int asked = 0;
    SpfMacroValues values = rfcValues("192.0.2.3");
    values.validatedName = [&asked] {
        ++asked;
        return QStringLiteral("mx.example.org");
    };
    QCOMPARE(expanded(QStringLiteral("%{d}"), values), QStringLiteral("email.example.com"));
    QCOMPARE(asked, 0);
    QCOMPARE(expanded(QStringLiteral("%{p2}"), values), QStringLiteral("example.org"));
    QCOMPARE(asked, 1);
}

void tst_SpfMacro::cutsLongNamesFromTheLeft()
{
    const QString label(49, u'a');
    const QString name = QStringList(6, label).join(u'.') + QLatin1String(".example.com");
    const QString cut = toQueryName(name);
    QCOMPARE(cut, QStringList(4, label).join(u'.') + QLatin1String(".example.com"));
    QCOMPARE_LE(cut.size(), 253);
}

void tst_SpfMacro::refusesNamesWithBadLabels()
{
    QCOMPARE(toQueryName(QStringLiteral("example.com.")), QStringLiteral("example.com"));
    QCOMPARE(toQueryName(QStringLiteral("a..example.com")), QString());
    QCOMPARE(toQueryName(QStringLiteral(".example.com")), QString());
    QCOMPARE(toQueryName(QString()), QString());
    QCOMPARE(toQueryName(QStringLiteral(".")), QString());
    QCOMPARE(toQueryName(QString(64, u'x') + QLatin1String(".com")), QString());
    QCOMPARE(toQueryName(QString(63, u'x') + QLatin1String(".com")).size(), 67);
    QCOMPARE(toQueryName(QString(500, u'x')), QString());
}

void tst_SpfMacro::reversesAddresses()
{
    QCOMPARE(toReverseName(*IpAddress::parse(QStringLiteral("192.0.2.3"))), QStringLiteral("3.2.0.192.in-addr.arpa"));
    QVERIFY(toReverseName(*IpAddress::parse(QStringLiteral("2001:db8::cb01"))).startsWith(QLatin1String("1.0.b.c.0.")));
    QVERIFY(toReverseName(*IpAddress::parse(QStringLiteral("2001:db8::cb01")))
                .endsWith(QLatin1String("8.b.d.0.1.0.0.2.ip6.arpa")));
}

void tst_SpfMacro::showsNothingThatATerminalObeys()
{
    // An explanation's text comes from a stranger's DNS, and a fault quotes it.
    const auto pieces = parseMacroString(QStringLiteral("%{i\x1b[2J\x9b}"), SpfMacroUse::Explanation);
    QVERIFY(!pieces);
    QVERIFY2(!hasControlCharacters(pieces.error().sentence), qPrintable(pieces.error().sentence));
    QVERIFY(pieces.error().sentence.contains(QLatin1String("\\x1b[2J")));
}

QTEST_GUILESS_MAIN(tst_SpfMacro)
#include "tst_SpfMacro.moc"
