// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit/artifacts/ScriptSamples.h"

#include <QDir>
#include <QFile>

#include <cstdio>

// `write_scripts FOLDER`: writes every script of the samples, plain and attacked, into folders below FOLDER.
using namespace relaywright;
using namespace relaywright::test;

namespace {

bool writeScripts(const std::vector<Artifact> &artifacts, const QString &folder)
{
    if (!QDir().mkpath(folder))
        return false;
    for (const Artifact &artifact : artifacts) {
        if (artifact.mediaType != QLatin1String("text/x-powershell"))
            continue;
        QFile file(folder + u'/' + artifact.fileName);
        const QByteArray content = fileContent(artifact);
        if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly) || file.write(content) != content.size())
            return false;
    }
    return true;
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 2) {
        std::fputs("write_scripts: give the folder to write to.\n", stderr);
        return 2;
    }
    const QString folder = QString::fromLocal8Bit(argv[1]);
    bool written = true;
    for (const ScriptSample &sample : scriptSamples())
        written = written && writeScripts(sample.sample.all(), folder + u'/' + sample.label);
    for (const SetUpSample &sample : setUpSamples())
        written = written && writeScripts(sample.scripts, folder + u'/' + sample.label);
    int number = 0;
    for (const Attack &attack : attacks()) {
        ++number;
        for (const ScriptSample &sample : scriptSamples(attack.text))
            written = written
                      && writeScripts(sample.sample.all(),
                                      QStringLiteral("%1/attack-%2-%3").arg(folder).arg(number).arg(sample.label));
    }
    if (!written)
        std::fprintf(stderr, "write_scripts: cannot write below %s.\n", argv[1]);
    return written ? 0 : 4;
}
