// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/InventoryWords.h"

#include "core/site/SiteWords.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace relaywright {

namespace {

constexpr double kMostOctets = 9007199254740992.0; // 2^53, as in a site document
constexpr double kSurelyOctets = 100'000;          // nobody sends messages of so many megabytes

const Dictionary<YesNo> &yesNoWords()
{
    static const Dictionary<YesNo> dictionary({
        {YesNo::Yes, "yes|y|true|1|x|on|enabled|supported|ja|j|wahr|an|oui|o|vrai|sí|s|verdadero|sim"},
        {YesNo::No, "no|n|false|0|off|disabled|not supported|nein|falsch|aus|non|faux|falso|não"},
    });
    return dictionary;
}

const Dictionary<SenderKind> &kindWords()
{
    static const Dictionary<SenderKind> dictionary({
        {SenderKind::Printer, "printer|laser printer|label printer|plotter|drucker|laserdrucker|etikettendrucker|imprimante|"
                              "impresora"},
        {SenderKind::Scanner, "scanner|scan|mfp|mfd|mfc|multifunction|multifunction device|multifunction printer|copier|"
                              "all in one|scanner or multifunction device|scan to mail|multifunktionsgerät|"
                              "multifunktionsdrucker|kopierer|multifonction|imprimante multifonction|copieur|numériseur|"
                              "multifunción|impresora multifunción|fotocopiadora|escáner"},
        {SenderKind::Nas, "nas|network storage|storage|file server|synology|qnap|netzwerkspeicher|stockage|"
                          "almacenamiento"},
        {SenderKind::Ups, "ups|ups card|ups or building control|building control|power|pdu|usv|usv karte|onduleur|sai"},
        {SenderKind::Fax, "fax|fax server|faxserver|serveur fax|servidor de fax|télécopieur"},
        {SenderKind::Erp, "erp|crm|business application|business application erp crm|sap|accounting|warenwirtschaft|"
                          "buchhaltung|fibu|gestion commerciale|comptabilité|contabilidad"},
        {SenderKind::Database, "database|db|sql|sql server|database server|datenbank|base de données|base de datos"},
        {SenderKind::Backup, "backup|backup software|veeam|datensicherung|sicherung|sauvegarde|copia de seguridad"},
        {SenderKind::Monitoring, "monitoring|alerting|alerts|nagios|prtg|zabbix|überwachung|surveillance|supervision|"
                                 "monitorización|supervisión"},
        {SenderKind::WebApp, "web app|web application|website|web site|web|webanwendung|webseite|application web|site web|"
                             "aplicación web|sitio web"},
        {SenderKind::Saas, "saas|cloud service|cloud|cloud service of somebody else|cloud dienst|service cloud|"
                           "servicio en la nube"},
        {SenderKind::Script, "script|skript|batch|cron|scheduled task|powershell|aufgabe|tâche planifiée|tarea programada"},
        {SenderKind::Other, "other|something else|misc|sonstiges|andere|anderes|autre|otro"},
    });
    return dictionary;
}

const Dictionary<Hosting> &hostingWords()
{
    static const Dictionary<Hosting> dictionary({
        {Hosting::OwnLan, "own lan|lan|on premises|on prem|onprem|local|internal|own network|on our own network|office|"
                          "lokal|eigenes netz|im haus|vor ort|sur site|réseau local|local|en local|propio"},
        {Hosting::ThirdParty, "third party|hoster|hosted|provider|at a hoster or service provider|data centre|datacenter|"
                              "saas|cloud|aws|rechenzentrum|dienstleister|hébergeur|prestataire|tercero|proveedor"},
        {Hosting::Azure, "azure|in azure|microsoft azure|azure vm"},
    });
    return dictionary;
}

const Dictionary<Reach> &reachWords()
{
    static const Dictionary<Reach> dictionary({
        {Reach::Internal, "internal|inside|internal only|only people in our organisation|staff|employees|intern|nur intern|"
                          "interne|interne uniquement|interno|sólo interno"},
        {Reach::External, "external|outside|external only|only people outside|customers|extern|nur extern|externe|externo"},
        {Reach::Both, "both|both inside and outside|internal and external|internal external|external and internal|all|"
                      "anyone|everyone|intern und extern|intern extern|beide|alle|interne et externe|interne externe|les "
                      "deux|tous|interno y externo|ambos|todos"},
    });
    return dictionary;
}

const Dictionary<SignInAbility> &signInWords()
{
    static const Dictionary<SignInAbility> dictionary({
        {SignInAbility::None, "none|no|anonymous|it cannot sign in|cannot|no auth|no authentication|keine|keins|nein|anonym|"
                              "aucune|non|anonyme|ninguna|anónimo"},
        {SignInAbility::Basic, "basic|basic auth|password|user name and password|username password|user password|login|"
                               "plain|auth login|auth plain|smtp auth|benutzername und passwort|kennwort|passwort|"
                               "mot de passe|contraseña"},
        {SignInAbility::Ntlm, "ntlm"},
        {SignInAbility::OAuth, "oauth|oauth2|oauth 2 0|xoauth2|modern|modern auth|modern authentication|"
                               "oauth modern authentication|moderne authentifizierung"},
        {SignInAbility::Unknown, "yes|ja|oui|sí"}, // how, it does not say
        {SignInAbility::ClientCertificate, "client certificate|certificate|client cert|zertifikat|client zertifikat|certificat|"
                                           "certificado"},
    });
    return dictionary;
}

/// The contract's word, or one of the dictionary.
template <class E, std::size_t N>
std::optional<E> readChoice(const QString &text, const WordTable<E, N> &contract, const Dictionary<E> &words)
{
    for (const auto &[word, value] : contract) {
        if (text == QLatin1String(word))
            return value;
    }
    return words.whole(text);
}

} // namespace

