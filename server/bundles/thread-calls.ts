// Calls between two threads: each side calls functions of the other, which answer with what can be cloned.
import { ProtocolError } from "../../protocol/base/errors.ts";
import type { ErrorCode } from "../../protocol/base/errors.ts";

/** One end of a channel: a worker, or in a worker its parent. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

type Functions = Record<string, (...args: never[]) => unknown>;

interface Fault {
  code: ErrorCode | undefined;
  message: string;
  field: string | undefined;
}

type Message =
  | { call: number; name: string; args: unknown[] }
  | { answer: number; value?: unknown; fault?: Fault };

/**
 * Answers the other side's calls with these functions.
 * @returns calls one of the other side's; throws a ProtocolError as that side did, any other error as Error
 */
export function connectThreads(
  port: Port,
  functions: Functions,
): (name: string, ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  port.on("message", (received) => {
    const message = received as Message;
    if ("call" in message) void answer(port, functions, message);
    else {
      const { answer: call, value, fault } = message;
      const asked = waiting.get(call);
      waiting.delete(call);
      if (fault) asked?.reject(errorOf(fault));
      else asked?.resolve(value);
    }
  });
  return (name, ...args) => {
    const call = ++calls;
    const asked = Promise.withResolvers<unknown>();
    waiting.set(call, asked);
    port.postMessage({ call, name, args } satisfies Message);
    return asked.promise;
  };
}

async function answer(
  port: Port,
  functions: Functions,
  { call, name, args }: Extract<Message, { call: number }>,
): Promise<void> {
  try {
    const value = await functions[name]!(...(args as never[]));
    port.postMessage({ answer: call, value } satisfies Message);
  } catch (error) {
    const { message } = error as Error;
    const { code, field } =
      error instanceof ProtocolError ? error : { code: undefined, field: undefined };
    port.postMessage({ answer: call, fault: { code, message, field } } satisfies Message);
  }
}

const errorOf = ({ code, message, field }: Fault) =>
  code === undefined ? new Error(message) : new ProtocolError(code, message, { field });
