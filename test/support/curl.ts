// Runs the curl lines of the documentation as a shell would, in this process: `curl …`, `NAME=$(curl … | jq -r '.filter')`,
// `curl … > FILE` and `curl … | jq '.filter' > FILE`. A line that it does not understand is an error.
import { wordsOf } from "./day.ts";

/** The variables and the files of a shell. */
export interface Shell {
  variables: Map<string, string>;
  files: Map<string, string>;
  /** The service that stands behind the address of the documentation. */
  url: string;
}

export const newShell = (url: string, apiKey: string): Shell => ({
  variables: new Map([["API_KEY", apiKey]]),
  files: new Map(),
  url,
});

/** Where the documentation expects the service. */
const DOCUMENTED = "http://127.0.0.1:3000";
const LINE =
  /^(?:(?<name>[A-Z_]+)=\$\()?(?<curl>curl .*?)(?: \| jq (?:-r )?'(?<filter>[^']+)')?(?: > (?<file>[\w.-]+))?\)?$/s;

export interface Answered {
  status: number;
  text: string;
}

/** Runs a line. @returns the answer to its request */
export async function runCurl(shell: Shell, line: string): Promise<Answered> {
  const { name, curl, filter, file } = LINE.exec(line)?.groups ?? {};
  if (curl === undefined) throw new Error(`not a curl line: ${line}`);
  const answer = await send(shell, wordsOf(expand(shell, curl)).slice(1));
  const output = filter === undefined ? answer.text : pick(answer.text, filter);
  if (name !== undefined) shell.variables.set(name, output);
  if (file !== undefined) shell.files.set(file, output);
  return answer;
}

/** Puts values in place of variables, wherever single quotation marks do not hold them. */
function expand({ variables }: Shell, line: string): string {
  return line.replaceAll(/'[^']*'|\$([A-Z_]+)/g, (whole, name?: string) => {
    if (name === undefined) return whole;
    const value = variables.get(name);
    if (value === undefined || value === "") throw new Error(`${name} has no value: ${line}`);
    return value;
  });
}

async function send({ url, files }: Shell, words: string[]): Promise<Answered> {
  let [method, address, body]: (string | undefined)[] = [];
  const headers: Record<string, string> = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "-s") continue;
    if (word === "-X") method = words[++i];
    else if (word === "-H") {
      const [header, value] = words[++i]!.split(/: (.*)/s);
      headers[header!] = value!;
    } else if (word === "--data-binary" || word === "-d") {
      const data = words[++i]!;
      body = data.startsWith("@") ? files.get(data.slice(1)) : data;
      if (body === undefined) throw new Error(`there is no file ${data}`);
    } else if (word.startsWith("http") && address === undefined) address = word;
    else throw new Error(`curl does not know here: ${word}`);
  }
  if (!address?.startsWith(DOCUMENTED))
    throw new Error(`not an address of ${DOCUMENTED}: ${address}`);
  const response = await fetch(url + address.slice(DOCUMENTED.length), {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body !== undefined && { body }),
  });
  return { status: response.status, text: await response.text() };
}

/** A value of JSON by a path of jq: `.items[0].shipment`. */
function pick(json: string, filter: string): string {
  const steps = filter.match(/[A-Za-z]+|\d+/g) ?? [];
  const value = steps.reduce<unknown>(
    (node, step) => (node as Record<string, unknown> | undefined)?.[step],
    JSON.parse(json),
  );
  if (value === undefined) throw new Error(`${filter} is nothing in ${json.slice(0, 500)}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}
