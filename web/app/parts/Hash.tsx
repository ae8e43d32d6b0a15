// Shows a hash or an address shortened. A click copies the whole.
import { useState } from "react";
import { short } from "../words.ts";

const SHOWN_MS = 1_500;

export function Hash({ value }: { value: string }) {
  const [isCopied, setCopied] = useState(false);
  // A browser has no clipboard for a page without TLS: the title has the whole then.
  const canCopy = "clipboard" in navigator;
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  if (!canCopy)
    return (
      <span className="hash" title={value}>
        {short(value)}
      </span>
    );
  return (
    <button
      type="button"
      className="hash"
      title={`${value} (click to copy)`}
      onClick={() => void copy()}
    >
      {isCopied ? "copied" : short(value)}
      <span className="visually-hidden"> copy</span>
    </button>
  );
}
