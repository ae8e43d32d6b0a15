// Tests reading ALERT_URL, and delivering a message to a real webhook and a real mail server.
import { expect } from "chai";
import { createHmac } from "node:crypto";
import { deliver } from "../../../server/delivery/deliver.ts";
import type { Message } from "../../../server/delivery/message.ts";
import {
  nameTarget,
  readTarget,
  readWebhookSecret,
  type Target,
} from "../../../server/delivery/target.ts";
import {
  type MailServer,
  openMailServer,
  openWebhook,
  type WebhookReceiver,
} from "../../support/receivers.ts";

const MESSAGE: Message = {
  id: "msg_1",
  time: 1_780_000_000,
  source: "https://parts.example",
  subject: "[Reelproof] Began: CHAIN_AWAY",
  text: "BEGAN: CHAIN_AWAY\n  The chain's node does not answer.",
  data: { open: ["CHAIN_AWAY"] },
};

function targetOf(url: string, secret?: Uint8Array): Target {
  const reading = readTarget(url, secret);
  if ("wrong" in reading) throw new Error(reading.wrong);
  return reading.target;
}

/** Why a message was not delivered. */
async function failureOf(target: Target): Promise<string> {
  try {
    await deliver(target, MESSAGE);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("readTarget", () => {
  it("reads a webhook, and names it without its path", () => {
    const target = targetOf("https://hooks.example/services/T0/B0/a-secret");
    expect(target).to.include({ kind: "webhook" });
    expect(nameTarget(target)).to.equal("webhook at https://hooks.example");
  });

  it("reads a mailbox, with a login that is percent-encoded, and names it without", () => {
    const target = targetOf(
      "smtp://it%40example.com:p%3Aw@mail.example/?to=it@example.com,on-call@example.com&from=reelproof@example.com",
    );
    expect(target).to.deep.equal({
      kind: "mail",
      host: "mail.example",
      port: 587,
      tls: false,
      mustEncrypt: true,
      login: { user: "it@example.com", password: "p:w" },
      to: ["it@example.com", "on-call@example.com"],
      from: "reelproof@example.com",
    });
    expect(nameTarget(target)).to.equal(
      "mail to it@example.com, on-call@example.com by mail.example:587",
    );
  });

  it("encrypts before it sends a password, except within the machine", () => {
    const mustEncrypt = (url: string) => (targetOf(url) as { mustEncrypt?: boolean }).mustEncrypt;
    expect(mustEncrypt("smtp://u:p@10.0.0.5:25/?to=a@b.example")).to.equal(true);
    expect(mustEncrypt("smtp://u:p@127.0.0.1:25/?to=a@b.example")).to.equal(false);
    expect(mustEncrypt("smtp://10.0.0.5:25/?to=a@b.example")).to.equal(false);
    expect(targetOf("smtps://u:p@mail.example/?to=a@b.example")).to.include({
      tls: true,
      port: 465,
    });
  });

  const wrong = [
    "mail.example",
    "ftp://mail.example/",
    "http://hooks.example/secret",
    "http://127.0.0.1.example/secret",
    "https://user:word@hooks.example/secret",
    "smtp://mail.example/",
    "smtp://mail.example/?to=somebody",
    "smtp://mail.example/?to=a@b.example%0d%0aBcc:c@d.example",
    "smtp://mail.example/?to=a@b.example&cc=c@d.example",
    "smtp://mail.example/inbox?to=a@b.example",
    "smtp://user@mail.example/?to=a@b.example",
    "smtp://user:%zz@mail.example/?to=a@b.example",
    "smtp://mail.example/?to=a@b.example&from=nobody",
  ];
  for (const url of wrong) {
    it(`refuses ${url}, and does not quote it`, () => {
      const reading = readTarget(url);
      expect(reading).to.have.property("wrong");
      expect((reading as { wrong: string }).wrong).not.to.contain(url);
    });
  }

  it("accepts http:// within the machine alone", () => {
    for (const host of ["127.0.0.1:4400", "[::1]:4400", "localhost:4400"])
      expect(targetOf(`http://${host}/x`)).to.include({ kind: "webhook" });
  });
});

describe("readWebhookSecret", () => {
  it("reads 24 to 64 bytes after whsec_, and nothing else", () => {
    const text = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString("base64")}`;
    expect(readWebhookSecret(text(32))).to.have.length(32);
    for (const bad of [text(23), text(65), text(32).slice(6), "whsec_", "whsec_a b"])
      expect(readWebhookSecret(bad), bad).to.equal(undefined);
  });
});

describe("deliver to a webhook", () => {
  let receiver: WebhookReceiver;
  before(async () => {
    receiver = await openWebhook();
  });
  after(() => receiver.close());
  beforeEach(() => {
    receiver.posts.length = 0;
    receiver.answer = Object.assign(receiver.answer, { status: 200 });
  });

  it("posts a CloudEvent with a text that chat services show", async () => {
    await deliver(targetOf(receiver.url), MESSAGE);
    const [post] = receiver.posts;
    expect(post!.path).to.equal("/hooks/a-secret-in-the-path");
    expect(post!.headers).to.include({ "content-type": "application/json", "webhook-id": "msg_1" });
    expect(post!.headers).not.to.have.property("webhook-signature");
    expect(JSON.parse(post!.body)).to.deep.equal({
      specversion: "1.0",
      id: "msg_1",
      source: "https://parts.example",
      type: "reelproof.service.conditions",
      time: "2026-05-28T20:26:40.000Z",
      timestamp: "2026-05-28T20:26:40.000Z",
      datacontenttype: "application/json",
      text: `${MESSAGE.subject}\n\n${MESSAGE.text}`,
      data: { open: ["CHAIN_AWAY"] },
    });
  });

  it("signs id, time and body as Standard Webhooks does", async () => {
    const secret = Buffer.alloc(32, 9);
    await deliver(targetOf(receiver.url, secret), MESSAGE);
    const { headers, body } = receiver.posts[0]!;
    const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`;
    const mac = createHmac("sha256", secret).update(signed).digest("base64");
    expect(headers["webhook-signature"]).to.equal(`v1,${mac}`);
  });

  it("follows no redirect", async () => {
    const other = await openWebhook();
    Object.assign(receiver.answer, { status: 307, location: other.url });
    expect(await failureOf(targetOf(receiver.url))).to.contain("HTTP status 307");
    expect(other.posts).to.deep.equal([]);
    await other.close();
  });

  it("says why a receiver did not take it, without its address", async () => {
    receiver.answer.status = 503;
    expect(await failureOf(targetOf(receiver.url))).to.equal(
      "The receiver did not take the message: it answered with HTTP status 503.",
    );
    const gone = await openWebhook();
    await gone.close();
    expect(await failureOf(targetOf(gone.url))).to.equal(
      "The receiver did not take the message: nothing listens at its address.",
    );
  });
});

describe("deliver by mail", () => {
  let server: MailServer;
  before(async () => {
    server = await openMailServer();
  });
  after(() => server.close());
  const target = (login = "") =>
    targetOf(
      `smtp://${login}127.0.0.1:${server.port}/?to=it@example.com,second@example.com&from=reelproof@example.com`,
    );

  it("sends a mail to each address, marked as automatic", async () => {
    await deliver(target("user:pa%40ss@"), MESSAGE);
    const [mail] = server.mails;
    expect(mail!.from).to.equal("reelproof@example.com");
    expect(mail!.to).to.deep.equal(["it@example.com", "second@example.com"]);
    expect(mail!.login).to.equal("\0user\0pa@ss");
    expect(mail!.data).to.contain("Subject: [Reelproof] Began: CHAIN_AWAY\n");
    expect(mail!.data).to.contain("Auto-Submitted: auto-generated\n");
    expect(mail!.data).to.contain("The chain's node does not answer.");
  });

  it("says that the password was refused, without it", async () => {
    server.refuse.auth = true;
    expect(await failureOf(target("user:pass-word@"))).to.equal(
      "The receiver did not take the message: it refused the user or the password.",
    );
    server.refuse.auth = false;
  });

  it("says that the mail server refused the mail", async () => {
    server.refuse.mail = true;
    expect(await failureOf(target())).to.match(/refused the address|answered 451/);
    server.refuse.mail = false;
  });

  it("sends no password to a server without encryption", async () => {
    server.mails.length = 0;
    const unsafe = { ...target("user:pass@"), mustEncrypt: true } as Target;
    expect(await failureOf(unsafe)).to.equal(
      "The receiver did not take the message: it does not offer encryption (STARTTLS).",
    );
    expect(server.mails).to.deep.equal([]);
  });
});
