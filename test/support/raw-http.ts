// Sends requests as bytes, as no client would, and reads the answers.
import { connect } from "node:net";

/** An answer, as far as it can be read. */
export interface RawAnswer {
  status: number;
  text: string;
  /** The problem's code; undefined where the body is not a problem. */
  code: string | undefined;
}

/** Sends bytes to a server, and reads until it closes or answers. @param then sent as soon as anything was answered */
export function sendRaw(url: string, bytes: string, then = ""): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
    let text = "";
    let rest = then;
    const end = () => {
      socket.destroy();
      resolve(readAnswer(text));
    };
    socket.on("data", (chunk) => {
      text += String(chunk);
      if (rest !== "") socket.write(rest, "latin1");
      rest = "";
      if (isWhole(text)) end();
    });
    socket.once("close", end);
    socket.once("error", (error) => {
      if (text === "") reject(error);
      else end();
    });
  });
}

const CONTINUE = /^HTTP\/1\.1 100 [^]*?\r\n\r\n/;

/** Whether a final answer has arrived with all of its body. */
function isWhole(text: string): boolean {
  const [, head, body] = /^([^]*?)\r\n\r\n([^]*)$/.exec(text.replace(CONTINUE, "")) ?? [];
  if (head === undefined || body === undefined) return false;
  const length = /^content-length: (\d+)$/im.exec(head.replaceAll("\r", ""))?.[1];
  if (length !== undefined) return Buffer.byteLength(body) >= Number(length);
  return /transfer-encoding: chunked/i.test(head) && body.endsWith("0\r\n\r\n");
}

function readAnswer(text: string): RawAnswer {
  const final = text.replace(CONTINUE, "");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(final)?.[1] ?? 0);
  const code = /"code":"([A-Z_0-9]+)"/.exec(final)?.[1];
  return { status, text, code };
}
