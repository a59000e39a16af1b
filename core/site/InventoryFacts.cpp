// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/InventoryFacts.h"

#include "core/base/Text.h"
#include "core/site/InventoryWords.h"
#include "core/site/SiteDocument.h"
#include "core/site/SiteWords.h"

#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr qint64 kMostCount = 1'000'000'000; // as in a site document

struct Column {
    SenderFact fact;
    const char *word;     ///< of the site document
    const char *title;    ///< in an exported inventory
    const char *synonyms; ///< what others call it
};

// The order is the one of an exported inventory.
constexpr std::array<Column, kSenderFacts> kColumns{{
    {SenderFact::Id, "id", "ID", "key|identifier|kennung|identifiant|identificador"},
    {SenderFact::Name, "name", "Name",
     "device|device name|display name|hostname|host|system|application|app|sender name|asset|printer|gerät|gerätename|"
     "bezeichnung|anwendung|nom|appareil|nom de l'appareil|périphérique|équipement|nombre|dispositivo|equipo|aplicación"},
    {SenderFact::Kind, "kind", "Kind",
     "type|device type|category|what it is|class|art|typ|gerätetyp|geräteart|kategorie|catégorie|type d'appareil|tipo|"
     "tipo de dispositivo|categoría"},
    {SenderFact::Vendor, "vendor", "Vendor",
     "manufacturer|make|brand|model|make and model|vendor model|product|hersteller|modell|fabrikat|produkt|fabricant|"
     "marque|modèle|fabricante|marca|modelo"},
    {SenderFact::Network, "network", "Network",
     "site|location|branch|office|building|netz|netzwerk|standort|filiale|gebäude|réseau|lieu|emplacement|agence|red|"
     "ubicación|sede|oficina"},
    {SenderFact::Hosting, "hosting", "Hosting",
     "hosted|hosted by|where it stands|hosted where|betrieb|betriebsort|hébergement|hébergé|alojamiento"},
    {SenderFact::From, "from", "Sends as",
     "sender|sender address|from address|mail from|e-mail|e-mail address|mail address|address|absender|absenderadresse|"
     "e-mail-adresse|mailadresse|expéditeur|adresse|adresse e-mail|adresse de l'expéditeur|courriel|remitente|"
     "dirección|dirección de correo|correo|correo electrónico"},
    {SenderFact::EnvelopeFrom, "envelopeFrom", "Envelope from (P1)",
     "envelope sender|envelope from|return path|bounce address|p1|reverse path|umschlagabsender|expéditeur d'enveloppe|"
     "remitente del sobre"},
    {SenderFact::AlsoFrom, "alsoFrom", "Also sends as",
     "other addresses|additional addresses|further addresses|aliases|alias|weitere absender|weitere adressen|"
     "autres adresses|autres expéditeurs|otras direcciones|otros remitentes"},
    {SenderFact::SignInAs, "signInAs", "Signs in as",
     "user|user name|username|login|account|mailbox|service account|upn|sign-in name|benutzer|benutzername|konto|"
     "postfach|anmeldename|utilisateur|nom d'utilisateur|compte|identifiant de connexion|usuario|nombre de usuario|cuenta|"
     "buzón"},
    {SenderFact::RepliesTo, "repliesTo", "Replies go to",
     "reply to|replies to|reply address|antwort an|antworten an|antwortadresse|répondre à|adresse de réponse|responder a"},
    {SenderFact::Reach, "reach", "Writes to",
     "recipients|recipient|to|audience|internal external|internal or external|empfänger|intern extern|destinataires|"
     "interne externe|destinatarios|interno externo"},
    {SenderFact::Tls, "tls", "Newest TLS",
     "tls version|highest tls|max tls|ssl|ssl tls|tls ssl|encryption|verschlüsselung|tls-version|chiffrement|version tls|"
     "cifrado|versión tls"},
    {SenderFact::StartTls, "startTls", "STARTTLS", "start tls|supports starttls|starttls supported|kann starttls"},
    {SenderFact::SignIn, "signIn", "Sign-in",
     "auth|authentication|smtp auth|authentication method|sign in method|anmeldung|authentifizierung|authentification|"
     "autenticación"},
    {SenderFact::LanAddress, "lanAddress", "LAN address",
     "ip|ip address|ip-adresse|ipv4|ipv4 address|local address|lan ip|adresse ip|dirección ip"},
    {SenderFact::OnlyPort, "onlyPort", "Only port", "port|smtp port|fixed port|nur port|port smtp|puerto|puerto smtp"},
    {SenderFact::MessagesPerMinute, "messagesPerMinute", "Messages per minute",
     "messages minute|messages min|mails per minute|mails min|peak rate|rate|nachrichten pro minute|mails pro minute|"
     "messages par minute|mensajes por minuto"},
    {SenderFact::RecipientsPerDay, "recipientsPerDay", "Recipients per day",
     "recipients day|mails per day|messages per day|volume|daily volume|empfänger pro tag|mails pro tag|"
     "nachrichten pro tag|destinataires par jour|messages par jour|destinatarios por día|mensajes por día"},
    {SenderFact::RecipientsPerMessage, "recipientsPerMessage", "Recipients per message",
     "recipients message|max recipients|empfänger pro nachricht|empfänger pro mail|destinataires par message|"
     "destinatarios por mensaje"},
    {SenderFact::LargestMessage, "largestMessageOctets", "Largest message",
     "largest message size|message size|max size|maximum size|size|attachment size|max message size|größte nachricht|"
     "nachrichtengröße|größe|max größe|taille|taille maximale|taille max|taille du message|tamaño|tamaño máximo"},
    {SenderFact::Habits, "habits", "Habits", "quirks|peculiarities|eigenheiten|particularités|particularidades"},
}};

