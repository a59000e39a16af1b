// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/session/PortLook.h"
#include "core/session/Probe.h"
#include "core/session/VersionLook.h"

#include <QBuffer>
#include <QElapsedTimer>

namespace relaywright {

/// One climb: the addresses (Probe.cpp), the conversation with one of them after another (ProbeConversation.cpp), and what
/// is looked at beside it (ProbeSurroundings.cpp).
class Probe::Private {
public:
    Private(ProbeSettings given, DnsClient *resolver, Probe *probe)
        : settings(std::move(given)), dns(resolver), q(probe)
    {
    }

    void start();
    void cancel();

private:
    void lookUp(const QString &name);
    void onDnsAnswer(const DnsAnswer &answer, const QString &name);
    void onAddresses(std::vector<IpAddress> found, const QString &problem);
    void connectNext();
    void onLine(const TranscriptLine &line);
    void onReady();
    void onTransactionDone(const TransactionResult &result);
    void onFinished(const Finish &finish);
    void failNextRung(const Finish &finish);
    void finishEhlo();
    void finishTls();
    void finishStopped();
    void add(ProbeRung rung);
    void finish();

    // What is looked at beside the conversation.
    void lookAtPorts();
    void lookAtAskedPort(Outcome outcome);
    void lookAtVersions();
    void onPorts(const std::vector<PortSight> &sights);
    void concludeWhenAllIsSeen();
    void conclude();
    [[nodiscard]] ProbeSight sight() const;

    [[nodiscard]] bool has(QLatin1String id) const;
    [[nodiscard]] TlsPolicy policy() const;
    [[nodiscard]] bool asksForTransaction() const { return settings.from || settings.to; }
    /// True when the climb ends below or at `id`.
    [[nodiscard]] bool stopsAt(QLatin1String id) const { return settings.stopAfter == id; }
    [[nodiscard]] Stage lastStage() const;
    /// The last reply that came at `stage`, code and text.
    [[nodiscard]] QString replyAt(Stage stage) const;
    [[nodiscard]] ConnectionSettings connectionTo(const IpAddress &address) const;

    ProbeSettings settings;
    DnsClient *dns;
    Probe *q;
    ProbeReport m_report;
    QElapsedTimer m_clock; ///< since the last rung
    std::vector<IpAddress> m_addresses;
    std::size_t m_next = 0;
    QStringList m_deaf;                ///< a sentence for each address that took no connection
    std::unique_ptr<QObject> m_lookup; ///< context of the questions to the DNS: they die with it
    int m_openQuestions = 0;
    QString m_dnsProblem;
    SmtpClient *m_client = nullptr;
    QBuffer m_message;                     ///< never sent: the conversation stops before DATA
    std::optional<PortSight::How> m_asked; ///< what became of the asked port
    std::optional<Outcome> m_outcome;      ///< that ended the climb
    std::optional<Reply> m_reply;
    std::unique_ptr<PortLook> m_ports, m_askedPort;
    std::unique_ptr<VersionLook> m_versions;
    bool m_started = false;
    bool m_climbed = false; ///< every rung is told; what is looked at beside may still be under way
    bool m_finished = false;
};

} // namespace relaywright
