// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/graph/GraphMailer.h"
#include "core/mail/Lint.h"
#include "core/session/TestRequest.h"

#include <QObject>

#include <memory>

namespace relaywright {

/// One message through Microsoft Graph, as a test. Of `request` counts what the message is and who gets it; what is of SMTP
/// counts for nothing.
struct GraphTestWish {
    TestRequest request;
    EmailAddress mailbox; ///< that sends
    Cloud cloud = Cloud::Worldwide;
    std::optional<QUrl> service{}; ///< in place of Microsoft's: scheme, host and port
    bool saveToSentItems = true;   ///< false needs Mail.ReadWrite
    QByteArray authoritiesPem{};   ///< trusted besides the system's
};

/// How it ended.
struct GraphTestResult {
    GraphOutcome outcome;
    QString messageId{};
    std::uint64_t octets = 0;
    std::vector<LintRemark> remarks{}; ///< what a receiver would dislike about the message
    [[nodiscard]] bool accepted() const { return std::holds_alternative<GraphSent>(outcome); }
};

/// Makes the message on a worker thread, and hands it to Graph once. Single use; it lives in the thread it was made in and needs
/// an event loop there. To stop it, delete it; in a handler of its signals, with deleteLater.
class GraphTest : public QObject {
    Q_OBJECT
public:
    /// `clock` and `knowledge` outlive it.
    GraphTest(GraphTestWish wish, Secret token, const Clock &clock, const Knowledge &knowledge,
              QObject *parent = nullptr);
    ~GraphTest() override;

    void start();

Q_SIGNALS:
    void composed(quint64 octets);
    /// As GraphMailer says it.
    void answered(relaywright::GraphStep step, int status);
    void finished(const relaywright::GraphTestResult &result); ///< once, unless it could not start
    /// In place of `finished`: a file cannot be read, the service is none. Nothing was asked.
    void failedToStart(const relaywright::Error &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
