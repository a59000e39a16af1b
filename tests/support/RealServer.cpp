// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/RealServer.h"

#include "tests/support/TestSecrets.h"

#include <QDir>

namespace relaywright::test {

namespace {

constexpr auto kBegin = R"(set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin; export PATH
cd '@folder@'
chmod 755 .
)";

// Ends with its standard input or with the server, whose master stops its children itself.
constexpr auto kEnd = R"(master=$!
(while kill -0 $master 2>/dev/null; do sleep 0.2; done; kill $$ 2>/dev/null) &
watcher=$!
finish() {
    trap '' TERM INT PIPE
    kill $watcher 2>/dev/null || true
    kill $master 2>/dev/null || true
    wait $master || true
}
trap 'finish; exit 1' TERM INT
cat > /dev/null || true
finish
cd /
rm -rf '@folder@'
)";

} // namespace

RealServer::RealServer(const QString &name) : m_name(name), m_password(newPassword()) {}

RealServer::~RealServer()
{
    m_script.stop();
}

bool RealServer::start()
{
    if (!isInstalled()) {
        m_problem = QStringLiteral("%1 is not installed. Run installer/bootstrap.sh --tests.").arg(m_name);
        return false;
    }
    m_port = freePorts(1).front();
    m_folder = std::make_unique<QTemporaryDir>(QDir::tempPath()
                                               + QStringLiteral("/relaywright-%1-XXXXXX").arg(m_name.toLower()));
    if (!m_folder->isValid() || !writeConfiguration()) {
        m_problem = QStringLiteral("The configuration could not be written to %1.").arg(m_folder->path());
        return false;
    }
    m_script.start(path(QStringLiteral("run.sh")));
    const bool greets = m_script.waitForGreeting(m_name, m_port, [this] { return log(); });
    m_problem = m_script.problem();
    return greets;
}

bool RealServer::writeScript(const QByteArray &commands)
{
    return writeFile(path(QStringLiteral("run.sh")), filled(kBegin) + commands + filled(kEnd));
}

QByteArray RealServer::filled(const char *form) const
{
    QByteArray text(form);
    text.replace("@folder@", m_folder->path().toUtf8());
    text.replace("@port@", QByteArray::number(m_port));
    text.replace("@user@", m_user.toUtf8());
    text.replace("@password@", m_password.toUtf8());
    return text;
}

} // namespace relaywright::test
