// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/AdmissionWords.h"

#include <QJsonObject>

namespace relaywright {

namespace {

template <class T>
QString listed(const std::vector<T> &values)
{
    QStringList texts;
    for (const T &value : values)
        texts += value.toString();
    return texts.join(QLatin1String(", "));
}

QString domainsOf(const RelayConfig &config)
{
    QStringList texts;
    for (const Domain &domain : config.internalDomains)
        texts += domain.toDisplay();
    return texts.join(QLatin1String(", "));
}

QString counted(qint64 number, const char *one, const char *many)
{
    return QStringLiteral("%1 %2").arg(number).arg(QLatin1String(number == 1 ? one : many));
}

QString versionWord(MinimumTls least)
{
    switch (least) {
    case MinimumTls::Tls10: return QStringLiteral("TLS 1.0");
    case MinimumTls::Tls11: return QStringLiteral("TLS 1.1");
    case MinimumTls::Tls12: return QStringLiteral("TLS 1.2");
    case MinimumTls::Tls13: return QStringLiteral("TLS 1.3");
    }
    Q_UNREACHABLE();
}

QString tlsSentence(const RelayListener &listener)
{
    if (!listener.startTls && !listener.implicitTls)
        return QStringLiteral("It offers no TLS.");
    const QString certificate =
        !listener.certificateFile.isEmpty() ? QStringLiteral("the certificate in %1").arg(listener.certificateFile)
        : !listener.pkcs12File.isEmpty()    ? QStringLiteral("the certificate in %1").arg(listener.pkcs12File)
                                            : QStringLiteral("a certificate of the relay's own");
    const QString how = listener.implicitTls  ? QStringLiteral("TLS begins with the connection")
                        : listener.requireTls ? QStringLiteral("Mail is taken after STARTTLS only")
                                              : QStringLiteral("STARTTLS is offered, and not required");
    return QStringLiteral("%1, %2 or newer, with %3.").arg(how, versionWord(listener.minimumTls), certificate);
}

QString signInSentence(const RelayListener &listener)
{
    switch (listener.signIn) {
    case SignIn::Off: return QStringLiteral("Nobody signs in.");
    case SignIn::Optional:
        return listener.signInWithoutTls ? QStringLiteral("Devices may sign in, also without TLS.")
                                         : QStringLiteral("Devices may sign in inside TLS.");
    case SignIn::Required:
        return listener.signInWithoutTls ? QStringLiteral("Devices must sign in, also without TLS.")
                                         : QStringLiteral("Devices must sign in, inside TLS.");
    }
    Q_UNREACHABLE();
}

QString newlinesSentence(BareNewlines mode)
{
    switch (mode) {
    case BareNewlines::Content: return {};
    case BareNewlines::Refuse: return QStringLiteral("A message with a bare CR or LF is refused.");
    case BareNewlines::EndsData: return QStringLiteral("LF.LF ends a message, and then the connection.");
    }
    Q_UNREACHABLE();
}

QString whoIs(const RelayDevice &device)
{
    const QString from = device.networks.empty() ? QStringLiteral("anybody")
                                                 : QStringLiteral("devices in %1").arg(listed(device.networks));
    return device.user.isEmpty() ? from : QStringLiteral("%1 who signed in as %2").arg(from, device.user);
}

void addRecipientSentences(QStringList &sentences, const RelayDevice &device, const RelayConfig &config)
{
    if (!device.deniedRecipients.empty())
        sentences += QStringLiteral("Never to %1.").arg(listed(device.deniedRecipients));
    if (device.internalOnly)
        sentences += QStringLiteral("Only to recipients in %1.").arg(domainsOf(config));
    if (!device.allowedRecipients.empty())
        sentences += QStringLiteral("Only to %1.").arg(listed(device.allowedRecipients));
    if (!device.internalOnly && device.allowedRecipients.empty())
        sentences += device.deniedRecipients.empty() ? QStringLiteral("To any recipient.")
                                                     : QStringLiteral("To any other recipient.");
}

QString limitsSentence(const RelayDevice &device)
{
    QStringList limits;
    if (device.maxMessageOctets)
        limits += QStringLiteral("%1 a message")
                      .arg(counted(static_cast<qint64>(*device.maxMessageOctets), "octet", "octets"));
    if (device.maxRecipientsPerMessage)
        limits +=
            QStringLiteral("%1 a message").arg(counted(*device.maxRecipientsPerMessage, "recipient", "recipients"));
    if (device.maxMessagesPerMinute)
        limits += QStringLiteral("%1 a minute").arg(counted(*device.maxMessagesPerMinute, "message", "messages"));
    if (device.maxMessagesPerDay)
        limits += QStringLiteral("%1 a day").arg(counted(*device.maxMessagesPerDay, "message", "messages"));
    if (device.maxConnections)
        limits += QStringLiteral("%1 at a time").arg(counted(*device.maxConnections, "connection", "connections"));
    return limits.isEmpty() ? QString()
                            : QStringLiteral("Of each device at most %1.").arg(limits.join(QLatin1String(", ")));
}

void addDeliverySentences(QStringList &sentences, const RelayDevice &device)
{
    for (const Repair repair : allRepairs()) {
        if (isAllowed(device.repairs, repair))
            sentences += effectOf(repair) + u' ' + riskOf(repair);
    }
    if (device.sendAs)
        sentences += device.keepReplyTo ? QStringLiteral("Its mail goes out as %1; replies go to the original sender.")
                                              .arg(device.sendAs->toString())
                                        : QStringLiteral("Its mail goes out as %1.").arg(device.sendAs->toString());
    if (device.returnPath)
        sentences += QStringLiteral("Bounces go to %1.").arg(device.returnPath->toString());
    if (!device.route.isEmpty())
        sentences += QStringLiteral("It takes the route \"%1\".").arg(device.route);
}

} // namespace

QStringList describe(const RelayListener &listener)
{
    const QString from = listener.networks.empty() ? QStringLiteral("anywhere") : listed(listener.networks);
    QStringList sentences{QStringLiteral("Takes mail on %1 from %2.").arg(listener.listen.toString(), from),
                          tlsSentence(listener), signInSentence(listener)};
    if (const QString newlines = newlinesSentence(listener.bareNewlines); !newlines.isEmpty())
        sentences += newlines;
    return sentences;
}

QStringList describe(const RelayDevice &device, const RelayConfig &config)
{
    QStringList sentences{QStringLiteral("\"%1\" is for %2.").arg(device.name, whoIs(device))};
    sentences += device.senders.empty() ? QStringLiteral("It may send as anybody.")
                                        : QStringLiteral("It may send as %1.").arg(listed(device.senders));
    addRecipientSentences(sentences, device, config);
    if (const QString limits = limitsSentence(device); !limits.isEmpty())
        sentences += limits;
    addDeliverySentences(sentences, device);
    return sentences;
}

QString describeOthers(const RelayConfig &config)
{
    if (config.refuseStrangers)
        return QStringLiteral("All others are refused.");
    return config.devices.empty()
               ? QStringLiteral("Whoever reaches a listener may send as anybody to any recipient.")
               : QStringLiteral("All others that reach a listener may send as anybody to any recipient.");
}

QJsonArray listenersInWords(const RelayConfig &config)
{
    QJsonArray listeners;
    for (const RelayListener &listener : config.listeners)
        listeners += QJsonObject{{QStringLiteral("listen"), listener.listen.toString()},
                                 {QStringLiteral("sentences"), QJsonArray::fromStringList(describe(listener))}};
    return listeners;
}

QJsonArray devicesInWords(const RelayConfig &config)
{
    QJsonArray devices;
    for (const RelayDevice &device : config.devices)
        devices += QJsonObject{{QStringLiteral("device"), device.name},
                               {QStringLiteral("sentences"), QJsonArray::fromStringList(describe(device, config))}};
    devices += QJsonObject{{QStringLiteral("device"), QString()},
                           {QStringLiteral("sentences"), QJsonArray{describeOthers(config)}}};
    return devices;
}

} // namespace relaywright