QString plainWords(const QString &text)
{
    QString plain;
    plain.reserve(text.size());
    const QString decomposed = text.normalized(QString::NormalizationForm_KD).toCaseFolded();
    for (const QChar c : decomposed) {
        if (c == u'ß')
            plain += QLatin1String("ss");
        else if (c.isLetterOrNumber())
            plain += c;
        else if (!c.isMark() && !plain.isEmpty() && !plain.endsWith(u' '))
            plain += u' ';
    }
    return plain.trimmed();
}

bool meansUnknown(const QString &text)
{
    constexpr qsizetype kLongest = 16; // most cells are empty, an address or a number: no need to look them up
    if (text.isEmpty())
        return true;
    if (text.size() > kLongest || text.front().isDigit())
        return false;
    static const QSet<QString> words{QString(), QStringLiteral("unknown"), QStringLiteral("na"), QStringLiteral("nv"),
                                     QStringLiteral("tbd"), QStringLiteral("idontknow"), QStringLiteral("notknown"),
                                     QStringLiteral("unbekannt"), QStringLiteral("weissnicht"), QStringLiteral("inconnu"),
                                     QStringLiteral("desconocido")};
    static const QRegularExpression tick(QStringLiteral("[\\x{2713}\\x{2714}\\x{2611}\\x{2717}\\x{2718}\\x{2715}]"));
    return words.contains(plainWords(text).remove(u' ')) && !text.contains(tick);
}

std::optional<YesNo> readYesNo(const QString &text)
{
    static const QRegularExpression yes(QStringLiteral("\\A[\\x{2713}\\x{2714}\\x{2611}]\\z"));
    static const QRegularExpression no(QStringLiteral("\\A[\\x{2717}\\x{2718}\\x{2715}]\\z"));
    if (yes.match(text).hasMatch())
        return YesNo::Yes;
    if (no.match(text).hasMatch())
        return YesNo::No;
    return yesNoWords().whole(text);
}

std::optional<SenderKind> readKind(const QString &text)
{
    for (const auto &[word, value] : kSenderKindWords) {
        if (text == QLatin1String(word))
            return value;
    }
    return kindWords().within(text);
}

std::optional<Hosting> readHosting(const QString &text)
{
    return readChoice(text, kHostingWords, hostingWords());
}

