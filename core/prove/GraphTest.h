// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/GraphMailer.h"
#include "core/session/TestRun.h"

#include <memory>
#include <optional>

namespace relaywright {

/// A test through Microsoft Graph: makes the message on a worker thread, hands it to Graph once, says how it went. Its
/// conversation is what was asked and what was answered, without tokens and addresses that hold a permission.
class GraphTest final : public TestRun {
    Q_OBJECT
public:
    /// `request.graph` is there; of the rest counts what the message is, who gets it and whom to trust. The record names
    /// `service` as its server. `clock` and `knowledge` outlive it.
    GraphTest(TestRequest request, const GraphService &service, Secret token, const Clock &clock,
              const Knowledge &knowledge, QObject *parent = nullptr);
    ~GraphTest() override;

    void start() override;
    /// What had been handed over may be sent all the same: then the record is in doubt.
    void cancel() override;
    [[nodiscard]] const TestRequest &request() const override;
    [[nodiscard]] QByteArray messagePart(qint64 from, qint64 most) const override;
    [[nodiscard]] const std::vector<LintRemark> &remarks() const override;
    [[nodiscard]] const LintedSenders &senders() const override;
    /// What Graph said, after `finished`; nothing when it was cancelled before.
    [[nodiscard]] const std::optional<GraphOutcome> &outcome() const;

Q_SIGNALS:
    /// As GraphMailer says it.
    void answered(relaywright::GraphStep step, int status);

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Where `way` goes: the service that it names, else Microsoft's in that cloud. Error: as GraphService::at.
[[nodiscard]] Result<GraphService> graphServiceOf(const TestByGraph &way, Cloud cloud, const Knowledge &knowledge);

} // namespace relaywright