const Column &columnOf(SenderFact fact)
{
    for (const Column &column : kColumns) {
        if (column.fact == fact)
            return column;
    }
    Q_UNREACHABLE();
}

const Dictionary<SenderFact> &headings()
{
    static const Dictionary<SenderFact> dictionary = [] {
        std::vector<std::pair<SenderFact, const char *>> entries;
        for (const Column &column : kColumns) {
            entries.emplace_back(column.fact, column.synonyms);
            entries.emplace_back(column.fact, column.title);
            entries.emplace_back(column.fact, column.word);
        }
        return Dictionary<SenderFact>(entries);
    }();
    return dictionary;
}

QString octetsText(std::uint64_t octets)
{
    if (octets > 0 && octets % kOctetsPerMegabyte == 0)
        return QStringLiteral("%1 MB").arg(octets / kOctetsPerMegabyte);
    if (octets > 0 && octets % 1024 == 0)
        return QStringLiteral("%1 KB").arg(octets / 1024);
    return QStringLiteral("%1 B").arg(octets);
}

/// `Scanner <a@example.com>` and `mailto:a@example.com` are taken too.
Result<EmailAddress> readAddress(QString text)
{
    static const QRegularExpression named(QStringLiteral("\\A[^<>]*<([^<>]+)>\\z"));
    if (const auto match = named.match(text); match.hasMatch())
        text = match.captured(1).trimmed();
    if (text.startsWith(QLatin1String("mailto:"), Qt::CaseInsensitive))
        text = text.mid(7);
    return EmailAddress::parse(text);
}

Result<void> wrong(SenderFact fact, const QString &text, const QString &advice)
{
    return failure(ErrorKind::InvalidInput, QStringLiteral("%1: \"%2\" is not understood. %3")
                                                .arg(columnTitle(fact), quotable(text), advice));
}

Result<void> setAddress(std::optional<EmailAddress> &target, SenderFact fact, const QString &text)
{
    if (meansUnknown(text)) {
        target.reset();
        return {};
    }
    const auto address = readAddress(text);
    if (!address)
        return failure(ErrorKind::InvalidInput, columnTitle(fact) + QLatin1String(": ") + address.error().detail);
    target = *address;
    return {};
}

Result<void> setAddresses(std::vector<EmailAddress> &target, SenderFact fact, const QString &text)
{
    std::vector<EmailAddress> addresses;
    if (!meansUnknown(text)) {
        for (const QString &item : splitList(text)) {
            const auto address = readAddress(item);
            if (!address)
                return failure(ErrorKind::InvalidInput, columnTitle(fact) + QLatin1String(": ") + address.error().detail);
            addresses.push_back(*address);
        }
    }
    target = std::move(addresses);
    return {};
}

Result<void> setCount(std::optional<int> &target, SenderFact fact, const QString &text)
{
    if (meansUnknown(text)) {
        target.reset();
        return {};
    }
    const auto count = readWhole(text, 0, kMostCount);
    if (!count)
        return wrong(fact, text, QStringLiteral("Write a whole number up to 1,000,000,000, or leave it empty."));
    target = static_cast<int>(*count);
    return {};
}

