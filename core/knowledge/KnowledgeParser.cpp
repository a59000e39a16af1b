// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/knowledge/DocumentReading.h"

#include <QRegularExpression>

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

const QString kSchema = QStringLiteral("relaywright.knowledge/1");
const QString kSchemaFamily = QStringLiteral("relaywright.knowledge/");

// The words of rooms on this floor and above, which knowledge may not link: tests of those rooms see that they agree.
const QStringList kStageWords = QStringLiteral("connect greeting ehlo tls auth mail rcpt data quit").split(u' ');
const QStringList kServiceWords = {QStringLiteral("token"), QStringLiteral("http")};
const QStringList kMethodWords =
    QStringLiteral("client-submission direct-send connector-relay local-relay high-volume-email "
                   "azure-communication-services onprem-exchange graph")
        .split(u' ');

const QStringList kOutcomeWords =
    QStringLiteral("tls-not-offered tls-failed auth-not-offered auth-needs-tls message-too-large needs-smtputf8 "
                   "connection-failed connection-lost timed-out protocol-violation")
        .split(u' ');

void readSources(JsonReader &reader, Document &document)
{
    reader.array(u"sources", [&](JsonReader &item) {
        const QString key = readFilled(item, u"key");
        Source source{readFilled(item, u"title"), item.string(u"url", QString())};
        if (!document.sources.emplace(key, std::move(source)).second)
            item.fail(u"key", QStringLiteral("\"%1\" stands twice.").arg(key));
    });
}

/// A fact's value has the type that its unit promises: dates are ISO texts, counts and sizes are numbers.
void checkValue(JsonReader &reader, const Fact &fact)
{
    if (fact.value.isNull() || fact.value.isUndefined() || fact.value.isObject())
        return reader.fail(u"value", QStringLiteral("must be a number, a text, true or false, or a list of texts."));
    if (fact.unit == QLatin1String("date") && !QDate::fromString(fact.value.toString(), Qt::ISODate).isValid())
        return reader.fail(u"value", QStringLiteral("must be a date such as 2026-12-31."));
    if (fact.unit == QLatin1String("host") && fact.value.toString().isEmpty())
        return reader.fail(u"value", QStringLiteral("must be a host name."));
    static const QStringList counted = {QStringLiteral("octets"), QStringLiteral("port"), QStringLiteral("connections"),
                                        QStringLiteral("recipients")};
    const bool counts = fact.unit.contains(u'/') || counted.contains(fact.unit);
    if (counts && !fact.value.isDouble())
        return reader.fail(u"value", QStringLiteral("must be a number, because its unit is \"%1\".").arg(fact.unit));
}

void readFacts(const QJsonObject &root, JsonReader &reader, Document &document)
{
    std::set<QString> ids;
    qsizetype index = 0;
    const QJsonArray items = root.value(u"facts").toArray();
    reader.array(u"facts", [&](JsonReader &item) {
        Fact fact;
        fact.id = readId(item);
        fact.statement = readFilled(item, u"statement");
        // The reader has no getter for a value of any type; asking for it as a flag marks it as known.
        fact.value = items.at(index++).toObject().value(u"value");
        if (fact.value.isBool())
            (void)item.boolean(u"value", false);
        else if (fact.value.isArray())
            (void)item.strings(u"value");
        else if (fact.value.isDouble())
            (void)item.integer(u"value", 0, 0, Q_INT64_C(1) << 53);
        else
            (void)item.string(u"value");
        fact.unit = item.string(u"unit", QString());
        fact.source = readSource(item, document);
        fact.asOf = readDate(item, u"asOf");
        fact.confidence = readConfidence(item);
        checkValue(item, fact);
        if (!ids.insert(fact.id).second)
            item.fail(u"id", QStringLiteral("\"%1\" stands twice.").arg(fact.id));
        document.facts.push_back(std::move(fact));
    });
}

QStringList readWords(JsonReader &reader, QStringView key, const QStringList &known)
{
    const QStringList words = reader.strings(key);
    for (const QString &word : words) {
        if (!known.contains(word))
            reader.fail(key, QStringLiteral("\"%1\" is not one of: %2.").arg(word, known.join(QStringLiteral(", "))));
    }
    return words;
}

/// The reader reads lists of texts; numbers in lists are written as texts in these documents.
std::vector<int> readNumbers(JsonReader &reader, QStringView key, int min, int max)
{
    std::vector<int> numbers;
    const QStringList texts = reader.strings(key);
    for (const QString &text : texts) {
        bool isNumber = false;
        const int number = text.toInt(&isNumber);
        if (!isNumber || number < min || number > max)
            reader.fail(key, QStringLiteral("\"%1\" must be a number from %2 to %3, written as a text.")
                                 .arg(text)
                                 .arg(min)
                                 .arg(max));
        numbers.push_back(number);
    }
    return numbers;
}

QStringList readEnhanced(JsonReader &reader)
{
    static const QRegularExpression form(QStringLiteral("\\A[245]\\.\\d{1,3}\\.\\d{1,3}(-\\d{1,3})?\\z"));
    const QStringList codes = reader.strings(u"enhanced");
    for (const QString &code : codes) {
        if (!form.match(code).hasMatch())
            reader.fail(u"enhanced", QStringLiteral("\"%1\" must look like 5.7.60 or 5.7.606-649.").arg(code));
    }
    return codes;
}

QString readPhrase(JsonReader &reader)
{
    const QString phrase = reader.string(u"phrase", QString());
    const QRegularExpression expression(phrase);
    if (!expression.isValid())
        reader.fail(u"phrase", QStringLiteral("is not a regular expression: %1.").arg(expression.errorString()));
    return phrase;
}

