// SPDX-License-Identifier: GPL-3.0-or-later
// A server of the npm module smtp-server, run by NodeSmtpServer: prints its port, then a line of JSON for each message; ends
// with its standard input. Arguments: key file, certificate file, user. Environment: TEST_PASSWORD, TEST_TOKEN.
"use strict";
const fs = require("fs");
const { SMTPServer } = require("smtp-server");
const [keyFile, certificateFile, user] = process.argv.slice(2);
const { TEST_PASSWORD: password, TEST_TOKEN: token } = process.env;

const server = new SMTPServer({
    key: fs.readFileSync(keyFile),
    cert: fs.readFileSync(certificateFile),
    authMethods: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"],
    onAuth(auth, session, done) {
        if (auth.method === "XOAUTH2") {
            const right = auth.username === user && auth.accessToken === token;
            return done(null, right ? { user } : { data: { status: "401", schemes: "bearer", scope: "mail" } });
        }
        const right = auth.username === user
            && (auth.method === "CRAM-MD5" ? auth.validatePassword(password) : auth.password === password);
        return right ? done(null, { user }) : done(new Error("wrong password"));
    },
    onData(stream, session, done) {
        const parts = [];
        stream.on("data", (part) => parts.push(part));
        stream.on("end", () => {
            const data = Buffer.concat(parts).toString("base64");
            process.stdout.write(JSON.stringify({ user: session.user, tls: session.secure, data }) + "\n");
            done();
        });
    },
});
server.on("error", (error) => process.stderr.write(error.message + "\n"));
server.listen(0, "127.0.0.1", () => process.stdout.write(server.server.address().port + "\n"));
process.stdin.on("end", () => process.exit(0)).resume();
