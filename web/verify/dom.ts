// Creates elements in code. Data from a bundle or a node becomes text, never markup.

export type Child = Node | string | number | null | undefined | false;
type Attributes = Record<string, string | number | boolean | undefined>;

/** Makes an element with attributes and children. Leaves out attributes that are false or undefined. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : String(value));
  for (const child of children.flat())
    if (child !== null && child !== undefined && child !== false) element.append(asNode(child));
  return element;
}

const asNode = (child: Node | string | number): Node =>
  child instanceof Node ? child : document.createTextNode(String(child));

/** Finds the page's element with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no ${id}`);
  return element as E;
}

/** Text from outside, isolated: right-to-left characters in it cannot reorder the text around it. */
export const data = (text: string | number): HTMLElement => el("bdi", {}, text);

/** A complete hash or address. */
export const hex = (text: string): HTMLElement => el("code", { class: "hex" }, text);

/** The beginning of a hash or address, with the rest in its tooltip. */
export const shortHex = (text: string): HTMLElement =>
  el("code", { class: "hex", title: text }, text.length > 20 ? `${text.slice(0, 12)}…` : text);

/** Makes a list of names and values. Leaves out names without a value. */
export function facts(
  rows: readonly (readonly [string, Child | Child[]])[],
  kind = "facts",
): HTMLElement {
  const present = rows.filter(
    ([, value]) => value !== null && value !== undefined && value !== false && value !== "",
  );
  return el(
    "dl",
    { class: kind },
    present.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );
}

export interface Column {
  title: string;
  kind?: "number" | "time";
}

/** Makes a table. If it is too wide, it scrolls by itself, also by keyboard. */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly Child[][],
): HTMLElement {
  const cell = (value: Child, i: number) =>
    el("td", { class: columns[i]!.kind, "data-title": columns[i]!.title }, value);
  return el(
    "div",
    { class: "scroll", role: "region", "aria-label": label, tabindex: 0 },
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          columns.map(({ title, kind }) => el("th", { scope: "col", class: kind }, title)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) => el("tr", {}, row.map(cell))),
      ),
    ),
  );
}

/** Makes a part of the page with its own heading. */
export function section(
  title: string,
  about: string | null,
  ...children: (Child | Child[])[]
): HTMLElement {
  return el(
    "section",
    { class: "part" },
    el("h3", {}, title),
    about && el("p", { class: "about" }, about),
    ...children,
  );
}