QString readSentence(JsonReader &reader, QStringView key)
{
    const QString sentence = readFilled(reader, key);
    if (!sentence.endsWith(u'.') && !sentence.endsWith(u'?'))
        reader.fail(key, QStringLiteral("\"%1\" must be a whole sentence.").arg(sentence));
    return sentence;
}

std::vector<ErrorCause> readCauses(JsonReader &reader)
{
    std::vector<ErrorCause> causes;
    reader.array(u"causes", [&](JsonReader &item) {
        ErrorCause cause;
        cause.text = readSentence(item, u"text");
        cause.likelier = readWords(item, u"likelier", errorConditions());
        cause.ruledOut = readWords(item, u"ruledOut", errorConditions());
        cause.proven = readWords(item, u"proven", errorConditions());
        cause.check = item.string(u"check", QString());
        cause.remedy = item.has(u"remedy") ? readSentence(item, u"remedy") : QString();
        cause.artifactKind = item.string(u"artifact", QString());
        causes.push_back(std::move(cause));
    });
    if (causes.empty())
        reader.fail(u"causes", QStringLiteral("must hold at least one cause."));
    return causes;
}

/// What an entry must have to explain anything, and to explain one thing only.
void checkError(JsonReader &reader, const ErrorEntry &entry)
{
    if (entry.codes.empty() && entry.enhanced.isEmpty() && entry.phrase.isEmpty() && entry.outcomes.isEmpty())
        reader.fail(
            u"id", QStringLiteral("needs codes, an enhanced code, a phrase or an outcome: it would match everything."));
    const bool ofService =
        std::ranges::any_of(entry.stages, [](const QString &s) { return kServiceWords.contains(s); });
    if (ofService && !entry.isOfWebService())
        reader.fail(u"stages", QStringLiteral("must not mix \"token\" or \"http\" with stages of SMTP."));
    const bool oneHelps =
        std::ranges::any_of(entry.causes, [](const ErrorCause &cause) { return !cause.remedy.isEmpty(); });
    if (entry.remedies.isEmpty() && !oneHelps)
        reader.fail(u"remedies", QStringLiteral("must hold at least one sentence where no cause has a remedy."));
}

ErrorEntry readError(JsonReader &reader, const Document &document)
{
    ErrorEntry entry;
    entry.id = readId(reader);
    entry.codes = readNumbers(reader, u"codes", 200, 599);
    entry.enhanced = readEnhanced(reader);
    entry.phrase = readPhrase(reader);
    entry.stages = readWords(reader, u"stages", kStageWords + kServiceWords);
    entry.methods = readWords(reader, u"methods", kMethodWords);
    entry.outcomes = readWords(reader, u"outcomes", kOutcomeWords);
    entry.ports = readNumbers(reader, u"ports", 1, 65535);
    entry.title = readFilled(reader, u"title");
    entry.causes = readCauses(reader);
    entry.remedies = reader.has(u"remedies") ? readSentences(reader, u"remedies") : QStringList();
    entry.check = reader.string(u"check", QString());
    entry.artifactKind = reader.string(u"artifact", QString());
    entry.retry = reader.boolean(u"retry", false);
    entry.permissions = reader.boolean(u"permissions", false);
    entry.onlySignInLogDecides = reader.boolean(u"onlySignInLogDecides", false);
    if (reader.has(u"testAgainFrom")) {
        entry.testAgainFrom = reader.string(u"testAgainFrom");
        if (!kStageWords.contains(entry.testAgainFrom))
            reader.fail(u"testAgainFrom",
                        QStringLiteral("must be one of: %1.").arg(kStageWords.join(QStringLiteral(", "))));
    }
    entry.source = readSource(reader, document);
    entry.confidence = readConfidence(reader);
    checkError(reader, entry);
    return entry;
}

Result<Document> readDocument(const QByteArray &text)
{
    auto object = parseJsonObject(text);
    if (!object)
        return tl::unexpected(object.error());
    std::optional<Error> error;
    JsonReader root(*object, error);
    const QString schema = root.string(u"schema");
    if (!error && schema != kSchema) {
        if (schema.startsWith(kSchemaFamily))
            return failure(ErrorKind::Unsupported,
                           QStringLiteral("It is of the kind \"%1\", made for another version of "
                                          "Relaywright; this one reads \"%2\".")
                               .arg(schema, kSchema));
        root.fail(u"schema", QStringLiteral("must be \"%1\".").arg(kSchema));
    }
    Document document;
    readSources(root, document);
    readFacts(*object, root, document);
    std::set<QString> ids;
    root.array(u"errors", [&](JsonReader &item) {
        document.errors.push_back(readError(item, document));
        if (!ids.insert(document.errors.back().id).second)
            item.fail(u"id", QStringLiteral("\"%1\" stands twice.").arg(document.errors.back().id));
    });
    std::set<QString> vendorIds;
    root.array(u"vendors", [&](JsonReader &item) {
        document.vendors.push_back(readVendor(item, document));
        if (!vendorIds.insert(document.vendors.back().id).second)
            item.fail(u"id", QStringLiteral("\"%1\" stands twice.").arg(document.vendors.back().id));
    });
    root.finish();
    if (error)
        return tl::unexpected(*error);
    return document;
}

} // namespace

Result<Knowledge> Knowledge::parse(const std::map<QString, QByteArray> &documents)
{
    Knowledge knowledge;
    for (const auto &[name, text] : documents) {
        auto document = readDocument(text);
        if (!document)
            return failure(document.error().kind, QStringLiteral("%1: %2").arg(name, document.error().detail));
        Knowledge one;
        for (Fact &fact : document->facts)
            one.m_facts[fact.id] = std::move(fact);
        one.m_errors = std::move(document->errors);
        one.m_vendors = std::move(document->vendors);
        knowledge.take(std::move(one));
    }
    return knowledge;
}

} // namespace relaywright
