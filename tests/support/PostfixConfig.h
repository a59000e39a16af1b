// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/PostfixServer.h"

namespace relaywright::test {

/// Where one Postfix lives and listens.
struct PostfixPlace {
    QString folder;                    ///< absolute; etc, queue, data, mail are made in it
    std::uint16_t port = 0;
    std::uint16_t implicitTlsPort = 0; ///< 0: none
    unsigned mailboxUid = 0;           ///< who owns the delivered files; not root, Postfix refuses that
};

/// The text of main.cf for these options.
[[nodiscard]] QByteArray postfixMainCf(const PostfixPlace &place, const PostfixServer::Options &options);
/// The text of master.cf: only the services that receiving and local delivery need.
[[nodiscard]] QByteArray postfixMasterCf(const PostfixPlace &place);
/// Where Cyrus SASL finds the one user.
[[nodiscard]] QByteArray cyrusSaslConf(const PostfixPlace &place, const PostfixServer::Options &options);
/// A shell script, run as root: makes folders and the user, runs the master until standard input ends (the test stopped
/// or died), then stops it and removes the folder.
[[nodiscard]] QByteArray postfixScript(const PostfixPlace &place, const QString &user);

/// Takes a delivered file apart.
[[nodiscard]] DeliveredMessage parseDelivered(QByteArray content);

} // namespace relaywright::test
