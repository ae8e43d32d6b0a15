// Takes a scan: a field that keeps the focus, and to which a scanner's keystrokes go wherever they land on the page.
import {
  type KeyboardEvent as FieldEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";

interface Props {
  label: string;
  placeholder: string;
  isBusy: boolean;
  /** What the button beside the field does. Default: Check. */
  button?: string;
  /** What a letter does that stands alone in the field: acts on what was scanned before. */
  keys?: RefObject<Readonly<Record<string, () => void>>>;
  onScan(text: string): void;
  /** Other ways to scan. */
  children?: ReactNode;
}

/** A scanner that acts as a keyboard sends separators as Ctrl and a key. */
const SEPARATORS: Readonly<Record<string, string>> = {
  "]": "\u001d",
  "^": "\u001e",
  "6": "\u001e",
  d: "\u0004",
};

/** A scanner's next character comes sooner. A letter that stands alone for so long was pressed by a person. */
const ALONE_MS = 400;

export function ScanField({
  label,
  placeholder,
  isBusy,
  button = "Check",
  keys,
  onScan,
  children,
}: Props) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  useFocusKept(field);
  const actOf = (typed: string) => keys?.current[typed.toLowerCase()];
  useEffect(() => {
    if (keys?.current[text.toLowerCase()] === undefined) return;
    const timer = setTimeout(() => {
      setText("");
      keys.current[text.toLowerCase()]?.();
    }, ALONE_MS);
    return () => clearTimeout(timer);
  }, [text, keys]);
  const onKeyDown = (event: FieldEvent<HTMLInputElement>) => {
    const separator = SEPARATORS[event.key];
    if (event.ctrlKey && !event.altKey && separator !== undefined) {
      event.preventDefault();
      setText((before) => before + separator);
    } else if (event.key === "Escape") setText("");
  };
  return (
    <form
      className="scan"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const scanned = text.trim();
        if (scanned === "") return;
        setText("");
        const act = actOf(scanned);
        if (act) act();
        else onScan(scanned);
      }}
    >
      <label htmlFor="scan">{label}</label>
      <div className="scan-row">
        <input
          id="scan"
          ref={field}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          placeholder={placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-busy={isBusy}
        />
        <button type="submit" className="scan-go">
          {button}
        </button>
        {children}
      </div>
    </form>
  );
}

const TYPES_TEXT = "input, textarea, select, dialog, [contenteditable]";

/** Puts the focus into a field at first, and again when a key is typed that goes nowhere. */
function useFocusKept(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    field.current?.focus();
    const onKey = (event: KeyboardEvent) => {
      const at = event.target instanceof Element ? event.target : null;
      const isTyped =
        event.key.length === 1 && event.key !== " " && !event.altKey && !event.metaKey;
      if (!isTyped || at?.closest(TYPES_TEXT) || document.querySelector("dialog[open]")) return;
      field.current?.focus();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [field]);
}
