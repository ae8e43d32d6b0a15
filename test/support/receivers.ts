// Receivers of messages about a service: a webhook and a mail server, on free ports, that keep what they get.
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";

export interface Posted {
  headers: IncomingHttpHeaders;
  path: string;
  body: string;
}

export interface WebhookReceiver {
  url: string;
  posts: Posted[];
  /** The status of the next answers. */
  answer: { status: number; location?: string };
  close(): Promise<void>;
}

/** A webhook. */
export async function openWebhook(): Promise<WebhookReceiver> {
  const posts: Posted[] = [];
  const answer: WebhookReceiver["answer"] = { status: 200 };
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += String(chunk);
    posts.push({ headers: req.headers, path: req.url ?? "", body });
    const { status, location } = answer;
    res.writeHead(status, location === undefined ? {} : { location }).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks/a-secret-in-the-path`,
    posts,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface Mail {
  login: string | undefined;
  from: string;
  to: string[];
  /** Headers and text. */
  data: string;
}

export interface MailServer {
  port: number;
  mails: Mail[];
  /** The answer to AUTH, or to MAIL. */
  refuse: { auth?: boolean; mail?: boolean };
  close(): Promise<void>;
}

/** A mail server as RFC 5321 has it, without TLS: the few commands that a client of ours sends. */
export async function openMailServer(): Promise<MailServer> {
  const mails: Mail[] = [];
  const refuse: MailServer["refuse"] = {};
  const server = createTcp((socket) => {
    let mail: Mail = { login: undefined, from: "", to: [], data: "" };
    let isData = false;
    let rest = "";
    const say = (line: string) => void socket.write(`${line}\r\n`);
    const onLine = (line: string) => {
      if (isData && line === ".") {
        isData = false;
        mails.push(mail);
        return say("250 taken");
      }
      if (isData) return void (mail.data += `${line}\n`);
      const [command = "", ...words] = line.split(" ");
      const address = /<(.*)>/.exec(line)?.[1] ?? "";
      switch (command.toUpperCase()) {
        case "EHLO":
          return say("250-mail.example\r\n250 AUTH PLAIN");
        case "AUTH":
          mail = { ...mail, login: Buffer.from(words[1] ?? "", "base64").toString() };
          return say(refuse.auth ? "535 wrong" : "235 welcome");
        case "MAIL":
          mail.from = address;
          return say(refuse.mail ? "451 later" : "250 ok");
        case "RCPT":
          mail.to.push(address);
          return say("250 ok");
        case "DATA":
          isData = true;
          return say("354 go on");
        case "QUIT":
          say("221 bye");
          return void socket.end();
        default:
          return say("502 not here");
      }
    };
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      lines.forEach(onLine);
    });
    socket.on("error", () => undefined);
    say("220 mail.example");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, mails, refuse, close };
}
