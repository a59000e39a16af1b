<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>relaywright::ApplyPage</name>
    <message numerus="yes">
        <source>%n file(s) saved to %1.</source>
        <translation>
            <numerusform>%n file saved to %1.</numerusform>
            <numerusform>%n files saved to %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::HeaderStrip</name>
    <message numerus="yes">
        <source>Relay: %n waiting</source>
        <translation>
            <numerusform>Relay: %n waiting</numerusform>
            <numerusform>Relay: %n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The relay is delivering %n message(s).</source>
        <translation>
            <numerusform>The relay is delivering %n message.</numerusform>
            <numerusform>The relay is delivering %n messages.</numerusform>
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
        <source>%n open question(s)</source>
        <translation>
            <numerusform>%n open question</numerusform>
            <numerusform>%n open questions</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>relaywright::RelayPage</name>
    <message numerus="yes">
        <source>%n message(s) in the queue.</source>
        <translation>
            <numerusform>%n message in the queue.</numerusform>
            <numerusform>%n messages in the queue.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n message(s) for good? Nobody will receive them, and their senders are not told.</source>
        <translation>
            <numerusform>Delete %n message for good? Nobody will receive it, and its sender is not told.</numerusform>
            <numerusform>Delete %n messages for good? Nobody will receive them, and their senders are not told.</numerusform>
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
</context>
<context>
    <name>relaywright::TestRun</name>
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
</TS>
