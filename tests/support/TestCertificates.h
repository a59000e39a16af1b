// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <memory>

namespace relaywright::test {

/// A certificate (chain) and its key, as PEM text and as files that exist as long as the TestCertificates.
struct TestIdentity {
    QByteArray certificatePem;
    QByteArray keyPem;
    QString certificateFile;
    QString keyFile;
};

/// An authority of this test's own and server certificates signed by it (EC P-256, OpenSSL), in a temporary folder.
/// Times are taken from the machine's clock, because real servers and clients check against that.
class TestCertificates {
public:
    TestCertificates();
    ~TestCertificates();

    /// Give this to clients as the one authority to trust.
    [[nodiscard]] const QByteArray &authorityPem() const;
    [[nodiscard]] QString authorityFile() const;

    /// Good for `names` (DNS names or IP addresses), from yesterday for a year. Made once per list of names.
    [[nodiscard]] TestIdentity valid(const QStringList &names = {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")});
    /// Signed by the authority, for `wrong.example.com` only.
    [[nodiscard]] TestIdentity wrongName();
    /// For localhost and 127.0.0.1, signed by the authority, over since yesterday.
    [[nodiscard]] TestIdentity expired();
    /// For localhost and 127.0.0.1, signed by nobody but itself.
    [[nodiscard]] TestIdentity selfSigned();
    /// For localhost and 127.0.0.1, signed by an authority between, which is not shown: the chain is incomplete.
    [[nodiscard]] TestIdentity incompleteChain();
    /// The same with the whole chain.
    [[nodiscard]] TestIdentity wholeChain();
    /// For a client that signs in as `commonName`.
    [[nodiscard]] TestIdentity client(const QString &commonName);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright::test