std::optional<Reach> readReach(const QString &text)
{
    return readChoice(text, kReachWords, reachWords());
}

std::optional<SignInAbility> readSignIn(const QString &text)
{
    return readChoice(text, kSignInWords, signInWords());
}

std::optional<TlsAbility> readTls(const QString &text)
{
    const QString lower = text.toLower();
    static const QRegularExpression limited(QStringLiteral(
        R"((<|\b(no|not|below|under|less|kein|keine|nicht|unter|sans|pas|moins|sin|menos)\b.*\d))"));
    if (limited.match(lower).hasMatch())
        return std::nullopt;
    static const QRegularExpression version(QStringLiteral(R"((?<![\d.])1[.,_]([0-3])(?!\d)|tls\s*v?1([0-3])(?!\d))"));
    int newest = -1;
    for (auto found = version.globalMatch(lower); found.hasNext();) {
        const auto match = found.next();
        newest = std::max(newest, (match.captured(1) + match.captured(2)).toInt());
    }
    switch (newest) {
    case 0: return TlsAbility::Tls10;
    case 1: return TlsAbility::Tls11;
    case 2: return TlsAbility::Tls12;
    case 3: return TlsAbility::Tls13;
    default: break;
    }
    static const QRegularExpression tls1(QStringLiteral(R"(tls\s*v?1(?![\d.]))"));
    static const QRegularExpression ssl3(QStringLiteral(R"(ssl\s*v?3)"));
    if (tls1.match(lower).hasMatch())
        return TlsAbility::Tls10;
    if (ssl3.match(lower).hasMatch())
        return TlsAbility::Ssl3;
    static const Dictionary<TlsAbility> words({
        {TlsAbility::None, "none|no|no encryption|no tls|no ssl|off|plain|plain text|clear text|unencrypted|keine|keins|nein|kein tls|"
                           "unverschlüsselt|keine verschlüsselung|aucun|aucune|non|sans|ninguno|ninguna|sin cifrado"},
        {TlsAbility::Unknown, "tls|ssl|ssl tls|tls ssl|yes|ja|oui|sí|starttls|x"},
    });
    return words.whole(text);
}

std::optional<qint64> readWhole(QString text, qint64 least, qint64 most)
{
    static const QRegularExpression blanks(QStringLiteral("[\\s'\\x{2019}]"));
    static const QRegularExpression thousands(QStringLiteral("\\A\\d{1,3}(?:([.,])\\d{3})(?:\\1\\d{3})*\\z"));
    text.remove(blanks);
    if (thousands.match(text).hasMatch())
        text.remove(u'.').remove(u',');
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok && value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> readOctets(const QString &text, std::uint64_t bareSizeOctets)
{
    static const QRegularExpression form(QStringLiteral("\\A([\\d.,\\s'\\x{2019}]*\\d)\\s*([a-z]*)\\z"));
    const auto match = form.match(text.trimmed().toLower());
    if (!match.hasMatch())
        return std::nullopt;
    double number = 0;
    if (const auto whole = readWhole(match.captured(1), 0, Q_INT64_C(1) << 53)) {
        number = static_cast<double>(*whole);
    } else {
        bool ok = false;
        number = match.captured(1).replace(u',', u'.').toDouble(&ok);
        if (!ok)
            return std::nullopt;
    }
    static const Dictionary<int> units({{0, "b|byte|bytes|octet|octets|o"}, {1, "k|kb|kib|ko|kilobyte|kilobytes"},
                                        {2, "m|mb|mib|mo|megabyte|megabytes"}, {3, "g|gb|gib|go|gigabyte|gigabytes"}});
    double scale = static_cast<double>(bareSizeOctets);
    if (!match.captured(2).isEmpty()) {
        const auto unit = units.whole(match.captured(2));
        if (!unit)
            return std::nullopt;
        scale = std::pow(1024.0, *unit);
    } else if (number >= kSurelyOctets) {
        scale = 1;
    }
    const double octets = std::round(number * scale);
    return octets <= kMostOctets ? std::optional(static_cast<std::uint64_t>(octets)) : std::nullopt;
}

} // namespace relaywright