template <class E>
Result<void> setChoice(E &target, E unknown, const std::optional<E> &read, SenderFact fact, const QString &text,
                       const char *advice)
{
    if (read)
        target = *read;
    else if (meansUnknown(text))
        target = unknown;
    else
        return wrong(fact, text, QLatin1String(advice));
    return {};
}

Result<void> setText(QString &target, SenderFact fact, const QString &text)
{
    const QString line = text.simplified();
    if (hasControlCharacters(line))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("%1: \"%2\" holds a character that cannot be shown. Type it again.")
                           .arg(columnTitle(fact), quotable(text)));
    target = line;
    return {};
}

Result<void> setPort(Sender &sender, const QString &text)
{
    if (meansUnknown(text)) {
        sender.onlyPort.reset();
        return {};
    }
    const auto port = readWhole(text, 1, 65535);
    if (!port)
        return wrong(SenderFact::OnlyPort, text, QStringLiteral("Write a port from 1 to 65535, or leave it empty."));
    sender.onlyPort = static_cast<std::uint16_t>(*port);
    return {};
}

Result<void> setHabits(Sender &sender, const QString &text)
{
    SenderHabits habits;
    const QStringList words = meansUnknown(text) ? QStringList() : splitList(text.toLower());
    for (const QString &word : words) {
        if (!setHabit(habits, word))
            return wrong(SenderFact::Habits, word,
                         QStringLiteral("Write helo-only, bare-lf, no-date, no-message-id or address-in-name, several "
                                        "separated by \"; \", or leave it empty."));
    }
    sender.habits = habits;
    return {};
}

Result<void> setLanAddress(Sender &sender, const QString &text)
{
    if (meansUnknown(text)) {
        sender.lanAddress.reset();
        return {};
    }
    const auto address = IpAddress::parse(text);
    if (!address)
        return failure(ErrorKind::InvalidInput,
                       columnTitle(SenderFact::LanAddress) + QLatin1String(": ") + address.error().detail);
    sender.lanAddress = *address;
    return {};
}

QString wordOrNothing(const QString &word)
{
    return word == QLatin1String("unknown") ? QString() : word;
}

template <class T>
QString textOf(const std::optional<T> &value)
{
    if constexpr (std::is_integral_v<T>)
        return value ? QString::number(*value) : QString();
    else
        return value ? value->toString() : QString();
}

} // namespace

std::array<SenderFact, kSenderFacts> senderFacts()
{
    std::array<SenderFact, kSenderFacts> facts{};
    for (std::size_t i = 0; i < kColumns.size(); ++i)
        facts[i] = kColumns[i].fact;
    return facts;
}

QString toString(SenderFact fact)
{
    return QLatin1String(columnOf(fact).word);
}

std::optional<SenderFact> parseSenderFact(const QString &word)
{
    for (const Column &column : kColumns) {
        if (word == QLatin1String(column.word))
            return column.fact;
    }
    return std::nullopt;
}

QString columnTitle(SenderFact fact)
{
    return QLatin1String(columnOf(fact).title);
}

std::optional<SenderFact> recogniseColumn(const QString &heading)
{
    if (const auto fact = headings().whole(heading))
        return fact;
    static const QRegularExpression brackets(QStringLiteral("\\s*[(\\[][^)\\]]*[)\\]]"));
    return headings().whole(QString(heading).remove(brackets));
}

bool isChoice(SenderFact fact)
{
    switch (fact) {
    case SenderFact::Kind:
    case SenderFact::Hosting:
    case SenderFact::Reach:
    case SenderFact::Tls:
    case SenderFact::StartTls:
    case SenderFact::SignIn: return true;
    default:                 return false;
    }
}

