// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/PostfixConfig.h"

#include <optional>
#include <utility>

namespace relaywright::test {

namespace {

QByteArray tlsLines(const PostfixPlace &place, const PostfixServer::Options &options)
{
    using Tls = PostfixServer::Tls;
    if (options.tls == Tls::None && place.implicitTlsPort == 0)
        return {};
    QByteArray lines = "smtpd_tls_cert_file = " + options.identity.certificateFile.toUtf8()
                       + "\n"
                         "smtpd_tls_key_file = "
                       + options.identity.keyFile.toUtf8()
                       + "\n"
                         "smtpd_tls_received_header = yes\n"
                         "smtpd_tls_loglevel = 1\n";
    switch (options.tls) {
    case Tls::None: break;
    case Tls::StartTls: lines += "smtpd_tls_security_level = may\n"; break;
    case Tls::StartTlsForAuth: lines += "smtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\n"; break;
    case Tls::StartTlsForAll: lines += "smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\n"; break;
    }
    return lines;
}

QByteArray authLines(const PostfixPlace &place, const PostfixServer::Options &options)
{
    const bool dovecot = !options.dovecotAuthSocket.isEmpty();
    return "smtpd_sasl_auth_enable = yes\n"
           "smtpd_sasl_type = "
           + QByteArray(dovecot ? "dovecot" : "cyrus")
           + "\n"
             "smtpd_sasl_path = "
           + (dovecot ? options.dovecotAuthSocket.toUtf8() : "smtpd")
           + "\n"
             "smtpd_sasl_security_options = noanonymous\n"
             "smtpd_sasl_authenticated_header = yes\n"
             // Debian looks in the configuration folder's sasl anyway, others need to be told.
             "cyrus_sasl_config_path = "
           + place.folder.toUtf8() + "/etc/sasl\n";
}

/// One field from the front of `content`, folded lines included; nothing when there is no field.
std::optional<std::pair<QByteArray, QByteArray>> takeField(QByteArray &content)
{
    const qsizetype colon = content.indexOf(':');
    const qsizetype firstEnd = content.indexOf('\n');
    if (colon <= 0 || firstEnd < colon)
        return std::nullopt;
    qsizetype end = firstEnd;
    while (end >= 0 && end + 1 < content.size() && (content[end + 1] == ' ' || content[end + 1] == '\t'))
        end = content.indexOf('\n', end + 1);
    const QByteArray value = content.mid(colon + 1, end - colon - 1).simplified();
    const QByteArray name = content.left(colon).toLower();
    content.remove(0, end + 1);
    return std::pair(name, value);
}

/// A setting that stands twice is warned of by every process at its start; many of that and postlogd, which logs to itself,
/// waits for itself.
QByteArray withoutSetting(const QByteArray &mainCf, const QByteArray &name)
{
    QByteArray rest;
    for (const QByteArray &line : mainCf.split('\n')) {
        if (!line.isEmpty() && line.left(line.indexOf('=')).trimmed() != name)
            rest += line + '\n';
    }
    return rest;
}

QByteArray withoutBrackets(const QByteArray &path)
{
    return path.startsWith('<') && path.endsWith('>') ? path.mid(1, path.size() - 2) : path;
}

} // namespace

QByteArray postfixMainCf(const PostfixPlace &place, const PostfixServer::Options &options)
{
    const QByteArray folder = place.folder.toUtf8();
    const QByteArray uid = QByteArray::number(place.mailboxUid);
    QByteArray text = "compatibility_level = 3.6\n"
                      "queue_directory = "
                      + folder
                      + "/queue\n"
                        "data_directory = "
                      + folder
                      + "/data\n"
                        "maillog_file_prefixes = "
                      + folder
                      + "\n"
                        "maillog_file = "
                      + folder
                      + "/mail.log\n"
                        "mail_owner = postfix\n"
                        "setgid_group = postdrop\n"
                        "myhostname = smarthost.example.com\n"
                        "mydestination =\n"
                        "mynetworks =\n"
                        "inet_interfaces = 127.0.0.1\n"
                        "inet_protocols = ipv4\n"
                        "smtp_bind_address = 127.0.0.1\n"
                        "alias_maps =\n"
                        "alias_database =\n"
                        "local_recipient_maps =\n"
                        // Every domain ends in the same mailbox; other domains than ours only after sign-in.
                        "virtual_mailbox_domains = example.com\n"
                        "virtual_mailbox_base = "
                      + folder
                      + "/mail\n"
                        "virtual_mailbox_maps = regexp:"
                      + folder
                      + "/etc/everyone\n"
                        "virtual_uid_maps = static:"
                      + uid
                      + "\n"
                        "virtual_gid_maps = static:"
                      + uid
                      + "\n"
                        "virtual_mailbox_limit = 0\n"
                        "default_transport = virtual\n"
                        "relay_transport = virtual\n"
                        "smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n"
                        // What is delivered is what was sent, octet for octet.
                        "local_header_rewrite_clients =\n"
                        "disable_mime_output_conversion = yes\n"
                        // A test asks no name server, and waits for nothing.
                        "smtpd_peername_lookup = no\n"
                        "smtpd_error_sleep_time = 0\n"
                        "smtpd_client_connection_count_limit = 0\n"
                        "message_size_limit = "
                      + QByteArray::number(options.messageSizeLimit) + "\n";
    text += tlsLines(place, options);
    if (options.offerAuth)
        text += authLines(place, options);
    for (const QByteArray &line : options.extraMainCf)
        text = withoutSetting(text, line.left(line.indexOf('=')).trimmed()) + line + '\n';
    return text;
}

QByteArray postfixMasterCf(const PostfixPlace &place)
{
    QByteArray text = "127.0.0.1:" + QByteArray::number(place.port) + " inet n - n - - smtpd\n";
    if (place.implicitTlsPort != 0)
        text += "127.0.0.1:" + QByteArray::number(place.implicitTlsPort)
                + " inet n - n - - smtpd\n"
                  "  -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt\n";
    return text
           + "pickup unix n - n 60 1 pickup\n"
             "cleanup unix n - n - 0 cleanup\n"
             "qmgr unix n - n 300 1 qmgr\n"
             "tlsmgr unix - - n 1000? 1 tlsmgr\n"
             "rewrite unix - - n - - trivial-rewrite\n"
             "bounce unix - - n - 0 bounce\n"
             "defer unix - - n - 0 bounce\n"
             "trace unix - - n - 0 bounce\n"
             "verify unix - - n - 1 verify\n"
             "proxymap unix - - n - - proxymap\n"
             "error unix - - n - - error\n"
             "smtp unix - - n - - smtp\n" // for a test that sets a relayhost
             "virtual unix - n n - - virtual\n"
             "anvil unix - - n - 1 anvil\n"
             "postlog unix-dgram n - n - 1 postlogd\n";
}

QByteArray cyrusSaslConf(const PostfixPlace &place, const PostfixServer::Options &options)
{
    return "pwcheck_method: auxprop\n"
           "auxprop_plugin: sasldb\n"
           "sasldb_path: "
           + place.folder.toUtf8()
           + "/etc/sasl/users\n"
             "mech_list: "
           + options.cyrusMechanisms + "\n";
}

QByteArray postfixScript(const PostfixPlace &place, const QString &user)
{
    const QByteArray name = user.section(u'@', 0, 0).toUtf8();
    const QByteArray realm = user.section(u'@', 1).toUtf8();
    return "set -eu\n"
           "PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH\n"
           "umask 022\n"
           "cd '"
           + place.folder.toUtf8()
           + "'\n"
             "folder=$PWD\n"
             "chmod 755 .\n"
             "mkdir queue queue/pid data mail\n"
             "chown postfix data\n"
             "chown "
           + QByteArray::number(place.mailboxUid)
           + " mail\n"
             "(cd queue\n"
             " parts='active bounce corrupt defer deferred flush hold incoming private saved trace'\n"
             " mkdir -m 700 $parts; chown postfix $parts\n"
             " mkdir -m 730 maildrop; mkdir -m 710 public; chown postfix:postdrop maildrop public)\n"
             "saslpasswd2 -p -c -f etc/sasl/users -u '"
           + realm + "' '" + name
           + "' < etc/sasl/password\n"
             "rm etc/sasl/password\n"
             "chown postfix etc/sasl/users\n"
             // setsid: the master stops its children by signalling its process group.
             "setsid \"$(postconf -c \"$folder/etc\" -h daemon_directory)/master\" -d -c \"$folder/etc\" &\n"
             "master=$!\n"
             // A master that cannot start ends this script, so that the test need not wait for its patience to run out.
             "(wait_for=$master; while kill -0 $wait_for 2>/dev/null; do sleep 0.2; done; kill $$ 2>/dev/null) &\n"
             "watcher=$!\n"
             "finish() {\n"
             "    trap '' TERM INT PIPE\n" // nobody may be left to read what the shell says about killed jobs
             "    kill $watcher 2>/dev/null || true\n"
             "    kill $master 2>/dev/null || true\n"
             "    wait $master || true\n"
             "    cd /\n"
             "    rm -rf \"$folder/queue\" \"$folder/data\" \"$folder/mail\"\n"
             "}\n"
             "trap 'finish; exit 1' TERM INT\n" // leaves the log, for the test to read
             "cat > /dev/null || true\n"
             "finish\n"
             "rm -rf \"$folder\"\n";
}

DeliveredMessage parseDelivered(QByteArray content)
{
    DeliveredMessage message;
    while (message.received.isEmpty()) {
        const auto field = takeField(content);
        if (!field)
            break;
        if (field->first == "return-path")
            message.reversePath = withoutBrackets(field->second);
        else if (field->first == "delivered-to")
            message.recipient = field->second;
        else if (field->first == "received")
            message.received = field->second;
    }
    content.replace("\n", "\r\n"); // Postfix stores lines without their CR
    message.data = content;
    return message;
}

QByteArray DeliveredMessage::header(const QByteArray &name) const
{
    QByteArray rest = data.left(data.indexOf("\r\n\r\n") + 2);
    rest.replace("\r\n", "\n");
    while (const auto field = takeField(rest)) {
        if (field->first == name.toLower())
            return field->second;
    }
    return {};
}

QByteArray DeliveredMessage::body() const
{
    const qsizetype end = data.indexOf("\r\n\r\n");
    return end < 0 ? QByteArray() : data.mid(end + 4);
}

} // namespace relaywright::test
