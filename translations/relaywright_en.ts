<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>AccountText</name>
    <message numerus="yes">
        <source>Ends in %n day(s), on %1.</source>
        <translation>
            <numerusform>Ends in %n day, on %1.</numerusform>
            <numerusform>Ends in %n days, on %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DeviceText</name>
    <message numerus="yes">
        <source>Its largest message had %1, for %Ln recipient(s) at most.</source>
        <extracomment>%1 is a size such as 2.5 MB</extracomment>
        <translation>
            <numerusform>Its largest message had %1, for %Ln recipient at most.</numerusform>
            <numerusform>Its largest message had %1, for %Ln recipients at most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>It offers %1 with %Ln cipher suite(s).</source>
        <extracomment>%1 is a list of versions, TLS 1.2, TLS 1.3</extracomment>
        <translation>
            <numerusform>It offers %1 with %Ln cipher suite.</numerusform>
            <numerusform>It offers %1 with %Ln cipher suites.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDraft</name>
    <message numerus="yes">
        <source>%1: %n line(s), %2</source>
        <translation>
            <numerusform>%1: %n line, %2</numerusform>
            <numerusform>%1: %n lines, %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QuestionText</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SeriesDraft</name>
    <message numerus="yes">
        <source>They go to %n server(s), one after another.</source>
        <translation>
            <numerusform>They go to %n server, one after another.</numerusform>
            <numerusform>They go to %n servers, one after another.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SpfTree</name>
    <message numerus="yes">
        <source>%1, %n of them find(s) nothing</source>
        <translation>
            <numerusform>%1, %n of them finds nothing</numerusform>
            <numerusform>%1, %n of them find nothing</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lets pass %1 and %n more</source>
        <translation>
            <numerusform>Lets pass %1 and %n more</numerusform>
            <numerusform>Lets pass %1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TestVerdict</name>
    <message numerus="yes">
        <source>%1 accepted the message for %n recipient(s).</source>
        <translation>
            <numerusform>%1 accepted the message for %n recipient.</numerusform>
            <numerusform>%1 accepted the message for %n recipients.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 accepted the message for %n recipient(s) and refused the others.</source>
        <translation>
            <numerusform>%1 accepted the message for %n recipient and refused the others.</numerusform>
            <numerusform>%1 accepted the message for %n recipients and refused the others.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::AddressPanel</name>
    <message numerus="yes">
        <source>%n address(es)</source>
        <translation>
            <numerusform>%n address</numerusform>
            <numerusform>%n addresses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 in %n domain(s) will be asked for by RCPT, with the null reverse-path. No message is sent.</source>
        <extracomment>%1: &quot;12 addresses&quot;; no message goes out</extracomment>
        <translation>
            <numerusform>%1 in %n domain will be asked for by RCPT, with the null reverse-path. No message is sent.</numerusform>
            <numerusform>%1 in %n domains will be asked for by RCPT, with the null reverse-path. No message is sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n address(es) answered for: %2 taken, %3 not known, %4 could not be told.</source>
        <translation>
            <numerusform>%1 of %n address answered for: %2 taken, %3 not known, %4 could not be told.</numerusform>
            <numerusform>%1 of %n addresses answered for: %2 taken, %3 not known, %4 could not be told.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::ApplyPage</name>
    <message numerus="yes">
        <source>%n file(s) saved to %1.</source>
        <translation>
            <numerusform>%n file saved to %1.</numerusform>
            <numerusform>%n files saved to %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n file(s) applied</source>
        <translation>
            <numerusform>%1 of %n file applied</numerusform>
            <numerusform>%1 of %n files applied</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::BulkForm</name>
    <message numerus="yes">
        <source>%n sender(s) selected</source>
        <translation>
            <numerusform>%n sender selected</numerusform>
            <numerusform>%n senders selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Set it for %n sender(s)</source>
        <translation>
            <numerusform>Set it for %n sender</numerusform>
            <numerusform>Set it for %n senders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::CheckPage</name>
    <message numerus="yes">
        <source>All %n line(s) are good, looked at %1.</source>
        <translation>
            <numerusform>The one line is good, looked at %1.</numerusform>
            <numerusform>All %n lines are good, looked at %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) are on the clipboard.</source>
        <translation>
            <numerusform>%n line is on the clipboard.</numerusform>
            <numerusform>%n lines are on the clipboard.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Since %1: %n line(s) changed.</source>
        <translation>
            <numerusform>Since %1: %n line changed.</numerusform>
            <numerusform>Since %1: %n lines changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::ComparePanel</name>
    <message numerus="yes">
        <source>%n difference(s). Select a step to read what it means.</source>
        <translation>
            <numerusform>%n difference. Select a step to read what it means.</numerusform>
            <numerusform>%n differences. Select a step to read what it means.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::DeviceRowModel</name>
    <message numerus="yes">
        <source>%Ln recipient(s) a message</source>
        <translation>
            <numerusform>%Ln recipient a message</numerusform>
            <numerusform>%Ln recipients a message</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln connection(s)</source>
        <translation>
            <numerusform>%Ln connection</numerusform>
            <numerusform>%Ln connections</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::FindBar</name>
    <message numerus="yes">
        <source>%1 of %n line(s)</source>
        <translation>
            <numerusform>%1 of %n line</numerusform>
            <numerusform>%1 of %n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::HeaderStrip</name>
    <message numerus="yes">
        <source>Relay: %Ln waiting</source>
        <translation>
            <numerusform>Relay: %Ln waiting</numerusform>
            <numerusform>Relay: %Ln waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The relay is delivering %Ln message(s).</source>
        <translation>
            <numerusform>The relay is delivering %Ln message.</numerusform>
            <numerusform>The relay is delivering %Ln messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::HistoryPanel</name>
    <message numerus="yes">
        <source>%Ln message(s) so far; scroll for more.</source>
        <translation>
            <numerusform>%Ln message so far; scroll for more.</numerusform>
            <numerusform>%Ln messages so far; scroll for more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s).</source>
        <translation>
            <numerusform>%Ln message.</numerusform>
            <numerusform>%Ln messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::ImportPanel</name>
    <message numerus="yes">
        <source>Import %n sender(s)</source>
        <translation>
            <numerusform>Import %n sender</numerusform>
            <numerusform>Import %n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was understood: %n sender(s)</source>
        <translation>
            <numerusform>What was understood: %n sender</numerusform>
            <numerusform>What was understood: %n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) left out</source>
        <translation>
            <numerusform>%n line left out</numerusform>
            <numerusform>%n lines left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::NetworkPicker</name>
    <message numerus="yes">
        <source>%1 (%n sender(s))</source>
        <translation>
            <numerusform>%1 (%n sender)</numerusform>
            <numerusform>%1 (%n senders)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sender(s) of “%1” stand in “%2” now. Ctrl+Z brings the network back.</source>
        <translation>
            <numerusform>%n sender of “%1” stands in “%2” now. Ctrl+Z brings the network back.</numerusform>
            <numerusform>%n senders of “%1” stand in “%2” now. Ctrl+Z brings the network back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::NextPage</name>
    <message numerus="yes">
        <source>%n open question(s) could still change the plan. They are on the Plan page.</source>
        <translation>
            <numerusform>%n open question could still change the plan. It is on the Plan page.</numerusform>
            <numerusform>%n open questions could still change the plan. They are on the Plan page.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::PlanPage</name>
    <message numerus="yes">
        <source>Whole site: %n open question(s)</source>
        <translation>
            <numerusform>Whole site: %n open question</numerusform>
            <numerusform>Whole site: %n open questions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The plan for %n sender(s) is being made…</source>
        <translation>
            <numerusform>The plan for %n sender is being made…</numerusform>
            <numerusform>The plan for %n senders is being made…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more question(s) follow when these are answered.</source>
        <translation>
            <numerusform>%n more question follows when these are answered.</numerusform>
            <numerusform>%n more questions follow when these are answered.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::PracticeDeviceModel</name>
    <message numerus="yes">
        <source>%1, %n message(s)</source>
        <translation>
            <numerusform>%1, %n message</numerusform>
            <numerusform>%1, %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::QueuePanel</name>
    <message numerus="yes">
        <source>%Ln message(s) in the queue.</source>
        <translation>
            <numerusform>%Ln message in the queue.</numerusform>
            <numerusform>%Ln messages in the queue.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln message(s) chosen.</source>
        <translation>
            <numerusform>%Ln message chosen.</numerusform>
            <numerusform>%Ln messages chosen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %Ln message(s) for good? Nobody will receive them, and their senders are not told.</source>
        <translation>
            <numerusform>Delete %Ln message for good? Nobody will receive it, and its sender is not told.</numerusform>
            <numerusform>Delete %Ln messages for good? Nobody will receive them, and their senders are not told.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::RelayOverview</name>
    <message numerus="yes">
        <source>%Ln connection(s) in use.</source>
        <translation>
            <numerusform>%Ln connection in use.</numerusform>
            <numerusform>%Ln connections in use.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::RelaySettingsPanel</name>
    <message numerus="yes">
        <source>%Ln network(s)</source>
        <translation>
            <numerusform>%Ln network</numerusform>
            <numerusform>%Ln networks</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SendPanel</name>
    <message numerus="yes">
        <source>and %n more remark(s).</source>
        <translation>
            <numerusform>and %n more remark.</numerusform>
            <numerusform>and %n more remarks.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lines %1 and %n more: %2</source>
        <translation>
            <numerusform>Lines %1 and %n more: %2</numerusform>
            <numerusform>Lines %1 and %n more: %2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>There are %n remark(s) on this message. It was not sent.</source>
        <translation>
            <numerusform>There is %n remark on this message. It was not sent.</numerusform>
            <numerusform>There are %n remarks on this message. It was not sent.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SendersPage</name>
    <message numerus="yes">
        <source>removal of %n sender(s)</source>
        <translation>
            <numerusform>removal of %n sender</numerusform>
            <numerusform>removal of %n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sender(s)</source>
        <translation>
            <numerusform>%n sender</numerusform>
            <numerusform>%n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n sender(s) shown</source>
        <translation>
            <numerusform>%1 of %n sender shown</numerusform>
            <numerusform>%1 of %n senders shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>change of %n sender(s)</source>
        <translation>
            <numerusform>change of %n sender</numerusform>
            <numerusform>change of %n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“%1” is set for %n sender(s).</source>
        <translation>
            <numerusform>“%1” is set for %n sender.</numerusform>
            <numerusform>“%1” is set for %n senders.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>import of %n sender(s)</source>
        <translation>
            <numerusform>import of %n sender</numerusform>
            <numerusform>import of %n senders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n sender(s) imported. Ctrl+Z takes them out again.</source>
        <translation>
            <numerusform>%n sender imported. Ctrl+Z takes it out again.</numerusform>
            <numerusform>%n senders imported. Ctrl+Z takes them out again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SeriesPanel</name>
    <message numerus="yes">
        <source>%1 of %n tested sender(s) are good.</source>
        <translation>
            <numerusform>%1 of %n tested sender are good.</numerusform>
            <numerusform>%1 of %n tested senders are good.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Passwords are read: %1 of %n account(s).</source>
        <translation>
            <numerusform>Passwords are read: %1 of %n account.</numerusform>
            <numerusform>Passwords are read: %1 of %n accounts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n test(s) done; good senders: %2, others: %3.</source>
        <translation>
            <numerusform>%1 of %n test done; good senders: %2, others: %3.</numerusform>
            <numerusform>%1 of %n tests done; good senders: %2, others: %3.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>So much may only be sent to a practice server: %n server(s) are asked whether they are one.</source>
        <translation>
            <numerusform>So much may only be sent to a practice server: %n server is asked whether it is one.</numerusform>
            <numerusform>So much may only be sent to a practice server: %n servers are asked whether they are one.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SetUpProofCard</name>
    <message numerus="yes">
        <source>%n tries so far. The next one is at %1, and the last one at %2. Relaywright must stay open until then.</source>
        <translation>
            <numerusform>%n try so far. The next one is at %1, and the last one at %2. Relaywright must stay open until then.</numerusform>
            <numerusform>%n tries so far. The next one is at %1, and the last one at %2. Relaywright must stay open until then.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SetUpScripts</name>
    <message numerus="yes">
        <source>%n script(s) saved to %1.</source>
        <translation>
            <numerusform>%n script saved to %1.</numerusform>
            <numerusform>%n scripts saved to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::SourcePanel</name>
    <message numerus="yes">
        <source>%Ln device(s) talked to the relay.</source>
        <translation>
            <numerusform>%Ln device talked to the relay.</numerusform>
            <numerusform>%Ln devices talked to the relay.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TestDetails</name>
    <message numerus="yes">
        <source>%n changed</source>
        <translation>
            <numerusform>%n changed</numerusform>
            <numerusform>%n changed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TrafficChart</name>
    <message numerus="yes">
        <source>%Ln message(s) came in</source>
        <translation>
            <numerusform>%Ln message came in</numerusform>
            <numerusform>%Ln messages came in</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln went out</source>
        <translation>
            <numerusform>%Ln went out</numerusform>
            <numerusform>%Ln went out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln wait(s) now</source>
        <translation>
            <numerusform>%Ln waits now</numerusform>
            <numerusform>%Ln wait now</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In the last %Ln hours %1 and %2; %3.</source>
        <translation>
            <numerusform>In the last hour %1 and %2; %3.</numerusform>
            <numerusform>In the last %Ln hours %1 and %2; %3.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TranscriptModel</name>
    <message numerus="yes">
        <source>%1, %2 seconds, %n line(s), folded</source>
        <translation>
            <numerusform>%1, %2 seconds, %n line, folded</numerusform>
            <numerusform>%1, %2 seconds, %n lines, folded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %2 seconds, %n line(s)</source>
        <translation>
            <numerusform>%1, %2 seconds, %n line</numerusform>
            <numerusform>%1, %2 seconds, %n lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n octet(s) on the wire</source>
        <translation>
            <numerusform>%n octet on the wire</numerusform>
            <numerusform>%n octets on the wire</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TranscriptPanel</name>
    <message numerus="yes">
        <source>%n more line(s) came than are kept here.</source>
        <translation>
            <numerusform>%n more line came than are kept here.</numerusform>
            <numerusform>%n more lines came than are kept here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TranscriptView</name>
    <message numerus="yes">
        <source>%n line(s)</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::TrayIcon</name>
    <message numerus="yes">
        <source>And %Ln more.</source>
        <translation>
            <numerusform>And %Ln more.</numerusform>
            <numerusform>And %Ln more.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::WatchPanel</name>
    <message numerus="yes">
        <source>%1 of %n server(s) see it. The others are asked again and again.</source>
        <translation>
            <numerusform>%1 of %n server sees it. It is asked again and again.</numerusform>
            <numerusform>%1 of %n servers see it. The others are asked again and again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n server(s) see it. The others may keep the old record for as long as it stays.</source>
        <translation>
            <numerusform>%1 of %n server sees it. It may keep the old record for as long as it stays.</numerusform>
            <numerusform>%1 of %n servers see it. The others may keep the old record for as long as it stays.</numerusform>
        </translation>
    </message>
</context>
</TS>