QString factText(const Sender &sender, SenderFact fact)
{
    switch (fact) {
    case SenderFact::Id:                   return sender.id;
    case SenderFact::Name:                 return sender.name;
    case SenderFact::Kind:                 return toString(sender.kind);
    case SenderFact::Vendor:               return sender.vendor;
    case SenderFact::Network:              return sender.network;
    case SenderFact::Hosting:              return wordOrNothing(toString(sender.hosting));
    case SenderFact::From:                 return textOf(sender.from);
    case SenderFact::EnvelopeFrom:         return textOf(sender.envelopeFrom);
    case SenderFact::SignInAs:             return textOf(sender.signInAs);
    case SenderFact::RepliesTo:            return textOf(sender.repliesTo);
    case SenderFact::Reach:                return wordOrNothing(toString(sender.reach));
    case SenderFact::Tls:                  return wordOrNothing(toString(sender.tls));
    case SenderFact::StartTls:             return wordOrNothing(toString(sender.startTls));
    case SenderFact::SignIn:               return wordOrNothing(toString(sender.signIn));
    case SenderFact::LanAddress:           return textOf(sender.lanAddress);
    case SenderFact::OnlyPort:             return textOf(sender.onlyPort);
    case SenderFact::MessagesPerMinute:    return textOf(sender.messagesPerMinute);
    case SenderFact::RecipientsPerDay:     return textOf(sender.recipientsPerDay);
    case SenderFact::RecipientsPerMessage: return textOf(sender.recipientsPerMessage);
    case SenderFact::LargestMessage:
        return sender.largestMessageOctets ? octetsText(*sender.largestMessageOctets) : QString();
    case SenderFact::Habits:   return habitWords(sender.habits).join(QLatin1String("; "));
    case SenderFact::AlsoFrom: break;
    }
    QStringList addresses;
    for (const EmailAddress &address : sender.alsoFrom)
        addresses += address.toString();
    return addresses.join(QLatin1String("; "));
}

Result<void> setFact(Sender &sender, SenderFact fact, const QString &given, std::uint64_t bareSizeOctets)
{
    const QString text = given.trimmed();
    switch (fact) {
    case SenderFact::Id:      sender.id = isId(text) ? text : idFrom(text, QString()); return {};
    case SenderFact::Name:    return setText(sender.name, fact, text);
    case SenderFact::Vendor:  return setText(sender.vendor, fact, text);
    case SenderFact::Network: sender.network = isId(text) ? text : idFrom(text, QString()); return {};
    case SenderFact::Kind:
        sender.kind = readKind(text).value_or(SenderKind::Other);
        return {};
    case SenderFact::Hosting:
        return setChoice(sender.hosting, Hosting::Unknown, readHosting(text), fact, text,
                         "Write own-lan, third-party or azure, or leave it empty.");
    case SenderFact::Reach:
        return setChoice(sender.reach, Reach::Unknown, readReach(text), fact, text,
                         "Write internal, external or both, or leave it empty.");
    case SenderFact::Tls:
        return setChoice(sender.tls, TlsAbility::Unknown, readTls(text), fact, text,
                         "Write none, SSL 3.0, TLS 1.0, TLS 1.1, TLS 1.2 or TLS 1.3, or leave it empty.");
    case SenderFact::StartTls:
        return setChoice(sender.startTls, YesNo::Unknown, readYesNo(text), fact, text,
                         "Write yes or no, or leave it empty.");
    case SenderFact::SignIn:
        return setChoice(sender.signIn, SignInAbility::Unknown, readSignIn(text), fact, text,
                         "Write none, basic, ntlm, oauth or client-certificate, or leave it empty.");
    case SenderFact::From:         return setAddress(sender.from, fact, text);
    case SenderFact::EnvelopeFrom: return setAddress(sender.envelopeFrom, fact, text);
    case SenderFact::SignInAs:     return setAddress(sender.signInAs, fact, text);
    case SenderFact::RepliesTo:    return setAddress(sender.repliesTo, fact, text);
    case SenderFact::AlsoFrom:     return setAddresses(sender.alsoFrom, fact, text);
    case SenderFact::LanAddress:   return setLanAddress(sender, text);
    case SenderFact::OnlyPort:     return setPort(sender, text);
    case SenderFact::Habits:       return setHabits(sender, text);
    case SenderFact::MessagesPerMinute:    return setCount(sender.messagesPerMinute, fact, text);
    case SenderFact::RecipientsPerDay:     return setCount(sender.recipientsPerDay, fact, text);
    case SenderFact::RecipientsPerMessage: return setCount(sender.recipientsPerMessage, fact, text);
    case SenderFact::LargestMessage:       break;
    }
    if (meansUnknown(text)) {
        sender.largestMessageOctets.reset();
        return {};
    }
    const auto octets = readOctets(text, bareSizeOctets);
    if (!octets)
        return wrong(fact, text, QStringLiteral("Write a size such as 25 MB, or leave it empty."));
    sender.largestMessageOctets = *octets;
    return {};
}

} // namespace relaywright
