// Finds lots by any text, from every page. The slash key leads there.
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { PAGES } from "../../../api/pages.ts";
import { withQuery } from "../data/client.ts";

export function FindField() {
  const field = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const at = event.target instanceof Element ? event.target : null;
      if (event.key !== "/" || at?.closest("input, textarea, select, dialog")) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <form
      role="search"
      className="find"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(withQuery(PAGES.lots, { q: field.current!.value.trim() }));
        field.current!.value = "";
      }}
    >
      <input
        ref={field}
        aria-label="Find lots by number, part or manufacturer's lot"
        placeholder="Find a lot, a part, a manufacturer's lot"
        autoComplete="off"
        spellCheck={false}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
