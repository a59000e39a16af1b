// SPDX-License-Identifier: GPL-3.0-or-later
// A server of the npm module smtp-server, run by NodeSmtpServer: prints its port, then a line of JSON for each message; ends
// with its standard input. Arguments: key file, certificate file, user. Environment: TEST_PASSWORD, TEST_TOKEN.
// With TEST_SIGN_IN=https://HOST:PORT/TENANT it takes the access tokens of that sign-in service in place of TEST_TOKEN: it
// reads the service's metadata and keys, and judges signature and claims with node's own crypto.
"use strict";
const crypto = require("crypto");
const fs = require("fs");
const https = require("https");
const { SMTPServer } = require("smtp-server");
const [keyFile, certificateFile, user] = process.argv.slice(2);
const { TEST_PASSWORD: password, TEST_TOKEN: token, TEST_SIGN_IN: signIn } = process.env;

function fetchJson(url) {
    return new Promise((resolve, reject) => {
        https.get(url, (answer) => {
            let text = "";
            answer.on("data", (part) => { text += part; });
            answer.on("end", () => {
                try {
                    resolve(JSON.parse(text));
                } catch (error) {
                    reject(error);
                }
            });
        }).on("error", reject);
    });
}

function readPart(part) {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
}

/// The fault of a token, or nothing.
async function faultOf(accessToken, mailbox) {
    const parts = accessToken.split(".");
    if (parts.length !== 3)
        return "no JWT";
    const header = readPart(parts[0]);
    const claims = readPart(parts[1]);
    const metadata = await fetchJson(`${signIn}/v2.0/.well-known/openid-configuration`);
    const { keys } = await fetchJson(metadata.jwks_uri);
    const jwk = keys.find((key) => key.kid === header.kid && key.kty === "RSA" && key.use === "sig");
    if (header.alg !== "RS256" || !jwk)
        return "no key";
    const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
    const data = Buffer.from(`${parts[0]}.${parts[1]}`);
    if (!crypto.verify("RSA-SHA256", data, key, Buffer.from(parts[2], "base64url")))
        return "signature";
    const now = Date.now() / 1000;
    if (claims.iss !== `${signIn}/` || !metadata.issuer.endsWith(`/${claims.tid}/v2.0`))
        return "issuer";
    if (claims.nbf > now || claims.exp <= now)
        return "time";
    if (!["https://outlook.office365.com", "https://outlook.office.com"].includes(claims.aud))
        return "audience";
    if (claims.idtyp === "app")
        return (claims.roles || []).includes("SMTP.SendAsApp") ? undefined : "role";
    if (!(claims.scp || "").split(" ").includes("SMTP.Send"))
        return "scope";
    return claims.upn === mailbox ? undefined : "user";
}

const server = new SMTPServer({
    key: fs.readFileSync(keyFile),
    cert: fs.readFileSync(certificateFile),
    authMethods: ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"],
    onAuth(auth, session, done) {
        if (auth.method === "XOAUTH2" && signIn) {
            const refuse = (why) => done(null, { data: { status: "401", schemes: "bearer", scope: why } });
            faultOf(auth.accessToken, auth.username)
                .then((fault) => (fault ? refuse(fault) : done(null, { user: auth.username })), (error) => refuse(error.message));
            return;
        }
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
