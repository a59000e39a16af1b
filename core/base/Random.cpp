// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"

#include <QRandomGenerator>

#include <algorithm>

namespace relaywright {

QByteArray randomOctets(qsizetype count)
{
    QByteArray octets(count, '\0');
    QRandomGenerator *const system = QRandomGenerator::system();
    std::generate(octets.begin(), octets.end(), [system] { return static_cast<char>(system->bounded(256)); });
    return octets;
}

} // namespace relaywright
