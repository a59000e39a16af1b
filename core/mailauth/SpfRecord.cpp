// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/SpfRecord.h"

#include "core/mailauth/SpfMacro.h"
#include "core/mailauth/SpfRecordCache.h"

#include <algorithm>
#include <array>
#include <utility>

namespace relaywright {

namespace {

using Kind = SpfMechanism::Kind;
constexpr QLatin1String kVersion("v=spf1");
constexpr std::array<std::pair<QLatin1String, Kind>, 8> kMechanisms{{
    {QLatin1String("all"), Kind::All},
    {QLatin1String("include"), Kind::Include},
    {QLatin1String("a"), Kind::A},
    {QLatin1String("mx"), Kind::Mx},
    {QLatin1String("ptr"), Kind::Ptr},
    {QLatin1String("ip4"), Kind::Ip4},
    {QLatin1String("ip6"), Kind::Ip6},
    {QLatin1String("exists"), Kind::Exists},
}};

bool isAlpha(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// §4.6.1: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool isName(const QString &text)
{
    return !text.isEmpty() && isAlpha(text.front()) && std::ranges::all_of(text, [](QChar c) {
        return isAlpha(c) || isDigit(c) || c == u'-' || c == u'_' || c == u'.';
    });
}

/// §7.1 toplabel: letters, digits, inner hyphens, and not digits alone.
bool isTopLabel(QStringView label)
{
    const bool inside = std::ranges::all_of(label, [](QChar c) { return isAlpha(c) || isDigit(c) || c == u'-'; });
    return inside && !label.isEmpty() && label.front() != u'-' && label.back() != u'-'
           && !std::ranges::all_of(label, isDigit);
}

/// A prefix length without leading zeros, at most `max`; nothing when it is none.
std::optional<int> parsePrefix(QStringView digits, int max)
{
    const bool plain = !digits.isEmpty() && digits.size() <= 3 && std::ranges::all_of(digits, isDigit)
                       && (digits.size() == 1 || digits.front() != u'0');
    if (!plain || digits.toInt() > max)
        return std::nullopt;
    return digits.toInt();
}

/// ip6 inside the IPv4-mapped block: the host bits are cleared before the block is looked at, so that
/// `::ffff:192.0.2.1/0` is the whole of IPv6.
IpNetwork networkOf(const IpAddress &address, Kind kind, int prefix)
{
    if (kind == Kind::Ip4 || address.family() == IpAddress::Family::V6)
        return IpNetwork::of(address, prefix);
    if (prefix >= 96)
        return IpNetwork::of(address, prefix - 96);
    IpAddress::Octets octets{};
    octets[10] = octets[11] = 0xff;
    for (int bit = prefix; bit < 96; ++bit)
        octets[static_cast<size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
    return IpNetwork::of(IpAddress::fromV6(octets), prefix);
}

class Parser {
public:
    explicit Parser(const QString &text) : m_text(text) {}

    tl::expected<SpfRecord, SpfSyntaxError> parse()
    {
        if (!checkCharacters() || !checkVersion())
            return tl::unexpected(*m_error);
        qsizetype i = kVersion.size();
        while (i < m_text.size() && !m_error) {
            if (m_text[i] == u' ') {
                ++i;
                continue;
            }
            const qsizetype end = m_text.indexOf(u' ', i) < 0 ? m_text.size() : m_text.indexOf(u' ', i);
            parseTerm(i, m_text.sliced(i, end - i));
            i = end;
        }
        if (m_error)
            return tl::unexpected(*m_error);
        return m_record;
    }

private:
    bool fail(const QString &sentence, qsizetype offset, qsizetype length)
    {
        if (!m_error)
            m_error = SpfSyntaxError{sentence, offset, length};
        return false;
    }

    bool checkCharacters()
    {
        const auto bad = std::ranges::find_if(m_text, [](QChar c) { return c.unicode() < 0x20 || c.unicode() > 0x7e; });
        if (bad == m_text.end())
            return true;
        return fail(
            QStringLiteral(
                "A character that is not printable ASCII; separate terms with spaces and write domains as A-labels."),
            bad - m_text.begin(), 1);
    }

    bool checkVersion()
    {
        const bool begins = m_text.startsWith(kVersion, Qt::CaseInsensitive)
                            && (m_text.size() == kVersion.size() || m_text[kVersion.size()] == u' ');
        return begins
               || fail(QStringLiteral("An SPF record begins with \"v=spf1\" and a space."), 0,
                       std::min<qsizetype>(m_text.size(), 7));
    }

    void parseTerm(qsizetype offset, const QString &term)
    {
        const qsizetype equals = term.indexOf(u'=');
        const bool modifier = equals >= 0 && isName(term.left(equals));
        if (modifier)
            parseModifier(offset, term, equals);
        else
            parseMechanism(offset, term);
    }

    bool parseModifier(qsizetype offset, const QString &term, qsizetype equals)
    {
        const QString name = term.left(equals).toLower();
        const QString value = term.mid(equals + 1);
        const bool isRedirect = name == QLatin1String("redirect");
        if (!isRedirect && name != QLatin1String("exp")) {
            const auto pieces = parseMacroString(value, SpfMacroUse::AnyModifier, offset + equals + 1);
            m_record.otherModifiers += term;
            return pieces || fail(pieces.error().sentence, pieces.error().offset, pieces.error().length);
        }
        QString &target = isRedirect ? m_record.redirect : m_record.explanation;
        if (!target.isEmpty())
            return fail(QStringLiteral("\"%1=\" stands twice; it can stand once only.").arg(name), offset, term.size());
        target = value;
        return checkDomainSpec(value, offset + equals + 1, offset, term);
    }

    bool parseMechanism(qsizetype offset, const QString &term)
    {
        SpfMechanism mechanism;
        mechanism.offset = offset;
        mechanism.length = term.size();
        const qsizetype sign = takeQualifier(term, mechanism) ? 1 : 0;
        qsizetype nameEnd = sign;
        while (nameEnd < term.size() && term[nameEnd] != u':' && term[nameEnd] != u'/')
            ++nameEnd;
        const QString name = term.sliced(sign, nameEnd - sign).toLower();
        const auto known = std::ranges::find(kMechanisms, name, &std::pair<QLatin1String, Kind>::first);
        if (known == kMechanisms.end())
            return fail(
                QStringLiteral("\"%1\" is not a mechanism that SPF knows: all, include, a, mx, ptr, ip4, ip6, exists.")
                    .arg(term.left(60)),
                offset, term.size());
        mechanism.kind = known->second;
        if (!parseArgument(mechanism, term, nameEnd))
            return false;
        m_record.mechanisms.push_back(mechanism);
        return true;
    }

    static bool takeQualifier(const QString &term, SpfMechanism &mechanism)
    {
        switch (term.front().toLatin1()) {
        case '+': mechanism.qualifier = SpfQualifier::Pass; return true;
        case '-': mechanism.qualifier = SpfQualifier::Fail; return true;
        case '~': mechanism.qualifier = SpfQualifier::SoftFail; return true;
        case '?': mechanism.qualifier = SpfQualifier::Neutral; return true;
        default: return false;
        }
    }

    bool parseArgument(SpfMechanism &mechanism, const QString &term, qsizetype nameEnd)
    {
        switch (mechanism.kind) {
        case Kind::All:
            return nameEnd == term.size()
                   || fail(QStringLiteral("\"all\" takes no argument."), mechanism.offset + nameEnd,
                           term.size() - nameEnd);
        case Kind::Ip4:
        case Kind::Ip6: return parseNetwork(mechanism, term, nameEnd);
        case Kind::A:
        case Kind::Mx: return parseAddressed(mechanism, term, nameEnd);
        case Kind::Ptr: return nameEnd == term.size() || takeDomain(mechanism, term, nameEnd, term.size());
        case Kind::Include:
        case Kind::Exists: return takeDomain(mechanism, term, nameEnd, term.size());
        }
        Q_UNREACHABLE();
    }

    bool parseNetwork(SpfMechanism &mechanism, const QString &term, qsizetype nameEnd)
    {
        const bool v4 = mechanism.kind == Kind::Ip4;
        const QString text = nameEnd < term.size() && term[nameEnd] == u':' ? term.mid(nameEnd + 1) : QString();
        const qsizetype slash = text.indexOf(u'/');
        const QString addressText = slash < 0 ? text : text.left(slash);
        const auto address = IpAddress::parse(addressText);
        const int bits = v4 ? 32 : 128;
        const auto prefix = slash < 0 ? std::optional(bits) : parsePrefix(QStringView(text).mid(slash + 1), bits);
        // "::ffff:192.0.2.1" comes as an IPv4 address: the colon tells which of the two was written.
        if (!address || addressText.contains(u':') == v4)
            return fail(
                v4 ? QStringLiteral("\"%1\" needs an IPv4 address, such as ip4:192.0.2.10 or ip4:192.0.2.0/24.")
                         .arg(term.left(60))
                   : QStringLiteral("\"%1\" needs an IPv6 address, such as ip6:2001:db8::10 or ip6:2001:db8::/32.")
                         .arg(term.left(60)),
                mechanism.offset, term.size());
        if (!prefix)
            return fail(QStringLiteral("The prefix length of \"%1\" must be a number from 0 to %2.")
                            .arg(term.left(60), QString::number(bits)),
                        mechanism.offset, term.size());
        mechanism.network = networkOf(*address, mechanism.kind, *prefix);
        return true;
    }

    /// a and mx: [":" domain-spec] [dual-cidr-length], read from the right since a domain-spec may hold slashes.
    bool parseAddressed(SpfMechanism &mechanism, const QString &term, qsizetype nameEnd)
    {
        qsizetype end = term.size();
        const auto digitsBefore = [&](qsizetype from) {
            qsizetype start = from;
            while (start > nameEnd && isDigit(term[start - 1]))
                --start;
            return start;
        };
        std::optional<int> prefix4 = 32, prefix6 = 128;
        qsizetype start = digitsBefore(end);
        if (start < end && start >= nameEnd + 2 && term[start - 1] == u'/' && term[start - 2] == u'/') {
            prefix6 = parsePrefix(QStringView(term).sliced(start, end - start), 128);
            end = start - 2;
            start = digitsBefore(end);
        }
        if (start < end && start >= nameEnd + 1 && term[start - 1] == u'/') {
            prefix4 = parsePrefix(QStringView(term).sliced(start, end - start), 32);
            end = start - 1;
        }
        if (!prefix4 || !prefix6)
            return fail(QStringLiteral("The prefix lengths of \"%1\" must be numbers up to 32 for IPv4 and, after two "
                                       "slashes, up to 128 for IPv6.")
                            .arg(term.left(60)),
                        mechanism.offset, term.size());
        mechanism.prefix4 = *prefix4;
        mechanism.prefix6 = *prefix6;
        return nameEnd == end || takeDomain(mechanism, term, nameEnd, end);
    }

    bool takeDomain(SpfMechanism &mechanism, const QString &term, qsizetype nameEnd, qsizetype end)
    {
        if (nameEnd >= end || term[nameEnd] != u':')
            return fail(QStringLiteral("\"%1\" needs a colon and a domain, such as include:spf.example.com.")
                            .arg(term.left(60)),
                        mechanism.offset, term.size());
        mechanism.domainSpec = term.sliced(nameEnd + 1, end - nameEnd - 1);
        return checkDomainSpec(mechanism.domainSpec, mechanism.offset + nameEnd + 1, mechanism.offset, term);
    }

    /// §7.1: macro-string, ending in a macro or in "." toplabel ["."].
    bool checkDomainSpec(const QString &spec, qsizetype offset, qsizetype termOffset, const QString &term)
    {
        if (spec.isEmpty())
            return fail(
                QStringLiteral("\"%1\" has no domain; write one after it, or leave the sign away.").arg(term.left(60)),
                termOffset, term.size());
        const auto pieces = parseMacroString(spec, SpfMacroUse::DomainSpec, offset);
        if (!pieces)
            return fail(pieces.error().sentence, pieces.error().offset, pieces.error().length);
        if (endsInMacro(spec))
            return true;
        const QString body = spec.endsWith(u'.') ? spec.chopped(1) : spec;
        const qsizetype dot = body.lastIndexOf(u'.');
        if (dot < 0 || !isTopLabel(QStringView(body).sliced(dot + 1)))
            return fail(
                QStringLiteral(
                    "\"%1\" is not a domain: it needs a dot and a last part of letters, digits and inner hyphens.")
                    .arg(spec.left(60)),
                offset, spec.size());
        // What cannot become a name whatever the sender is: an empty or overlong label (§4.8 leaves it to us).
        if (!spec.contains(u'%') && toQueryName(spec).isEmpty())
            return fail(QStringLiteral("\"%1\" is not a domain: a part of it is empty or longer than 63 characters.")
                            .arg(spec.left(60)),
                        offset, spec.size());
        return true;
    }

    static bool endsInMacro(const QString &spec)
    {
        qsizetype last = -1; // where the last macro-expand begins
        for (qsizetype i = 0; i + 1 < spec.size(); ++i) {
            if (spec[i] != u'%')
                continue;
            last = i;
            i = spec[i + 1] == u'{' ? spec.indexOf(u'}', i) : i + 1;
        }
        if (last < 0)
            return false;
        return spec[last + 1] == u'{' ? spec.indexOf(u'}', last) == spec.size() - 1 : last + 2 == spec.size();
    }

    const QString &m_text;
    SpfRecord m_record;
    std::optional<SpfSyntaxError> m_error;
};

QString qualifierText(SpfQualifier qualifier)
{
    switch (qualifier) {
    case SpfQualifier::Pass: return {};
    case SpfQualifier::Fail: return QStringLiteral("-");
    case SpfQualifier::SoftFail: return QStringLiteral("~");
    case SpfQualifier::Neutral: return QStringLiteral("?");
    }
    Q_UNREACHABLE();
}

QString networkText(const SpfMechanism &mechanism)
{
    const IpNetwork &network = *mechanism.network;
    const bool mapped = mechanism.kind == Kind::Ip6 && network.address().family() == IpAddress::Family::V4;
    if (!mapped)
        return network.toString();
    const QString address = QStringLiteral("::ffff:") + network.address().toString();
    return network.prefixLength() == 32 ? address
                                        : QStringLiteral("%1/%2").arg(address).arg(network.prefixLength() + 96);
}

} // namespace

bool isSpfRecord(QByteArrayView text)
{
    const QByteArrayView head = text.first(std::min<qsizetype>(text.size(), kVersion.size()));
    return head.compare(QByteArrayView("v=spf1"), Qt::CaseInsensitive) == 0
           && (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

tl::expected<SpfRecord, SpfSyntaxError> parseSpf(const QString &text)
{
    return Parser(text).parse();
}

std::shared_ptr<const SpfParsedRecord> SpfRecordCache::parse(const QByteArray &text)
{
    constexpr qsizetype kMaxRecords = 1000;
    if (const auto known = m_records.constFind(text); known != m_records.constEnd())
        return *known;
    auto parsed = std::make_shared<SpfParsedRecord>(SpfParsedRecord{parseSpf(QString::fromLatin1(text)), {}});
    if (parsed->record) {
        for (const SpfMechanism &mechanism : parsed->record->mechanisms)
            parsed->terms += toText(mechanism);
    }
    if (m_records.size() >= kMaxRecords)
        m_records.clear();
    return *m_records.insert(text, std::move(parsed));
}

bool needsLookup(SpfMechanism::Kind kind)
{
    return kind != Kind::All && kind != Kind::Ip4 && kind != Kind::Ip6;
}

QString toText(const SpfMechanism &mechanism)
{
    const auto known = std::ranges::find(kMechanisms, mechanism.kind, &std::pair<QLatin1String, Kind>::second);
    QString text = qualifierText(mechanism.qualifier) + known->first;
    if (mechanism.network)
        return text + u':' + networkText(mechanism);
    if (!mechanism.domainSpec.isEmpty())
        text += u':' + mechanism.domainSpec;
    if (mechanism.prefix4 != 32)
        text += QStringLiteral("/%1").arg(mechanism.prefix4);
    if (mechanism.prefix6 != 128)
        text += QStringLiteral("//%1").arg(mechanism.prefix6);
    return text;
}

QString toText(const SpfRecord &record)
{
    QString text = kVersion;
    for (const SpfMechanism &mechanism : record.mechanisms)
        text += u' ' + toText(mechanism);
    if (!record.redirect.isEmpty())
        text += QLatin1String(" redirect=") + record.redirect;
    if (!record.explanation.isEmpty())
        text += QLatin1String(" exp=") + record.explanation;
    for (const QString &modifier : record.otherModifiers)
        text += u' ' + modifier;
    return text;
}

} // namespace relaywright
