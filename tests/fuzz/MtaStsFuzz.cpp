// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/TransportPolicy.h"

#include "tests/fuzz/Fuzz.h"

using namespace relaywright;

namespace {

void checkPolicy(QByteArrayView file)
{
    const auto policy = parseMtaStsPolicy(file);
    if (!policy) {
        requireFault(policy.error(), file.size());
        return;
    }
    require(file.size() <= 64 * 1024 || policy->exchanges.isEmpty(), "a policy is bounded");
    require(policy->maxAge.count() >= 0 && policy->maxAge.count() <= 31'557'600, "max_age is bounded");
    QByteArray plain = "version: STSv1\r\nmode: " + toString(policy->mode).toLatin1()
                       + "\r\nmax_age: " + QByteArray::number(qint64(policy->maxAge.count())) + "\r\n";
    for (const QString &exchange : policy->exchanges) {
        plain += "mx: " + exchange.toLatin1() + "\r\n";
        const QString host = exchange.startsWith(QLatin1String("*.")) ? u'a' + exchange.mid(1) : exchange;
        require(host.size() > 253 || covers(*policy, host), "a policy covers its exchanges");
    }
    const auto again = parseMtaStsPolicy(plain);
    require(plain.size() > 64 * 1024 || (again && *again == *policy), "a policy reads the same when written plainly");
}

void checkRecords(const QString &text)
{
    const auto id = parseMtaStsRecord(text);
    if (id)
        require(!id->isEmpty() && id->size() <= 32 && isMtaStsRecord(text.toLatin1()), "an id is 1 to 32 characters");
    else
        requireFault(id.error(), text.size());
    const auto addresses = parseTlsReportRecord(text);
    if (addresses)
        require(!addresses->isEmpty() && isTlsReportRecord(text.toLatin1()), "a report has an address");
    else
        requireFault(addresses.error(), text.size());
}

} // namespace

/// Policy files, and the two records that belong to them.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView octets = octetsOf(data, size);
    checkPolicy(octets);
    checkRecords(QString::fromLatin1(octets));
    return 0;
}
