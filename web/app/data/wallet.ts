// Finds the wallets that extensions put into this browser, and asks one for its account and a signature. No library: the pages
// need two requests of theirs (EIP-1193), and how they make themselves known (EIP-6963).
import { useSyncExternalStore } from "react";

/** What an extension injects (EIP-1193). */
interface Provider {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
}

export interface Wallet {
  id: string;
  name: string;
  /** A picture, as a data: URL. */
  icon: string | undefined;
  provider: Provider;
}

/** Why a wallet did not sign, in a sentence. */
export class WalletRefused extends Error {}

interface Announced extends Event {
  detail?: { info?: { uuid?: string; name?: string; icon?: string }; provider?: Provider };
}

const NONE: readonly Wallet[] = [];
let wallets = NONE;
const listeners = new Set<() => void>();

/** The wallets of this browser, also those that announce themselves later. */
export const useWallets = (): readonly Wallet[] => useSyncExternalStore(subscribe, () => wallets);

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) begin();
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("eip6963:announceProvider", announced);
  };
}

function begin(): void {
  window.addEventListener("eip6963:announceProvider", announced);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  const { ethereum } = window as { ethereum?: Provider };
  // Older extensions do not announce themselves.
  if (wallets.length === 0 && typeof ethereum?.request === "function")
    wallets = [{ id: "injected", name: "Wallet", icon: undefined, provider: ethereum }];
}

function announced(event: Announced): void {
  const { info, provider } = event.detail ?? {};
  if (typeof info?.uuid !== "string" || typeof info.name !== "string" || !provider) return;
  const icon = info.icon?.startsWith("data:image/") ? info.icon : undefined;
  const others = wallets.filter(({ id }) => id !== info.uuid && id !== "injected");
  wallets = [...others, { id: info.uuid, name: info.name.slice(0, 40), icon, provider }];
  for (const listener of listeners) listener();
}

/** Asks for the account that the person chooses, as lower-case hex. @throws WalletRefused */
export async function accountOf({ name, provider }: Wallet): Promise<string> {
  const accounts = await request(name, provider, "eth_requestAccounts");
  const account: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof account !== "string" || !/^0x[0-9a-fA-F]{40}$/.test(account))
    throw new WalletRefused(`${name} gave no account. Make one there, then try again.`);
  return account.toLowerCase();
}

/** Has an account sign a text (EIP-191). @returns 65 bytes as hex. @throws WalletRefused */
export async function signText(
  { name, provider }: Wallet,
  account: string,
  text: string,
): Promise<string> {
  const bytes = [...new TextEncoder().encode(text)];
  const hex = `0x${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const signature = await request(name, provider, "personal_sign", [hex, account]);
  const [, rs, v] = /^0x([0-9a-f]{128})(00|01|1b|1c)$/i.exec(String(signature)) ?? [];
  if (rs === undefined || v === undefined)
    throw new WalletRefused(
      `${name} gave a signature that is not of a key. A contract's wallet cannot sign in here.`,
    );
  // Some hardware wallets count from 0.
  const last = { "00": "1b", "01": "1c" }[v] ?? v;
  return `0x${rs}${last}`.toLowerCase();
}

const DECLINED = 4001;
const BUSY = -32_002;

async function request(
  name: string,
  provider: Provider,
  method: string,
  params: unknown[] = [],
): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === DECLINED) throw new WalletRefused(`You declined in ${name}. Nothing was signed.`);
    if (code === BUSY)
      throw new WalletRefused(`${name} already waits for your answer. Open it and answer there.`);
    throw new WalletRefused(`${name} did not answer the request. Open it, then try again.`);
  }
}
